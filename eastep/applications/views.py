"""Pages of placement rounds."""

import io
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eastep.applications import actions, charts, queries, reasons, report
from eastep.applications.forms import OutcomeFilter, RoundForm, SheetsForm, StartForm
from eastep.applications.models import Outcome, Round
from eastep.applications.sheets import columns_of_sheets
from eastep.core.events import history, sentence
from eastep.core.permissions import authorise
from eastep.core.text import Text
from eastep.ui.listing import listing
from eastep.ui.pages import PersonRequest, page

TONES = {"placed": "good", "full": "warning", "ineligible": "problem", "not_needed": "plain"}
USUALLY_DONE_IN = timedelta(minutes=15)  # after that the page offers to start again
SHOWN = 200  # problems on the page; all of them are in the download
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


@login_required
def rounds(request: PersonRequest) -> HttpResponse:
    rows = Round.objects.visible_to(request.user).defer("problems", "result").select_related("opened_by")
    found = listing(request, rows, sorts={"newest": ("-opened_at", "-pk"), "title": ("title", "pk")})
    may_open = request.user.has_perm("applications.open_round")
    return page(request, "applications/rounds.html", {**found, "may_open": may_open}, fragment="rows")


@login_required
def open_round(request: PersonRequest) -> HttpResponse:
    authorise(request.user, "applications.open_round")
    form = RoundForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        round_ = actions.open_round(
            by=request.user,
            title=form.cleaned_data["title"],
            seed=form.cleaned_data["seed"],
            **_files(form.cleaned_data),
        )
        return redirect(round_)
    return page(request, "applications/open_round.html", {"form": form, "sheets": columns_of_sheets()})


@login_required
def round_(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    context: dict[str, Any] = {
        "round": found,
        "sheets": found.sheets.defer("content").order_by("-kind"),
        "problems": [
            {**problem, "place": Text(**problem["place"]), "sentence": Text(**problem["sentence"])}
            for problem in found.problems[:SHOWN]
        ],
        "more_problems": max(len(found.problems) - SHOWN, 0),
        "history": [(entry, sentence(entry)) for entry in history(found)],
        "may_change": request.user.has_perm("applications.start_round", found),
        "form": StartForm(initial={"seed": found.seed, "run": found.run}),
        "is_late": timezone.now() - found.moved_at > USUALLY_DONE_IN,
    }
    if found.state == "placed":
        context |= charts.charts(found.result["summary"])
    return page(request, "applications/round.html", context, fragment="now")


@login_required
@require_POST
def start_round(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    form = StartForm(request.POST)
    if not form.is_valid():
        raise ValidationError([error for errors in form.errors.as_data().values() for error in errors])
    actions.start_round(found, by=request.user, **form.cleaned_data)
    return redirect(found)


@login_required
def replace_sheets(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    authorise(request.user, "applications.replace_sheets", found)
    form = SheetsForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        actions.replace_sheets(found, by=request.user, **_files(form.cleaned_data))
        return redirect(found)
    return page(
        request,
        "applications/replace_sheets.html",
        {"round": found, "form": form, "sheets": columns_of_sheets()},
    )


@login_required
def discard_round(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    authorise(request.user, "applications.discard_round", found)
    if request.method == "POST":
        actions.discard_round(found, by=request.user)
        messages.success(request, _("The round has been deleted."))
        return redirect("rounds")
    return page(request, "applications/discard_round.html", {"round": found})


@login_required
def outcomes(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    rows = Outcome.objects.visible_to(request.user).filter(round=found).select_related("home", "host")
    listed = listing(
        request, rows, OutcomeFilter, sorts={"position": ("position",), "number": ("applicant",)}
    )
    return page(request, "applications/outcomes.html", {**listed, "round": found}, fragment="rows")


@login_required
def outcome(request: PersonRequest, pk: int, position: int) -> HttpResponse:
    rows = Outcome.objects.visible_to(request.user).select_related("round", "home", "host")
    found = get_object_or_404(rows, round=pk, position=position)
    own = found.details
    name_of = queries.names_of({wish["host"] for wish in own["choices"]})
    choices = [
        {
            "number": wish["number"],
            "words": reasons.choice(wish, name_of),
            "tone": TONES[wish["code"]],
            "outcome": reasons.outcome(wish["code"]),
            "reasons": reasons.verdict(wish, own),
        }
        for wish in own["choices"]
    ]
    return page(request, "applications/outcome.html", {"outcome": found, "own": own, "choices": choices})


@login_required
def download(request: PersonRequest, pk: int, kind: str) -> HttpResponse:
    found = get_object_or_404(Round.objects.visible_to(request.user).filter(state="placed"), pk=pk)
    content = io.BytesIO()
    report.write(queries.result_document(found), kind, content, name_of=queries.names_of())
    return _attachment(content.getvalue(), TYPES[kind], f"eastep-round-{found.pk}.{kind}")


@login_required
def problems(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    content = io.BytesIO()
    report.write_problems(found.problems, content)
    return _attachment(content.getvalue(), TYPES["csv"], f"eastep-round-{found.pk}-problems.csv")


def _attachment(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _files(given: dict[str, Any]) -> dict[str, actions.File]:
    files: dict[str, UploadedFile[bytes]] = {kind: given[kind] for kind in ("places", "applicants")}
    return {kind: (file.name or kind, file.read()) for kind, file in files.items()}
