"""The sheet to start from: the headings that are recognised, and beside it what stands under each."""

from __future__ import annotations

from typing import BinaryIO

from django.utils.translation import gettext as _

from eastep.core.sheets import SheetOut, write_xlsx
from eastep.imports.kinds import SheetKinds

_NUMBERS = 3  # of columns that a sheet has several times


def write_empty_sheet(kinds: SheetKinds, kind: str, to: BinaryIO) -> None:
    """Write an XLSX without rows, in the reader's language; handed in filled, each of its columns is known."""
    columns = [column for column in kinds.columns_in_words(kind) if column.in_empty_sheet]
    numbers = {n for column in columns if column.repeats for n in column.repeats.possible[:_NUMBERS]}
    headings = [
        *(str(column.label) for column in columns if not column.repeats),
        *(column.label_of(n) for n in sorted(numbers) for column in columns if column.repeats),
    ]
    title, explained = kinds.explained()[list(kinds.kinds).index(kind)]
    rows = [
        [column["label"], _("yes") if column["required"] else _("no"), " · ".join(column["headings"])]
        for column in explained
    ]
    about = [_("Column"), _("Needed"), _("Headings that are understood")]
    sheets = [
        SheetOut(name=str(title), headings=headings, rows=()),
        SheetOut(name=_("Columns"), headings=about, rows=rows),
    ]
    write_xlsx(sheets, to)
