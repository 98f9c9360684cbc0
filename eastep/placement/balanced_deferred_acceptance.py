"""Balanced deferred acceptance: two countries, each direction capped by what the other one can answer."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from eastep.placement.balance import Balance, named, unit_of_nodes
from eastep.placement.deferred_acceptance import deferred_acceptance
from eastep.placement.kernels import LARGE
from eastep.placement.lottery import Lottery, priority
from eastep.placement.market import Int64s, Market
from eastep.placement.reference import deferred_acceptance as reference
from eastep.placement.result import Placement

MOST = np.iinfo(np.int32).max


def balanced_deferred_acceptance(market: Market, lottery: Lottery, balance: Balance) -> Placement:
    """Place by deferred acceptance such that two countries send each other the same number, within a tolerance.

    Parameters
    ----------
    market : Market
        Two countries; everybody wishes to go to the other one, and no quota holds options of both. With one
        score per student, its options may draw on several nodes; with one score per application on one.
    lottery : Lottery
        Decides among equal scores; drawn for the students of the market, in its order.
    balance : Balance
        Its unit must be "country". What one country carries the other one carries with the opposite sign; it
        is enough to name one of them.

    Returns
    -------
    Placement
        Its market is the capped one: two more nodes, the last, hold the stays of either direction, the first
        of them those that the country with the lower number sends (see `capped`). Students, options and the
        other nodes keep their numbers, so cut-offs and refusals name the direction like any other quota.

    Raises
    ------
    ValueError
        If the unit is not "country", more or fewer than two countries occur, somebody wishes to stay in the
        own country, a quota holds options of both, what the two carry does not cancel out, the lottery was
        drawn for other students, or scores differ by application while an option draws on several nodes.

    Notes
    -----
    *How.* `deferred_acceptance` without balance gives the natural flows f (lower to higher number) and g.
    With the tolerance t and what the lower carries, c, the first direction may then have at most g + t - c
    stays and the second at most f + t + c, at least none. At most one of the two limits is below its flow;
    that direction is placed anew with the limit as a further quota around all of its others.

    *Guarantee.* The flows are min(f, g + t - c) and min(g, f + t + c), or none where this is negative: the
    imbalance ends within the tolerance, or, where more is carried than one round can repay, as near to it as
    a whole round in one direction brings it. All that `deferred_acceptance` promises holds under the capped
    quotas: nobody with a worse claim has a place that was refused, and among all placements of which this is
    true every student gets the best. Places stay empty only for the sake of balance.

    Telling the true wishes is the best that anyone can do, provided that lists may be as long as the students
    want: the directions share no quota, and the limit of the own one depends on the other side's lists alone.
    This is our argument, not a published theorem; the tests let every student of a thousand tiny markets tell
    every other list, and none gains.

    *Cost.* With one score per student one run of deferred acceptance, and O(N) beside it; with
    one score per application a second run; from `LARGE` students on it goes on from the first, with the
    applications of one direction that can still succeed.

    References
    ----------
    Y. Kamada and F. Kojima, Efficient matching under distributional constraints, American Economic Review 105
    (2015), for caps on regions. P. Biró, T. Fleiner, R. W. Irving and D. F. Manlove, The College Admissions
    problem with lower and common quotas, Theoretical Computer Science 411 (2010), for nested quotas.

    Examples
    --------
    Three want to go to Korea and one to Japan. With a tolerance of one, two may go:

    >>> market = Market.from_mappings(
    ...     wishes={"aoi": ["yonsei"], "ren": ["yonsei"], "yui": ["yonsei"], "jiho": ["waseda"]},
    ...     score={"aoi": 70, "ren": 90, "yui": 80, "jiho": 75}, places={"yonsei": 3, "waseda": 3},
    ...     home={"aoi": "Waseda", "ren": "Waseda", "yui": "Waseda", "jiho": "Yonsei"},
    ...     host={"yonsei": "Yonsei", "waseda": "Waseda"}, country={"Waseda": "JP", "Yonsei": "KR"})
    >>> lottery = Lottery.draw("2027", market.student_ids)
    >>> placement = balanced_deferred_acceptance(market, lottery, Balance(tolerance=1))
    >>> placement.by_name()
    {'aoi': None, 'ren': 'yonsei', 'yui': 'yonsei', 'jiho': 'waseda'}
    >>> placement.market.node_names[-2:], placement.market.capacity[-2:]
    (('JP→KR', 'KR→JP'), array([2, 4], dtype=int32))
    >>> placement.cutoff("JP→KR").score
    80
    """
    countries = _two_countries(market, balance)
    owed = _carried(market, balance, countries)
    natural = deferred_acceptance(market, lottery)
    host = market.unit_of("country").host
    received = np.bincount(host[natural.option[natural.is_placed]], minlength=max(countries) + 1).tolist()
    flows = received[countries[1]], received[countries[0]]
    caps = (
        min(max(0, flows[1] + balance.tolerance - owed), MOST),
        min(max(0, flows[0] + balance.tolerance + owed), MOST),
    )
    restricted = capped(market, caps)
    application = natural.application
    for country, flow, cap in zip(reversed(countries), flows, caps, strict=True):
        if flow > cap:  # true of one direction at most
            application = _with_fewer(natural, restricted, host == country, flow - cap)
    return Placement(
        market=restricted,
        lottery=lottery,
        application=application,
        mechanism="balanced_deferred_acceptance",
        balance=balance,
    )


def _with_fewer(natural: Placement, restricted: Market, there: NDArray[np.bool], fewer: int) -> Int64s:
    """The application that each student gets if one direction, to the options *there*, has *fewer* stays.

    Deferred acceptance may go on from the natural placement, as its order does not matter. The direction first
    lets go of its *fewer* worst claims, and afterwards never takes one that is not better than these. With one
    score per student that is all, since whoever could move up would have to come after them. Otherwise those who
    had a stay ask again, from that stay on, by claims that are still better; in a small market, in plain Python,
    everybody asks anew.
    """
    market, rank, application = natural.market, natural.lottery.rank, natural.application.copy()
    student = np.flatnonzero(natural.is_placed & there[natural.option])
    stay = application[student]
    held = priority(market.score[stay if market.score_per_application else student], rank[student])
    bar = np.partition(held, fewer - 1)[fewer - 1]
    if not market.score_per_application:
        application[student[held <= bar]] = -1
    elif market.students < LARGE:
        application = reference.deferred_acceptance(restricted, natural.lottery)
    else:
        from eastep.placement.kernels import deferred_acceptance as kernel  # noqa: PLC0415 -- Numba is slow to load

        first = market.pref_ptr[1:].copy()  # the others do not ask
        first[student] = stay
        first.setflags(write=False)  # as `pref_ptr` is; Numba compiles anew for what can be written
        again = kernel.deferred_acceptance(restricted, natural.lottery, first, int(bar))
        application[student] = again[student]
    application.setflags(write=False)
    return application


def capped(market: Market, caps: tuple[int, int]) -> Market:
    """The same market with a quota for the stays of either direction.

    Parameters
    ----------
    market : Market
        Of two countries; see `balanced_deferred_acceptance`.
    caps : tuple of two int
        The most stays from the country with the lower number to the other one, and back.

    Returns
    -------
    Market
        With K nodes before, node K is the first direction and K + 1 the second. If every option draws on one
        node, the nodes of a direction that were outermost now lie within it. Otherwise, since an option must
        not take two places of its direction, each option draws on its direction as one more node.

    Raises
    ------
    ValueError
        If a quota holds options of both countries.
    """
    units = market.unit_of("country")
    lower, higher = np.flatnonzero(_occurs(market))
    names = None
    if market.node_names is not None:
        one, other = units.names[lower], units.names[higher]
        names = (*market.node_names, f"{one}→{other}", f"{other}→{one}")
    parent, option_ptr, option_node = market.parent, market.option_ptr, market.option_node
    unit = unit_of_nodes(market, units)
    if len(option_node) == market.options:
        parent = np.where((parent < 0) & (unit >= 0), market.nodes + (unit == lower), parent)
    else:
        option_node = np.insert(option_node, option_ptr[1:], market.nodes + (units.host == lower))
        option_ptr = option_ptr + np.arange(len(option_ptr))
    return dataclasses.replace(
        market,
        parent=np.append(parent, [-1, -1]).astype(np.int32),
        capacity=np.append(market.capacity, caps).astype(np.int32),
        option_ptr=option_ptr,
        option_node=option_node,
        node_names=names,
    )


def _occurs(market: Market) -> NDArray[np.bool]:
    units = market.unit_of("country")
    occurs = np.zeros(len(units.names), np.bool)
    occurs[units.home] = True
    occurs[units.host] = True
    return occurs


def _two_countries(market: Market, balance: Balance) -> tuple[int, int]:
    """The numbers of the two countries, the lower one first, once all is as it must be."""
    if balance.unit != "country":
        raise ValueError(
            f"balanced deferred acceptance balances countries, not the unit {balance.unit!r}: balance by country, "
            "or choose balanced exchange"
        )
    units = market.unit_of("country")
    found = np.flatnonzero(_occurs(market)).tolist()
    if len(found) != 2:
        names = ", ".join(units.names[country] for country in found) or "none"
        raise ValueError(
            f"balanced deferred acceptance is for two countries, but there are {len(found)} ({names}): balanced "
            "exchange serves any number"
        )
    goes_there, lies_there = units.home == found[0], units.host == found[1]  # there: in the second of the two
    at_home = np.repeat(goes_there, np.diff(market.pref_ptr)) != lies_there[market.pref_option]
    if at_home.any():
        place = int(at_home.argmax())
        student = int(np.searchsorted(market.pref_ptr, place, side="right")) - 1
        option = int(market.pref_option[place])
        raise ValueError(
            f"{named('student', student, market.student_ids)} lists {named('option', option, market.option_names)}, "
            f"which lies in the own country, {units.names[units.home[student]]}: take it off the list"
        )
    return found[0], found[1]


def _carried(market: Market, balance: Balance, countries: tuple[int, int]) -> int:
    """What the country with the lower number carries."""
    carried = balance.carried_by(market)
    names = market.unit_of("country").names
    one, other = (names[country] for country in countries)
    if one not in balance.carried:
        carried[countries[0]] = -carried[countries[1]]
    if other not in balance.carried:
        carried[countries[1]] = -carried[countries[0]]
    if carried[countries[0]] + carried[countries[1]] != 0:
        raise ValueError(
            f"{one} carries {carried[countries[0]]} and {other} {carried[countries[1]]}: what one of two countries "
            "has sent the other one has received, so the two must cancel out; give one, or correct them"
        )
    return int(carried[countries[0]])
