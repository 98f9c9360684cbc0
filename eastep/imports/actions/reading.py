"""A file read: what its columns are, its good rows, what is wrong with the others, what all of it would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from eastep.core.sheets import Detected, Workbook, column_letter, read_workbook
from eastep.core.text import Text, in_all_languages
from eastep.imports.actions.locking import moved
from eastep.imports.inbox import Inbox, Misfit, Record
from eastep.imports.kinds import Taken
from eastep.imports.layout import Layout
from eastep.imports.models import SheetFile
from eastep.imports.problems import SENTENCES, Problem
from eastep.imports.proposal import Proposal
from eastep.imports.queries import (
    EXAMPLES,
    compare,
    effect,
    packed,
    remembered_headings,
    remembered_names,
    said_before,
    told,
)
from eastep.imports.states import FILE, FileState
from eastep.institutions.models import Institution
from eastep.institutions.queries import registered
from eastep.people.models import User
from eastep.standards.facts import Standards
from eastep.standards.queries import standards_in_force


def read_file[F: SheetFile](inbox: Inbox[F], file: F, *, by: User, run: int) -> F:
    """Read it and keep what was found: questions, problems, good rows, the difference. Nothing if job *run* is not the latest."""
    try:
        book = read_workbook(bytes(file.content), filename=file.name)
    except ValidationError as error:
        return _keep(inbox, file, run, "refuse", problems=[_no_sheet(file, error)], errors=1)
    known = _known_to(file.office)
    edition = inbox.edition(file.into) if inbox.edition else None  # before anything is looked at
    if not file.layout:
        proposal = _proposed(inbox, file, book, known, file.kind)
        if not proposal.columns:
            return _keep(inbox, file, run, "refuse", problems=[_empty(file)], errors=1)
        file.proposal = proposal.as_json()
        if not proposal.is_certain:
            detected = _how_read(book.detected)
            return _keep(inbox, file, run, "ask", proposal=file.proposal, detected=detected)
        file.kind, file.layout = proposal.kind, proposal.layout.as_json()
    taken = _taken(inbox, file, book, known, run)
    standards = known["standards"]
    rows, refused, problems = _refused_rows(inbox, file, taken, standards)
    good = [fields for _row, fields in rows]
    compared = compare(inbox, file, good, standards)
    if edition is None:
        edition = effect(inbox, file, compared, [*good, *refused], standards)
    return _keep(
        inbox,
        file,
        run,
        "check",
        kind=file.kind,
        layout=file.layout,
        proposal=file.proposal,
        detected=_how_read(book.detected),
        problems=[_kept(problem) for problem in (*taken.problems, *problems)],
        errors=taken.errors + len(problems),
        unknown_names=[asdict(one) for one in taken.unknown_names.values()],
        good=len(rows),
        records=packed(rows),
        difference={
            **told(compared),
            "refused": [] if inbox.edition else refused,
            "again": bool(
                file.difference.get("outdated")
            ),  # nothing was taken over: it had changed meanwhile,
            "refusal": file.difference.get("refusal", ""),  # or was refused
        },
        edition=edition,
    )


def proposed[F: SheetFile](
    inbox: Inbox[F], file: F, *, kind: str, sheet: str | None, heading_row: int | None
) -> Proposal:
    """How the file would be laid out as *kind*, on that *sheet*, with that *heading_row*; nothing is kept.

    Raises ValidationError if it cannot be read.
    """
    book = read_workbook(bytes(file.content), filename=file.name)
    return _proposed(inbox, file, book, _known_to(file.office), kind, sheet=sheet, heading_row=heading_row)


def _keep[F: SheetFile](inbox: Inbox[F], file: F, run: int, verb: str, **found: Any) -> F:
    """Write what a reading found, unless the file has gone on."""
    with transaction.atomic():
        rows = inbox.model._default_manager.select_for_update(of=("self",)).select_related(file.INTO)
        now = rows.get(pk=file.pk)
        if now.run != run or now.state != FileState.READING:
            return now
        now.state = FILE.after(now.state, verb)
        for name, value in found.items():
            setattr(now, name, value)
        moved(now, *found)
    return now


def _known_to(office: Institution | None) -> dict[str, Any]:
    """What sheets of the office are read with, as the methods of `SheetKinds` take it."""
    names = remembered_names(office)
    return {"register": registered(), "standards": standards_in_force(), "names": names}


def _proposed[F: SheetFile](
    inbox: Inbox[F],
    file: F,
    book: Workbook,
    known: Mapping[str, Any],
    kind: str,
    *,
    sheet: str | None = None,
    heading_row: int | None = None,
) -> Proposal:
    own = inbox.constants(file.into)
    remembered = {one: remembered_headings(file.office, one) for one in inbox.kinds.kinds}

    def with_constants(kind: str, constants: Mapping[str, str]) -> Proposal:
        return inbox.kinds.propose_layout(
            book,
            kind,
            **known,
            remembered=remembered,
            constants=constants,
            sheet=sheet,
            heading_row=heading_row,
        )

    found = with_constants(kind, own)
    have = {column.name for column in found.columns}
    before = said_before(file, found.kind, passing=inbox.passing)
    lacking = {name: text for name, text in before.items() if name not in have}
    if lacking.keys() - own.keys():
        found = with_constants(found.kind, {**lacking, **own})
    return replace(found, missing=(*found.missing, "scale")) if _lacks_scale(found) else found


def _lacks_scale(proposal: Proposal) -> bool:
    """Whether there are averages and nothing says of how many points: asked once instead of refused row by row."""
    if "scale" in {column.name for column in proposal.columns} or "scale" in proposal.constants:
        return False
    averages = [column.samples for column in proposal.columns if column.name == "gpa"]
    return any(samples and not any("/" in one for one in samples) for samples in averages)


def _taken[F: SheetFile](
    inbox: Inbox[F], file: F, book: Workbook, known: Mapping[str, Any], run: int
) -> Taken[Record]:
    ours = inbox.model._default_manager.filter(pk=file.pk, run=run)
    layout = Layout.of(file.layout)
    total = next((sheet.height for sheet in book.sheets if sheet.name == layout.sheet), 0)
    ours.update(rows_read=0, rows_total=total)
    return inbox.kinds.read_sheet(
        file.kind,
        book,
        name=file.name,
        layout=layout,
        **known,
        mends={(row, position): text for row, position, text in file.mends},
        left_out=file.left_out,
        on_progress=partial(_has_read, ours),
    )


def _has_read(file: QuerySet[Any], rows: int) -> None:
    file.update(rows_read=rows)


def _refused_rows[F: SheetFile](
    inbox: Inbox[F], file: F, taken: Taken[Record], standards: Standards
) -> tuple[list[tuple[int, Record]], list[Record], list[Problem]]:
    """The good rows; the first of those that do not fit what is held, and why all of them do not."""
    misfit = inbox.misfit(file, standards)
    good, refused = list[tuple[int, Record]](), list[Record]()
    problems: dict[tuple[object, ...], Problem] = {}  # each once of a row that makes several records
    for numbers, fields in zip(taken.all_numbers, taken.rows, strict=True):
        if found := misfit(fields):
            refused.append(fields)
            for row in numbers:
                problems[row, found.column, found.n, found.code] = _problem(file, row, found)
        else:
            good.append((numbers[0], fields))
    return good, refused[:EXAMPLES], list(problems.values())


# Problems as they are kept


def _problem(file: SheetFile, row: int, found: Misfit) -> Problem:
    """A problem about a good row that does not fit what is held, with the cell that it stands in."""
    layout = Layout.of(file.layout).columns
    places = [(n, place) for place, (name, n) in layout.items() if name == found.column and n >= found.n]
    n, position = min(places, default=(found.n, -1))
    return Problem(
        sheet=file.name,
        row=row,
        letter=column_letter(position) if position >= 0 else "",
        heading=_heading(file, position) if position >= 0 else "",
        value=found.value,
        code=found.code,
        wording=found.wording,
        facts=found.facts,
        column=found.column,
        position=position,
        n=n,
    )


def _heading(file: SheetFile, position: int) -> str:
    columns = file.proposal.get("columns", ())
    return next((one["heading"] for one in columns if one["position"] == position), "")


def _no_sheet(file: SheetFile, error: ValidationError) -> dict[str, Any]:
    return _of_the_file(file, str(error.code or ""), lambda: " ".join(error.messages))


def _empty(file: SheetFile) -> dict[str, Any]:
    return _of_the_file(file, "empty_sheet", lambda: SENTENCES["empty_sheet"])


def _of_the_file(file: SheetFile, code: str, say: Callable[[], object]) -> dict[str, Any]:
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
