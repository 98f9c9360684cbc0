"""A placement tried out: what a round holds, with some numbers changed, some applicants gone, some moved by hand.

Changes are JSON: ``{"places": {"12": {"places": 5, "minimum_gpa": "2.8/4.0", "language": "JLPT N3"}},
"withdrawn": ["A0012"]}``. Rows are the rows of the round; only the fields that are named change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypedDict

from eastep.applications import reasons
from eastep.applications.eligibility import MOST_PLACES, Applicant, Place, StartOf, Waiver
from eastep.applications.placing import (
    BY_CLAIM,
    CannotPlace,
    Eligible,
    Move,
    Result,
    Verdict,
    place_applicants,
)
from eastep.applications.records import season_code
from eastep.placement import Rule
from eastep.standards.cells import Unreadable
from eastep.standards.facts import Standards
from eastep.standards.gpa import format_gpa, parse_gpa
from eastep.standards.languages import format_requirement, parse_requirement
from eastep.standards.sentences import sentence as standards_sentence

USUALLY_DONE_IN = timedelta(minutes=5)  # a large round; after that its page offers to start again
CHANGEABLE = ("places", "carried", "minimum_gpa", "language")

type Changes = dict[str, Any]


class Stay(TypedDict):
    """Where somebody goes: the row of places, and which choice it was (None: it was not on the list)."""

    row: int
    host: str
    start: str
    length: str
    choice: int | None


class Impossible(ValueError):
    """A rule, a change or a move that cannot be. *code* is stable; `sentence` says it in the reader's language."""

    def __init__(self, code: str, facts: Mapping[str, object], cause: Unreadable | None = None) -> None:
        super().__init__(f"{code}: {facts}")
        self.code = code
        self.facts = dict(facts)
        self.cause = cause

    @property
    def sentence(self) -> str:
        """What is wrong, and what to do."""
        said = {"problem": standards_sentence(self.cause)} if self.cause else {}
        return reasons.impossible(self.code, self.facts | said)


@dataclass(frozen=True, kw_only=True)
class Basis:
    """Everything that a placement is computed from, but the seed."""

    places: Sequence[Place]
    applicants: Sequence[Applicant]
    waivers: Sequence[Waiver] = ()
    standards: Standards
    start_of: StartOf


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """What the rule alone gives, and what it gives with the moves by hand: the same object where there are none."""

    basis: Basis
    seed: str
    rule: Rule
    changes: Changes
    moves: tuple[Move, ...]
    computed: Result
    adjusted: Result


def simulate(
    basis: Basis,
    *,
    seed: str,
    rule: Rule = BY_CLAIM,
    changes: Mapping[str, Any] | None = None,
    moves: Iterable[Move] = (),
) -> Simulated:
    """Place the applicants of *basis* by *rule* with *changes*, without and with *moves*. Raises Impossible."""
    checked = check_changes(changes or {}, basis)
    moves = tuple(moves)
    places, applicants = _changed(basis, checked)
    eligible = Eligible(places, basis.standards, basis.start_of, basis.waivers)

    def placed(by_hand: Sequence[Move]) -> Result:
        return place_applicants(
            places,
            applicants,
            standards=basis.standards,
            start_of=basis.start_of,
            seed=seed,
            rule=rule,
            waivers=basis.waivers,
            moves=by_hand,
            eligible=eligible,
        )

    try:
        adjusted = placed(moves)
    except CannotPlace as error:
        raise Impossible(error.code, error.facts) from error
    computed = placed(()) if moves else adjusted
    return Simulated(
        basis=basis,
        seed=seed,
        rule=rule,
        changes=checked,
        moves=moves,
        computed=computed,
        adjusted=adjusted,
    )


def check_changes(changes: Mapping[str, Any], basis: Basis) -> Changes:
    """*changes* in their one spelling; those that change nothing are left out. Raises Impossible, naming the row."""
    for name in changes:
        if name not in ("places", "withdrawn"):
            raise Impossible("unknown_change", {"field": name})
    found: Changes = {}
    place = {str(one.row): one for one in basis.places}
    rows = {}
    for row, fields in dict(changes.get("places") or {}).items():
        if row not in place:
            raise Impossible("no_such_row", {"row": row})
        own = {name: _checked(name, value, row, basis.standards) for name, value in fields.items()}
        now = _asked(place[row])
        if different := {name: own[name] for name in CHANGEABLE if name in own and own[name] != now[name]}:
            rows[row] = different
    if rows:
        found["places"] = {row: rows[row] for row in sorted(rows, key=int)}
    if withdrawn := sorted(set(changes.get("withdrawn") or ())):
        known = {applicant.id for applicant in basis.applicants}
        for number in withdrawn:
            if number not in known:
                raise Impossible("no_such_applicant", {"applicant": number})
        found["withdrawn"] = withdrawn
    return found


def _asked(place: Place) -> dict[str, Any]:
    """The fields that can be changed, as records have them."""
    return {
        "places": place.places,
        "carried": place.carried,
        "minimum_gpa": format_gpa(place.minimum_gpa) if place.minimum_gpa else "",
        "language": format_requirement(place.language),
    }


def _checked(name: str, value: object, row: str, standards: Standards) -> object:
    if name not in CHANGEABLE:
        raise Impossible("unknown_field", {"row": row, "field": name})
    if name in ("places", "carried"):
        least = 0 if name == "places" else -MOST_PLACES
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MOST_PLACES:
            facts = {"row": row, "value": value, "least": least, "most": MOST_PLACES}
            raise Impossible("not_a_number_of_places", facts)
        return value
    text = str(value or "").strip()
    try:
        if name == "language":
            return format_requirement(parse_requirement(text, standards))
        return format_gpa(parse_gpa(text, standards)) if text else ""
    except Unreadable as error:
        raise Impossible(f"unreadable_{name}", {"row": row, "value": text}, error) from error


def _changed(basis: Basis, changes: Changes) -> tuple[list[Place], list[Applicant]]:
    rows = changes.get("places", {})
    gone = frozenset(changes.get("withdrawn", ()))
    places = [
        _with(place, rows[str(place.row)], basis.standards) if str(place.row) in rows else place
        for place in basis.places
    ]
    return places, [applicant for applicant in basis.applicants if applicant.id not in gone]


def _with(place: Place, change: Mapping[str, Any], standards: Standards) -> Place:
    if "places" in change:
        place = replace(place, places=change["places"])
    if "carried" in change:
        place = replace(place, carried=change["carried"])
    if "minimum_gpa" in change:
        text = change["minimum_gpa"]
        place = replace(place, minimum_gpa=parse_gpa(text, standards) if text else None)
    if "language" in change:
        place = replace(place, language=parse_requirement(change["language"], standards))
    return place


def stay_in(verdict: Verdict | None) -> Stay | None:
    """The stay that a verdict gives."""
    if verdict is None or verdict.row is None:
        return None
    return Stay(
        row=verdict.row,
        host=verdict.choice.host,
        start=season_code(verdict.choice.start),
        length=verdict.choice.length,
        choice=verdict.number or None,
    )


def effects(before: Mapping[str, Stay | None], after: Mapping[str, Stay | None]) -> list[dict[str, Any]]:
    """Who goes elsewhere: the number of each, and where *from* and *to*; in the order of *after*, the gone last."""
    numbers = dict.fromkeys((*after, *before))
    return [
        {"applicant": number, "from": before.get(number), "to": after.get(number)}
        for number in numbers
        if before.get(number) != after.get(number)
    ]


def touched(computed: Stay | None, adjusted: Stay | None) -> str:
    """What the moves of others did to an applicant: ``gains``, ``loses``, ``changes``, or "" for nothing.

    By the applicant's own list; another row of the same choice is no better and no worse.
    """
    if computed == adjusted:
        return ""
    if computed is None or adjusted is None:
        return "gains" if computed is None else "loses"
    if computed["choice"] == adjusted["choice"] or None in (computed["choice"], adjusted["choice"]):
        return "changes"
    return "gains" if (adjusted["choice"] or 0) < (computed["choice"] or 0) else "loses"
