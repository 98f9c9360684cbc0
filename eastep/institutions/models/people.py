"""Who is to be asked at an institution, who acts for it, and who would like to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from eastep.core.text import joined, no_direction_marks
from eastep.institutions.mail_domains import belongs_to
from eastep.institutions.models.institutions import Faculty, Institution
from eastep.institutions.states import ClaimState, ContactRole, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from eastep.people.models import User

    type Visitor = User | AnonymousUser  # whoever looks at a public page

PHONE = r"\+?[0-9][0-9 ().\-/]{4,28}[0-9]( ?(ext\.?|x|#|内線|내선) ?[0-9]{1,6})?"  # E.164 as people write it


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: Visitor) -> Self:
        """Everybody sees those that are public; the staff of any institution sees all.

        Those whose time is over are seen only by the institution's office, the programme and its auditors.
        """
        valid = Q(valid_until__isnull=True) | Q(valid_until__gte=timezone.localdate())
        staff = {Role.OFFICE, Role.COORDINATOR, Role.PROGRAMME, Role.AUDITOR}
        if not user.is_authenticated or not staff & {role for _institution, role in user.roles}:
            return self.filter(valid, is_public=True)
        if user.roles & {(None, Role.PROGRAMME), (None, Role.AUDITOR)}:
            return self
        offices = [institution for institution, role in user.roles if role == Role.OFFICE]
        return self.filter(valid | Q(institution__in=offices))


class Contact(models.Model):
    """Somebody at the institution who can be asked about something. Several people may share a role."""

    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="contacts", verbose_name=_("institution")
    )
    faculty = models.ForeignKey(
        Faculty,
        models.PROTECT,
        related_name="contacts",
        verbose_name=_("faculty"),
        null=True,
        blank=True,
    )
    name = models.CharField(_("name"), max_length=200, validators=[no_direction_marks])
    reading = models.CharField(_("reading"), max_length=200, blank=True, validators=[no_direction_marks])
    latin_name = models.CharField(
        _("name in Latin letters"), max_length=200, blank=True, validators=[no_direction_marks]
    )
    role = models.CharField(pgettext_lazy("contact", "role"), max_length=12, choices=ContactRole)
    role_text = models.CharField(
        _("role in your own words"), max_length=100, blank=True, validators=[no_direction_marks]
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(
        _("telephone"),
        max_length=40,
        blank=True,
        validators=[
            RegexValidator(f"^{PHONE}$", _("Write digits with the country code, as in +82 2-2123-6494."))
        ],
    )
    languages = ArrayField(
        models.CharField(max_length=2, choices=settings.LANGUAGES),
        verbose_name=_("languages spoken"),
        default=list,
        blank=True,
    )
    is_public = models.BooleanField(_("public"), default=False)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("account in EASTEP"),
        null=True,
        blank=True,
    )
    version = models.PositiveIntegerField(default=1)
    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="contact_has_a_name"),
            models.CheckConstraint(
                condition=~Q(role=ContactRole.OTHER) | ~Q(role_text=""),
                name="another_role_is_said_in_words",
                violation_error_message=_("Say the role in your own words."),
            ),
            models.CheckConstraint(
                condition=~Q(email="", phone=""),
                name="contact_can_be_reached",
                violation_error_message=_("Give an e-mail address or a telephone number."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def family_reading(self) -> str:
        """What the component `name` tells by whether 朴智旻 is Korean."""
        return self.reading

    @property
    def role_in_words(self) -> str:
        """The role, with what the office says more exactly."""
        if self.role == ContactRole.OTHER:
            return self.role_text
        if not self.role_text:
            return self.get_role_display()
        return pgettext("contact", "{role} ({more})").format(
            role=self.get_role_display(), more=self.role_text
        )

    @property
    def languages_in_words(self) -> str:
        """Each language in its own name."""
        return joined(dict(settings.LANGUAGES)[language] for language in self.languages)

    @property
    def is_over(self) -> bool:
        return self.valid_until is not None and self.valid_until < timezone.localdate()


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: User) -> Self:
        """One's own; those at an institution for its office; all for the programme and its auditors."""
        if user.roles & {(None, Role.PROGRAMME), (None, Role.AUDITOR)}:
            return self
        offices = [institution for institution, role in user.roles if role == Role.OFFICE]
        return self.filter(Q(user=user) | Q(institution__in=offices))


class Membership(models.Model):
    """One role of one person: at an institution, or in the programme itself."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        related_name="memberships",
        verbose_name=_("institution"),
        null=True,
        blank=True,
    )
    role = models.CharField(_("role"), max_length=12, choices=Role)
    given_at = models.DateTimeField(_("given at"), auto_now_add=True)
    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "institution", "role"], nulls_distinct=False, name="one_role_once_at_a_place"
            ),
            models.CheckConstraint(
                condition=Q(role=Role.PROGRAMME, institution__isnull=True)
                | Q(role=Role.AUDITOR)
                | Q(role__in=[Role.STUDENT, Role.OFFICE, Role.COORDINATOR], institution__isnull=False),
                name="role_has_its_place",
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_role_display()} · {self.institution}" if self.institution else self.get_role_display()
        )


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, user: User) -> Self:
        """One's own; all for the programme, which decides, and its auditors."""
        if user.roles & {(None, Role.PROGRAMME), (None, Role.AUDITOR)}:
            return self
        return self.filter(person=user)

    def open(self) -> Self:
        """Those that wait for a decision."""
        return self.filter(state=ClaimState.ASKED)


class Claim(models.Model):
    """Somebody says that they act for the institution, and asks the programme for the role of its office."""

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="claims", verbose_name=_("institution")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="claims", verbose_name=_("person")
    )
    note = models.TextField(_("what you do there"), max_length=2000, validators=[no_direction_marks])
    state = models.CharField(
        pgettext_lazy("claim", "state"), max_length=10, choices=ClaimState, default=ClaimState.ASKED
    )
    reason = models.TextField(_("reason"), max_length=2000, blank=True, validators=[no_direction_marks])
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    decided_by = models.ForeignKey(  # of a claim that was withdrawn: the person
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
        null=True,
        blank=True,
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        indexes = [models.Index(fields=["asked_at", "id"], name="claims_by_age")]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "person"],
                condition=Q(state=ClaimState.ASKED),
                name="one_open_claim_of_a_person",
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.ASKED, decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(state=ClaimState.ASKED) & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="claim_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.REFUSED) | ~Q(reason=""), name="refused_claim_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.institution}"

    def get_absolute_url(self) -> str:
        return reverse("claim", args=[self.pk])

    @property
    def tone(self) -> str:
        return {"asked": "warning", "granted": "good", "refused": "problem"}.get(self.state, "plain")

    @property
    def days(self) -> int:
        """How many days the claim has waited, or did wait."""
        end = self.decided_at or timezone.now()
        return (timezone.localdate(end) - timezone.localdate(self.asked_at)).days

    @property
    def has_mail_there(self) -> bool:
        """Whether the person's address is under the institution's domain: a hint, no proof."""
        return belongs_to(self.person.email, self.institution.domain)
