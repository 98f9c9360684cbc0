"""The office's pages of guests: whom the agreement is open to, invite, send again, revoke."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eastep.agreements import actions
from eastep.agreements.forms.guests import ExpiryForm, InviteForm
from eastep.agreements.mails import link_of
from eastep.agreements.models import Agreement, Invitation, Party
from eastep.agreements.queries.guests import guest_invitations, has_office, sees_invitations
from eastep.agreements.views.sides import own_side
from eastep.core.errors import Refused
from eastep.core.permissions import authorise
from eastep.people.models import User
from eastep.ui.pages import PersonRequest, page


@login_required
def guests(request: PersonRequest, pk: int) -> HttpResponse:
    """Every invitation to the agreement, with what has become of it."""
    agreement = _agreement(request, pk)
    context = {
        "agreement": agreement,
        "invitations": _invitations(request.user, agreement),
        **_may_invite(request, agreement),
    }
    return page(request, "agreements/guests/guests.html", context)


@login_required
def invite_guest(request: PersonRequest, pk: int) -> HttpResponse:
    """Invite a named person of the partner. The link is shown this once."""
    agreement = _agreement(request, pk)
    inviter = _inviting_side(request, agreement)
    form = InviteForm(request.POST or None, initial={"language": _language_of(inviter.other)})
    if form.is_valid():
        try:
            invitation, token = actions.invite(
                inviter.other, by=request.user, inviter=inviter, **form.cleaned_data
            )
        except Refused as refused:
            form.add_error(
                "email" if refused.code in ("invited_already", "own_address") else None, str(refused)
            )
        else:
            return _show_link(request, invitation, token)
    context = {"agreement": agreement, "form": form, **_may_invite(request, agreement)}
    return page(request, "agreements/guests/invite.html", context)


@login_required
def invitation(request: PersonRequest, pk: int, invitation: int) -> HttpResponse:
    """One invitation: to whom, until when, and what can be done with it."""
    agreement = _agreement(request, pk)
    found = _invitation(request, agreement, invitation)
    side = own_side(request, agreement)
    context = {
        "agreement": agreement,
        "invitation": found,
        "form": ExpiryForm(),
        "may_revoke": side is not None
        and found.revoked_at is None
        and request.user.has_perm("agreements.revoke_invitation", side),
        **_may_invite(request, agreement),
    }
    return page(request, "agreements/guests/invitation.html", context)


@login_required
@require_POST
def renew_invitation(request: PersonRequest, pk: int, invitation: int) -> HttpResponse:
    """A new link for the same person, shown this once."""
    found = _invitation(request, _agreement(request, pk), invitation)
    form = ExpiryForm(request.POST)
    if not form.is_valid():
        return redirect("invitation", pk, found.pk)
    renewed, token = actions.renew_invitation(found, by=request.user, days=form.cleaned_data["days"])
    return _show_link(request, renewed, token)


@login_required
@require_POST
def change_expiry(request: PersonRequest, pk: int, invitation: int) -> HttpResponse:
    """Another last day, the same link."""
    found = _invitation(request, _agreement(request, pk), invitation)
    form = ExpiryForm(request.POST)
    if form.is_valid():
        actions.change_expiry(found, by=request.user, days=form.cleaned_data["days"])
        messages.success(request, _("Saved."))
    return redirect("invitation", pk, found.pk)


@login_required
@require_POST
def revoke_invitation(request: PersonRequest, pk: int, invitation: int) -> HttpResponse:
    """The link is dead from now on, and the guest sees nothing any more."""
    found = _invitation(request, _agreement(request, pk), invitation)
    actions.revoke(found, by=request.user)
    messages.success(request, _("The invitation is revoked."))
    return redirect("guests", pk)


def guests_panel(request: PersonRequest, agreement: Agreement) -> dict[str, Any]:
    """The context of panels/guests.html on the agreement's own page."""
    own = guest_invitations(request.user).filter(party__agreement=agreement).first()
    return {
        "own_invitation": own,
        "invitations": [] if own else _invitations(request.user, agreement),
        **_may_invite(request, agreement),
    }


def _agreement(request: PersonRequest, pk: int) -> Agreement:
    """The agreement, for the staff of its sides, the programme and auditors; to its guests these pages do not exist."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    if not sees_invitations(agreement, request.user):
        raise Http404
    return agreement


def _invitations(user: User, agreement: Agreement) -> list[Invitation]:
    rows = Invitation.objects.visible_to(user).filter(party__agreement=agreement)
    return list(rows.select_related("party__institution", "party__partner", "made_by", "person"))


def _invitation(request: PersonRequest, agreement: Agreement, pk: int) -> Invitation:
    rows = Invitation.objects.visible_to(request.user).filter(party__agreement=agreement)
    return get_object_or_404(
        rows.select_related("party__agreement", "party__institution", "party__partner", "made_by", "person"),
        pk=pk,
    )


def _inviting_side(request: PersonRequest, agreement: Agreement) -> Party:
    side = own_side(request, agreement)
    if side is None:
        raise PermissionDenied
    authorise(request.user, "agreements.write", side)
    return side


def _may_invite(request: PersonRequest, agreement: Agreement) -> dict[str, Any]:
    """Whether the person may invite somebody of the other side, or which partner needs nobody's invitation."""
    side = own_side(request, agreement)
    if side is None or not request.user.has_perm("agreements.write", side):
        return {"may_invite": False, "partner_is_here": None, "not_shared": False}
    is_here, is_shared = has_office(side.partner_id), agreement.shared_at is not None
    return {
        "may_invite": is_shared and not is_here,
        "partner_is_here": side.partner if is_here else None,
        "not_shared": not is_shared,
    }


def _language_of(party: Party) -> str:
    return {"JP": "ja", "KR": "ko"}.get(party.institution.country, "en")


def _show_link(request: PersonRequest, invitation: Invitation, token: str) -> HttpResponse:
    """The only page that holds the link: EASTEP itself keeps but a hash of it."""
    context = {"agreement": invitation.party.agreement, "invitation": invitation, "link": link_of(token)}
    try:
        actions.mail_invitation(invitation, token=token)
    except Refused as refused:
        context["problem"] = str(refused)
    answer = page(request, "agreements/guests/link.html", context)
    add_never_cache_headers(answer)
    return answer
