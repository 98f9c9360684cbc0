"""The pictures of balances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from eastep.agreements.queries.balances import Figures, Year
from eastep.agreements.states import Unit
from eastep.institutions.models import Institution
from eastep.ui.charts import Chart, both_ways

YEARS = 10  # the newest that a picture shows
PARTNERS = 8


def chart_of_agreement(years: Iterable[Year], institution: Institution, unit: str) -> Chart:
    """What one side has sent and received in the newest years."""
    title = (
        _("Stays sent and received by {institution}")
        if unit == Unit.STAY
        else _("Terms sent and received by {institution}")
    )
    return _by_year(
        title.format(institution=institution), [(one.year, one.sent, one.received) for one in years]
    )


def chart_of_institution(years: Iterable[tuple[int, Figures]], institution: Institution) -> Chart:
    """The same over all its agreements."""
    title = _("Stays sent and received by {institution}").format(institution=institution)
    return _by_year(title, [(year, one.sent, one.received) for year, one in years])


def chart_of_countries(years: Iterable[tuple[int, Figures]], one: str, other: str) -> Chart:
    """Stays from one country to the other, and back."""
    rows = [(str(year), (max(there.sent, 0), max(there.received, 0))) for year, there in years]
    return both_ways(
        _("Stays in both directions by year"), rows[-YEARS:], [f"{one} → {other}", f"{other} → {one}"]
    )


def chart_of_partners(
    figures: Mapping[int, Figures], names: Mapping[int, str], unit: str, institution: Institution
) -> Chart | None:
    """With whom most is open, the largest first; None where nothing is."""
    found = [(key, one.open[unit]) for key, one in figures.items() if one.open[unit]]
    largest = sorted(found, key=lambda one: (-abs(one[1]), names[one[0]]))[:PARTNERS]
    if not largest:
        return None
    title = _("Most open stays, by partner") if unit == Unit.STAY else _("Most open terms, by partner")
    rows = [(names[key], (max(count, 0), max(-count, 0))) for key, count in largest]
    series = [
        _("{institution} has sent more").format(institution=institution),
        _("The partner has sent more"),
    ]
    return both_ways(title, rows, series)


def _by_year(title: str, years: Iterable[tuple[int, int, int]]) -> Chart:
    """A year in which more was corrected than sent shows no bar; its figure stands in the table."""
    rows = [(str(year), (max(sent, 0), max(received, 0))) for year, sent, received in years]
    return both_ways(title, rows[-YEARS:], [_("Sent"), _("Received")])
