"""From Parquet to Parquet: ``python -m bench.files 1000000`` prints one JSON line a case.

Ours reads the students and the options, checks them, draws the lottery, places by deferred acceptance and writes the
result. The peer is `pyarrow.parquet.read_table` of the same two files, with nothing done to them. Every run is in a
process of its own, ours and the peer's in turn. ``cpu_seconds`` are medians, of all threads: that of loading Numba and
the kernels from disk counts, that of loading pyarrow does not, for neither. ``peak_rss_mb`` is the median of the
processes' peaks. A first run of each, which may compile kernels, is not counted. Needs the extra ``arrow``.
"""

import argparse
import json
import multiprocessing
import os
import resource
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from eastep.placement import Lottery, Market, deferred_acceptance

RUNS = 3
STEPS = ("read_and_check", "draw", "place", "write")


def make_files(folder: Path, students: int) -> None:
    """Ids such as 2027-0000017 in random order; lists of up to 5 to 10 among popular and other options."""
    random = np.random.default_rng(students)
    options = max(students // 50, 12)
    popularity = 1 / np.arange(1, options + 1) ** 0.5
    drawn = np.searchsorted(np.cumsum(popularity / popularity.sum()), random.random((students, 10)))
    drawn = np.minimum(drawn, options - 1).astype(np.int32)
    keep = np.arange(10) < random.integers(5, 11, students)[:, None]
    for place in range(1, 10):
        keep[:, place] &= (drawn[:, :place] != drawn[:, place : place + 1]).all(1)
    ptr = np.concatenate(([0], np.cumsum(keep.sum(1)))).astype(np.int32)
    names = pa.array([f"host{option // 8:04d}/programme{option % 8}" for option in range(options)])
    ids = pa.array([f"2027-{number:07d}" for number in random.permutation(students)])
    choices = pa.ListArray.from_arrays(pa.array(ptr), names.take(pa.array(drawn[keep])))
    score = pa.array(random.integers(0, 1000, students).astype(np.int16))
    scores = pa.ListArray.from_arrays(
        pa.array(ptr), pa.array(random.integers(0, 1000, ptr[-1]).astype(np.int32))
    )
    parquet.write_table(
        pa.table({"student": ids, "choices": choices, "score": score}), folder / "one_score.parquet"
    )
    parquet.write_table(
        pa.table({"student": ids, "choices": choices, "scores": scores}),
        folder / "score_by_application.parquet",
    )
    places = pa.array(np.full(options, -(-students // options), np.int32))
    parquet.write_table(pa.table({"option": names, "places": places}), folder / "options.parquet")


def ours(students: Path, options: Path) -> list[float]:
    """The CPU seconds at the end of each step."""
    market = Market.from_files(students, options)
    read = time.process_time()
    lottery = Lottery.draw("bench", market.student_ids or ())
    drawn = time.process_time()
    placement = deferred_acceptance(market, lottery)
    placed = time.process_time()
    placement.write(students.with_suffix(".placed.parquet"))
    return [read, drawn, placed, time.process_time()]


def read_table(students: Path, options: Path) -> list[float]:
    tables = [parquet.read_table(path) for path in (students, options)]
    assert all(table.num_rows for table in tables)
    return [time.process_time()]


def measured(run: Callable[[Path, Path], list[float]], students: Path, options: Path) -> dict[str, float]:
    parquet.read_table(options)  # loads what pyarrow loads on its first use, pandas too where it is installed
    wall, start = time.perf_counter(), time.process_time()
    ends = run(students, options)
    found = {
        "cpu_seconds": ends[-1] - start,
        "seconds": time.perf_counter() - wall,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    if len(ends) == len(STEPS):
        found |= {
            f"cpu_{step}": value for step, value in zip(STEPS, np.diff([start, *ends]).tolist(), strict=True)
        }
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("students", nargs="*", type=int, default=[1_000_000])
    spawn = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as fresh,
        TemporaryDirectory() as folder,
    ):
        for students in parser.parse_args().students:
            fresh.submit(make_files, Path(folder), students).result()
            options = Path(folder, "options.parquet")
            for case in ("one_score", "score_by_application"):
                path = Path(folder, f"{case}.parquet")
                runs: dict[str, list[dict[str, float]]] = {"ours": [], "read_table": []}
                for _ in range(RUNS + 1):
                    for name, run in (("ours", ours), ("read_table", read_table)):
                        runs[name].append(fresh.submit(measured, run, path, options).result())
                own, peer = (
                    {key: statistics.median(run[key] for run in found[1:]) for key in found[0]}
                    for found in runs.values()
                )
                line: dict[str, float | str] = {
                    "case": case,
                    "students": students,
                    "file_mb": path.stat().st_size / 2**20,
                }
                line |= own | {f"peer_{key}": value for key, value in peer.items()}
                ratios = [
                    mine["cpu_seconds"] / theirs["cpu_seconds"]
                    for mine, theirs in zip(runs["ours"][1:], runs["read_table"][1:], strict=True)
                ]
                line |= {
                    "ratio": own["cpu_seconds"] / peer["cpu_seconds"],
                    "ratio_lowest": min(ratios),
                    "ratio_highest": max(ratios),
                    "load": os.getloadavg()[0],
                }
                rounded = {
                    key: round(value, 3) if isinstance(value, float) else value for key, value in line.items()
                }
                print(json.dumps(rounded), flush=True)


if __name__ == "__main__":
    main()
