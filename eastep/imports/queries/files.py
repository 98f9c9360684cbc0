"""Reads for files: the good rows that are kept, and what earlier files of the office said for every row."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection
from typing import Any

from eastep.imports.inbox import Record
from eastep.imports.layout import Layout
from eastep.imports.models import SheetFile


def packed(rows: list[Any]) -> bytes:
    """Good rows of a file as they are kept until it is taken over."""
    return zlib.compress(json.dumps(rows, ensure_ascii=False).encode())


def unpacked(file: SheetFile) -> list[tuple[int, Record]]:
    """Row number and record of each good row."""
    content = bytes(file.records)
    return [(row, fields) for row, fields in json.loads(zlib.decompress(content))] if content else []


def said_before(file: SheetFile, kind: str, *, passing: Collection[str]) -> dict[str, str]:
    """What counted for every row in the newest other file of this kind; where that was brought into something else,
    without what is *passing*."""
    others = (
        type(file)._default_manager.filter(**{file.OFFICE: file.office, "kind": kind}).exclude(pk=file.pk)
    )
    newest = others.exclude(layout={}).order_by("-handed_in_at", "-pk").values_list("layout", flat=True)
    if layout := newest.filter(**{file.INTO: file.into}).first():
        return dict(Layout.of(layout).constants)
    layout = newest.first()
    return {name: text for name, text in layout["constants"].items() if name not in passing} if layout else {}
