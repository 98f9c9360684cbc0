"""What each rule of placement would give in a round: the price of balance, as plain figures.

Rules are JSON as in ruling.py: ``{"mechanism": …, "unit": "country", "tolerance": 10, "carried": {"KR": 12}}``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np

from eastep.applications.eligibility import Applicant, Place
from eastep.applications.placing import BY_CLAIM, CannotPlace, Eligible, applicable, market_of
from eastep.applications.placing.market import check_fits
from eastep.applications.records import applicant_record, inputs_hash, place_record
from eastep.applications.report import standards_hash
from eastep.applications.ruling import RuleRecord, check_rule, rule_of
from eastep.applications.simulating import Basis, Impossible
from eastep.placement import (
    MECHANISMS,
    Comparison,
    Figures,
    Lottery,
    Rule,
    Traffic,
    compare,
)

UNITS = ("country", "institution")

type Document = dict[str, Any]


def rules_to_weigh(
    *,
    countries: Collection[str],
    units: Iterable[str] = UNITS,
    tolerance: int = 0,
    carried: Mapping[str, int] | None = None,
) -> list[RuleRecord]:
    """The rules worth comparing: without balance; each balanced one, exact and within *tolerance*; the most possible.

    *carried* is by country; between institutions nothing is carried. Raises `simulating.Impossible` for a tolerance or
    a carried balance that cannot be.

    >>> rules = rules_to_weigh(countries=["JP", "KR"], units=["country"], tolerance=5, carried={"KR": 3})
    >>> [(rule.get("mechanism"), rule.get("tolerance")) for rule in rules[:3]]
    [(None, None), ('balanced_deferred_acceptance', 0), ('balanced_deferred_acceptance', 5)]
    >>> rules[1]["carried"]
    {'JP': -3, 'KR': 3}
    """
    units = [unit for unit in UNITS if unit in units]
    widths = sorted({0, tolerance})
    asked = [("balanced_deferred_acceptance", "country", width) for width in widths if "country" in units]
    asked += [("balanced_exchange", unit, width) for unit in units for width in widths]
    asked += [("maximum_balanced", unit, tolerance) for unit in units]
    between = check_rule(
        {"mechanism": "balanced_exchange", "tolerance": tolerance, "carried": carried or {}},
        countries=countries,
        institutions=(),
        is_programme=True,
    )["carried"]
    return [
        {},
        *(
            {
                "mechanism": mechanism,
                "unit": unit,
                "tolerance": width,
                "carried": between if unit == "country" else {},
            }
            for mechanism, unit, width in asked
        ),
    ]


def is_for_planning(rule: RuleRecord) -> bool:
    """Whether the rule gives a figure to compare with, and never places a round."""
    return "mechanism" in rule and MECHANISMS[rule["mechanism"]].is_for_planning


def weigh(basis: Basis, *, seed: str, rules: Sequence[RuleRecord]) -> Document:
    """The figures of every one of *rules*, in their order. Raises Impossible where there is nobody or nothing to place,
    or nobody knows when a term begins.

    ``rows`` hold one document a rule: ``problem`` is None, or the ``code`` and ``facts`` of why it cannot be applied
    (`reasons.not_possible`), and then the figures are missing. Shares are of all applicants, as text (`report.summary`
    says the same of a simulation); ``ranks`` counts by the number of the applicant's own choice, "" for no place.
    ``countries`` and ``institutions`` hold, of each that sends or receives anybody, ``sent``, ``received`` and the
    ``imbalance``: carried + sent - received, with what the rules name as carried by countries, also for the rules that
    do not look at it.
    """
    if not basis.places or not basis.applicants:
        raise Impossible("nothing_to_weigh", {})
    places = sorted(basis.places, key=lambda place: place.row)
    eligible = Eligible(places, basis.standards, basis.start_of, basis.waivers)
    try:
        market = market_of(places, basis.applicants, eligible)
    except CannotPlace as error:
        raise Impossible(error.code, error.facts) from error
    lottery = Lottery.draw(seed, [one.id for one in basis.applicants])
    numbers = np.array(
        [
            number
            for one in basis.applicants
            for number, judged in enumerate(eligible.judged(one), 1)
            for _row in judged.rows
        ],
        np.int64,
    )
    asked = [rule_of(rule) for rule in rules]
    carried: Mapping[str, int] = next(
        (rule["carried"] for rule in rules if rule.get("unit") == "country"), {}
    )
    problems = [_problem(rule, places, basis.applicants) for rule in asked]
    is_open = (
        len(market.pref_option) > 0
    )  # else there is nothing to balance, and every rule gives nobody anything
    possible = [
        applicable(rule, market) if is_open else BY_CLAIM
        for rule, why in zip(asked, problems, strict=True)
        if why is None
    ]
    compared = iter(compare(market, lottery, possible))
    return {
        "eastep": version("eastep"),
        "seed": seed,
        "inputs": {
            "places": inputs_hash(map(place_record, basis.places)),
            "applicants": inputs_hash(map(applicant_record, basis.applicants)),
            "standards": standards_hash(basis.standards),
        },
        "applicants": len(basis.applicants),
        "without_open_choice": int((np.diff(market.pref_ptr) == 0).sum()),
        "rows": [
            _refused(rule, why) if why else _row(rule, next(compared), numbers, carried)
            for rule, why in zip(rules, problems, strict=True)
        ],
    }


def _problem(rule: Rule, places: Sequence[Place], applicants: Sequence[Applicant]) -> Document | None:
    """Why the rule cannot be applied, where this can be said in plain words before it is tried."""
    if MECHANISMS[rule.mechanism].is_for_planning:
        return None if find_spec("ortools") else {"code": "no_solver", "facts": {}}
    try:
        check_fits(rule, places, applicants)
    except CannotPlace as error:
        return {"code": error.code, "facts": error.facts}
    return None


def _refused(rule: RuleRecord, why: Document) -> Document:
    return {"rule": rule, "problem": why}


def _row(
    rule: RuleRecord,
    compared: Comparison,
    numbers: np.ndarray[Any, np.dtype[np.int64]],
    carried: Mapping[str, int],
) -> Document:
    figures = compared.figures
    if figures is None:
        code = (
            "too_large" if is_for_planning(rule) else "other"
        )  # of the refusals of the engine, all that is left
        return _refused(rule, {"code": code, "facts": {"text": compared.error}})
    placement = figures.placement
    students = placement.market.students
    met = numbers[placement.application[placement.is_placed]]
    count = np.bincount(met, minlength=2)
    ranks = {str(number): int(count[number]) for number in np.flatnonzero(count)}
    return {
        "rule": rule,
        "problem": None,
        "placed": figures.placed,
        "share_placed": _share(figures.placed, students),
        "first": int(count[1]),
        "share_first": _share(int(count[1]), students),
        "mean_rank": f"{met.mean():.2f}" if len(met) else None,
        "ranks": {**ranks, "": students - figures.placed},
        "flows": _flows(figures),
        "countries": _units(figures.countries, carried),
        "institutions": _units(figures.institutions, {}),
        "envy": int(figures.envy),
        "unfilled": int(figures.unfilled),
        "promises": list(rule_of(rule).promises),
    }


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}"


def _flows(figures: Figures) -> list[Document]:
    traffic = figures.countries
    assert traffic is not None  # noqa: S101 - the market of a round has institutions
    return [
        {"from": traffic.names[sender], "to": traffic.names[receiver], "stays": int(stays)}
        for sender, receiver, stays in zip(*traffic.flows, strict=True)
    ]


def _units(traffic: Traffic | None, carried: Mapping[str, int]) -> Document:
    """Of each unit: sent, received, imbalance; and ``uneven``, the surplus stays of one over another."""
    assert traffic is not None  # noqa: S101
    sent, received = np.zeros(len(traffic.names), np.int64), np.zeros(len(traffic.names), np.int64)
    np.add.at(sent, traffic.flows.sender, traffic.flows.stays)
    np.add.at(received, traffic.flows.receiver, traffic.flows.stays)
    units = {}
    for name, out, back in zip(traffic.names, sent.tolist(), received.tolist(), strict=True):
        owed = carried.get(name, 0)
        if out or back or owed:
            units[name] = {"sent": out, "received": back, "imbalance": owed + out - back}
    return {"units": units, "uneven": int(np.abs(sent - received).sum()) // 2}
