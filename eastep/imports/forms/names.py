"""What is asked about the names of a file: which institution each means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eastep.imports.forms.files import RunForm
from eastep.imports.naming import Candidates, candidates_for
from eastep.institutions.queries import registered
from eastep.institutions.register import University

LEAVE_OUT = "-"


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
