"""Balanced exchange: students trade places, so that every unit receives as many as it sends."""

from eastep.placement.balance import Balance, unit_of_nodes
from eastep.placement.kernels import LARGE
from eastep.placement.lottery import Lottery
from eastep.placement.market import Int64s, Market
from eastep.placement.reference import balanced_exchange as reference
from eastep.placement.result import Placement
from eastep.placement.validation import check_lottery


def balanced_exchange(market: Market, lottery: Lottery, balance: Balance) -> Placement:
    """Place by trading cycles such that every institution, or country, receives as many as it sends.

    Parameters
    ----------
    market : Market
        With one score per student, since each unit ranks its own students in one order. Options may draw on
        several nodes, but the options of each node must lie at one unit.
    lottery : Lottery
        Decides among equal scores; drawn for the students of the market, in its order.
    balance : Balance
        The units, the tolerance, and what they carry.

    Returns
    -------
    Placement

    Raises
    ------
    ValueError
        If scores differ by application, a quota holds options of several units, a balance is carried for a
        unit that the market has not, or the lottery was drawn for other students.

    Notes
    -----
    *How.* Two-sided top trading cycles (Dur and Ünver 2019). Each unit points to its best student who is left
    (score, then lottery), and the student to the best option on the own list that has places and whose unit
    may still receive. Students on a cycle of pointers get what they point to; nobody's balance changes. A
    student for whom nothing is open is out.

    A unit may receive while it has students left to send in return. With a tolerance t, chains come on top. A
    unit may end one, so receive without sending, if its imbalance is above t (until it is down to t it sends
    nobody) or if nobody is left and its imbalance is above -t; it may start one, so send without receiving,
    if its imbalance is below t. When there is no cycle, the unit with the lowest imbalance among those that
    may start one (then the lowest number) sends its best student, and so on along the pointers to the end of
    the chain. Once no unit may start a chain, none can end one either, and only cycles are left.

    *Guarantee.* For each unit that carries c, the imbalance ends between -max(t, |c|) and max(t, |c|), and
    never farther outside the tolerance than it began; with t = 0 and nothing carried every unit receives
    exactly as many as it sends. No quota is exceeded. Nobody wants a place that went to somebody of the own
    unit with a worse claim. With t = 0 and nothing carried there is no other balanced assignment that is
    better for some students and worse for none; with chains that is not promised, as another order of the
    chains could serve more. Students of another unit may hold a wanted place with worse scores: they had
    something to offer in return.

    Telling the true wishes is the best that anyone can do, provided that lists may be as long as the students
    want. Dur and Ünver prove it for one quota per unit. With nested quotas, options that draw on several
    nodes, and chains in this order the reason remains: what happens before a student is served does not
    depend on the own list, what is closed never opens again, and whatever the student could reach earlier
    waits for the student's unit, because no quota is shared with other units. The tests let every student of
    thousands of tiny markets tell every other list, and none gains. With a quota across units somebody can,
    hence the refusal.

    *Cost.* O(n log n + N d + c p) for n students, N applications, d nodes of an option and c chains and
    cycles that pass p units on the way. The order of the students' rows changes nothing; with a tolerance
    the order of the units decides between equal imbalances. From `LARGE` students on the kernel does the same
    faster.

    References
    ----------
    U. M. Dur and M. U. Ünver, Two-sided matching via balanced exchange, Journal of Political Economy 127
    (2019). L. Shapley and H. Scarf, On cores and indivisibility, Journal of Mathematical Economics 1 (1974).

    Examples
    --------
    Two want to go to Yonsei and one to Waseda. Exactly balanced, one goes each way:

    >>> market = Market.from_mappings(
    ...     wishes={"aoi": ["yonsei"], "ren": ["yonsei"], "jiho": ["waseda"]},
    ...     score={"aoi": 70, "ren": 90, "jiho": 75}, places={"yonsei": 3, "waseda": 3},
    ...     home={"aoi": "Waseda", "ren": "Waseda", "jiho": "Yonsei"},
    ...     host={"yonsei": "Yonsei", "waseda": "Waseda"}, country={"Waseda": "JP", "Yonsei": "KR"})
    >>> lottery = Lottery.draw("2027", market.student_ids)
    >>> balanced_exchange(market, lottery, Balance(unit="institution")).by_name()
    {'aoi': None, 'ren': 'yonsei', 'jiho': 'waseda'}

    Waseda still has to repay one student of an earlier year, so it sends one more:

    >>> repaid = Balance(unit="institution", carried={"Waseda": -1, "Yonsei": 1})
    >>> balanced_exchange(market, lottery, repaid).by_name()
    {'aoi': 'yonsei', 'ren': 'yonsei', 'jiho': 'waseda'}
    """
    check_lottery(market, lottery)
    if market.score_per_application:
        raise ValueError(
            "balanced exchange needs one score per student: each unit ranks its own students in one order, whatever "
            "they wish for; give each student a single score"
        )
    unit_of_nodes(market, market.unit_of(balance.unit))
    application = _traded(market, lottery, balance)
    application.setflags(write=False)
    return Placement(
        market=market,
        lottery=lottery,
        application=application,
        mechanism="balanced_exchange",
        balance=balance,
    )


def _traded(market: Market, lottery: Lottery, balance: Balance) -> Int64s:
    if market.students < LARGE:
        return reference.balanced_exchange(market, lottery, balance)
    from eastep.placement.kernels import balanced_exchange as kernel  # noqa: PLC0415 -- Numba is slow to load

    return kernel.balanced_exchange(market, lottery, balance)
