"""What is asked for a round as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from eastep.applications.forms.ruling import RuleForm
from eastep.applications.models import Round
from eastep.applications.sheets.cells import CHOICES
from eastep.core.text import no_direction_marks
from eastep.institutions.models import Institution

if TYPE_CHECKING:
    from eastep.people.models import User

PROGRAMME = "programme"


class SettingsForm(forms.Form):
    """The words and rules of a round; *seen* tells what the person saw of them."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)
    title = forms.CharField(label=_("Title"), max_length=200, validators=[no_direction_marks])
    seed = forms.CharField(
        label=_("Seed of the lottery"),
        max_length=60,
        help_text=Round._meta.get_field("seed").help_text,
        validators=[no_direction_marks],
    )
    scoring = forms.CharField(
        label=_("How the score is made"),
        help_text=_("Shown with every result. In a round of several homes: the scheme that all of them use."),
        max_length=2_000,
        required=False,
        validators=[no_direction_marks],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    students_see = forms.ChoiceField(
        label=_("What students see"),
        choices=Round.StudentsSee.choices,
        initial=Round.StudentsSee.CUTOFFS,
        widget=forms.RadioSelect,
    )
    minimum_cell = forms.IntegerField(
        label=_("Smallest number of people whose cut-off is shown"),
        help_text=_(
            "The cut-off of one place is the score of one classmate. Below this number students see only “enough” or “not enough”."
        ),
        min_value=1,
        max_value=1_000,
        initial=Round._meta.get_field("minimum_cell").default,
    )
    most_choices = forms.IntegerField(
        label=_("Most choices in a list"),
        help_text=_(
            "Empty: as many as an applicant wants. A limit has a price: whoever would accept more than fit "
            "does not always do best with the true list, and the pages say so."
        ),
        min_value=1,
        max_value=CHOICES,
        required=False,
    )


class RoundForm(RuleForm, SettingsForm):
    """The settings of a round that is there, its rule of placement among them."""

    field_order = ("seen", *SettingsForm.base_fields, *RuleForm.base_fields)

    @property
    def own_fields(self) -> list[BoundField]:
        """All fields but those of the rule."""
        return [self[name] for name in self.fields if name not in RuleForm.base_fields]


class OpenForm(forms.Form):
    """A new round."""

    title = SettingsForm.base_fields["title"]
    whose = forms.ChoiceField(
        label=_("Whose round"),
        help_text=_("Its applicants, scores and places are seen by its own office and auditors only."),
    )
    seed = SettingsForm.base_fields["seed"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = [place for place, role in user.roles if place and role == "office"]
        self.homes = {
            str(home.pk): home for home in Institution.objects.filter(pk__in=offices).order_by("sort_key")
        }
        choices = [(key, str(home)) for key, home in self.homes.items()]
        if (None, "programme") in user.roles:
            choices.append((PROGRAMME, str(_("The programme: several home institutions"))))
        whose: Any = self.fields["whose"]
        whose.choices = choices

    def clean_whose(self) -> Institution | None:
        return self.homes.get(self.cleaned_data["whose"])


class ReasonForm(forms.Form):
    """Why somebody does what others will want to understand."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It stays in the record."),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[no_direction_marks],
    )
