"""The verbs of a file that is brought in: read, its columns and names confirmed, its rows mended.

Nothing here touches what the round holds; that is `taking.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eastep.applications import events, queries
from eastep.applications.actions.lists import TOO_MANY_CHOICES, has_long_list
from eastep.applications.actions.locking import defer, locked
from eastep.applications.difference import Difference, difference
from eastep.applications.models import Round, RoundFile
from eastep.applications.records import Record, key_of
from eastep.applications.sheets import KINDS, Taken, propose_layout, read_sheet
from eastep.applications.states import FILE, FileState
from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.core.sheets import Detected, Workbook, column_letter, read_workbook
from eastep.core.text import Text, in_all_languages
from eastep.imports import Layout, Problem
from eastep.imports.actions import remember_headings, remember_names
from eastep.imports.problems import SENTENCES
from eastep.imports.proposal import Proposal
from eastep.imports.queries import remembered_headings, remembered_names
from eastep.institutions.models import Institution
from eastep.institutions.queries import registered
from eastep.people.models import User
from eastep.standards.facts import Standards
from eastep.standards.queries import standards_in_force

type File = tuple[str, bytes]  # its name and its content
OPTIONAL: Mapping[
    str, Mapping[str, tuple[str, ...]]
] = {  # fields of a record that a file may not have: their columns
    "places": {"carried": ("carried",), "minimum_gpa": ("gpa",), "language": ("language",)},
    "applicants": {
        "gpa": ("gpa",),
        "languages": ("languages",),
        "choices": ("hosts", "host"),
        "language": ("language",),
    },
    "languages": {},
}
EXAMPLES = 200  # of each kind of difference; all of them are in the download

UNKNOWN_APPLICANT = gettext_lazy(
    "No applicant of this round has the number “{value}”. Correct it, or bring in the sheet of applicants first."
)
OTHER_HOME = gettext_lazy(
    "The number “{value}” belongs to an applicant of another home institution. Give this applicant another number."
)
NOT_THIS_HOME = gettext_lazy(
    "The home institution of this row is not the one that the round belongs to. Correct it, or leave the row out."
)


@transaction.atomic
def hand_in(round_: Round, *, by: User, files: Sequence[File], kind: str = "") -> list[RoundFile]:
    """Keep files byte for byte and have them read. *kind* is one of RoundFile.Kind; "" has it found out."""
    round_ = locked(round_, by=by, permission="applications.bring_in")
    made = []
    for name, content in files:
        file = RoundFile.objects.create(
            round=round_,
            kind=kind,
            name=name,
            content=content,
            sha256=sha256(content).hexdigest(),
            handed_in_by=by,
        )
        record(events.FILE_HANDED_IN, round_, by=by, file=name)
        defer("read_file", file, by)
        made.append(file)
    return made


@transaction.atomic
def read_again(file: RoundFile, *, by: User, run: int) -> RoundFile:
    """Have it read once more, with what is known now."""
    return read_on(locked_file(file, by=by, run=run), by)


@transaction.atomic
def map_columns(
    file: RoundFile, *, by: User, run: int, kind: str, layout: Layout, headings: Mapping[str, Any]
) -> RoundFile:
    """The office says which column is which; *headings* (folded heading: (column, number)) are remembered for it."""
    file = locked_file(file, by=by, run=run)
    if file.layout and file.layout["sheet"] != layout.sheet:
        file.mends, file.left_out = [], []
    file.kind, file.layout = kind, layout.as_json()
    remember_headings(file.round.home, by=by, kind=kind, meanings=headings)
    return read_on(file, by, "kind", "layout", "mends", "left_out")


@transaction.atomic
def confirm_names(
    file: RoundFile, *, by: User, run: int, names: Mapping[str, Institution], left_out: Iterable[str] = ()
) -> RoundFile:
    """The office says which institution each written name means, which is remembered; or leaves its rows out."""
    file = locked_file(file, by=by, run=run)
    remember_names(file.round.home, by=by, names=names)
    dropped = set(left_out)
    rows = {row for one in file.unknown_names if one["written"] in dropped for row in one["rows"]}
    file.left_out = sorted(rows | set(file.left_out))
    return read_on(file, by, "left_out")


@transaction.atomic
def mend_rows(
    file: RoundFile,
    *,
    by: User,
    run: int,
    mends: Iterable[tuple[int, int, str]] = (),
    left_out: Iterable[int] = (),
    put_back: Iterable[int] = (),
    undo: Iterable[tuple[int, int]] = (),
) -> RoundFile:
    """What cells should say, as (row, position, text), and rows that are left out or put back. The file stays as it is.

    *undo* are cells, as (row, position), that are to say again what the file says.
    """
    file = locked_file(file, by=by, run=run)
    taken_back = set(undo)
    said = {(row, position): text for row, position, text in file.mends if (row, position) not in taken_back}
    said.update({(row, position): text for row, position, text in mends})
    file.mends = [[row, position, text] for (row, position), text in sorted(said.items())]
    file.left_out = sorted((set(file.left_out) | set(left_out)) - set(put_back))
    return read_on(file, by, "mends", "left_out")


@transaction.atomic
def drop_file(file: RoundFile, *, by: User, run: int | None = None) -> RoundFile:
    """Set the file aside; the round is as if it had not come."""
    file = locked_file(file, by=by, run=run)
    file.state = FILE.after(file.state, "drop")
    file.run += 1
    moved(file, "run")
    record(events.FILE_DROPPED, file.round, by=by, file=file.name)
    return file


def read_file(file: RoundFile, *, by: User, run: int) -> RoundFile:
    """Read it and keep what was found: questions, problems, good rows, the difference. Nothing if job *run* is not the latest."""
    try:
        book = read_workbook(bytes(file.content), filename=file.name)
    except ValidationError as error:
        return _keep(file, run, "refuse", problems=[_no_sheet(file, error)], errors=1)
    reading = _Reading.of(file.round)
    edition = Round.objects.values_list("edition", flat=True).get(
        pk=file.round_id
    )  # before anything is looked at
    if not file.layout:
        proposal = _proposed(file, book, reading, file.kind)
        if not proposal.columns:
            return _keep(file, run, "refuse", problems=[_empty(file)], errors=1)
        file.proposal = proposal.as_json()
        if not proposal.is_certain:
            return _keep(file, run, "ask", proposal=file.proposal, detected=_how_read(book.detected))
        file.kind, file.layout = proposal.kind, proposal.layout.as_json()
    taken = _taken(file, book, reading, run)
    rows, refused = _refused_rows(file, taken, reading.standards)
    found = compare(file, [fields for _row, fields in rows], reading.standards)
    return _keep(
        file,
        run,
        "check",
        kind=file.kind,
        layout=file.layout,
        proposal=file.proposal,
        detected=_how_read(book.detected),
        problems=[_kept(problem) for problem in (*taken.problems, *refused)],
        errors=taken.errors + len(refused),
        unknown_names=[asdict(one) for one in taken.unknown_names.values()],
        good=len(rows),
        records=queries.packed(rows),
        difference={
            **_told(found.found, found.held, found.brought),
            # the round had changed when the file was to be taken over
            "again": bool(file.difference.get("outdated")),
        },
        edition=edition,
    )


def proposed(file: RoundFile, *, kind: str, sheet: str | None, heading_row: int | None) -> Proposal:
    """How the file would be laid out as *kind*, on that *sheet*, with that *heading_row*; nothing is kept.

    Raises ValidationError if it cannot be read.
    """
    book = read_workbook(bytes(file.content), filename=file.name)
    return _proposed(file, book, _Reading.of(file.round), kind, sheet=sheet, heading_row=heading_row)


# The steps


def locked_file(file: RoundFile, *, by: User, run: int | None = None) -> RoundFile:
    """The file as it is now. Refused if it has gone on since *run*, or was deleted."""
    round_ = locked(file.round, by=by, permission="applications.bring_in")
    found = RoundFile.objects.select_for_update(of=("self",)).filter(pk=file.pk).first()
    if found is None:
        raise Refused(_("The file has been deleted meanwhile."), code="gone")
    if run not in (None, found.run):
        raise Refused(_("Somebody else has worked on this file meanwhile. Look at it again."), code="changed")
    found.round = round_
    return found


def moved(file: RoundFile, *changed: str) -> None:
    file.moved_at = timezone.now()
    file.save(update_fields=["state", "moved_at", *changed])


def read_on(file: RoundFile, by: User, *changed: str) -> RoundFile:
    file.state = FILE.after(file.state, "read")
    file.run += 1
    file.rows_read = 0
    moved(file, "run", "rows_read", *changed)
    defer("read_file", file, by)
    return file


def _keep(file: RoundFile, run: int, verb: str, **found: Any) -> RoundFile:
    """Write what a reading found, unless the file has gone on."""
    with transaction.atomic():
        now = RoundFile.objects.select_for_update(of=("self",)).select_related("round").get(pk=file.pk)
        if now.run != run or now.state != FileState.READING:
            return now
        now.state = FILE.after(now.state, verb)
        for name, value in found.items():
            setattr(now, name, value)
        moved(now, *found)
    return now


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """What a file is read with."""

    register: Any
    standards: Standards
    names: Mapping[str, str]

    @classmethod
    def of(cls, round_: Round) -> _Reading:
        return cls(register=registered(), standards=standards_in_force(), names=remembered_names(round_.home))


def _proposed(
    file: RoundFile,
    book: Workbook,
    reading: _Reading,
    kind: str,
    *,
    sheet: str | None = None,
    heading_row: int | None = None,
) -> Proposal:
    home = file.round.home
    own = {"home": home.key} if home else {}

    def with_constants(kind: str, constants: Mapping[str, str]) -> Proposal:
        return propose_layout(
            book,
            kind,
            register=reading.register,
            standards=reading.standards,
            names=reading.names,
            remembered={one: remembered_headings(home, one) for one in KINDS},
            constants=constants,
            sheet=sheet,
            heading_row=heading_row,
        )

    found = with_constants(kind, own)
    have = {column.name for column in found.columns}
    lacking = {name: text for name, text in _said_before(file, found.kind).items() if name not in have}
    if lacking.keys() - own.keys():
        found = with_constants(found.kind, {**lacking, **own})
    return replace(found, missing=(*found.missing, "scale")) if _lacks_scale(found) else found


def _said_before(file: RoundFile, kind: str) -> dict[str, str]:
    """What counted for every row in the newest other file of this kind; of another round of the same home without its term."""
    others = RoundFile.objects.filter(round__home=file.round.home, kind=kind).exclude(pk=file.pk)
    newest = others.exclude(layout={}).order_by("-handed_in_at", "-pk").values_list("layout", flat=True)
    if layout := newest.filter(round=file.round_id).first():
        return dict(Layout.of(layout).constants)
    layout = newest.first()
    return {name: text for name, text in layout["constants"].items() if name != "start"} if layout else {}


def _lacks_scale(proposal: Proposal) -> bool:
    """Whether there are averages and nothing says of how many points: asked once instead of refused row by row."""
    if "scale" in {column.name for column in proposal.columns} or "scale" in proposal.constants:
        return False
    averages = [column.samples for column in proposal.columns if column.name == "gpa"]
    return any(samples and not any("/" in one for one in samples) for samples in averages)


def _taken(file: RoundFile, book: Workbook, reading: _Reading, run: int) -> Taken[Any]:
    ours = RoundFile.objects.filter(pk=file.pk, run=run)
    layout = Layout.of(file.layout)
    total = next((sheet.height for sheet in book.sheets if sheet.name == layout.sheet), 0)
    ours.update(rows_read=0, rows_total=total)
    return read_sheet(
        file.kind,
        book,
        name=file.name,
        layout=layout,
        register=reading.register,
        standards=reading.standards,
        names=reading.names,
        mends={(row, position): text for row, position, text in file.mends},
        left_out=file.left_out,
        on_progress=partial(_has_read, ours),
    )


def _has_read(file: QuerySet[RoundFile], rows: int) -> None:
    file.update(rows_read=rows)


def _refused_rows(
    file: RoundFile, taken: Taken[Any], standards: Standards
) -> tuple[list[tuple[int, Record]], list[Problem]]:
    """The good rows, without those that do not fit what the round holds, and why these do not."""
    rows = list(zip(taken.numbers, taken.rows, strict=True))
    round_ = file.round
    homes = dict(round_.applicants.values_list("applicant", "home__key"))

    def wrong(fields: Record) -> tuple[str, str, Any] | None:
        """Column, value and sentence."""
        if file.kind == RoundFile.Kind.LANGUAGES:
            number = fields["applicant"]
            return None if number in homes else ("applicant", number, UNKNOWN_APPLICANT)
        if round_.home and fields["home"] != round_.home.key:
            return "home", fields["home"], NOT_THIS_HOME
        if (
            file.kind == RoundFile.Kind.APPLICANTS
            and homes.get(fields["id"], fields["home"]) != fields["home"]
        ):
            return "id", fields["id"], OTHER_HOME
        if file.kind == RoundFile.Kind.APPLICANTS and has_long_list(round_, fields):
            return "hosts", "", TOO_MANY_CHOICES
        return None

    good, problems = [], []
    for row, fields in rows:
        if found := wrong(fields):
            problems.append(_problem(file, row, fields, found))
        else:
            good.append((row, fields))
    return good, problems


# The difference


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Records of a file beside those of the round."""

    found: Difference
    held: Mapping[str, Record]
    brought: Mapping[str, Record]


def compare(file: RoundFile, records: Iterable[Record], standards: Standards) -> Compared:
    """What taking *records* over would change. Missing can only be rows of a home that the file is about.

    What the file has no column for stays as the round holds it.
    """
    round_, kind, kept = file.round, file.kind, _not_said(file)
    held = queries.held_records(round_, kind)
    brought = {key_of(kind, fields, standards): fields for fields in records}
    if kept:
        known = queries.held_records(round_, kind, with_gone=True)
        for key in brought.keys() & known.keys():
            stays = {name: known[key][name] for name in kept if name in known[key]}
            brought[key] = {**brought[key], **stays}
    scope = {_scope(fields) for fields in brought.values()}
    found = difference(
        {key: fields for key, fields in held.items() if key in brought or _scope(fields) in scope}, brought
    )
    gone = _withdrawn(round_, kind)
    missing = tuple(key for key in found.missing if key not in gone)
    return Compared(found=replace(found, missing=missing), held=held, brought=brought)


def _not_said(file: RoundFile) -> list[str]:
    """The fields of a record that the file has neither a column nor one text for."""
    layout = Layout.of(file.layout)
    said = {name for name, _n in layout.columns.values()} | set(layout.constants)
    return [field for field, columns in OPTIONAL[file.kind].items() if not said.intersection(columns)]


def _withdrawn(round_: Round, kind: str) -> set[str]:
    """The keys of rows that the office has withdrawn: a file cannot withdraw them once more."""
    if kind == RoundFile.Kind.PLACES:
        return set(round_.places.filter(withdrawn="office").values_list("key", flat=True))
    if kind == RoundFile.Kind.APPLICANTS:
        return set(round_.applicants.filter(withdrawn="office").values_list("applicant", flat=True))
    return set()


def _scope(fields: Record) -> str:
    return str(fields.get("home") or fields["applicant"])


def _told(found: Difference, held: Mapping[str, Record], brought: Mapping[str, Record]) -> dict[str, Any]:
    """The counts, and examples of each kind for the page."""
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


# Problems as they are kept


def _problem(file: RoundFile, row: int, fields: Record, wrong: tuple[str, str, Any]) -> Problem:
    """A problem about a good row that does not fit the round, with the cell that it stands in."""
    column, value, wording = wrong
    layout = Layout.of(file.layout).columns
    positions = [position for position, source in layout.items() if source[0] == column]
    code, facts = f"{column}_of_another", {}  # type: str, dict[str, object]
    if column == "hosts":  # the first choice that is too many, where choices stand side by side
        limit = file.round.most_choices or 0
        positions = [position for position in positions if layout[position][1] > limit]
        code, facts = "too_many_choices", {"limit": limit, "count": len(fields["choices"])}
    return Problem(
        sheet=file.name,
        row=row,
        letter=column_letter(positions[0]) if positions else "",
        heading=_heading(file, positions[0]) if positions else "",
        value=value,
        code=code,
        wording=wording,
        facts=facts,
        column=column,
        position=positions[0] if positions else -1,
    )


def _heading(file: RoundFile, position: int) -> str:
    columns = file.proposal.get("columns", ())
    return next((one["heading"] for one in columns if one["position"] == position), "")


def _no_sheet(file: RoundFile, error: ValidationError) -> dict[str, Any]:
    return _of_the_file(file, str(error.code or ""), lambda: " ".join(error.messages))


def _empty(file: RoundFile) -> dict[str, Any]:
    return _of_the_file(file, "empty_sheet", lambda: SENTENCES["empty_sheet"])


def _of_the_file(file: RoundFile, code: str, say: Callable[[], object]) -> dict[str, Any]:
    """A problem of the file as a whole, as it is kept."""
    return {
        "severity": "error",
        "row": 0,
        "position": -1,
        "column": "",
        "n": 0,
        "code": code,
        "value": "",
        "place": asdict(Text(en=file.name, ja=file.name, ko=file.name)),
        "sentence": asdict(in_all_languages(say)),
    }


def _kept(problem: Problem) -> dict[str, Any]:
    return {
        "severity": problem.severity,
        "row": problem.row,
        "position": problem.position,
        "column": problem.column,
        "n": problem.n,
        "code": problem.code,
        "value": problem.value,
        "place": asdict(in_all_languages(lambda: problem.place)),
        "sentence": asdict(in_all_languages(lambda: problem.sentence)),
    }


def _how_read(detected: Detected | None) -> Text:
    say: Callable[[], object] = lambda: detected.sentence if detected else ""  # noqa: E731
    return in_all_languages(say)
