"""What is asked for an agreement in effect: notice, who signs, who is reminded, remarks."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eastep.agreements.forms.conditions import day_field
from eastep.agreements.models import Party
from eastep.core.text import no_direction_marks
from eastep.institutions.forms import SeenForm
from eastep.institutions.states import Role
from eastep.people.models import User


class NoticeForm(forms.Form):
    """The last day, and why."""

    ending_on = day_field(gettext_lazy("Last day of the agreement"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The partner reads it."),
        max_length=2_000,
        validators=[no_direction_marks],
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, earliest: date, **given: Any) -> None:
        super().__init__(*args, **given)
        self.earliest = earliest
        self.fields["ending_on"].help_text = _("By the notice period: {day} or later.").format(
            day=date_format(earliest, "DATE_FORMAT")
        )
        self.fields["ending_on"].widget.attrs["min"] = earliest.isoformat()
        self.initial.setdefault("ending_on", earliest)


class SignatoryForm(SeenForm):
    """Who signs for one side from now on."""

    name = forms.CharField(
        label=gettext_lazy("Who signs"), max_length=200, required=False, validators=[no_direction_marks]
    )
    position = forms.CharField(
        label=gettext_lazy("Position"), max_length=200, required=False, validators=[no_direction_marks]
    )


class ReferenceForm(SeenForm):
    """The number under which one side files the agreement."""

    reference = forms.CharField(
        label=gettext_lazy("Own reference number"),
        help_text=gettext_lazy("As in your own files. Empty: none."),
        max_length=60,
        required=False,
        validators=[no_direction_marks],
    )


class ResponsibleForm(SeenForm):
    """Who of the office is told and reminded."""

    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who is told and reminded"),
        help_text=gettext_lazy("Nobody: the whole office."),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, party: Party, **given: Any) -> None:
        super().__init__(*args, **given)
        field: Any = self.fields["people"]
        field.queryset = User.objects.filter(
            memberships__institution=party.institution_id, memberships__role=Role.OFFICE, is_active=True
        ).order_by("sort_name", "pk")


class RemarkForm(forms.Form):
    """Something to say to both sides."""

    text = forms.CharField(
        label=gettext_lazy("Your remark"),
        help_text=gettext_lazy("Both sides read it."),
        max_length=4_000,
        validators=[no_direction_marks],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
