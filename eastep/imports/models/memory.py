"""What an office has confirmed once about its sheets, so that it is not asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eastep.institutions.models import Institution
from eastep.institutions.states import Role

if TYPE_CHECKING:
    from eastep.people.models import User


def _own(user: User) -> Q:
    """The memory of the offices that *user* works for, and of the programme for who runs or audits it."""
    if (None, Role.AUDITOR) in user.roles:
        return Q()
    offices = [institution for institution, role in user.roles if role == Role.OFFICE]
    own = Q(institution__in=offices)
    return own | Q(institution__isnull=True) if (None, Role.PROGRAMME) in user.roles else own


class HeadingMeaningQuerySet(models.QuerySet["HeadingMeaning"]):
    def visible_to(self, user: User) -> Self:
        """An office sees what it confirmed; the programme's administrators what they did; auditors all."""
        return self.filter(_own(user))


class HeadingMeaning(models.Model):
    """Under this heading the sheets of an institution (none: of the programme) have this column."""

    institution = models.ForeignKey(
        Institution,
        models.CASCADE,
        related_name="+",
        verbose_name=_("institution"),
        null=True,
        blank=True,
    )
    kind = models.CharField(_("kind"), max_length=20)  # of sheet: places, applicants, languages
    heading = models.CharField(_("heading"), max_length=200)  # as `headings.fold` makes it
    column = models.CharField(_("column"), max_length=40, blank=True)  # "": to be left out
    number = models.PositiveSmallIntegerField(_("number"), default=0)  # of a repeated column, from 1
    objects = HeadingMeaningQuerySet.as_manager()

    class Meta:
        verbose_name = _("meaning of a heading")
        verbose_name_plural = _("meanings of headings")
        ordering = ["kind", "column", "number", "heading"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "kind", "heading"],
                nulls_distinct=False,
                name="one_meaning_of_a_heading",
            ),
            models.CheckConstraint(condition=~Q(heading=""), name="a_heading_with_a_meaning_has_words"),
        ]

    def __str__(self) -> str:
        return self.heading


class NameMeaningQuerySet(models.QuerySet["NameMeaning"]):
    def visible_to(self, user: User) -> Self:
        """An office sees what it confirmed; the programme's administrators what they did; auditors all."""
        return self.filter(_own(user))


class NameMeaning(models.Model):
    """Who writes this name in the sheets of an institution (none: of the programme) means that institution."""

    institution = models.ForeignKey(
        Institution,
        models.CASCADE,
        related_name="+",
        verbose_name=_("institution"),
        null=True,
        blank=True,
    )
    written = models.CharField(_("name as written"), max_length=300)  # as `folding.plain` makes it
    meant = models.ForeignKey(
        Institution, models.CASCADE, related_name="+", verbose_name=_("institution that is meant")
    )
    objects = NameMeaningQuerySet.as_manager()

    class Meta:
        verbose_name = _("meaning of a name")
        verbose_name_plural = _("meanings of names")
        ordering = ["written", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "written"], nulls_distinct=False, name="one_meaning_of_a_name"
            ),
            models.CheckConstraint(condition=~Q(written=""), name="a_name_with_a_meaning_has_letters"),
        ]

    def __str__(self) -> str:
        return self.written
