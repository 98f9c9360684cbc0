"""What the verbs of a file have in common: it is locked, goes on, and a job follows."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from eastep.core.errors import Refused
from eastep.imports.inbox import Inbox
from eastep.imports.models import SheetFile
from eastep.imports.states import FILE
from eastep.people.models import User


def locked_file[F: SheetFile](inbox: Inbox[F], file: F, *, by: User, run: int | None = None) -> F:
    """The file as it is now. Refused if it has gone on since *run*, or was deleted."""
    into = inbox.lock(file.into, by=by, permission=inbox.permission)
    found = inbox.model._default_manager.select_for_update(of=("self",)).filter(pk=file.pk).first()
    if found is None:
        raise Refused(_("The file has been deleted meanwhile."), code="gone")
    if run not in (None, found.run):
        raise Refused(_("Somebody else has worked on this file meanwhile. Look at it again."), code="changed")
    found.into = into
    return found


def moved(file: SheetFile, *changed: str) -> None:
    file.moved_at = timezone.now()
    file.save(update_fields=["state", "moved_at", *changed])


def read_on[F: SheetFile](inbox: Inbox[F], file: F, by: User, *changed: str) -> F:
    file.state = FILE.after(file.state, "read")
    file.run += 1
    file.rows_read = 0
    moved(file, "run", "rows_read", *changed)
    defer(inbox, inbox.read_job, file, by)
    return file


def defer[F: SheetFile](inbox: Inbox[F], job: str, file: F, by: User) -> None:
    """One job in the action's own transaction; *run* tells a late one that it is late."""
    app.configure_task(job, queue=inbox.queue).defer(subject_id=file.pk, by_id=by.pk, run=file.run)
