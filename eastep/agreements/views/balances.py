"""Balances over many agreements: of an institution with its partners, and between countries; with the lines behind them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from eastep.agreements.balance_in_words import signed
from eastep.agreements.charts import chart_of_countries, chart_of_institution, chart_of_partners
from eastep.agreements.forms.balance import EveryLineFilter
from eastep.agreements.models import LedgerLine, Party
from eastep.agreements.models.agreements import STAFF
from eastep.agreements.queries.balances import (
    Countries,
    Figures,
    between_countries,
    by_institution,
    of_institution,
    total,
)
from eastep.agreements.states import Unit
from eastep.institutions.models import Institution
from eastep.institutions.sentences import country_in_words
from eastep.ui.listing import listing
from eastep.ui.pages import PersonRequest, page

SORTS = {"name": ("sort_key", "pk")}


@login_required
def balances(request: PersonRequest) -> HttpResponse:
    """One's own institution with each of its partners; for who belongs to none, all institutions."""
    homes = _homes(request)
    key = request.GET.get("institution", "").replace("\0", "")
    institution = get_object_or_404(Institution, key=key) if key else homes.first()
    sides = Party.objects.visible_to(request.user)
    lines = LedgerLine.objects.visible_to(request.user)
    context: dict[str, Any] = {"homes": homes if homes.count() > 1 else [], "institution": institution}
    if institution is None:
        rows = Institution.objects.filter(pk__in=sides.values("institution"))
        context |= listing(request, rows, sorts=SORTS)
        shown = list(context["page"])
        figures = by_institution(lines, [one.pk for one in shown])
    else:
        rows = Institution.objects.filter(pk__in=sides.filter(institution=institution).values("partner"))
        figures, years = of_institution(lines, institution)
        context |= listing(request, rows, sorts=SORTS, export=_export(figures))
        shown = list(context.get("page", ()))
        if "page" in context:
            context |= _of_institution(institution, figures, years)
    context["rows"] = [
        {"institution": one, **_with_links(figures.get(one.pk, Figures()), institution or one, one)}
        for one in shown
    ]
    return page(request, "agreements/balance/balances.html", context, fragment="rows")


def _of_institution(
    institution: Institution, figures: dict[int, Figures], years: list[tuple[int, Figures]]
) -> dict[str, Any]:
    """The sums of an institution: over all partners, by year, and with whom most is open."""
    names = {one.pk: str(one) for one in Institution.objects.filter(pk__in=figures).defer("grams")}
    pictures = (chart_of_partners(figures, names, unit, institution) for unit in Unit.values)
    return {
        "years": [{"year": year, **_with_links(one, institution, None, year=year)} for year, one in years],
        "picture": chart_of_institution(years, institution) if years else None,
        "pictures": [picture for picture in pictures if picture],
        "total": _with_links(total(figures.values()), institution, None),
        "has_terms": any(one.open[Unit.TERM] for one in figures.values()),
    }


@login_required
def country_balances(request: PersonRequest) -> HttpResponse:
    """Both directions between two countries, year by year, over all agreements that the person sees."""
    pairs = between_countries(LedgerLine.objects.visible_to(request.user))
    context = {"pairs": [_pair(pair) for pair in pairs], "sees_all": not _homes(request).exists()}
    return page(request, "agreements/balance/countries.html", context)


def _pair(pair: Countries) -> dict[str, Any]:
    one, other = country_in_words(pair.one), country_in_words(pair.other)
    base = {"country": pair.one, "partner_country": pair.other}
    return {
        "one": one,
        "other": other,
        "picture": chart_of_countries(pair.years, one, other),
        "ahead": _(
            "{country} has sent {number} more stays than it has received, what has expired left out."
        ).format(country=one if pair.open > 0 else other, number=abs(pair.open))
        if pair.open
        else _("As many were sent as received: nothing is open."),
        "open": (signed(pair.open), _lines(**base)),
        "years": [
            {
                "year": year,
                "sent": (figures.sent, _lines(**base, direction="sent", kind="own", year=year)),
                "received": (figures.received, _lines(**base, direction="received", kind="own", year=year)),
                "difference": (signed(figures.difference), _lines(**base, kind="own", year=year)),
            }
            for year, figures in pair.years
        ],
    }


@login_required
def balance_lines(request: PersonRequest) -> HttpResponse:
    """The lines behind a figure, of all agreements that the person sees, and what they add up to."""
    rows = LedgerLine.objects.visible_to(request.user).select_related(
        "sender", "receiver", "party__institution", "by", "agreement"
    )
    context = listing(request, rows, EveryLineFilter, sorts={"posted": ("pk",)}, export=_export_of_lines())
    if "page" in context:
        filters = context["filters"]
        context["sums"] = _sums(filters) if filters.is_valid() and context["page"].rows else None
    return page(request, "agreements/balance/all_lines.html", context, fragment="rows")


def _sums(filters: EveryLineFilter) -> dict[str, Any]:
    """What the lines add up to, signed for the institution or country that was asked for."""
    lines = filters.qs.order_by()
    both = {"stays": Sum("stays", default=0), "terms": Sum("terms", default=0)}
    said = filters.form.cleaned_data
    if not (said.get("institution") or said.get("country")):
        return {"all": lines.aggregate(**both)}
    sent = lines.filter(filters.from_one()).aggregate(**both)
    received = lines.filter(filters.to_one()).aggregate(**both)
    return {
        "sent": sent,
        "received": received,
        "stays": signed(sent["stays"] - received["stays"]),
        "terms": signed(sent["terms"] - received["terms"]),
    }


def _homes(request: PersonRequest) -> QuerySet[Institution]:
    """The institutions that the person belongs to as staff."""
    places = [place for place, role in request.user.roles if place and role in STAFF]
    return Institution.objects.filter(pk__in=places).order_by("sort_key", "pk")


def _with_links(
    figures: Figures, one: Institution, other: Institution | None, **more: Any
) -> dict[str, tuple[object, str]]:
    """The figures, each with the address of its lines; *other* is the partner, or None for all."""
    ends: dict[str, Any] = {"institution": one.key}
    if other is not None and other != one:
        ends["partner"] = other.key
    return {
        "sent": (figures.sent, _lines(**ends, **more, direction="sent", kind="own")),
        "received": (figures.received, _lines(**ends, **more, direction="received", kind="own")),
        "difference": (signed(figures.difference), _lines(**ends, **more, kind="own")),
        "stays": (signed(figures.open[Unit.STAY]), _lines(**ends, **more, unit=Unit.STAY)),
        "terms": (signed(figures.open[Unit.TERM]), _lines(**ends, **more, unit=Unit.TERM)),
    }


def _lines(**given: Any) -> str:
    return f"{reverse('balance_lines')}?{urlencode(given)}"


def _export(figures: dict[int, Figures]) -> list[tuple[object, Any]]:
    none = Figures()
    return [
        (_("Partner"), str),
        (_("Country"), lambda row: row.country),
        (_("Stays sent"), lambda row: figures.get(row.pk, none).sent),
        (_("Stays received"), lambda row: figures.get(row.pk, none).received),
        (_("Open, in stays"), lambda row: figures.get(row.pk, none).open[Unit.STAY]),
        (_("Open, in terms"), lambda row: figures.get(row.pk, none).open[Unit.TERM]),
    ]


def _export_of_lines() -> list[tuple[object, Any]]:
    return [
        (_("Year"), lambda line: line.year),
        (_("Kind"), lambda line: line.get_kind_display()),
        (_("From the year"), lambda line: line.origin),
        (_("Sent by"), lambda line: str(line.sender)),
        (_("Received by"), lambda line: str(line.receiver)),
        (_("Stays"), lambda line: line.stays),
        (pgettext("ledger", "Terms"), lambda line: line.terms),
        (pgettext("ledger", "Note"), lambda line: line.note),
        (_("Posted for"), lambda line: str(line.party.institution)),
        (_("Posted by"), lambda line: str(line.by)),
        (_("Posted at"), lambda line: timezone.localtime(line.at).replace(tzinfo=None)),
    ]
