"""The office's own list of agreements: one row an agreement, or one for each direction or condition of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eastep.agreements.content import NOTHING
from eastep.agreements.sheets import headings as said
from eastep.agreements.sheets.cells import (
    Places,
    in_its_language,
    levels,
    read_direction,
    read_kind,
    read_language_is,
    read_mobility,
    read_months,
    read_places,
    read_terms,
    whole_months,
)
from eastep.agreements.sheets.days import End, Span, first_day, last_day, period, read_renewal
from eastep.agreements.sheets.records import Record, in_order
from eastep.agreements.states import Level, Mobility
from eastep.core.text import Text, in_all_languages
from eastep.imports import Column, Row, Table
from eastep.imports import known_headings as known
from eastep.imports.agreed import agreed
from eastep.imports.cells import as_is, text_up_to
from eastep.imports.kinds import Kind
from eastep.imports.standard_cells import gpa_of, scale, standard, tells, tells_gpa
from eastep.imports.university_cells import tells_university, university
from eastep.institutions.register import Register
from eastep.standards.cells import Unreadable as NotStandard
from eastep.standards.cells import says_nothing
from eastep.standards.facts import Standards
from eastep.standards.fields import parse_field
from eastep.standards.gpa import format_gpa
from eastep.standards.languages import format_requirement, parse_requirement

DISAGREES = gettext_lazy(
    "Row {first} has “{other}” here for the same agreement. Write the same in both rows, or give one of them another "
    "reference number."
)
NO_FIRST_DAY = gettext_lazy(
    "Nothing says from when this agreement holds. Write its first day, such as 2027-04-01."
)
NOT_SIGNED = gettext_lazy(
    "This agreement begins later, and nothing says when it was signed. Write the date of the last signature."
)
ENDS_TWICE = gettext_lazy("The last day here and the period ({other}) do not agree. Leave one of them empty.")
ENDS_BEFORE = gettext_lazy("The last day lies before the first ({first_day}). Correct one of the two.")
SIGNED_AFTER = gettext_lazy("This was signed after the last day ({last_day}). Correct one of the two.")
SIGNED_LATER = gettext_lazy("The last signature cannot lie in the future. Correct its date.")
RENEWED = gettext_lazy(
    "The period ended on {last_day}, and the list says that it renews itself: it is recorded without an end."
)
NOT_DEFINED = gettext_lazy("“{value}” is not a number: the places are recorded as not yet defined.")
FREE_LANGUAGE = gettext_lazy(
    "“{value}” names no language test that is known, and is kept as text. Rounds cannot check it."
)
NO_DIRECTION = gettext_lazy(
    "There are places in a column of their own for a direction, and in “{other}” as well. Leave one of them empty."
)
DIRECTION_NEEDED = gettext_lazy(
    "Other rows of this agreement say which direction they are about. Write “out” or “in” here too."
)
SAME_CONDITION = gettext_lazy(
    "Row {first} says the same about this direction of the same agreement. Leave one of the two out."
)


def agreement_kind(register: Register, standards: Standards, names: Mapping[str, str]) -> Kind[Record]:
    """The office's own list of agreements."""
    columns = agreement_columns(register, standards, names)

    def make(table: Table) -> Iterator[tuple[tuple[int, ...], Record]]:
        for rows in _groups(table):
            errors_before = table.problems.errors
            record = _Listed(table, rows, standards).record()
            if table.problems.errors == errors_before:
                yield tuple(row.number for row in rows), record

    return Kind(columns=columns, make=make, adapted=lambda _names: columns)


def agreement_columns(
    register: Register, standards: Standards, names: Mapping[str, str]
) -> tuple[Column, ...]:
    """The columns of a list of agreements."""
    key, is_university = university(register, names), tells_university(register, names)
    field, text = standard(parse_field, standards), text_up_to(2_000)
    return (
        Column("partner", gettext_lazy("Partner institution"), said.PARTNER, key, required=True, tells=is_university, for_all=False),
        Column("faculty", gettext_lazy("Our faculty"), said.FACULTY, text_up_to(200)),
        Column("partner_faculty", gettext_lazy("Partner's faculty"), said.PARTNER_FACULTY, text_up_to(200)),
        Column("reference", gettext_lazy("Our reference"), said.REFERENCE, text_up_to(60), own=True),
        Column("partner_reference", gettext_lazy("Partner's reference"), said.PARTNER_REFERENCE, text_up_to(60), own=True),
        Column("kind", gettext_lazy("Kind of agreement"), said.KIND, read_kind, tells=tells(read_kind)),
        Column("signed_on", gettext_lazy("Last signature"), said.SIGNED_ON, first_day),
        Column("starts_on", gettext_lazy("First day"), said.STARTS_ON, first_day),
        Column("ends_on", gettext_lazy("Last day"), said.ENDS_ON, last_day),
        Column("period", gettext_lazy("Period"), said.PERIOD, period, in_empty_sheet=False),
        Column("renewal", gettext_lazy("Renewal"), said.RENEWAL, read_renewal),
        Column("notice", gettext_lazy("Notice (months)"), said.NOTICE, whole_months),
        Column("direction", gettext_lazy("Direction"), said.DIRECTION, read_direction, tells=tells(read_direction), in_empty_sheet=False),
        Column("out", gettext_lazy("Places out"), said.OUT, read_places),
        Column("in", gettext_lazy("Places in"), said.IN, read_places),
        Column("places", gettext_lazy("Places a year"), said.PLACES, read_places, in_empty_sheet=False),
        Column("mobility", gettext_lazy("Kind of mobility"), said.MOBILITY, read_mobility, tells=tells(read_mobility)),
        Column("fields", gettext_lazy("Field (ISCED-F)"), known.FIELD, field, tells=tells(field)),
        Column("levels", gettext_lazy("Level (EQF)"), (*known.LEVEL, *said.LEVELS), levels(standards)),
        Column("terms", gettext_lazy("Terms of the year"), (*said.TERMS, "Terms of the year"), read_terms),
        Column("months", gettext_lazy("Months of a stay"), (*said.MONTHS, "Months of a stay"), read_months),
        Column("gpa", gettext_lazy("Minimum GPA"), known.MINIMUM_GPA, as_is, tells=tells_gpa(standards)),
        Column("scale", gettext_lazy("GPA scale"), known.SCALE, scale(standards)),
        Column("language", gettext_lazy("Language requirement"), known.REQUIREMENT, text),
        Column("language_is", gettext_lazy("Required or recommended"), said.LANGUAGE_IS, read_language_is),
        Column("tuition", gettext_lazy("Tuition"), said.TUITION, text),
        Column("other", gettext_lazy("Other terms (the partner sees them)"), (*said.OTHER, "Other terms (the partner sees them)"), text),
    )  # fmt: skip


def _groups(table: Table) -> Iterator[list[Row]]:
    """The rows of each agreement, but for agreements of which any row is bad.

    Rows with one reference are one agreement; without a reference those that agree in partner, faculties and period. A row
    that says neither belongs to the one above, if the partner is the same.
    """
    groups: dict[tuple[Any, ...], list[Row]] = {}
    bad = [_same(row) for row in table.bad_rows]
    last: tuple[Any, ...] | None = None
    for row in table.rows:
        key = _same(row)
        if last and last[0] == key[0] and _says_only_conditions(row):
            key = last
        groups.setdefault(key, []).append(row)
        last = key
    for key, rows in groups.items():
        if key not in bad and not (key[1] is None and any(_is_unclear(one, key) for one in bad)):
            yield rows


def _same(row: Row) -> tuple[Any, ...]:
    """What the rows of one agreement have in common."""
    if row["reference"]:
        return (row["partner"], row["reference"])
    names = ("faculty", "partner_faculty", "starts_on", "ends_on", "period", "signed_on")
    return (row["partner"], None, *(row[name] for name in names))


def _says_only_conditions(row: Row) -> bool:
    names = ("reference", "faculty", "partner_faculty", "starts_on", "ends_on", "period", "signed_on")
    return all(row[name] is None for name in names)


def _is_unclear(bad: tuple[Any, ...], key: tuple[Any, ...]) -> bool:
    """Whether a bad row may be one of the agreement: same partner, and where both say something, the same."""
    if bad[0] != key[0] or bad[1] is not None:
        return False
    return all(one is None or one == other for one, other in zip(bad[2:], key[2:], strict=True))


class _Listed:
    """The rows of one agreement."""

    def __init__(self, table: Table, rows: Sequence[Row], standards: Standards) -> None:
        self.table, self.rows, self.standards = table, rows, standards

    def agreed(self, name: str) -> Any:
        return agreed(self.table, self.rows, name, wording=DISAGREES)

    def problem(self, row: Row, name: str, code: str, wording: Any, **facts: Any) -> None:
        self.table.problem(row, name, code, wording=wording, **facts)

    def notice(self, row: Row, name: str, code: str, wording: Any, **facts: Any) -> None:
        self.table.problem(row, name, code, wording=wording, severity="notice", **facts)

    def record(self) -> Record:
        names = ("faculty", "partner_faculty", "reference", "partner_reference", "kind", "notice")
        values = {name: self.agreed(name) for name in names}
        starts_on, ends_on, signed_on, renews = self.days()
        faculties = {name: _as_name(values[name]) for name in ("faculty", "partner_faculty")}
        is_between_faculties = any(faculties.values())
        level = values["kind"] or (Level.FACULTY if is_between_faculties else "")
        return {
            "standing": "recorded",
            "partner": self.rows[0]["partner"],
            "reference": values["reference"] or "",
            "partner_reference": values["partner_reference"] or "",
            **faculties,
            "level": str(level),
            "signed_on": signed_on.isoformat() if signed_on else "",
            "starts_on": starts_on.isoformat() if starts_on else "",
            "ends_on": ends_on.isoformat() if ends_on else "",
            "notice_months": values["notice"],
            "conditions": in_order(self.conditions()),
            "other": self.other(renews),
        }

    # The days

    def days(self) -> tuple[date | None, date | None, date | None, bool]:
        """First day, last day, last signature, and whether it renews itself."""
        first = self.rows[0]
        span: Span = self.agreed("period") or Span()
        end: End | None = self.agreed("ends_on")
        renewal = self.agreed("renewal")
        signed_on: date | None = self.agreed("signed_on")
        starts_on: date | None = self.agreed("starts_on") or span.first or signed_on
        renews = span.renews or (end is not None and end.renews) or renewal is True
        if starts_on is None:
            self.problem(first, self.where("starts_on", "period", "signed_on"), "no_first_day", NO_FIRST_DAY)
            return None, None, signed_on, renews
        ends_on = end.day if end and end.day else span.end(starts_on)
        if end and end.day and (other := span.end(starts_on)) and other != end.day:
            self.problem(first, "ends_on", "ends_twice", ENDS_TWICE, other=other.isoformat())
        elif ends_on and ends_on < starts_on:
            where = self.where("ends_on", "period")
            self.problem(first, where, "ends_before", ENDS_BEFORE, first_day=starts_on.isoformat())
        elif ends_on and signed_on and ends_on < signed_on:
            self.problem(first, "signed_on", "signed_after", SIGNED_AFTER, last_day=ends_on.isoformat())
        if ends_on and renews and ends_on < _today():
            where = self.where("ends_on", "period")
            self.notice(first, where, "renewed", RENEWED, last_day=ends_on.isoformat())
            ends_on = None
        if signed_on is None and starts_on > _today():
            self.problem(first, self.where("signed_on", "starts_on"), "not_signed", NOT_SIGNED)
        elif signed_on and signed_on > _today():
            self.problem(first, "signed_on", "signed_later", SIGNED_LATER)
        return starts_on, ends_on, signed_on, renews

    def where(self, *names: str) -> str:
        """The first of the columns that the file has."""
        return next((name for name in names if self.table.found.get(name)), names[0])

    # The conditions

    def conditions(self) -> list[Record]:
        found: list[Record] = []
        first: dict[str, int] = {}
        is_directed = any(row["direction"] for row in self.rows)
        for row in self.rows:
            parts = list(self.of_row(row, is_directed=is_directed))
            same = [repr({**part, "places": None}) for part in parts]
            if known := [first[one] for one in same if one in first]:
                where = self.where("places", "out", "partner")
                self.problem(row, where, "same_condition", SAME_CONDITION, first=known[0])
            first |= dict.fromkeys(same, row.number)
            found += parts
        return found

    def of_row(self, row: Row, *, is_directed: bool) -> Iterator[Record]:
        """What one row says of each direction: places of its own, those for the direction, or for both."""
        out, in_, places = row["out"], row["in"], row["places"]
        if places and (out or in_):
            heading = (
                self.table.headings[self.table.found["places"][0]] if self.table.found.get("places") else ""
            )
            self.problem(row, "places", "no_direction", NO_DIRECTION, other=heading)
            return
        if is_directed and row["direction"] is None and (out or in_) is None:
            self.problem(row, "direction", "direction_needed", DIRECTION_NEEDED)
            return
        given: dict[str, Places] = {}
        for name, cell in (("out", out), ("in", in_)):
            if cell:
                given[name] = cell
        one = places or next((cell for cell in given.values() if cell.each), None)
        directions = ("out", "in") if row["direction"] in (None, "both") else (row["direction"],)
        if one:
            for name in directions:
                given.setdefault(name, one)
        elif not given and (row["direction"] or self.says_more(row)):
            given = {name: Places(None) for name in directions}
        common = self.common(row)
        for name, said_places in given.items():
            if said_places.number != 0:
                note = asdict(in_its_language(said_places.note)) if said_places.note else dict(NOTHING)
                yield {"direction": name, **common, "places": said_places.number, "other": note}
        for name in ("out", "in", "places"):
            if row[name] and row[name].number is None:
                self.notice(row, name, "not_defined", NOT_DEFINED)

    def says_more(self, row: Row) -> bool:
        return any(
            row[name] for name in ("mobility", "fields", "levels", "terms", "months", "language", "gpa")
        )

    def common(self, row: Row) -> Record:
        """What the row says of a condition, whatever its direction."""
        gpa = gpa_of(self.table, row, self.standards)
        is_recommended = row["language_is"] or ("recommended" if _is_recommended(row["language"]) else "")
        return {
            "mobility": str(row["mobility"] or Mobility.STUDY),
            "fields": list(row["fields"] or ()),
            "levels": list(row["levels"] or ()),
            "terms": list(row["terms"] or ()),
            "months": row["months"] or "",
            "language": self.language(row),
            "language_is": is_recommended,
            "minimum_gpa": format_gpa(gpa) if gpa else "",
        }

    def language(self, row: Row) -> str:
        """As `format_requirement` writes it, if it names tests; else the text."""
        written = row["language"]
        if not written or says_nothing(written):
            return ""
        with suppress(NotStandard):
            return format_requirement(parse_requirement(written, self.standards))
        self.notice(row, "language", "free_language", FREE_LANGUAGE)
        return str(written)

    # What else it says

    def other(self, renews: bool) -> dict[str, str]:
        """Renewal, tuition and other terms, each on a line, in the language in which it is written."""
        texts: list[Text] = []
        renewal = self.agreed("renewal")
        if renews:
            texts.append(in_all_languages(lambda: _("It renews itself unless one side gives notice.")))
        if isinstance(renewal, str):
            texts.append(in_its_language(renewal))
        for name in ("tuition", "other"):
            lines = dict.fromkeys(row[name] for row in self.rows if row[name])
            texts += [in_its_language(line) for line in lines]
        return {
            language: "\n".join(dict.fromkeys(filter(None, (getattr(text, language) for text in texts))))
            for language in NOTHING
        }


def _as_name(written: str | None) -> dict[str, str] | None:
    return asdict(in_its_language(written)) if written and not says_nothing(written) else None


def _is_recommended(text: str | None) -> bool:
    return bool(text) and any(
        word in str(text).casefold() for word in ("推奨", "望ましい", "권장", "recommend")
    )


def _today() -> date:
    return timezone.localdate()
