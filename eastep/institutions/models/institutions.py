"""Universities, their faculties and terms: public facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Concat, ExtractYear
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from eastep.core.text import TrilingualField
from eastep.institutions.register import University
from eastep.institutions.seasons import Season
from eastep.institutions.sentences import season_in_words

if TYPE_CHECKING:
    from eastep.institutions.models.people import Visitor


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def visible_to(self, user: Visitor) -> Self:
        """Everybody sees every institution, signed in or not: its name and place are public."""
        return self


class Institution(models.Model):
    """A university or college. The national code of its country tells it from all others."""

    country = models.CharField(_("country"), max_length=2)  # ISO 3166-1 alpha-2
    code = models.CharField(_("national code"), max_length=40)
    key = models.GeneratedField(  # "KR:0000149", as in register.py
        expression=Concat(F("country"), Value(":"), F("code")),
        output_field=models.CharField(max_length=43),
        db_persist=True,
    )
    name = TrilingualField(_("name"))
    reading = models.CharField(_("reading"), max_length=200, blank=True)
    aliases = ArrayField(
        models.CharField(max_length=200), verbose_name=_("also called"), default=list, blank=True
    )
    city = models.CharField(_("place"), max_length=100, blank=True)
    domain = models.CharField(_("internet domain"), max_length=100, blank=True)
    source = models.TextField(_("source"), blank=True)
    reviewed = models.BooleanField(_("reviewed by a person"), default=False)
    shipped = models.BooleanField(default=False)  # as EASTEP brought it: a new release may change it
    changed_at = models.DateTimeField(auto_now=True)
    grams = ArrayField(models.CharField(max_length=8), default=list, editable=False)
    sort_key = models.CharField(max_length=300, editable=False, db_collation="C")
    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["sort_key", "pk"]
        indexes = [
            GinIndex(fields=["grams"], name="institutions_by_gram"),
            models.Index(fields=["code"], name="institutions_by_code"),
            models.Index(fields=["sort_key", "id"], name="institutions_by_name"),
            models.Index(fields=["country", "sort_key", "id"], name="institutions_by_country"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="one_institution_for_a_national_code"),
            models.UniqueConstraint(
                fields=["domain"], condition=~Q(domain=""), name="one_institution_for_a_domain"
            ),
            models.CheckConstraint(condition=Q(country__regex="^[A-Z]{2}$"), name="country_is_two_capitals"),
            models.CheckConstraint(condition=~Q(code=""), name="institution_has_a_national_code"),
            models.CheckConstraint(
                condition=~Q(name__en="", name__ja="", name__ko=""), name="institution_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("institution", args=[self.key])

    def as_university(self) -> University:
        """The same as a plain value, for the search."""
        return University(
            key=f"{self.country}:{self.code}",
            name_ja=self.name.ja,
            name_ko=self.name.ko,
            name_en=self.name.en,
            reading=self.reading,
            aliases=tuple(self.aliases),
            city=self.city,
            domain=self.domain,
            reviewed=self.reviewed,
        )


class FacultyQuerySet(models.QuerySet["Faculty"]):
    def visible_to(self, user: Visitor) -> Self:
        """Everybody sees every faculty."""
        return self


class Faculty(models.Model):
    """A faculty, school or college of an institution, as far as known."""

    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="faculties", verbose_name=_("institution")
    )
    name = TrilingualField(_("name"))
    code = models.CharField(
        _("unit code"), max_length=40, blank=True
    )  # the institution's own or a national one
    version = models.PositiveIntegerField(default=1)
    objects = FacultyQuerySet.as_manager()

    class Meta:
        verbose_name = _("faculty")
        verbose_name_plural = _("faculties")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name"],
                name="one_faculty_of_a_name_at_an_institution",
                violation_error_message=_("There is already a faculty of this name."),
            ),
            models.UniqueConstraint(
                fields=["institution", "code"],
                condition=~Q(code=""),
                name="one_faculty_of_a_code_at_an_institution",
                violation_error_message=_("There is already a faculty with this code."),
            ),
            models.CheckConstraint(
                condition=~Q(name__en="", name__ja="", name__ko=""),
                name="faculty_has_a_name",
                violation_error_message=_("Give the name in at least one language."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class TermQuerySet(models.QuerySet["Term"]):
    def visible_to(self, user: Visitor) -> Self:
        """Everybody sees every term: partners and students plan by it."""
        return self


class Term(models.Model):
    """When one institution's half-year begins and ends. Its season makes it comparable with others' terms.

    The other dates are for students who come from partners in this term.
    """

    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="terms", verbose_name=_("institution")
    )
    season = models.CharField(_("season"), max_length=11)  # "2027-autumn", see seasons.py
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    nomination_on = models.DateField(_("nominations due"), null=True, blank=True)
    application_on = models.DateField(_("applications due"), null=True, blank=True)
    arrival_on = models.DateField(_("arrival from"), null=True, blank=True)
    source = models.TextField(_("source"), blank=True)
    version = models.PositiveIntegerField(default=1)
    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "season"], name="one_term_a_season_at_an_institution"
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="term_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(nomination_on__isnull=True) | Q(nomination_on__lte=F("starts_on")),
                name="nominations_are_due_before_the_term",
            ),
            models.CheckConstraint(
                condition=Q(application_on__isnull=True) | Q(application_on__lte=F("starts_on")),
                name="applications_are_due_before_the_term",
            ),
            models.CheckConstraint(
                condition=Q(arrival_on__isnull=True) | Q(arrival_on__lte=F("ends_on")),
                name="students_arrive_before_the_term_ends",
            ),
            models.CheckConstraint(
                condition=Q(season__regex=r"^\d{4}-(spring|autumn)$")
                & Q(season__startswith=Cast(ExtractYear("starts_on"), models.CharField(max_length=4)))
                & (
                    Q(season__endswith="spring", starts_on__month__lte=6)
                    | Q(season__endswith="autumn", starts_on__month__gte=7)
                ),
                name="term_starts_in_its_season",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.name}"

    @property
    def name(self) -> str:
        """The season in words."""
        return season_in_words(self.as_season)

    @property
    def as_season(self) -> Season:
        return Season.of(self.season)
