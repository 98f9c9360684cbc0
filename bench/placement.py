"""How fast the placement is: ``python -m bench.placement 10000 100000`` prints one JSON line a case.

Every solver runs in a process of its own. ``first_seconds`` is what a single run from the shell pays, with
the loading of Numba and its kernels (and their compilation, if this machine never did that); ``seconds``
and ``cpu_seconds`` are medians of the runs after it, in ours with the validation of the market;
``peak_rss_mb`` is that of the process, data included. ``ratio`` compares CPU seconds with the peer named
beside it, which has solved the same market in the same run of this program, its favourite data structure
given for nothing. Both must give the same result.
"""

import argparse
import dataclasses
import hashlib
import heapq
import importlib
import importlib.util
import json
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from numpy.typing import NDArray

from eastep.placement import Lottery, Market, deferred_acceptance, reference

type Solver = Callable[[], NDArray[np.int64]]

RUNS = 5
MATCHING_LIMIT = 1000  # `matching` raises a RecursionError at 10,000


def made_market(students: int, *, per_application: bool, shape: str) -> Market:
    """A popular few and many others; as many places as students; 1000 scores with ties; lists of 5 to 10.

    *shape* is "flat", "nested" (options in hosts of 8 with 70 % of their places, hosts in countries of 100
    with 90 %) or "year" (of three options two are terms, the third takes a place in both).
    """
    random = np.random.default_rng(students)
    options = max(students // 50, 12)
    length = random.integers(5, 11, students)
    ptr = np.concatenate(([0], np.cumsum(length)))
    popularity = 1 / np.arange(1, options + 1) ** 0.5
    drawn = random.choice(options, (students, 10), p=popularity / popularity.sum()).astype(np.int32)
    rows = [
        list(dict.fromkeys(row[:count])) for row, count in zip(drawn.tolist(), length.tolist(), strict=True)
    ]
    ptr = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    wishes = np.array([option for row in rows for option in row], np.int32)
    places = np.full(options, -(-students // options), np.int32)
    parent = np.full(options, -1, np.int32)
    nodes = [[option] for option in range(options)]
    if shape == "nested":
        hosts, countries = -(-options // 8), -(-options // 800)
        parent = np.concatenate(
            (
                options + np.arange(options) // 8,
                options + hosts + np.arange(hosts) // 100,
                np.full(countries, -1),
            )
        ).astype(np.int32)
        per_option = int(places[0])
        upper = [0.7 * 8 * per_option] * hosts + [0.9 * 0.7 * 800 * per_option] * countries
        places = np.concatenate((places, np.array(upper))).astype(np.int32)
    if shape == "year":
        nodes = [
            [option] if option % 3 < 2 else [option - 2, option - 1, option] for option in range(options)
        ]
    return Market(
        pref_ptr=ptr,
        pref_option=wishes,
        score=random.integers(0, 1000, len(wishes) if per_application else students).astype(np.int32),
        parent=parent,
        capacity=places,
        option_ptr=np.cumsum([0, *map(len, nodes)], dtype=np.int64),
        option_node=np.array([node for row in nodes for node in row], np.int32),
        score_per_application=per_application,
    )


def ours(market: Market, lottery: Lottery) -> Solver:
    """The door, with nothing kept from earlier runs."""
    return lambda: deferred_acceptance(dataclasses.replace(market), lottery).application


def plain_python(market: Market, lottery: Lottery) -> Solver:
    """Our own reference: no other package nests quotas or lets an option draw on several."""
    solve = reference.deferred_acceptance if market.score_per_application else reference.serial_dictatorship
    return lambda: solve(dataclasses.replace(market), lottery)


def sorted_loop(market: Market, lottery: Lottery) -> Solver:
    """What anybody would write for one score and no nesting."""
    ptr, option, score = market.pref_ptr.tolist(), market.pref_option.tolist(), market.score.tolist()
    capacity, luck = market.capacity.tolist(), lottery.rank.tolist()

    def solve() -> NDArray[np.int64]:
        left, taken = list(capacity), [-1] * len(score)
        for student in sorted(range(len(score)), key=lambda student: (-score[student], luck[student])):
            for application in range(ptr[student], ptr[student + 1]):
                if left[option[application]]:
                    left[option[application]] -= 1
                    taken[student] = application
                    break
        return np.array(taken)

    return solve


def heapq_loop(market: Market, lottery: Lottery) -> Solver:
    """Deferred acceptance without nesting in twenty lines: a heap per option."""
    ptr, option, score = market.pref_ptr.tolist(), market.pref_option.tolist(), market.score.tolist()
    capacity, luck = market.capacity.tolist(), lottery.rank.tolist()

    def solve() -> NDArray[np.int64]:
        held: list[list[tuple[int, int, int]]] = [[] for _ in capacity]
        following = ptr[:-1]
        taken = [-1] * len(following)
        for first in range(len(following)):
            student = first
            while following[student] < ptr[student + 1]:
                application = following[student]
                following[student] += 1
                heap = held[option[application]]
                claim = (score[application], -luck[student], student)
                if len(heap) < capacity[option[application]]:
                    heapq.heappush(heap, claim)
                    taken[student] = application
                    break
                if heap and heap[0] < claim:
                    loser = heapq.heapreplace(heap, claim)[2]
                    taken[student], taken[loser] = application, -1
                    student = loser
        return np.array(taken)

    return solve


def matching_package(market: Market, lottery: Lottery) -> Solver:
    """PyPI `matching`, without the building of its objects."""
    games = importlib.import_module("matching.games")  # an optional peer

    ptr, option = market.pref_ptr.tolist(), market.pref_option.tolist()
    asks: list[list[tuple[int, int, int]]] = [[] for _ in market.capacity]
    for student in range(market.students):
        for application in range(ptr[student], ptr[student + 1]):
            claim = (-int(market.score[application]), int(lottery.rank[student]), student)
            asks[option[application]].append(claim)
    lists = {student: option[ptr[student] : ptr[student + 1]] for student in range(market.students)}
    hosts = {number: [student for _, _, student in sorted(ask)] for number, ask in enumerate(asks) if ask}
    places = {number: int(market.capacity[number]) for number in hosts}

    def solve() -> NDArray[np.int64]:
        game = games.HospitalResident.create_from_dictionaries(lists, hosts, places)
        taken = np.full(market.students, -1)
        for host, students in game.solve(optimal="resident").items():
            for student in students:
                taken[student.name] = ptr[student.name] + lists[student.name].index(host.name)
        return taken

    return solve


CASES: dict[str, tuple[bool, str, tuple[Callable[[Market, Lottery], Solver], ...]]] = {
    "one score": (False, "flat", (sorted_loop,)),
    "one score, years": (False, "year", (plain_python,)),
    "score by application": (True, "flat", (heapq_loop, matching_package)),
    "score by application, nested": (True, "nested", (plain_python,)),
}


def measured(case: str, students: int, make: Callable[[Market, Lottery], Solver]) -> dict[str, float | str]:
    """Build the market, solve it `RUNS` times after a first time, and say what it took."""
    per_application, shape, _ = CASES[case]
    market = made_market(students, per_application=per_application, shape=shape)
    solve = make(market, Lottery.draw("bench", range(students)))
    seconds, cpu = [], []
    for _ in range(RUNS + 1):
        wall, used = time.perf_counter(), time.process_time()
        taken = solve()
        seconds.append(time.perf_counter() - wall)
        cpu.append(time.process_time() - used)
    return {
        "first_seconds": round(seconds[0], 5),
        "seconds": round(statistics.median(seconds[1:]), 5),
        "cpu_seconds": round(statistics.median(cpu[1:]), 5),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "digest": hashlib.sha256(taken.astype(np.int64).tobytes()).hexdigest()[:12],
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("students", nargs="*", type=int, default=[1000, 10_000, 100_000])
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as fresh:
        for students in parser.parse_args().students:
            for case, (_, _, peers) in CASES.items():
                own = fresh.submit(measured, case, students, ours).result()
                for peer in peers:
                    if peer is matching_package and not (
                        students <= MATCHING_LIMIT and importlib.util.find_spec("matching")
                    ):
                        continue
                    other = fresh.submit(measured, case, students, peer).result()
                    if own["digest"] != other["digest"]:
                        raise SystemExit(f"{case}: {peer.__name__} gives another result")
                    line = {"case": case, "students": students, **own, "peer": peer.__name__}
                    line |= {f"peer_{key}": value for key, value in other.items() if key != "digest"}
                    ratio = float(own["cpu_seconds"]) / float(other["cpu_seconds"])
                    print(json.dumps(line | {"ratio": round(ratio, 3)}), flush=True)


if __name__ == "__main__":
    main()
