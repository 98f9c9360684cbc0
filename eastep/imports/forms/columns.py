"""What is asked about the columns of a file: which is which, and what counts for every row."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eastep.imports import Column, Layout, Unreadable
from eastep.imports.finding import lacking
from eastep.imports.forms.files import RunForm
from eastep.imports.headings import Numbers
from eastep.imports.layout import LEFT_OUT, Source
from eastep.imports.problems import SENTENCES
from eastep.imports.proposal import ProposedColumn

MOST_ROWS = 1_048_576  # of a sheet in Excel


def source_value(source: Source) -> str:
    """A column of ours in a form: ``host``, ``hosts:2``; "" for none.

    >>> [source_value(source) for source in (("home", 0), ("hosts", 2), ("", 0))]
    ['home', 'hosts:2', '']
    """
    name, n = source
    return f"{name}:{n}" if n else name


def as_source(value: str) -> Source:
    """The same back."""
    name, _colon, n = value.partition(":")
    return (name, int(n or 0))


class ColumnsForm(RunForm):
    """One choice a column of the file; one text for each column of ours that the file does not have."""

    kind = forms.ChoiceField(widget=forms.HiddenInput)
    sheet = forms.CharField(widget=forms.HiddenInput, strip=False)
    heading_row = forms.IntegerField(min_value=0, max_value=MOST_ROWS, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        kinds: Sequence[tuple[str, Any]],
        columns: Sequence[Column],
        proposed: Sequence[ProposedColumn],
        shown_constants: Mapping[str, tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        """*shown_constants*: for a column of ours, the text that is kept and how it is shown."""
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.ours = {column.name: column for column in columns}
        self.proposed, self.shown_constants = proposed, shown_constants
        choices = _choices(columns, len(proposed), {column.n for column in proposed})
        for column in proposed:
            self.fields[f"column-{column.position}"] = forms.ChoiceField(
                label=format_lazy(gettext_lazy("Column {letter} holds"), letter=column.letter),
                choices=choices,
                required=False,
            )
        for ours in columns:
            if ours.may_count_for_all:
                self.fields[f"constant-{ours.name}"] = forms.CharField(
                    label=str(ours.label), max_length=200, required=False
                )

    @property
    def layout(self) -> Layout:
        """What was said; ask it of a valid form."""
        return Layout(
            sheet=self.cleaned_data["sheet"],
            heading_row=self.cleaned_data["heading_row"],
            columns=self.chosen(),
            constants=self.constants(),
        )

    @property
    def headings(self) -> dict[str, Source]:
        """The headings that say which column it is: those with words, that mean one thing in this file."""
        meant: dict[str, set[Source]] = {}
        chosen = self.chosen()
        for column in self.proposed:
            if column.heading.strip():
                meant.setdefault(column.heading, set()).add(chosen[column.position])
        return {heading: next(iter(sources)) for heading, sources in meant.items() if len(sources) == 1}

    def chosen(self) -> dict[int, Source]:
        given = {
            column.position: self.cleaned_data.get(f"column-{column.position}", "")
            for column in self.proposed
        }
        return {position: as_source(value) if value else LEFT_OUT for position, value in given.items()}

    def constants(self) -> dict[str, str]:
        """Texts for columns of ours, as they are kept: an institution by its key where its name was left as shown."""
        found = {}
        for name in self.ours:
            text = self.cleaned_data.get(f"constant-{name}", "")
            kept, shown = self.shown_constants.get(name, ("", ""))
            if text:
                found[name] = kept if text == shown else text
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first: dict[Source, ProposedColumn] = {}
        chosen = self.chosen()
        for column in self.proposed:
            source = chosen[column.position]
            if source == LEFT_OUT:
                continue
            other = first.setdefault(source, column)
            if other is not column:
                told = _("Column {letter} was chosen for this already. Leave one of the two out.")
                self.add_error(f"column-{column.position}", told.format(letter=other.letter))
        constants = self.constants()
        for name, text in constants.items():
            try:
                self.ours[name].read(text)
            except Unreadable as error:
                self.add_error(f"constant-{name}", _worded(error, text))
        have = {name for name, _n in first} | set(constants)
        for ours in lacking(tuple(self.ours.values()), have):
            field = f"constant-{ours.name}" if f"constant-{ours.name}" in self.fields else None
            if field is None or field not in self.errors:
                self.add_error(field, _needed(ours, can_be_said=field is not None))
        return cleaned


def _needed(column: Column, *, can_be_said: bool) -> str:
    label = str(column.label).replace("{n}", "1")
    if can_be_said:
        return _(
            "No column holds “{label}”. Choose the column above, or write here what counts for every row."
        ).format(label=label)
    return _(
        "No column holds “{label}”. Choose the column that does; the file cannot be read without it."
    ).format(label=label)


def _worded(error: Unreadable, text: str) -> str:
    wording = str(error.wording or SENTENCES[error.code])
    return wording.format(**{"value": text, **error.facts})


def _choices(columns: Sequence[Column], most: int, used: Collection[int]) -> list[tuple[str, Any]]:
    """The columns of ours to choose from: first those that are there once, then number by number.

    Of the numbers so many as the file has columns, and all that are *used*.
    """
    once = [(column.name, column.label) for column in columns if not column.repeats]
    by_numbers: dict[Numbers, list[Column]] = {}
    for column in columns:
        if column.repeats:
            by_numbers.setdefault(column.repeats, []).append(column)
    grouped = [
        (
            str(numbers.title).format(n=n),
            [(source_value((column.name, n)), column.label_of(n)) for column in repeated],
        )
        for numbers, repeated in by_numbers.items()
        for place, n in enumerate(numbers.possible)
        if place < max(most, numbers.offered) or n in used
    ]
    return [("", _("Leave out")), (_("Once in a row"), once), *grouped]
