"""What is asked about the rows of a file: what cells should say, and which rows are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eastep.core.sheets import column_letter
from eastep.imports.forms.files import RunForm
from eastep.imports.forms.names import name_id
from eastep.imports.mending import Group
from eastep.institutions.queries import registered

MOST_BACK = 300  # rows that are offered to be put back one by one


class MendForm(RunForm):
    """What cells should say, and which rows are left out or put back."""

    def __init__(
        self,
        *args: Any,
        groups: Sequence[Group],
        left_out: Sequence[int] = (),
        mended: Sequence[tuple[int, int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.groups = groups
        for group in groups:
            if group.position >= 0:
                self.fields[f"text-{group.name}"] = forms.CharField(
                    label=gettext_lazy("What the cell should say"),
                    initial="" if group.is_cut else group.value,
                    max_length=1_000,
                    required=False,
                    show_hidden_initial=True,
                )
            self.fields[f"out-{group.name}"] = forms.BooleanField(label=out_label(group), required=False)
        if left_out:
            self.fields["back"] = forms.TypedMultipleChoiceField(
                label=gettext_lazy("Put back"),
                choices=[(row, _("Row {row}").format(row=row)) for row in left_out[:MOST_BACK]],
                coerce=int,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        if mended:
            self.fields["undo"] = forms.MultipleChoiceField(
                label=gettext_lazy("Take back"),
                choices=[
                    (f"{row}-{position}", mend_in_words(row, position, text))
                    for row, position, text in mended[:MOST_BACK]
                ],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any((self.mends(), self.left_out(), self.put_back(), self.undone())):
            self.add_error(None, _("Nothing was changed. Mend a cell, or leave a row out."))
        return cleaned

    def mends(self) -> list[tuple[int, int, str]]:
        changed = set(self.changed_data)
        return [
            (row, group.position, self.cleaned_data[f"text-{group.name}"])
            for group in self.groups
            if f"text-{group.name}" in changed and not self.cleaned_data[f"out-{group.name}"]
            for row in group.rows
        ]

    def left_out(self) -> list[int]:
        return [
            row for group in self.groups if self.cleaned_data.get(f"out-{group.name}") for row in group.rows
        ]

    def put_back(self) -> list[int]:
        return list(self.cleaned_data.get("back", ()))

    def undone(self) -> list[tuple[int, int]]:
        pairs = (value.split("-") for value in self.cleaned_data.get("undo", ()))
        return [(int(row), int(position)) for row, position in pairs]

    def rows(self) -> Iterator[tuple[Group, Any, Any]]:
        for group in self.groups:
            text = f"text-{group.name}"
            yield group, self[text] if text in self.fields else None, self[f"out-{group.name}"]


def out_label(group: Group) -> str:
    if len(group.rows) == 1:
        return _("Leave row {row} out").format(row=group.rows[0])
    return ngettext("Leave {number} row out", "Leave these {number} rows out", len(group.rows)).format(
        number=len(group.rows)
    )


def mend_in_words(row: int, position: int, text: str) -> str:
    """A cell that was mended: "Row 5, column C: 80"."""
    return _("Row {row}, column {letter}: “{text}”").format(
        row=row, letter=column_letter(position), text=text
    )


def typed_in(data: QueryDict, names: Iterable[str], language: str) -> list[str]:
    """What somebody put into a form that is out of date, so that nothing of it is lost. *names*: those asked about."""
    found, known = [], registered().by_key
    written = {name_id(name): name for name in names}
    for name, text in data.items():
        kind, _dash, key = name.partition("-")
        if not text or text == data.get(f"initial-{name}"):
            continue
        if kind == "text":
            row, _dash, position = key.partition("-")
            if all(number.isdecimal() and len(number) < 10 for number in (row, position)):
                found.append(mend_in_words(int(row), int(position), str(text)))
        elif kind == "other" or (kind == "meant" and text in known):
            meant = known[text].name(language) if text in known else text
            found.append(_("“{written}”: {meant}").format(written=written.get(key, "…"), meant=meant))
    return found
