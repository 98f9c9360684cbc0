"""Agreements between two universities: one record for both sides, and its versions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eastep.agreements.states import OPEN, Standing, Unit, VersionState, WaitsFor
from eastep.institutions.models import Faculty, Institution

if TYPE_CHECKING:
    from eastep.people.models import User

STAFF = ("office", "coordinator", "auditor")  # who sees the agreements of an institution


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: User) -> Self:
        """The staff of either side, its invited guests, the programme and its auditors.

        What nobody has shared yet is seen by its author's side alone (and by auditors of the programme).
        """
        if user.roles & {(None, "auditor")}:
            return self
        own = Exists(Party.objects.seen_by(user).filter(agreement=OuterRef("pk")))
        if user.roles & {(None, "programme")}:
            return self.filter(Q(shared_at__isnull=False) | own)
        return self.filter(own)

    def public(self) -> Self:
        """Those in effect today: their public facts (who, with whom, since when, which fields) are for everybody."""
        return self.in_effect(timezone.localdate())

    def in_effect(self, on: date) -> Self:
        """Approved by both, and in force on the day."""
        return self.filter(
            Exists(Version.objects.in_force(on).filter(agreement=OuterRef("pk"), state=VersionState.AGREED))
        )


class Agreement(models.Model):
    """What two universities have agreed, or are about to: one record that both sides see.

    What it says is in its versions. The columns from *starts_on* on repeat what the versions say, for lists;
    `actions.locking.settle` writes them, nobody else.
    """

    shared_at = models.DateTimeField(_("shared with the partner since"), null=True)
    ending_by = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("notice given by"), null=True
    )
    ending_given_on = models.DateField(_("notice given on"), null=True)
    ending_on = models.DateField(_("last day by notice"), null=True)
    ending_reason = models.TextField(_("reason for ending"), max_length=2_000, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    moved_at = models.DateTimeField(_("last changed at"), auto_now_add=True)
    # from the versions
    starts_on = models.DateField(
        _("first day"), null=True
    )  # of the oldest agreed version, else as recorded or written
    ends_on = models.DateField(
        _("last day"), null=True
    )  # of the newest, or by notice; None: no end, or not known
    paused_from = models.DateField(null=True)  # the days between two agreed versions, on which nothing holds:
    resumes_on = models.DateField(null=True)  # of the newest such pause, its first day and the day after it
    is_agreed = models.BooleanField(_("approved by both"), default=False)  # some version is, or was
    open_state = models.CharField(
        max_length=10, blank=True
    )  # of the version in work: "", draft, proposed, recorded
    level = models.CharField(_("level"), max_length=10, blank=True)
    mobility = ArrayField(models.CharField(max_length=12), default=list)
    field_keys = ArrayField(models.CharField(max_length=8), default=list)  # content.field_keys
    tolerance = models.PositiveIntegerField(default=0)  # by which the balance may differ from zero
    unit = models.CharField(max_length=4, choices=Unit, default=Unit.STAY)  # in which the balance is counted
    # of the ledger
    closed_until = models.PositiveSmallIntegerField(
        _("years closed until"), null=True
    )  # see actions/years.py
    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        indexes = [
            GinIndex(fields=["field_keys"], name="agreements_by_field"),
            models.Index(fields=["ends_on", "id"], name="agreements_by_end"),
            models.Index(fields=["-moved_at", "-id"], name="agreements_by_change"),
            models.Index(
                fields=["open_state", "id"], name="agreements_in_work", condition=Q(is_agreed=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ending_by=None, ending_given_on=None, ending_on=None, ending_reason="")
                | Q(ending_by__isnull=False, ending_given_on__isnull=False, ending_on__isnull=False),
                name="a_notice_has_a_side_and_two_dates",
            ),
            models.CheckConstraint(
                condition=Q(ending_on=None) | Q(is_agreed=True), name="only_what_is_agreed_can_be_ended"
            ),
        ]

    def __str__(self) -> str:
        return " – ".join(map(str, self.parties.all()))

    def get_absolute_url(self) -> str:
        return reverse("agreement", args=[self.pk])

    def begins_on(self, on: date) -> date | None:
        """The first day on which it holds, as known on the day; in a pause between two versions, when it goes on."""
        in_pause = self.paused_from and self.resumes_on and self.paused_from <= on < self.resumes_on
        return self.resumes_on if in_pause else self.starts_on

    def standing(self, on: date | None = None) -> Standing:
        """Where it stands on the day (today); the same words for both sides."""
        on = on or timezone.localdate()
        if not self.is_agreed:
            return Standing(self.open_state or Standing.DISCARDED)
        if self.ends_on is not None and self.ends_on < on:
            return Standing.ENDED
        if (begins_on := self.begins_on(on)) is not None and begins_on > on:
            return Standing.COMING
        return Standing.ENDING if self.ending_on else Standing.IN_EFFECT


class PartyQuerySet(models.QuerySet["Party"]):
    def seen_by(self, user: User) -> Self:
        """The sides that the person belongs to and that know of the agreement: as staff, or as an invited guest."""
        homes = [place for place, role in user.roles if place and role in STAFF]
        knows = Q(agreement__shared_at__isnull=False) | Q(is_author=True)
        return self.filter(Q(institution__in=homes) & knows | Q(pk__in=guest_of(user)))

    def acted_for_by(self, user: User) -> Self:
        """The sides that the person may approve for: its office, or a guest whom the link has brought."""
        offices = [place for place, role in user.roles if place and role == "office"]
        knows = Q(agreement__shared_at__isnull=False) | Q(is_author=True)
        return self.filter(Q(institution__in=offices) & knows | Q(pk__in=guest_of(user)))

    def visible_to(self, user: User) -> Self:
        """The sides of the agreements that the person sees."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user))


def guest_of(user: User) -> list[int]:
    """The sides that the person is a guest of: the address proved, the invitation neither over nor revoked.

    Asked at once: keys that are known let the database go by index, a subquery behind an OR does not.
    """
    found = Party.objects.filter(
        invitations__person=user,
        invitations__verified_at__isnull=False,
        invitations__revoked_at=None,
        invitations__expires_at__gt=timezone.now(),
    )
    return list(found.values_list("pk", flat=True))


class Party(models.Model):
    """One side of an agreement, with what is its own: its number of the agreement, who signs, who is reminded."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="parties", verbose_name=_("agreement")
    )
    position = models.PositiveSmallIntegerField()  # 1 is the side that began
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("institution")
    )
    partner = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("partner"))
    faculty = models.ForeignKey(
        Faculty, models.PROTECT, related_name="+", verbose_name=_("faculty"), null=True, blank=True
    )
    is_author = models.BooleanField(default=False)  # began it: sees it before it is shared
    reference = models.CharField(_("own reference number"), max_length=60, blank=True, db_collation="C")
    signatory_name = models.CharField(_("who signs"), max_length=200, blank=True)
    signatory_position = models.CharField(_("position of who signs"), max_length=200, blank=True)
    responsible = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("who is reminded"), blank=True
    )  # nobody: the whole office
    edition = models.PositiveIntegerField(default=1)  # of what is this side's own, above
    balance = models.IntegerField(_("balance"), default=0)  # sent less received, of all years; see ledger.py
    # from the versions, as this side knows them: `actions.settling.settle_sides` writes them, nobody else
    work_state = models.CharField(
        max_length=10, blank=True
    )  # of the version in work; "" for a partner's own draft
    waits_for = models.CharField(max_length=7, choices=WaitsFor, blank=True)  # who has the next word about it
    places_out = models.PositiveIntegerField(_("places out a year"), null=True)  # None: not said
    places_in = models.PositiveIntegerField(_("places in a year"), null=True)
    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("side of an agreement")
        ordering = ["agreement", "position"]
        indexes = [
            models.Index(fields=["institution", "partner", "id"], name="sides_of_an_institution"),
            models.Index(fields=["partner", "id"], name="sides_by_partner"),
            models.Index(fields=["institution", "balance", "id"], name="sides_by_balance"),
            models.Index(fields=["reference", "id"], name="sides_by_reference"),
            models.Index(fields=["balance", "id"], name="first_sides_by_balance", condition=Q(position=1)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "position"], name="a_side_of_a_position_once"),
            models.UniqueConstraint(fields=["agreement", "institution"], name="an_institution_on_one_side"),
            models.CheckConstraint(condition=Q(position__in=[1, 2]), name="an_agreement_has_two_sides"),
            models.CheckConstraint(condition=~Q(institution=F("partner")), name="partners_are_two"),
        ]

    def __str__(self) -> str:
        return f"{self.institution} · {self.faculty}" if self.faculty else str(self.institution)

    @property
    def other(self) -> Party:
        """The other side."""
        return self.agreement.parties.exclude(pk=self.pk).get()


class VersionQuerySet(models.QuerySet["Version"]):
    def visible_to(self, user: User) -> Self:
        """Those of the agreements that the person sees; a draft that was never shared, to its author's side alone."""
        seen = self.filter(agreement__in=Agreement.objects.visible_to(user))
        if user.roles & {(None, "auditor")}:
            return seen
        own = Party.objects.seen_by(user).filter(
            agreement=OuterRef("agreement"), institution=OuterRef("author")
        )
        return seen.filter(Q(shared_at__isnull=False) | Exists(own))

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def in_force(self, on: date) -> Self:
        """Those whose days include *on*: agreed, or recorded by one side."""
        ended = Q(agreement__ending_on__lt=on)
        return self.filter(Q(in_force_until=None) | Q(in_force_until__gte=on), in_force_from__lte=on).exclude(
            ended
        )


class Version(models.Model):
    """What an agreement says, from one change to the next. Approved bytes are kept and never change (see the migration).

    *proposal* counts how often the version was proposed or recorded: an approval holds for one of these only.
    """

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="versions", verbose_name=_("agreement")
    )
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    content = models.JSONField(_("content"))  # content.py
    edition = models.PositiveIntegerField(default=1)  # counts the edits: a stale form is refused
    author = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("written by")
    )  # the side that began the version, or recorded it
    shared_at = models.DateTimeField(_("shared with the partner since"), null=True)
    proposal = models.PositiveIntegerField(default=0)
    proposed_by = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("proposed by"), null=True
    )
    canonical = models.BinaryField(null=True)  # RFC 8785: what is approved, byte for byte
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)  # of these bytes
    effective_on = models.DateField(_("date of the last signature"), null=True)
    in_force_from = models.DateField(_("in force from"), null=True)
    in_force_until = models.DateField(_("in force until"), null=True)
    refusal = models.TextField(_("reason of the last refusal"), max_length=2_000, blank=True)
    refused_by = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("refused by"), null=True
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("last edited by")
    )
    edited_at = models.DateTimeField(_("last edited at"), auto_now_add=True)
    moved_at = models.DateTimeField(_("in this state since"), auto_now_add=True)
    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an agreement")
        ordering = ["agreement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="one_version_of_a_number"),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(state__in=OPEN), name="one_version_in_work_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "discarded"], sha256="", canonical=None)
                | Q(state__in=["proposed", "recorded", "agreed", "replaced"], canonical__isnull=False)
                & ~Q(sha256=""),
                name="what_is_proposed_has_its_bytes",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "proposed", "discarded"], in_force_from=None)
                | Q(
                    state__in=["recorded", "agreed", "replaced"],
                    in_force_from__isnull=False,
                    effective_on__isnull=False,
                ),
                name="what_is_agreed_has_a_first_day",
            ),
            models.CheckConstraint(
                condition=Q(in_force_until=None) | Q(in_force_until__gte=F("in_force_from")),
                name="a_version_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="one_agreed_version_a_day",
                expressions=[
                    (
                        Func(F("agreement"), F("agreement"), models.Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("in_force_from"),
                            F("in_force_until"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state="agreed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}/{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("agreement_version", args=[self.agreement_id, self.number])

    @property
    def tone(self) -> str:
        """How the state's badge looks."""
        return {"agreed": "good", "recorded": "warning", "proposed": "info"}.get(self.state, "plain")
