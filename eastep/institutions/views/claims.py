"""Claims: somebody asks to act for an institution, the programme decides."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eastep.core.errors import Refused
from eastep.core.events import history, sentences
from eastep.core.permissions import authorise
from eastep.institutions import actions
from eastep.institutions.forms import ClaimFilter, ClaimForm, RefuseForm
from eastep.institutions.models import Claim, Institution
from eastep.institutions.states import CLAIM
from eastep.ui.listing import listing
from eastep.ui.pages import PersonRequest, page


@login_required
def claims(request: PersonRequest) -> HttpResponse:
    """All for the programme, those first that have waited longest; for everybody else their own."""
    rows = Claim.objects.visible_to(request.user).select_related("institution", "person")
    context = listing(request, rows, ClaimFilter, sorts={"oldest": ("asked_at",), "newest": ("-asked_at",)})
    context |= {"may_decide": request.user.has_perm("institutions.grant_claim")}
    return page(request, "institutions/claims.html", context, fragment="rows")


@login_required
def claim(request: PersonRequest, pk: int) -> HttpResponse:
    return _claim_page(request, _claim(request, pk))


@login_required
def claim_institution(request: PersonRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Institution.objects.visible_to(request.user), key=key)
    form = ClaimForm(request.POST or None)
    if form.is_valid():
        try:
            made = actions.claim_institution(found, by=request.user, note=form.cleaned_data["note"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The programme has been asked. You see here what it decides."))
            return redirect(made)
    return page(request, "institutions/claim_institution.html", {"institution": found, "form": form})


@login_required
@require_POST
def grant_claim(request: PersonRequest, pk: int) -> HttpResponse:
    found = _claim(request, pk)
    actions.grant_claim(found, by=request.user)
    messages.success(request, _("Granted. {person} acts for the office now.").format(person=found.person))
    return redirect("claims")


@login_required
@require_POST
def refuse_claim(request: PersonRequest, pk: int) -> HttpResponse:
    found = _claim(request, pk)
    authorise(request.user, "institutions.refuse_claim", found)
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _claim_page(request, found, form)
    actions.refuse_claim(found, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("Refused. The person reads the reason."))
    return redirect("claims")


@login_required
@require_POST
def withdraw_claim(request: PersonRequest, pk: int) -> HttpResponse:
    found = _claim(request, pk)
    actions.withdraw_claim(found, by=request.user)
    messages.success(request, _("You have withdrawn the claim."))
    return redirect(found)


def _claim(request: PersonRequest, pk: int) -> Claim:
    rows = Claim.objects.visible_to(request.user).select_related("institution", "person", "decided_by")
    return get_object_or_404(rows, pk=pk)


def _claim_page(request: PersonRequest, found: Claim, form: RefuseForm | None = None) -> HttpResponse:
    """Where the claim lies, with whom, since when; and the buttons of those who may move it on."""
    is_open = bool(CLAIM.open_to(found.state))
    context = {
        "claim": found,
        "form": form or RefuseForm(),
        "may_decide": is_open and request.user.has_perm("institutions.grant_claim", found),
        "may_withdraw": is_open and request.user.has_perm("institutions.withdraw_claim", found),
        "history": sentences(history(found)),
    }
    return page(request, "institutions/claim.html", context)
