"""The page of an agreement, and of each of its versions: the same for both sides, auditors and guests."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from eastep.agreements import events, in_words, queries
from eastep.agreements.content import Content
from eastep.agreements.difference import changes
from eastep.agreements.forms.living import RemarkForm
from eastep.agreements.in_words import Words
from eastep.agreements.models import Agreement, Approval, Paper, Party, Remark, Version
from eastep.agreements.standing import tone, where_it_stands
from eastep.agreements.states import Reminder, VersionState
from eastep.agreements.views.balance import panel as balance_panel
from eastep.agreements.views.guests import guests_panel
from eastep.agreements.views.reminders import may_remind
from eastep.agreements.views.sides import Seen, agreement_seen_by, contents, seen_by
from eastep.core.events import history, sentences
from eastep.core.models import Entry
from eastep.ui.pages import PersonRequest, page

NEWEST = 20  # entries of the history on the page; the rest is folded


@login_required
def agreement(request: PersonRequest, pk: int) -> HttpResponse:
    return agreement_page(request, agreement_seen_by(request, pk), RemarkForm())


@login_required
def agreement_version(request: PersonRequest, pk: int, number: int) -> HttpResponse:
    found = agreement_seen_by(request, pk)
    version = _version(request, found, number)
    before = _agreed_before(found, version)
    words = Words.of(*contents(before, version))
    context = {
        "agreement": found,
        "version": version,
        "before": before,
        "differences": differences(before, version, words),
        "content": content_in_words(version.content, words),
        "approvals": approvals_in_words(request, [version]),
        "papers": papers_of(request, found, version=version),
    }
    return page(request, "agreements/version.html", context)


def agreement_page(
    request: PersonRequest, found: Agreement, remark_form: RemarkForm, *, status: int | None = None
) -> HttpResponse:
    """Also for a remark that could not be taken as it was."""
    seen = seen_by(request, found)
    if seen.shown is None:
        raise Http404
    today = timezone.localdate()
    words = Words.of(*contents(seen.shown, seen.last, seen.work))
    standing = found.standing(today)
    entries = _history(request, found, seen)
    context: dict[str, Any] = {
        "agreement": found,
        "seen": seen,
        "verbs": seen.verbs,
        "parties": seen.parties,
        "own": seen.own,
        "other": seen.other,
        "standing": standing,
        "standing_tone": tone(standing),
        "told": where_it_stands(
            found, parties=seen.parties, work=seen.work, approvals=seen.approvals, today=today
        ),
        "work": seen.work,
        "asked": _asked(found, seen.work),
        "shown": seen.shown,
        "content": content_in_words(seen.shown.content, words),
        "differences": differences(*seen.compared, words) if seen.compared else [],
        "compared": seen.compared,
        "approvals": approvals_in_words(request, seen.to_approve),
        "papers": papers_of(request, found),
        "people": people_of(seen.parties),
        "remarks": Remark.objects.filter(agreement=found).select_related("by", "party__institution"),
        "balance": balance_panel(found, seen.own)
        if found.is_agreed or found.open_state == VersionState.RECORDED
        else None,
        **guests_panel(request, found),
        "may_remind": may_remind(request.user, seen.own),
        "remark_form": remark_form if "remark" in seen.verbs else None,
        "history": entries[:NEWEST],
        "older": entries[NEWEST:],
    }
    return page(request, "agreements/agreement.html", context, status=status)


def content_in_words(content: Content, words: Words) -> dict[str, Any]:
    """The parts of the panel of a content."""
    return {
        "sides": words.sides(content),
        "level": words.value(("level",), content["level"]),
        "period": in_words.period(content),
        "notice": in_words.months(content["notice_months"]),
        "balance": in_words.balance_rule(content),
        "directions": words.directions(content),
        "other": in_words.texts(content["other"]),
    }


def differences(before: Version | None, after: Version | None, words: Words) -> list[tuple[str, str, str]]:
    """Field by field; none where there is nothing to compare."""
    if before is None or after is None:
        return []
    found = changes(before.content, after.content)
    return words.differences(found, before.content, after.content)


def approvals_in_words(request: PersonRequest, versions: list[Version]) -> list[dict[str, Any]]:
    """For each version that has bytes: each side with its approval, or none yet."""
    told = []
    for version in versions:
        if not version.sha256:
            continue
        by_side = {one.party_id: one for one in queries.approvals_of(version)}
        parties = Party.objects.filter(agreement=version.agreement_id).select_related(
            "institution", "faculty"
        )
        told.append({"version": version, "sides": [(party, by_side.get(party.pk)) for party in parties]})
    return told


def papers_of(request: PersonRequest, found: Agreement, version: Version | None = None) -> list[Paper]:
    """Those that the person sees, without their bytes."""
    papers = Paper.objects.visible_to(request.user).filter(version__agreement=found)
    if version is not None:
        papers = papers.filter(version=version)
    return list(
        papers.select_related("version", "party__institution", "added_by", "checked_by")
        .defer("content", "version__canonical", "version__content")
        .order_by("-pk")
    )


def people_of(parties: list[Party]) -> list[dict[str, Any]]:
    """Who signs, and who is told and reminded, of each side."""
    return [
        {"party": party, "responsible": list(party.responsible.order_by("sort_name", "pk"))}
        for party in parties
    ]


def _version(request: PersonRequest, found: Agreement, number: int) -> Version:
    rows = Version.objects.visible_to(request.user).select_related("author", "proposed_by", "edited_by")
    return get_object_or_404(rows, agreement=found, number=number)


def _agreed_before(found: Agreement, version: Version) -> Version | None:
    """What was agreed last when this one was written."""
    rows = found.versions.filter(
        state__in=[VersionState.AGREED, VersionState.REPLACED], number__lt=version.number
    )
    return rows.order_by("number").last()


def _asked(found: Agreement, work: Version | None) -> Entry | None:
    """When the partner last asked for the version that it does not see yet."""
    if work is None or work.shared_at or not found.is_agreed:
        return None
    return (
        history(found)
        .filter(event=events.PARTNER_REMINDED.name, facts__about=Reminder.VERSION, at__gte=work.moved_at)
        .last()
    )


def _history(request: PersonRequest, found: Agreement, seen: Seen) -> list[Any]:
    """The newest first, without what is about a draft that the person may not see yet."""
    known = {version.number for version in seen.versions}
    hidden = set(found.versions.values_list("number", flat=True)) - known
    entries = history(found).order_by("-pk")
    return sentences(entry for entry in entries if entry.facts.get("version") not in hidden)


@login_required
def seal_image(request: PersonRequest, pk: int, approval: int) -> HttpResponse:
    """The seal that was set with an approval, for whoever sees the approval."""
    rows = Approval.objects.visible_to(request.user).select_related("seal").filter(version__agreement=pk)
    found = get_object_or_404(rows, pk=approval, seal__isnull=False)
    if found.seal is None:
        raise Http404
    return image_response(found.seal.image, found.seal.media_type)


def image_response(image: bytes | memoryview[int], media_type: str) -> HttpResponse:
    response = HttpResponse(bytes(image), content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=600"
    return response
