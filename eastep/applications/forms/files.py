"""What is asked of somebody who brings a file in: the file, its columns, its names, its rows, the last word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from eastep.applications.mending import Group
from eastep.applications.models import RoundFile
from eastep.applications.naming import Candidates, candidates_for
from eastep.core.sheets import column_letter
from eastep.imports import Column, Layout, Unreadable
from eastep.imports.finding import lacking
from eastep.imports.layout import LEFT_OUT, Source
from eastep.imports.problems import SENTENCES
from eastep.imports.proposal import ProposedColumn
from eastep.institutions.queries import registered
from eastep.institutions.register import University
from eastep.ui.files import SheetsField

MOST_BACK = 300  # rows that are offered to be put back one by one
MOST_ROWS = 1_048_576  # of a sheet in Excel
LEAVE_OUT = "-"
EACH_ITS_OWN = frozenset(  # columns that cannot say the same in every row
    {
        "id",
        "name",
        "family",
        "given",
        "gpa",
        "languages",
        "score",
        "host",
        "rank",
        "applicant",
        "value",
        "results",
    }
)


class HandInForm(forms.Form):
    """The drop zone."""

    sheets = SheetsField(label=gettext_lazy("Files"))
    kind = forms.ChoiceField(
        label=gettext_lazy("What the files hold"),
        choices=[("", pgettext_lazy("kind of file", "Find out")), *RoundFile.Kind.choices],
        required=False,
    )


class RunForm(forms.Form):
    """What every step of a file sends: which reading of it the person saw."""

    run = forms.IntegerField(widget=forms.HiddenInput)


class TakeForm(RunForm):
    """The last word: what is taken over."""

    which = forms.ChoiceField(
        label=gettext_lazy("What is taken over"),
        choices=[
            ("all", gettext_lazy("All rows, once every problem is mended")),
            ("good", gettext_lazy("The good rows now; the rows with problems stay away")),
        ],
        widget=forms.RadioSelect,
    )
    remove_missing = forms.BooleanField(required=False)

    def __init__(self, *args: Any, missing: int, has_errors: bool, **kwargs: Any) -> None:
        """*missing* is 0 where a bad row, or one that was left out, may be the one that seems to be missing."""
        super().__init__(*args, **kwargs)
        if not has_errors:
            del self.fields["which"]
        if missing:
            self.fields["remove_missing"].label = ngettext(
                "Withdraw {number} row that is not in this file; it can be brought back",
                "Withdraw {number} rows that are not in this file; they can be brought back",
                missing,
            ).format(number=missing)
        else:
            del self.fields["remove_missing"]


# Columns


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

    kind = forms.ChoiceField(choices=RoundFile.Kind.choices, widget=forms.HiddenInput)
    sheet = forms.CharField(widget=forms.HiddenInput, strip=False)
    heading_row = forms.IntegerField(min_value=0, max_value=MOST_ROWS, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        columns: Sequence[Column],
        proposed: Sequence[ProposedColumn],
        shown_constants: Mapping[str, tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        """*shown_constants*: for a column of ours, the text that is kept and how it is shown."""
        super().__init__(*args, **kwargs)
        self.ours = {column.name: column for column in columns}
        self.proposed, self.shown_constants = proposed, shown_constants
        choices = _choices(columns, most=max(len(proposed), *(column.n for column in proposed), 1))
        for column in proposed:
            self.fields[f"column-{column.position}"] = forms.ChoiceField(
                label=format_lazy(gettext_lazy("Column {letter} holds"), letter=column.letter),
                choices=choices,
                required=False,
            )
        for ours in columns:
            if ours.name not in EACH_ITS_OWN and not ours.repeats:
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


def _choices(columns: Sequence[Column], *, most: int) -> list[tuple[str, Any]]:
    """The columns of ours to choose from: first those that are there once, then choice by choice."""
    once = [(column.name, column.label) for column in columns if not column.repeats]
    repeated = [column for column in columns if column.repeats]
    numbers = range(1, 1 + max((min(column.repeats, most) for column in repeated), default=0))
    grouped = [
        (
            _("Choice {n}").format(n=n),
            [
                (f"{column.name}:{n}", str(column.label).replace("{n}", str(n)))
                for column in repeated
                if n <= column.repeats
            ],
        )
        for n in numbers
    ]
    return [("", _("Leave out")), (_("Once in a row"), once), *grouped]


# Names


def name_id(written: str) -> str:
    """A written name in the names of fields, which hold no spaces.

    >>> name_id("早稲田") == name_id("早稲田") != name_id("早大")
    True
    """
    return sha256(written.encode()).hexdigest()[:16]


class NamesForm(RunForm):
    """For each written name which institution is meant; a name that is left open is asked again."""

    def __init__(self, *args: Any, names: Sequence[Candidates], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names, self.language, self.register = names, language, registered()
        for one in names:
            key = name_id(one.written)
            typed = self.data.get(f"other-{key}", "").strip() if self.is_bound else ""
            found = [*one.universities, *self._found(typed, one.universities)]
            choices = [(university.key, described(university, language)) for university in found]
            self.fields[f"meant-{key}"] = forms.ChoiceField(
                label=gettext_lazy("This means"),
                choices=[
                    *choices,
                    ("", gettext_lazy("Another institution, as written below; or decide later")),
                    (LEAVE_OUT, gettext_lazy("Leave these rows out")),
                ],
                widget=forms.RadioSelect,
                initial=one.best,
                required=False,
                show_hidden_initial=True,
            )
            self.fields[f"other-{key}"] = forms.CharField(
                label=gettext_lazy("Another institution: any of its names, or its code"),
                max_length=200,
                required=False,
            )

    def _found(self, typed: str, shown: Iterable[University]) -> list[University]:
        """What a typed name may mean, besides what is shown already."""
        if not typed:
            return []
        keys = {university.key for university in shown}
        return [one for one in candidates_for(typed, self.register).universities if one.key not in keys]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.meant: dict[str, str] = {}
        self.left_out: list[str] = []
        for one in self.names:
            key = name_id(one.written)
            chosen, typed = cleaned.get(f"meant-{key}", ""), cleaned.get(f"other-{key}", "")
            found = self._found(typed, one.universities) if typed else []
            if typed and chosen not in {university.key for university in found}:
                self._resolve(one.written, typed, bool(found))
            elif chosen == LEAVE_OUT:
                self.left_out.append(one.written)
            elif chosen:
                self.meant[one.written] = chosen
        if not self.errors and not self.meant and not self.left_out:
            self.add_error(None, _("Choose what at least one of the names means."))
        return cleaned

    def _resolve(self, written: str, typed: str, is_like: bool) -> None:
        """Take what was typed if it means one institution, else ask which."""
        if university := self.register.resolve(typed).university:
            self.meant[written] = university.key
        elif is_like:
            self.add_error(
                f"other-{name_id(written)}",
                _("“{typed}” can mean several institutions. Choose one of those above.").format(typed=typed),
            )
        else:
            self.add_error(
                f"other-{name_id(written)}",
                _("No institution is called “{typed}”. Write another of its names, or its code.").format(
                    typed=typed
                ),
            )

    def rows(self) -> Iterator[tuple[Candidates, Any, Any]]:
        for one in self.names:
            key = name_id(one.written)
            yield one, self[f"meant-{key}"], self[f"other-{key}"]


def described(university: University, language: str) -> str:
    """An institution so that it is not mistaken for another: its name, its other names, its city, its code."""
    name = university.name(language)
    others = dict.fromkeys(filter(None, (university.name_en, university.name_ja, university.name_ko)))
    others.pop(name, None)
    return " · ".join([name, *others, *filter(None, [university.city]), university.key])


# Rows


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
