"""The texts of a workbook that many cells share: how much they are when each cell has a copy of its own.

An XLSX file keeps each text once, and the cells hold its number. Calamine gives every cell a copy: 23 KB with one
long text and 120,000 cells that show it become 4 GB.
"""

import re
from array import array
from collections.abc import Callable, Iterable, Mapping
from itertools import zip_longest
from xml.parsers import expat

from eastep.core.sheets.archives import Archive
from eastep.core.sheets.looks import Look, check_text
from eastep.core.sheets.refusals import refusal

_REFERENCE = re.compile(rb't="s"[^<>]*><v>([0-9]{1,8})</v>')
_UNCLEAR = re.compile(rb"<!|='|t=\"&|:c[\s>]|encoding=\"(?!(?i:utf-8))")


def check_shared_text(archive: Archive, looks: Mapping[str, Look]) -> None:
    """Raise if the copies would be too much. Counted exactly only where a rough count could be too much."""
    limits = archive.limits
    strings = sum(look.strings for look in looks.values())
    if strings > limits.cells:
        raise refusal("bomb", detail=f"{strings} > {limits.cells}")
    longest = max((look.longest for look in looks.values()), default=0)
    cells = sum(look.rows * look.columns for look in looks.values())
    if longest * cells <= limits.text_bytes:
        return
    tables = [
        _sizes(archive.chunks(part), part.filename) for part in archive.parts if looks[part.filename].strings
    ]
    sizes = array("L", map(max, zip_longest(*tables, fillvalue=0)))
    total = 0
    for part in archive.parts:
        if looks[part.filename].rows:
            numbers = _references_quickly(archive.chunks(part))
            if numbers is None:
                numbers = _references(archive.chunks(part), part.filename)
            total += sum(sizes[number] for number in numbers if number < len(sizes))
            check_text(total, limits)


def _sizes(chunks: Iterable[bytes], part: str) -> array[int]:
    """The bytes of each of the texts, without the readings that stand beside them."""
    sizes = array("L")
    is_text = is_reading = False

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal is_text, is_reading
        match name.rpartition(":")[2]:
            case "si":
                sizes.append(0)
            case "t":
                is_text = not is_reading
            case "rPh":
                is_reading = True

    def end(name: str) -> None:
        nonlocal is_text, is_reading
        match name.rpartition(":")[2]:
            case "t":
                is_text = False
            case "rPh":
                is_reading = False

    def hear(text: str) -> None:
        if is_text and sizes:
            sizes[-1] += len(text.encode())

    _parse(chunks, part, start, end, hear)
    return sizes


def _references_quickly(chunks: Iterable[bytes]) -> array[int] | None:
    """The numbers of the texts that cells show; None if the parser has to look."""
    numbers = array("L")
    rest = b""
    for chunk in chunks:
        piece = rest + chunk
        cut = piece.rfind(b"<c ")
        if cut < 0:
            rest = piece
            if len(rest) > 1 << 24:
                return None
            continue
        piece, rest = piece[:cut], piece[cut:]
        if not _take(piece, numbers):
            return None
    return numbers if _take(rest, numbers) else None


def _take(piece: bytes, numbers: array[int]) -> bool:
    found = _REFERENCE.findall(piece)
    numbers.extend(map(int, found))
    return len(found) == piece.count(b't="s"') and not _UNCLEAR.search(piece)


def _references(chunks: Iterable[bytes], part: str) -> array[int]:
    """The same, by an XML parser."""
    numbers = array("L")
    is_shared = is_value = False
    written: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal is_shared, is_value
        match name.rpartition(":")[2]:
            case "c":
                is_shared = attributes.get("t") == "s"
            case "v":
                is_value = is_shared
                written.clear()

    def end(name: str) -> None:
        nonlocal is_value
        if is_value and name.rpartition(":")[2] == "v":
            is_value = False
            number = "".join(written).strip()
            if number.isascii() and number.isdigit() and len(number) < 9:
                numbers.append(int(number))

    def hear(text: str) -> None:
        if is_value:
            written.append(text)

    _parse(chunks, part, start, end, hear)
    return numbers


def _parse(
    chunks: Iterable[bytes],
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    hear: Callable[[str], None],
) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = hear
    try:
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise refusal("damaged", detail=part) from error
