"""What is asked for the results of a simulation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eastep.applications import reasons
from eastep.applications.forms.simulations import SeenForm
from eastep.applications.models import Option, Outcome
from eastep.applications.models.simulations import OptionQuerySet, OutcomeQuerySet
from eastep.core.text import no_direction_marks
from eastep.institutions.models import Institution
from eastep.institutions.queries import institutions_like

NOWHERE = "none"  # in the form of a move: not placed
SEARCH = forms.TextInput(attrs={"type": "search"})
FOUND = 20  # rows that a search beside a form shows


def institutions_of(request: HttpRequest | None, side: str) -> QuerySet[Institution]:
    """The *side* ("home" or "host") of the places of the simulation that the address names."""
    match = request.resolver_match if request else None
    rows = Option.objects.filter(simulation=match.kwargs["simulation"]) if match else Option.objects.none()
    found = Institution.objects.filter(pk__in=rows.order_by().values(side))
    return found.only("name", "sort_key").order_by("sort_key", "pk")


class OutcomeFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Find applicants by number or name, by where they come from and go, and by what became of them."""

    text = django_filters.CharFilter(label=gettext_lazy("Number or name"), method="find", widget=SEARCH)
    met = django_filters.ChoiceFilter(
        label=gettext_lazy("Outcome"),
        method="by_outcome",
        empty_label=gettext_lazy("All"),
        choices=[
            ("first", gettext_lazy("First choice")),
            ("other", gettext_lazy("Another choice")),
            ("none", gettext_lazy("Not placed")),
        ],
    )
    home = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Home institution"),
        empty_label=gettext_lazy("All"),
        queryset=lambda request: institutions_of(request, "home"),
    )
    host = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Host institution"),
        empty_label=gettext_lazy("All"),
        queryset=lambda request: institutions_of(request, "host"),
    )
    touched = django_filters.ChoiceFilter(
        label=gettext_lazy("Manual moves"),
        method="by_hand",
        empty_label=gettext_lazy("All"),
        choices=[
            ("any", gettext_lazy("Touched by a move")),
            *((code, label) for code, label in Outcome.Touched.choices if code),
        ],
    )

    class Meta:
        model = Outcome
        fields: list[str] = []

    def find(self, rows: OutcomeQuerySet, _name: str, text: str) -> OutcomeQuerySet:
        return rows.named(text)

    def by_outcome(self, rows: QuerySet[Outcome], _name: str, value: str) -> QuerySet[Outcome]:
        wanted = {"first": Q(choice=1), "other": Q(row__isnull=False) & ~Q(choice=1), "none": Q(row=None)}
        return rows.filter(wanted[value])

    def by_hand(self, rows: QuerySet[Outcome], _name: str, value: str) -> QuerySet[Outcome]:
        return rows.exclude(touched="") if value == "any" else rows.filter(touched=value)


class OptionFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Find rows of places by number or institution, and by how far they are used."""

    text = django_filters.CharFilter(label=gettext_lazy("Institution or row"), method="find", widget=SEARCH)
    used = django_filters.ChoiceFilter(
        label=gettext_lazy("Places"),
        method="by_use",
        empty_label=gettext_lazy("All"),
        choices=[
            ("binds", gettext_lazy("Full and wanted by more")),
            ("free", gettext_lazy("With free places")),
            ("empty", gettext_lazy("Nobody placed")),
        ],
    )

    class Meta:
        model = Option
        fields: list[str] = []

    def find(self, rows: OptionQuerySet, _name: str, text: str) -> OptionQuerySet:
        return rows.filter(like(text, "row"))

    def by_use(self, rows: QuerySet[Option], _name: str, value: str) -> QuerySet[Option]:
        wanted = {"binds": Q(binds=True), "free": Q(is_full=False), "empty": Q(taken=0)}
        return rows.filter(wanted[value])


class MovedFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Whom another simulation serves better or worse; the queryset is `queries.moved_between`."""

    text = django_filters.CharFilter(label=gettext_lazy("Number or name"), method="find", widget=SEARCH)
    how = django_filters.ChoiceFilter(
        label=gettext_lazy("Who moves"),
        field_name="how",
        empty_label=gettext_lazy("All"),
        choices=[
            ("better", gettext_lazy("Better for the applicant")),
            ("worse", gettext_lazy("Worse for the applicant")),
            ("other", gettext_lazy("Neither")),
        ],
    )
    a = django_filters.NumberFilter(widget=forms.HiddenInput, method="keep")  # which two are compared
    b = django_filters.NumberFilter(widget=forms.HiddenInput, method="keep")

    class Meta:
        model = Outcome
        fields: list[str] = []

    def find(self, rows: OutcomeQuerySet, _name: str, text: str) -> OutcomeQuerySet:
        return rows.named(text)

    def keep(self, rows: OutcomeQuerySet, _name: str, _value: object) -> OutcomeQuerySet:
        return rows


def like(text: str, number: str) -> Q:
    """Rows of places whose *number* (a field) is *text*, or one of whose institutions is called so, in any script."""
    alike = institutions_like(text)
    wanted = Q(host__in=alike) | Q(home__in=alike)
    if text.strip().isdecimal() and len(text.strip()) < 10:
        wanted |= Q((number, int(text)))
    return wanted


class MoveForm(SeenForm):
    """Where an applicant is put by hand, and why."""

    to = forms.ChoiceField(label=gettext_lazy("Put the applicant on"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It stays in the record, with your name. Applicants do not see it."),
        max_length=1_000,
        validators=[no_direction_marks],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, rows: Iterable[Option], choices: dict[str, int], **given: Any) -> None:
        """*rows* are offered in this order; *choices* is the number of the own choice for "host start length"."""
        super().__init__(*args, **given)
        to: Any = self.fields["to"]
        to.choices = [
            *((str(row.row), self._words(row, choices)) for row in rows),
            (NOWHERE, _("Not placed")),
        ]

    def _words(self, row: Option, choices: dict[str, int]) -> str:
        stay = row.details
        facts = {
            "row": row.row,
            "stay": reasons.choice(stay, lambda _key: str(row.host)),
            "taken": row.taken,
            "places": row.places,
        }
        if number := choices.get(f"{stay['host']} {stay['start']} {stay['length']}"):
            return _("Choice {number}: {stay} (row {row}; taken: {taken} of {places})").format(
                number=number, **facts
            )
        return _("{stay} (row {row}; taken: {taken} of {places})").format(**facts)

    def clean_to(self) -> int | None:
        to = self.cleaned_data["to"]
        return None if to == NOWHERE else int(to)
