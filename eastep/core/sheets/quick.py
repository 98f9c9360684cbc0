"""The look of `looks.py` in a third of the time, for worksheets written the way Excel and most programs do.

Searching bytes is safe only if every cell is known to be seen: so this gives up, and the parser decides, as
soon as a piece holds anything that could hide one (a prefix, a comment, other quotes, a cell whose reference
does not come first).
"""

import re
from collections.abc import Iterable, Iterator

from eastep.core.sheets.looks import Look
from eastep.core.sheets.model import LIMITS, CellError, Limits, column_index

_PIECE = 1 << 20
_LONGEST = 1 << 24  # of a tag
_UNUSUAL = re.compile(
    rb"<!|='|ount=\"[^\"]{8}|<\?xml[^>]*encoding=\"(?!(?i:utf-8))|:(?:c|row|si)[\s/>]|<(?:c|row)[\t\r\n/>]|<si[\s/]|\0"
)
_ROW_OF_CELL = re.compile(rb'<c r="[A-Z]{1,3}([1-9][0-9]{0,6})"')
_FAR_COLUMN = re.compile(rb'<c r="([A-Z]{2,3})[0-9]+"(?:[^<>]*[^<>/])?>')
_FAILED = re.compile(rb'<c r="([A-Z]+)([0-9]+)"[^<>]* t="e"[^<>]*>(.*?)</c>', re.DOTALL)
_FORMULA = re.compile(rb'<c r="([A-Z]+)([0-9]+)"([^<>]*)><f[ />](.*?)</c>', re.DOTALL)
_RESULT = re.compile(rb"<v[^<>]*>\s*([^<]*?)\s*</v>")
_HIDDEN_ROW = re.compile(rb"<row ([^<>]*)>")


def look_quickly(chunks: Iterable[bytes], limits: Limits = LIMITS) -> Look | None:
    """What was seen, ``rows``, ``columns`` and ``longest`` never too small; None if the parser has to look."""
    look = Look(columns=26)
    size = 0  # of the text that cells refer to, so far
    for piece in _pieces(chunks):
        if look.strings or b"<si>" in piece:
            size = _shared(look, piece, size)
        cells = piece.count(b"<c ")
        rows = _ROW_OF_CELL.findall(piece)
        is_long = look.longest > limits.text or _may_hold_longer(piece, limits.text)
        if is_long or len(rows) != cells or _UNUSUAL.search(piece):
            return None
        look.reach(max(map(int, set(rows)), default=0), 0)
        for letters in set(_FAR_COLUMN.findall(piece)):
            look.reach(0, column_index(letters.decode()) + 1)
        _failures(look, piece)
        if b" hidden=" in piece:
            for attributes in _HIDDEN_ROW.findall(piece):
                if re.search(rb'(?:^| )hidden="(?:1|true)"', attributes):
                    number = re.match(rb'r="([0-9]+)"', attributes)
                    if number is None:
                        return None
                    look.hidden_rows.add(int(number[1]))
    return look


def _shared(look: Look, piece: bytes, size: int) -> int:
    """Count the texts in *piece*, of which the first goes on from *size* bytes; returned is the size of the last."""
    first, *others = piece.split(b"<si>")
    sizes = [size + len(first) if look.strings else 0, *map(len, others)]
    look.strings += len(others)
    look.longest = max(look.longest, *sizes)
    return sizes[-1]


def _failures(look: Look, piece: bytes) -> None:
    if b' t="e"' in piece:
        for letters, row, inside in _FAILED.findall(piece):
            _fail(look, letters, row, inside)
    if b"<f" in piece:
        for letters, row, attributes, inside in _FORMULA.findall(piece):
            if b't="str"' not in attributes and not _result(inside):
                _fail(look, letters, row, inside)


def _may_hold_longer(piece: bytes, limit: int) -> bool:
    """Whether a text of more than *limit* bytes may be in *piece*: such a one fills one of the blocks."""
    block = limit // 2
    for start in range(0, len(piece) - block, block):
        if piece.find(b"<", start, start + block) < 0:
            end = piece.find(b"<", start)
            if (len(piece) if end < 0 else end) - piece.rfind(b"<", 0, start) > limit:
                return True
    return False


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The part in pieces of whole rows, or else of whole cells, or else of whole tags."""
    waiting: list[bytes] = []
    size = 0
    for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size >= _PIECE:
            piece = b"".join(waiting)
            ends = (piece.rfind(tag) for tag in (b"<row ", b"<c ", b"<"))
            end = next((end for end in ends if end > 0), 0)
            if not end and len(piece) > _LONGEST:
                yield b"\0"  # unusual
                return
            yield piece[:end]
            waiting, size = [piece[end:]], 0
    yield b"".join(waiting)


def _result(inside: bytes) -> str:
    found = _RESULT.search(inside)
    return found[1].decode("utf-8", "replace") if found else ""


def _fail(look: Look, letters: bytes, row: bytes, inside: bytes) -> None:
    look.errors[int(row)][column_index(letters.decode())] = CellError(_result(inside))
