"""The way in for a guest: the link, the code, and then the agreement.

The link's address opens nothing by itself: it is remembered in the session (as its hash) and left at once, so that no
page, referrer or history of the browser holds it. A link that is unknown, over or revoked leads to the same page. The
mails that tell a guest of something lead to the same door by the invitation's key, which opens nothing by itself either.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from eastep.agreements import actions
from eastep.agreements.actions.inviting import CODE_LASTS, token_hash
from eastep.agreements.forms.guests import CodeForm
from eastep.agreements.models import Agreement, Invitation
from eastep.core.errors import Refused
from eastep.people.models import User
from eastep.ui.pages import page

KEPT = "invitation"  # in the session: the hash of the link that was opened
BACKEND = settings.AUTHENTICATION_BACKENDS[0]

type Answer = Callable[[HttpRequest, Invitation], HttpResponse]


@never_cache
@require_GET
def guest_link(request: HttpRequest, token: str) -> HttpResponse:
    """Remember the link and leave its address."""
    kept = token_hash(token)
    if Invitation.objects.usable().filter(token_sha256=kept).exists():
        return _to_the_door(request, kept)
    request.session.pop(KEPT, None)
    return _to_the_door(request)


@never_cache
@require_GET
def guest_return(request: HttpRequest, invitation: int, key: str) -> HttpResponse:
    """From a mail: who is in reads on; everybody else proves the address first, or is told whom to ask."""
    found = (
        Invitation.objects.select_related("party__agreement", "party__partner").filter(pk=invitation).first()
    )
    if found and request.user.is_authenticated:
        agreement = Agreement.objects.visible_to(request.user).filter(pk=found.party.agreement_id).first()
        if agreement:
            return redirect(agreement)
    if found is None or not constant_time_compare(found.key, key):
        return page(request, "agreements/guests/gone.html", status=HTTPStatus.NOT_FOUND)
    if not Invitation.objects.usable().filter(pk=found.pk).exists():
        context = {"institution": found.party.partner}
        return page(request, "agreements/guests/gone.html", context, status=HTTPStatus.NOT_FOUND)
    return _to_the_door(request, found.token_sha256)


def _to_the_door(request: HttpRequest, kept: str = "") -> HttpResponse:
    """With the link's hash in the session, if it opens."""
    if kept:
        request.session[KEPT] = kept
    answer = redirect("guest_door")
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def invited(view: Answer) -> Callable[[HttpRequest], HttpResponse]:
    """Give the view the invitation whose link was opened; else say whom to ask, and nothing more."""

    @never_cache
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        rows = Invitation.objects.usable().select_related(
            "party__agreement", "party__institution", "party__partner", "made_by", "person"
        )
        found = rows.filter(token_sha256=request.session.get(KEPT, "")).first()
        if found is None:
            return page(request, "agreements/guests/gone.html", status=HTTPStatus.NOT_FOUND)
        return view(request, found)

    return answer


@invited
def guest_door(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Who invites to what, and the code that was mailed."""
    if request.user.is_authenticated and invitation.verified_at and invitation.person_id == request.user.pk:
        return redirect(invitation.party.agreement)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            person = actions.prove_address(invitation, code=form.cleaned_data["code"])
        except Refused as refused:
            form.add_error("code", str(refused))
        else:
            return _let_in(request, invitation, person)
    sent_at = invitation.code_sent_at if invitation.code_sha256 else None
    context = {
        "invitation": invitation,
        "address": masked(invitation.email),
        "is_code_out": bool(sent_at and timezone.now() < sent_at + CODE_LASTS),
        "minutes": int(CODE_LASTS.total_seconds() // 60),
        "form": form,
    }
    return page(request, "agreements/guests/door.html", context)


@require_POST
@invited
def guest_code(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Mail a code."""
    try:
        actions.send_code(invitation)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(
            request, _("A code is on its way to {address}.").format(address=masked(invitation.email))
        )
    return redirect("guest_door")


def masked(email: str) -> str:
    """The address as the invited person recognises it, and nobody else learns it.

    >>> masked("jimin.park@yonsei.ac.kr"), masked("k@example.jp")
    ('j•••@yonsei.ac.kr', 'k•••@example.jp')
    """
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}•••@{domain}"


def _let_in(request: HttpRequest, invitation: Invitation, person: User) -> HttpResponse:
    """Sign the guest in, no longer than the invitation lasts. Who has an account of their own signs in with that."""
    address = invitation.party.agreement.get_absolute_url()
    request.session.pop(KEPT, None)
    if request.user == person:
        return redirect(address)
    if signs_in_otherwise(person):
        messages.info(request, _("You have an account in EASTEP. Sign in with it to read the agreement."))
        return redirect(f"{reverse('account_login')}?{urlencode({'next': address})}")
    login(request, person, backend=BACKEND)
    longest = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    request.session.set_expiry(min(invitation.expires_at, longest))
    return redirect(address)


def signs_in_otherwise(person: User) -> bool:
    """Whether the person has more to lose than what a code by mail should open."""
    return person.has_usable_password() or bool(person.roles) or is_mfa_enabled(person)
