"""Pages of simulations: made, changed, computed, compared, frozen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from eastep.applications import actions, charts, in_words, promises, queries, reasons, report
from eastep.applications.comparing import Comparison, compare
from eastep.applications.forms.results import FOUND, MovedFilter, like
from eastep.applications.forms.rounds import ReasonForm
from eastep.applications.forms.ruling import SimulationRuleForm
from eastep.applications.forms.simulations import (
    CompareForm,
    CopyForm,
    PlacesForm,
    SeenForm,
    SettingsForm,
    SimulationForm,
    WithdrawForm,
)
from eastep.applications.models import Outcome, Round, RoundPlace, Simulation
from eastep.applications.simulating import CHANGEABLE, USUALLY_DONE_IN, Stay
from eastep.applications.states import ROUND, SIMULATION, SimulationState
from eastep.applications.views.words import rule_words, stay_words
from eastep.core.errors import Refused
from eastep.core.permissions import authorise
from eastep.standards.queries import standards_in_force
from eastep.ui.comparing import Row
from eastep.ui.listing import listing
from eastep.ui.pages import PersonRequest, page, wants_part

SHOWN = 10  # rows of places that bind, and effects of a move, on the page; all are in the lists
PAIRS = 50  # of institutions in the balance on the page
MAY = "applications.simulate"
CHANGED = {
    "places": gettext_lazy("Row {row}, {host}: {now} places instead of {before}."),
    "carried": gettext_lazy("Row {row}, {host}: carried over {now} instead of {before}."),
    "minimum_gpa": gettext_lazy("Row {row}, {host}: minimum GPA {now} instead of {before}."),
    "language": gettext_lazy("Row {row}, {host}: language requirement {now} instead of {before}."),
}
INPUTS = {
    "places": gettext_lazy("The places of the round were others."),
    "applicants": gettext_lazy("The applicants of the round were others."),
    "standards": gettext_lazy("The standards for grades, tests or fields were others."),
}
HOW = {
    "better": (gettext_lazy("Better"), "good"),
    "worse": (gettext_lazy("Worse"), "warning"),
    "other": (gettext_lazy("Other"), "plain"),
}


# The list


@login_required
def simulations(request: PersonRequest, pk: int) -> HttpResponse:
    found = _round(request, pk)
    rows = Simulation.objects.visible_to(request.user).filter(round=found).select_related("made_by", "round")
    listed = listing(request, rows, sorts={"newest": ("-made_at", "-pk"), "name": ("name", "pk")})
    places = _places_of(found, (one.changes for one in listed["page"]))
    compare = CompareForm(round_=found, initial=_two_newest(found))
    return page(
        request,
        "applications/simulations/simulations.html",
        {
            **listed,
            "round": found,
            "rows": [(one, _different(one, found, places), _shares(one)) for one in listed["page"]],
            "frozen": queries.frozen_of(found),
            "compare": compare if len(compare.initial) == len(compare.fields) else None,
            "may_change": request.user.has_perm(MAY, found),
        },
        fragment="rows",
    )


@login_required
def make_simulation(request: PersonRequest, pk: int) -> HttpResponse:
    found = _round(request, pk)
    authorise(request.user, MAY, found)
    usual = {"name": queries.free_name(found, _("Simulation {number}")), "seed": found.seed}
    form = SimulationForm(request.POST or None, initial=usual)
    if form.is_valid():
        try:
            return redirect(actions.make_simulation(found, by=request.user, **form.cleaned_data))
        except Refused as refused:
            form.add_error("name" if refused.code == "same_name" else None, str(refused))
    return page(request, "applications/simulations/make.html", {"round": found, "form": form})


@login_required
def copy_simulation(request: PersonRequest, pk: int, simulation: int) -> HttpResponse:
    found = _simulation(request, pk, simulation)
    authorise(request.user, MAY, found.round)
    name = queries.free_name(
        found.round, found.name[:90].replace("{", "").replace("}", "") + " ({number})", start=2
    )
    form = CopyForm(request.POST or None, initial={"name": name})
    if form.is_valid():
        try:
            return redirect(actions.copy_simulation(found, by=request.user, **form.cleaned_data))
        except Refused as refused:
            form.add_error("name" if refused.code == "same_name" else None, str(refused))
    context = {"round": found.round, "copied": found, "form": form}
    return page(request, "applications/simulations/make.html", context)


# One simulation


@login_required
def simulation(request: PersonRequest, pk: int, simulation: int) -> HttpResponse:
    return _page(request, _simulation(request, pk, simulation))


@login_required
def change_simulation(request: PersonRequest, pk: int, simulation: int) -> HttpResponse:
    """One of several forms, told by its *part*: name and seed, a row of places, applicants; or one change taken back."""
    found = _simulation(request, pk, simulation)
    if request.method != "POST":  # the form was shown again here, then the language was changed
        return redirect(found)
    authorise(request.user, MAY, found.round)
    part, form = _form(request.POST, found)
    if not form.is_valid():
        return _page(request, found, part, form)
    changed = {"name": found.name, "seed": found.seed, "changes": found.changes, "rule": found.rule}
    try:
        actions.change_simulation(
            found,
            by=request.user,
            run=form.cleaned_data["run"],
            **changed | _changed(part, form, request.POST, found),
        )
    except Refused as refused:
        if refused.code in ("gone", "frozen"):
            raise
        now = _simulation(request, pk, simulation)
        data = request.POST.copy()
        data["run"] = str(now.run)  # whoever has looked at what is there now may save over it
        part, form = _form(data, now)
        form.add_error("name" if refused.code == "same_name" else None, str(refused))
        return _page(request, now, part, form, status=HTTPStatus.CONFLICT)
    return redirect(found)


@login_required
@require_POST
def start_simulation(request: PersonRequest, pk: int, simulation: int) -> HttpResponse:
    found = _simulation(request, pk, simulation)
    actions.start_simulation(found, by=request.user, run=_run(request))
    return redirect(found)


@login_required
def discard_simulation(request: PersonRequest, pk: int, simulation: int) -> HttpResponse:
    found = _simulation(request, pk, simulation)
    authorise(request.user, MAY, found.round)
    if request.method == "POST":
        actions.discard_simulation(found, by=request.user)
        messages.success(request, _("The simulation has been deleted."))
        return redirect("simulations", pk)
    context = {"simulation": found, "round": found.round}
    return page(request, "applications/simulations/discard.html", context)


@login_required
def freeze_round(request: PersonRequest, pk: int, simulation: int) -> HttpResponse:
    found = _simulation(request, pk, simulation)
    authorise(request.user, "applications.freeze_round", found.round)
    if request.method == "POST":
        actions.freeze_round(found.round, by=request.user, simulation=found, run=_run(request))
        messages.success(request, _("The result is frozen."))
        return redirect(found)
    context = {
        "simulation": found,
        "round": found.round,
        "figures": _figures(found),
        **rule_words(found.rule, found.round),
    }
    return page(request, "applications/simulations/freeze.html", context)


@login_required
def unfreeze_round(request: PersonRequest, pk: int) -> HttpResponse:
    found = _round(request, pk)
    authorise(request.user, "applications.unfreeze_round", found)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        actions.unfreeze_round(found, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The round can be worked on again. What was frozen stays kept."))
        return redirect(found)
    context = {
        "round": found,
        "frozen": queries.frozen_of(found),
        "second": Round.objects.filter(follows=found).first(),
        "answered": found.answers.count(),
        "form": form,
    }
    return page(request, "applications/simulations/unfreeze.html", context)


def _page(
    request: PersonRequest,
    found: Simulation,
    part: str = "",
    form: SeenForm | None = None,
    *,
    status: int | None = None,
) -> HttpResponse:
    """The page of a simulation; *form* is the one of its forms that was sent and has errors."""
    round_ = found.round
    frozen = queries.frozen_of(round_)
    is_the_frozen = bool(frozen and frozen.simulation_id == found.pk)
    may = request.user.has_perm(MAY, round_) and not is_the_frozen
    verbs = SIMULATION.open_to(found.state) if may else ()
    context: dict[str, Any] = {
        "round": round_,
        "simulation": found,
        "frozen": frozen,
        "is_the_frozen": is_the_frozen,
        "was_frozen": round_.frozen.filter(simulation=found).exists(),
        "may": may,
        "may_simulate": request.user.has_perm(MAY, round_),
        "may_unfreeze": request.user.has_perm("applications.unfreeze_round", round_),
        "verbs": verbs,
        "may_freeze": may
        and found.state == SimulationState.COMPUTED
        and "freeze" in ROUND.open_to(round_.state)
        and not found.is_outdated,
        "changes": _different(found, round_, _places_of(round_, [found.changes])),
        **rule_words(found.rule, round_),
        "is_late": timezone.now() - found.moved_at > USUALLY_DONE_IN,
    }
    if found.state != SimulationState.COMPUTING:
        context["moves"] = _moves(found)
    if found.state == SimulationState.COMPUTED:
        context |= _result(found)
    if "change" in verbs:
        context |= _forms(request, found, part, form)
        context["sent"] = form  # so that page() sees its errors
    return page(request, "applications/simulations/simulation.html", context, fragment="now", status=status)


def _result(found: Simulation) -> dict[str, Any]:
    """What a computed simulation shows."""
    summary = found.result["summary"]
    binding = found.options.filter(binds=True).select_related("home", "host").order_by("-refused", "row")
    return {
        "figures": _figures(found),
        **charts.charts(summary),
        "binding": binding[:SHOWN],
        "balance": _balance(summary["balance"]),
        "kept": _kept(summary.get("imbalance")),
    }


def _balance(balance: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Between countries, and between the pairs of institutions that are most uneven."""
    uneven = sorted(balance["institutions"], key=lambda pair: -abs(pair["difference_terms"]))
    name_of = queries.names_of({pair[side] for pair in uneven[:PAIRS] for side in ("one", "other")})

    def named(pairs: Iterable[dict[str, Any]], name: Callable[[str], str]) -> list[dict[str, Any]]:
        return [{**pair, "one": name(pair["one"]), "other": name(pair["other"])} for pair in pairs]

    return {
        "countries": named(balance["countries"], report.country),
        "institutions": named(uneven[:PAIRS], name_of),
        "more": len(uneven) > PAIRS,
    }


def _kept(imbalance: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """How far the rule kept the balance; the most uneven units first. None for a rule without balance."""
    if not imbalance:
        return None
    units = sorted(imbalance["units"], key=lambda one: (one["in_band"], -abs(one["imbalance"])))
    shown = units[:PAIRS]
    is_country = imbalance["unit"] == "country"
    name = report.country if is_country else queries.names_of({one["unit"] for one in shown})
    return {
        "tolerance": imbalance["tolerance"],
        "outside": not all(one["in_band"] for one in units),
        "limits": [
            {**limit, "way": _("{home} → {host}").format(**reasons.ways(limit))}
            for limit in imbalance["limits"]
        ],
        "units": [
            {
                **one,
                "name": name(one["unit"]),
                "carried": in_words.signed(one["carried"]),
                "imbalance": in_words.signed(one["imbalance"]),
            }
            for one in shown
        ],
        "more": len(units) > PAIRS,
    }


def _forms(request: PersonRequest, found: Simulation, part: str, form: SeenForm | None) -> dict[str, Any]:
    """The forms with which a draft is changed, and what a search found."""
    round_ = found.round
    held = {"name": found.name, "seed": found.seed, "run": found.run}
    places, people = request.GET.get("places", "").strip(), request.GET.get("applicants", "").strip()
    context: dict[str, Any] = {
        "settings_form": form if part == "settings" else SettingsForm(initial=held),
        "rule_form": form
        if part == "rule"
        else SimulationRuleForm(round_=round_, rule=found.rule, initial={"run": found.run}),
        "places_searched": places,
        "places_found": _places_like(round_, places) if places else None,
        "people_searched": people,
        "people_found": _people(found, people) if people else None,
    }
    row = form.row if isinstance(form, PlacesForm) else _row(round_, request.GET.get("row", ""))
    if row:
        changed = found.changes.get("places", {}).get(str(row.number), {})
        now = {"carried": 0, **row.record, **changed, "run": found.run}
        row.carried = in_words.signed(row.record.get("carried", 0))  # type: ignore[attr-defined]
        context["row"] = row
        context["row_form"] = (
            form if part == "row" else PlacesForm(initial=now, row=row, standards=standards_in_force())
        )
    if part in ("withdraw", "back"):
        context[f"{part}_form"] = form
    return context


def _people(found: Simulation, text: str) -> QuerySet[Any]:
    rows = found.round.applicants.counting().exclude(applicant__in=found.changes.get("withdrawn", []))
    return rows.named(text).select_related("home").order_by("applicant")[:FOUND]


def _places_like(round_: Round, text: str) -> list[tuple[RoundPlace, str]]:
    """Rows of places by number, or by the name of an institution in any script; each with the stay in words."""
    rows = round_.places.counting().select_related("home", "host").order_by("number")
    found = list(rows.filter(like(text, "number"))[:FOUND])
    names = {row.record["host"]: str(row.host) for row in found}
    return [(row, reasons.choice(row.record, names.__getitem__)) for row in found]


def _row(round_: Round, number: str) -> RoundPlace | None:
    rows = round_.places.counting().select_related("home", "host")
    return rows.filter(number=number).first() if number.isdecimal() and len(number) < 10 else None


def _form(data: QueryDict, found: Simulation) -> tuple[str, SeenForm]:
    part = data.get("part", "")
    match part:
        case "settings":
            return part, SettingsForm(data)
        case "rule":
            return part, SimulationRuleForm(data, round_=found.round, rule=found.rule)
        case "row":
            if (row := _row(found.round, data.get("row", ""))) is None:
                raise Http404
            return part, PlacesForm(data, row=row, standards=standards_in_force())
        case "withdraw":
            return part, WithdrawForm(data, round_=found.round)
    return "back", SeenForm(data)


def _changed(part: str, form: SeenForm, data: QueryDict, found: Simulation) -> dict[str, Any]:
    """What the action is to be given, after the form *part* of the page."""
    given = form.cleaned_data
    rows = dict(found.changes.get("places", {}))
    gone = set(found.changes.get("withdrawn", []))
    if isinstance(form, PlacesForm):
        row = str(form.row.number)
        rows[row] = rows.get(row, {}) | {name: given[name] for name in CHANGEABLE if given[name] is not None}
    match part:
        case "settings":
            return {"name": given["name"], "seed": given["seed"]}
        case "rule":
            return {"rule": given["rule"]}
        case "back" if "rule" in data:
            return {"rule": found.round.rule}
        case "withdraw":
            gone |= {one.applicant for one in given["applicants"]}
        case "back":
            rows.pop(data.get("row", ""), None)
            gone.discard(data.get("applicant", ""))
    return {"changes": {"places": rows, "withdrawn": sorted(gone)}}


# Two beside each other


@login_required
def compare_simulations(request: PersonRequest, pk: int) -> HttpResponse:
    found = _round(request, pk)
    form = CompareForm(request.GET or None, round_=found)
    if not form.is_valid():
        context = {"round": found, "form": form}
        return page(request, "applications/simulations/compare.html", context)
    first, second = form.cleaned_data["a"], form.cleaned_data["b"]
    first.round = second.round = found
    listed = listing(
        request,
        queries.moved_between(first, second).select_related("home", "host", "simulation"),
        MovedFilter,
        sorts={"position": ("position",), "number": ("applicant",)},
        export=_moved_columns(first, second),
    )
    if "download" not in listed:
        stays = [_from_to(row) for row in listed["page"]]
        name_of = queries.names_of({stay["host"] for pair in stays for stay in pair if stay})
        listed["moved"] = [(row, *_moved_words(row, name_of), HOW[row.how]) for row in listed["page"]]
        if not wants_part(request):
            listed |= _beside(found, first, second)
    context = {**listed, "round": found, "form": form, "a": first, "b": second}
    return page(request, "applications/simulations/compare.html", context, fragment="rows")


def _beside(found: Round, first: Simulation, second: Simulation) -> dict[str, Any]:
    """The figures, settings and pictures of both. Who moves is not asked here: it is a list, in pages."""
    both = first, second
    figures = [one.result["summary"] for one in both]
    compared = compare(first.result, second.result)
    places = _places_of(found, (one.changes for one in both))
    changes = [{change["words"] for change in _changes(one.changes, places)} for one in both]
    rules = [promises.rule_name(one.result["settings"].get("rule", {})) for one in both]
    binding = [set(one.options.filter(binds=True).values_list("row", flat=True)) for one in both]
    rows = second.options.select_related("home", "host").order_by("row")
    lost = first.options.select_related("home", "host").order_by("row")
    names = [
        (_("Applicants"), "applicants"),
        (pgettext("figure", "Placed"), "placed"),
        (_("Without any choice that was open to them"), "without_open_choice"),
        (_("Moved by hand"), "by_hand"),
        (_("Rows of places that bind"), "binding"),
    ]
    shares = [
        (_("Placed, in percent"), "share_placed"),
        (_("At the first choice, in percent"), "share_first"),
    ]
    return {
        "compared": [
            Row(_("Rule of placement"), *rules),
            Row(_("Seed of the lottery"), *(one.result["seed"] for one in both)),
            *(Row(label, *(figure[name] for figure in figures)) for label, name in names),
            *(Row(label, *(_percent(figure[name]) for figure in figures)) for label, name in shares),
        ],
        "only_a": [*sorted(changes[0] - changes[1]), *_set_in(compared, 0)],
        "only_b": [*sorted(changes[1] - changes[0]), *_set_in(compared, 1)],
        "other_inputs": [INPUTS[kind] for kind in compared.inputs],
        **charts.charts_of_two(compared, [one.name for one in both]),
        "binds_a": lost.filter(row__in=binding[0] - binding[1])[:SHOWN],
        "binds_b": rows.filter(row__in=binding[1] - binding[0])[:SHOWN],
        "missing": queries.only_in(first, second).order_by("position")[:SHOWN],
        "missing_count": queries.only_in(first, second).count(),
    }


def _set_in(compared: Comparison, side: int) -> list[str]:
    """What was waived and who was moved by hand in one of the two, but not so in the other."""
    said = []
    for one in compared.decisions:
        own = one["pair"][side]
        if not own:
            continue
        if one["name"] == "waivers":
            sentence = _("An objection was waived for applicant {number}.")
        elif own["row"] is None:
            sentence = _("Applicant {number} was left without a place by hand.")
        else:
            sentence = _("Applicant {number} was put on row {row} by hand.")
        said.append(sentence.format(number=one["applicant"], row=own.get("row")))
    return said


def _from_to(row: Outcome) -> tuple[Stay | None, Stay | None]:
    before = row.before  # type: ignore[attr-defined]
    return report.stay_of(before) if before else None, report.stay_of(row.details)


def _moved_words(row: Outcome, name_of: reasons.NameOf) -> tuple[str, str]:
    before, after = _from_to(row)
    there = stay_words(before, name_of) if row.before else _("Not in this simulation")  # type: ignore[attr-defined]
    return there, stay_words(after, name_of)


def _moved_columns(first: Simulation, second: Simulation) -> list[tuple[object, Callable[[Any], Any]]]:
    names = cache(queries.names_of)
    return [
        (_("Applicant number"), lambda row: row.applicant),
        (_("Name"), lambda row: row.name),
        (_("Home institution"), lambda row: str(row.home)),
        (first.name, lambda row: _moved_words(row, names())[0]),
        (second.name, lambda row: _moved_words(row, names())[1]),
        (_("For the applicant"), lambda row: str(HOW[row.how][0])),
    ]


def _percent(share: str | None) -> Decimal:
    return (100 * Decimal(share or 0)).quantize(Decimal("0.1"))


# The steps


def _round(request: PersonRequest, pk: int) -> Round:
    return get_object_or_404(Round.objects.visible_to(request.user).select_related("home"), pk=pk)


def _simulation(request: PersonRequest, pk: int, simulation: int) -> Simulation:
    rows = Simulation.objects.visible_to(request.user).select_related("round__home", "made_by", "copied_from")
    return get_object_or_404(rows, round=pk, pk=simulation)


def _run(request: PersonRequest) -> int:
    """What the person saw; a form without it is nobody's."""
    form = SeenForm(request.POST)
    return form.cleaned_data["run"] if form.is_valid() else 0


def _two_newest(round_: Round) -> dict[str, Simulation]:
    computed = round_.simulations.filter(state=SimulationState.COMPUTED).order_by("-made_at", "-pk")[:2]
    return dict(zip("ab", reversed(computed), strict=False))


def _shares(found: Simulation) -> dict[str, Any]:
    """Placed, and the shares in percent; nothing unless it is computed."""
    if found.state != SimulationState.COMPUTED:
        return {}
    summary = found.result["summary"]
    return {
        "placed": summary["placed"],
        "applicants": summary["applicants"],
        "share": _percent(summary["share_placed"]),
        "first": summary["at_choice"].get("1", 0),
        "first_share": _percent(summary["share_first"]),
    }


def _places_of(round_: Round, changes: Iterable[Mapping[str, Any]]) -> dict[str, RoundPlace]:
    """The rows of places that the changes are about, by their number as text."""
    numbers = {row for one in changes for row in one.get("places", {})}
    rows = round_.places.filter(number__in=numbers).select_related("home", "host") if numbers else ()
    return {str(row.number): row for row in rows}


def _said(name: str, value: Any) -> str:
    """What a changed field says."""
    if value in ("", None):
        return _("none") if name != "carried" else in_words.signed(0)
    return in_words.signed(value) if name == "carried" else str(value)


def _different(found: Simulation, round_: Round, places: Mapping[str, RoundPlace]) -> list[dict[str, Any]]:
    """The same with another rule than the round's."""
    changes = _changes(found.changes, places)
    if found.rule != round_.rule:
        words = _("Rule of placement: {rule}.").format(rule=promises.rule_name(found.rule))
        changes.insert(0, {"words": words, "is_rule": True})
    return changes


def _changes(changes: Mapping[str, Any], places: Mapping[str, RoundPlace]) -> list[dict[str, Any]]:
    """What a simulation changes, each in words, with what takes it back."""
    found: list[dict[str, Any]] = []
    for number, fields in sorted(changes.get("places", {}).items(), key=lambda one: int(one[0])):
        row = places.get(number)
        for name, sentence in CHANGED.items():
            if name not in fields:
                continue
            now = fields[name]
            facts = {
                "row": number,
                "host": str(row.host) if row else "–",
                "before": _said(name, row.record.get(name) if row else ""),
                "now": _said(name, now),
            }
            found.append({"words": str(sentence).format(**facts), "row": number})
    found += [
        {"words": _("Applicant {number} is left out.").format(number=number), "applicant": number}
        for number in changes.get("withdrawn", [])
    ]
    return found


def _moves(found: Simulation) -> list[dict[str, Any]]:
    """The moves in force, each with its reason and what it changed for the others."""
    moves = list(found.moves.in_force().select_related("by"))
    if not moves:
        return []
    numbers = {move.applicant for move in moves}
    numbers |= {effect["applicant"] for move in moves for effect in move.effects[:SHOWN]}
    people = {one.applicant: one for one in found.outcomes.filter(applicant__in=numbers).defer("grams")}
    for one in people.values():
        one.simulation = found
    rows = {
        row.row: row.details for row in found.options.filter(row__in={move.row for move in moves if move.row})
    }
    stays = [effect[side] for move in moves for effect in move.effects[:SHOWN] for side in ("from", "to")]
    hosts = {stay["host"] for stay in (*stays, *rows.values()) if stay}
    name_of = queries.names_of(hosts)
    return [
        {
            "move": move,
            "person": people.get(move.applicant),
            "title": str(people.get(move.applicant, move.applicant)),
            "to": reasons.choice(rows[move.row], name_of) if move.row in rows else "",
            "effects": [
                {
                    "person": people.get(effect["applicant"]),
                    "applicant": effect["applicant"],
                    "before": stay_words(effect["from"], name_of),
                    "after": stay_words(effect["to"], name_of),
                }
                for effect in move.effects[:SHOWN]
            ],
            "more": max((move.affected or 0) - SHOWN, 0),
        }
        for move in moves
    ]


def _figures(found: Simulation) -> dict[str, Any]:
    """The figures at the head of a result; those of before, while it is computed again."""
    return {**_shares(found), **found.result["summary"]} if found.result else {}
