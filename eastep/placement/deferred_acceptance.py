"""Deferred acceptance: the mechanism under which nobody gains by hiding a wish."""

import numpy as np

from eastep.placement.balance import named
from eastep.placement.kernels import LARGE
from eastep.placement.lottery import Lottery
from eastep.placement.market import Int64s, Market
from eastep.placement.reference import deferred_acceptance as reference
from eastep.placement.result import Placement
from eastep.placement.serial_dictatorship import taken_in_turn
from eastep.placement.validation import check_lottery


def deferred_acceptance(market: Market, lottery: Lottery) -> Placement:
    """Place each student at the best option that holds on to them, within nested quotas.

    Parameters
    ----------
    market : Market
        With one score per student, its options may draw on any nodes. With one score per application, each
        option must draw on one node (and so on its ancestors).
    lottery : Lottery
        Decides among equal scores; drawn for the students of the market, in its order.

    Returns
    -------
    Placement

    Raises
    ------
    ValueError
        If the lottery was drawn for other students, or if scores differ by application and an option draws on
        several nodes: a stable placement need not exist then.

    Notes
    -----
    *Guarantee.* No quota is exceeded. A wish that is refused would not fit even if only those with better
    claims (score, then lottery) held their places: no place is wasted, and nobody with a worse claim has it.
    Among all placements of which this is true, every student gets the best. Telling the true wishes is the
    best that anyone can do, provided that lists may be as long as the students want.

    *One score per student.* All nodes agree on the order, so a single pass in this order gives the very same
    result, in O(n log n + N d) for n students, N applications and d nodes on a path. It also is the only fair
    outcome when options draw on crossing quotas, such as a year that takes a place in both terms.

    *One score per application.* Students propose; the lowest full node on the way up lets go of its worst
    claim (Biró and others 2010). O(N (d + log K + log q)) for K nodes with q places. A trap: where a student
    has different scores under one full node, the better claim in the way can be the student's own. The result
    is stable, yet some (0.9 % in our trials) could move to an option with places left inside that node
    without harm to anybody. It cannot happen with one score per student; prefer that, and let only
    eligibility differ by option.

    The lottery makes the order strict, so the order of rows changes nothing. From `LARGE` students on the
    kernels do the same faster.

    References
    ----------
    D. Gale and L. S. Shapley, College admissions and the stability of marriage, American Mathematical
    Monthly 69 (1962). P. Biró, T. Fleiner, R. W. Irving and D. F. Manlove, The College Admissions problem
    with lower and common quotas, Theoretical Computer Science 411 (2010).

    Examples
    --------
    Yonsei has one place in all, and b has the better score:

    >>> market = Market.from_mappings(
    ...     wishes={"a": ["yonsei/law", "korea"], "b": ["yonsei/arts"]}, score={"a": 81, "b": 90},
    ...     places={"yonsei": 1, "yonsei/law": 1, "yonsei/arts": 1, "korea": 1},
    ...     within={"yonsei/law": "yonsei", "yonsei/arts": "yonsei"})
    >>> placement = deferred_acceptance(market, Lottery.draw("2027", market.student_ids))
    >>> placement.by_name()
    {'a': 'korea', 'b': 'yonsei/arts'}
    >>> placement.rank
    array([2, 1], dtype=int32)

    The first choice of a failed on node 0, Yonsei, whose last place went to student 1 with 90 points:

    >>> [refusal] = placement.why_not("a")
    >>> [full] = refusal.full
    >>> full.node, full.cutoff.student, full.cutoff.score
    (0, 1, 90)
    """
    check_lottery(market, lottery)
    if market.score_per_application:
        _check_tree(market)
    place = claimed if market.score_per_application else taken_in_turn
    application = place(market, lottery)
    application.setflags(write=False)
    return Placement(market=market, lottery=lottery, application=application, mechanism="deferred_acceptance")


def claimed(market: Market, lottery: Lottery) -> Int64s:
    """The application that each student gets, by scores that may differ by application."""
    if market.students < LARGE:
        return reference.deferred_acceptance(market, lottery)
    from eastep.placement.kernels import deferred_acceptance as kernel  # noqa: PLC0415 -- Numba is slow to load

    return kernel.deferred_acceptance(market, lottery)


def _check_tree(market: Market) -> None:
    several = np.flatnonzero(np.diff(market.option_ptr) > 1)
    if len(several):
        raise ValueError(
            f"{named('option', int(several[0]), market.option_names)} draws on several nodes, which needs one score per student: with scores that differ by "
            "application the nodes could disagree for ever on whom to keep"
        )
