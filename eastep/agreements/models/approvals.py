"""Who has approved what, in which role, when and how; the papers and seals that belong to it; what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eastep.agreements.models.agreements import Agreement, Party, Version
from eastep.agreements.states import PaperKind, Way
from eastep.institutions.models import Institution

if TYPE_CHECKING:
    from eastep.people.models import User


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the version sees its papers."""
        return self.filter(version__in=Version.objects.visible_to(user))


class Paper(models.Model):
    """A file that belongs to a version, byte for byte: the signed copy, a scan, or something else."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="papers", verbose_name=_("version"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("side"))
    kind = models.CharField(_("kind"), max_length=8, choices=PaperKind)
    name = models.CharField(_("file name"), max_length=255)
    content = models.BinaryField(_("content"))
    media_type = models.CharField(_("kind of file"), max_length=60)
    sha256 = models.CharField("SHA-256", max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("checked by"), null=True
    )  # has compared the paper with the content
    checked_at = models.DateTimeField(_("checked at"), null=True)
    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_by=None, checked_at=None)
                | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="a_check_has_a_person_and_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SealQuerySet(models.QuerySet["Seal"]):
    def visible_to(self, user: User) -> Self:
        """The office sees the seals of its institution."""
        offices = [place for place, role in user.roles if place and role in ("office", "auditor")]
        return self.filter(institution__in=offices)


class Seal(models.Model):
    """The image of a seal, bound to the one person who may set it."""

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("institution")
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("holder")
    )
    image = models.BinaryField(_("image"))
    media_type = models.CharField(_("kind of file"), max_length=60)
    sha256 = models.CharField("SHA-256", max_length=64)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    retired_at = models.DateTimeField(_("not used since"), null=True)
    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = _("seal")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "holder"], condition=Q(retired_at=None), name="one_seal_a_holder"
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution} · {self.holder}"


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the version sees who has approved it."""
        return self.filter(version__in=Version.objects.visible_to(user))


class Approval(models.Model):
    """One side's approval of exactly these bytes. It is only added, never changed (see the migration).

    It counts while the version's *proposal* is the one that was approved.
    """

    version = models.ForeignKey(Version, models.PROTECT, related_name="approvals", verbose_name=_("version"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="approvals", verbose_name=_("side"))
    proposal = models.PositiveIntegerField()
    sha256 = models.CharField("SHA-256", max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by")
    )
    role = models.CharField(_("role"), max_length=12)  # "office" or "guest", as it was
    signed_name = models.CharField(_("name of who signs"), max_length=200)
    signed_position = models.CharField(_("position of who signs"), max_length=200, blank=True)
    signed_on = models.DateField(_("date of the signature"))
    way = models.CharField(_("way to sign"), max_length=8, choices=Way)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="+", verbose_name=_("seal"), null=True)
    scan = models.ForeignKey(Paper, models.PROTECT, related_name="+", verbose_name=_("scan"), null=True)
    at = models.DateTimeField(_("approved at"), auto_now_add=True)
    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "proposal", "party"], name="a_side_approves_a_proposal_once"
            ),
            models.CheckConstraint(condition=Q(way="seal") ^ Q(seal=None), name="a_seal_where_it_says_seal"),
            models.CheckConstraint(condition=~Q(way="ink") | Q(scan__isnull=False), name="ink_has_a_scan"),
        ]

    def __str__(self) -> str:
        return f"{self.signed_name} {self.signed_on}"


class RemarkQuerySet(models.QuerySet["Remark"]):
    def visible_to(self, user: User) -> Self:
        """Who sees the agreement reads what was said about it."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user))


class Remark(models.Model):
    """What somebody of one side said about the agreement, for both."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="remarks", verbose_name=_("agreement")
    )
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("side"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    text = models.TextField(_("remark"), max_length=4_000)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    objects = RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:80]
