"""Pages of a round as a whole: the list, the workspace with its steps, the settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from eastep.applications import actions, queries
from eastep.applications.forms.rounds import OpenForm, RoundForm, SettingsForm
from eastep.applications.models import Round
from eastep.applications.states import SimulationState
from eastep.applications.views.ledger import ledger_read
from eastep.applications.views.words import rule_words
from eastep.core.errors import Refused
from eastep.core.events import history, sentence
from eastep.core.permissions import authorise
from eastep.imports.states import FileState
from eastep.ui.listing import listing
from eastep.ui.pages import PersonRequest, page
from eastep.ui.steps import Step

LATEST = 30  # entries of the history on the page


@login_required
def rounds(request: PersonRequest) -> HttpResponse:
    rows = Round.objects.visible_to(request.user).select_related("opened_by", "home")
    found = listing(request, rows, sorts={"newest": ("-opened_at", "-pk"), "title": ("title", "pk")})
    return page(
        request, "applications/rounds.html", {**found, "may_open": _may_open(request)}, fragment="rows"
    )


@login_required
def open_round(request: PersonRequest) -> HttpResponse:
    form = OpenForm(request.POST or None, user=request.user)
    if not _may_open(request):
        authorise(request.user, "applications.open_round")
    if form.is_valid():
        round_ = actions.open_round(
            by=request.user,
            title=form.cleaned_data["title"],
            seed=form.cleaned_data["seed"],
            home=form.cleaned_data["whose"],
        )
        return redirect(round_)
    return page(request, "applications/open_round.html", {"form": form})


@login_required
def round_(request: PersonRequest, pk: int) -> HttpResponse:
    rows = Round.objects.visible_to(request.user).select_related("home", "follows")
    found = get_object_or_404(rows, pk=pk)
    entries = list(history(found).order_by("-pk")[: LATEST + 1])
    following = _following(found)
    decided = following["frozen"].simulation if following["frozen"] else found  # by which rule and seed
    context: dict[str, Any] = {
        "round": found,
        "figures": _figures(found),
        **following,
        "simulations": found.simulations.select_related("made_by").order_by("-made_at", "-pk")[:5],
        "seed": decided.seed,
        **rule_words(decided.rule, found),
        **_agreed(found),
        "history": [(entry, sentence(entry)) for entry in entries[:LATEST]],
        "has_older": len(entries) > LATEST,
        "may_change": request.user.has_perm("applications.bring_in", found),
    }
    return page(request, "applications/round.html", {**context, "steps": _steps(found, context)})


@login_required
def round_history(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    listed = listing(request, history(found), sorts={"newest": ("-pk",)})
    sentences = [(entry, sentence(entry)) for entry in listed["page"]]
    return page(
        request,
        "applications/history.html",
        {**listed, "round": found, "entries": sentences},
        fragment="rows",
    )


@login_required
def change_settings(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    authorise(request.user, "applications.change_settings", found)
    held = {name: getattr(found, name) for name in SettingsForm.base_fields if name != "seen"}
    form = RoundForm(
        request.POST or None, round_=found, rule=found.rule, initial=held | {"seen": found.settings_hash}
    )
    ledger = ledger_read(request, found)
    if ledger:
        form.fill_carried(ledger["carried"])
    if form.is_valid():
        try:
            actions.change_settings(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            found.refresh_from_db()
            form.data = {
                **request.POST.dict(),
                "seen": found.settings_hash,
            }  # typed, in sight of what is there
            form.add_error("most_choices" if refused.code == "longer_lists" else None, str(refused))
        else:
            messages.success(request, _("The settings have been saved."))
            return redirect(found)
    is_stale = form.is_bound and form.data.get("seen") != form.initial["seen"]
    context = {"round": found, "form": form, "is_stale": is_stale, "seed": found.seed, "ledger": ledger}
    return page(request, "applications/change_settings.html", context | rule_words(found.rule, found))


@login_required
def discard_round(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    authorise(request.user, "applications.discard_round", found)
    if request.method == "POST":
        actions.discard_round(found, by=request.user)
        messages.success(request, _("The round has been deleted."))
        return redirect("rounds")
    return page(request, "applications/discard_round.html", {"round": found})


def _following(found: Round) -> dict[str, Any]:
    """What is frozen of the round and, if something is, how it goes on."""
    frozen = queries.frozen_of(found)
    if frozen is None:
        return {"frozen": None}
    second = Round.objects.filter(follows=found).first()
    return {"frozen": frozen, "second": second, "answers": queries.answer_figures(frozen)}


def _agreed(found: Round) -> dict[str, Any]:
    """What was taken from agreements, and how many rows these give otherwise now; no matter once a result is frozen."""
    taken = queries.taken_from_agreements(found)
    is_asked = taken is not None and not found.is_frozen
    return {"taken": taken, "differing": queries.differing(found, taken) if taken and is_asked else 0}


def _may_open(request: PersonRequest) -> bool:
    return request.user.has_role("office") or (None, "programme") in request.user.roles


def _figures(found: Round) -> dict[str, int]:
    """What the round holds, counted; two of the counts are of lists that can be long, by index."""
    waiting = [state for state in FileState if state not in (FileState.TAKEN, FileState.DROPPED)]
    files = found.files.aggregate(waiting=Count("pk", filter=Q(state__in=waiting)), all=Count("pk"))
    simulations = found.simulations.aggregate(
        all=Count("pk"), computed=Count("pk", filter=Q(state=SimulationState.COMPUTED))
    )
    return {
        "files": files["all"],
        "waiting": files["waiting"],
        "places": found.places.counting().count(),
        "applicants": found.applicants.counting().count(),
        "simulations": simulations["all"],
        "computed": simulations["computed"],
    }


def _steps(found: Round, context: dict[str, Any]) -> list[Step]:
    """The five steps of the work with what is done; the first one that is not done is now."""
    figures, frozen = context["figures"], context["frozen"]
    is_filled = bool(figures["places"] and figures["applicants"])
    done = [is_filled and not figures["waiting"], is_filled, figures["computed"] > 0, bool(frozen), False]
    names = [_("Bring in"), _("Check"), _("Simulate"), _("Adjust and freeze"), _("Take away")]
    notes = [
        _("Files to look at: {number}").format(number=figures["waiting"])
        if figures["waiting"]
        else _("Places, applicants, language results, in the sheets that the office has"),
        _("Rows of places: {places}. Applicants: {applicants}.").format(**figures),
        _("Computed simulations: {number}").format(number=figures["computed"]),
        _("Frozen") if frozen else _("Move by hand where it is needed, then freeze one result"),
        _("XLSX, CSV, JSON, one page an applicant"),
    ]
    result = frozen.simulation.get_absolute_url() if frozen else reverse("simulations", args=[found.pk])
    links = [
        reverse("round_files", args=[found.pk]),
        reverse("round_applicants", args=[found.pk]),
        reverse("simulations", args=[found.pk]),
        result,
        result,
    ]
    now = next((n for n, is_done in enumerate(done) if not is_done), len(done))
    return [
        Step(name=name, state="done" if is_done else "now" if n == now else "open", url=url, note=note)
        for n, (name, note, url, is_done) in enumerate(zip(names, notes, links, done, strict=True))
    ]
