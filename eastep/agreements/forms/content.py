"""What an agreement says, as offices write it: typed text in, a content out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from eastep.agreements.checking import MOST_CONDITIONS, MOST_PLACES
from eastep.agreements.content import Content
from eastep.agreements.forms.conditions import ConditionForm, day_field, in_each_language, other_terms
from eastep.agreements.forms.faculties import faculty_fields
from eastep.agreements.in_words import HALVES, Words
from eastep.agreements.states import Level, Unit
from eastep.standards.cells import Unreadable
from eastep.standards.fields import parse_field


class ContentForm(forms.Form):
    """A whole content with any number of conditions. *edition* is that of the draft which the person saw.

    *taken* is the highest id that a condition of the agreement ever had, *known* the same as the person knew it. The
    conditions are those that the repeated field "row" names, each by its id. Only before something is agreed may the
    faculties change (*with_faculties*).
    """

    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    known = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    level = forms.ChoiceField(label=pgettext_lazy("agreement", "Kind"), choices=Level.choices)
    starts_on = day_field(gettext_lazy("First day"))
    ends_on = day_field(
        gettext_lazy("Last day"),
        gettext_lazy("Empty: it holds until one side gives notice."),
        required=False,
    )
    notice_months = forms.IntegerField(
        label=gettext_lazy("Notice period in months"),
        help_text=gettext_lazy("How long before the end either side has to give notice."),
        min_value=0,
        max_value=60,
    )
    counts = forms.ChoiceField(
        label=gettext_lazy("The balance counts"), choices=Unit.choices, widget=forms.RadioSelect
    )
    expires_after = forms.IntegerField(
        label=gettext_lazy("Years until a difference expires"),
        help_text=gettext_lazy("Empty: never."),
        required=False,
        min_value=0,
        max_value=50,
    )
    tolerance = forms.IntegerField(
        label=gettext_lazy("Difference that is accepted"),
        help_text=gettext_lazy("How far sent and received may differ. 0: not at all."),
        min_value=0,
        max_value=MOST_PLACES,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        before: Content,
        words: Words,
        taken: int,
        with_faculties: bool = False,
        rows: Sequence[int] | None = None,
        initial: Mapping[str, Any] | None = None,
        focus: int | None = None,
    ) -> None:
        """*before* is the content that is changed; it says who the two sides are."""
        super().__init__(data, initial=dict(initial or {}))
        fields: dict[str, Any] = self.fields
        fields |= in_each_language(_("Other terms"))
        self.before, self.words, self.taken, self.with_faculties = before, words, taken, with_faculties
        self.sides = [
            (one["institution"], words.institution(one["institution"])) for one in before["parties"]
        ]
        if with_faculties:
            fields |= faculty_fields(before, self.sides)
        else:
            fields["level"].help_text = _(
                "The faculties stay as they were agreed. For others, write a new agreement."
            )
        numbers = rows_in(data, taken) if data is not None else list(rows or [])
        self.conditions = [
            ConditionForm(
                data,
                prefix=f"c{number}",
                initial=self.initial.get(f"c{number}", {}),
                standards=words.standards,
                sides=self.sides,
            )
            for number in numbers
        ]
        for form in self.conditions:
            if form.number == focus:
                form.fields["sending"].widget.attrs["autofocus"] = True

    @classmethod
    def of(
        cls, content: Content, *, edition: int, words: Words, taken: int, with_faculties: bool = False
    ) -> ContentForm:
        """What would be typed for *content*."""
        initial = as_typed(content, words) | {"edition": edition, "known": taken}
        rows = [one["id"] for one in content["conditions"]]
        return cls(
            before=content,
            words=words,
            taken=taken,
            rows=rows,
            initial=initial,
            with_faculties=with_faculties,
        )

    @classmethod
    def rearranged(
        cls, data: QueryDict, *, before: Content, words: Words, taken: int, with_faculties: bool = False
    ) -> ContentForm:
        """What was typed, not judged yet, with one condition more, less or changed, as the pressed button says."""
        typed = cls(data, before=before, words=words, taken=taken, with_faculties=with_faculties)
        initial: dict[str, Any] = {name: typed[name].value() for name in typed.fields}
        rows = [form.number for form in typed.conditions]
        for form in typed.conditions:
            initial[f"c{form.number}"] = {name: form[name].value() for name in form.fields}
        focus = _rearrange(rows, initial, data.get("do", ""), typed)
        return cls(
            before=before,
            words=words,
            taken=taken,
            rows=rows,
            initial=initial,
            focus=focus,
            with_faculties=with_faculties,
        )

    def is_valid(self) -> bool:
        return all([super().is_valid(), *[form.is_valid() for form in self.conditions]])

    @property
    def has_mistakes(self) -> bool:
        """Whether something that was sent cannot be taken as it is."""
        return self.is_bound and any(form.errors for form in (self, *self.conditions))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        starts_on, ends_on = given.get("starts_on"), given.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day lies before the first. Correct one of the two."))
        between_faculties = given.get("level") == Level.FACULTY and not _name_one(self._parties(given))
        was_so = self.before["level"] == Level.FACULTY and not _name_one(self.before["parties"])  # by a list
        if between_faculties and not was_so:
            self.add_error(
                "level",
                _("Choose the faculty of at least one side, or another kind.")
                if self.with_faculties
                else _("No faculty is named in what was agreed. Choose another kind."),
            )
        return given

    def _parties(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [
            {**one, "faculty": given.get(f"faculty_{number}", one["faculty"])}
            for number, one in enumerate(self.before["parties"])
        ]

    @property
    def parts(self) -> list[tuple[str, list[BoundField]]]:
        """The fields that are not of a condition, under their headings: before the conditions, and after them."""
        faculties = [name for name in self.fields if name.startswith("faculty_")]
        whole = ["level", *faculties, "starts_on", "ends_on", "notice_months"]
        return [
            (_("Kind and period"), [self[name] for name in whole]),
            (_("Rule of the balance"), [self[name] for name in ("counts", "expires_after", "tolerance")]),
            (_("Other terms"), [self[f"other_{code}"] for code, _name in settings.LANGUAGES]),
        ]

    @property
    def content(self) -> Content:
        """Of a valid form: what the agreement would say."""
        given = self.cleaned_data
        ends_on: date | None = given["ends_on"]
        return {
            **self.before,
            "parties": self._parties(given),
            "level": given["level"],
            "starts_on": given["starts_on"].isoformat(),
            "ends_on": ends_on.isoformat() if ends_on else None,
            "notice_months": given["notice_months"],
            "conditions": [form.content for form in self.conditions],
            "balance": {
                "counts": given["counts"],
                "expires_after": given["expires_after"],
                "tolerance": given["tolerance"],
            },
            "other": other_terms(given),
        }


def _name_one(parties: list[dict[str, Any]]) -> bool:
    """Whether a faculty is named on at least one side."""
    return any(one["faculty"] for one in parties)


def rows_in(data: QueryDict, taken: int) -> list[int]:
    """The ids of the conditions in what was sent: new ones may only go on from *taken*."""
    most = taken + MOST_CONDITIONS
    numbers = [int(text) for text in data.getlist("row") if text.isdecimal() and len(text) < 10]
    return list(dict.fromkeys(number for number in numbers if 0 < number <= most))[:MOST_CONDITIONS]


def as_typed(content: Content, words: Words) -> dict[str, Any]:
    """The texts in the fields of `ContentForm` for *content*; those of a condition under its prefix."""
    typed: dict[str, Any] = {
        name: content[name] for name in ("level", "starts_on", "ends_on", "notice_months")
    }
    typed |= content["balance"] | {f"other_{code}": text for code, text in content["other"].items()}
    typed |= {f"faculty_{number}": one["faculty"] for number, one in enumerate(content["parties"])}
    for one in content["conditions"]:
        typed[f"c{one['id']}"] = {
            **one,
            "fields_": _fields_as_typed(one["fields"], words),
            **{f"other_{code}": text for code, text in one["other"].items()},
        }
    return typed


def _fields_as_typed(codes: list[str], words: Words) -> str:
    """With their titles, where these are read back as the same codes."""
    written = words.fields(codes) if codes else ""
    try:
        same = list(parse_field(written, words.standards)) == codes
    except Unreadable:
        same = False
    return written if same else "; ".join(codes)


def _rearrange(rows: list[int], initial: dict[str, Any], do: str, typed: ContentForm) -> int | None:
    """Changes *rows* and *initial* as the button *do* says ("add:…", "copy:3", "turn:3", "remove:3").

    Returns the condition to go on with. "turn" adds the same in the other direction.
    """
    verb, _colon, said = do.partition(":")
    new = max([typed.taken, *rows]) + 1
    if verb == "add" and len(rows) < MOST_CONDITIONS:
        keys = [key for key, _name in typed.sides]
        sending = said if said in keys else keys[0]
        rows.append(new)
        initial[f"c{new}"] = {"sending": sending, "terms": list(HALVES)}
        return new
    number = int(said) if said.isdecimal() and len(said) < 10 else 0
    if number not in rows:
        return None
    at = rows.index(number)
    if verb == "remove":
        rows.remove(number)
        return rows[min(at, len(rows) - 1)] if rows else None
    if verb in ("copy", "turn") and len(rows) < MOST_CONDITIONS:
        rows.insert(at + 1, new)
        initial[f"c{new}"] = dict(initial[f"c{number}"])
        if verb == "turn":
            one, other = (key for key, _name in typed.sides)
            initial[f"c{new}"]["sending"] = other if initial[f"c{number}"]["sending"] == one else one
        return new
    return number
