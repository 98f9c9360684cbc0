"""A long list of applicants brought into a round: `python -m bench.imports [ROWS]` prints one JSON line a case.

The file has *ROWS* applicants with five choices each, 22 columns of a Japanese office's own headings, XLSX. Each case
runs in a process of its own, so that the memory is its own. "calamine" is the bare library that reads the same file; ratio is
seconds and memory over it. Seconds are those of the clock: the database works too.
"""

import io
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from eastep.website import database

WASEDA = "JP:F113310103581"
HOSTS = ("延世大", "高麗大", "ソウル大学校", "成均館大", "漢陽大")


def write_file(path: Path, count: int) -> None:
    from eastep.core.sheets import SheetOut, write_xlsx

    headings = ["学籍番号", "氏名", "課程", "分野", "GPA", "GPA満点", "語学成績", "選考点"]
    for n in range(1, 6):
        headings += [f"第{n}志望", f"第{n}志望 開始学期", f"第{n}志望 期間"]
    rows = (
        [
            *(f"A{n:07}", f"髙﨑 花子{n}", "学部", "0311", 2.5 + n % 15 / 10, "4.0", "TOPIK 4級 2026-04-12"),
            *(
                50 + n % 500 / 10,
                *(cell for k in range(5) for cell in (HOSTS[(n + k) % 5], "2027年度前期", "1学期")),
            ),
        ]
        for n in range(count)
    )
    with path.open("wb") as file:
        write_xlsx([SheetOut(name="応募者", headings=headings, rows=rows)], file)


def calamine(path: Path) -> str:
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())).get_sheet_by_index(0)
    return f"{sum(1 for _ in sheet.iter_rows())} rows"


def read_and_check(path: Path) -> str:
    """The job behind "hand in": layout, every cell, names, the difference to the round."""
    from eastep.applications import actions
    from eastep.applications.models import Round
    from eastep.people.models import User

    by, round_ = User.objects.get(email="bench@eastep.invalid"), Round.objects.get()
    [file] = actions.hand_in(round_, by=by, files=[(path.name, path.read_bytes())])
    file = actions.read_file(file, by=by, run=file.run)
    return f"{file.state}, {file.good} good rows, {file.errors} errors, {file.changes}"


def take_over(_path: Path) -> str:
    """The job behind "take it over": one transaction."""
    from eastep.applications import actions
    from eastep.applications.models import RoundFile
    from eastep.people.models import User

    by = User.objects.get(email="bench@eastep.invalid")
    file = RoundFile.objects.order_by("pk").last()
    file = actions.take_file(file, by=by, run=file.run, only_good=False, remove_missing=False)
    file = actions.finish_file(file, by=by, run=file.run)
    return f"{file.state}, the round holds {file.round.applicants.count()}"


def measured(case: Callable[[Path], str], path: Path, answer: "multiprocessing.Queue[object]") -> None:
    import django

    django.setup()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    said = case(path)
    seconds = time.perf_counter() - start
    answer.put((seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, said))


def main(count: int, folder: Path) -> None:
    import django

    django.setup()
    from eastep.applications import actions
    from eastep.institutions.actions import give_role
    from eastep.institutions.models import Institution
    from eastep.institutions.states import Role
    from eastep.people.actions import add_person, system_user
    from eastep.website import ground
    from eastep.website.cli import migrate

    migrate()
    ground.lay()
    by = add_person("bench@eastep.invalid", by=system_user())
    home = Institution.objects.get(key=WASEDA)
    give_role(by, by=system_user(), role=Role.OFFICE, institution=home)
    actions.open_round(by=by, title="bench", seed="1", home=home)
    path = folder / "応募者.xlsx"
    write_file(path, count)
    context, bare = multiprocessing.get_context("spawn"), (1.0, 1)
    cases = {
        "calamine alone": calamine,
        "read, check, compare": read_and_check,
        "take over": take_over,
        "the same file again: read, check, compare": read_and_check,
    }
    for name, case in cases.items():
        answer = context.Queue()
        process = context.Process(target=measured, args=(case, path, answer))
        process.start()
        seconds, memory, said = answer.get()
        process.join()
        bare = (seconds, memory) if case is calamine else bare
        told = {
            "case": name,
            "rows": count,
            "seconds": round(seconds, 1),
            "ratio": round(seconds / bare[0], 2),
        }
        told |= {"memory_mb": memory, "memory_ratio": round(memory / max(bare[1], 1), 2), "said": said}
        print(json.dumps(told, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="eastep-bench-") as temporary:
        Path(temporary).chmod(0o755)
        os.environ.setdefault("EASTEP_DATA", f"{temporary}/data")
        with database.running() as url:
            os.environ["DATABASE_URL"] = url
            os.environ["DJANGO_SETTINGS_MODULE"] = "eastep.website.settings"
            main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, Path(temporary))
