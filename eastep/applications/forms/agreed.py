"""Which terms the places of agreements are taken for, and what becomes of rows that no agreement gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from eastep.institutions.seasons import Season
from eastep.institutions.sentences import season_in_words


class SeasonsForm(forms.Form):
    """For stays that begin in which terms."""

    seasons = forms.MultipleChoiceField(
        label=_("Stays that begin in"),
        help_text=_(
            "An agreement gives its places for a year. If you choose both terms of a year, each term gets all of them: "
            "lower the numbers afterwards where the agreement means fewer."
        ),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, offered: Iterable[Season], **given: Any) -> None:
        super().__init__(*args, **given)
        seasons: Any = self.fields["seasons"]
        seasons.choices = [(season.code, season_in_words(season)) for season in offered]

    def clean_seasons(self) -> list[Season]:
        return [Season.of(code) for code in self.cleaned_data["seasons"]]


class TakeAgreedForm(SeasonsForm):
    """The same, with what the person saw."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    remove_missing = forms.BooleanField(
        label=_("Withdraw the rows for these terms that no agreement gives"), required=False
    )
