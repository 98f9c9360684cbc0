"""What is asked for a placement round."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from eastep.applications.models import Outcome, OutcomeQuerySet, Round
from eastep.core.text import no_direction_marks

LARGEST = 50 * 2**20  # bytes; 100,000 applicants with 20 choices take some 30 MB


class SheetField(forms.FileField):
    """A spreadsheet of a size that can be read."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = super().clean(data, initial)
        if given and given.size > LARGEST:
            raise forms.ValidationError(
                _(
                    "The file is larger than 50 MB. Take out pictures and sheets that are not needed, and try again."
                ),
                code="too_large",
            )
        return given


class SheetsForm(forms.Form):
    """The two sheets."""

    places = SheetField(
        label=_("Sheet of places"),
        help_text=_("XLSX, XLS, ODS or CSV: one row for the places of one kind at one host."),
    )
    applicants = SheetField(
        label=_("Sheet of applicants"), help_text=_("One row an applicant, with up to 20 choices in order.")
    )


class RoundForm(SheetsForm):
    """A new round."""

    title = forms.CharField(label=_("Title"), max_length=200, validators=[no_direction_marks])
    seed = forms.CharField(
        label=_("Seed of the lottery"), max_length=60, help_text=Round._meta.get_field("seed").help_text
    )
    field_order = ["title", "seed"]


class StartForm(forms.Form):
    """The seed that the placement is run with, and the state of things that the person saw."""

    run = forms.IntegerField(widget=forms.HiddenInput, required=False)

    seed = forms.CharField(
        label=_("Seed of the lottery"), max_length=60, help_text=Round._meta.get_field("seed").help_text
    )


class OutcomeFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Find applicants by number or name, and by what became of them."""

    text = django_filters.CharFilter(label=_("Number or name"), method="find")
    met = django_filters.ChoiceFilter(
        label=_("Outcome"),
        method="by_outcome",
        empty_label=_("All"),
        choices=[
            ("first", _("First choice")),
            ("other", _("Another choice")),
            ("none", _("Not placed")),
        ],
    )

    class Meta:
        model = Outcome
        fields: list[str] = []

    def find(self, rows: OutcomeQuerySet, _name: str, text: str) -> OutcomeQuerySet:
        return rows.named(text)

    def by_outcome(self, rows: QuerySet[Outcome], _name: str, value: str) -> QuerySet[Outcome]:
        wanted = {"first": Q(choice=1), "other": Q(choice__gt=1), "none": Q(choice=None)}
        return rows.filter(wanted[value])
