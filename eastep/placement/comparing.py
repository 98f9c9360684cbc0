"""What each rule would do with one market: the price of balance, before anybody decides."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from eastep.placement.claims import any_of, asked, is_refused_by_better, is_without_room, student_of, wishes
from eastep.placement.claims import claims as claims_of
from eastep.placement.claims import holders as holders_of
from eastep.placement.claims import load as load_of
from eastep.placement.flows import Flows, flows, sent_less_received
from eastep.placement.lottery import Lottery
from eastep.placement.market import Int64s, Market, Unit
from eastep.placement.mechanisms import Promise, Rule
from eastep.placement.result import Placement


@dataclass(frozen=True, kw_only=True, eq=False)
class Traffic:
    """The stays between the countries, or institutions, of a market.

    Parameters
    ----------
    names : tuple of str
        Of the units, by number.
    flows : Flows
        The stays of each pair.
    imbalance : int64[U]
        As `Placement.imbalance`: with what the rule's balance carries, if it is of this unit.
    surplus : float
        How many of the stays have no stay in return, from 0 to 1: half the sum of |sent - received| over all units,
        as a share of all stays. Nothing carried is in it. 0 without any stay.
    """

    names: tuple[str, ...]
    flows: Flows
    imbalance: Int64s
    surplus: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Figures:
    """What a rule did with a market.

    Parameters
    ----------
    placement : Placement
        All else that one may ask.
    placed : int
        How many students got anything.
    share : float
        `placed` as a share of all students; 0 without students.
    first : int
        How many got their first choice.
    mean_rank : float or None
        The mean rank of what the placed got; None if nobody is placed.
    ranks : int64[L + 1]
        `Placement.rank_distribution`.
    countries, institutions : Traffic or None
        None where the market does not say who comes from where.
    envy : int
        Students who want something more than what they got, and would fit if those with worse claims (score, then
        lottery) held nothing, but do not fit as it is: with a better claim refused for a worse one. What the student
        holds counts as held in the first question, and as given back in the second. A place that is free, and not
        given for the sake of balance, is no envy, whoever else is there: see `unfilled`. Measured by the quotas of the
        market, without those that a balance adds.
    unfilled : int
        Places that stayed empty though somebody wanted them more than what they got: at each option the places left,
        but no more than wait for it, counted option by option so that no place counts twice. Likewise without the
        quotas that a balance adds. Where options draw on several nodes another order could count more.
    """

    placement: Placement
    placed: int
    share: float
    first: int
    mean_rank: float | None
    ranks: Int64s
    countries: Traffic | None
    institutions: Traffic | None
    envy: int
    unfilled: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """A rule with its figures, or with the reason why it cannot be applied."""

    rule: Rule
    figures: Figures | None
    error: str = ""

    @property
    def promises(self) -> tuple[Promise, ...]:
        return self.rule.promises


def compare(market: Market, lottery: Lottery, rules: Iterable[Rule]) -> list[Comparison]:
    """Place one market by several rules.

    Parameters
    ----------
    market : Market
    lottery : Lottery
        The same for all.
    rules : iterable of Rule

    Returns
    -------
    list of Comparison
        One for each rule, in the same order. A rule that cannot be applied to this market, or needs a package that is
        not installed, has the reason in `error` and no figures.

    Notes
    -----
    O(N d log n) a rule beside the rule itself.

    Examples
    --------
    Three want to go to Korea and one to Japan:

    >>> from eastep.placement import Balance
    >>> market = Market.from_mappings(
    ...     wishes={"aoi": ["yonsei"], "ren": ["yonsei"], "yui": ["yonsei"], "jiho": ["waseda"]},
    ...     score={"aoi": 70, "ren": 90, "yui": 80, "jiho": 75}, places={"yonsei": 3, "waseda": 3},
    ...     home={"aoi": "Waseda", "ren": "Waseda", "yui": "Waseda", "jiho": "Yonsei"},
    ...     host={"yonsei": "Yonsei", "waseda": "Waseda"}, country={"Waseda": "JP", "Yonsei": "KR"})
    >>> rules = [
    ...     Rule(mechanism="deferred_acceptance"),
    ...     Rule(mechanism="balanced_deferred_acceptance", balance=Balance(tolerance=1)),
    ...     Rule(mechanism="balanced_deferred_acceptance", balance=Balance(unit="institution"))]
    >>> for row in compare(market, Lottery.draw("2027", market.student_ids), rules):
    ...     if row.figures and row.figures.countries:
    ...         print(row.figures.placed, row.figures.unfilled, row.figures.countries.surplus)
    ...     else:
    ...         print(row.error.split(":")[0])
    4 0 0.5
    3 1 0.3333333333333333
    balanced deferred acceptance balances countries, not the unit 'institution'
    """
    return [_compared(market, lottery, rule) for rule in rules]


def _compared(market: Market, lottery: Lottery, rule: Rule) -> Comparison:
    try:
        placement = rule.place(market, lottery)
    except (ValueError, ImportError) as error:
        return Comparison(rule=rule, figures=None, error=str(error))
    ranks = placement.rank_distribution()
    placed = int(placement.is_placed.sum())
    return Comparison(
        rule=rule,
        figures=Figures(
            placement=placement,
            placed=placed,
            share=placed / market.students if market.students else 0.0,
            first=int(ranks[1]) if len(ranks) > 1 else 0,
            mean_rank=int(ranks @ np.arange(len(ranks))) / placed if placed else None,
            ranks=ranks,
            countries=_traffic(placement, "country"),
            institutions=_traffic(placement, "institution"),
            **_quarrels(market, lottery, placement),
        ),
    )


def _traffic(placement: Placement, unit: Unit) -> Traffic | None:
    if placement.market.home is None:
        return None
    units = placement.market.unit_of(unit)
    moved, stays = sent_less_received(units, placement.option), int(placement.is_placed.sum())
    return Traffic(
        names=units.names,
        flows=flows(units, placement.option),
        imbalance=placement.imbalance(unit),
        surplus=int(np.abs(moved).sum()) / 2 / stays if stays else 0.0,
    )


def _quarrels(market: Market, lottery: Lottery, placement: Placement) -> dict[str, int]:
    """`Figures.envy` and `Figures.unfilled`, by the quotas of *market*."""
    claim, application = claims_of(market, lottery), placement.application
    held = holders_of(market, application, claim)
    wish, load = wishes(market, application), load_of(held)
    ask = asked(market, wish)
    refused = any_of(ask, is_refused_by_better(market, held, claim, ask, wish), wish)
    full = any_of(ask, is_without_room(market, application, load, ask, wish), wish)
    waiting = np.bincount(market.pref_option[wish], minlength=market.options)
    return {
        "envy": len(np.unique(student_of(market, wish[~refused & full]))),
        "unfilled": _unfilled(market, market.capacity - load, waiting),
    }


def _unfilled(market: Market, left: Int64s, waiting: Int64s) -> int:
    needs = market.needs
    fits = (
        np.logical_and.reduceat(left[needs.node] >= needs.places, needs.ptr[:-1])
        if market.options
        else waiting
    )
    filled, room = 0, left.tolist()
    for option in np.flatnonzero((fits > 0) & (waiting > 0)).tolist():
        rows = slice(int(needs.ptr[option]), int(needs.ptr[option + 1]))
        need = list(zip(needs.node[rows].tolist(), needs.places[rows].tolist(), strict=True))
        count = min(int(waiting[option]), *(room[node] // places for node, places in need))
        for node, places in need:
            room[node] -= count * places
        filled += count
    return filled
