"""CSV, TSV and their relatives: text in, rows out."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from eastep.core.sheets.encodings import ENCODINGS, Decoded, Undecodable, decode, detect
from eastep.core.sheets.model import Cell, Detected, Limits, Sheet, Workbook, column_letter
from eastep.core.sheets.refusals import refusal

DELIMITERS = (",", ";", "\t")  # the later, the rarer within a text
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠'")
NEGATIVE = re.compile(r"-[0-9]+(\.[0-9]+)?")
_END = "\x00end of file\x00"  # cannot stand in a text file: a NUL is refused before
_LOOKED_AT = 200  # records that tell the delimiter


def read_delimited(content: bytes, *, name: str, encoding: str, delimiter: str, limits: Limits) -> Workbook:
    decoded = _decode(content, encoding)
    text = decoded.text.rstrip("\x1a")  # the end-of-file mark of old programs
    if any(text.find(control, 0, 100_000) >= 0 for control in map(chr, (*range(9), *range(14, 32)))):
        raise refusal("not_text")
    if not text.strip():
        raise refusal("empty")
    if (
        text[:4].casefold() == "sep=" and text[5:6] in "\r\n"
    ):  # Excel's own hint, which it does not show as a row
        delimiter = delimiter or text[4]
        text = text.split("\n", 1)[-1]
    delimiter = delimiter or detect_delimiter(text)
    width, height = _measure(text, delimiter, name, limits)
    sheet = Sheet(name=name, width=width, height=height, read=lambda: _rows(text, delimiter, width))
    detected = Detected(
        kind="csv", encoding=decoded.encoding, delimiter=delimiter, alternatives=decoded.alternatives
    )
    return Workbook(sheets=(sheet,), detected=detected)


def _decode(content: bytes, encoding: str) -> Decoded:
    if encoding and encoding not in ENCODINGS:
        raise refusal("unknown_encoding", encoding=encoding, allowed=", ".join(ENCODINGS))
    try:
        decoded = Decoded(text=decode(content, encoding), encoding=encoding) if encoding else detect(content)
    except Undecodable as error:
        if encoding:
            raise refusal("wrong_encoding", encoding=encoding) from error
        raise refusal(error.code) from error
    if "\0" in decoded.text:
        raise refusal("wrong_encoding", encoding=encoding) if encoding else refusal("not_text")
    return decoded


def detect_delimiter(text: str) -> str:
    """The delimiter that cuts most of the first records into the same number of cells, two or more.

    >>> detect_delimiter("name;score\\nKim, Minsu;3,5\\nSato, Aoi;4,5")
    ';'
    """
    best = (0.0, 0, 0)
    for rank, delimiter in enumerate(DELIMITERS):
        records = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter)
        widths: Counter[int] = Counter()
        try:
            for number, record in enumerate(records):
                if number == _LOOKED_AT:
                    break
                if any(record):
                    widths[len(record)] += 1
        except csv.Error:  # a cell too long for any table: not this delimiter
            continue
        several = {width: count for width, count in widths.items() if width > 1}
        if several:
            width, count = max(several.items(), key=lambda item: (item[1], item[0]))
            best = max(best, (count / widths.total(), width, rank))
    return DELIMITERS[best[2]]


def _measure(text: str, delimiter: str, name: str, limits: Limits) -> tuple[int, int]:
    """Width and height. Goes through the whole text once, so that nothing is handed on from a bad file."""
    width = height = 0
    record: list[str] = []
    started = 1
    try:
        for height, record in enumerate(_records(text, delimiter, end=_END), start=1):
            width = max(width, len(record))
            if width > limits.columns:
                raise refusal(
                    "too_many_columns", sheet=name, found=column_letter(width - 1), limit=limits.columns
                )
            if height - 1 > limits.rows:
                raise refusal("too_many_rows", sheet=name, found=height - 1, limit=limits.rows)
            started = height
    except csv.Error as error:  # a cell of more than 128 KB
        raise refusal("unclosed_quote", row=started + 1) from error
    if record != [_END]:
        raise refusal("unclosed_quote", row=height)
    if width * height > limits.cells:
        raise refusal("too_many_cells", sheet=name, found=width * height, limit=limits.cells)
    return width, height - 1


def _records(text: str, delimiter: str, end: str = "") -> Iterator[list[str]]:
    """The records; with *end*, one more that holds only it, unless an open quotation mark swallows it."""
    closed = text if not end or text.endswith(("\n", "\r")) else text + "\n"
    return csv.reader(io.StringIO(closed + end, newline=""), delimiter=delimiter)


def _rows(text: str, delimiter: str, width: int) -> Iterator[list[Cell]]:
    apostrophes = "'" in text
    for record in _records(text, delimiter):
        row: list[Cell] = [unguarded(cell) for cell in record] if apostrophes else list(record)
        yield row if len(row) == width else row + [""] * (width - len(row))


def guarded(text: str) -> str:
    """*text* as Excel shows it rather than runs it: an apostrophe before what it could take for a formula.

    >>> [guarded(text) for text in ("=1+1", "-3", "+81 3", "'quoted'", "東京")]
    ["'=1+1", '-3', "'+81 3", "''quoted'", '東京']
    """
    return "'" + text if text[:1] in FORMULA_STARTS and text and not NEGATIVE.fullmatch(text) else text


def unguarded(text: str) -> str:
    """The inverse of `guarded`: whatever we write we read back as it was.

    >>> [unguarded(text) for text in ("'=1+1", "-3", "'+81 3", "''quoted'", "'tis")]
    ['=1+1', '-3', '+81 3', "'quoted'", "'tis"]
    """
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA_STARTS and len(text) > 1 else text
