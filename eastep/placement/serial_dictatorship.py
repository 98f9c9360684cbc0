"""Serial dictatorship: one pass in order of score, each takes the best that is left."""

from eastep.placement.kernels import LARGE
from eastep.placement.lottery import Lottery
from eastep.placement.market import Int64s, Market
from eastep.placement.reference import serial_dictatorship as reference
from eastep.placement.result import Placement
from eastep.placement.validation import check_lottery


def serial_dictatorship(market: Market, lottery: Lottery) -> Placement:
    """Let the students choose in order of score, each the best option of the own list that is left.

    Parameters
    ----------
    market : Market
        With one score per student. Its options may draw on any nodes.
    lottery : Lottery
        Decides among equal scores; drawn for the students of the market, in its order.

    Returns
    -------
    Placement

    Raises
    ------
    ValueError
        If the lottery was drawn for other students, or if scores differ by application: there is no single
        order to choose in then.

    Notes
    -----
    *Guarantee.* No quota is exceeded. Whoever was refused an option found it full of students with better
    claims (score, then lottery): no place is wasted, and nobody with a worse claim has it. It is the only
    assignment of which this is true. Nobody can be served better without harm to somebody else, and telling
    the true wishes is the best that anyone can do, provided that lists may be as long as the students want.

    With one score per student `deferred_acceptance` gives the very same result. O(n log n + N d) for n
    students, N applications and d nodes that an option draws on.

    References
    ----------
    M. A. Satterthwaite and H. Sonnenschein, Strategy-proof allocation mechanisms at differentiable points,
    Review of Economic Studies 48 (1981). L.-G. Svensson, Strategy-proof allocation of indivisible goods,
    Social Choice and Welfare 16 (1999).

    Examples
    --------
    A year takes a place in both terms. b chooses first and takes it, which leaves a place in spring:

    >>> market = Market.from_mappings(
    ...     wishes={"a": ["year", "spring"], "b": ["year"]}, score={"a": 81, "b": 90},
    ...     places={"spring": 2, "autumn": 1}, draws={"year": ["spring", "autumn"]})
    >>> serial_dictatorship(market, Lottery.draw("2027", market.student_ids)).by_name()
    {'a': 'spring', 'b': 'year'}
    """
    check_lottery(market, lottery)
    if market.score_per_application:
        raise ValueError(
            "serial dictatorship needs one score per student: with scores that differ by application there is "
            "no single order in which to choose"
        )
    application = taken_in_turn(market, lottery)
    application.setflags(write=False)
    return Placement(market=market, lottery=lottery, application=application, mechanism="serial_dictatorship")


def taken_in_turn(market: Market, lottery: Lottery) -> Int64s:
    """The application that each student gets, or -1, by one score per student."""
    if market.students < LARGE:
        return reference.serial_dictatorship(market, lottery)
    from eastep.placement.kernels import serial_dictatorship as kernel  # noqa: PLC0415 -- Numba is slow to load

    return kernel.serial_dictatorship(market, lottery)
