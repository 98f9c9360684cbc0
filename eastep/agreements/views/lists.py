"""The list of agreements, and what is done with many of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from eastep.agreements import actions
from eastep.agreements.forms.lists import AgreementFilter, EveryAgreementFilter
from eastep.agreements.in_short import as_rows, in_short
from eastep.agreements.models import Party
from eastep.agreements.queries import lists
from eastep.agreements.states import Mobility
from eastep.core.errors import Refused
from eastep.ui.listing import Getter, listing, selected
from eastep.ui.pages import PersonRequest, own_address, page

SORTS = {
    "partner": ("partner__sort_key", "pk"),
    "end": ("agreement__ends_on", "pk"),
    "balance": ("balance", "pk"),
    "changed": ("-agreement__moved_at", "-pk"),
}
NAMED = 20  # rows named on the page that asks
TOLD = 5  # of those that were refused, in the message
CHOSEN = ("which", "query", "shown", "row", "next")  # what `bulk` sends


@login_required
def agreements(request: PersonRequest) -> HttpResponse:
    """The agreements of one's own side; for the programme and its auditors, everybody's."""
    for_all = lists.sees_all(request.user)
    rows, filters = _rows(request)
    export = _export(for_all) if "export" in request.GET else _HAS_EXPORT
    context: dict[str, Any] = listing(
        request, rows, filters, sorts=SORTS, export=export, show=lists.with_names
    )
    may_write = request.user.has_role("office")
    context |= {"for_all": for_all, "may_write": may_write, "may_choose": may_write and not for_all}
    if "page" in context:
        context["rows"] = as_rows(
            context["page"].rows,
            today=timezone.localdate(),
            url=reverse("agreement", args=[0]),
            for_all=for_all,
            tick=context["may_choose"],
        )
    return page(request, "agreements/agreements.html", context, fragment="rows")


@login_required
@require_POST
def confirm_agreements(request: PersonRequest) -> HttpResponse:
    """Confirm what partners have recorded; first it is shown which these are."""
    return _many(
        request,
        "agreements/confirm_agreements.html",
        lists.to_confirm,
        _confirm_many,
        lambda number: ngettext(
            "{number} agreement was confirmed. It is in effect for both sides.",
            "{number} agreements were confirmed. They are in effect for both sides.",
            number,
        ),
    )


@login_required
@require_POST
def renew_agreements(request: PersonRequest) -> HttpResponse:
    """Propose the same for the period that follows; first it is shown which these are."""
    return _many(
        request,
        "agreements/renew_agreements.html",
        lists.to_renew,
        _renew_many,
        lambda number: ngettext(
            "The renewal of {number} agreement was proposed. The partner has been told.",
            "The renewal of {number} agreements was proposed. The partners have been told.",
            number,
        ),
    )


def _confirm_many(sides: Sequence[Any], *, by: Any) -> list[tuple[Party, Refused | None]]:
    return actions.confirm_many([(side, side.text) for side in sides], by=by)


def _renew_many(sides: Sequence[Party], *, by: Any) -> list[tuple[Party, Refused | None]]:
    """Each for itself: with every side comes why not, or None where it went well."""
    done: list[tuple[Party, Refused | None]] = []
    for side in sides:
        try:
            actions.renew(side, by=by)
            done.append((side, None))
        except Refused as why:
            done.append((side, why))
    return done


def _many(request: PersonRequest, template: str, possible: Any, act: Any, said: Any) -> HttpResponse:
    """Ask, with the rows that it would be for, and when it is confirmed, do it: if the rows are those that were shown."""
    back = own_address(request, reverse("agreements"))
    try:
        chosen = chosen_sides(request)
    except ValidationError as error:
        messages.error(request, error.message)
        return HttpResponseRedirect(back)
    rows = possible(chosen).filter(pk__in=Party.objects.acted_for_by(request.user).values("pk"))
    sides = list(rows.order_by("pk"))
    seen = _told_apart(sides)
    if request.POST.get("seen") == seen:
        _tell(request, act(sides, by=request.user), said)
        return HttpResponseRedirect(back)
    if "sure" in request.POST:
        messages.warning(request, _("Some of these have changed meanwhile. Look at them, and confirm again."))
    number, of_all = len(sides), chosen.count()
    context = {
        "number": number,
        "left_out": of_all - number,
        "sides": rows.order_by(*SORTS["partner"])[:NAMED],
        "more": max(number - NAMED, 0),
        "back": back,
        "chosen": [
            ("seen", seen),
            *((name, value) for name in CHOSEN for value in request.POST.getlist(name)),
        ],
    }
    return page(request, template, context)


def _told_apart(sides: Sequence[Any]) -> str:
    """One value for which agreements these are, and for what they say, where that is what one agrees to."""
    shown = [(side.pk, getattr(side, "text", "")) for side in sides]
    return sha256(repr(shown).encode()).hexdigest()


def _tell(request: PersonRequest, done: list[tuple[Party, Refused | None]], said: Any) -> None:
    refused = [(side, why) for side, why in done if why]
    if number := len(done) - len(refused):
        messages.success(request, said(number).format(number=number))
    elif not refused:
        messages.info(request, _("None of these agreements can be chosen for that now."))
    for side, why in refused[:TOLD]:
        messages.error(request, _("{name}: {reason}").format(name=side.partner, reason=why))
    if len(refused) > TOLD:
        more = len(refused) - TOLD
        messages.error(request, _("And others that were refused: {number}").format(number=more))


def chosen_sides(request: PersonRequest) -> QuerySet[Party]:
    """The rows that were chosen with `bulk` on the list. Raises ValidationError where nothing was ticked."""
    rows, filters = _rows(request)
    return selected(request, rows, filters)


def _rows(request: PersonRequest) -> tuple[QuerySet[Party], type[AgreementFilter]]:
    rows = lists.listed(request.user)
    return rows, EveryAgreementFilter if lists.sees_all(request.user) else AgreementFilter


_HAS_EXPORT: Sequence[tuple[object, Getter]] = [
    ("", str)
]  # that there is one; its columns, when it is asked for


def _export(for_all: bool) -> Sequence[tuple[object, Getter]]:
    today = timezone.localdate()
    mobility = {value: str(label) for value, label in Mobility.choices}
    last: list[Any] = [None]  # a row's words are made once, for all its columns

    def short(side: Party) -> Any:
        if last[0] is None or last[0].side is not side:
            [last[0]] = in_short([side], today=today, for_all=for_all)
        return last[0]

    whose = [(_("First institution"), lambda side: str(side.own_name))] if for_all else []
    partner = _("Second institution") if for_all else _("Partner")
    return [
        *whose,
        (partner, lambda side: str(side.partner_name)),
        (_("Faculties"), lambda side: short(side).faculties),
        (_("Own reference number"), lambda side: side.reference),
        (_("Level"), lambda side: short(side).level),
        (_("Standing"), lambda side: short(side).standing),
        (_("More about it"), lambda side: short(side).more),
        (_("First day"), lambda side: side.agreement.starts_on),
        (_("Last day"), lambda side: side.agreement.ends_on),
        (_("Places out a year"), lambda side: side.places_out),
        (_("Places in a year"), lambda side: side.places_in),
        (_("Balance"), lambda side: side.balance),
        (_("Balance in words"), lambda side: short(side).balance_words),
        (pgettext("agreement", "For"), lambda side: ", ".join(mobility.get(one, one) for one in side.agreement.mobility)),
        (_("Next step"), lambda side: short(side).next_step),
        (_("Last change"), lambda side: timezone.localtime(side.agreement.moved_at).date()),
    ]  # fmt: skip
