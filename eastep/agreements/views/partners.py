"""For everybody: with whom a university has agreements in effect, and where one can go."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import pgettext

from eastep.agreements.forms.partners import PartnerFilter, WhereToFilter
from eastep.agreements.in_words import Words, terms
from eastep.agreements.models import Party
from eastep.agreements.public import Exchange, exchanges, faculties
from eastep.agreements.queries.public import public_sides
from eastep.agreements.states import Level, Mobility
from eastep.core.text import Text
from eastep.institutions.models import Institution
from eastep.ui.listing import listing
from eastep.ui.pages import page

BY_NAME = {"partner": ("partner__sort_key", "pk"), "until": ("agreement__ends_on", "pk")}
BY_AGE = {"newest": ("-pk",)}  # over all institutions only an order that an index has


def partners_of(request: HttpRequest, key: str) -> HttpResponse:
    """The partners of one institution, by the agreements that are in effect today."""
    institution = get_object_or_404(Institution, key=key)
    rows = public_sides(timezone.localdate()).filter(institution=institution)
    context = listing(request, rows, PartnerFilter, sorts=BY_NAME)
    context |= {"institution": institution, "told": _told(context["page"])}
    return page(request, "agreements/partners/partners_of.html", context, fragment="rows")


def partners(request: HttpRequest) -> HttpResponse:
    """Where one can go: from which institution, to which country, in which field."""
    sorts = BY_NAME if request.GET.get("home", "").strip() else BY_AGE
    context = listing(request, public_sides(timezone.localdate()), WhereToFilter, sorts=sorts)
    context |= {"told": _told(context["page"]), "by_name": sorts is BY_NAME}
    return page(request, "agreements/partners/partners.html", context, fragment="rows")


def _told(rows: Any) -> list[dict[str, Any]]:
    """The public facts of each row, in the reader's language."""
    contents = [party.agreement.now[0].content for party in rows]
    words = Words.of(*contents)
    return [_facts(party, content, words) for party, content in zip(rows, contents, strict=True)]


def _facts(party: Party, content: dict[str, Any], words: Words) -> dict[str, Any]:
    key = party.institution.key
    own, theirs = (Text(**one) if one else None for one in faculties(content, key))
    return {
        "party": party,
        "level": Level(content["level"]).label,
        "faculty": own,
        "partner_faculty": theirs,
        "exchanges": [
            {
                "mobility": Mobility(one.mobility).label,
                "direction": direction(one),
                "fields": words.fields(one.fields),
                "levels": words.levels(one.levels),
                "terms": terms(one.terms),
            }
            for one in exchanges(content, key)
        ],
    }


def direction(exchange: Exchange) -> str:
    """Which way people go, seen from the institution of the row."""
    if exchange.outgoing and exchange.incoming:
        return pgettext("direction of an exchange", "Outgoing and incoming")
    if exchange.outgoing:
        return pgettext("direction of an exchange", "Outgoing")
    return pgettext("direction of an exchange", "Incoming")
