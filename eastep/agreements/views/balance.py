"""The balance of one agreement: its years, its lines, and what an office does with them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from eastep.agreements import actions, in_words
from eastep.agreements.balance_in_words import is_in_balance, signed, who_is_ahead
from eastep.agreements.charts import chart_of_agreement
from eastep.agreements.forms.balance import CloseForm, CorrectionForm, LineFilter, ReversalForm
from eastep.agreements.models import Agreement, LedgerLine, Party
from eastep.agreements.queries.balances import Year, years_of
from eastep.agreements.queries.ledger import (
    CLOSING,
    balance_rule,
    closing_lines,
    first_open_year,
    last_line,
    signed_for,
    written_by_closing,
)
from eastep.agreements.states import LineKind, Unit
from eastep.agreements.views.sides import agreement_and_side, agreement_seen_by, own_side
from eastep.core.errors import Refused
from eastep.ui.listing import listing
from eastep.ui.pages import PersonRequest, page

MAY = "agreements.write"


def panel(agreement: Agreement, own: Party | None) -> dict[str, Any]:
    """What the panel of the agreement's page shows, from the reader's *own* side, else from the first."""
    side = own or _first_side(agreement)
    years = years_of(agreement, side)
    return {
        "agreement": agreement,
        "side": side,
        "ahead": who_is_ahead(agreement, side, is_own=own is not None),
        "is_in_balance": is_in_balance(agreement, side),
        "picture": chart_of_agreement(years, side.institution, agreement.unit) if years else None,
        "rows": [_with_links(year, agreement, side) for year in years],
        "total": _total(years, agreement, side),
        "in_terms": agreement.unit == Unit.TERM,
        "url": reverse("agreement_balance", args=[agreement.pk]),
        "lines_url": reverse("ledger_lines", args=[agreement.pk]),
    }


@login_required
def agreement_balance(request: PersonRequest, pk: int) -> HttpResponse:
    """The years of the ledger, from the reader's side."""
    found = agreement_seen_by(request, pk)
    own = own_side(request, found)
    first, last_year = first_open_year(found), timezone.localdate().year - 1
    context = {
        "balance": panel(found, own),
        "may_write": own is not None and request.user.has_perm(MAY, own),
        "rule": in_words.balance_rule({"balance": dict(rule)}) if (rule := balance_rule(found)) else [],
        "can_close": first is not None and first <= last_year,
    }
    return page(request, "agreements/balance/balance.html", context)


@login_required
def ledger_lines(request: PersonRequest, pk: int) -> HttpResponse:
    """The lines of the ledger, in the order in which they were posted, with what they add up to."""
    found = agreement_seen_by(request, pk)
    side = _seen_from(request, found)
    rows = LedgerLine.objects.filter(agreement=found).select_related(
        "sender", "receiver", "party__institution", "by", "reversed_by"
    )
    context = listing(request, rows, LineFilter, sorts={"posted": ("pk",)}, export=_export(side, found.unit))
    context |= {
        "agreement": found,
        "side": side,
        "may_write": request.user.has_perm(MAY, side),
        "in_terms": found.unit == Unit.TERM,
    }
    if "page" in context:
        context["lines"] = _running(context, side, found)
    return page(request, "agreements/balance/lines.html", context, fragment="rows")


@login_required
def post_correction(request: PersonRequest, pk: int) -> HttpResponse:
    """Stays that were not counted, or not rightly."""
    found, side = agreement_and_side(request, pk)
    form = CorrectionForm(
        request.POST or None,
        party=side,
        initial={"year": request.GET.get("year") or timezone.localdate().year},
    )
    if form.is_valid():
        try:
            actions.post(found, by=request.user, party=side, kind=LineKind.CORRECTION, **form.cleaned_data)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Posted. The partner has been told."))
            return redirect("agreement_balance", pk)
    return page(
        request, "agreements/balance/correction.html", {"agreement": found, "side": side, "form": form}
    )


@login_required
def reverse_line(request: PersonRequest, pk: int, line: int) -> HttpResponse:
    """Take one line back by its opposite."""
    found, side = agreement_and_side(request, pk)
    rows = LedgerLine.objects.filter(agreement=found).select_related(
        "sender", "receiver", "by", "reversed_by"
    )
    chosen = get_object_or_404(rows, pk=line)
    form = ReversalForm(request.POST or None)
    if form.is_valid():
        try:
            actions.reverse(chosen, by=request.user, party=side, note=form.cleaned_data["note"])
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Reversed. The partner has been told."))
            return redirect("ledger_lines", pk)
    return page(
        request, "agreements/balance/reverse.html", {"agreement": found, "line": chosen, "form": form}
    )


@login_required
def close_years(request: PersonRequest, pk: int) -> HttpResponse:
    """Close one year or several; first it is shown what would be written."""
    found, side = agreement_and_side(request, pk)
    first, last_year = first_open_year(found), timezone.localdate().year - 1
    years = range(first, last_year + 1) if first is not None else range(0)
    if not years:
        return page(request, "agreements/balance/close.html", {"agreement": found, "years": years})
    asked = CloseForm(request.POST or request.GET or {"until": years[0]}, years=years)
    until = asked.cleaned_data["until"] if asked.is_valid() else years[0]
    if request.method == "POST" and asked.is_valid():
        try:
            actions.close_year(side, by=request.user, year=until, seen=asked.cleaned_data["seen"])
        except Refused as why:
            asked.add_error(None, str(why))
        else:
            messages.success(request, _("Closed until {year}. The partner has been told.").format(year=until))
            return redirect("agreement_balance", pk)
    context = {
        "agreement": found,
        "side": side,
        "years": years,
        "form": asked,
        "until": until,
        "seen": last_line(found),
        "plan": [
            {
                "line": one,
                "is_into": one.year > one.closes,
                "stays": signed(one.stays),
                "terms": signed(one.terms),
            }
            for one in closing_lines(found, side.institution_id, until=until)
        ],
    }
    return page(request, "agreements/balance/close.html", context)


@login_required
def reopen_year(request: PersonRequest, pk: int, year: int) -> HttpResponse:
    """Open the year that was closed last again; first it is shown what would be taken back."""
    found, side = agreement_and_side(request, pk)
    if request.method == "POST":
        actions.reopen_year(side, by=request.user, year=year)
        messages.success(
            request, _("The year {year} is open again. The partner has been told.").format(year=year)
        )
        return redirect("agreement_balance", pk)
    context = {"agreement": found, "year": year, "lines": written_by_closing(found, year)}
    return page(request, "agreements/balance/reopen.html", context)


def _seen_from(request: PersonRequest, found: Agreement) -> Party:
    """The side from which the figures are told: the reader's own, else the one that began."""
    return own_side(request, found) or _first_side(found)


def _first_side(agreement: Agreement) -> Party:
    return agreement.parties.select_related("institution", "partner").get(position=1)


def _with_links(year: Year, agreement: Agreement, side: Party) -> dict[str, Any]:
    """The figures of a year, each with the address of its lines."""
    here = {"year": year.year}
    return {
        "year": year,
        "brought": (signed(year.brought), _lines(agreement, **here, kind="brought")),
        "sent": (year.sent, _lines(agreement, **here, kind="own", sender=side.institution_id)),
        "received": (year.received, _lines(agreement, **here, kind="own", sender=side.partner_id)),
        "expired": (signed(year.expired), _lines(agreement, **here, kind="expired")),
        "balance": (signed(year.balance), _lines(agreement, until=year.year, kind="counted")),
    }


def _total(years: list[Year], agreement: Agreement, side: Party) -> dict[str, Any]:
    """The same for all years together."""
    sent, received = sum(one.sent for one in years), sum(one.received for one in years)
    return {
        "sent": (sent, _lines(agreement, kind="own", sender=side.institution_id)),
        "received": (received, _lines(agreement, kind="own", sender=side.partner_id)),
        "expired": (signed(sum(one.expired for one in years)), _lines(agreement, kind="expired")),
        "balance": (signed(side.balance), _lines(agreement)),
    }


def _lines(agreement: Agreement, **given: Any) -> str:
    url = reverse("ledger_lines", args=[agreement.pk])
    return f"{url}?{urlencode(given)}" if given else url


def _running(context: dict[str, Any], side: Party, found: Agreement) -> list[dict[str, Any]]:
    """The lines of the page, each with what it adds for the side, and what those up to it add up to.

    With a filter it is what the lines that are shown add up to: the figure that was opened.
    """
    rows, column = list(context["page"]), "stays" if found.unit == Unit.STAY else "terms"
    filters = context["filters"]
    matching = filters.qs if filters.is_valid() else LedgerLine.objects.none()
    before = matching.order_by().filter(pk__lt=rows[0].pk) if rows else matching.none()
    sum_ = before.aggregate(sum=Sum(signed_for(side.institution_id, found.unit)))["sum"] or 0
    lines = []
    for line in rows:
        amount = getattr(line, column) * (1 if line.sender_id == side.institution_id else -1)
        sum_ += amount
        lines.append(
            {
                "line": line,
                "adds": signed(amount),
                "sum": signed(sum_),
                "is_reversed": hasattr(line, "reversed_by"),
                "can_reverse": line.reverses_id is None
                and not hasattr(line, "reversed_by")
                and line.kind not in CLOSING
                and line.year > (found.closed_until or 0),
            }
        )
    return lines


def _export(side: Party, unit: str) -> list[tuple[object, Any]]:
    column = "stays" if unit == Unit.STAY else "terms"
    return [
        (_("Year"), lambda line: line.year),
        (_("Kind"), lambda line: line.get_kind_display()),
        (_("From the year"), lambda line: line.origin),
        (_("Sent by"), lambda line: str(line.sender)),
        (_("Received by"), lambda line: str(line.receiver)),
        (_("Stays"), lambda line: line.stays),
        (pgettext("ledger", "Terms"), lambda line: line.terms),
        (
            _("Adds to the balance of {institution}").format(institution=side.institution),
            lambda line: getattr(line, column) * (1 if line.sender_id == side.institution_id else -1),
        ),
        (pgettext("ledger", "Note"), lambda line: line.note),
        (_("Posted for"), lambda line: str(line.party.institution)),
        (_("Posted by"), lambda line: str(line.by)),
        (_("Posted at"), lambda line: timezone.localtime(line.at).replace(tzinfo=None)),
    ]
