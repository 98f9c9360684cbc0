"""What is taken out: all problems of a file that is brought in, all that it would change; a sheet to start from."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from eastep.core.sheets import write_csv
from eastep.core.text import Text
from eastep.imports.models import SheetFile
from eastep.imports.queries import compare, unpacked
from eastep.imports.starting import write_empty_sheet
from eastep.imports.states import FileState
from eastep.imports.views.pages import FilePages
from eastep.institutions.queries import names_of
from eastep.standards.queries import standards_in_force
from eastep.ui.pages import PersonRequest


@login_required
def empty_sheet(request: PersonRequest, pages: FilePages[Any], pk: int, kind: str) -> HttpResponse:
    """A sheet without rows, with headings in the reader's language."""
    pages.found_into(request, pk)
    kinds = pages.inbox.kinds
    if kind not in kinds.kinds:
        raise Http404
    content = io.BytesIO()
    write_empty_sheet(kinds, kind, content)
    return HttpResponse(
        content.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="eastep-{kind}.xlsx"'},
    )


@login_required
def file_problems(request: PersonRequest, pages: FilePages[Any], pk: int, file: int) -> HttpResponse:
    found = pages.found(request, pk, file)
    kinds = {"error": _("Error"), "notice": _("Notice")}
    problems: list[dict[str, Any]] = found.problems
    rows: list[list[Any]] = [
        [
            kinds[one["severity"]],
            one["row"] or "",
            str(Text(**one["place"])),
            one["value"],
            str(Text(**one["sentence"])),
        ]
        for one in problems
    ]
    told = sum(one["severity"] == "error" for one in problems)
    if found.errors > told:
        rows.append(
            [
                "",
                "",
                "",
                "",
                _("Further errors that are not listed: {number}").format(number=found.errors - told),
            ]
        )
    headings = [_("Kind"), _("Row"), _("Place"), _("Value"), _("What is wrong and what to do")]
    return _csv(headings, rows, f"eastep-file-{found.pk}-problems.csv")


@login_required
def file_difference(request: PersonRequest, pages: FilePages[Any], pk: int, file: int) -> HttpResponse:
    """All that taking the file over now would change."""
    found = pages.found(request, pk, file)
    if found.state != FileState.CHECKED:
        return redirect(found)
    headings = [_("Difference"), _("Row"), _("What"), _("Before"), _("In this file")]
    return _csv(headings, _difference_rows(pages, found), f"eastep-file-{found.pk}-difference.csv")


def _difference_rows[F: SheetFile](pages: FilePages[F], file: F) -> Iterator[list[str]]:
    words = pages.words
    compared = compare(pages.inbox, file, [record for _row, record in unpacked(file)], standards_in_force())
    name_of = names_of()

    def titled(record: Mapping[str, Any]) -> str:
        return words.title(file.kind, dict(record), name_of)

    for key in compared.found.new:
        record = compared.brought[key]
        told = "; ".join(f"{name}: {said}" for name, said in words.all_values(file.kind, record, name_of))
        yield [_("New"), titled(record), "", "", told]
    for key, fields in compared.found.changed.items():
        for field, old, new in fields:
            before, now = (words.value(field, said, name_of) for said in (old, new))
            yield [_("Changed"), titled(compared.brought[key]), words.label(file.kind, field), before, now]
    for key in compared.found.missing:
        yield [_("Not in this file"), titled(compared.held[key]), "", "", ""]


def _csv(headings: Sequence[str], rows: Any, name: str) -> HttpResponse:
    content = io.BytesIO()
    write_csv(headings, rows, content)
    return HttpResponse(
        content.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
