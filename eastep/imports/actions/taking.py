"""A checked file taken over: all of its good rows, or nothing."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.imports.actions.locking import defer, locked_file, moved, read_on
from eastep.imports.inbox import Inbox, Record
from eastep.imports.models import BULK, SheetFile
from eastep.imports.queries import compare, edition_now, unpacked
from eastep.imports.states import FILE, FileState
from eastep.people.models import User
from eastep.standards.facts import Standards
from eastep.standards.queries import standards_in_force


@transaction.atomic
def take_file[F: SheetFile](
    inbox: Inbox[F], file: F, *, by: User, run: int, only_good: bool, remove_missing: bool
) -> F:
    """Have the good rows taken over; a job does it. Bad rows: Refused, unless *only_good*.

    With *remove_missing*, rows of the same scope that this file does not have are withdrawn.
    """
    file = locked_file(inbox, file, by=by, run=run)
    file.state = FILE.after(file.state, "take")
    if not inbox.is_open(file.into):
        raise Refused(_("This is not possible any more, because things have moved on."), code="wrong_state")
    if file.errors and not only_good:
        raise Refused(
            ngettext(
                "One problem is not mended yet. Mend it, or choose to take over the good rows alone.",
                "{number} problems are not mended yet. Mend them, or choose to take over the good rows alone.",
                file.errors,
            ).format(number=file.errors),
            code="bad_rows",
        )
    if remove_missing and (file.errors or file.left_out):
        raise Refused(
            _(
                "As long as rows are bad or left out, nobody knows what this file does not have. Mend them first, or "
                "withdraw single rows in the lists."
            ),
            code="missing_unknown",
        )
    file.remove_missing = remove_missing
    file.run += 1
    moved(file, "run", "remove_missing")
    defer(inbox, inbox.finish_job, file, by)
    return file


def finish_file[F: SheetFile](inbox: Inbox[F], file: F, *, by: User, run: int) -> F:
    """Take over what was shown. If what is held has changed since, it is compared again first, and nothing is taken."""
    with transaction.atomic():
        into = inbox.lock(file.into, by=by, permission=None)  # whoever asked may have lost the role since
        file = inbox.model._default_manager.select_for_update(of=("self",)).get(pk=file.pk)
        file.into = into
        if file.run != run or file.state != FileState.TAKING:
            return file
        is_open = inbox.is_open(into) and by.has_perm(inbox.permission, into)
        records = [fields for _row, fields in unpacked(file)]
        standards = standards_in_force()
        is_as_shown = edition_now(inbox, file) == file.edition
        if not (is_open and is_as_shown and _all_fit(inbox, file, records, standards)):
            file.difference = {"outdated": True}  # so that the page can say why nothing was taken over
            return read_on(inbox, file, by, "difference")
        compared = compare(inbox, file, records, standards)
        found, gone = compared.found, compared.found.missing if file.remove_missing else ()
        if found.new or found.changed or gone:
            try:
                with transaction.atomic():
                    inbox.take_over(file, compared, gone, by=by)
            except Refused as refused:  # told on the page: there is nobody here to tell
                file.difference = {"outdated": True, "refusal": str(refused)}
                return read_on(inbox, file, by, "difference")
            _read_waiting(inbox, file, by)
        file.state = FILE.after(file.state, "finish")
        file.records = b""
        moved(file, "records")
        record(
            inbox.taken, into, by=by, file=file.name, sha256=file.sha256, new=len(found.new),
            changed=len(found.changed), same=found.same, gone=len(gone),
        )  # fmt: skip
    return file


def _all_fit[F: SheetFile](inbox: Inbox[F], file: F, records: list[Record], standards: Standards) -> bool:
    misfit = inbox.misfit(file, standards)
    return not any(misfit(fields) for fields in records)


def _read_waiting[F: SheetFile](inbox: Inbox[F], taken: F, by: User) -> None:
    """What was compared with what was held before is compared again: language results may have their applicants now."""
    rows = inbox.model._default_manager.filter(**{taken.INTO: taken.into}, state=FileState.CHECKED)
    for file in rows.select_for_update(of=("self",)).exclude(pk=taken.pk).defer(*BULK):
        file.into = taken.into
        read_on(inbox, file, by)
