"""The dated facts as rows, so that a rule, its days and its source can be added without a release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from eastep.people.models import User


class Scheme(models.TextChoices):
    """What kind of fact it is: the name of the file in ``shipped`` with the same columns."""

    FIELD = "isced_f_2013", _("Field of education")
    LANGUAGE_TEST = "language_tests", _("Language test")
    GPA_SCALE = "gpa_scales", _("GPA scale")
    GPA_CONVERSION = "gpa_conversions", _("GPA conversion")
    STUDY_LEVEL = "study_levels", _("Level of study")


class FactQuerySet(models.QuerySet["Fact"]):
    def visible_to(self, user: User) -> Self:
        """The facts that *user* may see: rules that everybody is measured by are open to everybody."""
        return self.all()


# The embedded PostgreSQL has no btree_gist, so one number stands for scheme and code, as a range of itself.
NUMBER_OF_CODE = models.Func(
    Concat("scheme", models.Value("/"), "code"),
    models.Value(0),
    function="hashtextextended",
    output_field=models.BigIntegerField(),
)


class Fact(models.Model):
    """One fact of one scheme, the days on which it holds, and where it comes from."""

    scheme = models.CharField(_("kind"), max_length=20, choices=Scheme)
    code = models.CharField(_("code"), max_length=60)
    value = models.JSONField(_("value"))  # the other columns of the scheme's file, as text
    source = models.CharField(_("source"), max_length=400)
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    shipped = models.BooleanField(_("came with a release, unchanged since"), default=False, editable=False)
    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("dated fact")
        verbose_name_plural = _("dated facts")
        ordering = ["scheme", "code", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_from__lte=models.F("valid_to")),
                name="fact_begins_before_it_ends",
                violation_error_message=_("The last day lies before the first day."),
            ),
            ExclusionConstraint(
                name="one_fact_at_a_time",
                expressions=[
                    (
                        models.Func(
                            *(NUMBER_OF_CODE, NUMBER_OF_CODE, models.Value("[]")),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        models.Func(
                            *("valid_from", "valid_to", models.Value("[]")),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_(
                    "Another rule of this code holds on some of these days. End it first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.code}"
