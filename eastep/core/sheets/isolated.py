"""Read an XLS file in a process of its own, so that a crafted one can at worst end that process.

The old binary format is full of lengths that its reader trusts: one wrong number makes calamine ask for
petabytes, which ends the process. XLSX and ODS are looked through beforehand and need none of this. This file
is run as a script and imports nothing of ours.
"""

import datetime
import json
import resource
import sys

MEMORY = 3_000_000_000  # bytes of address space
SECONDS = 60


def _tagged(value: object) -> list[object]:
    if isinstance(value, datetime.timedelta):
        return ["timedelta", value.total_seconds()]
    if isinstance(value, (datetime.date, datetime.time)):
        return [type(value).__name__, value.isoformat()]
    raise TypeError(value)


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum  # noqa: PLC0415

    try:
        workbook = CalamineWorkbook.from_filelike(sys.stdin.buffer)
    except PasswordError:
        return 3
    for number, about in enumerate(workbook.sheets_metadata):
        sheet = workbook.get_sheet_by_index(number)
        head = {
            "name": about.name,
            "hidden": about.visible != SheetVisibleEnum.Visible,
            "merged": sheet.merged_cell_ranges or [],
            "rows": sheet.to_python(skip_empty_area=False) if sheet.start else [],
        }
        json.dump(head, sys.stdout, default=_tagged)
        sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
