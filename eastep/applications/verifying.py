"""A result computed again from its two sheets and its own settings, and compared with what it says.

The rows of places are matched by what they offer (`records.place_key`), so the order of the rows in the sheets is no
matter: the row numbers of the result are numbers of its own list of places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from eastep.applications.eligibility import Applicant, Choice, Place, StartOf, Waiver
from eastep.applications.placing import Move
from eastep.applications.records import (
    Record,
    applicant_record,
    canonical,
    inputs_hash,
    place_key,
    place_record,
)
from eastep.applications.report import FORMAT, About, Document, document, standards_hash
from eastep.applications.ruling import rule_of
from eastep.applications.simulating import Basis, Impossible, simulate
from eastep.institutions.seasons import Season
from eastep.placement import lottery_number
from eastep.standards.facts import Standards

OF_APPLICANT = ("id", "name", "home", "field", "level", "gpa", "languages", "score", "language")
SENTENCES = {
    "other_places": _("The sheet of places is not the one of this result: its hash is {found}, not {said}."),
    "other_applicants": _(
        "The sheet of applicants is not the one of this result: its hash is {found}, not {said}."
    ),
    "other_standards": _(
        "The result was computed with other standards: their hash was {said}, here it is {found}."
    ),
    "place_missing": _("Row {row} of the result is not in the sheet of places: {key}."),
    "place_extra": _("The sheet of places has a row that the result has not: {key}."),
    "place_changed": _(
        "Row {row} of places: {field} is “{found}” in the sheet and “{said}” in the result ({key})."
    ),
    "applicant_missing": _("The applicant {applicant} of the result is not in the sheet."),
    "applicant_extra": _("The applicant {applicant} of the sheet is not in the result."),
    "applicant_twice": _("The applicant {applicant} is in the result twice."),
    "applicant_changed": _(
        "The applicant {applicant}: {field} is “{found}” in the sheet and “{said}” in the result."
    ),
    "impossible": _("It cannot be computed again. {problem}"),
    "lottery": _(
        "The applicant {applicant}: the lottery number is {said} in the result; the seed gives {found}."
    ),
    "order": _(
        "In place {position} of the order of service the result has {said}; computed again it is {found}."
    ),
    "outcome": _(
        "The applicant {applicant}: {field} is “{said}” in the result and “{found}” when computed again."
    ),
    "choice": _(
        "The applicant {applicant}, choice {number}: {field} is “{said}” in the result and “{found}” when "
        "computed again."
    ),
    "option": _("Row {row} of places: {field} is “{said}” in the result and “{found}” when computed again."),
    "figure": _("The figure {field} is “{said}” in the result and “{found}” when computed again."),
    "setting": _("The setting {field} is “{said}” in the result and “{found}” when computed again."),
    "other": _("The part “{field}” of the result is not what it is when computed again."),
}
NOT_COMPARED = frozenset({"eastep", "scoring"})
LONGEST = 80  # characters of a value in a sentence


class NotAResult(ValueError):
    """The file is no result of this format."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that a result says otherwise than the computation. ``str()`` is a sentence in the reader's language."""

    code: str
    facts: Mapping[str, object]

    def __str__(self) -> str:
        return str(SENTENCES[self.code]).format(**self.facts)


def verify(
    result: Document,
    places: Sequence[Place],
    applicants: Sequence[Applicant],
    *,
    standards: Standards,
    start_of: StartOf,
) -> list[Difference]:
    """Everything in which *result* is not what *places* and *applicants* give with its own settings.

    Compared are the hashes of the inputs, every applicant with every choice and reason, the order of service, the
    lottery numbers, the places and the figures. Not compared are the version of EASTEP, the list of files and what
    the office says of the score. Other standards come first; see `is_same`. Raises NotAResult.
    """
    if not isinstance(result, dict) or result.get("format") != FORMAT:
        raise NotAResult
    try:
        return list(_differences(result, places, applicants, standards, start_of))
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, RecursionError) as error:
        raise NotAResult from error


def is_same(differences: Iterable[Difference]) -> bool:
    """Whether a result with these *differences* is the same: nothing is, or only a hash of standards that is another.

    A server may know facts that decide nothing in the result: a test that nobody has taken.
    """
    return all(one.code == "other_standards" for one in differences)


def _differences(
    result: Document,
    places: Sequence[Place],
    applicants: Sequence[Applicant],
    standards: Standards,
    start_of: StartOf,
) -> Iterator[Difference]:
    found = [*_inputs(result, places, applicants, standards), *_lottery(result)]
    yield from found
    settings = result["settings"]
    basis = Basis(
        places=_numbered(places, result),
        applicants=applicants,
        waivers=_waivers(settings["waivers"]),
        standards=standards,
        start_of=start_of,
    )
    moves = [
        Move(applicant=one["applicant"], row=one["row"], reason=one["reason"]) for one in settings["moves"]
    ]
    try:
        done = simulate(
            basis,
            seed=result["seed"],
            rule=rule_of(settings["rule"]),
            changes=settings["changes"],
            moves=moves,
        )
    except Impossible as error:
        yield Difference(code="impossible", facts={"problem": error.sentence})
        return
    about = About(
        title=result["title"],
        files=result["inputs"]["files"],
        students_see=settings["students_see"],
        minimum_cell=settings["minimum_cell"],
        most_choices=settings["most_choices"],
    )
    yield from _compared(result, document(done, about), is_told=not is_same(found))


# The sheets


def _inputs(
    result: Document, places: Sequence[Place], applicants: Sequence[Applicant], standards: Standards
) -> Iterator[Difference]:
    said = result["inputs"]
    place_records = list(map(place_record, places))
    applicant_records = list(map(applicant_record, applicants))
    for kind, found in (
        ("standards", standards_hash(standards)),
        ("places", inputs_hash(place_records)),
        ("applicants", inputs_hash(applicant_records)),
    ):
        if said[kind] != found:
            yield Difference(code=f"other_{kind}", facts={"said": said[kind], "found": found})
    yield from _place_rows(result["places"], place_records)
    yield from _applicant_rows(result, applicant_records)


def _place_rows(said: Iterable[Document], found: Iterable[Record]) -> Iterator[Difference]:
    """Where the rows of the sheet are not the rows of the result, before what the simulation changed."""
    records = {place_key(record): record for record in found}
    for row in said:
        key = place_key(row)
        record = records.pop(key, None)
        if record is None:
            yield Difference(code="place_missing", facts={"row": row["row"], "key": key})
            continue
        before = {**row, **row["was"]}
        for name in dict.fromkeys((*record, "carried")):  # which is not written where it is 0
            was, value = before.get(name, 0), record.get(name, 0)
            if was != value:
                facts = {"row": row["row"], "key": key, "field": name}
                yield _difference("place_changed", was, value, **facts)
    for key in records:
        yield Difference(code="place_extra", facts={"key": key})


def _applicant_rows(result: Document, found: Iterable[Record]) -> Iterator[Difference]:
    records = {record["id"]: record for record in found}
    for number in result["settings"]["changes"].get("withdrawn", ()):
        records.pop(number, None)
    seen: set[str] = set()
    for own in result["applicants"]:
        number = own["id"]
        if number in seen:
            yield Difference(code="applicant_twice", facts={"applicant": number})
            continue
        seen.add(number)
        record = records.pop(number, None)
        if record is None:
            yield Difference(code="applicant_missing", facts={"applicant": number})
            continue
        for name in OF_APPLICANT:
            if own[name] != record[name]:
                yield _difference("applicant_changed", own[name], record[name], applicant=number, field=name)
        wishes = [
            {name: wish[name] for name in ("host", "start", "length")}
            for wish in own["choices"]
            if wish["number"]
        ]
        if wishes != record["choices"]:
            yield _difference(
                "applicant_changed", wishes, record["choices"], applicant=number, field="choices"
            )
    for number in records:
        yield Difference(code="applicant_extra", facts={"applicant": number})


def _numbered(places: Iterable[Place], result: Document) -> list[Place]:
    """The places of the sheet with the row numbers of the result; rows that it has not come behind."""
    numbers = {place_key(row): row["row"] for row in result["places"]}
    following = max(numbers.values(), default=0)
    numbered = []
    for place in places:
        row = numbers.get(place_key(place_record(place)))
        if row is None:
            following += 1
            row = following
        numbered.append(replace(place, row=row))
    return numbered


def _waivers(said: Iterable[Mapping[str, Any]]) -> list[Waiver]:
    return [
        Waiver(
            applicant=one["applicant"],
            choice=Choice(host=one["host"], start=Season.of(one["start"]), length=one["length"]),
            code=one["code"],
            reason=one["reason"],
        )
        for one in said
    ]


# The result


def _lottery(result: Document) -> Iterator[Difference]:
    for own in result["applicants"]:
        found = str(lottery_number(result["seed"], own["id"]))
        if own["lottery"] != found:
            yield _difference("lottery", own["lottery"], found, applicant=own["id"])


def _compared(said: Document, found: Document, *, is_told: bool) -> Iterator[Difference]:
    for difference in _specific(said, found):
        is_told = True
        yield difference
    if is_told:
        return
    told = {**found, "inputs": found["inputs"] | {"standards": said["inputs"]["standards"]}}
    for name in sorted({*said, *told} - NOT_COMPARED):  # whatever it is that nothing above has looked at
        if canonical(said.get(name)) != canonical(told.get(name)):
            yield Difference(code="other", facts={"field": name})


def _specific(said: Document, found: Document) -> Iterator[Difference]:
    order = [own["id"] for own in said["applicants"]], [own["id"] for own in found["applicants"]]
    for position, (one, other) in enumerate(zip(*order, strict=False), 1):
        if one != other:
            yield _difference("order", one, other, position=position)
            break  # one that is missing moves everybody behind it
    again = {own["id"]: own for own in found["applicants"]}
    for own in said["applicants"]:
        if own["id"] in again:
            yield from _applicant(own, again[own["id"]])
    rows = {row["row"]: row for row in found["places"]}
    for row in said["places"]:
        if row["row"] in rows:
            yield from _fields("option", row, rows[row["row"]], row=row["row"])
    yield from _fields("figure", said["summary"], found["summary"])
    yield from _fields("setting", said["settings"], found["settings"])


def _applicant(own: Document, again: Document) -> Iterator[Difference]:
    given = {*OF_APPLICANT, "choices", "lottery"}  # told already, or below
    yield from _fields("outcome", own, again, without=given, applicant=own["id"])
    if len(own["choices"]) != len(again["choices"]):
        yield _difference(
            "outcome", len(own["choices"]), len(again["choices"]), applicant=own["id"], field="choices"
        )
    for wish, other in zip(own["choices"], again["choices"], strict=False):
        yield from _fields("choice", wish, other, applicant=own["id"], number=wish["number"])


def _fields(
    code: str,
    said: Mapping[str, Any],
    found: Mapping[str, Any],
    *,
    without: Iterable[str] = (),
    **facts: object,
) -> Iterator[Difference]:
    if said == found:
        return
    for name in dict.fromkeys((*found, *said)):
        if name not in without and canonical(said.get(name)) != canonical(found.get(name)):
            yield _difference(code, said.get(name), found.get(name), **facts, field=name)


def _difference(code: str, said: object, found: object, **facts: object) -> Difference:
    return Difference(code=code, facts={**facts, "said": _shown(said), "found": _shown(found)})


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else "" if value is None else canonical(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
