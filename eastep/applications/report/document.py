"""All of a result in plain JSON values: institutions by key, scores as text, reasons as codes and facts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from eastep.applications.eligibility import Objection, Place, Waived, Waiver
from eastep.applications.placing import (
    BY_CLAIM,
    BY_HAND,
    Full,
    Outcome,
    Result,
    Used,
    Verdict,
    country_of,
    quotas_of,
)
from eastep.applications.records import (
    applicant_record,
    canonical,
    inputs_hash,
    place_record,
    season_code,
)
from eastep.applications.ruling import rule_record
from eastep.applications.simulating import Simulated, Stay, stay_in, touched
from eastep.placement import MECHANISMS, Rule
from eastep.standards.facts import Standards

type Document = dict[str, Any]
FORMAT = 3
FLOW = ("applicants", "placed", "places", "taken")
SAID = frozenset({"label", "source", "names"})  # of a standard: words, which decide nothing


@dataclass(frozen=True, kw_only=True)
class About:
    """What a result says of its round beside the figures. *files* are the ones brought in: kind, name, sha256.

    *scoring* is how the score is made, in the office's own words.
    """

    title: str = ""
    scoring: str = ""
    files: Sequence[Mapping[str, str]] = ()
    students_see: str = "enough"
    minimum_cell: int = 5
    most_choices: int | None = None


def document(simulated: Simulated, about: About) -> Document:
    """The whole result, format 3.

    The hashes of the inputs are of the records before the changes, whatever the order of their rows
    (`records.inputs_hash`). Rows in the settings are rows of this document's own places. Where people were moved by
    hand, each applicant has what the rule alone gave (``computed``) and what the moves did (``touched``).
    """
    basis, result = simulated.basis, simulated.adjusted
    return {
        "eastep": version("eastep"),
        "format": FORMAT,
        "title": about.title,
        "scoring": about.scoring,
        "seed": simulated.seed,
        "inputs": {
            "places": inputs_hash(map(place_record, basis.places)),
            "applicants": inputs_hash(map(applicant_record, basis.applicants)),
            "standards": standards_hash(basis.standards),
            "files": [dict(file) for file in about.files],
        },
        "settings": {
            "rule": rule_record(simulated.rule),
            "changes": simulated.changes,
            "waivers": sorted(map(_waiver, basis.waivers), key=canonical),
            "moves": [
                {"applicant": move.applicant, "row": move.row, "reason": move.reason}
                for move in simulated.moves
            ],
            "students_see": about.students_see,
            "minimum_cell": about.minimum_cell,
            "most_choices": about.most_choices,
        },
        "summary": summary(result, simulated.rule),
        "applicants": list(_applicants(simulated)),
        "places": list(_places(simulated)),
    }


@lru_cache(maxsize=8)
def standards_hash(standards: Standards) -> str:
    """SHA-256 of all that the standards decide with: their codes, days and values, without labels and sources."""
    facts = {
        part.name: [
            {one.name: _plain(getattr(fact, one.name)) for one in fields(fact) if one.name not in SAID}
            for fact in getattr(standards, part.name)
        ]
        for part in fields(standards)
    }
    return sha256(canonical(facts).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, int | str) else str(value)


def stay_of(own: Mapping[str, Any]) -> Stay | None:
    """Where an applicant of a document goes."""
    if own["placed_row"] is None:
        return None
    met = next(wish for wish in own["choices"] if wish["row"] is not None)
    return Stay(
        row=met["row"],
        host=met["host"],
        start=met["start"],
        length=met["length"],
        choice=met["number"] or None,
    )


def stays(result: Mapping[str, Any]) -> dict[str, Stay | None]:
    """Where each applicant of a document goes, by number."""
    return {own["id"]: stay_of(own) for own in result["applicants"]}


# Applicants


def _applicants(simulated: Simulated) -> Iterator[Document]:
    if not simulated.moves:
        for outcome in simulated.adjusted.outcomes:
            yield _applicant(outcome)
        return
    computed = {outcome.applicant.id: stay_in(outcome.placed) for outcome in simulated.computed.outcomes}
    for outcome in simulated.adjusted.outcomes:
        before = computed[outcome.applicant.id]
        own = _applicant(outcome)
        own["computed"] = before
        own["move"] = None
        if outcome.move:
            own["touched"] = "moved"
            own["move"] = {"row": outcome.move.row, "reason": outcome.move.reason}
        else:
            own["touched"] = touched(before, stay_in(outcome.placed))
        yield own


def _applicant(outcome: Outcome) -> Document:
    record = applicant_record(outcome.applicant)
    met = outcome.placed
    return {
        **{name: record[name] for name in ("id", "name", "home", "field", "level", "gpa")},
        **{name: record[name] for name in ("languages", "score", "language")},
        "lottery": str(outcome.lottery),  # up to 20 digits: as a number, other programs would round it
        "position": outcome.position,
        "placed": met.number or None if met else None,
        "placed_row": met.row if met else None,
        "choices": list(map(_choice, outcome.verdicts)),
    }


def _choice(verdict: Verdict) -> Document:
    return {
        "number": verdict.number,
        "host": verdict.choice.host,
        "start": season_code(verdict.choice.start),
        "length": verdict.choice.length,
        "code": verdict.code,
        "row": verdict.row,
        "objections": [_objection(one) for one in verdict.objections],
        "waived": [_waived(one) for one in verdict.waived],
        "full": [_full(one) for one in verdict.full],
        "enough": _text(verdict.enough),
        "enough_equal": verdict.enough_equal,
        **({"rows": list(verdict.rows)} if verdict.rows else {}),
    }


def _objection(against: Objection) -> Document:
    return {"code": against.code, "facts": against.facts}


def _waived(waived: Waived) -> Document:
    return {**_objection(waived.objection), "reason": waived.reason}


def _full(full: Full) -> Document:
    return {
        "row": full.row,
        "term": full.term,
        "places": full.places,
        "by_hand": full.by_hand,
        "direction": {"from": full.direction.home, "to": full.direction.host} if full.direction else None,
        "score": _text(full.score),
        "lottery": None if full.lottery is None else str(full.lottery),
    }


def _waiver(waiver: Waiver) -> Document:
    return {
        "applicant": waiver.applicant,
        "host": waiver.choice.host,
        "start": str(waiver.choice.start),
        "length": waiver.choice.length,
        "code": waiver.code,
        "reason": waiver.reason,
    }


def _text(score: object) -> str | None:
    return None if score is None else f"{score:f}"


# Places


def _places(simulated: Simulated) -> Iterator[Document]:
    """Each row as it was used, and under ``was`` what the simulation changed."""
    changed = simulated.changes.get("places", {})
    was = {place.row: place_record(place) for place in simulated.basis.places if str(place.row) in changed}
    for used in simulated.adjusted.used:
        row = used.place.row
        before = {name: was[row].get(name, 0) for name in changed[str(row)]} if row in was else {}
        yield _place(used, before)


def _place(used: Used, was: Mapping[str, Any]) -> Document:
    return {
        "row": used.place.row,
        **place_record(used.place),
        "was": dict(was),
        "taken": used.taken,
        "by_hand": used.by_hand,
        "lowest": _text(used.lowest),
        "is_full": used.is_full,
        "cutoff": _text(used.cutoff),
        "among": used.among,
        "refused": used.refused,
        "highest_refused": _text(used.highest_refused),
        "binds": used.binds,
    }


# The figures


def summary(result: Result, rule: Rule = BY_CLAIM) -> Document:
    """The figures of a result by *rule*.

    A flow counts applicants by the country of their first choice, and places by term: a stay for the academic
    year takes two of these. ``off_list`` were placed by hand on a row that was not among their choices. Shares are
    of all applicants. ``binding`` counts the rows whose number of places kept somebody out.
    """
    met = Counter(outcome.placed.number for outcome in result.outcomes if outcome.placed)
    flows: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    dropped: Counter[str] = Counter()
    for outcome in result.outcomes:
        home = country_of(outcome.applicant.home)
        if outcome.applicant.choices:
            flows[home, country_of(outcome.applicant.choices[0].host)]["applicants"] += 1
        if outcome.placed:
            choice = outcome.placed.choice
            flows[home, country_of(choice.host)]["placed"] += 1
            flows[home, country_of(choice.host)]["taken"] += 2 if choice.length == "year" else 1
        for verdict in outcome.verdicts:
            if verdict.objections and verdict.code == "ineligible":
                dropped.update({against.code for against in verdict.objections})
    rows: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for used in result.used:
        rows[country_of(used.place.home), country_of(used.place.host)].append(used.place)
    for way, places in rows.items():
        quotas = quotas_of(places)
        flows[way]["places"] = sum(quotas.capacity[name] for name in quotas.term)
    return {
        "applicants": len(result.outcomes),
        "placed": met.total(),
        "share_placed": _share(met.total(), len(result.outcomes)),
        "share_first": _share(met[1], len(result.outcomes)),
        "at_choice": {str(number): met[number] for number in sorted(met) if number != BY_HAND},
        "off_list": met[BY_HAND],
        "by_hand": sum(outcome.move is not None for outcome in result.outcomes),
        "binding": sum(used.binds for used in result.used),
        "without_open_choice": sum(
            all(verdict.code == "ineligible" for verdict in outcome.verdicts) for outcome in result.outcomes
        ),
        "dropped": dict(sorted(dropped.items(), key=lambda one: (-one[1], one[0]))),
        "flows": [
            {"from": home, "to": host} | {name: flows[home, host][name] for name in FLOW}
            for home, host in sorted(flows)
        ],
        "balance": _balance(result.outcomes),
        "imbalance": _imbalance(result, rule) if MECHANISMS[rule.mechanism].is_balanced else None,
    }


def _share(part: int, whole: int) -> str | None:
    """Of one, with three decimals; as text, so that it is the same in every program."""
    return f"{part / whole:.3f}" if whole else None


def _balance(outcomes: Iterable[Outcome]) -> Document:
    """Who sends how many to whom: by pair of institutions and by pair of countries, in persons and in terms.

    The difference is how many more the first of the two sends than it receives.
    """
    institutions: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    countries: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for outcome in outcomes:
        if outcome.placed:
            home, choice = outcome.applicant.home, outcome.placed.choice
            terms = 2 if choice.length == "year" else 1
            for table, one, other in (
                (institutions, home, choice.host),
                (countries, country_of(home), country_of(choice.host)),
            ):
                pair = (min(one, other), max(one, other))
                way = "there" if one == pair[0] else "back"
                table[pair][way] += 1
                table[pair][f"{way}_terms"] += terms
    return {
        "institutions": [_pair(pair, count) for pair, count in sorted(institutions.items())],
        "countries": [_pair(pair, count) for pair, count in sorted(countries.items())],
    }


def _imbalance(result: Result, rule: Rule) -> Document:
    """How far the rule kept the balance: for each unit what it carried, sent and received, in stays of any length.

    The imbalance is carried + sent - received; it is ``in_band`` where it lies within the tolerance. *limits* are the
    stays that balance allowed in each direction.
    """
    balance = rule.balance
    unit_of = country_of if balance.unit == "country" else str
    sent: Counter[str] = Counter()
    received: Counter[str] = Counter()
    for outcome in result.outcomes:
        if outcome.placed:
            sent[unit_of(outcome.applicant.home)] += 1
            received[unit_of(outcome.placed.choice.host)] += 1
    units = sorted({*sent, *received, *(name for name, count in balance.carried.items() if count)})
    return {
        "unit": balance.unit,
        "tolerance": balance.tolerance,
        "units": [
            {
                "unit": unit,
                "carried": balance.carried.get(unit, 0),
                "sent": sent[unit],
                "received": received[unit],
                "imbalance": (left := balance.carried.get(unit, 0) + sent[unit] - received[unit]),
                "in_band": abs(left) <= balance.tolerance,
            }
            for unit in units
        ],
        "limits": [
            {
                "from": limit.direction.home,
                "to": limit.direction.host,
                "places": limit.places,
                "taken": limit.taken,
                "by_hand": limit.by_hand,
                "binds": limit.binds,
            }
            for limit in result.limits
        ],
    }


def _pair(pair: tuple[str, str], count: Counter[str]) -> Document:
    return {
        "one": pair[0],
        "other": pair[1],
        **{name: count[name] for name in ("there", "there_terms", "back", "back_terms")},
        "difference": count["there"] - count["back"],
        "difference_terms": count["there_terms"] - count["back_terms"],
    }
