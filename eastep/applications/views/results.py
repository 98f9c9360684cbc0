"""Pages of a computed simulation: who goes where and why, moves by hand, letters, downloads."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from http import HTTPStatus
from io import BytesIO
from typing import Any, Concatenate

from babel.core import get_global
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from eastep.applications import actions, in_words, promises, queries, reasons, report
from eastep.applications.forms.results import FOUND, MoveForm, OptionFilter, OutcomeFilter, like
from eastep.applications.forms.simulations import SeenForm
from eastep.applications.models import Frozen, Move, Option, Outcome, Simulation
from eastep.applications.models.simulations import OptionQuerySet, OutcomeQuerySet
from eastep.applications.records import applicant_record, place_record
from eastep.applications.showing import shown
from eastep.applications.simulating import USUALLY_DONE_IN
from eastep.applications.states import SimulationState
from eastep.applications.views.words import stay_words
from eastep.core.errors import Refused
from eastep.institutions.seasons import Season
from eastep.ui.listing import listing, selected
from eastep.ui.pages import PersonRequest, own_address, page

TONES = {
    "placed": "good",
    "moved": "good",
    "full": "warning",
    "no_exchange": "warning",
    "ineligible": "problem",
    "not_needed": "plain",
}
TOUCHED = {"moved": "info", "gains": "good", "loses": "warning", "changes": "info"}
SHOWN = 100  # applicants on the page of a row of places
MOST_LETTERS = 500  # printed at once
HAS_RESULT = (SimulationState.COMPUTED, SimulationState.COMPUTING)
MAY = "applications.move_applicant"
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}

type View[**P] = Callable[Concatenate[PersonRequest, Simulation, P], HttpResponseBase]
type Opened[**P] = Callable[Concatenate[PersonRequest, int, int, P], HttpResponseBase]


def of_result[**P](view: View[P]) -> Opened[P]:
    """A view of a simulation that has a result; where there is none (yet), the simulation's page says why."""

    @login_required
    @wraps(view)
    def opened(
        request: PersonRequest, pk: int, simulation: int, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        rows = Simulation.objects.visible_to(request.user).select_related("round__home")
        found = get_object_or_404(rows, round=pk, pk=simulation)
        if found.state not in HAS_RESULT or not found.result:
            return redirect(found)
        return view(request, found, *args, **kwargs)

    return opened  # type: ignore[return-value]


# Applicants


@of_result
def outcomes(request: PersonRequest, simulation: Simulation) -> HttpResponse:
    rows = _outcomes(simulation)
    has_moves = bool(simulation.result["settings"]["moves"])
    listed = listing(
        request,
        rows,
        OutcomeFilter,
        sorts={"position": ("position",), "number": ("applicant",)},
        export=_columns(has_moves),
    )
    context = {**listed, "simulation": simulation, "round": simulation.round, "has_moves": has_moves}
    if "page" in listed:
        name_of = _names(stay for row in listed["page"] if (stay := row.details.get("computed")))
        for row in listed["page"]:
            row.tone_of_move = TOUCHED.get(row.touched, "plain")
            row.by_rule = stay_words(row.details["computed"], name_of) if row.touched else _("the same")
    return page(request, "applications/results/outcomes.html", context, fragment="rows")


@of_result
def outcome(request: PersonRequest, simulation: Simulation, position: int) -> HttpResponse:
    found = get_object_or_404(_outcomes(simulation), position=position)
    return _outcome_page(request, found)


@of_result
def move_applicant(request: PersonRequest, simulation: Simulation, position: int) -> HttpResponse:
    found = get_object_or_404(_outcomes(simulation), position=position)
    if request.method != "POST":  # the form was shown again here, then the language was changed
        return redirect(found)
    form = _move_form(found, request.POST, request.POST)
    if not form.is_valid():
        return _outcome_page(request, found, form)
    given = form.cleaned_data
    try:
        actions.move_applicant(
            simulation,
            by=request.user,
            run=given["run"],
            applicant=found.applicant,
            row=given["to"],
            reason=given["reason"],
        )
    except Refused as refused:
        if refused.code in ("gone", "frozen"):
            raise
        found = get_object_or_404(_outcomes(simulation), position=position)
        data = request.POST.copy()
        data["run"] = str(Simulation.objects.get(pk=simulation.pk).run)  # who has looked again may go on
        form = _move_form(found, data, data)
        form.add_error(None, str(refused))
        return _outcome_page(request, found, form, status=HTTPStatus.CONFLICT)
    return redirect(found)


@login_required
@require_POST
def undo_move(request: PersonRequest, pk: int, simulation: int, move: int) -> HttpResponse:
    """Also where the moves have made the simulation impossible, so that there is no result."""
    rows = Move.objects.visible_to(request.user).select_related("simulation__round")
    found = get_object_or_404(rows, simulation__round=pk, simulation=simulation, pk=move)
    form = SeenForm(request.POST)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data()["run"])
    actions.undo_move(found, by=request.user, run=form.cleaned_data["run"])
    return redirect(own_address(request, found.simulation.get_absolute_url()))


def _outcome_page(
    request: PersonRequest, found: Outcome, form: MoveForm | None = None, *, status: int | None = None
) -> HttpResponse:
    simulation, own = found.simulation, found.details
    may = request.user.has_perm(MAY, simulation.round) and not _is_frozen(simulation)
    rows = {full["row"] for wish in own["choices"] for full in wish["full"]}
    options = {row.row: row for row in simulation.options.filter(row__in=rows).select_related("home", "host")}
    keys = [wish["host"] for wish in own["choices"]]
    name_of = queries.names_of({*keys, *filter(None, [(own.get("computed") or {}).get("host")])})
    near = dict(
        simulation.outcomes.filter(position__in=[found.position - 1, found.position + 1]).values_list(
            "position", "name"
        )
    )
    context = {
        "simulation": simulation,
        "round": simulation.round,
        "outcome": found,
        "own": own,
        "level": in_words.value("level", own["level"], str),
        "previous": near.get(found.position - 1),
        "next": near.get(found.position + 1),
        "stay": stay_words(report.stay_of(own), name_of),
        "choices": [_choice(wish, own, name_of, options) for wish in own["choices"]],
        "seen": _seen(found, {row: one.details for row, one in options.items()}, name_of),
        **_told(simulation),
        "may": may,
        "is_working": simulation.state == SimulationState.COMPUTING,
        "is_late": timezone.now() - simulation.moved_at > USUALLY_DONE_IN,
        "person": simulation.round.applicants.filter(applicant=found.applicant)
        .values_list("pk", flat=True)
        .first(),
    }
    if "computed" in own:
        context["by_rule"] = stay_words(own["computed"], name_of)
        context["tone_of_move"] = TOUCHED.get(found.touched, "plain")
        context["move"] = (
            simulation.moves.in_force().filter(applicant=found.applicant).select_related("by").first()
        )
    if may and not simulation.is_outdated and simulation.state == SimulationState.COMPUTED:
        context["searched"] = request.GET.get("places", "").strip()
        context["form"] = form or _move_form(found, request.GET)
    return page(request, "applications/results/outcome.html", context, fragment="now", status=status)


NOT_SHOWN = [f"{side}__{name}" for side in ("home", "host") for name in ("grams", "aliases", "source")]


def _outcomes(simulation: Simulation) -> OutcomeQuerySet:
    """Of a simulation that the person may see; `visible_to` once more would cost the list its index."""
    rows: OutcomeQuerySet = simulation.outcomes.select_related("home", "host")
    return rows.defer("grams", "search_key", *NOT_SHOWN)


def _options(simulation: Simulation) -> OptionQuerySet:
    rows: OptionQuerySet = simulation.options.select_related("home", "host")
    return rows.defer(*NOT_SHOWN)


def _move_form(
    found: Outcome, searched: Mapping[str, Any], data: Mapping[str, Any] | None = None
) -> MoveForm:
    """Offers the rows of the own choices, then those that a search found, then the one that was sent."""
    wishes = [wish for wish in found.details["choices"] if wish["number"]]
    choices = {f"{wish['host']} {wish['start']} {wish['length']}": wish["number"] for wish in wishes}
    options = found.simulation.options.select_related("home", "host").order_by("row")
    own = options.filter(home=found.home_id, host__key__in={wish["host"] for wish in wishes})
    fitting = [row for row in own if _kind(row.details) in choices]
    rows = {row.row: row for row in sorted(fitting, key=lambda row: choices[_kind(row.details)])}
    if text := str(searched.get("places", "")).strip():
        rows |= {row.row: row for row in options.filter(like(text, "row"))[:FOUND]}
    sent = str((data or {}).get("to", ""))
    if sent.isdecimal() and len(sent) < 10:
        rows |= {row.row: row for row in options.filter(row=sent)}
    initial = {"run": Simulation.objects.values_list("run", flat=True).get(pk=found.simulation_id)}
    return MoveForm(data, rows=rows.values(), choices=choices, initial=initial)


def _kind(stay: Mapping[str, Any]) -> str:
    return f"{stay['host']} {stay['start']} {stay['length']}"


def _choice(
    wish: Mapping[str, Any], own: Mapping[str, Any], name_of: reasons.NameOf, options: Mapping[int, Option]
) -> dict[str, Any]:
    """One choice as its office sees it."""
    return {
        "number": wish["number"],
        "words": reasons.choice(wish, name_of),
        "tone": TONES[wish["code"]],
        "outcome": reasons.outcome(wish["code"]),
        "reasons": reasons.verdict(wish, own),
        "enough": reasons.enough(wish),
        "options": [options[row] for row in sorted({full["row"] for full in wish["full"]}) if row in options],
    }


def _seen(found: Outcome, options: Mapping[int, Any], name_of: reasons.NameOf) -> list[dict[str, Any]]:
    """The choices as the applicant sees them, under the rule of the round."""
    round_ = found.simulation.round
    seen = shown(found.details, options, students_see=round_.students_see, minimum_cell=round_.minimum_cell)
    return [
        {
            "number": wish["number"],
            "words": reasons.choice(wish, name_of),
            "tone": TONES[wish["code"]],
            "outcome": reasons.outcome("placed" if wish["code"] == "moved" else wish["code"]),
            "reasons": reasons.for_student(wish),
        }
        for wish in seen["choices"]
    ]


def _told(simulation: Simulation) -> dict[str, str]:
    """How the places were given, and what a limit of the list means: the same to every applicant."""
    rule, most = simulation.rule, simulation.round.most_choices
    return {"how": promises.how(rule), "limited": promises.limited(most) if most else ""}


def _names(stays: Iterable[Mapping[str, Any]]) -> reasons.NameOf:
    return queries.names_of({stay["host"] for stay in stays})


def _columns(has_moves: bool) -> list[tuple[object, Callable[[Outcome], Any]]]:
    """The columns of the list as a file."""
    names = cache(queries.names_of)
    columns: list[tuple[object, Callable[[Outcome], Any]]] = [
        (_("Order of service"), lambda row: row.position),
        (_("Applicant number"), lambda row: row.applicant),
        (_("Name"), lambda row: row.name),
        (_("Home institution"), lambda row: str(row.home)),
        (_("Score"), lambda row: row.score),
        (_("Choice that was met"), lambda row: row.choice),
        (_("Host institution"), lambda row: str(row.host or "")),
        (_("Row of places"), lambda row: row.row),
    ]
    if has_moves:
        columns += [
            (_("By the rule alone"), lambda row: stay_words(row.details["computed"], names())),
            (_("Manual moves"), lambda row: row.get_touched_display() if row.touched else ""),
        ]
    return columns


def _is_frozen(simulation: Simulation) -> bool:
    return Frozen.objects.filter(round=simulation.round_id, simulation=simulation, ended_at=None).exists()


# Rows of places


@of_result
def options(request: PersonRequest, simulation: Simulation) -> HttpResponse:
    listed = listing(
        request,
        _options(simulation),
        OptionFilter,
        sorts={"row": ("row",), "refused": ("-refused", "row"), "places": ("places", "row")},
        export=[
            (_("Row of places"), lambda row: row.row),
            (_("Home institution"), lambda row: str(row.home)),
            (_("Host institution"), lambda row: str(row.host)),
            (_("Start term"), lambda row: reasons.season(row.details["start"])),
            (_("Length"), lambda row: reasons.length(row.details["length"])),
            (pgettext("capacity", "Places"), lambda row: row.places),
            (_("Of these carried over"), lambda row: row.details.get("carried")),
            (_("Taken"), lambda row: row.taken),
            (_("Cut-off"), lambda row: row.cutoff),
            (_("Highest score refused"), lambda row: row.highest_refused),
            (_("Refused"), lambda row: row.refused),
            (_("Full and wanted by more"), lambda row: _("yes") if row.binds else ""),
        ],
    )
    for row in listed.get("page", ()):
        row.start, row.length = reasons.season(row.details["start"]), reasons.length(row.details["length"])
        row.carried_words = in_words.carried_words(row.details)
    context = {**listed, "simulation": simulation, "round": simulation.round}
    return page(request, "applications/results/options.html", context, fragment="rows")


@of_result
def option(request: PersonRequest, simulation: Simulation, row: int) -> HttpResponse:
    found = get_object_or_404(_options(simulation), row=row)
    holders = _outcomes(simulation).filter(row__in=_sharing(found)).order_by("position")
    refused = queries.waiting_for(simulation, found).select_related("home", "host")
    context = {
        "simulation": simulation,
        "round": simulation.round,
        "option": found,
        "words": reasons.choice(found.details, lambda _key: str(found.host)),
        "carried_words": in_words.carried_words(found.details),
        "season": reasons.season(found.details["start"]),
        "length": reasons.length(found.details["length"]),
        "levels": in_words.value("levels", found.details["levels"], str),
        "holders": holders[:SHOWN],
        "refused": refused.defer("grams", "search_key", *NOT_SHOWN)[:SHOWN] if found.refused else [],
        "is_frozen": _is_frozen(simulation),
        "shown": SHOWN,
        "has_moves": bool(simulation.result["settings"]["moves"]),
    }
    return page(request, "applications/results/option.html", context)


def _sharing(found: Option) -> list[int]:
    """The rows whose holders take the places of *found*: a stay for the year takes one in each of its terms."""
    own = found.details
    rows = [found.row]
    if own["length"] == "term":
        alike = found.simulation.options.filter(
            home=found.home_id, host=found.host_id, details__length="year"
        )
        for row, year in alike.values_list("row", "details"):
            start = Season.of(year["start"])
            same = all(year[name] == own[name] for name in ("fields", "levels"))
            if same and own["start"] in (str(start), str(start.next)):
                rows.append(row)
    return rows


# Letters


@of_result
def letter(request: PersonRequest, simulation: Simulation, position: int) -> HttpResponse:
    found = get_object_or_404(_outcomes(simulation), position=position)
    return _letters(request, simulation, [found], back=found.get_absolute_url())


@of_result
def letters(request: PersonRequest, simulation: Simulation) -> HttpResponse:
    """Of those at the places in the order of service that the address names, else of all whom its filters let through."""
    rows = _outcomes(simulation)
    if request.method == "POST":  # from the list: those who were ticked, or all that match
        chosen = selected(request, rows, OutcomeFilter)
        if request.POST.get("which") == "all":
            return redirect(f"{request.path}?{request.POST.get('query', '')}")
        at = list(chosen.order_by("position").values_list("position", flat=True)[:MOST_LETTERS])
        if not at:
            messages.warning(
                request, _("The result was computed again meanwhile. Select the applicants once more.")
            )
            return redirect("outcomes", simulation.round_id, simulation.pk)
        return redirect(f"{request.path}?at={','.join(map(str, at))}")
    filters = OutcomeFilter(request.GET, queryset=rows, request=request)
    chosen = filters.qs if filters.is_valid() else rows.none()
    if "at" in request.GET:
        named = request.GET["at"].split(",")
        chosen = chosen.filter(position__in=[int(one) for one in named if one.isdecimal() and len(one) < 10])
    count = chosen.order_by()[: MOST_LETTERS + 1].count()
    if count > MOST_LETTERS:
        context = {
            "simulation": simulation,
            "round": simulation.round,
            "count": chosen.count(),
            "most": MOST_LETTERS,
        }
        return page(
            request,
            "applications/results/too_many_letters.html",
            context,
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    return _letters(request, simulation, list(chosen.order_by("position")))


def _letters(
    request: PersonRequest, simulation: Simulation, people: Iterable[Outcome], back: str = ""
) -> HttpResponse:
    rows = {full["row"] for one in people for wish in one.details["choices"] for full in wish["full"]}
    options = dict(simulation.options.filter(row__in=rows).values_list("row", "details"))
    names: dict[str, reasons.NameOf] = {}
    made = []
    for one in people:
        language = _language_of(one.details)
        with translation.override(language):
            name_of = names.get(language) or names.setdefault(language, queries.names_of())
            stay = report.stay_of(one.details)
            made.append(
                {
                    "language": language,
                    "outcome": one,
                    "own": one.details,
                    "home": name_of(one.details["home"]),
                    "stay": reasons.choice(stay, name_of) if stay else "",
                    "choice": stay["choice"] if stay else None,
                    "choices": _seen(one, options, name_of),
                    **_told(simulation),
                }
            )
    frozen = queries.frozen_of(simulation.round)
    context = {
        "simulation": simulation,
        "round": simulation.round,
        "letters": made,
        "seed": simulation.result["seed"],
        "frozen": frozen if frozen and frozen.simulation_id == simulation.pk else None,
        "today": timezone.localdate(),
        "back": back,
    }
    return page(request, "applications/results/letters.html", context)


def _language_of(own: Mapping[str, Any]) -> str:
    """The language of letters to the applicant: as said, else the likely one of the home's country (CLDR)."""
    known = dict(settings.LANGUAGES)
    if own.get("language") in known:
        return str(own["language"])
    country = own["home"].partition(":")[0]
    likely = get_global("likely_subtags").get(f"und_{country}", "en").partition("_")[0]
    return likely if likely in known else "en"


# Downloads


@of_result
def download(request: PersonRequest, simulation: Simulation, kind: str) -> HttpResponseBase:
    """The result as a file; of a frozen one, the JSON is what was frozen, byte for byte."""
    frozen = Frozen.objects.filter(round=simulation.round_id, simulation=simulation, ended_at=None).first()
    name = f"eastep-round-{simulation.round_id}-simulation-{simulation.pk}.{kind}"
    if frozen and kind == "json":
        return _file(BytesIO(zlib.decompress(bytes(frozen.content))), TYPES[kind], name)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    report.write(queries.result_document(simulation), kind, file, name_of=queries.names_of())
    file.seek(0)
    return _file(file, TYPES[kind], name)


@of_result
def inputs(request: PersonRequest, simulation: Simulation, kind: str) -> HttpResponseBase:
    """What the result was computed from, for `eastep verify`; gone as soon as the round has changed."""
    if simulation.is_outdated:
        raise Refused(
            _("The round has changed since this simulation was computed. Compute it again first."),
            code="outdated",
        )
    basis = queries.basis_of(simulation.round)
    records = map(place_record, basis.places) if kind == "places" else map(applicant_record, basis.applicants)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    report.write_inputs(kind, records, file)
    file.seek(0)
    return _file(file, TYPES["csv"], f"eastep-round-{simulation.round_id}-{kind}.csv")


def _file(content: Any, kind: str, name: str) -> FileResponse:
    return FileResponse(content, as_attachment=True, filename=name, content_type=kind)
