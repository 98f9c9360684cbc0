"""Rows of a round typed by hand, read by the same readers as the cells of a sheet; and what lists are filtered by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.forms.boundfield import BoundField
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from eastep.applications.forms.rounds import ReasonForm
from eastep.applications.in_words import signed
from eastep.applications.models import Round, RoundApplicant, RoundPlace, Withdrawn
from eastep.applications.records import Record
from eastep.applications.sheets import read_sheet
from eastep.applications.sheets.cells import CHOICES
from eastep.core.sheets import Detected, Sheet, Workbook
from eastep.core.text import no_direction_marks
from eastep.imports import Layout
from eastep.imports.layout import Source
from eastep.imports.queries import remembered_names
from eastep.imports.university_cells import key_of_name
from eastep.institutions.models import Institution
from eastep.institutions.queries import institutions_like, registered
from eastep.institutions.seasons import Season
from eastep.institutions.sentences import season_in_words
from eastep.standards.queries import standards_in_force

EMPTY_CHOICES = 3  # shown beneath those that are filled in
LENGTHS = [
    ("term", pgettext_lazy("length of stay", "one term")),
    ("year", pgettext_lazy("length of stay", "academic year")),
]
WRITTEN = {"autocomplete": "off", "spellcheck": "false"}


class RowForm(forms.Form):
    """One row as text. It is read as the only row of a sheet, so that both say the same of the same words.

    A valid form has the row's *record*; *version* is that of the row which the person saw.
    """

    kind = ""
    sources: Mapping[str, Source] = {}  # field: the column of a sheet that it stands for
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    record: Record

    def __init__(self, *args: Any, round_: Round, **given: Any) -> None:
        super().__init__(*args, **given)
        self.round = round_

    def clean(self) -> dict[str, Any]:
        fields = list(self.sources)
        cells = [self.cleaned_data.get(name, "") for name in fields]
        sheet = Sheet(name="", width=len(cells), height=1, read=lambda: iter([list(cells)]))
        taken = read_sheet(
            self.kind,
            Workbook(sheets=(sheet,), detected=Detected(kind="csv")),
            name="",
            layout=Layout(sheet="", heading_row=0, columns=dict(enumerate(self.sources.values()))),
            register=registered(),
            standards=standards_in_force(),
            names=remembered_names(self.round.home),
        )
        field_of = {source: name for name, source in self.sources.items()}
        for problem in taken.problems:
            field = field_of.get((problem.column, problem.n)) or field_of.get((problem.column, 0))
            told = LEFT_OUT.get(problem.code) or (problem.severity == "error" and problem.sentence)
            if told and field not in self.errors:
                self.add_error(field, told)
        if taken.rows and not self.errors:
            self.record = taken.rows[0]
        elif not self.errors:
            self.add_error(None, _("This cannot be read as a row. Check what is filled in."))
        return self.cleaned_data

    @property
    def seen_version(self) -> int:
        """The version of the row that the person saw; 0 if the form does not say."""
        return self.cleaned_data["version"] or 0

    def see(self, version: int) -> None:
        """Show what was typed once more; it counts as typed in sight of *version*."""
        self.data = {**dict(self.data.items()), "version": str(version)}


def _text(label: Any, help_text: Any = "", *, required: bool = True, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs=WRITTEN | attrs)
    return forms.CharField(label=label, help_text=help_text, required=required, widget=widget)


LEFT_OUT = {  # a sheet goes on without such a choice; somebody who has just typed it meant it
    "same_choice": gettext_lazy("This choice is there already. Change it, or empty it."),
    "no_host": gettext_lazy("Write the host institution, or empty this choice."),
}
HOST_HELP = gettext_lazy("Its name in any of the three languages, or its code.")
TERM_HELP = gettext_lazy("Such as 2027-spring, 2027年度前期 or 2027년 1학기.")


class PlaceForm(RowForm):
    """One row of places."""

    kind = "places"
    sources: Mapping[str, Source] = {
        "home": ("home", 0),
        "host": ("host", 0),
        "fields_": ("field", 0),
        "levels": ("level", 0),
        "start": ("start", 0),
        "length": ("length", 0),
        "places": ("places", 0),
        "carried": ("carried", 0),
        "minimum_gpa": ("gpa", 0),
        "language": ("language", 0),
    }
    home = _text(gettext_lazy("Home institution"), HOST_HELP)
    host = _text(gettext_lazy("Host institution"), HOST_HELP, list="hosts")
    start = _text(gettext_lazy("Start term"), TERM_HELP)
    length = forms.ChoiceField(label=gettext_lazy("Length"), choices=LENGTHS)
    places = _text(
        gettext_lazy("Places"), gettext_lazy("As many as the agreement says."), inputmode="numeric"
    )
    carried = _text(
        gettext_lazy("Carried over"),
        gettext_lazy(
            "From earlier years: +2 gives two places more, because the host owes them; −2 gives two fewer, because "
            "the home institution owes them. Empty: nothing."
        ),
        required=False,
    )
    fields_ = _text(
        gettext_lazy("Field (ISCED-F)"),
        gettext_lazy("Such as 0311; 0312. Empty: any field."),
        required=False,
    )
    levels = _text(
        gettext_lazy("Level (EQF)"),
        gettext_lazy("6 bachelor, 7 master, 8 doctorate. Empty: any level."),
        required=False,
    )
    minimum_gpa = _text(
        gettext_lazy("Minimum GPA"), gettext_lazy("With its scale, such as 3.0/4.5."), required=False
    )
    language = _text(
        gettext_lazy("Language requirement"),
        gettext_lazy("Such as TOPIK 4, or JLPT N2 / JPT 550 where either is enough."),
        required=False,
    )


class ApplicantForm(RowForm):
    """One applicant, with a row of fields for each choice."""

    kind = "applicants"
    own: Mapping[str, Source] = {
        "number": ("id", 0),
        "name": ("name", 0),
        "home": ("home", 0),
        "field": ("field", 0),
        "level": ("level", 0),
        "gpa": ("gpa", 0),
        "languages": ("languages", 0),
        "score": ("score", 0),
        "language": ("language", 0),
    }
    number = _text(gettext_lazy("Applicant number"))
    name = _text(gettext_lazy("Name"), gettext_lazy("As the applicant writes it."))
    home = _text(gettext_lazy("Home institution"), HOST_HELP)
    field = _text(gettext_lazy("Field (ISCED-F)"), gettext_lazy("One code, such as 0311."))
    level = _text(gettext_lazy("Level (EQF)"), gettext_lazy("6 bachelor, 7 master, 8 doctorate."))
    score = _text(gettext_lazy("Score"), inputmode="decimal")
    gpa = _text(gettext_lazy("GPA"), gettext_lazy("With its scale, such as 3.8/4.5."), required=False)
    languages = _text(
        gettext_lazy("Language results"),
        gettext_lazy("Each with its date, such as JLPT N2 2025-12-07; TOEIC 850 2026-01-11."),
        required=False,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of letters"),
        choices=[("", gettext_lazy("Not known")), *settings.LANGUAGES],
        required=False,
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        filled = self.data if self.is_bound else self.initial
        numbers = [n for n in range(1, CHOICES + 1) if any(filled.get(name) for name in choice_fields(n))]
        most = max(self.round.most_choices or CHOICES, max(numbers, default=0))
        self.choices = range(1, min(CHOICES, most, max(numbers, default=0) + EMPTY_CHOICES) + 1)
        sources = dict(self.own)
        for n in self.choices:
            host, start, length = choice_fields(n)
            self.fields[host] = _text(gettext_lazy("Host institution"), required=False, list="hosts")
            self.fields[start] = _text(gettext_lazy("Start term"), required=False)
            self.fields[length] = forms.ChoiceField(
                label=gettext_lazy("Length"), choices=[("", "–"), *LENGTHS], required=False
            )
            sources |= {host: ("hosts", n), start: ("starts", n), length: ("lengths", n)}
        self.sources = sources

    @property
    def own_fields(self) -> list[BoundField]:
        """The fields above the choices."""
        return [self[name] for name in self.own]

    @property
    def choice_rows(self) -> list[tuple[int, list[BoundField]]]:
        """The number and the fields of each choice."""
        return [(n, [self[name] for name in choice_fields(n)]) for n in self.choices]


def choice_fields(n: int) -> tuple[str, str, str]:
    """The names of the fields of the n-th choice."""
    return f"host_{n}", f"start_{n}", f"length_{n}"


def as_typed(record: Record, round_: Round) -> dict[str, str]:
    """What would be typed for *record*: names of institutions where they lead back to the same one, else codes."""
    register, names = registered(), remembered_names(round_.home)

    def typed(key: str) -> str:
        name = register.by_key[key].name(get_language() or "en")
        found = register.resolve(name).university
        return name if (key_of_name(name, names) or (found and found.key)) == key else key

    texts = {name: "" if value is None else str(value) for name, value in record.items() if name != "choices"}
    texts["home"] = typed(record["home"])
    if record.get("carried"):
        texts["carried"] = signed(record["carried"])
    if "host" in record:
        return {**texts, "host": typed(record["host"]), "fields_": texts.pop("fields")}
    for n, choice in enumerate(record["choices"], 1):
        host, start, length = choice_fields(n)
        texts |= {host: typed(choice["host"]), start: choice["start"], length: choice["length"]}
    return {**texts, "number": texts.pop("id")}


class WithdrawForm(forms.Form):
    """Why applicants are placed no more."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It stays in the record."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[no_direction_marks],
    )


class WaiveForm(ReasonForm):
    """Why an objection to one choice may pass."""

    host = forms.CharField(widget=forms.HiddenInput)
    start = forms.CharField(widget=forms.HiddenInput)
    length = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(widget=forms.HiddenInput)


# Filters

_ANY = gettext_lazy("All")
STATES = {"counts": "", "office": "office", "file": "file"}  # in the address: in the database


class StateFilter(django_filters.ChoiceFilter):  # type: ignore[misc]
    """Whether rows count, or why not."""

    def __init__(self) -> None:
        choices = [(name, Withdrawn(value).label) for name, value in STATES.items()]
        super().__init__("withdrawn", label=pgettext_lazy("row", "State"), choices=choices, empty_label=_ANY)

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(withdrawn=STATES[value]) if value else rows


_SEARCH = {"type": "search", "autocomplete": "off"}


def _search(label: Any, method: str) -> django_filters.CharFilter:
    return django_filters.CharFilter(label=label, method=method, widget=forms.TextInput(attrs=_SEARCH))


class _RowFilter(django_filters.FilterSet):  # type: ignore[misc]
    def of_home(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Of the one institution that is meant for certain, else of all that are called so."""
        certain = registered().resolve(value).university
        if certain is None:
            return rows.filter(home__in=institutions_like(value))
        return rows.filter(
            home__in=list(Institution.objects.filter(key=certain.key).values_list("pk", flat=True))
        )


class PlaceFilter(_RowFilter):
    """What the list of places is filtered by. The terms to choose from are those of the list."""

    text = _search(gettext_lazy("Institution, or number of the row"), "search")
    start = django_filters.ChoiceFilter(label=gettext_lazy("Start term"), empty_label=_ANY)
    length = django_filters.ChoiceFilter(label=gettext_lazy("Length"), choices=LENGTHS, empty_label=_ANY)
    state = StateFilter()

    class Meta:
        model = RoundPlace
        fields: tuple[str, ...] = ("text", "start", "length", "state")

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        starts = self.queryset.order_by("start").values_list("start", flat=True).distinct()
        self.filters["start"].extra["choices"] = [
            (start, season_in_words(Season.of(start))) for start in starts
        ]

    def search(self, rows: QuerySet[RoundPlace], name: str, value: str) -> QuerySet[RoundPlace]:
        if value.isdecimal() and len(value) < 10:
            return rows.filter(number=int(value))
        alike = institutions_like(value)
        return rows.filter(Q(host__in=alike) | Q(home__in=alike))


class ProgrammePlaceFilter(PlaceFilter):
    """The same for a round of several homes."""

    home = _search(gettext_lazy("Home institution"), "of_home")

    class Meta(PlaceFilter.Meta):
        fields: tuple[str, ...] = ("text", "home", "start", "length", "state")


class ApplicantFilter(_RowFilter):
    """What the list of applicants is filtered by."""

    text = _search(gettext_lazy("Name or number"), "search")
    state = StateFilter()

    class Meta:
        model = RoundApplicant
        fields: tuple[str, ...] = ("text", "state")

    def search(self, rows: Any, name: str, value: str) -> QuerySet[RoundApplicant]:
        found: QuerySet[RoundApplicant] = rows.named(value)
        return found


class ProgrammeApplicantFilter(ApplicantFilter):
    """The same for a round of several homes."""

    home = _search(gettext_lazy("Home institution"), "of_home")

    class Meta(ApplicantFilter.Meta):
        fields: tuple[str, ...] = ("text", "home", "state")
