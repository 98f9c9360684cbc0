"""Reads for files: what the round holds, with which a file is compared, and the good rows of a file."""

from __future__ import annotations

import json
import zlib
from typing import Any

from eastep.applications.models import Round, RoundFile
from eastep.applications.records import Record


def held_records(round_: Round, kind: str, *, with_gone: bool = False) -> dict[str, Record]:
    """What the round holds of one kind, by key; rows that a newer file no longer had count only *with_gone*."""
    gone = {} if with_gone else {"withdrawn": "file"}
    if kind == RoundFile.Kind.PLACES:
        return dict(round_.places.exclude(**gone).values_list("key", "record"))
    if kind == RoundFile.Kind.APPLICANTS:
        return dict(round_.applicants.exclude(**gone).values_list("applicant", "record"))
    return {
        f"{number}|{test}": {"applicant": number, "result": text}
        for number, results in round_.applicants.exclude(results={}).values_list("applicant", "results")
        for test, text in results.items()
    }


def packed(rows: list[Any]) -> bytes:
    """Good rows of a file as they are kept until it is taken over."""
    return zlib.compress(json.dumps(rows, ensure_ascii=False).encode())


def unpacked(file: RoundFile) -> list[tuple[int, Record]]:
    """Row number and record of each good row."""
    content = bytes(file.records)
    return [(row, fields) for row, fields in json.loads(zlib.decompress(content))] if content else []
