"""Reads for files: what the round holds, with which a file is compared."""

from __future__ import annotations

from eastep.applications.models import Round, RoundFile
from eastep.applications.records import Record


def held_records(round_: Round, kind: str, with_gone: bool) -> dict[str, Record]:
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
