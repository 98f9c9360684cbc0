"""Remind the partner: of one agreement, or of those that were chosen in the list."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eastep.agreements import actions
from eastep.agreements.actions.reminding import MOST_AT_ONCE, reminder_of
from eastep.agreements.models import Party
from eastep.agreements.queries import lists
from eastep.agreements.views.lists import CHOSEN, NAMED, SORTS, chosen_sides
from eastep.agreements.views.sides import agreement_and_side
from eastep.core.errors import Refused
from eastep.people.models import User
from eastep.ui.pages import PersonRequest, own_address, page


@login_required
@require_POST
def remind_partner(request: PersonRequest, pk: int) -> HttpResponse:
    """Remind the partner of one agreement."""
    found, party = agreement_and_side(request, pk)
    about = actions.remind_partner(party, by=request.user)
    messages.success(request, _("The partner has been reminded: {about}").format(about=about.label))
    return redirect(found)


@login_required
@require_POST
def ask_for_version(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask the partner for the version that it prepares."""
    found, party = agreement_and_side(request, pk)
    about = actions.ask_for_version(party, by=request.user)
    messages.success(request, _("The partner has been reminded: {about}").format(about=about.label))
    return redirect(found)


@login_required
@require_POST
def remind_partners(request: PersonRequest) -> HttpResponse:
    """Remind the partners of the chosen agreements; first it is shown which these are, then what was done for each."""
    back = own_address(request, reverse("agreements"))
    try:
        chosen = _of_own_office(request, chosen_sides(request))
    except ValidationError as error:
        messages.error(request, error.message)
        return redirect(back)
    rows = lists.to_remind(chosen, timezone.localdate())
    number = rows.count()
    if number > MOST_AT_ONCE:
        raise Refused(
            _("At most {most} partners are reminded at once. Choose fewer agreements.").format(
                most=MOST_AT_ONCE
            ),
            code="too_many",
        )
    if "sure" in request.POST:
        done = actions.remind_partners(rows.order_by(*SORTS["partner"]), by=request.user)
        reminded = sum(1 for _party, about, _why in done if about)
        context = {"done": done, "reminded": reminded, "back": back}
        return page(request, "agreements/reminders/reminded.html", context)
    context = {
        "number": number,
        "left_out": chosen.count() - number,
        "sides": rows.order_by(*SORTS["partner"])[:NAMED],
        "more": max(number - NAMED, 0),
        "back": back,
        "chosen": [(name, value) for name in CHOSEN for value in request.POST.getlist(name)],
    }
    return page(request, "agreements/reminders/remind.html", context)


def may_remind(user: User, party: Party | None) -> bool:
    """Whether the agreement's own page offers it."""
    return party is not None and user.has_perm("agreements.write", party) and reminder_of(party) is not None


def _of_own_office(request: PersonRequest, rows: QuerySet[Party]) -> QuerySet[Party]:
    """Those that the person's office acts for."""
    offices = [place for place, role in request.user.roles if place and role == "office"]
    acted_for = Party.objects.acted_for_by(request.user).values("pk")
    return rows.filter(institution__in=offices, pk__in=acted_for).select_related(
        "agreement", "institution", "partner"
    )
