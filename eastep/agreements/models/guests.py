"""People of a partner that has not joined, invited by a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from eastep.agreements.models.agreements import STAFF, Party
from eastep.agreements.states import InvitationState

if TYPE_CHECKING:
    from eastep.people.models import User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> Self:
        """The staff of either side and the programme see whom the agreement is open to; a guest only the own.

        Only what is shared can have an invitation, so both sides know of the agreement.
        """
        if user.roles & {(None, "auditor"), (None, "programme")}:
            return self
        homes = [place for place, role in user.roles if place and role in STAFF]
        return self.filter(
            Q(party__institution__in=homes)
            | Q(party__partner__in=homes)
            | Q(pk__in=self.model.objects.live().filter(person=user))
        )

    def usable(self) -> Self:
        """Whose link opens."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def live(self) -> Self:
        """Whose guest has proved the e-mail address, and may still come in."""
        return self.filter(verified_at__isnull=False, revoked_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A named person of the side *party* may see one agreement, comment on it and approve it, until a date.

    Of the link only a hash is kept. Who opens it proves the e-mail address by a code that is sent there.
    """

    party = models.ForeignKey(Party, models.CASCADE, related_name="invitations", verbose_name=_("side"))
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail address"))
    position = models.CharField(_("position"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="en")
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(_("expires at"))
    code_sha256 = models.CharField(max_length=64, blank=True)
    code_sent_at = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(_("first opened at"), null=True)
    verified_at = models.DateTimeField(_("e-mail address proved at"), null=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("guest"), null=True
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    made_at = models.DateTimeField(_("invited at"), auto_now_add=True)
    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_at=None) | Q(person__isnull=False),
                name="who_proved_an_address_is_someone",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def state(self) -> InvitationState:
        """What has become of it; nothing stores this."""
        if self.revoked_at:
            return InvitationState.REVOKED
        if self.expires_at <= timezone.now():
            return InvitationState.EXPIRED
        if self.verified_at:
            return InvitationState.PROVED
        return InvitationState.OPENED if self.opened_at else InvitationState.SENT

    @property
    def key(self) -> str:
        """What the mails to a guest name the invitation by: it cannot be guessed, and a new link makes it another one."""
        value = f"{self.pk}:{self.token_sha256}"
        return salted_hmac("eastep.agreements.invitation", value, algorithm="sha256").hexdigest()

    def get_state_display(self) -> str:
        return str(self.state.label)

    @property
    def tone(self) -> str:
        """How the state's badge looks."""
        return {"proved": "good", "opened": "info", "expired": "warning"}.get(self.state, "plain")
