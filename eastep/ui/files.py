"""Handing in several files at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SHEETS = ".xlsx,.xls,.ods,.csv,.tsv,.txt"  # what the browser offers first; what a file is, its content says
LARGEST = 50 * 2**20  # bytes
MOST = 10  # files at once
LIMITS = gettext_lazy("XLSX, XLS, ODS, CSV or TSV; at most {number} files of {megabytes} MB each.")
TOO_LARGE = gettext_lazy(
    "“{name}” is larger than {megabytes} MB. Take out pictures and sheets that are not needed, and try again."
)
TOO_MANY = gettext_lazy("Choose at most {number} files at once.")


class SheetsInput(forms.FileInput):
    """A field for several files. With JavaScript it lists what was chosen, and says beforehand what is too large."""

    allow_multiple_selected = True


class SheetsField(forms.FileField):
    """One or several spreadsheets: cleaned to a list of files, each neither empty nor larger than *largest* bytes."""

    widget = SheetsInput

    def __init__(self, *, most: int = MOST, largest: int = LARGEST, **given: Any) -> None:
        self.most, self.largest, self.megabytes = most, largest, largest // 2**20
        given.setdefault("help_text", format_lazy(LIMITS, number=most, megabytes=self.megabytes))
        super().__init__(**given)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            **super().widget_attrs(widget),
            "multiple": True,
            "accept": SHEETS,
            "data-largest": self.largest,
            "data-too-large": format_lazy(TOO_LARGE, name="{name}", megabytes=self.megabytes),
            "data-most": self.most,
            "data-too-many": format_lazy(TOO_MANY, number=self.most),
        }

    def clean(
        self, data: Sequence[UploadedFile[bytes]] | None, initial: object = None
    ) -> list[UploadedFile[bytes]]:
        files = list(data or [])
        if not files and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        problems = [TOO_MANY.format(number=self.most)] if len(files) > self.most else []
        for file in files:
            if not file.size:
                problems.append(_("“{name}” is empty.").format(name=file.name))
            elif file.size > self.largest:
                problems.append(TOO_LARGE.format(name=file.name, megabytes=self.megabytes))
        if problems:
            raise ValidationError(problems)
        return files
