"""The page of the columns of a file: what was proposed, what the office has said, and what it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language

from eastep.imports.actions import proposed
from eastep.imports.forms.columns import MOST_ROWS, ColumnsForm, source_value
from eastep.imports.inbox import Inbox
from eastep.imports.models import SheetFile
from eastep.imports.proposal import ProposedColumn
from eastep.imports.queries import remembered_names
from eastep.imports.views.pages import FilePages
from eastep.institutions.queries import registered
from eastep.standards.queries import standards_in_force


def laid_out_as[F: SheetFile](inbox: Inbox[F], found: F, query: Mapping[str, Any]) -> dict[str, Any]:
    """How the file is laid out, or would be with another kind, sheet or row of headings, which are looked at anew."""
    held = found.proposal
    asked = query.get("kind", "")
    kind = asked if asked in inbox.kinds.kinds else found.kind or held.get("kind", "")
    sheet, row = query.get("sheet"), str(query.get("heading_row", query.get("row", "")))
    heading_row = min(int(row), MOST_ROWS) if row.isdecimal() and len(row) < 10 else None
    layout = found.layout
    if sheet is None and layout:
        sheet, heading_row = layout["sheet"], layout["heading_row"]
    is_held = (
        bool(held)
        and kind == held["kind"]
        and sheet in (None, held["sheet"])
        and heading_row in (None, held["heading_row"])
    )
    if is_held:
        shown = held
    else:
        shown = proposed(inbox, found, kind=kind, sheet=sheet, heading_row=heading_row).as_json()
    columns = [ProposedColumn(**{**one, "samples": tuple(one["samples"])}) for one in shown["columns"]]
    is_said = (
        bool(layout)
        and found.kind == shown["kind"]
        and ((layout["sheet"], layout["heading_row"]) == (shown["sheet"], shown["heading_row"]))
    )
    return {**shown, "columns": columns, "said": layout if is_said else None}


def columns_form[F: SheetFile](
    pages: FilePages[F], found: F, laid_out: dict[str, Any], data: QueryDict | None
) -> ColumnsForm:
    ours = pages.inbox.kinds.columns_of(
        laid_out["kind"],
        register=registered(),
        standards=standards_in_force(),
        names=remembered_names(found.office),
    )
    said = laid_out["said"] or {
        "columns": {str(column.position): column.source for column in laid_out["columns"]},
        "constants": laid_out["constants"],
    }
    shown = {name: (text, shown_constant(text)) for name, text in said["constants"].items()}
    initial = {
        "run": found.run,
        "kind": laid_out["kind"],
        "sheet": laid_out["sheet"],
        "heading_row": laid_out["heading_row"],
        **{f"column-{position}": source_value((name, n)) for position, (name, n) in said["columns"].items()},
        **{f"constant-{name}": text for name, (_kept, text) in shown.items()},
    }
    return ColumnsForm(
        data,
        initial=initial,
        kinds=pages.kinds,
        columns=ours,
        proposed=laid_out["columns"],
        shown_constants=shown,
    )


def constant_fields(form: ColumnsForm, laid_out: dict[str, Any]) -> list[tuple[Any, bool]]:
    """A field for each column of ours that the file does not have, and whether it is needed; needed ones first."""
    chosen = {form[f"column-{column.position}"].value() for column in laid_out["columns"]}
    fields = []
    for column in form.ours.values():
        name = f"constant-{column.name}"
        if name in form.fields and (column.name not in chosen or form[name].value() or form[name].errors):
            fields.append((form[name], column.name in laid_out["missing"]))
    return sorted(fields, key=lambda one: not one[1])


def shown_constant(text: str) -> str:
    """An institution by its name, everything else as it is."""
    if university := registered().by_key.get(text):
        return university.name((get_language() or "en")[:2])
    return text


def missing_labels[F: SheetFile](inbox: Inbox[F], proposal: Mapping[str, Any]) -> list[str]:
    """What our columns are called that are needed and were not found."""
    columns = inbox.kinds.columns_in_words(proposal["kind"])
    labels = {column.name: str(column.label).replace("{n}", "1") for column in columns}
    return [labels[name] for name in proposal["missing"]]
