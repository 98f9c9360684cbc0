"""The largest balanced placement: what would be possible at most, as a figure to plan with."""

import numpy as np

from eastep.placement.balance import Balance, unit_of_nodes
from eastep.placement.lottery import Lottery
from eastep.placement.market import Market
from eastep.placement.optima import by_flow, by_integer_program
from eastep.placement.result import Placement
from eastep.placement.validation import check_lottery


def maximum_balanced(market: Market, lottery: Lottery, balance: Balance) -> Placement:
    """Place as many as balance allows, then with the least sum of ranks. For planning only: lists can cheat it.

    Parameters
    ----------
    market : Market
        The options of each node must lie at one unit. Scores are not looked at.
    lottery : Lottery
        Drawn for the students of the market; not looked at either.
    balance : Balance
        The units, the tolerance, and what they carry.

    Returns
    -------
    Placement

    Raises
    ------
    ImportError
        If OR-Tools is not installed, with the command that installs it.
    ValueError
        If a quota holds options of several units, a balance is carried for a unit that the market has not, the
        market is too large for the solver, or the lottery was drawn for other students.

    Notes
    -----
    *Guarantee.* The optimum: of all assignments within lists and quotas in which no unit
    ends outside the tolerance t, one that places the most students, and of these one with the least sum of
    ranks. Where a unit carries c with |c| > t, first of all the sum of what remains beyond the tolerance is
    the least, and the imbalance of no unit changes its sign by more than t. Which of several best assignments
    comes out is left to the solver (the same for the same input and version of it).

    *Not for deciding.* A student can gain by a false list, somebody with a worse score can have the place
    that a student wanted, and nobody can be told why. A test keeps a market in which a false list pays.

    *Cost.* A minimum-cost flow over n students, N applications and K nodes: some 20 s for 100,000 students, for
    whom `balanced_exchange` takes 0.1 s (`python -m bench.balance`). Where options draw on several nodes, a year
    on two terms, it is no flow but an integer program: a few seconds for 1,000 students, and where the solver
    has not come to an end after a minute for one of the three aims, an error.

    References
    ----------
    A. V. Goldberg, An efficient implementation of a scaling minimum-cost flow algorithm, Journal of
    Algorithms 22 (1997), which OR-Tools follows.

    Examples
    --------
    Two want to go to Yonsei and one to Waseda. Exactly balanced, one goes each way:

    >>> market = Market.from_mappings(
    ...     wishes={"aoi": ["yonsei/law"], "ren": ["yonsei/law", "yonsei/arts"], "jiho": ["waseda"]},
    ...     score={"aoi": 70, "ren": 90, "jiho": 75},
    ...     places={"yonsei/law": 1, "yonsei/arts": 1, "waseda": 1},
    ...     home={"aoi": "Waseda", "ren": "Waseda", "jiho": "Yonsei"},
    ...     host={"yonsei/law": "Yonsei", "yonsei/arts": "Yonsei", "waseda": "Waseda"},
    ...     country={"Waseda": "JP", "Yonsei": "KR"})
    >>> lottery = Lottery.draw("2027", market.student_ids)
    >>> maximum_balanced(market, lottery, Balance(tolerance=1)).by_name()
    {'aoi': 'yonsei/law', 'ren': 'yonsei/arts', 'jiho': 'waseda'}
    """
    check_lottery(market, lottery)
    units, carried = market.unit_of(balance.unit), balance.carried_by(market)
    node_unit = unit_of_nodes(market, units)
    if (np.diff(market.option_ptr) > 1).any():
        application = by_integer_program(market, units, carried, balance.tolerance)
    else:
        application = by_flow(market, units, node_unit, carried, balance.tolerance)
    application.setflags(write=False)
    return Placement(
        market=market, lottery=lottery, application=application, mechanism="maximum_balanced", balance=balance
    )
