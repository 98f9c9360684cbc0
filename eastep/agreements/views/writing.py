"""Pages of what is in work: begin, edit, propose, take back, discard, change, renew."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eastep.agreements import actions, queries
from eastep.agreements.checking import unfinished
from eastep.agreements.content import blank, highest_condition
from eastep.agreements.difference import changes, merged
from eastep.agreements.forms.content import ContentForm
from eastep.agreements.forms.writing import BeginForm, PartnerForm, own_institutions
from eastep.agreements.in_words import Words
from eastep.agreements.models import Agreement, Party, Version
from eastep.agreements.states import Level, VersionState
from eastep.agreements.views.agreement import content_in_words, differences
from eastep.agreements.views.sides import agreement_and_side, contents
from eastep.core.errors import Refused
from eastep.institutions.models import Institution
from eastep.ui.pages import PersonRequest, page
from eastep.ui.steps import Step, up_to

USUAL_YEARS = 5
CONFLICT = 409


# Begin


@login_required
def new_agreement(request: PersonRequest) -> HttpResponse:
    """First the partner, then the rest; then the draft is open for editing."""
    return _begin(request, is_signed=False)


@login_required
def record_new(request: PersonRequest) -> HttpResponse:
    """The same for what is signed already: partner, content, signed paper."""
    return _begin(request, is_signed=True)


def _begin(request: PersonRequest, *, is_signed: bool) -> HttpResponse:
    own = own_institutions(request.user)
    if not own.exists():
        raise PermissionDenied(_("Agreements are written by the international office of an institution."))
    asked = PartnerForm(request.GET or None, user=request.user)
    context: dict[str, Any] = {
        "is_signed": is_signed,
        "steps": steps_of_record(1) if is_signed else [],
        "here": reverse("record_agreement" if is_signed else "new_agreement"),
    }
    if not asked.is_valid():
        return page(request, "agreements/partner.html", context | {"form": asked}, status=200)
    institution, partner = asked.cleaned_data["institution"], asked.cleaned_data["partner"]
    form = BeginForm(
        request.POST or None, institution=institution, partner=partner, initial=_usual(is_signed=is_signed)
    )
    if form.is_valid():
        party = actions.begin_agreement(
            institution,
            by=request.user,
            partner=partner,
            content=_first_content(form, institution, partner),
            faculty=form.cleaned_data["faculty"],
            partner_faculty=form.cleaned_data["partner_faculty"],
            reference=form.cleaned_data["reference"],
        )
        messages.success(
            request, _("The draft is there. Only your side sees it until you propose or record it.")
        )
        address = reverse("edit_agreement", args=[party.agreement_id])
        return redirect(f"{address}?for=record" if is_signed else address)
    already = (
        Party.objects.acted_for_by(request.user)
        .filter(institution=institution, partner=partner)
        .select_related("agreement", "institution", "faculty")
        .order_by("-pk")[:10]
    )
    context |= {"form": form, "institution": institution, "partner": partner, "already": already}
    return page(request, "agreements/begin.html", context)


def _usual(*, is_signed: bool) -> dict[str, Any]:
    """From the next academic year on, for five years; what is signed already began some time ago."""
    year = timezone.localdate().year + (0 if is_signed else 1)
    return {
        "level": Level.UNIVERSITY,
        "starts_on": date(year, 4, 1),
        "ends_on": date(year + USUAL_YEARS, 3, 31),
    }


def _first_content(form: BeginForm, institution: Institution, partner: Institution) -> Any:
    given = form.cleaned_data
    sides = [
        (one.key, one.name, faculty.name if faculty else None)
        for one, faculty in ((institution, given["faculty"]), (partner, given["partner_faculty"]))
    ]
    content = blank(sides, starts_on=given["starts_on"], ends_on=given["ends_on"])
    return {**content, "level": given["level"]}


def steps_of_record(now: int) -> list[Step]:
    """The three steps of recording what was signed."""
    return up_to([_("Partner"), _("Content"), _("Signed paper")], now)


# Edit


@login_required
def edit_agreement(request: PersonRequest, pk: int) -> HttpResponse:
    """With a stale form: what is there now beside what was typed, which may then be saved over it knowingly."""
    found, party = agreement_and_side(request, pk)
    work = work_of(found, party)
    if request.method != "POST" and (work is None or work.state != VersionState.DRAFT):
        messages.info(request, _("Nothing of this agreement can be edited now. Change it by a new version."))
        return redirect(found)
    base = work or queries.relevant(found, timezone.localdate())
    if base is None:
        raise Http404
    taken = highest_condition(found.versions.values_list("content", flat=True))
    given: Any = {"words": Words.of(base.content), "taken": taken, "with_faculties": not found.is_agreed}
    refused = ""
    now: list[tuple[str, str, str]] = []
    if request.method != "POST":
        form = ContentForm.of(base.content, edition=base.edition, **given)
    elif "do" in request.POST:
        form = ContentForm.rearranged(request.POST, before=base.content, **given)
    else:
        form = ContentForm(request.POST, before=base.content, **given)
        if form.is_valid():
            edition = form.cleaned_data["edition"]
            try:
                actions.edit_draft(party, by=request.user, edition=edition, content=form.content)
            except Refused as error:
                refused = str(error)
                form, now = _beside_what_is_there(form, work_of(found, party))
            else:
                return _saved(request, found)
    context = {
        "agreement": found,
        "party": party,
        "version": base,
        "form": form,
        "refused": refused,
        "now": now,
        "steps": steps_of_record(2) if request.GET.get("for") == "record" else [],
        "for_record": request.GET.get("for") == "record",
        "directions": form.sides,
    }
    return page(request, "agreements/edit.html", context, status=CONFLICT if refused else None)


def _beside_what_is_there(
    form: ContentForm, work: Version | None
) -> tuple[ContentForm, list[tuple[str, str, str]]]:
    """What was typed once more, with what others have added, in sight of the version as it is now; and the difference."""
    if work is None:
        return form, []
    typed = merged(form.content, work.content, known=form.cleaned_data["known"])
    taken = max(form.taken, highest_condition([typed, work.content]))
    again = ContentForm.of(
        typed, edition=work.edition, words=form.words, taken=taken, with_faculties=form.with_faculties
    )
    return again, form.words.differences(changes(work.content, typed), work.content, typed)


def _saved(request: PersonRequest, found: Agreement) -> HttpResponse:
    then = request.POST.get("then", "")
    if then in ("propose", "record"):
        return redirect(f"{then}_version", found.pk)
    messages.success(request, _("Saved."))
    return redirect(found)


# Propose, take back, discard


@login_required
def propose_version(request: PersonRequest, pk: int) -> HttpResponse:
    found, party = agreement_and_side(request, pk)
    work = _work_or_404(found, party)
    if request.method == "POST":
        actions.propose(party, by=request.user, edition=_number(request.POST.get("edition")))
        messages.success(request, _("Proposed. Both sides can approve it now; the partner has been told."))
        return redirect(found)
    if work.state != VersionState.DRAFT:
        return redirect(found)
    return page(request, "agreements/propose.html", compared(found, party, work))


@login_required
def recall_version(request: PersonRequest, pk: int) -> HttpResponse:
    found, party = agreement_and_side(request, pk)
    work = _work_or_404(found, party)
    if request.method == "POST":
        actions.recall(party, by=request.user)
        messages.success(request, _("It is a draft again."))
        return redirect(found)
    return page(request, "agreements/recall.html", {"agreement": found, "party": party, "version": work})


@login_required
def discard_draft(request: PersonRequest, pk: int) -> HttpResponse:
    found, party = agreement_and_side(request, pk)
    work = _work_or_404(found, party)
    if request.method == "POST":
        actions.discard_draft(party, by=request.user, edition=_number(request.POST.get("edition")))
        messages.success(request, _("The draft was discarded."))
        return redirect(found)
    return page(request, "agreements/discard.html", {"agreement": found, "party": party, "version": work})


# The next version


@login_required
@require_POST
def amend_agreement(request: PersonRequest, pk: int) -> HttpResponse:
    found, party = agreement_and_side(request, pk)
    try:
        actions.amend(party, by=request.user)
    except Refused as refused:
        return _prepared_already(request, found, refused)
    messages.success(
        request,
        _("A new version is open. What is in effect stays so until both sides have approved the new one."),
    )
    return redirect("edit_agreement", pk)


@login_required
@require_POST
def renew_agreement(request: PersonRequest, pk: int) -> HttpResponse:
    found, party = agreement_and_side(request, pk)
    try:
        actions.renew(party, by=request.user)
    except Refused as refused:
        return _prepared_already(request, found, refused)
    messages.success(
        request, _("Renewal proposed for the period that follows. Both sides can approve it now.")
    )
    return redirect(found)


def _prepared_already(request: PersonRequest, found: Agreement, refused: Refused) -> HttpResponse:
    """Where the partner's own draft is in the way: by whom, since when, and a way to ask for it."""
    if refused.code != "prepared":
        raise refused
    return page(
        request, "agreements/prepared.html", {"agreement": found, "refused": str(refused)}, status=CONFLICT
    )


def work_of(found: Agreement, party: Party) -> Version | None:
    """The version in work, if the side knows of it."""
    work = queries.open_version(found)
    is_known = work is not None and (work.shared_at is not None or work.author_id == party.institution_id)
    return work if is_known else None


def _work_or_404(found: Agreement, party: Party) -> Version:
    return get_object_or_404(Version, pk=getattr(work_of(found, party), "pk", None))


def compared(found: Agreement, party: Party, work: Version) -> dict[str, Any]:
    """The version in work and how it differs from what is agreed."""
    last = queries.last_agreed(found)
    words = Words.of(*contents(last, work))
    return {
        "agreement": found,
        "party": party,
        "version": work,
        "before": last,
        "differences": differences(last, work, words),
        "content": content_in_words(work.content, words),
        "problems": unfinished(work.content, found, today=timezone.localdate()),
    }


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
