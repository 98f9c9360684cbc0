"""What an app says of the files that are brought into it. Everything else is the same for every app."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from eastep.core.events import Event
    from eastep.imports.kinds import SheetKinds
    from eastep.imports.models import SheetFile
    from eastep.imports.queries import Compared
    from eastep.people.models import User
    from eastep.standards.facts import Standards

type Record = dict[str, Any]  # a good row in JSON values


@dataclass(frozen=True, kw_only=True)
class Misfit:
    """Why a row that can be read does not fit what is held, and the column of ours that says so."""

    column: str
    value: str
    code: str
    wording: Any  # with {value} and the facts as places
    facts: Mapping[str, object] = field(default_factory=dict)
    n: int = 0  # the first number of a repeated column that is wrong


class Lock(Protocol):
    """The row that files are brought into as it is now, for this transaction alone. Raises PermissionDenied, and
    Refused if it was deleted; without *permission* the caller asks who may."""

    def __call__(self, into: Any, /, *, by: User, permission: str | None) -> Any: ...


class TakeOver[F: SheetFile](Protocol):
    """Write what is new and changed, and take away what is *gone*; *file* is locked, and all that it says was
    compared in this transaction."""

    def __call__(self, file: F, compared: Compared, gone: Collection[str], /, *, by: User) -> None: ...


class Held(Protocol):
    """The records that *into* holds of a kind, by key; what a newer file no longer had counts only *with_gone*."""

    def __call__(self, into: Any, kind: str, with_gone: bool, /) -> Mapping[str, Record]: ...


class KeyOf(Protocol):
    """Tells the records of one file apart: asked once a file, its answer once a record, in their order. A record has
    the key of the held one that it is about."""

    def __call__(self, into: Any, kind: str, standards: Standards, /) -> Callable[[Record], str]: ...


class Keep(Protocol):
    """The record *brought* for one that is *held*, with what the file has no column for inside its fields (*said*
    are the columns that it has)."""

    def __call__(self, kind: str, said: Collection[str], held: Record, brought: Record, /) -> Record: ...


def _as_brought(_kind: str, _said: Collection[str], _held: Record, brought: Record) -> Record:
    return brought


def _always(_into: Any) -> bool:
    return True


def _none(_into: Any, _kind: str) -> frozenset[str]:
    return frozenset()


def _of_all(_record: Record) -> str:
    return ""


def _fits(_file: Any, _standards: Standards) -> Callable[[Record], Misfit | None]:
    return lambda _record: None


@dataclass(frozen=True, kw_only=True)
class Inbox[F: SheetFile]:
    """Where files are handed in for one purpose. *into* is always what they are brought into: a round, an institution.

    Those of the functions that have no default every app has to say; the others only where it differs.
    """

    model: type[F]
    kinds: SheetKinds
    permission: str  # for every step from handing in to taking over; asked of *into*
    lock: Lock
    read_job: str  # the names of two tasks that call `read_file` and `finish_file`
    finish_job: str
    queue: str
    handed_in: Event
    taken: Event
    dropped: Event
    held: Held
    key_of: KeyOf
    take_over: TakeOver[F]
    optional: Mapping[
        str, Mapping[str, Iterable[str]]
    ]  # kind: fields that a file may not have: their columns
    keep_within: Keep = _as_brought
    constants: Callable[[Any], Mapping[str, str]] = (
        lambda _into: {}
    )  # texts that count for every row of its files
    edition: Callable[[Any], int] | None = None
    """Of *into*: another number after every change of what is held. Without it a file is outdated where taking it
    over would do something else than was shown (`queries.edition_now`)."""
    passing: frozenset[str] = frozenset()  # columns of which one text for all rows holds for one *into* only
    is_open: Callable[[Any], bool] = _always  # whether anything may be taken over now
    misfit: Callable[[F, Standards], Callable[[Record], Misfit | None]] = _fits
    scope: Callable[[Record], str] = (
        _of_all  # records of other scopes than the file's do not count as missing
    )
    withdrawn: Callable[[Any, str], Collection[str]] = (
        _none  # keys of held records that people have withdrawn
    )
