"""The pictures of a result, and of two results side by side."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from eastep.applications.comparing import Comparison
from eastep.applications.prices import Prices
from eastep.applications.report import Document, country
from eastep.ui.charts import Chart, bars, histogram

MOST_WAYS = 3  # series that a picture shows


def charts(figures: Document) -> dict[str, Any]:
    """Applicants and places by direction, and how many got their first, second, ... choice."""
    flows = [
        (_way(flow["from"], flow["to"]), (flow["applicants"], flow["places"], flow["placed"]))
        for flow in figures["flows"]
    ]
    counts = sorted(figures["at_choice"].items(), key=lambda one: int(one[0]))
    if figures.get("off_list"):
        counts.append(("0", figures["off_list"]))
    counts.append(("", figures["applicants"] - figures["placed"]))
    series = [_("Applicants by first choice"), _("Places, counted by term"), _("Placed")]
    return {
        "flows": bars(_("Both directions"), flows, series),
        "ranks": histogram(
            _("Which choice was met"), [(_rank(number), count) for number, count in counts], _("Applicants")
        ),
    }


def charts_of_two(comparison: Comparison, names: Iterable[str]) -> dict[str, Chart]:
    """The same for two results, called *names*: which choice was met, and who was placed by direction."""
    series = list(names)
    ranks = [(_rank(number), (one, other)) for number, one, other in comparison.ranks]
    flows = [(_way(home, host), (one, other)) for home, host, one, other in comparison.flows]
    return {
        "ranks": bars(_("Which choice was met"), ranks, series),
        "flows": bars(_("Placed, in both directions"), flows, series),
    }


def charts_of_rules(prices: Prices) -> dict[str, Chart]:
    """What each rule gives: placed and first choices, the flows in both directions, what stays uneven.

    More than three directions do not fit into one picture; the table has them all.
    """
    rows = [one for one in prices.rows if not one.problem]
    found = {
        "placed_by_rule": bars(
            _("Placed, by rule"),
            [(one.name, (one.figures["placed"], one.figures["first"])) for one in rows],
            [pgettext("figure", "Placed"), _("At the first choice")],
        ),
        "uneven_by_rule": bars(
            _("What stays uneven, by rule"),
            [(one.name, (one.open_stays, one.figures["institutions"]["uneven"])) for one in rows],
            [_("Open between countries"), _("Surplus between universities")],
        ),
    }
    if 1 <= len(prices.ways) <= MOST_WAYS:
        found["flows_by_rule"] = bars(
            _("Stays in each direction, by rule"),
            [(one.name, one.flows) for one in rows],
            [f"{one} → {other}" for one, other in prices.ways],
        )
    return found


def _rank(number: str) -> str:
    if not number:
        return pgettext("choice that was met", "none")
    return pgettext("choice that was met", "not on the list") if number == "0" else number


def _way(home: str, host: str) -> str:
    return f"{country(home)} → {country(host)}"
