"""Papers of an agreement, in and out; and the seals of one's own."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eastep.agreements import actions
from eastep.agreements.forms.papers import PaperForm, SealForm
from eastep.agreements.forms.writing import own_institutions
from eastep.agreements.models import Paper, Seal, Version
from eastep.agreements.states import PaperKind
from eastep.agreements.views.agreement import image_response
from eastep.agreements.views.sides import agreement_and_side, agreement_seen_by
from eastep.documents.media import file_response
from eastep.ui.pages import PersonRequest, page


@login_required
def attach_paper(request: PersonRequest, pk: int) -> HttpResponse:
    found, party = agreement_and_side(request, pk)
    versions = Version.objects.visible_to(request.user).filter(agreement=found)
    form = PaperForm(request.POST or None, request.FILES or None, versions=versions)
    if form.is_valid():
        given = form.cleaned_data
        actions.attach_paper(
            party,
            by=request.user,
            version=given["version"],
            file=given["file"],
            kind=PaperKind(given["kind"]),
            checked=given["checked"],
        )
        messages.success(request, _("Attached. Both sides can open it."))
        return redirect(found)
    return page(request, "agreements/attach.html", {"agreement": found, "party": party, "form": form})


@login_required
def paper(request: PersonRequest, pk: int, paper: int) -> HttpResponse:
    """The file, byte for byte."""
    found = agreement_seen_by(request, pk)
    kept = get_object_or_404(Paper.objects.visible_to(request.user), pk=paper, version__agreement=found)
    return file_response(kept.name, kept.content, kept.media_type)


@login_required
@require_POST
def check_paper(request: PersonRequest, pk: int, paper: int) -> HttpResponse:
    found, party = agreement_and_side(request, pk)
    papers = Paper.objects.visible_to(request.user).select_related("version").defer("content")
    kept = get_object_or_404(papers, pk=paper, version__agreement=found)
    actions.check_paper(party, by=request.user, paper=kept)
    messages.success(request, _("Your check is recorded with your name."))
    return redirect(found)


# Seals


@login_required
def seals(request: PersonRequest) -> HttpResponse:
    """One's own seal at each institution whose office one belongs to."""
    own = list(own_institutions(request.user))
    if not own:
        raise PermissionDenied(_("Seals are kept by the international office of an institution."))
    wanted = request.POST.get("institution", "")
    chosen = next((one for one in own if str(one.pk) == wanted), None)
    form = SealForm(request.POST, request.FILES) if request.method == "POST" else None
    if form is not None and chosen is not None and form.is_valid():
        actions.keep_seal(chosen, by=request.user, image=form.cleaned_data["image"])
        messages.success(request, _("Your seal is kept. Only you can set it."))
        return redirect("seals")
    kept = Seal.objects.filter(holder=request.user).defer("image").order_by("-pk")
    context = {
        "rows": [
            {
                "institution": one,
                "seals": [seal for seal in kept if seal.institution_id == one.pk],
                "form": form if one == chosen and form is not None else SealForm(auto_id=f"id_{one.pk}_%s"),
            }
            for one in own
        ],
        "sent": form,
    }
    return page(request, "agreements/seals.html", context)


@login_required
def seal(request: PersonRequest, seal: int) -> HttpResponse:
    """The image, for its office."""
    kept = get_object_or_404(Seal.objects.visible_to(request.user), pk=seal)
    return image_response(kept.image, kept.media_type)


@login_required
@require_POST
def retire_seal(request: PersonRequest, seal: int) -> HttpResponse:
    kept = get_object_or_404(Seal.objects.visible_to(request.user), pk=seal)
    actions.retire_seal(kept, by=request.user)
    messages.success(request, _("The seal is not used any more. Where it was set, it stays."))
    return redirect("seals")
