"""Why a file is not read: for each reason a code and a plain sentence with the remedy."""

from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "empty": _("The file is empty. Choose the file again, or save it once more and upload that copy."),
    "not_a_sheet": _(
        "This is not a spreadsheet: it looks like {found}. "
        "Save the table as an Excel workbook (.xlsx) or as CSV."
    ),
    "not_text": _(
        "This is not a spreadsheet, or its characters cannot be read. "
        "Save the table as an Excel workbook (.xlsx)."
    ),
    "protected": _(
        "The file is protected by a password. Open it in Excel, remove the password "
        "(File, Info, Protect Workbook), save it and upload it again."
    ),
    "cut_off": _("The file is cut off: its end is missing. Download or copy it again, then upload it."),
    "damaged": _(
        "The file is damaged ({detail}). Open it in Excel, save it under a new name and upload that."
    ),
    "old_format": _("This kind of workbook ({found}) is not read. Save it as an Excel workbook (.xlsx)."),
    "too_large": _("The file has {megabytes} MB; at most {limit} MB are read. Split it into several files."),
    "bomb": _(
        "Unpacked, the file would be far larger than it looks ({detail}). "
        "Copy the table into a new workbook and upload that."
    ),
    "too_many_rows": _(
        "Sheet “{sheet}” reaches down to row {found}; at most {limit} rows are read. "
        "Delete the empty rows below the table, or split the file."
    ),
    "too_many_columns": _(
        "Sheet “{sheet}” reaches as far right as column {found}; at most {limit} columns are read. "
        "Delete the columns to the right of the table."
    ),
    "too_many_cells": _(
        "Sheet “{sheet}” spans {found} cells; at most {limit} are read. "
        "Delete what stands far below or to the right of the table, or split the file."
    ),
    "too_long_text": _(
        "A cell holds a text of more than {limit} characters, which is more than Excel allows ({part}). "
        "Shorten the text."
    ),
    "too_much_text": _(
        "The cells hold {megabytes} MB of text; at most {limit} MB are read. "
        "Delete columns with long texts, or split the file."
    ),
    "xml_tricks": _(
        "The file holds definitions that no spreadsheet needs and that can harm the reader. "
        "Copy the table into a new workbook and upload that."
    ),
    "formula": _(
        "Cell {cell} of sheet “{sheet}” shows {shown}, which keeps the whole sheet from being read. "
        "Correct the formula, or write the value itself."
    ),
    "unknown_encoding": _("“{encoding}” is not an encoding that is read. Choose one of: {allowed}."),
    "wrong_encoding": _(
        "The file is not written in {encoding}. Choose another encoding, or let it be detected."
    ),
    "unclosed_quote": _(
        "A quotation mark in row {row} is never closed, so that the rest of the file would be one cell. "
        "Close it or delete it; if the row is the last one, the file may be cut off."
    ),
}


def refusal(code: str, **facts: object) -> ValidationError:
    """The error to raise; its sentence is worded in the language of whoever reads it."""
    sentence = SENTENCES[code]
    return ValidationError(format_lazy(sentence, **facts) if facts else sentence, code=code)
