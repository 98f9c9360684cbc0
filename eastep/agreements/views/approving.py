"""Pages of consent: approve, refuse; record what was signed outside, and confirm it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eastep.agreements import actions
from eastep.agreements.forms.approving import ApproveForm, RecordForm, RefuseForm
from eastep.agreements.models import Agreement, Party, Seal, Version
from eastep.agreements.queries.guests import guest_invitations
from eastep.agreements.states import PaperKind, VersionState, Way
from eastep.agreements.views.sides import agreement_and_side
from eastep.agreements.views.writing import CONFLICT, compared, steps_of_record, work_of
from eastep.core.errors import Refused
from eastep.ui.pages import PersonRequest, page


@login_required
def approve_version(request: PersonRequest, pk: int) -> HttpResponse:
    """Shows the very content and its hash; an approval of an older text is refused, and the newer one is shown."""
    found, party = agreement_and_side(request, pk, "agreements.approve")
    work = work_of(found, party)
    if work is None or work.state != VersionState.PROPOSED:
        return _not_any_more(request, found)
    seal = Seal.objects.filter(institution=party.institution, holder=request.user, retired_at=None).first()
    initial = {"sha256": work.sha256, **_who_signs(request, party)}
    form = ApproveForm(request.POST or None, request.FILES or None, seal=seal, initial=initial)
    status = None
    if form.is_valid():
        try:
            approved = _approve(party, request, form)
        except Refused as refused:
            form.add_error(None, str(refused))
            work, status = work_of(found, party), CONFLICT
            if work is None or work.state != VersionState.PROPOSED:
                return _not_any_more(request, found)
            form.see(sha256=work.sha256)
        else:
            done = (
                _("Approved. Both sides have approved: it is agreed.")
                if approved.state == VersionState.AGREED
                else _("Approved. The partner has been told and has to approve, too.")
            )
            messages.success(request, done)
            return redirect(found)
    context = {**compared(found, party, work), "form": form, "seal": seal, "is_outdated": status == CONFLICT}
    return page(request, "agreements/approve.html", context, status=status)


def _approve(party: Party, request: PersonRequest, form: ApproveForm) -> Version:
    given = form.cleaned_data
    signed = {name: given[name] for name in ("sha256", "signed_name", "signed_position")}
    if given["way"] == Way.INK:
        return actions.approve_on_paper(
            party, by=request.user, **signed, file=given["scan"], signed_on=given["signed_on"]
        )
    way = Way(given["way"])
    return actions.approve(
        party, by=request.user, **signed, way=way, seal=form.seal if way == Way.SEAL else None
    )


@login_required
def refuse_version(request: PersonRequest, pk: int) -> HttpResponse:
    found, party = agreement_and_side(request, pk, "agreements.approve")
    work = work_of(found, party)
    if work is None or work.state not in (VersionState.PROPOSED, VersionState.RECORDED):
        return _not_any_more(request, found)
    form = RefuseForm(request.POST or None, initial={"sha256": work.sha256})
    status = None
    if form.is_valid():
        try:
            actions.refuse(party, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
            work, status = work_of(found, party), CONFLICT
            if work is None or work.state not in (VersionState.PROPOSED, VersionState.RECORDED):
                return _not_any_more(request, found)
            form.see(sha256=work.sha256)
        else:
            messages.success(
                request, _("Refused. It is a draft again; the partner has been told the reason.")
            )
            return redirect(found)
    context = {**compared(found, party, work), "form": form}
    return page(request, "agreements/refuse.html", context, status=status)


@login_required
def record_version(request: PersonRequest, pk: int) -> HttpResponse:
    """Say that the draft is signed: with the paper, the date of the last signature, and who compared."""
    found, party = agreement_and_side(request, pk)
    work = work_of(found, party)
    if work is None or work.state != VersionState.DRAFT:
        return _not_any_more(request, found)
    initial: dict[str, Any] = {
        "edition": work.edition,
        "signed_name": party.signatory_name,
        "signed_position": party.signatory_position,
        "effective_on": min(timezone.localdate().isoformat(), work.content["starts_on"]),
    }
    form = RecordForm(request.POST or None, request.FILES or None, initial=initial)
    status = None
    if form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "compared"}
        given["kind"] = PaperKind(given["kind"])
        try:
            actions.record_signed(party, by=request.user, **given)
        except Refused as refused:
            form.add_error(None, str(refused))
            work, status = work_of(found, party), CONFLICT
            if work is None or work.state != VersionState.DRAFT:
                return _not_any_more(request, found)
            form.see(edition=work.edition)
        else:
            messages.success(
                request, _("Recorded. The partner has been told and can confirm it in one click.")
            )
            return redirect(found)
    context = {**compared(found, party, work), "form": form, "steps": steps_of_record(3)}
    return page(request, "agreements/record.html", context, status=status)


@login_required
@require_POST
def confirm_version(request: PersonRequest, pk: int) -> HttpResponse:
    """In one click; what was changed since the page was read is not confirmed."""
    found, party = agreement_and_side(request, pk, "agreements.approve")
    sha256 = request.POST.get("sha256", "")
    actions.confirm(party, by=request.user, sha256=sha256, **_who_signs(request, party))
    messages.success(request, _("Confirmed. Both sides now hold the same agreement."))
    return redirect(found)


def _who_signs(request: PersonRequest, party: Party) -> dict[str, str]:
    """Name and position of who signs for the side; where nobody is named, the person, a guest as invited."""
    guest = None if party.signatory_name else guest_invitations(request.user).filter(party=party).first()
    return {
        "signed_name": party.signatory_name or str(request.user),
        "signed_position": party.signatory_position or (guest.position if guest else ""),
    }


def _not_any_more(request: PersonRequest, found: Agreement) -> HttpResponse:
    messages.warning(request, _("Things have moved on. This is where the agreement stands now."))
    return redirect(found)
