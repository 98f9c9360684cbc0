"""Rounds that go on: what is left after those who accepted, and who may still want it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import compress

import numpy as np

from eastep.placement.balance import Balance, named
from eastep.placement.claims import ranges
from eastep.placement.flows import sent_less_received
from eastep.placement.market import Int32s, Int64s, Market
from eastep.placement.result import Placement


def next_round(
    placement: Placement,
    *,
    accepted: Iterable[int | str],
    declined: Iterable[int | str],
    wishes: Mapping[int | str, Sequence[int | str]] | None = None,
) -> Market:
    """The market of those who go on, with the places that are left.

    Parameters
    ----------
    placement : Placement
        What was offered.
    accepted : iterable of int or str
        Students, by number or id, who keep what they got. They are not in the next round, so they never move.
    declined : iterable of int or str
        Students who give back what they got, or withdraw. They leave, unless `wishes` has a new list of theirs.
    wishes : mapping of student to options, optional
        New lists, the most wanted option first. All others go on with the list that they had. Where places are
        reserved, a member's list names them before the open ones: "yonsei (first generation)", "yonsei".

    Returns
    -------
    Market
        With the same options and nodes; each node has the places that the accepted do not hold. The students are in
        the same order and always have ids, those of the lottery: a lottery drawn for them with the same seed gives
        everybody the same number again.

    Raises
    ------
    ValueError
        If a student is unknown, accepts without having got anything, both accepts and declines, or accepts and has a
        new list; or if a new list has an option for which there is no score (scores by application).

    Notes
    -----
    Who neither accepts nor declines goes on: the unplaced, and whoever holds an offer but would rather wait. The
    next round is held by the same rule, so it serves the waiting list in its order. Under deferred acceptance where
    each option draws on one node, nobody who goes on with the same list can lose by it, unless somebody hands in a
    new list: a better claim may then ask for what another one waits with. Where a year takes places of both terms,
    somebody with a better claim can also move up to a year with the place that another one waits with; so ask for all
    answers first.

    A balance goes on with `carried_after`. O(N log N).

    Examples
    --------
    The only place goes to b, who declines; a moves up:

    >>> from eastep.placement import Lottery, deferred_acceptance
    >>> market = Market.from_mappings(
    ...     wishes={"a": ["x"], "b": ["x"]}, score={"a": 81, "b": 90}, places={"x": 1})
    >>> first = deferred_acceptance(market, Lottery.draw("2027", market.student_ids))
    >>> market = next_round(first, accepted=[], declined=["b"])
    >>> deferred_acceptance(market, Lottery.draw("2027", market.student_ids)).by_name()
    {'a': 'x'}
    """
    market = placement.given
    keep, leave = _rows(market, accepted), _rows(market, declined)
    lists: dict[int, Sequence[int | str]] = {}
    for student, options in (wishes or {}).items():
        row = market.student_named(student)
        if row in lists:
            raise ValueError(f"{_student(market, row)} hands in two new lists: one of the two")
        lists[row] = options
    for row in keep.tolist():
        if placement.application[row] < 0:
            raise ValueError(f"{_student(market, row)} accepts, but was offered nothing")
        if row in lists:
            raise ValueError(f"{_student(market, row)} accepts and hands in a new list: one of the two")
    both = np.intersect1d(keep, leave)
    if len(both):
        raise ValueError(f"{_student(market, int(both[0]))} both accepts and declines")
    goes_on = np.ones(market.students, np.bool)
    goes_on[keep] = goes_on[leave] = False
    goes_on[list(lists)] = True
    going = np.flatnonzero(goes_on)
    pref_ptr, pref_option, application = _lists(market, going, lists)
    score = market.score[application if market.score_per_application else going]
    return replace(
        market,
        pref_ptr=pref_ptr,
        pref_option=pref_option,
        score=score,
        capacity=(market.capacity - _taken(market, placement.option[keep])).astype(np.int32),
        student_ids=tuple(compress(placement.lottery.student_ids, goes_on)),
        home=None if market.home is None else market.home[going],
    )


def carried_after(placement: Placement, accepted: Iterable[int | str]) -> Balance:
    """The balance to go on with: that of *placement*, with the stays of those who accepted added to what is carried.

    Parameters
    ----------
    placement : Placement
    accepted : iterable of int or str
        Students who keep what they got, by number or id.

    Raises
    ------
    ValueError
        If the placement has no balance, or a student is unknown or was offered nothing.
    """
    balance = placement.balance
    if balance is None:
        raise ValueError(f"{placement.mechanism} keeps no balance that could be carried on")
    option = np.full(placement.market.students, -1, np.int32)
    keep = _rows(placement.market, accepted)
    option[keep] = placement.option[keep]
    units = placement.market.unit_of(balance.unit)
    carried = placement.carried(balance.unit) + sent_less_received(units, option)
    return replace(balance, carried=dict(zip(units.names, carried.tolist(), strict=True)))


def _rows(market: Market, students: Iterable[int | str]) -> Int64s:
    """The numbers of students, each once, in order."""
    return np.unique(np.array([market.student_named(student) for student in students], np.int64))


def _taken(market: Market, option: Int32s) -> Int64s:
    """int64[K]: the places that these options take of each node."""
    held = np.bincount(option, minlength=market.options)  # how often each option is held
    places = market.needs.places * np.repeat(held, np.diff(market.needs.ptr))
    taken = np.zeros(market.nodes, np.int64)
    np.add.at(taken, market.needs.node, places)
    return taken


def _lists(
    market: Market, going: Int64s, lists: Mapping[int, Sequence[int | str]]
) -> tuple[Int64s, Int32s, Int64s]:
    """`pref_ptr` and `pref_option` of those who go on, and the old application whose score each of theirs has."""
    is_new = np.isin(going, list(lists))
    first, length = market.pref_ptr[going], np.diff(market.pref_ptr)[going]
    length[is_new] = [len(lists[row]) for row in going[is_new].tolist()]
    application = ranges(first, length)
    option: Int32s = np.full(len(application), -1, np.int32)
    changed = np.repeat(is_new, length)
    option[~changed] = market.pref_option[application[~changed]]
    new = [(row, market.option_named(one)) for row in going[is_new].tolist() for one in lists[row]]
    option[changed] = [one for _, one in new]
    if market.score_per_application:
        application[changed] = [_application(market, row, one) for row, one in new]
    return np.concatenate(([0], np.cumsum(length))), option, application


def _application(market: Market, row: int, option: int) -> int:
    first, end = int(market.pref_ptr[row]), int(market.pref_ptr[row + 1])
    found = np.flatnonzero(market.pref_option[first:end] == option)
    if not len(found):
        name = named("option", option, market.option_names)
        raise ValueError(
            f"{_student(market, row)} has no score for {name}: keep to options of the former list"
        )
    return first + int(found[0])


def _student(market: Market, row: int) -> str:
    return named("student", row, market.student_ids)
