"""The verbs of a file that is brought in: its columns and names confirmed, its rows mended, or all of it set aside.

Nothing here touches what is held already; that is `taking.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django.db import transaction

from eastep.core.events import record
from eastep.imports.actions.locking import defer, locked_file, moved, read_on
from eastep.imports.actions.memory import remember_headings, remember_names
from eastep.imports.inbox import Inbox
from eastep.imports.layout import Layout
from eastep.imports.models import SheetFile
from eastep.imports.states import FILE
from eastep.institutions.models import Institution
from eastep.people.models import User

type Content = tuple[str, bytes]  # the name of a file and its content


@transaction.atomic
def hand_in[F: SheetFile](
    inbox: Inbox[F], into: Any, *, by: User, files: Sequence[Content], kind: str = ""
) -> list[F]:
    """Keep files byte for byte and have them read. *kind* is one of the inbox's; "" has it found out."""
    into = inbox.lock(into, by=by, permission=inbox.permission)
    made = []
    for name, content in files:
        file = inbox.model._default_manager.create(
            **{inbox.model.INTO: into},
            kind=kind,
            name=name,
            content=content,
            sha256=sha256(content).hexdigest(),
            handed_in_by=by,
        )
        record(inbox.handed_in, into, by=by, file=name)
        defer(inbox, inbox.read_job, file, by)
        made.append(file)
    return made


@transaction.atomic
def read_again[F: SheetFile](inbox: Inbox[F], file: F, *, by: User, run: int) -> F:
    """Have it read once more, with what is known now."""
    return read_on(inbox, locked_file(inbox, file, by=by, run=run), by)


@transaction.atomic
def map_columns[F: SheetFile](
    inbox: Inbox[F],
    file: F,
    *,
    by: User,
    run: int,
    kind: str,
    layout: Layout,
    headings: Mapping[str, Any],
) -> F:
    """The office says which column is which; *headings* (folded heading: (column, number)) are remembered for it."""
    file = locked_file(inbox, file, by=by, run=run)
    if file.layout and file.layout["sheet"] != layout.sheet:
        file.mends, file.left_out = [], []
    file.kind, file.layout = kind, layout.as_json()
    remember_headings(file.office, by=by, kind=kind, meanings=headings)
    return read_on(inbox, file, by, "kind", "layout", "mends", "left_out")


@transaction.atomic
def confirm_names[F: SheetFile](
    inbox: Inbox[F],
    file: F,
    *,
    by: User,
    run: int,
    names: Mapping[str, Institution],
    left_out: Iterable[str] = (),
) -> F:
    """The office says which institution each written name means, which is remembered; or leaves its rows out."""
    file = locked_file(inbox, file, by=by, run=run)
    remember_names(file.office, by=by, names=names)
    dropped = set(left_out)
    rows = {row for one in file.unknown_names if one["written"] in dropped for row in one["rows"]}
    file.left_out = sorted(rows | set(file.left_out))
    return read_on(inbox, file, by, "left_out")


@transaction.atomic
def mend_rows[F: SheetFile](
    inbox: Inbox[F],
    file: F,
    *,
    by: User,
    run: int,
    mends: Iterable[tuple[int, int, str]] = (),
    left_out: Iterable[int] = (),
    put_back: Iterable[int] = (),
    undo: Iterable[tuple[int, int]] = (),
) -> F:
    """What cells should say, as (row, position, text), and rows that are left out or put back. The file stays as it is.

    *undo* are cells, as (row, position), that are to say again what the file says.
    """
    file = locked_file(inbox, file, by=by, run=run)
    taken_back = set(undo)
    said = {(row, position): text for row, position, text in file.mends if (row, position) not in taken_back}
    said.update({(row, position): text for row, position, text in mends})
    file.mends = [[row, position, text] for (row, position), text in sorted(said.items())]
    file.left_out = sorted((set(file.left_out) | set(left_out)) - set(put_back))
    return read_on(inbox, file, by, "mends", "left_out")


@transaction.atomic
def drop_file[F: SheetFile](inbox: Inbox[F], file: F, *, by: User, run: int | None = None) -> F:
    """Set the file aside; all is as if it had not come."""
    file = locked_file(inbox, file, by=by, run=run)
    file.state = FILE.after(file.state, "drop")
    file.run += 1
    moved(file, "run")
    record(inbox.dropped, file.into, by=by, file=file.name)
    return file
