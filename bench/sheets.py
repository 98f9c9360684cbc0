"""Reading sheets: `python -m bench.sheets [rows] [columns]` prints one JSON line a case.

Times are CPU seconds, memory is MB. Each case runs in a process of its own, so that the memory is its own.
"calamine" is the bare library reading the same XLSX file; ratio is the time of the case over it. 5 % of the
rows hold an error.
"""

import io
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from python_calamine import CalamineWorkbook

from eastep.core.sheets import CellOut, SheetOut, read_workbook, write_csv, write_xlsx
from eastep.imports import Column, read_table
from eastep.imports.cells import decimal_between, one_of, read_date, read_text

COLUMNS = (
    Column("id", "id", ("ID",), required=True, unique=True),
    Column("gpa", "gpa", ("GPA",), decimal_between(0, 5), required=True),
    Column("level", "level", ("Level",), one_of({6: ("bachelor", "学部"), 7: ("master", "修士")})),
    Column("born", "born", ("Born",), read_date),
    Column("host", "host", ("Choice {n}",), read_text, repeats=26),
)


def rows(count: int, columns: int) -> Iterator[list[CellOut]]:
    for number in range(count):
        gpa: CellOut = "八十" if number % 20 == 7 else 3.5
        hosts = [f"大学 {(number * 7 + choice) % 400}" for choice in range(columns - 4)]
        yield [f"A{number:06}", gpa, "学部", "2005-04-01", *hosts]


def headings(columns: int) -> list[str]:
    return ["ID", "GPA", "Level", "Born", *(f"Choice {n}" for n in range(1, columns - 3))]


def bare_calamine(path: Path) -> int:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())).get_sheet_by_index(0)
    return sum(1 for _ in sheet.iter_rows())


def read(path: Path) -> int:
    return sum(1 for _ in read_workbook(path.read_bytes()).sheets[0].rows)


def read_and_check(path: Path) -> str:
    table = read_table(read_workbook(path.read_bytes()).sheets[0], COLUMNS)
    return f"{len(table.rows)} rows, {table.problems.errors} errors"


def measured(case: Callable[[Path], object], path: Path, answer: "multiprocessing.Queue[object]") -> None:
    settings.configure(USE_I18N=False)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    result = case(path)
    seconds = time.process_time() - start
    answer.put((seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, result))


def main(count: int = 100_000, columns: int = 30) -> None:
    context = multiprocessing.get_context("spawn")
    with TemporaryDirectory() as folder:
        xlsx, csv = Path(folder, "big.xlsx"), Path(folder, "big.csv")
        for path, write in ((xlsx, write_xlsx_to), (csv, write_csv_to)):
            start = time.process_time()
            write(path, count, columns)
            line = {"case": f"write {path.suffix[1:]}", "rows": count, "columns": columns}
            print(json.dumps({**line, "seconds": round(time.process_time() - start, 2)}), flush=True)
        bare = 0.0
        for name, case, path in (
            ("calamine xlsx", bare_calamine, xlsx),
            ("read xlsx", read, xlsx),
            ("read and check xlsx", read_and_check, xlsx),
            ("read csv", read, csv),
            ("read and check csv", read_and_check, csv),
        ):
            answer = context.Queue()
            process = context.Process(target=partial(measured, case, path, answer))
            process.start()
            seconds, memory, result = answer.get()
            process.join()
            bare = bare or seconds
            line = {"case": name, "rows": count, "columns": columns, "seconds": round(seconds, 2)}
            print(
                json.dumps({**line, "ratio": round(seconds / bare, 2), "MB": memory, "result": result}),
                flush=True,
            )


def write_xlsx_to(path: Path, count: int, columns: int) -> None:
    with path.open("wb") as to:
        write_xlsx([SheetOut(name="applicants", headings=headings(columns), rows=rows(count, columns))], to)


def write_csv_to(path: Path, count: int, columns: int) -> None:
    with path.open("wb") as to:
        write_csv(headings(columns), rows(count, columns), to)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
