"""What the content of an agreement says, in the reader's language: for pages, differences and documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from eastep.agreements.content import Condition, Content
from eastep.agreements.difference import Change, Path
from eastep.agreements.states import Level, Mobility, Unit
from eastep.core.text import Text, joined
from eastep.standards.facts import Field, Standards
from eastep.standards.queries import standards_in_force

NOTHING_SAID = "–"
NO_DAY = gettext_lazy("No last day: it holds until one side gives notice")
LABELS: Mapping[tuple[str, ...], Any] = {  # without the numbers in a path
    ("format",): gettext_lazy("Format of this record"),
    ("level",): pgettext_lazy("agreement", "Kind"),
    ("parties", "institution"): gettext_lazy("Institution"),
    ("parties", "name"): gettext_lazy("Name of the institution"),
    ("parties", "faculty"): gettext_lazy("Faculty"),
    ("starts_on",): gettext_lazy("First day"),
    ("ends_on",): gettext_lazy("Last day"),
    ("notice_months",): gettext_lazy("Notice period"),
    ("conditions", "order"): gettext_lazy("Order of the conditions"),
    ("conditions", "sending"): gettext_lazy("Sent by"),
    ("conditions", "receiving"): gettext_lazy("Received by"),
    ("conditions", "mobility"): gettext_lazy("Kind of mobility"),
    ("conditions", "fields"): gettext_lazy("Fields (ISCED-F)"),
    ("conditions", "field_note"): gettext_lazy("Note on the fields"),
    ("conditions", "levels"): gettext_lazy("Levels (EQF)"),
    ("conditions", "terms"): pgettext_lazy("of the year", "Terms"),
    ("conditions", "places"): gettext_lazy("Places a year"),
    ("conditions", "months"): gettext_lazy("Months"),
    ("conditions", "days"): gettext_lazy("Days"),
    ("conditions", "first_year"): gettext_lazy("Only from the year"),
    ("conditions", "last_year"): gettext_lazy("Only up to the year"),
    ("conditions", "blended"): gettext_lazy("Blended"),
    ("conditions", "language"): gettext_lazy("Language requirement"),
    ("conditions", "language_is"): gettext_lazy("Language requirement is"),
    ("conditions", "minimum_gpa"): gettext_lazy("Minimum GPA"),
    ("conditions", "other"): gettext_lazy("Other terms"),
    ("balance", "counts"): gettext_lazy("The balance counts"),
    ("balance", "expires_after"): gettext_lazy("A difference expires after"),
    ("balance", "tolerance"): gettext_lazy("Difference that is accepted"),
    ("other",): gettext_lazy("Other terms"),
}
HALVES: Mapping[str, Any] = {
    "spring": pgettext_lazy("half of the year", "Spring"),
    "autumn": pgettext_lazy("half of the year", "Autumn"),
}
LANGUAGE_IS: Mapping[str, Any] = {
    "required": pgettext_lazy("language", "required"),
    "recommended": pgettext_lazy("language", "recommended"),
}


@dataclass(frozen=True, kw_only=True)
class Direction:
    """Who sends to whom, and what holds for it."""

    sending: str
    receiving: str
    conditions: list[Condition]

    def __str__(self) -> str:
        return f"{self.sending} → {self.receiving}"


@dataclass(frozen=True, kw_only=True)
class Words:
    """Words for contents. The names of the institutions are those that the contents themselves say."""

    names: Mapping[str, str]  # by the key of the institution
    standards: Standards

    @classmethod
    def of(cls, *contents: Content) -> Words:
        """For what these contents say."""
        names = {
            one["institution"]: str(Text(**one["name"])) or one["institution"]
            for content in contents
            for one in content["parties"]
        }
        return cls(names=names, standards=standards_in_force())

    # Any place, and what it says

    def label(self, path: Path) -> str:
        """What a place of the content is called, without the condition that it belongs to."""
        named = tuple(part for part in path if isinstance(part, str))
        if path[-1] in dict(settings.LANGUAGES) and named[:-1] in LABELS:
            language = dict(settings.LANGUAGES)[str(path[-1])]
            return _("{what} ({language})").format(what=LABELS[named[:-1]], language=language)
        if named == ("conditions",):
            return _("Condition {number}").format(number=path[1])
        return str(LABELS.get(named, ".".join(named)))

    def value(self, path: Path, said: Any) -> str:
        """What is said at a place."""
        named = tuple(part for part in path if isinstance(part, str))
        if named == ("conditions",) and said is not None:
            return self.condition_in_short(said)
        if say := self._sayings().get(named):
            return say(said)
        if isinstance(said, dict):
            return str(Text(**said)) or NOTHING_SAID
        return NOTHING_SAID if said in ("", None) else str(said)

    def differences(self, changes: Iterable[Change], *contents: Content) -> list[tuple[str, str, str]]:
        """What each change is called, said before and says after. *contents*: where the conditions are found."""
        conditions = {one["id"]: one for content in contents for one in content["conditions"]}
        rows = []
        for change in changes:
            label = self.label(change.path)
            if change.condition is not None and len(change.path) > 2:
                condition = conditions[change.condition]
                label = _("Condition {number} ({direction}): {what}").format(
                    number=change.condition, direction=self.direction_of(condition), what=label
                )
            elif change.path[0] == "parties":
                party = contents[0]["parties"][int(change.path[1])]
                label = _("{institution}: {what}").format(
                    institution=self.institution(party["institution"]), what=label
                )
            before, after = (self.value(change.path, said) for said in (change.before, change.after))
            if change.is_added:
                before = _("not there")
            elif change.is_removed:
                after = _("not there")
            rows.append((label, before, after))
        return rows

    def _sayings(self) -> Mapping[tuple[str, ...], Callable[[Any], str]]:
        return {
            ("level",): lambda said: str(Level(said).label),
            ("parties", "institution"): self.institution,
            ("starts_on",): day,
            ("ends_on",): lambda said: day(said) if said else str(NO_DAY),
            ("notice_months",): months,
            ("conditions", "order"): joined,
            ("conditions", "sending"): self.institution,
            ("conditions", "receiving"): self.institution,
            ("conditions", "mobility"): lambda said: str(Mobility(said).label),
            ("conditions", "fields"): self.fields,
            ("conditions", "levels"): self.levels,
            ("conditions", "terms"): terms,
            ("conditions", "places"): places,
            ("conditions", "months"): lambda said: months_of_stay(said) or NOTHING_SAID,
            ("conditions", "blended"): lambda said: _("yes") if said else _("no"),
            ("conditions", "language_is"): lambda said: str(LANGUAGE_IS[said]),
            ("balance", "counts"): lambda said: str(Unit(said).label),
            ("balance", "expires_after"): years,
        }

    # Conditions

    def sides(self, content: Content) -> list[str]:
        """Who the two are, each with its faculty, should one be named."""
        return [
            f"{self.institution(one['institution'])} · {Text(**one['faculty'])}"
            if one["faculty"]
            else self.institution(one["institution"])
            for one in content["parties"]
        ]

    def institution(self, key: str) -> str:
        return self.names.get(key, key)

    def direction_of(self, condition: Condition) -> str:
        return f"{self.institution(condition['sending'])} → {self.institution(condition['receiving'])}"

    def fields(self, codes: Iterable[str]) -> str:
        """The fields, each with its title: "0421 Law"."""
        language, known = get_language() or "en", self._fields
        titled = [
            f"{code} {known[code].label.in_language(language)}" if code in known else code for code in codes
        ]
        return "; ".join(titled) or _("any field")

    @cached_property
    def _fields(self) -> Mapping[str, Field]:
        return {field.code: field for field in self.standards.fields}

    def levels(self, levels: Iterable[int]) -> str:
        names = {
            level.code: level.label.in_language(get_language() or "en") for level in self.standards.levels
        }
        return joined(names.get(str(level), str(level)) for level in levels) or _("any level")

    def condition_in_short(self, condition: Condition) -> str:
        """A whole condition in one line, for a difference."""
        parts = [self.direction_of(condition)]
        for name in ("mobility", "fields", "levels", "terms"):
            parts.append(self.value(("conditions", name), condition[name]))
        parts.append(self._labelled("places", places(condition["places"])))
        parts += filter(None, [length_of_stay(condition), years_of(condition), language(condition)])
        if condition["minimum_gpa"]:
            parts.append(self._labelled("minimum_gpa", condition["minimum_gpa"]))
        return " · ".join(parts)

    def _labelled(self, name: str, said: str) -> str:
        return _("{what}: {said}").format(what=self.label(("conditions", name)), said=said)

    def rows(self, direction: Direction) -> list[dict[str, Any]]:
        """The conditions of one direction as a table shows them."""
        return [
            {
                "id": one["id"],
                "mobility": Mobility(one["mobility"]).label,
                "blended": one["blended"],
                "fields": self.fields(one["fields"]),
                "field_note": one["field_note"],
                "levels": self.levels(one["levels"]),
                "terms": terms(one["terms"]),
                "places": places(one["places"]),
                "length": length_of_stay(one),
                "years": years_of(one),
                "language": language(one),
                "minimum_gpa": one["minimum_gpa"],
                "other": texts(one["other"]),
            }
            for one in direction.conditions
        ]

    def directions(self, content: Content) -> list[tuple[Direction, list[dict[str, Any]]]]:
        """Both directions with the rows of their tables; one without any condition is there, too."""
        keys = [one["institution"] for one in content["parties"]]
        found = []
        for sending, receiving in (keys, keys[::-1]):
            direction = Direction(
                sending=self.institution(sending),
                receiving=self.institution(receiving),
                conditions=[one for one in content["conditions"] if one["sending"] == sending],
            )
            found.append((direction, self.rows(direction)))
        return found


# Single values


def day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "DATE_FORMAT")


def period(content: Content) -> str:
    """From the first to the last day."""
    if content["ends_on"] is None:
        return _("From {first_day} until one side gives notice").format(first_day=day(content["starts_on"]))
    return _("From {first_day} to {last_day}").format(
        first_day=day(content["starts_on"]), last_day=day(content["ends_on"])
    )


def months(number: int) -> str:
    return ngettext("{number} month", "{number} months", number).format(number=number)


def years(number: int | None) -> str:
    if number is None:
        return pgettext("a difference in the balance", "never")
    return ngettext("{number} year", "{number} years", number).format(number=number)


def months_of_stay(written: str) -> str:
    """Months may have a fraction; "" where nothing is said."""
    if not written:
        return ""
    return months(int(written)) if written.isdecimal() else _("{number} months").format(number=written)


def length_of_stay(condition: Condition) -> str:
    """Months, for staff days; "" where nothing is said."""
    days = _("{number} days").format(number=condition["days"]) if condition["days"] else ""
    return " · ".join(filter(None, [months_of_stay(condition["months"]), days]))


def years_of(condition: Condition) -> str:
    """The years that the condition is limited to; "" where it holds as long as the agreement."""
    first, last = condition["first_year"], condition["last_year"]
    if first and last:
        return _("only from {first} to {last}").format(first=first, last=last)
    if first:
        return _("only from {first}").format(first=first)
    return _("only up to {last}").format(last=last) if last else ""


def places(number: int | None) -> str:
    return _("not yet defined") if number is None else str(number)


def terms(halves: Iterable[str]) -> str:
    return joined(HALVES[half] for half in halves) or NOTHING_SAID


def language(condition: Condition) -> str:
    """The requirement and how strict it is; "" where nothing is asked."""
    if not condition["language"]:
        return ""
    if condition["language_is"] == "recommended":
        return _("{language} (recommended)").format(language=condition["language"])
    return _("{language} (required)").format(language=condition["language"])


def balance_rule(content: Content) -> list[str]:
    """How the balance is counted, as sentences."""
    rule = content["balance"]
    counts = (
        _("Stays are counted, whatever their length.")
        if rule["counts"] == Unit.STAY
        else _("Terms are counted: an academic year counts two.")
    )
    after, tolerance = rule["expires_after"], rule["tolerance"]
    if after is None:
        expires = _("A difference is carried over until it is made good.")
    elif after == 0:
        expires = _("A difference is not carried over into the next year.")
    else:
        expires = ngettext(
            "A difference is carried over for {number} year, then it expires.",
            "A difference is carried over for {number} years, then it expires.",
            after,
        ).format(number=after)
    accepted = (
        _("A difference of up to {number} is accepted.").format(number=tolerance)
        if tolerance
        else _("No difference is accepted.")
    )
    return [counts, expires, accepted]


def texts(written: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """A text in each language that it is written in: the code of the language, its name, the text."""
    names = dict(settings.LANGUAGES)
    return [(code, names[code], written[code]) for code in names if written.get(code)]
