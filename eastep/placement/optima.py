"""The largest placement in balance by OR-Tools: as a flow, or, where it is none, as an integer program."""

import numpy as np
from numpy.typing import ArrayLike

from eastep.placement.market import Int32s, Int64s, Market, Units

MISSING = 'maximum_balanced needs OR-Tools: pip install "eastep[optimum]"'
PATIENCE = 60.0  # seconds for each of the aims of the integer program


def by_flow(market: Market, units: Units, node_unit: Int32s, carried: Int64s, tolerance: int) -> Int64s:
    """The application that each student gets, or -1, by a circulation; each option draws on one node.

    It runs unit -> student -> node of the option -> ... -> outermost node -> unit: what reaches a unit are the
    stays that it receives, what leaves it those that it sends. Beyond these a hub may give and take.
    """
    try:
        from ortools.graph.python import min_cost_flow  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise ImportError(MISSING) from error

    used = np.flatnonzero(node_unit >= 0)  # the nodes with options
    unit = np.arange(len(units.names))
    student = len(unit) + np.arange(market.students)
    node = len(unit) + market.students + np.arange(market.nodes)
    hub = len(unit) + market.students + market.nodes
    length = np.diff(market.pref_ptr)
    rank = market.pref_rank
    placed = len(rank) + 1  # more than any sum of ranks
    repaid = placed * (market.students + 1)  # more than any number of students placed
    above = np.where(market.parent[used] >= 0, node[market.parent[used]], node_unit[used])

    flow = min_cost_flow.SimpleMinCostFlow()

    def join(start: ArrayLike, end: ArrayLike, most: ArrayLike, cost: ArrayLike) -> Int64s:
        columns = np.broadcast_arrays(start, end, most, cost)
        arcs = flow.add_arcs_with_capacity_and_unit_cost(*(column.astype(np.int64) for column in columns))
        return np.asarray(arcs)

    wishes = join(np.repeat(student, length), node[market.option_node[market.pref_option]], 1, rank)
    join(units.home, student, 1, -placed)
    join(node[used], above, market.capacity[used], 0)
    join(hub, unit, np.clip(tolerance - carried, 0, 2 * tolerance), 0)
    join(unit, hub, np.clip(tolerance + carried, 0, 2 * tolerance), 0)
    join(hub, unit, np.maximum(-tolerance - carried, 0), -repaid)
    join(unit, hub, np.maximum(-tolerance + carried, 0), -repaid)
    if flow.solve() != flow.OPTIMAL:
        raise ValueError(
            f"{market.students} students with {len(rank)} wishes are too many for the numbers of the solver: plan "
            "with a part of the market"
        )
    application = np.full(market.students, -1, np.int64)
    got = np.flatnonzero(flow.flows(wishes))
    application[np.repeat(np.arange(market.students), length)[got]] = got
    return application


def by_integer_program(market: Market, units: Units, carried: Int64s, tolerance: int) -> Int64s:
    """The same where options draw on several nodes: a variable of 0 or 1 for each application.

    Three aims one after the other, each kept for the next: the least beyond the tolerance, the most placed, the
    least sum of ranks.
    """
    try:
        from ortools.linear_solver.python import model_builder  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise ImportError(MISSING) from error

    model = model_builder.Model()  # type: ignore[no-untyped-call]
    weighted = model_builder.LinearExpr.weighted_sum
    length = np.diff(market.pref_ptr)
    got = np.array([model.new_bool_var("") for _ in market.pref_option], object)

    def bound(applications: Int64s, weights: ArrayLike, least: float, most: float) -> None:
        """The weighted sum of these applications lies between *least* and *most*."""
        each = np.broadcast_to(np.asarray(weights, np.float64), applications.shape).tolist()
        model.add_linear_constraint(weighted(got[applications].tolist(), each), least, most)

    student = np.repeat(np.arange(market.students), length)
    for applications in _grouped(student, np.arange(len(got))):
        bound(applications, 1, 0, 1)
    needs = market.needs
    lines = np.diff(needs.ptr)[market.pref_option]
    wanting = np.repeat(np.arange(len(got)), lines)
    row = np.arange(len(wanting)) + np.repeat(needs.ptr[market.pref_option] - np.cumsum(lines) + lines, lines)
    for line in _grouped(needs.node[row], np.arange(len(row))):
        bound(wanting[line], needs.places[row[line]], 0, market.capacity[needs.node[row[line[0]]]])
    beyond = []
    home, host = units.home[student], units.host[market.pref_option]
    for unit, before in enumerate(carried.tolist()):
        moves = np.flatnonzero((home == unit) != (host == unit))
        sent = np.where(home[moves] == unit, 1, -1)
        bound(moves, sent, min(before, -tolerance) - before, max(before, tolerance) - before)
        if abs(before) > tolerance:
            over = model.new_var(0, float(abs(before) - tolerance), False, "")
            sign = 1 if before > 0 else -1
            imbalance = weighted(got[moves].tolist(), sent.tolist()) + before
            model.add(over >= sign * imbalance - tolerance)
            beyond.append(over)
    everything = got.tolist()
    aims = [
        (beyond, [1.0] * len(beyond)),
        (everything, [-1.0] * len(got)),
        (everything, market.pref_rank.tolist()),
    ]
    solver = model_builder.Solver("scip")
    for variables, weights in aims:
        if not variables:
            continue
        aim = weighted(variables, weights)
        model.minimize(aim)
        solver.set_time_limit_in_seconds(PATIENCE)
        if solver.solve(model) != model_builder.SolveStatus.OPTIMAL:
            raise ValueError(
                f"{market.students} students with {len(got)} wishes, some of them for several quotas at once, are too "
                f"many for the solver in {PATIENCE:.0f} s: plan with a part of the market"
            )
        best = round(solver.objective_value)
        model.add_linear_constraint(aim, best, best)
    application = np.full(market.students, -1, np.int64)
    taken = np.flatnonzero([round(solver.value(one)) for one in everything])
    application[student[taken]] = taken
    return application


def _grouped(key: Int64s | Int32s, values: Int64s) -> list[Int64s]:
    """The values of each key that there is."""
    order = np.argsort(key, kind="stable")
    return [part for part in np.split(values[order], np.flatnonzero(np.diff(key[order])) + 1) if len(part)]
