"""What the public lists of partners are filtered by."""

from __future__ import annotations

from collections.abc import Iterator

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from eastep.agreements.content import field_search
from eastep.agreements.models import Party
from eastep.agreements.states import Mobility
from eastep.institutions.models import Institution
from eastep.institutions.queries import institutions_like
from eastep.institutions.sentences import country_in_words
from eastep.standards.queries import standards_in_force

SEARCH = forms.TextInput(attrs={"type": "search"})
BROAD = 3  # digits: what a person chooses from; the search finds what is narrower, too


def countries() -> Iterator[tuple[str, str]]:
    """The countries that institutions are in, by their names."""
    codes = Institution.objects.order_by().values_list("country", flat=True).distinct()
    yield from sorted(((code, country_in_words(code)) for code in codes), key=lambda one: one[1])


def fields() -> Iterator[tuple[str, str]]:
    """The fields of education, each under its broader one."""
    language = get_language() or "en"
    for field in sorted(standards_in_force().fields, key=lambda field: field.code):
        if len(field.code) <= BROAD:
            yield field.code, f"{field.code} {field.label.in_language(language)}"


class PartnerFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Find partners by their name in any script, by country, field and kind of mobility."""

    text = django_filters.CharFilter(label=_("Partner"), method="by_partner", widget=SEARCH)
    country = django_filters.ChoiceFilter(
        label=_("Country"),
        field_name="partner__country",
        choices=countries,
        empty_label=pgettext_lazy("countries", "All"),
    )
    field = django_filters.ChoiceFilter(
        label=_("Field (ISCED-F)"),
        method="by_field",
        choices=fields,
        empty_label=pgettext_lazy("fields", "All"),
    )
    mobility = django_filters.ChoiceFilter(
        label=_("Kind of mobility"),
        method="by_mobility",
        choices=Mobility.choices,
        empty_label=pgettext_lazy("mobility", "All"),
    )

    class Meta:
        model = Party
        fields: list[str] = []

    def by_partner(self, rows: QuerySet[Party], _name: str, text: str) -> QuerySet[Party]:
        return rows.filter(partner__in=institutions_like(text))

    def by_field(self, rows: QuerySet[Party], _name: str, code: str) -> QuerySet[Party]:
        return rows.filter(agreement__field_keys__overlap=field_search(code))

    def by_mobility(self, rows: QuerySet[Party], _name: str, value: str) -> QuerySet[Party]:
        return rows.filter(agreement__mobility__contains=[value])


class WhereToFilter(PartnerFilter):
    """The same over all institutions: from where, and where to."""

    home = django_filters.CharFilter(label=_("From which institution"), method="by_home", widget=SEARCH)

    class Meta(PartnerFilter.Meta):
        fields = ["home", "text", "country", "field", "mobility"]

    def by_home(self, rows: QuerySet[Party], _name: str, text: str) -> QuerySet[Party]:
        return rows.filter(institution__in=institutions_like(text))
