"""The rule of a round as it is kept: by which mechanism, between whom balance is held, and what is carried over.

A record is JSON: ``{"mechanism": "balanced_exchange", "unit": "country", "tolerance": 5, "carried": {"JP": -12, "KR":
12}}``. ``{}`` is deferred acceptance: by score and lottery, without balance. Carried is what earlier years have left:
positive for who has sent more than it received.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from eastep.applications.placing import market_of
from eastep.applications.placing.market import both
from eastep.applications.simulating import Impossible
from eastep.placement import MECHANISMS, Balance, Rule

__all__ = ["MOST", "PLANNING", "RULES", "check_rule", "market_of", "rule_of", "rule_record"]

RULES = ("deferred_acceptance", "balanced_deferred_acceptance", "balanced_exchange")  # of a round
PLANNING = tuple(name for name, one in MECHANISMS.items() if one.is_for_planning)
UNITS = ("country", "institution")
FIELDS = ("mechanism", "unit", "tolerance", "carried")
MOST = 1_000_000  # of a tolerance or a carried balance

type RuleRecord = dict[str, Any]


def rule_of(record: Mapping[str, Any]) -> Rule:
    """The rule that *record* describes. Raises ValueError or KeyError where it is none; see `check_rule`."""
    if not record:
        return Rule()
    balance = Balance(unit=record["unit"], tolerance=record["tolerance"], carried=dict(record["carried"]))
    return Rule(mechanism=record["mechanism"], balance=balance)


def rule_record(rule: Rule) -> RuleRecord:
    """*rule* in its one spelling: units in order, without those that carry nothing.

    >>> rule_record(Rule(mechanism="balanced_exchange", balance=Balance(carried={"KR": 3, "JP": 0})))
    {'mechanism': 'balanced_exchange', 'unit': 'country', 'tolerance': 0, 'carried': {'KR': 3}}
    """
    if not MECHANISMS[rule.mechanism].is_balanced:
        return {}  # by one score for each applicant, they all give the same
    balance = rule.balance
    return {
        "mechanism": rule.mechanism,
        "unit": balance.unit,
        "tolerance": balance.tolerance,
        "carried": {name: balance.carried[name] for name in sorted(balance.carried) if balance.carried[name]},
    }


def check_rule(
    record: Mapping[str, Any],
    *,
    countries: Collection[str],
    institutions: Collection[str],
    is_programme: bool,
    for_planning: bool = False,
) -> RuleRecord:
    """*record* in its one spelling, as a rule of a round. Raises Impossible, naming what is wrong.

    *countries* and *institutions* are those that can carry a balance; a round of one home (not *is_programme*) sees
    one direction only, so it cannot keep any. Mechanisms that are open to manipulation are let through *for_planning*
    alone. Of two countries, what one carries the other carries with the opposite sign: naming one is enough.
    """
    for name in record:
        if name not in FIELDS:
            raise Impossible("unknown_rule_field", {"field": name})
    mechanism = record.get("mechanism", "deferred_acceptance")
    if mechanism in PLANNING and not for_planning:
        raise Impossible("planning_mechanism", {"mechanism": mechanism})
    if mechanism not in (*RULES, *(PLANNING if for_planning else ())):
        raise Impossible("unknown_mechanism", {"mechanism": mechanism})
    if not MECHANISMS[mechanism].is_balanced:
        return {}
    if not is_programme:
        raise Impossible("one_home_only", {})
    unit, tolerance = record.get("unit", "country"), record.get("tolerance", 0)
    if unit not in UNITS:
        raise Impossible("unknown_unit", {"unit": unit})
    if mechanism == "balanced_deferred_acceptance":
        if unit != "country":
            raise Impossible("needs_countries", {})
        if len(countries) > 2:
            raise Impossible("not_two_countries", {"countries": sorted(countries)})
    if not _is_whole(tolerance) or tolerance < 0:
        raise Impossible("not_a_tolerance", {"value": tolerance, "most": MOST})
    known = countries if unit == "country" else institutions
    carried = _checked(record.get("carried") or {}, unit, known)
    return rule_record(
        Rule(mechanism=mechanism, balance=Balance(unit=unit, tolerance=tolerance, carried=carried))
    )


def _checked(carried: Mapping[str, Any], unit: str, known: Collection[str]) -> dict[str, int]:
    """What each unit carries; of two countries, both."""
    for name, value in carried.items():
        if name not in known:
            raise Impossible(f"unknown_{unit}", {"unit": name})
        if not _is_whole(value):
            raise Impossible("not_a_carried_balance", {"unit": name, "value": value, "most": MOST})
    if unit != "country" or len(known) != 2:
        return dict(carried)
    found = both(sorted(known), carried)
    if sum(found.values()):
        (one, one_carries), (other, other_carries) = sorted(found.items())
        facts = {"one": one, "other": other, "one_carries": one_carries, "other_carries": other_carries}
        raise Impossible("carried_contradicts", facts)
    return found


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST
