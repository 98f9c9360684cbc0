"""The pictures of a result."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from eastep.applications.report import Document, country
from eastep.ui.charts import bars, histogram


def charts(figures: Document) -> dict[str, Any]:
    """Applicants and places by direction, and how many got their first, second, ... choice."""
    flows = [
        (
            f"{country(flow['from'])} → {country(flow['to'])}",
            (flow["applicants"], flow["places"], flow["placed"]),
        )
        for flow in figures["flows"]
    ]
    ranks = list(figures["at_choice"].items())
    ranks.append((pgettext("choice that was met", "none"), figures["applicants"] - figures["placed"]))
    series = [_("Applicants by first choice"), _("Places, counted by term"), _("Placed")]
    return {
        "flows": bars(_("Both directions"), flows, series),
        "ranks": histogram(_("Which choice was met"), ranks, _("Applicants")),
    }
