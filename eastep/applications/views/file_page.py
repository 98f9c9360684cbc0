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

from eastep.applications import in_words, mending, queries
from eastep.applications.forms.files import MendForm, NamesForm, RunForm, TakeForm
from eastep.applications.models import RoundFile
from eastep.applications.naming import candidates_for
from eastep.applications.states import FileState
from eastep.applications.views.file_columns import columns_in_words, missing_labels, shown_constant
from eastep.institutions.queries import registered
from eastep.ui.pages import PersonRequest, page

USUALLY_DONE_IN = timedelta(minutes=3)  # after that the page offers a way on
PER_PAGE = 50  # names, and groups of rows, that are asked about at once
SHOWN = 50  # of each kind of difference on the page; all of them are in the download
SHOWN_NOTICES = 50


def file_page(
    request: PersonRequest,
    found: RoundFile,
    *,
    names: NamesForm | None = None,
    mend: MendForm | None = None,
    take: TakeForm | None = None,
    stale: str = "",
    typed: Sequence[str] = (),
    data: QueryDict | None = None,
    status: int | None = None,
) -> HttpResponse:
    may_change = request.user.has_perm("applications.bring_in", found.round)
    context: dict[str, Any] = {
        "file": found,
        "round": found.round,
        "may_change": may_change,
        "stale": stale,
        "typed": typed,
        **_working(found),
        "template": f"applications/files/{found.state}.html",
        "form_of_run": RunForm(initial={"run": found.run}),
    }
    match found.state:
        case FileState.UNREADABLE:
            context["whole"] = mending.of_the_sheet(found.problems)
        case FileState.UNCLEAR:
            context["missing"] = missing_labels(found.proposal)
        case FileState.CHECKED:
            context |= _checked(request, found, names=names, mend=mend, take=take, data=data)
        case FileState.TAKEN:
            context |= _difference_shown(found)
    return page(request, "applications/files/round_file.html", context, status=status)


def progress(request: PersonRequest, found: RoundFile) -> HttpResponse:
    """How far the job is; the whole page as soon as there is more to say than that."""
    context = _working(found)
    is_news = context["is_late"] and "late" not in request.GET
    if is_news or not found.is_working:
        return HttpResponse(headers={"HX-Redirect": found.get_absolute_url()})
    return page(request, "applications/files/round_file.html", {"file": found, **context}, fragment="job")


def _working(found: RoundFile) -> dict[str, Any]:
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


def _checked(
    request: PersonRequest,
    found: RoundFile,
    *,
    names: NamesForm | None,
    mend: MendForm | None,
    take: TakeForm | None,
    data: QueryDict | None,
) -> dict[str, Any]:
    """The tasks of a checked file, in order."""
    found.refresh_from_db(fields=["problems", "unknown_names", "left_out", "mends"])
    names = names or names_form(found, _if_sent(data, "meant-"), request.GET)
    mend = mend or mend_form(found, _if_sent(data, "text-", "out-", "back", "undo"), request.GET)
    changes = found.changes
    unknown = found.unknown_names
    labels = {column.name: column.label for column in columns_in_words(found.kind)}
    whole = mending.of_the_sheet(found.problems)
    told = mending.notices(found.problems)
    names_page, rows_page = (
        _paged(rows, request.GET, name) for rows, name in ((unknown, "names"), (_groups(found), "rows"))
    )
    return {
        "whole": whole,
        "where": f"?names={names_page.number}&rows={rows_page.number}",
        "unused": _unused(found),
        "constants": [
            (str(labels[name]), shown_constant(name, text))
            for name, text in found.layout["constants"].items()
        ],
        "names": names,
        "names_page": names_page,
        "name_rows": _name_rows(names, {one["written"]: one["rows"] for one in unknown}),
        "mend": mend,
        "mend_rows": [(group, _label_of(labels, group), text, out) for group, text, out in mend.rows()],
        "rows_page": rows_page,
        "take": take or take_form(found, _if_sent(data, "taking")),
        "notices": told[:SHOWN_NOTICES],
        "more_notices": max(len(told) - SHOWN_NOTICES, 0),
        "changes_nothing": not found.errors and not (changes["new"] or changes["changed"]),
        "is_again": found.difference.get("again", False),
        "is_outdated": found.round.edition != found.edition,
        **_difference_shown(found),
    }


def _unused(found: RoundFile) -> str:
    """The columns of the file that are left out, by letter and heading."""
    names = {int(position): name for position, (name, _n) in found.layout["columns"].items()}
    columns = found.proposal.get("columns", ())
    return ", ".join(
        f"{one['letter']} {one['heading']}".strip() for one in columns if not names.get(one["position"])
    )


def _label_of(labels: Mapping[str, Any], group: mending.Group) -> str:
    return str(labels.get(group.column, "")).replace("{n}", str(group.n))


def _groups(found: RoundFile) -> list[mending.Group]:
    unique = {column.name for column in columns_in_words(found.kind) if column.unique}
    return mending.groups(found.problems, unique=unique)


def _paged(rows: Sequence[Any], query: Mapping[str, Any], name: str) -> Any:
    return Paginator(rows, PER_PAGE).get_page(query.get(name))


def names_form(found: RoundFile, data: QueryDict | None, query: QueryDict) -> NamesForm | None:
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


def mend_form(found: RoundFile, data: QueryDict | None, query: QueryDict) -> MendForm:
    return MendForm(
        data,
        initial={"run": found.run},
        groups=list(_paged(_groups(found), query, "rows")),
        left_out=found.left_out,
        mended=[tuple(mend) for mend in found.mends],
    )


def take_form(found: RoundFile, data: QueryDict | None) -> TakeForm:
    initial = {"run": found.run, "which": "all"}
    is_whole = not found.errors and not found.left_out
    missing = found.changes["missing"] if is_whole else 0
    return TakeForm(data, initial=initial, missing=missing, has_errors=found.errors > 0)


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


def _difference_shown(found: RoundFile) -> dict[str, Any]:
    """The examples of each kind of difference in words."""
    examples = found.difference.get("examples", {})
    new, changed, missing = (examples.get(kind, [])[:SHOWN] for kind in ("new", "changed", "missing"))
    records = [*new, *missing, *(one["record"] for one in changed)]
    keys = in_words.institutions_in(records)
    keys |= in_words.institutions_in_changes(field for one in changed for field in one["fields"])
    name_of = queries.names_of(keys)
    return {
        "new": [
            (in_words.title(found.kind, record, name_of), in_words.all_values(found.kind, record, name_of))
            for record in new
        ],
        "changed": [
            (
                in_words.title(found.kind, one["record"], name_of),
                [
                    (
                        in_words.label(found.kind, field),
                        in_words.value(field, old, name_of),
                        in_words.value(field, now, name_of),
                    )
                    for field, old, now in one["fields"]
                ],
            )
            for one in changed
        ],
        "missing": [in_words.title(found.kind, record, name_of) for record in missing],
        "changes": found.changes,
    }


def _if_sent(data: QueryDict | None, *names: str) -> QueryDict | None:
    """What was sent, if it was sent by the form with fields that begin so."""
    return data if data and any(key.startswith(names) for key in data) else None
