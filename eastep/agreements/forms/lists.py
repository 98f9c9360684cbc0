"""What the list of agreements is filtered by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from eastep.agreements.content import field_search
from eastep.agreements.models import Party
from eastep.agreements.queries import lists as queries
from eastep.agreements.states import Mobility, Standing
from eastep.institutions.models import Faculty, Institution
from eastep.institutions.queries import institutions_like
from eastep.institutions.sentences import country_in_words

_ANY = _("All")
_SEARCH = {"type": "search", "autocomplete": "off"}
ENDS = {  # in the address: months
    "ends_12": 12,
    "ends_6": 6,
    "ends_3": 3,
}
STANDINGS = [
    ("waits_us", pgettext_lazy("agreement", "Waiting for us")),
    ("waits_partner", pgettext_lazy("agreement", "Waiting for the partner")),
    ("ends_3", _("Ends within 3 months")),
    ("ends_6", _("Ends within 6 months")),
    ("ends_12", _("Ends within 12 months")),
    *Standing.choices,
]
BALANCES: dict[str, tuple[Any, Callable[[], Q]]] = {
    "even": (_("Within the tolerance"), queries.balanced),
    "we_sent": (_("We sent more"), lambda: Q(balance__gt=0)),
    "they_sent": (_("The partner sent more"), lambda: Q(balance__lt=0)),
}


class AgreementFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The filters of an office: of the partner, of where it stands, of what it is about, of the balance."""

    text = django_filters.CharFilter(
        label=_("Partner, or own reference number"), method="search", widget=forms.TextInput(attrs=_SEARCH)
    )
    country = django_filters.ChoiceFilter("partner__country", label=_("Country"), empty_label=_ANY)
    standing = django_filters.ChoiceFilter(
        label=_("Standing"), choices=STANDINGS, empty_label=_ANY, method="stands"
    )
    field = django_filters.CharFilter(
        label=_("Field (ISCED-F)"),
        method="about",
        max_length=4,
        validators=[RegexValidator("^[0-9]{2,4}$", _("Write the code of a field, such as 04 or 0421."))],
        widget=forms.TextInput(attrs={**_SEARCH, "inputmode": "numeric", "size": 6}),
    )
    mobility = django_filters.ChoiceFilter(
        label=pgettext_lazy("agreement", "For"),
        choices=Mobility.choices,
        empty_label=_ANY,
        method="of_mobility",
    )
    balance = django_filters.ChoiceFilter(
        label=_("Balance"),
        choices=[(name, label) for name, (label, _of) in BALANCES.items()],
        empty_label=_ANY,
        method="balanced",
    )
    faculty = django_filters.ChoiceFilter("faculty", label=_("Own faculty"), empty_label=_ANY)

    class Meta:
        model = Party
        fields: tuple[str, ...] = ("text", "country", "standing", "field", "mobility", "balance", "faculty")

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        codes = Institution.objects.order_by().values_list("country", flat=True).distinct()
        self.filters["country"].extra["choices"] = sorted(
            ((code, country_in_words(code)) for code in codes), key=lambda choice: choice[1]
        )
        if "faculty" in self.filters:
            self._offer_faculties()

    def _offer_faculties(self) -> None:
        """Those of the person's institutions; where none is known, there is nothing to choose."""
        homes = {place for place, _role in self.request.user.roles if place}
        known = Faculty.objects.filter(institution__in=homes)
        choices = sorted(((row.pk, str(row)) for row in known), key=lambda choice: choice[1])
        if choices:
            self.filters["faculty"].extra["choices"] = choices
        else:
            del self.filters["faculty"]

    def search(self, rows: QuerySet[Party], name: str, value: str) -> QuerySet[Party]:
        return rows.filter(Q(partner__in=institutions_like(value)) | Q(reference__startswith=value.strip()))

    def stands(self, rows: QuerySet[Party], name: str, value: str) -> QuerySet[Party]:
        if value == "waits_us":
            return rows.filter(queries.waits_for_us())
        if value == "waits_partner":
            return rows.filter(queries.waits_for_partner())
        today = timezone.localdate()
        if months := ENDS.get(value):
            return rows.filter(queries.ends_within(months, today))
        return rows.filter(queries.stands(value, today))

    def about(self, rows: QuerySet[Party], name: str, value: str) -> QuerySet[Party]:
        return rows.filter(agreement__field_keys__overlap=field_search(value))

    def of_mobility(self, rows: QuerySet[Party], name: str, value: str) -> QuerySet[Party]:
        return rows.filter(agreement__mobility__contains=[value])

    def balanced(self, rows: QuerySet[Party], name: str, value: str) -> QuerySet[Party]:
        _label, condition = BALANCES[value]
        return rows.filter(condition())


class EveryAgreementFilter(AgreementFilter):
    """The same for those who see everybody's agreements, from the side of whoever began it."""

    text = django_filters.CharFilter(
        label=_("Institution, or reference number"), method="search", widget=forms.TextInput(attrs=_SEARCH)
    )
    standing = django_filters.ChoiceFilter(
        label=_("Standing"), choices=STANDINGS[2:], empty_label=_ANY, method="stands"
    )
    balance = django_filters.ChoiceFilter(
        label=_("Balance"),
        choices=[
            ("even", _("Within the tolerance")),
            ("we_sent", _("The first institution sent more")),
            ("they_sent", _("The second institution sent more")),
        ],
        empty_label=_ANY,
        method="balanced",
    )
    faculty = None

    class Meta(AgreementFilter.Meta):
        fields: tuple[str, ...] = ("text", "country", "standing", "field", "mobility", "balance")

    def search(self, rows: QuerySet[Party], name: str, value: str) -> QuerySet[Party]:
        meant = institutions_like(value)
        return rows.filter(
            Q(partner__in=meant) | Q(institution__in=meant) | Q(reference__startswith=value.strip())
        )
