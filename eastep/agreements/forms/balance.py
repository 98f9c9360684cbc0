"""What is asked for the ledger: a correction, a reason; and what its lines are filtered by."""

from __future__ import annotations

from operator import itemgetter
from typing import Any
from uuid import uuid4

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from eastep.agreements.actions.ledger import MOST
from eastep.agreements.models import LedgerLine, Party
from eastep.agreements.queries.ledger import OWN, brought_in
from eastep.agreements.states import LineKind, Unit
from eastep.core.text import no_direction_marks
from eastep.institutions.models import Institution
from eastep.institutions.queries import institutions_like
from eastep.institutions.sentences import country_in_words

_ANY = _("All")
_SEARCH = {"type": "search", "autocomplete": "off"}
NOTE: dict[str, Any] = {
    "max_length": 500,
    "validators": [no_direction_marks],
    "help_text": _("The partner reads it."),
    "widget": forms.Textarea(attrs={"rows": 3}),
}


class CorrectionForm(forms.Form):
    """Stays that were not counted, or not rightly. The *key* is the form's own: sent twice, it posts once."""

    sender = forms.ChoiceField(label=_("Sent by"), widget=forms.RadioSelect)
    year = forms.IntegerField(
        label=_("Year"), help_text=_("The calendar year in which the first term of the stay begins.")
    )
    stays = forms.IntegerField(
        label=_("Stays"),
        help_text=_("How many more. With a minus sign: how many fewer."),
        min_value=-MOST,
        max_value=MOST,
    )
    terms = forms.IntegerField(
        label=pgettext_lazy("ledger", "Terms"),
        help_text=_("How many terms these stays are: an academic year counts two."),
        min_value=-MOST,
        max_value=MOST,
    )
    note = forms.CharField(label=_("Reason"), **NOTE)
    key = forms.RegexField("^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, party: Party, **given: Any) -> None:
        super().__init__(*args, **given)
        self.both = {str(one.pk): one for one in (party.institution, party.partner)}
        self.fields["sender"].choices = [(key, str(one)) for key, one in self.both.items()]  # type: ignore[attr-defined]
        self.initial.setdefault("key", uuid4().hex)

    def clean_sender(self) -> Institution:
        return self.both[self.cleaned_data["sender"]]

    def clean_key(self) -> str:
        return f"correction:{self.cleaned_data['key']}"


class ReversalForm(forms.Form):
    """Why a line is taken back."""

    note = forms.CharField(label=_("Reason"), **NOTE)


class CloseForm(forms.Form):
    """Until when years are closed, and the last line of the ledger that the person saw."""

    until = forms.TypedChoiceField(label=_("Close all years until"), coerce=int)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, years: range, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["until"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]


KINDS = {  # in the address: what it is called, and the lines
    "own": (_("Sent and received in the year"), Q(kind__in=OWN)),
    "stay": (LineKind.STAY.label, Q(kind=LineKind.STAY)),
    "past": (LineKind.PAST.label, Q(kind=LineKind.PAST)),
    "correction": (LineKind.CORRECTION.label, Q(kind=LineKind.CORRECTION)),
    "brought": (_("Carried over into the year"), brought_in()),
    "carried": (LineKind.CARRIED.label, Q(kind=LineKind.CARRIED)),
    "expired": (LineKind.EXPIRED.label, Q(kind=LineKind.EXPIRED)),
    "counted": (_("All but carried over"), ~Q(kind=LineKind.CARRIED)),
}


class LineFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The lines of one agreement."""

    year = django_filters.NumberFilter("year", label=_("Year"))
    until = django_filters.NumberFilter("year", lookup_expr="lte", label=_("Until the year"))
    kind = django_filters.ChoiceFilter(
        label=_("Kind"),
        choices=[(name, label) for name, (label, _lines) in KINDS.items()],
        empty_label=_ANY,
        method="of_kind",
    )
    sender = django_filters.ChoiceFilter("sender", label=_("Sent by"), empty_label=_ANY)

    class Meta:
        model = LedgerLine
        fields: tuple[str, ...] = ("year", "until", "kind", "sender")

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        if self.request is not None and "sender" in self.filters:
            sides = Party.objects.filter(agreement=self.request.resolver_match.kwargs["pk"])
            self.filters["sender"].extra["choices"] = [
                (str(side.institution_id), str(side.institution))
                for side in sides.select_related("institution")
            ]

    def of_kind(self, rows: QuerySet[LedgerLine], name: str, value: str) -> QuerySet[LedgerLine]:
        _label, lines = KINDS[value]
        return rows.filter(lines)


DIRECTIONS = [("sent", _("Sent")), ("received", _("Received"))]


class EveryLineFilter(LineFilter):
    """Lines of all agreements that the person sees, by two institutions or two countries; the direction is of the first."""

    sender = None
    institution = django_filters.CharFilter(
        label=_("Institution"), method="ignored", widget=forms.TextInput(attrs=_SEARCH)
    )
    partner = django_filters.CharFilter(
        label=_("Partner institution"), method="ignored", widget=forms.TextInput(attrs=_SEARCH)
    )
    country = django_filters.ChoiceFilter(label=_("Country"), empty_label=_ANY, method="ignored")
    partner_country = django_filters.ChoiceFilter(
        label=_("Partner country"), empty_label=_ANY, method="ignored"
    )
    direction = django_filters.ChoiceFilter(
        label=_("Direction"), choices=DIRECTIONS, empty_label=_ANY, method="ignored"
    )
    unit = django_filters.ChoiceFilter(
        "agreement__unit", label=pgettext_lazy("balance", "Counted"), choices=Unit.choices, empty_label=_ANY
    )

    class Meta(LineFilter.Meta):
        fields = (
            *("institution", "partner", "country", "partner_country"),
            *("direction", "year", "until", "kind", "unit"),
        )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        codes = Institution.objects.order_by().values_list("country", flat=True).distinct()
        countries = sorted(((code, country_in_words(code)) for code in codes), key=itemgetter(1))
        for name in ("country", "partner_country"):
            self.filters[name].extra["choices"] = countries

    def ignored(self, rows: QuerySet[LedgerLine], name: str, value: str) -> QuerySet[LedgerLine]:
        """What is said about both ends of a line comes together in `filter_queryset`."""
        return rows

    def filter_queryset(self, queryset: QuerySet[LedgerLine]) -> QuerySet[LedgerLine]:
        rows: QuerySet[LedgerLine] = super().filter_queryset(queryset)
        there, back = self.from_one(), self.to_one()
        match self.form.cleaned_data.get("direction"):
            case "sent":
                return rows.filter(there)
            case "received":
                return rows.filter(back)
        return rows.filter(there | back)

    def from_one(self) -> Q:
        """The lines in which the first institution, or country, sends to the second."""
        return self._ends("sender", "receiver")

    def to_one(self) -> Q:
        return self._ends("receiver", "sender")

    def _ends(self, one: str, other: str) -> Q:
        said, found = self.form.cleaned_data, Q()
        for end, institution, country in (
            (one, "institution", "country"),
            (other, "partner", "partner_country"),
        ):
            if name := said.get(institution):
                found &= Q(
                    **{f"{end}__key": name} if ":" in name else {f"{end}__in": institutions_like(name)}
                )
            if code := said.get(country):
                found &= Q(**{f"{end}__country": code})
        return found
