"""A placement from places and applicants: eligibility, then the rule of placement, then a reason for every choice.

Pure: the same places, applicants, waivers, moves, rule and seed give the same result, whatever the order of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from eastep.applications.eligibility import Applicant, Place, StartOf, Waiver
from eastep.applications.placing.by_hand import by_hand_of
from eastep.applications.placing.eligible import Eligible, uses
from eastep.applications.placing.held import Held, Served
from eastep.applications.placing.market import applicable, check_fits, market_of
from eastep.applications.placing.quotas import Quotas, country_of, quotas_of, with_directions
from eastep.applications.placing.result import (
    BY_HAND,
    CannotMove,
    CannotPlace,
    Code,
    Direction,
    Full,
    Limit,
    Move,
    Outcome,
    Result,
    TooManyMoved,
    Used,
    Verdict,
)
from eastep.applications.placing.verdicts import verdicts, verdicts_by_hand
from eastep.placement import Lottery, Placement, Rule
from eastep.standards.facts import Standards

__all__ = [
    "BY_CLAIM",
    "BY_HAND",
    "CannotMove",
    "CannotPlace",
    "Code",
    "Direction",
    "Eligible",
    "Full",
    "Limit",
    "Move",
    "Outcome",
    "Quotas",
    "Result",
    "TooManyMoved",
    "Used",
    "Verdict",
    "applicable",
    "country_of",
    "market_of",
    "place_applicants",
    "quotas_of",
]

BY_CLAIM = Rule()  # deferred acceptance: by score and lottery alone


def place_applicants(
    places: Sequence[Place],
    applicants: Sequence[Applicant],
    *,
    standards: Standards,
    start_of: StartOf,
    seed: str,
    rule: Rule = BY_CLAIM,
    waivers: Iterable[Waiver] = (),
    moves: Iterable[Move] = (),
    eligible: Eligible | None = None,
) -> Result:
    """Place the applicants by *rule*. By deferred acceptance they are served in order of score, equal scores by
    lottery, and each gets the best choice still open.

    Without balance no better rule exists for one score per applicant: it is stable, and nobody gains by a list that
    is not sincere. Who was moved by hand holds the row first, whatever speaks against it, and counts in the balance;
    the rule gives what is left. Raises `CannotPlace`.

    *eligible* saves the judging where the very same places, applicants and waivers were placed before.
    """
    places = sorted(places, key=lambda place: place.row)
    check_fits(rule, places, applicants)
    quotas = quotas_of(places)
    by_hand = by_hand_of(moves, places, applicants, quotas)
    eligible = eligible or Eligible(places, standards, start_of, waivers)
    market = market_of(places, applicants, eligible, by_hand)
    if not len(market.pref_option):
        rule = BY_CLAIM  # there is nothing to balance
    lottery = Lottery.draw(seed, [one.id for one in applicants])
    placement = applicable(rule, market, by_hand).place(market, lottery)
    if rule.mechanism == "balanced_deferred_acceptance":
        stays = by_hand.directions()
        limits = {direction: count + stays[direction] for direction, count in _allowed(placement).items()}
        quotas = with_directions(quotas, places, limits)
        by_hand.given.update({name: stays[direction] for name, direction in quotas.direction.items()})
    served = _served(placement, applicants, eligible)
    held = Held(quotas, by_hand, served, by_claim=rule.mechanism != "balanced_exchange")
    outcomes = tuple(
        Outcome(
            applicant=own.applicant,
            position=own.position,
            lottery=own.lottery,
            verdicts=tuple(
                verdicts_by_hand(own, by_hand.moves[own.applicant.id], held, eligible)
                if own.applicant.id in by_hand.moves
                else verdicts(own, held)
            ),
            move=by_hand.moves.get(own.applicant.id),
        )
        for own in held.served
    )
    return Result(seed=seed, outcomes=outcomes, used=tuple(map(held.used, places)), limits=held.limits())


def _served(placement: Placement, applicants: Sequence[Applicant], eligible: Eligible) -> list[Served]:
    """The applicants in order of service, each with the row that the rule gave."""
    number, rank = placement.lottery.number.tolist(), placement.lottery.rank.tolist()
    got = placement.rank.tolist()
    order = sorted(range(len(applicants)), key=lambda one: (-applicants[one].score, rank[one]))
    found = []
    for position, one in enumerate(order, 1):
        judged = eligible.judged(applicants[one])
        row = next(islice(uses(judged), got[one] - 1, None)).row if got[one] else None
        found.append(
            Served(
                applicant=applicants[one],
                judged=judged,
                position=position,
                lottery=number[one],
                rank=rank[one],
                row=row,
            )
        )
    return found


def _allowed(placement: Placement) -> dict[Direction, int]:
    """How many stays balance allows the rule in each direction: the last two quotas of the capped market."""
    names, capacity = placement.market.node_names or (), placement.market.capacity.tolist()
    return {
        Direction(*name.split("→")): places for name, places in zip(names[-2:], capacity[-2:], strict=True)
    }
