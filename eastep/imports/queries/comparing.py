"""The records of a file beside those that are held: what taking it over would change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from eastep.imports.difference import Difference, difference
from eastep.imports.inbox import Inbox, Record
from eastep.imports.layout import Layout
from eastep.imports.models import SheetFile
from eastep.imports.queries.files import unpacked
from eastep.standards.facts import Standards
from eastep.standards.queries import standards_in_force

EXAMPLES = 200  # of each kind of difference; all of them are in the download


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Records of a file beside those that are held."""

    found: Difference
    held: Mapping[str, Record]
    brought: Mapping[str, Record]


def compare[F: SheetFile](
    inbox: Inbox[F], file: F, records: Iterable[Record], standards: Standards
) -> Compared:
    """What taking *records* over would change. Missing can only be what the file is about (`Inbox.scope`).

    What the file has no column for stays as it is held.
    """
    into, kind, said = file.into, file.kind, _columns_of(file)
    held, key_of = inbox.held(into, kind, False), inbox.key_of(into, kind, standards)
    brought = {key_of(fields): fields for fields in records}
    fields = inbox.optional[kind]
    kept = [name for name, columns in fields.items() if not said.intersection(columns)]
    if kept:
        known = inbox.held(into, kind, True)
        for key in brought.keys() & known.keys():
            stays = {name: known[key][name] for name in kept if name in known[key]}
            brought[key] = {**brought[key], **stays}
    for key in brought.keys() & held.keys():
        brought[key] = inbox.keep_within(kind, said, held[key], brought[key])
    scope = {inbox.scope(fields) for fields in brought.values()}
    about = {key: fields for key, fields in held.items() if key in brought or inbox.scope(fields) in scope}
    found = difference(about, brought)
    gone = inbox.withdrawn(into, kind) if found.missing else ()
    missing = tuple(key for key in found.missing if key not in gone)
    return Compared(found=replace(found, missing=missing), held=held, brought=brought)


def edition_now[F: SheetFile](inbox: Inbox[F], file: F) -> int:
    """What `SheetFile.edition` would be if the file were read now: another number where it is outdated."""
    if inbox.edition:
        return inbox.edition(file.into)
    standards, good = standards_in_force(), [fields for _row, fields in unpacked(file)]
    compared = compare(inbox, file, good, standards)
    return effect(inbox, file, compared, [*good, *file.difference.get("refused", ())], standards)


def effect[F: SheetFile](
    inbox: Inbox[F], file: F, compared: Compared, records: Iterable[Record], standards: Standards
) -> int:
    """A number for what taking the file over would do, and for which of its *records* do not fit, and why."""
    found, brought = compared.found, compared.brought
    new = [brought[key] for key in found.new]
    changed = {key: (brought[key], changes) for key, changes in found.changed.items()}
    misfits = [one and (one.column, one.n, one.code) for one in map(inbox.misfit(file, standards), records)]
    return crc32(json.dumps((new, changed, misfits), sort_keys=True).encode()) & 0x7FFF_FFFF


def _columns_of(file: SheetFile) -> set[str]:
    """Our columns that the file has, or has one text for."""
    layout = Layout.of(file.layout)
    return {name for name, _n in layout.columns.values()} | set(layout.constants)


def told(compared: Compared) -> dict[str, Any]:
    """The counts, and examples of each kind for the page."""
    found, held, brought = compared.found, compared.held, compared.brought
    return {
        "new": len(found.new),
        "changed": len(found.changed),
        "same": found.same,
        "missing": len(found.missing),
        "examples": {
            "new": [brought[key] for key in found.new[:EXAMPLES]],
            "changed": [
                {"record": brought[key], "fields": [list(one) for one in found.changed[key]]}
                for key in list(found.changed)[:EXAMPLES]
            ],
            "missing": [held[key] for key in found.missing[:EXAMPLES]],
        },
    }
