"""What is asked for a simulation, for freezing its result, and for comparing two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from eastep.applications.eligibility import MOST_PLACES
from eastep.applications.models import Round, RoundApplicant, RoundPlace, Simulation
from eastep.applications.states import SimulationState
from eastep.core.text import no_direction_marks
from eastep.standards.cells import Unreadable, says_nothing
from eastep.standards.facts import Standards
from eastep.standards.gpa import format_gpa, parse_gpa
from eastep.standards.languages import format_requirement, parse_requirement
from eastep.standards.sentences import sentence


class SeenForm(forms.Form):
    """Carries what the person saw: *run* counts what was done to a simulation, so that two people at once lose nothing."""

    run = forms.IntegerField(widget=forms.HiddenInput)


class SimulationForm(forms.Form):
    """A simulation's name and seed."""

    name = forms.CharField(
        label=_("Name of the simulation"),
        help_text=_("So that you and your colleagues know it again: “As it is”, “One more place at Yonsei”."),
        max_length=Simulation._meta.get_field("name").max_length,
        validators=[no_direction_marks],
    )
    seed = forms.CharField(
        label=_("Seed of the lottery"),
        max_length=60,
        help_text=Round._meta.get_field("seed").help_text,
        validators=[no_direction_marks],
    )


class SettingsForm(SeenForm, SimulationForm):
    """The same, of a simulation that is there."""


class CopyForm(forms.Form):
    """The name of the copy."""

    name = SimulationForm.base_fields["name"]


class PlacesForm(SeenForm):
    """One row of places as it is to be in a simulation. What is carried over is None where it was not asked."""

    places = forms.IntegerField(label=pgettext_lazy("capacity", "Places"), min_value=0, max_value=MOST_PLACES)
    carried = forms.IntegerField(
        label=_("Carried over"),
        help_text=_("From earlier years: 2 gives two places more, -2 two fewer. 0: nothing."),
        min_value=-MOST_PLACES,
        max_value=MOST_PLACES,
        required=False,
    )
    minimum_gpa = forms.CharField(
        label=_("Minimum GPA"),
        help_text=_("With its scale, such as 3.0/4.5. Empty: none is asked."),
        max_length=40,
        required=False,
    )
    language = forms.CharField(
        label=_("Language requirement"),
        help_text=_("Alternatives with / between them, such as JLPT N2 / JPT 550. Empty: none is asked."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, row: RoundPlace, standards: Standards, **given: Any) -> None:
        super().__init__(*args, **given)
        self.row, self.standards = row, standards

    def clean_carried(self) -> int | None:
        return (self.cleaned_data["carried"] or 0) if "carried" in self.data else None

    def clean_minimum_gpa(self) -> str:
        return self._read("minimum_gpa", lambda text: format_gpa(parse_gpa(text, self.standards)))

    def clean_language(self) -> str:
        return self._read(
            "language", lambda text: format_requirement(parse_requirement(text, self.standards))
        )

    def _read(self, name: str, read: Callable[[str], str]) -> str:
        text: str = self.cleaned_data[name]
        if says_nothing(text):
            return ""
        try:
            return read(text)
        except Unreadable as problem:
            raise forms.ValidationError(sentence(problem), code=problem.code) from problem


class WithdrawForm(SeenForm):
    """Applicants who are to be left out of a simulation."""

    applicants = forms.ModelMultipleChoiceField(
        label=_("Applicants"),
        queryset=RoundApplicant.objects.none(),
        to_field_name="applicant",
        error_messages={"required": _("Select at least one applicant.")},
    )

    def __init__(self, *args: Any, round_: Round, **given: Any) -> None:
        super().__init__(*args, **given)
        applicants: Any = self.fields["applicants"]
        applicants.queryset = round_.applicants.counting()


class CompareForm(forms.Form):
    """Two computed simulations of one round."""

    a = forms.ModelChoiceField(label=_("First simulation"), queryset=Simulation.objects.none())
    b = forms.ModelChoiceField(label=_("Second simulation"), queryset=Simulation.objects.none())

    def __init__(self, *args: Any, round_: Round, **given: Any) -> None:
        super().__init__(*args, **given)
        computed = round_.simulations.filter(state=SimulationState.COMPUTED).order_by("-made_at", "-pk")
        for name in ("a", "b"):
            field: Any = self.fields[name]
            field.queryset = computed

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("a") and given.get("a") == given.get("b"):
            self.add_error("b", _("Choose two different simulations."))
        return given
