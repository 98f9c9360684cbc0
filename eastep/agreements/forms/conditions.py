"""One condition of an agreement as offices write it: typed text in, a condition out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.boundfield import BoundField
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from eastep.agreements.checking import EARLIEST, LATEST, MOST_PLACES
from eastep.agreements.content import Condition
from eastep.agreements.in_words import HALVES, LANGUAGE_IS
from eastep.agreements.states import Mobility
from eastep.core.text import no_direction_marks
from eastep.standards import sentences
from eastep.standards.cells import Unreadable
from eastep.standards.facts import Standards
from eastep.standards.fields import parse_field
from eastep.standards.gpa import format_gpa, parse_gpa
from eastep.standards.languages import format_requirement, parse_requirement

WRITTEN = {"autocomplete": "off", "spellcheck": "false"}
LONG = 4_000  # characters of a text


def day_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    limits = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
    return forms.DateField(
        label=label, help_text=help_text, required=required, widget=widget, validators=limits
    )


def _text(label: Any, help_text: Any = "", **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=500,
        validators=[no_direction_marks],
        widget=forms.TextInput(attrs=WRITTEN | attrs),
    )


def in_each_language(label: str) -> dict[str, forms.CharField]:
    """One field of several lines for each language: other_en, other_ja, other_ko."""
    return {
        f"other_{code}": forms.CharField(
            label=f"{label} ({name})",
            required=False,
            max_length=LONG,
            validators=[no_direction_marks],
            widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
        )
        for code, name in settings.LANGUAGES
    }


class _Read[Read](forms.CharField):
    """A text that a reader of the standards understands, and that is kept in the one way in which it is written."""

    def __init__(self, read: Callable[[str], Read], **given: Any) -> None:
        super().__init__(
            required=False,
            max_length=500,
            validators=[no_direction_marks],
            widget=forms.TextInput(attrs=WRITTEN),
            **given,
        )
        self.read = read

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return self.read(text)
        except Unreadable as problem:
            raise forms.ValidationError(sentences.sentence(problem), code=problem.code) from problem


class ConditionForm(forms.Form):
    """What holds for those whom one side sends to the other. Its prefix tells the id of the condition."""

    sending = forms.ChoiceField(label=gettext_lazy("Direction"))
    mobility = forms.ChoiceField(label=gettext_lazy("Kind of mobility"), choices=Mobility.choices)
    places = forms.IntegerField(
        label=gettext_lazy("Places a year"),
        help_text=gettext_lazy("Empty: not yet defined."),
        required=False,
        min_value=1,
        max_value=MOST_PLACES,
    )
    months = forms.DecimalField(
        label=gettext_lazy("Months a stay"),
        help_text=gettext_lazy("Such as 5 for a term. Empty: not said."),
        required=False,
        min_value=0.5,
        max_value=120,
        decimal_places=1,
    )
    days = forms.DecimalField(
        label=gettext_lazy("Days a stay"),
        help_text=gettext_lazy("For staff, who come for days. Empty: not said."),
        required=False,
        min_value=0.5,
        max_value=366,
        decimal_places=1,
    )
    first_year = forms.IntegerField(
        label=gettext_lazy("Only from the year"),
        help_text=gettext_lazy("Empty: as long as the agreement holds."),
        required=False,
        min_value=1990,
        max_value=2199,
    )
    last_year = forms.IntegerField(
        label=gettext_lazy("Only up to the year"), required=False, min_value=1990, max_value=2199
    )
    terms = forms.MultipleChoiceField(
        label=pgettext_lazy("of the year", "Terms"),
        help_text=gettext_lazy("In which term a stay may begin."),
        choices=list(HALVES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Levels (EQF)"),
        help_text=gettext_lazy("None: any level."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_note = _text(
        gettext_lazy("Note on the fields"),
        gettext_lazy("Where a code does not say it, such as “only the evening course”."),
    )
    language_is = forms.ChoiceField(
        label=gettext_lazy("Language requirement is"),
        choices=[(code, label) for code, label in LANGUAGE_IS.items()],
    )
    blended = forms.BooleanField(label=gettext_lazy("Blended: part of it is online"), required=False)

    def __init__(
        self, data: Any = None, *, standards: Standards, sides: Sequence[tuple[str, str]], **given: Any
    ) -> None:
        super().__init__(data, **given)
        self.sides = [key for key, _name in sides]
        (_one, name), (_other, other_name) = sides
        fields: dict[str, Any] = self.fields
        fields["sending"].choices = [
            (self.sides[0], f"{name} → {other_name}"),
            (self.sides[1], f"{other_name} → {name}"),
        ]
        reader = get_language() or "en"
        known = {level.code: level.label.in_language(reader) for level in standards.levels}
        kept = {str(level): str(level) for level in self.initial.get("levels", ())}
        fields["levels"].choices = list((kept | known).items())
        fields["fields_"] = _Read(
            lambda text: list(parse_field(text, standards)),
            label=_("Fields (ISCED-F)"),
            help_text=_("Codes or names, such as 0311; Law. Empty: any field."),
        )
        fields["language"] = _Read(
            lambda text: format_requirement(parse_requirement(text, standards)),
            label=_("Language requirement"),
            help_text=_(
                "Alternatives with a stroke between them: JLPT N2 / TOPIK 4. Empty: nothing is asked."
            ),
        )
        fields["minimum_gpa"] = _Read(
            lambda text: format_gpa(parse_gpa(text, standards)) if text else "",
            label=_("Minimum GPA"),
            help_text=_("With its scale: 3.0/4.5."),
        )
        fields |= in_each_language(_("Other terms"))

    @property
    def number(self) -> int:
        """The id of the condition."""
        return int(str(self.prefix).removeprefix("c"))

    @property
    def main_fields(self) -> list[BoundField]:
        names = (
            "sending",
            "mobility",
            "places",
            "months",
            "fields_",
            "language",
            "language_is",
            "minimum_gpa",
        )
        return [self[name] for name in (*names, "terms", "levels", "blended")]

    @property
    def other_fields(self) -> list[BoundField]:
        """What is seldom filled in."""
        return [
            self[name]
            for name in (
                *("field_note", "days", "first_year", "last_year"),
                *(f"other_{code}" for code, _name in settings.LANGUAGES),
            )
        ]

    @property
    def says_other(self) -> bool:
        """Whether something stands in the fields that are folded away."""
        return any(field.value() or field.errors for field in self.other_fields)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first_year"), given.get("last_year")
        if first and last and last < first:
            self.add_error("last_year", _("This year lies before the first. Correct one of the two."))
        return given

    @property
    def content(self) -> Condition:
        given = self.cleaned_data
        one, other = self.sides
        months, days = given["months"], given["days"]
        return {
            "id": self.number,
            "sending": given["sending"],
            "receiving": other if given["sending"] == one else one,
            "mobility": given["mobility"],
            "fields": given["fields_"],
            "field_note": given["field_note"],
            "levels": sorted(int(level) for level in given["levels"]),
            "terms": [half for half in HALVES if half in given["terms"]],
            "places": given["places"],
            "months": f"{months.normalize():f}" if months else "",
            "days": f"{days.normalize():f}" if days else "",
            "first_year": given["first_year"],
            "last_year": given["last_year"],
            "blended": given["blended"],
            "language": given["language"],
            "language_is": given["language_is"],
            "minimum_gpa": given["minimum_gpa"],
            "other": other_terms(given),
        }


def other_terms(given: Mapping[str, Any]) -> dict[str, str]:
    return {code: given[f"other_{code}"].replace("\r\n", "\n") for code, _name in settings.LANGUAGES}
