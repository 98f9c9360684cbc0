"""Excel 97-2003 files: a compound file (a small file system) whose "Workbook" stream is a list of records.

Layouts: [MS-CFB] 2.2 (header), 2.3 (sector chains), 2.6 (directory); [MS-XLS] 2.4 (records), 2.5.133 (formula
value).
"""

import json
import struct
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import Any

from eastep.core.sheets.looks import Look, check_all, check_text
from eastep.core.sheets.model import Cell, CellError, Detected, Limits, Merged, Sheet, Workbook
from eastep.core.sheets.refusals import refusal

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA  # from here on, numbers are marks
_SHORT_STREAM = 4096  # shorter streams lie in the "mini stream"
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_FORMULA, _BOOLEAN_OR_ERROR, _MANY = 0x0006, 0x0205, 0x00BD
_VALUES = {0x0203, 0x0204, 0x00FD, 0x027E, 0x00D6}  # NUMBER, LABEL, LABELSST, RK, RSTRING
_BOUND_SHEET, _PASSWORD, _ROW, _END = 0x0085, 0x002F, 0x0208, 0x000A
_OTHER_DOCUMENTS = {"WordDocument": "DOC", "PowerPoint Document": "PPT", "\x05HwpSummaryInformation": "HWP"}
_PASSWORD_EXIT = 3
_SECONDS = 120


class CompoundFile:
    """The streams of a compound file by name."""

    def __init__(self, content: bytes) -> None:
        if len(content) < 512:
            raise refusal("cut_off")
        self._content = content
        self._size = 1 << struct.unpack_from("<H", content, 30)[0]
        if self._size not in {512, 4096}:
            raise refusal("damaged", detail="CFB")
        directory, _, _, mini_table, _, more, _ = struct.unpack_from("<7I", content, 48)
        tables = [number for number in struct.unpack_from("<109I", content, 76) if number < _LAST_SECTOR]
        per_sector = self._size // 4
        for _visit in range(len(content) // self._size + 1):
            if more >= _LAST_SECTOR:
                break
            *numbers, more = struct.unpack(f"<{per_sector}I", self._sector(more))
            tables += [number for number in numbers if number < _LAST_SECTOR]
        if len(tables) > len(content) // self._size:
            raise refusal("damaged", detail="CFB")
        packed = b"".join(self._sector(number) for number in tables)
        self._next = struct.unpack(f"<{len(packed) // 4}I", packed)
        self._entries = self._directory(self._chain(directory))
        packed = self._chain(mini_table) if mini_table < _LAST_SECTOR else b""
        self._next_mini = struct.unpack(f"<{len(packed) // 4}I", packed)

    @property
    def names(self) -> set[str]:
        return set(self._entries)

    def read(self, name: str) -> bytes:
        start, size = self._entries[name]
        if size >= _SHORT_STREAM:
            stream = self._chain(start)
        else:
            root = self._chain(self._entries["Root Entry"][0])
            pieces = [root[64 * n : 64 * n + 64] for n in _walk(start, self._next_mini)]
            stream = b"".join(pieces)
        if len(stream) < size:
            raise refusal("cut_off")
        return stream[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        sector = self._content[start : start + self._size]
        if not sector:
            raise refusal("cut_off")
        return sector.ljust(self._size, b"\0")  # the last one may be short

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in _walk(start, self._next))

    @staticmethod
    def _directory(stream: bytes) -> dict[str, tuple[int, int]]:
        entries: dict[str, tuple[int, int]] = {}
        for at in range(0, len(stream) - 127, 128):
            length = struct.unpack_from("<H", stream, at + 64)[0]
            name = stream[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", stream, at + 116)
            entries.setdefault(name, (start, size))
        return entries


def _walk(number: int, following: tuple[int, ...]) -> Iterator[int]:
    """The sectors of a chain. A chain that leaves the table or runs in a circle is damaged."""
    for _ in range(len(following) + 1):
        if number >= _LAST_SECTOR:
            return
        if number >= len(following):
            raise refusal("cut_off")
        yield number
        number = following[number]
    raise refusal("damaged", detail="CFB")


def look_at_workbook(stream: bytes) -> list[Look]:
    """The looks of all sheets, in their order."""
    starts = []
    for kind, body in _records(stream, 0):
        if kind == _PASSWORD:
            raise refusal("protected")
        if kind == _BOUND_SHEET and len(body) >= 4:
            starts.append(struct.unpack_from("<I", body)[0])
    looks = []
    for number, start in enumerate(starts, start=1):
        look = Look(name=str(number))
        for kind, body in _records(stream, start):
            if len(body) >= 6:
                _record(look, kind, body)
        looks.append(look)
    return looks


def _records(stream: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """Kind and body of the records from *position* to the end of that part."""
    while position + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, position)
        position += 4 + size
        if kind == _END:
            return
        if position > len(stream):
            break
        yield kind, stream[position - size : position]
    raise refusal("cut_off")


def _record(look: Look, kind: int, body: bytes) -> None:
    row, column = struct.unpack_from("<HH", body)
    if kind in _VALUES:
        look.reach(row + 1, column + 1)
    elif kind == _MANY:
        look.reach(row + 1, struct.unpack_from("<H", body, len(body) - 2)[0] + 1)
    elif kind == _FORMULA and len(body) >= 14:
        look.reach(row + 1, column + 1)
        if body[12:14] == b"\xff\xff" and body[6] == 2:
            look.errors[row + 1][column] = CellError(_ERRORS.get(body[8], "#ERROR"))
    elif kind == _BOOLEAN_OR_ERROR and len(body) >= 8:
        look.reach(row + 1, column + 1)
        if body[7] == 1:
            look.errors[row + 1][column] = CellError(_ERRORS.get(body[6], "#ERROR"))
    elif kind == _ROW and len(body) >= 16 and body[12] & 0x20:
        look.hidden_rows.add(row + 1)


def read_xls(content: bytes, limits: Limits) -> Workbook:
    """The sheets of an XLS file, which is read in a process of its own (`isolated.py` says why)."""
    file = CompoundFile(content)
    if "EncryptedPackage" in file.names:  # an XLSX file with a password
        raise refusal("protected")
    stream = next((name for name in ("Workbook", "Book") if name in file.names), None)
    if stream is None:
        found = next((kind for name, kind in _OTHER_DOCUMENTS.items() if name in file.names), "OLE")
        raise refusal("not_a_sheet", found=found)
    looks = look_at_workbook(file.read(stream))
    check_all(looks, limits)
    returned, said = _read_apart(content, limits)
    if returned == _PASSWORD_EXIT:
        raise refusal("protected")
    read = [json.loads(line) for line in said.splitlines()] if returned == 0 else []
    if not looks or len(read) != len(looks):
        raise refusal("damaged", detail="XLS")
    sheets = tuple(_sheet(about, look) for about, look in zip(read, looks, strict=True))
    return Workbook(sheets=sheets, detected=Detected(kind="xls"))


def _read_apart(content: bytes, limits: Limits) -> tuple[int, bytes]:
    """What the process returned and wrote. It is ended when it takes too long, or writes more than a table holds."""
    with TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        command = [sys.executable, "-I", str(Path(__file__).with_name("isolated.py"))]
        with subprocess.Popen(
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as child:
            timer = Timer(_SECONDS, child.kill)
            timer.start()
            try:
                written = child.stdout.read(limits.text_bytes + 1) if child.stdout else b""
                if len(written) > limits.text_bytes:
                    child.kill()
            finally:
                timer.cancel()
    check_text(len(written), limits)
    return child.returncode, written


def _sheet(about: dict[str, Any], look: Look) -> Sheet:
    rows: list[list[Cell]] = [[_untagged(value) for value in row] for row in about["rows"]]
    width = max(max(map(len, rows), default=0), look.error_columns)
    for row in rows:
        row.extend([""] * (width - len(row)))
    merged = tuple(
        Merged(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in about["merged"]
    )
    return Sheet(
        name=about["name"], width=width, height=len(rows), hidden=about["hidden"],
        hidden_rows=frozenset(look.hidden_rows), merged=merged,
        read=lambda: look.with_errors(row.copy() for row in rows),
    )  # fmt: skip


def _untagged(value: str | float | list[Any]) -> Cell:
    """The inverse of ``isolated._tagged``."""
    match value:
        case ["timedelta", written]:
            return timedelta(seconds=written)
        case ["datetime", written]:
            return datetime.fromisoformat(written)
        case ["date", written]:
            return date.fromisoformat(written)
        case ["time", written]:
            return time.fromisoformat(written)
        case str() | int() | float():
            return value
        case _:
            raise ValueError(value)
