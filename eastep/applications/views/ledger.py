"""The carried balance of a round of the programme, read from the ledger of the agreements."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from eastep.applications import queries
from eastep.applications.in_words import signed
from eastep.applications.models import Round
from eastep.applications.reasons import country
from eastep.ui.pages import PersonRequest


def ledger_read(request: PersonRequest, round_: Round) -> dict[str, Any] | None:
    """What the address asks to read: what is *carried* by country and by institution, as of when, and in words."""
    if round_.home_id or request.method != "GET" or request.GET.get("carried") != "ledger":
        return None
    places = round_.places.counting().order_by()
    institutions = {key for pair in places.values_list("home__key", "host__key").distinct() for key in pair}
    carried = queries.carried_in_ledger(queries.countries_of(round_), institutions)
    figures = [(country(code), signed(number)) for code, number in carried["country"].items()]
    return {"carried": carried, "at": timezone.localdate(), "figures": figures}
