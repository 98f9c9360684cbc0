"""What is asked for a comparison of rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eastep.applications import promises
from eastep.applications.forms.simulations import SimulationForm
from eastep.applications.report import country
from eastep.applications.ruling import MOST
from eastep.applications.weighing import UNITS

CARRIED = "carried_"


class BalanceForm(forms.Form):
    """Between whom flows shall be equal, how far they may differ, and what is carried over from earlier years.

    With two countries it is enough to give the balance of one: what it sent, the other one received.
    """

    units = forms.MultipleChoiceField(
        label=gettext_lazy("Balance between"),
        help_text=gettext_lazy(
            "Whose stays are to be as many there as back. A stay counts once, however long it is."
        ),
        choices=[(unit, promises.UNITS[unit]) for unit in UNITS],
        initial=UNITS,
        widget=forms.CheckboxSelectMultiple,
    )
    tolerance = forms.IntegerField(
        label=gettext_lazy("Tolerance"),
        help_text=gettext_lazy(
            "By how many stays each country, or each university, may send more or fewer than it receives. Exact balance "
            "(0) is always compared as well."
        ),
        min_value=0,
        max_value=MOST,
    )
    seed = SimulationForm.base_fields["seed"]

    def __init__(self, *args: Any, countries: Iterable[str], **given: Any) -> None:
        super().__init__(*args, **given)
        self.countries = list(countries)
        for number, code in enumerate(self.countries):
            self.fields[f"{CARRIED}{code}"] = forms.IntegerField(
                label=_("Carried balance: {country}").format(country=country(code)),
                help_text=""
                if number
                else _(
                    "Stays that it sent in earlier years beyond those that it received; with a minus sign where it "
                    "received more. Of two countries one is enough: the other has the opposite."
                ),
                required=False,
                min_value=-MOST,
                max_value=MOST,
            )
        self.order_fields(["units", "tolerance", *(f"{CARRIED}{code}" for code in self.countries), "seed"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        carried = {code: given.pop(f"{CARRIED}{code}", None) for code in self.countries}
        return {**given, "carried": {code: count for code, count in carried.items() if count is not None}}
