"""The calendar of the ends of agreements: the page with its address, and the feed that a calendar program reads."""

from itertools import islice

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eastep.agreements import actions
from eastep.agreements.feed import dates_of, feed, in_words
from eastep.agreements.models import CalendarAddress
from eastep.notices.mails import absolute
from eastep.ui.pages import PersonRequest, page

SHOWN = 10  # of the dates to come, as a sample


@login_required
@require_safe
def agreement_calendar(request: PersonRequest) -> HttpResponse:
    """The person's address, how to use it, and what the calendar will show next."""
    address = CalendarAddress.objects.visible_to(request.user).first()
    today = timezone.localdate()
    dated = [one for one in dates_of(request.user, today=today) if one.deadline.on >= today]
    dated.sort(key=lambda one: one.deadline.on)
    context = {
        "address": address,
        "whole": absolute(address.get_absolute_url()) if address else "",
        "coming": [
            {
                "on": one.deadline.on,
                "words": in_words(one.deadline, partner=str(one.side.partner)),
                "url": one.side.agreement.get_absolute_url(),
            }
            for one in islice(dated, SHOWN)
        ],
    }
    answer = page(request, "agreements/calendar.html", context)
    answer["Cache-Control"] = "private, no-store"  # the address is a secret
    return answer


@login_required
@require_POST
def make_calendar_address(request: PersonRequest) -> HttpResponse:
    """Make an address, or a new one in its place."""
    is_first = not CalendarAddress.objects.visible_to(request.user).exists()
    actions.make_calendar_address(request.user, by=request.user)
    text = (
        _("The address is made. Copy it into your calendar program.")
        if is_first
        else _("The address is new. The old one shows nothing any more: replace it in your calendar program.")
    )
    messages.success(request, text)
    return redirect("agreement_calendar")


@login_required
@require_POST
def revoke_calendar_address(request: PersonRequest) -> HttpResponse:
    """Revoke it."""
    actions.revoke_calendar_address(request.user, by=request.user)
    messages.success(request, _("The address is revoked. It shows nothing any more."))
    return redirect("agreement_calendar")


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The feed: no sign-in, the address itself is the secret. Who is not active any more has none."""
    addresses = CalendarAddress.objects.filter(person__is_active=True).select_related("person")
    address = get_object_or_404(addresses, token=token)
    answer = HttpResponse(feed(address.person), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="eastep.ics"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer
