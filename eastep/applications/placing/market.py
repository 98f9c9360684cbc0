"""The market of a round, as the engine takes it; and a rule as it applies there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from eastep.applications.eligibility import Applicant, Place
from eastep.applications.placing.by_hand import ByHand
from eastep.applications.placing.eligible import Eligible, uses
from eastep.applications.placing.quotas import country_of, quotas_of
from eastep.applications.placing.result import CannotPlace
from eastep.placement import MECHANISMS, Market, Rule

NOBODY = ByHand()


def market_of(
    places: Sequence[Place], applicants: Sequence[Applicant], eligible: Eligible, by_hand: ByHand = NOBODY
) -> Market:
    """Students with their homes, options with their hosts, places as quotas.

    Students have the ids of the applicants, in their order; an option is a row of places, its name the row's number
    as text (a quota is an option too, which nobody wishes for). A choice is expanded into the rows that it may use. Who was moved by hand has no wishes, and the places
    given are gone.
    """
    places = sorted(places, key=lambda place: place.row)
    quotas = quotas_of(places)
    institutions = {one.home for one in applicants}.union(*({one.home, one.host} for one in places))
    return Market.from_mappings(
        wishes={
            one.id: []
            if one.id in by_hand.moves
            else [str(place.row) for place in uses(eligible.judged(one))]
            for one in applicants
        },
        score={one.id: one.score for one in applicants},
        places={name: count - by_hand.given[name] for name, count in quotas.capacity.items()},
        draws=quotas.draws,
        home={one.id: one.home for one in applicants},
        host={
            name: place.host for place in places for name in (str(place.row), *quotas.draws[str(place.row)])
        },
        country={key: country_of(key) for key in sorted(institutions)},
    )


def applicable(rule: Rule, market: Market, by_hand: ByHand = NOBODY) -> Rule:
    """*rule* for this market: without the carried balances of units that it has not, with the moves as carried.

    Whoever is moved by hand is a stay sent and a stay received before the rule gives anything: that is what a carried
    balance is.
    """
    is_country = rule.balance.unit == "country"
    names = (market.country_names if is_country else market.institution_names) or ()
    held = {name: count for name, count in rule.balance.carried.items() if name in names}
    is_of_two = is_country and len(names) == 2
    if (
        rule.mechanism != "balanced_deferred_acceptance"
    ):  # which has two; else one that is not here may owe the rest
        is_of_two &= len(held) == len(rule.balance.carried)
    carried = Counter(both(names, held) if is_of_two else held)
    for stay in by_hand.stays:
        home, host = map(country_of, stay) if is_country else stay
        carried[home] += 1
        carried[host] -= 1
    said = {name: count for name, count in carried.items() if count}
    return Rule(mechanism=rule.mechanism, balance=replace(rule.balance, carried=said))


def both(countries: Sequence[str], carried: Mapping[str, int]) -> dict[str, int]:
    """What each of two countries carries: where one is not named, the other's with the opposite sign.

    >>> both(["JP", "KR"], {"KR": 12})
    {'JP': -12, 'KR': 12}
    """
    one, other = countries
    return {
        one: carried.get(one, -carried.get(other, 0)),
        other: carried.get(other, -carried.get(one, 0)),
    }


def check_fits(rule: Rule, places: Sequence[Place], applicants: Sequence[Applicant]) -> None:
    """Raise CannotPlace where *rule* cannot place these applicants on these places."""
    if MECHANISMS[rule.mechanism].is_for_planning:
        raise CannotPlace("planning_mechanism", mechanism=rule.mechanism)
    if rule.mechanism != "balanced_deferred_acceptance":
        return
    for place in places:
        if country_of(place.home) == country_of(place.host):
            raise CannotPlace("within_one_country", row=place.row)
    found = {country_of(one.home) for one in applicants}.union(
        *({country_of(one.home), country_of(one.host)} for one in places)
    )
    if len(found) > 2:
        raise CannotPlace("not_two_countries", countries=sorted(found))
