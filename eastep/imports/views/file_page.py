"""The page of a file that is brought in: what is asked of the office depends on its state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from eastep.core.text import joined
from eastep.imports import Column, mending
from eastep.imports.forms.files import RunForm, TakeForm
from eastep.imports.forms.names import NamesForm
from eastep.imports.forms.rows import MendForm
from eastep.imports.models import SheetFile
from eastep.imports.naming import candidates_for
from eastep.imports.queries import edition_now
from eastep.imports.states import FileState
from eastep.imports.views.file_columns import missing_labels, shown_constant
from eastep.imports.views.pages import FilePages
from eastep.institutions.queries import names_of, registered
from eastep.ui.pages import PersonRequest, page

USUALLY_DONE_IN = timedelta(minutes=3)  # after that the page offers a way on
PER_PAGE = 50  # names, and groups of rows, that are asked about at once
SHOWN = 50  # of each kind of difference on the page; all of them are in the download
SHOWN_NOTICES = 50


def file_page[F: SheetFile](
    request: PersonRequest,
    pages: FilePages[F],
    found: F,
    *,
    names: NamesForm | None = None,
    mend: MendForm | None = None,
    take: TakeForm | None = None,
    stale: str = "",
    typed: Sequence[str] = (),
    data: QueryDict | None = None,
    status: int | None = None,
) -> HttpResponse:
    may_change = request.user.has_perm(pages.inbox.permission, found.into)
    context: dict[str, Any] = {
        **pages.context(found.into),
        "file": found,
        "may_change": may_change,
        "stale": stale,
        "typed": typed,
        **_working(found),
        "form_of_run": RunForm(initial={"run": found.run}),
    }
    match found.state:
        case FileState.UNREADABLE:
            context["whole"] = mending.of_the_sheet(found.problems)
        case FileState.UNCLEAR:
            context["missing"] = missing_labels(pages.inbox, found.proposal)
        case FileState.CHECKED:
            context |= _checked(request, pages, found, names=names, mend=mend, take=take, data=data)
        case FileState.TAKEN:
            context |= _difference_shown(pages, found)
    template = pages.template("file.html" if found.is_working else f"{found.state}.html")
    return page(request, template, context, status=status)


def progress[F: SheetFile](request: PersonRequest, pages: FilePages[F], found: F) -> HttpResponse:
    """How far the job is; the whole page as soon as there is more to say than that."""
    context = _working(found)
    is_news = context["is_late"] and "late" not in request.GET
    if is_news or not found.is_working:
        return HttpResponse(headers={"HX-Redirect": found.get_absolute_url()})
    return page(request, "imports/files/file.html", {"file": found, **context}, fragment="job")


def _working(found: SheetFile) -> dict[str, Any]:
    is_late = found.is_working and timezone.now() - found.moved_at > USUALLY_DONE_IN
    waiting = {
        FileState.READING: _("The file is being read. This page goes on by itself."),
        FileState.TAKING: _("The rows are being taken over. This page goes on by itself."),
    }
    return {
        "is_late": is_late,
        "poll_url": f"{found.get_absolute_url()}{'?late=1' if is_late else ''}",
        "waiting": waiting.get(FileState(found.state), ""),
    }


def _checked[F: SheetFile](
    request: PersonRequest,
    pages: FilePages[F],
    found: F,
    *,
    names: NamesForm | None,
    mend: MendForm | None,
    take: TakeForm | None,
    data: QueryDict | None,
) -> dict[str, Any]:
    """The tasks of a checked file, in order."""
    found.refresh_from_db(fields=["problems", "unknown_names", "left_out", "mends"])
    names = names or names_form(found, _if_sent(data, "meant-"), request.GET)
    columns = pages.inbox.kinds.columns_in_words(found.kind)
    mend = mend or mend_form(columns, found, _if_sent(data, "text-", "out-", "back", "undo"), request.GET)
    changes = found.changes
    unknown = found.unknown_names
    labels = {column.name: column.label for column in columns}
    whole = mending.of_the_sheet(found.problems)
    told = mending.notices(found.problems)
    names_page, rows_page = (
        _paged(rows, request.GET, name)
        for rows, name in ((unknown, "names"), (_groups(columns, found), "rows"))
    )
    return {
        "whole": whole,
        "where": f"?names={names_page.number}&rows={rows_page.number}",
        "unused": _unused(found),
        "constants": [
            (str(labels[name]), shown_constant(text)) for name, text in found.layout["constants"].items()
        ],
        "names": names,
        "names_page": names_page,
        "name_rows": _name_rows(names, {one["written"]: one["rows"] for one in unknown}),
        "mend": mend,
        "mend_rows": [(group, _label_of(labels, group), text, out) for group, text, out in mend.rows()],
        "rows_page": rows_page,
        "take": take or take_form(pages, found, _if_sent(data, "taking")),
        "notices": told[:SHOWN_NOTICES],
        "more_notices": max(len(told) - SHOWN_NOTICES, 0),
        "has_nothing": not found.errors and not found.good,
        "changes_nothing": not found.errors and not (changes["new"] or changes["changed"]),
        "is_again": found.difference.get("again", False),
        "refusal": found.difference.get("refusal", ""),
        "is_open": pages.inbox.is_open(found.into),
        "is_outdated": edition_now(pages.inbox, found) != found.edition,
        **_difference_shown(pages, found),
    }


def _unused(found: SheetFile) -> str:
    """The columns of the file that are left out, by letter and heading."""
    names = {int(position): name for position, (name, _n) in found.layout["columns"].items()}
    columns = found.proposal.get("columns", ())
    return joined(
        f"{one['letter']} {one['heading']}".strip() for one in columns if not names.get(one["position"])
    )


def _label_of(labels: Mapping[str, Any], group: mending.Group) -> str:
    return str(labels.get(group.column, "")).replace("{n}", str(group.n))


def _groups(columns: Sequence[Column], found: SheetFile) -> list[mending.Group]:
    return mending.groups(found.problems, columns)


def _paged(rows: Sequence[Any], query: Mapping[str, Any], name: str) -> Any:
    return Paginator(rows, PER_PAGE).get_page(query.get(name))


def names_form(found: SheetFile, data: QueryDict | None, query: QueryDict) -> NamesForm | None:
    """The names of one page; None where nothing is asked."""
    if not found.unknown_names:
        return None
    register = registered()
    return NamesForm(
        data,
        initial={"run": found.run},
        names=[
            candidates_for(one["written"], register) for one in _paged(found.unknown_names, query, "names")
        ],
        language=(get_language() or "en")[:2],
    )


def mend_form(
    columns: Sequence[Column], found: SheetFile, data: QueryDict | None, query: QueryDict
) -> MendForm:
    return MendForm(
        data,
        initial={"run": found.run},
        groups=list(_paged(_groups(columns, found), query, "rows")),
        left_out=found.left_out,
        mended=[tuple(mend) for mend in found.mends],
    )


def take_form[F: SheetFile](pages: FilePages[F], found: F, data: QueryDict | None) -> TakeForm:
    initial = {"run": found.run, "which": "all"}
    is_whole = (
        not found.errors and not found.left_out
    )  # else a bad row may be the one that seems to be missing
    missing = found.changes["missing"] if is_whole else 0
    removal = pages.removal(missing) if missing else ""
    return TakeForm(data, initial=initial, removal=removal, has_errors=found.errors > 0)


def _name_rows(form: NamesForm | None, rows: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    """For each name that is asked about its fields, and where it stands."""
    return [
        {
            "written": one.written,
            "count": len(rows[one.written]),
            "rows": mending.in_short(rows[one.written]),
            "meant": meant,
            "other": other,
        }
        for one, meant, other in (form.rows() if form else ())
    ]


def _difference_shown[F: SheetFile](pages: FilePages[F], found: F) -> dict[str, Any]:
    """The examples of each kind of difference in words."""
    words, kind = pages.words, found.kind
    examples = found.difference.get("examples", {})
    new, changed, missing = (examples.get(one, [])[:SHOWN] for one in ("new", "changed", "missing"))
    records = [*new, *missing, *(one["record"] for one in changed)]
    keys = words.institutions_in(records)
    keys |= words.institutions_in_changes(field for one in changed for field in one["fields"])
    name_of = names_of(keys)

    def in_words(field: str, old: Any, now: Any) -> tuple[str, str, str]:
        return words.label(kind, field), words.value(field, old, name_of), words.value(field, now, name_of)

    return {
        "new": [
            (words.title(kind, record, name_of), words.all_values(kind, record, name_of)) for record in new
        ],
        "changed": [
            (words.title(kind, one["record"], name_of), [in_words(*field) for field in one["fields"]])
            for one in changed
        ],
        "missing": [words.title(kind, record, name_of) for record in missing],
        "changes": found.changes,
        "removes": bool(pages.removal(1)),
    }


def _if_sent(data: QueryDict | None, *names: str) -> QueryDict | None:
    """What was sent, if it was sent by the form with fields that begin so."""
    return data if data and any(key.startswith(names) for key in data) else None
