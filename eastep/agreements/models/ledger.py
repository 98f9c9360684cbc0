"""The ledger of an agreement: who has sent how many to whom, year by year. Lines are only added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from eastep.agreements.models.agreements import STAFF, Agreement, Party, guest_of
from eastep.agreements.states import LineKind
from eastep.institutions.models import Institution

if TYPE_CHECKING:
    from eastep.people.models import User


class LedgerLineQuerySet(models.QuerySet["LedgerLine"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the agreement sees its ledger.

        Only what is recorded or approved is counted, so what has lines is shared, and each line names both institutions:
        the lines are found by these, for two million are too many to ask the agreement of each.
        """
        if user.roles & {(None, "programme"), (None, "auditor")}:
            return self
        homes = [place for place, role in user.roles if place and role in STAFF]
        as_guest = list(Party.objects.filter(pk__in=guest_of(user)).values_list("agreement", flat=True))
        return self.filter(Q(sender__in=homes) | Q(receiver__in=homes) | Q(agreement__in=as_guest))


class LedgerLine(models.Model):
    """So many stays (and terms) that *sender* has sent to *receiver*, in one year; below zero where something is taken away.

    A year is the calendar year in which the stay's term begins: the academic years of both countries. A trigger
    refuses to change or delete a line (see the migration); a correction is a line that reverses another.
    """

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="ledger", verbose_name=_("agreement")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    kind = models.CharField(_("kind"), max_length=10, choices=LineKind)
    sender = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("sent by"))
    receiver = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("received by"))
    stays = models.IntegerField(_("stays"), default=0)
    terms = models.IntegerField(_("terms"), default=0)
    origin = models.PositiveSmallIntegerField(
        _("from the year"), null=True
    )  # of what is carried over or expires
    key = models.CharField(max_length=120)  # of what is posted: the same is never posted twice
    reverses = models.OneToOneField(
        "self", models.PROTECT, related_name="reversed_by", verbose_name=_("reverses"), null=True
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("posted for"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("posted by")
    )
    at = models.DateTimeField(_("posted at"), auto_now_add=True)
    objects = LedgerLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the ledger")
        ordering = ["agreement", "pk"]
        indexes = [
            models.Index(fields=["agreement", "year", "id"], name="ledger_of_a_year"),
            models.Index(fields=["sender", "year"], name="ledger_by_sender"),
            models.Index(fields=["receiver", "year"], name="ledger_by_receiver"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "key"], name="nothing_is_posted_twice"),
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="a_stay_is_somewhere_else"),
            models.CheckConstraint(condition=~Q(stays=0, terms=0), name="a_line_says_something"),
            models.CheckConstraint(
                condition=Q(kind__in=["carried", "expired"], origin__isnull=False)
                | Q(kind__in=["stay", "past", "correction"], origin=None),
                name="what_is_carried_has_its_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.year} {self.kind} {self.stays:+d}"
