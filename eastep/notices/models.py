"""Notices: what a person is told, in the product first and by mail second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from eastep.core.events import sentence
from eastep.core.models import Entry
from eastep.notices.states import MailState

if TYPE_CHECKING:
    from eastep.people.models import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        """One's own: nobody else sees them, the programme and its auditors neither."""
        return self.filter(person=user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """One person is told of one entry. Its words are the entry's sentence, made in the reader's language."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("person")
    )
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name=_("entry"))
    url = models.TextField(_("address"))  # where it leads, from the first "/" on
    key = models.CharField(_("key"), max_length=200, blank=True)  # one person has one notice of a key
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    mail = models.CharField(_("mail"), max_length=8, choices=MailState, default=MailState.NONE)
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True)
    mail_error = models.TextField(_("why the mail was not delivered"), blank=True)
    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["person", "id"], name="notices_of_a_person"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="unread_notices"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "key"], condition=~Q(key=""), name="one_notice_of_a_key_for_a_person"
            ),
            models.CheckConstraint(
                condition=Q(mail=MailState.SENT, mailed_at__isnull=False)
                | ~Q(mail=MailState.SENT) & Q(mailed_at__isnull=True),
                name="mail_that_is_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(mail=MailState.FAILED) | ~Q(mail_error=""),
                name="mail_that_failed_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(url__startswith="/") & ~Q(url__startswith="//"), name="notice_leads_into_eastep"
            ),
        ]

    def __str__(self) -> str:
        return sentence(self.entry)

    def get_absolute_url(self) -> str:
        return reverse("notice", args=[self.pk])

    @property
    def is_unread(self) -> bool:
        return self.read_at is None


class MailChoice(models.Model):
    """What a person wants by mail. Who never chose has no row, and gets mails."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="mail_choice",
        verbose_name=_("person"),
    )
    by_mail = models.BooleanField(_("send me notices by mail, too"), default=True)

    class Meta:
        verbose_name = _("choice of mails")

    def __str__(self) -> str:
        return f"{self.person}: {self.by_mail}"
