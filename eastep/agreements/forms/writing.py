"""What is asked for a new agreement: between whom, and for how long."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from eastep.agreements.forms.conditions import WRITTEN, day_field
from eastep.agreements.states import Level
from eastep.core.text import no_direction_marks
from eastep.institutions.models import Faculty, Institution
from eastep.institutions.queries import find_institutions, registered

if TYPE_CHECKING:
    from eastep.people.models import User


class PartnerForm(forms.Form):
    """Between whom. *partner* is searched by name in any script; what it may mean is in *candidates*."""

    institution = forms.ModelChoiceField(
        label=gettext_lazy("Your institution"),
        queryset=Institution.objects.none(),
        empty_label=None,
        required=False,
    )
    partner = forms.CharField(
        label=gettext_lazy("Partner institution"),
        help_text=gettext_lazy("Its name in any of the three languages, or its code."),
        max_length=200,
        validators=[no_direction_marks],
        widget=forms.TextInput(attrs={**WRITTEN, "type": "search"}),
    )

    def __init__(self, *args: Any, user: User, **given: Any) -> None:
        super().__init__(*args, **given)
        self.candidates: list[Institution] = []
        field: Any = self.fields["institution"]
        field.queryset = own_institutions(user)
        own = list(field.queryset[:2])
        self.only = own[0] if len(own) == 1 else None
        if self.only:
            field.initial, field.widget = self.only.pk, forms.HiddenInput()
        else:
            field.required = True

    def clean_institution(self) -> Institution | None:
        """An address that names the partner alone will do for who belongs to one office."""
        return self.cleaned_data["institution"] or self.only

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        institution, text = given.get("institution"), given.get("partner")
        if not institution or not text:
            return given
        meant = registered().resolve(text).university
        if meant:
            given["partner"] = Institution.objects.get(key=meant.key)
            if given["partner"] == institution:
                self.add_error("partner", _("This is your own institution. An agreement needs a partner."))
            return given
        self.candidates = [one for one in find_institutions(text) if one != institution]
        problem = (
            _("Choose the one that you mean from the list below.")
            if self.candidates
            else _("No institution is called so. Try its name in another language.")
        )
        self.add_error("partner", problem)
        return given


class BeginForm(forms.Form):
    """What a new draft begins with; everything can be changed in the draft, but for the two sides."""

    faculty = forms.ModelChoiceField(label="", queryset=Faculty.objects.none(), required=False)
    partner_faculty = forms.ModelChoiceField(label="", queryset=Faculty.objects.none(), required=False)
    level = forms.ChoiceField(label=pgettext_lazy("agreement", "Kind"), choices=Level.choices)
    starts_on = day_field(gettext_lazy("First day"))
    ends_on = day_field(
        gettext_lazy("Last day"),
        gettext_lazy("Empty: it holds until one side gives notice."),
        required=False,
    )
    reference = forms.CharField(
        label=gettext_lazy("Own reference number"),
        help_text=gettext_lazy("As in your own files. Empty: none."),
        max_length=60,
        required=False,
        validators=[no_direction_marks],
    )

    def __init__(self, *args: Any, institution: Institution, partner: Institution, **given: Any) -> None:
        super().__init__(*args, **given)
        for name, side in (("faculty", institution), ("partner_faculty", partner)):
            field: Any = self.fields[name]
            field.queryset = Faculty.objects.filter(institution=side).order_by("name__en", "pk")
            field.label = _("Faculty of {institution}").format(institution=side)
            field.empty_label = _("The whole institution")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        starts_on: date | None = given.get("starts_on")
        ends_on: date | None = given.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day lies before the first. Correct one of the two."))
        if (
            given.get("level") == Level.FACULTY
            and not given.get("faculty")
            and not given.get("partner_faculty")
        ):
            self.add_error("level", _("Choose the faculty of at least one side, or another kind."))
        return given


def own_institutions(user: User) -> Any:
    """Those whose office the person belongs to."""
    offices = [place for place, role in user.roles if place and role == "office"]
    return Institution.objects.filter(pk__in=offices).order_by("sort_key", "pk")
