"""What balance costs: ``python -m bench.balance 100000`` prints one JSON line a case.

Every solver runs in a process of its own, as in `bench.placement`: ``seconds`` and ``cpu_seconds`` are medians
of the runs after a first one (of a single run for the optimum, which takes long), the validation of the market
included. ``ratio`` compares CPU seconds with the solver named as ``peer``, on the same market in the same run
of this program; ``share_of_peer`` compares the numbers placed. ``imbalance`` is the share of the stays that one
would have to turn round, between institutions and between countries: half the sum of |sent - received|.

Three markets:

- *countries*: Japan and Korea, 1,100 institutions, 154,000 options within agreements within hosts; *pull* times
  as many Japanese apply for Korea as the other way round.
- *Erasmus*: 3,037 institutions with the real numbers of stays that they sent and received in 2014 to 2019
  (European Commission, Erasmus+ mobility statistics, 1.19 million each way), read from the file that
  ``--erasmus`` names and left out where it is not there, since it is not ours to ship. The wishes are made up:
  abroad, each host as popular as it has received.
"""

import argparse
import csv
import dataclasses
import functools
import hashlib
import json
import multiprocessing
import resource
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eastep.placement import MECHANISMS, Balance, Lottery, Market, Placement

type Ints = NDArray[np.int64]
type Line = dict[str, float | str]

RUNS = 5
PARTNERS, FIELDS, WISHES = 35, 4, 8
PLACES, APPEAL, EAGERNESS = 1.1, 0.1, 0.25
ERASMUS = Path("/work/shared/data/erasmus/institution_totals_2014_2019.csv")


def lists(
    random: np.random.Generator, students: Ints, options: list[Ints], weight: list[NDArray[np.float64]]
) -> tuple[Ints, Ints]:
    """Rows of wishes: each of ``students[i]`` students draws up to `WISHES` of ``options[i]`` by weight."""
    rows = []
    for count, own, by in zip(students.tolist(), options, weight, strict=True):
        reached = np.cumsum(by)
        drawn = np.searchsorted(reached, random.random((count, WISHES)) * reached[-1], side="right")
        rows.append(own[np.minimum(drawn, len(own) - 1)])
    wishes = np.concatenate(rows)
    keep = np.ones(wishes.shape, np.bool)
    for later in range(1, WISHES):
        keep[:, later] = (wishes[:, :later] != wishes[:, later : later + 1]).all(axis=1)
    keep &= np.arange(WISHES) < random.integers(3, WISHES + 1, (len(wishes), 1))
    return np.concatenate(([0], np.cumsum(keep.sum(axis=1)))), wishes[keep]


def countries(students: int, pull: float, *, per_application: bool) -> Market:
    random = np.random.default_rng(students)
    each = 550
    size, appeal = random.lognormal(0, 1, 2 * each), random.lognormal(0, APPEAL, 2 * each)
    country = np.repeat([0, 1], each)
    pairs = []
    for japan in range(each):
        partners = random.choice(each, PARTNERS, replace=False, p=size[each:] / size[each:].sum()) + each
        pairs += [(japan, korea) for korea in sorted({japan + each, *partners.tolist()})]  # none without any
    one, other = np.array(pairs).T
    home, host = np.concatenate((one, other)), np.concatenate((other, one))  # an agreement goes both ways
    agreements = len(home)
    options = agreements * FIELDS
    amount = size[home] * size[host]
    amount /= amount[: len(one)].sum()  # of the stays of its country, the same both ways
    applicants = np.array([pull, 1]) / (pull + 1) * students
    eager = np.bincount(home, amount, minlength=2 * each) * random.lognormal(0, EAGERNESS, 2 * each)
    sending = random.multinomial(
        students, eager / np.bincount(country, eager)[country] * applicants[country] / students
    )
    places = PLACES * amount * applicants[country[home]]
    agreement_cap = np.ceil(places)
    host_cap = np.ceil(np.bincount(host, places, minlength=2 * each))
    option_cap = np.repeat(np.ceil(places / 2), FIELDS)
    by_home = np.argsort(home, kind="stable")
    begin = np.searchsorted(home[by_home], np.arange(2 * each + 1))
    own = [by_home[begin[at] : begin[at + 1]] for at in range(2 * each)]
    ptr, wishes = lists(
        random,
        sending,
        [(agreement[:, None] * FIELDS + np.arange(FIELDS)).ravel() for agreement in own],
        [np.repeat((amount * appeal[host])[agreement], FIELDS) for agreement in own],
    )
    return Market(
        pref_ptr=ptr,
        pref_option=wishes.astype(np.int32),
        score=random.integers(0, 1000, len(wishes) if per_application else students).astype(np.int32),
        parent=np.concatenate(
            (options + np.arange(options) // FIELDS, options + agreements + host, np.full(2 * each, -1))
        ).astype(np.int32),
        capacity=np.concatenate((option_cap, agreement_cap, host_cap)).astype(np.int32),
        option_ptr=np.arange(options + 1),
        option_node=np.arange(options, dtype=np.int32),
        score_per_application=per_application,
        home=np.repeat(np.arange(2 * each), sending).astype(np.int32),
        host=np.repeat(host, FIELDS).astype(np.int32),
        country=country.astype(np.int32),
    )


def erasmus(file: Path) -> Market:
    with file.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    random = np.random.default_rng(2019)
    outgoing = np.array([int(row["outgoing"]) for row in rows])
    incoming = np.array([int(row["incoming"]) for row in rows])
    codes = {code: number for number, code in enumerate(dict.fromkeys(row["country"] for row in rows))}
    country = np.array([codes[row["country"]] for row in rows])
    every = np.arange(len(rows))
    abroad = [np.where(country == own, 0, incoming).astype(np.float64) for own in country]
    ptr, wishes = lists(random, outgoing, [every] * len(rows), abroad)
    return Market(
        pref_ptr=ptr,
        pref_option=wishes.astype(np.int32),
        score=random.integers(0, 1000, len(ptr) - 1).astype(np.int32),
        parent=np.full(len(rows), -1, np.int32),
        capacity=incoming.astype(np.int32),
        option_ptr=np.arange(len(rows) + 1),
        option_node=every.astype(np.int32),
        home=np.repeat(every, outgoing).astype(np.int32),
        host=every.astype(np.int32),
        country=country.astype(np.int32),
        country_names=tuple(codes),
    )


def imbalance(placement: Placement, unit_of: NDArray[np.int32]) -> float:
    market = placement.market
    assert market.home is not None
    assert market.host is not None
    sent, received = market.home[placement.is_placed], market.host[placement.option[placement.is_placed]]
    units = int(unit_of.max()) + 1
    net = np.bincount(unit_of[sent], minlength=units) - np.bincount(unit_of[received], minlength=units)
    return round(float(np.abs(net).sum()) / 2 / max(len(sent), 1), 4)


def measured(make: "functools.partial[Market]", mechanism: str, balance: Balance, runs: int) -> Line:
    """Build the market, solve it, and say what it took and what came out."""
    market = make()
    lottery = Lottery.draw("bench", range(market.students))
    solve = MECHANISMS[mechanism].place
    seconds, cpu = [], []
    for _ in range(runs + (runs > 1)):
        wall, used = time.perf_counter(), time.process_time()
        placement = solve(dataclasses.replace(market), lottery, balance)
        seconds.append(time.perf_counter() - wall)
        cpu.append(time.process_time() - used)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rank = placement.rank[placement.is_placed]
    assert market.country is not None
    return {
        "mechanism": mechanism,
        "first_seconds": round(seconds[0], 4),
        "seconds": round(statistics.median(seconds[-runs:]), 4),
        "cpu_seconds": round(statistics.median(cpu[-runs:]), 4),
        "peak_rss_mb": round(peak),
        "placed": len(rank),
        "placed_share": round(len(rank) / market.students, 4),
        "first_choice": round(float((rank == 1).sum()) / market.students, 4),
        "mean_rank": round(float(rank.mean()), 3),
        "institution_imbalance": imbalance(placement, np.arange(len(market.country), dtype=np.int32)),
        "country_imbalance": imbalance(placement, market.country),
        "digest": hashlib.sha256(placement.application.tobytes()).hexdigest()[:12],
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("students", nargs="*", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--optimum", nargs="*", type=int, default=[100_000], help="sizes of the optimum")
    parser.add_argument("--erasmus", type=Path, default=ERASMUS)
    given = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as fresh:

        def run(
            case: Line, make: "functools.partial[Market]", mechanism: str, balance: Balance, peer: Line | None
        ) -> Line:
            runs = 1 if mechanism == "maximum_balanced" else RUNS
            line = fresh.submit(measured, make, mechanism, balance, runs).result()
            case = case | {"unit": balance.unit, "tolerance": balance.tolerance} | line
            if peer is not None:
                case["peer"] = peer["mechanism"]
                case["ratio"] = round(float(line["cpu_seconds"]) / float(peer["cpu_seconds"]), 5)
                case["share_of_peer"] = round(float(line["placed"]) / float(peer["placed"]), 4)
            print(json.dumps(case), flush=True)
            return line

        for students in given.students:
            for per_application in (False, True):
                for pull in (1.05, 1.6):
                    make = functools.partial(countries, students, pull, per_application=per_application)
                    case: Line = {
                        "market": "countries",
                        "students": students,
                        "pull": pull,
                        "score": "by application" if per_application else "one",
                    }
                    free = run(case, make, "deferred_acceptance", Balance(), None)
                    run(case, make, "balanced_deferred_acceptance", Balance(), free)
        for students in given.optimum:
            make = functools.partial(countries, students, 1.05, per_application=False)
            case = {"market": "countries", "students": students, "pull": 1.05, "score": "one"}
            for balance in (Balance(unit="institution"), Balance(unit="institution", tolerance=10)):
                best = run(case, make, "maximum_balanced", balance, None)
                run(case, make, "balanced_exchange", balance, best)
        if not given.erasmus.is_file():
            print(json.dumps({"market": "Erasmus", "left_out": f"{given.erasmus} is not there"}))
            return
        real = functools.partial(erasmus, given.erasmus)
        free = run({"market": "Erasmus"}, real, "deferred_acceptance", Balance(), None)
        for balance in (
            Balance(unit="institution"),
            Balance(unit="institution", tolerance=39),  # a tenth of what an institution sends on average
            Balance(unit="country"),
            Balance(unit="country", tolerance=3500),  # the same of a country
        ):
            run({"market": "Erasmus"}, real, "balanced_exchange", balance, free)


if __name__ == "__main__":
    main()
