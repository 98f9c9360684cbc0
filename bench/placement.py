"""How fast the placement is: ``python -m bench.placement 10000 1000000`` prints one JSON line a comparison.

Every solver runs in a process of its own, which reads the market from files made by another; the two that are
compared take turns, so that whatever else the machine does befalls both. ``first_seconds`` is the first run,
with the loading of Numba and its kernels (and their compilation, if this machine never did that); ``seconds``
and ``cpu_seconds`` are medians of the runs after it; ``peak_rss_mb`` is the most that the process ever held, data
and libraries included. ``ratio`` and ``memory_ratio`` compare with the peer named beside them. Both must give the
same result. Ours includes making the `Market`, so its validation; the peer gets its favourite data structure for
nothing. The lottery is drawn beforehand for both, except from names, where ours draws it.

``--from-names`` compares from dicts of names with PyPI ``matching`` and ``algmatch``, which are no dependencies:

    uv pip install --target /tmp/peers matching==1.4.3 algmatch==1.5.2
    PYTHONPATH=/tmp/peers python -m bench.placement --from-names 10000

``--fresh`` is a new process from its start to the result, in plain Python and with the kernels: what `LARGE` rests
on. ``--growth`` solves ever larger markets, each solver until it takes longer than 5 seconds: a line a point.
"""

import argparse
import hashlib
import heapq
import importlib
import importlib.util
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eastep.placement import Lottery, Market, deferred_acceptance
from eastep.placement.reference import deferred_acceptance as da_reference
from eastep.placement.reference import serial_dictatorship as sd_reference

type Result = NDArray[np.int64] | dict[str, str | None]
type Solver = Callable[[], Result]
type Prepare = Callable[[Path], Solver]

RUNS = 5
ENOUGH = 40.0  # seconds; then no further run
TOO_SLOW = 5.0  # seconds; then no larger market


# The markets


def make_market(folder: Path, students: int, *, per_application: bool, shape: str) -> None:
    """A popular few and many others; as many places as students; 1000 scores with ties; lists of 5 to 10.

    *shape* is "flat", "nested" (options in hosts of 8 with 70 % of their places, hosts in countries of 100
    with 90 %) or "year" (of three options two are terms, the third takes a place in both).
    """
    random = np.random.default_rng(students)
    options = max(students // 50, 12)
    length = random.integers(5, 11, students)
    popularity = np.cumsum(1 / np.arange(1, options + 1) ** 0.5)
    drawn = np.searchsorted(popularity / popularity[-1], random.random(length.sum()), side="right")
    student = np.repeat(np.arange(students), length)
    _, first = np.unique(student * options + drawn, return_index=True)  # nobody lists an option twice
    first.sort()
    wishes = random.permutation(options)[drawn[first]]
    places = np.full(options, -(-students // options))
    parent = np.full(options, -1)
    nodes = [[option] for option in range(options)]
    if shape == "nested":
        host, country = np.arange(options) // 8, np.arange(-(-options // 8)) // 100
        hosts, countries = host[-1] + 1, country[-1] + 1
        parent = np.concatenate((options + host, options + hosts + country, np.full(countries, -1)))
        upper = [0.7 * 8 * places[0]] * hosts + [0.9 * 0.7 * 800 * places[0]] * countries
        places = np.concatenate((places, np.array(upper)))
    if shape == "year":
        nodes = [
            [option] if option % 3 < 2 else [option - 2, option - 1, option] for option in range(options)
        ]
    rank = random.permutation(students).astype(np.int32)
    columns = {
        "pref_ptr": np.concatenate(([0], np.cumsum(np.bincount(student[first], minlength=students)))),
        "pref_option": wishes.astype(np.int32),
        "score": random.integers(0, 1000, len(wishes) if per_application else students).astype(np.int32),
        "parent": parent.astype(np.int32),
        "capacity": places.astype(np.int32),
        "option_ptr": np.cumsum([0, *map(len, nodes)]),
        "option_node": np.array([node for row in nodes for node in row], np.int32),
        "score_per_application": np.array(per_application),
        "number": rank.astype(np.uint64),
        "rank": rank,
    }
    for name, column in columns.items():
        np.save(folder / f"{name}.npy", column)


def load(folder: Path) -> tuple[dict[str, Any], Lottery]:
    """The arguments of `Market`, mapped into memory, and the lottery."""
    columns = {path.stem: np.load(path, mmap_mode="r") for path in folder.glob("*.npy")}
    lottery = Lottery(seed="bench", student_ids=(), number=columns.pop("number"), rank=columns.pop("rank"))
    return columns | {"score_per_application": bool(columns["score_per_application"])}, lottery


def lists(folder: Path, *names: str) -> list[list[int]]:
    """Columns as lists; the arrays go before the next is read."""
    return [np.load(folder / f"{name}.npy").tolist() for name in names]


# Who solves them


def ours(folder: Path) -> Solver:
    columns, lottery = load(folder)
    return lambda: deferred_acceptance(Market(**columns), lottery).application


def ours_in_plain_python(folder: Path) -> Solver:
    """Our own reference: no other package nests quotas or lets an option draw on several."""
    columns, lottery = load(folder)
    per_application = columns["score_per_application"]
    solve = da_reference.deferred_acceptance if per_application else sd_reference.serial_dictatorship
    return lambda: solve(Market(**columns), lottery)


def ours_with_kernels(folder: Path) -> Solver:
    kernels = "eastep.placement.kernels"
    da_kernel = importlib.import_module(f"{kernels}.deferred_acceptance")  # loads Numba
    sd_kernel = importlib.import_module(f"{kernels}.serial_dictatorship")
    columns, lottery = load(folder)
    per_application = columns["score_per_application"]
    solve = da_kernel.deferred_acceptance if per_application else sd_kernel.serial_dictatorship
    return lambda: solve(Market(**columns), lottery)


def heaps_one_by_one(folder: Path) -> Solver:
    """Our kernel without its rounds: the usual compiled engine, a heap per node and a tournament over them."""
    da_kernel = importlib.import_module("eastep.placement.kernels.deferred_acceptance")  # loads Numba
    columns, lottery = load(folder)
    market = Market(**columns)
    wishes = da_kernel.Wishes(market.pref_ptr[:-1], market.pref_ptr[1:], market.pref_option, market.score)
    args = wishes, lottery.rank, market.option_node, market.parent, market.capacity
    return lambda: da_kernel.by_application(*args, 0, da_kernel.ANYBODY)


def greedy_numba(folder: Path) -> Solver:
    """What anybody would write with Numba for one score and no nesting."""
    numba = importlib.import_module("numba")
    columns, lottery = load(folder)

    def greedy(
        order: NDArray[np.int64], ptr: NDArray[np.int64], option: NDArray[np.int32], left: NDArray[np.int32]
    ) -> NDArray[np.int64]:
        taken = np.full(len(order), -1, np.int64)
        for student in order:
            for application in range(ptr[student], ptr[student + 1]):
                if left[option[application]] > 0:
                    left[option[application]] -= 1
                    taken[student] = application
                    break
        return taken

    compiled: Callable[..., NDArray[np.int64]] = numba.njit(greedy)

    def solve() -> NDArray[np.int64]:
        order = np.lexsort((lottery.rank, -columns["score"]))
        return compiled(order, columns["pref_ptr"], columns["pref_option"], columns["capacity"].copy())

    return solve


def heapq_loop(folder: Path) -> Solver:
    """Deferred acceptance without nesting in twenty lines: a heap per option."""
    ptr, option, score, capacity, luck = lists(folder, "pref_ptr", "pref_option", "score", "capacity", "rank")

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


# From names


def names(folder: Path) -> tuple[dict[str, list[str]], dict[str, dict[str, int]], dict[str, int], list[int]]:
    """Wishes, scores by option, places, and the lottery ranks that ours will draw."""
    ptr, option, score, places = lists(folder, "pref_ptr", "pref_option", "score", "capacity")
    ids = [f"student-{row:07}" for row in range(len(ptr) - 1)]
    options = [f"option-{row:05}" for row in range(len(places))]
    wishes, scores = {}, {}
    for student, (start, end) in zip(ids, pairwise(ptr), strict=True):
        wishes[student] = [options[wish] for wish in option[start:end]]
        scores[student] = dict(zip(wishes[student], score[start:end], strict=True))
    return wishes, scores, dict(zip(options, places, strict=True)), Lottery.draw("bench", ids).rank.tolist()


def ours_from_names(folder: Path) -> Solver:
    wishes, scores, places, _ = names(folder)

    def solve() -> dict[str, str | None]:
        market = Market.from_mappings(wishes=wishes, score=scores, places=places)
        return deferred_acceptance(market, Lottery.draw("bench", wishes)).by_name()

    return solve


def from_mappings_alone(folder: Path) -> Solver:
    """No solver: what share of ours it is to make the market."""
    wishes, scores, places, _ = names(folder)

    def solve() -> dict[str, str | None]:
        Market.from_mappings(wishes=wishes, score=scores, places=places)
        return {}

    return solve


def ranked_hosts(
    wishes: Mapping[str, list[str]], scores: Mapping[str, Mapping[str, int]], luck: list[int]
) -> dict[str, list[str]]:
    """Who asks at each option, best first: what the packages want to be told."""
    asks: dict[str, list[tuple[int, int, str]]] = {}
    for (student, options), place in zip(wishes.items(), luck, strict=True):
        for option in options:
            asks.setdefault(option, []).append((-scores[student][option], place, student))
    return {option: [student for _, _, student in sorted(rows)] for option, rows in asks.items()}


def matching_package(folder: Path) -> Solver:
    games = importlib.import_module("matching.games")
    wishes, scores, places, luck = names(folder)
    hosts = ranked_hosts(wishes, scores, luck)
    capacity = {option: places[option] for option in hosts}

    def solve() -> dict[str, str | None]:
        game = games.HospitalResident.create_from_dictionaries(wishes, hosts, capacity)
        placed = dict.fromkeys(wishes)
        for host, students in game.solve(optimal="resident").items():
            placed |= {student.name: host.name for student in students}
        return placed

    return solve


def algmatch_package(folder: Path) -> Solver:
    """It knows people and hosts by whole numbers only; it gets them for nothing."""
    problem = importlib.import_module("algmatch.hospitalResidentsProblem").HospitalResidentsProblem
    wishes, scores, places, luck = names(folder)
    student_number = {name: number for number, name in enumerate(wishes)}
    option_number = {name: number for number, name in enumerate(places)}
    instance = {
        "residents": {
            student_number[student]: [option_number[option] for option in options]
            for student, options in wishes.items()
        },
        "hospitals": {
            option_number[option]: {
                "capacity": places[option],
                "preferences": [student_number[student] for student in students],
            }
            for option, students in ranked_hosts(wishes, scores, luck).items()
        },
    }
    ids, options = list(wishes), list(places)

    def solve() -> dict[str, str | None]:
        placed = dict.fromkeys(wishes)
        found = problem(dictionary=instance, optimised_side="residents").get_stable_matching()
        for student, host in found["resident_sided"].items():
            placed[ids[int(student[1:])]] = options[int(host[1:])] if host else None
        return placed

    return solve


# Measuring

_solve: Solver | None = None  # of this process
_result: Result | None = None


def prepare(make: Prepare, folder: Path) -> None:
    global _solve  # noqa: PLW0603 -- a process keeps one solver
    sys.setrecursionlimit(10_000_000)  # `matching` copies linked objects
    threading.stack_size(1 << 29)
    _solve = make(folder)


def run() -> tuple[float, float]:
    """Wall and CPU seconds of one run, in a thread with a large stack."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_run).result()


def _run() -> tuple[float, float]:
    global _result  # noqa: PLW0603
    assert _solve is not None
    _result = None
    wall, cpu = time.perf_counter(), time.process_time()
    _result = _solve()
    return time.perf_counter() - wall, time.process_time() - cpu


def finish() -> tuple[int, str]:
    """The peak of memory in MB, and a digest of the last result."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if isinstance(_result, dict):
        return peak, hashlib.sha256(json.dumps(_result, sort_keys=True).encode()).hexdigest()[:12]
    assert _result is not None
    return peak, hashlib.sha256(_result.astype(np.int64).tobytes()).hexdigest()[:12]


def measured(folder: Path, makers: list[Prepare], runs: int = RUNS) -> list[dict[str, float | str]]:
    """All solve the market in turns, each in its own process."""
    spawn = multiprocessing.get_context("spawn")
    processes = [ProcessPoolExecutor(1, mp_context=spawn) for _ in makers]
    spent: list[list[tuple[float, float]]] = [[] for _ in makers]
    for process, make in zip(processes, makers, strict=True):
        process.submit(prepare, make, folder).result()
    for _ in range(runs + 1):
        for process, own in zip(processes, spent, strict=True):
            if sum(wall for wall, _ in own) < ENOUGH:
                own.append(process.submit(run).result())
    lines: list[dict[str, float | str]] = []
    for process, own in zip(processes, spent, strict=True):
        peak, digest = process.submit(finish).result()
        later = own[1:] or own
        lines.append(
            {
                "runs": len(later),
                "first_seconds": round(own[0][0], 5),
                "seconds": round(statistics.median(wall for wall, _ in later), 5),
                "cpu_seconds": round(statistics.median(cpu for _, cpu in later), 5),
                "peak_rss_mb": peak,
                "digest": digest,
            }
        )
        process.shutdown()
    return lines


def compared(case: str, students: int, folder: Path, own_maker: Prepare, peers: list[Prepare]) -> None:
    own, *others = measured(folder, [own_maker, *peers])
    for peer, other in zip(peers, others, strict=True):
        if own["digest"] != other["digest"] and peer is not from_mappings_alone:
            raise SystemExit(f"{case}: {peer.__name__} gives another result")
        line = {"case": case, "students": students, **own, "peer": peer.__name__}
        line |= {f"peer_{key}": value for key, value in other.items() if key != "digest"}
        line["ratio"] = round(float(own["cpu_seconds"]) / float(other["cpu_seconds"]), 5)
        line["memory_ratio"] = round(float(own["peak_rss_mb"]) / float(other["peak_rss_mb"]), 3)
        print(json.dumps(line | {"load": round(os.getloadavg()[0], 1)}), flush=True)


CASES: dict[str, tuple[bool, str, list[Prepare]]] = {
    "one score": (False, "flat", [greedy_numba]),
    "one score, years": (False, "year", [ours_in_plain_python]),
    "score by application": (True, "flat", [heapq_loop, heaps_one_by_one]),
    "score by application, nested": (True, "nested", [heaps_one_by_one]),
}


def compare_all(students: int, folder: Path) -> None:
    for case, (per_application, shape, peers) in CASES.items():
        make_in_child(folder, students, per_application=per_application, shape=shape)
        compared(case, students, folder, ours, peers)


def make_in_child(folder: Path, students: int, *, per_application: bool, shape: str) -> None:
    """So that the memory it takes is not counted."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as child:
        child.submit(make_market, folder, students, per_application=per_application, shape=shape).result()


def installed(packages: Mapping[str, Prepare]) -> Iterator[Prepare]:
    for package, maker in packages.items():
        if importlib.util.find_spec(package):
            yield maker
        else:
            print(f"SKIPPED: {package} is not installed; see --help", file=sys.stderr)


PACKAGES: dict[str, Prepare] = {"matching": matching_package, "algmatch": algmatch_package}


def compare_from_names(students: int, folder: Path) -> None:
    make_in_child(folder, students, per_application=True, shape="flat")
    peers = [from_mappings_alone, *installed(PACKAGES)]
    compared("from names", students, folder, ours_from_names, peers)


def compare_fresh(students: int, folder: Path) -> None:
    """From the start of Python to the result, three times in turns."""
    for case, (per_application, shape, _) in CASES.items():
        make_in_child(folder, students, per_application=per_application, shape=shape)
        spent: dict[str, list[float]] = {"ours_in_plain_python": [], "ours_with_kernels": []}
        for _ in range(3):
            for solver, seconds in spent.items():
                before = _cpu_of_children()
                code = f"from bench import placement; placement.{solver}(placement.Path({str(folder)!r}))()"
                subprocess.run([sys.executable, "-c", code], check=True)
                seconds.append(_cpu_of_children() - before)
        cpu = {solver: round(statistics.median(seconds), 3) for solver, seconds in spent.items()}
        line = {"case": f"fresh process, {case}", "students": students, "cpu_seconds": cpu}
        print(json.dumps(line | {"load": round(os.getloadavg()[0], 1)}), flush=True)


def _cpu_of_children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


GROWTH = [1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000]


def grow(folder: Path) -> None:
    """Time against the number of students: scores by application, no nesting."""
    going = [ours, ours_in_plain_python, heapq_loop, heaps_one_by_one, *installed(PACKAGES)]
    for students in GROWTH:
        make_in_child(folder, students, per_application=True, shape="flat")
        for maker, line in zip(going, measured(folder, going, runs=3), strict=True):
            line.pop("digest")
            print(
                json.dumps({"case": "growth", "students": students, "solver": maker.__name__, **line}),
                flush=True,
            )
            if float(line["seconds"]) > TOO_SLOW:
                going = [other for other in going if other is not maker]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("students", nargs="*", type=int, default=[1000, 10_000, 100_000])
    parser.add_argument("--from-names", action="store_const", dest="compare", const=compare_from_names)
    parser.add_argument("--fresh", action="store_const", dest="compare", const=compare_fresh)
    parser.add_argument("--growth", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if given.growth:
            grow(Path(name))
            return
        for students in given.students:
            (given.compare or compare_all)(students, Path(name))


if __name__ == "__main__":
    main()
