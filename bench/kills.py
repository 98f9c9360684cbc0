"""Twenty random kills of a worker while it takes files over and computes: no half state may be left.

    python -m bench.kills [KILLS] [APPLICANTS]

Makes a database of its own. Each round of the test hands a file in, or starts a simulation, waits a random while,
kills the worker with SIGKILL, and counts what is there: a file is taken over whole or not at all, a simulation has
all of its outcomes or those that it had before. Then a new worker is started, the work is asked for again as a
person would, and must come to its end. Prints one JSON line a kill, and a last one with the sums.
"""

import csv
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from eastep.website import database

PATIENCE = 300  # seconds for work that is not killed
WASEDA, YONSEI = "JP:F113310103581", "KR:0000149"


def applicants_file(count: int, version: int) -> bytes:
    """*count* applicants; in each version all have another score, and a tenth are new."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(
        [
            "ID",
            "Name",
            "Home",
            "Field",
            "Level",
            "Score",
            "Choice 1: host",
            "Choice 1: start term",
            "Choice 1: length",
        ]
    )
    for n in range(version * count // 10, version * count // 10 + count):
        writer.writerow(
            [
                f"A{n:07}",
                f"佐藤 {n}",
                WASEDA,
                "0311",
                "6",
                50 + (n + version) % 50,
                YONSEI,
                "2027-spring",
                "term",
            ]
        )
    return file.getvalue().encode()


class Worker:
    """A worker as `eastep worker` runs it, in a process group of its own."""

    def __enter__(self) -> "Worker":
        command = [sys.executable, "-m", "eastep.website.cli", "worker"]
        self.process = subprocess.Popen(
            command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return self

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def __exit__(self, *_error: object) -> None:
        self.kill()


def wait_until(done: Any) -> float:
    """Seconds until *done* says so; raises TimeoutError where it never does."""
    before = time.monotonic()
    while not done():
        if time.monotonic() - before > PATIENCE:
            raise TimeoutError("the work did not come to its end")
        time.sleep(0.05)
    return time.monotonic() - before


def main(kills: int, count: int) -> None:
    from eastep.applications import actions
    from eastep.applications.eligibility import Place
    from eastep.applications.records import place_record
    from eastep.institutions.actions import give_role
    from eastep.institutions.models import Institution
    from eastep.institutions.seasons import Season
    from eastep.institutions.states import Role
    from eastep.people.actions import add_person, system_user
    from eastep.website import ground
    from eastep.website.cli import migrate

    migrate()
    ground.lay()
    system = system_user()
    by = add_person("bench@eastep.invalid", by=system)
    home = Institution.objects.get(key=WASEDA)
    give_role(by, by=system, role=Role.OFFICE, institution=home)
    round_ = actions.open_round(by=by, title="kills", seed="1", home=home)
    place = Place(row=1, home=WASEDA, host=YONSEI, start=Season(2027, 1), length="term", places=count // 10)
    actions.add_place(round_, by=by, fields=place_record(place))
    rng, version, halves, after = random.Random(2027), 0, 0, []

    def state(thing: Any) -> str:
        thing.refresh_from_db(fields=["state", "run"])
        return str(thing.state)

    def held() -> dict[str, str]:
        return dict(round_.applicants.values_list("applicant", "score"))

    with Worker():  # how long it takes when nobody kills
        file = actions.hand_in(
            round_, by=by, files=[("v0.csv", applicants_file(count, 0))], kind="applicants"
        )[0]
        reading = wait_until(lambda: state(file) == "checked")
        actions.take_file(file, by=by, run=file.run, only_good=False, remove_missing=False)
        taking = wait_until(lambda: state(file) == "taken")
        simulation = actions.make_simulation(round_, by=by, name="kills", seed="1")
        actions.start_simulation(simulation, by=by, run=simulation.run)
        computing = wait_until(lambda: state(simulation) == "computed")
    print(
        json.dumps(
            {
                "applicants": count,
                "read_s": round(reading, 1),
                "take_s": round(taking, 1),
                "compute_s": round(computing, 1),
            }
        )
    )

    for number in range(kills):
        what = ("read", "take", "compute")[number % 3]
        before = held()
        outcomes = list(simulation.outcomes.order_by("position").values_list("applicant", "row"))
        if what == "compute":
            seed = str(number)
            simulation.refresh_from_db()
            copy = actions.copy_simulation(simulation, by=by, name=f"kill {number}")
            copy = actions.change_simulation(copy, by=by, run=copy.run, name=copy.name, seed=seed, changes={})
            actions.start_simulation(copy, by=by, run=copy.run)
            subject, longest = copy, computing
        else:
            version += 1
            content = applicants_file(count, version)
            subject = actions.hand_in(round_, by=by, files=[(f"v{version}.csv", content)], kind="applicants")[
                0
            ]
            longest = reading
            if what == "take":
                with Worker():
                    wait_until(lambda: state(subject) == "checked")  # noqa: B023 (called at once)
                actions.take_file(subject, by=by, run=subject.run, only_good=False, remove_missing=False)
                longest = taking
        with Worker() as worker:
            time.sleep(rng.uniform(0.5, 2.5 + longest))
            worker.kill()
        found = state(subject)
        if what == "compute":
            rows = subject.outcomes.count()
            is_whole = rows == (len(before) if found == "computed" else 0) and subject.options.count() == (
                found == "computed"
            )
            is_whole = (
                is_whole
                and list(simulation.outcomes.order_by("position").values_list("applicant", "row")) == outcomes
            )
        elif found == "taken":
            is_whole = len(held()) == len(
                before.keys()
                | {f"A{n:07}" for n in range(version * count // 10, version * count // 10 + count)}
            )
        else:
            is_whole = held() == before
        halves += not is_whole
        with Worker():  # a person asks again
            if found in ("reading",):
                actions.read_again(subject, by=by, run=subject.run)
            elif found == "taking":
                actions.take_file(subject, by=by, run=subject.run, only_good=False, remove_missing=False)
            elif found == "computing":
                actions.start_simulation(subject, by=by, run=subject.run)
            ends = {"read": "checked", "take": "taken", "compute": "computed"}
            wait_until(lambda: state(subject) == ends[what])  # noqa: B023
        if what == "read":
            actions.drop_file(subject, by=by)
        after.append(found)
        print(json.dumps({"kill": number + 1, "during": what, "found": found, "whole": is_whole}), flush=True)
    print(
        json.dumps(
            {
                "kills": kills,
                "half_states": halves,
                "killed_at_work": sum(one in ("reading", "taking", "computing") for one in after),
            }
        )
    )
    sys.exit(bool(halves))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="eastep-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ.setdefault("EASTEP_DATA", f"{folder}/data")
        with database.running() as url:
            os.environ["DATABASE_URL"] = url
            os.environ["DJANGO_SETTINGS_MODULE"] = "eastep.website.settings"
            import django

            django.setup()
            main(*([int(argument) for argument in sys.argv[1:]] or [20, 5_000]))
