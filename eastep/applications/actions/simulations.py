"""The verbs of simulations: made, changed, computed, moved by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eastep.applications import events, queries, report
from eastep.applications.actions.lists import institution_keys
from eastep.applications.actions.locking import checked_rule, defer, locked
from eastep.applications.models import Move, Option, Outcome, Round, Simulation, search_fields
from eastep.applications.placing import Result
from eastep.applications.records import on_offer
from eastep.applications.ruling import rule_of
from eastep.applications.simulating import (
    Impossible,
    Simulated,
    Stay,
    check_changes,
    effects,
    simulate,
    stay_in,
)
from eastep.applications.states import SIMULATION, SimulationState
from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.core.text import in_all_languages
from eastep.people.models import User

BATCH = 2_000
EFFECTS = 200  # kept of one move; all of them are counted


@transaction.atomic
def make_simulation(
    round_: Round, *, by: User, name: str, seed: str, rule: Mapping[str, Any] | None = None
) -> Simulation:
    """A draft of a simulation with the round's places and applicants as they are, by the round's rule or by *rule*.

    Refused for a rule that the round cannot have.
    """
    round_ = locked(round_, by=by, permission="applications.simulate")
    rule = round_.rule if rule is None else checked_rule(rule, round_)
    return _made(Simulation(round=round_, name=name, seed=seed, rule=rule, made_by=by), by)


@transaction.atomic
def copy_simulation(simulation: Simulation, *, by: User, name: str) -> Simulation:
    """A draft with the same seed, rule and changes, but without the moves by hand."""
    round_ = locked(simulation.round, by=by, permission="applications.simulate")
    return _made(
        Simulation(
            round=round_,
            name=name,
            seed=simulation.seed,
            changes=simulation.changes,
            rule=simulation.rule,
            copied_from=simulation,
            made_by=by,
        ),
        by,
    )


@transaction.atomic
def change_simulation(
    simulation: Simulation,
    *,
    by: User,
    run: int,
    name: str,
    seed: str,
    changes: dict[str, Any],
    rule: Mapping[str, Any] | None = None,
) -> Simulation:
    """Another name, seed or changes for a draft, and another *rule* where one is given. *run* is what the person saw.

    Raises Refused if the rule or a change cannot be.
    """
    simulation = _locked(simulation, by=by, run=run)
    simulation.state = SIMULATION.after(simulation.state, "change")
    try:
        changes = _checked(changes, simulation)
    except Impossible as error:
        raise Refused(error.sentence, code=error.code) from error
    if rule is not None and rule != simulation.rule:
        simulation.rule = checked_rule(rule, simulation.round)
    _refuse_same_name(simulation, name)
    simulation.name, simulation.seed, simulation.changes = name, seed, changes
    simulation.run += 1
    _moved(simulation, "name", "seed", "changes", "rule", "run")
    record(
        events.SIMULATION_CHANGED, simulation.round, by=by, simulation=name, seed=seed, rule=simulation.rule
    )
    return simulation


@transaction.atomic
def start_simulation(simulation: Simulation, *, by: User, run: int) -> Simulation:
    """Have it computed with what the round holds now; a job does it."""
    simulation = _locked(simulation, by=by, run=run)
    simulation.state = SIMULATION.after(simulation.state, "start")
    simulation.run += 1
    _moved(simulation, "run")
    defer("compute_simulation", simulation, by)
    return simulation


def compute_simulation(simulation: Simulation, *, by: User, run: int) -> Simulation:
    """Compute and keep all of it, or nothing. Nothing happens if job *run* is not the latest."""
    round_ = Round.objects.get(pk=simulation.round_id)
    edition, moves = round_.edition, list(simulation.moves.in_force())
    try:
        done = simulate(
            queries.basis_of(round_),
            seed=simulation.seed,
            rule=rule_of(simulation.rule),
            changes=simulation.changes,
            moves=[queries.as_move(move) for move in moves],
        )
    except Impossible as error:
        return _fail(simulation, error, run=run)
    _effects(done, moves)
    document = report.document(done, queries.about(round_))
    with transaction.atomic():
        if (found := _still_computing(simulation, run)) is None:
            return simulation
        simulation = found
        keys = institution_keys()
        simulation.outcomes.all().delete()
        simulation.options.all().delete()
        Outcome.objects.bulk_create(
            (_outcome(simulation, own, keys) for own in document["applicants"]), batch_size=BATCH
        )
        Option.objects.bulk_create(
            (_option(simulation, own, keys) for own in document["places"]), batch_size=BATCH
        )
        Move.objects.bulk_update(moves, ["effects", "affected"])
        simulation.state = SIMULATION.after(simulation.state, "finish")
        simulation.edition = edition
        simulation.result = {
            name: value for name, value in document.items() if name not in ("applicants", "places")
        }
        _moved(simulation, "edition", "result")
        figures = document["summary"]
        record(
            events.SIMULATION_COMPUTED, round_, by=by, simulation=simulation.name, seed=simulation.seed,
            placed=figures["placed"], applicants=figures["applicants"],
        )  # fmt: skip
    return simulation


@transaction.atomic
def move_applicant(
    simulation: Simulation, *, by: User, run: int, applicant: str, row: int | None, reason: str
) -> Move:
    """Put one applicant by hand on *row* of places, or on none; the others are placed by the rule among what is left.

    Computed at once in a job. An earlier move of the same applicant is undone.
    """
    simulation = _locked(simulation, by=by, run=run)
    simulation.state = SIMULATION.after(simulation.state, "move")
    if simulation.edition != simulation.round.edition:
        raise Refused(
            _("The round has changed since this simulation was computed. Compute it again first."),
            code="outdated",
        )
    if not simulation.outcomes.filter(applicant=applicant).exists():
        raise Refused(_("This applicant is not in the simulation."), code="no_applicant")
    simulation.moves.in_force().filter(applicant=applicant).update(ended_at=timezone.now(), ended_by=by)
    move = Move.objects.create(simulation=simulation, applicant=applicant, row=row, reason=reason, by=by)
    try:  # the moves together must fit the places
        simulate_moves = [queries.as_move(one) for one in simulation.moves.in_force()]
        queries.check_moves(simulation, simulate_moves)
    except Impossible as error:
        raise Refused(error.sentence, code=error.code) from error
    simulation.run += 1
    _moved(simulation, "run")
    record(
        events.APPLICANT_MOVED, simulation.round, by=by, simulation=simulation.name,
        applicant=applicant, row=row, reason=reason,
    )  # fmt: skip
    defer("compute_simulation", simulation, by)
    return move


@transaction.atomic
def undo_move(move: Move, *, by: User, run: int) -> Move:
    """As if the applicant had not been moved by hand."""
    simulation = _locked(move.simulation, by=by, run=run)
    move = Move.objects.select_for_update(of=("self",)).get(pk=move.pk)
    if move.ended_at:
        raise Refused(_("This move has been undone already."), code="ended")
    simulation.state = SIMULATION.after(simulation.state, "move")
    move.ended_at, move.ended_by = timezone.now(), by
    move.save(update_fields=["ended_at", "ended_by"])
    simulation.run += 1
    _moved(simulation, "run")
    record(events.MOVE_UNDONE, simulation.round, by=by, simulation=simulation.name, applicant=move.applicant)
    defer("compute_simulation", simulation, by)
    return move


@transaction.atomic
def discard_simulation(simulation: Simulation, *, by: User) -> None:
    """Delete it with its results. Refused if a result of it was frozen."""
    simulation = _locked(simulation, by=by)
    if simulation.round.frozen.filter(simulation=simulation).exists():
        raise Refused(_("A result of this simulation was frozen; it is kept."), code="frozen")
    record(events.SIMULATION_DISCARDED, simulation.round, by=by, simulation=simulation.name)
    simulation.delete()


def _locked(simulation: Simulation, *, by: User, run: int | None = None) -> Simulation:
    """The simulation as it is now. Refused if it has gone on since *run*, was deleted, or is the frozen result."""
    round_ = locked(simulation.round, by=by, permission="applications.simulate")
    found = Simulation.objects.select_for_update(of=("self",)).filter(pk=simulation.pk).first()
    if found is None:
        raise Refused(_("The simulation has been deleted meanwhile."), code="gone")
    found.round = round_
    if run not in (None, found.run):
        raise Refused(
            _("Somebody else has changed this simulation meanwhile. Look at it again."), code="changed"
        )
    if round_.frozen.filter(simulation=found, ended_at=None).exists():
        raise Refused(
            _("The result of this simulation is frozen. Copy the simulation instead."), code="frozen"
        )
    return found


def _checked(changes: dict[str, Any], simulation: Simulation) -> dict[str, Any]:
    """*changes* in their one spelling. Raises Impossible.

    What *simulation* has already is not asked again: it may have become impossible since, and must not keep
    anybody from taking something else back. Computing it tells.
    """
    held = simulation.changes
    rows, gone = changes.get("places", {}), set(changes.get("withdrawn", ()))
    same = {row: own for row, own in rows.items() if held.get("places", {}).get(row) == own}
    still = gone & set(held.get("withdrawn", ()))
    asked = {row: own for row, own in rows.items() if row not in same}
    new = check_changes(
        {**changes, "places": asked, "withdrawn": sorted(gone - still)}, queries.basis_of(simulation.round)
    )
    found = {
        "places": new.get("places", {}) | same,
        "withdrawn": sorted({*new.get("withdrawn", ()), *still}),
    }
    return {name: value for name, value in found.items() if value}


def _made(simulation: Simulation, by: User) -> Simulation:
    _refuse_same_name(simulation, simulation.name)
    simulation.save()
    record(events.SIMULATION_MADE, simulation.round, by=by, simulation=simulation.name)
    return simulation


def _refuse_same_name(simulation: Simulation, name: str) -> None:
    if simulation.round.simulations.filter(name=name).exclude(pk=simulation.pk).exists():
        raise Refused(
            _("Another simulation of this round is called “{name}”. Choose another name.").format(name=name),
            code="same_name",
        )


def _moved(simulation: Simulation, *changed: str) -> None:
    simulation.moved_at = timezone.now()
    simulation.save(update_fields=["state", "moved_at", *changed])


def _fail(simulation: Simulation, error: Impossible, *, run: int) -> Simulation:
    with transaction.atomic():
        if (found := _still_computing(simulation, run)) is None:
            return simulation
        found.state = SIMULATION.after(found.state, "fail")
        found.problem = in_all_languages(lambda: error.sentence)
        _moved(found, "problem")
    return found


def _still_computing(simulation: Simulation, run: int) -> Simulation | None:
    """The simulation, locked; None if job *run* is not its latest, or it was deleted meanwhile."""
    rows = Simulation.objects.select_for_update(of=("self",)).select_related("round")
    return rows.filter(pk=simulation.pk, run=run, state=SimulationState.COMPUTING).first()


def _effects(done: Simulated, moves: list[Move]) -> None:
    """Set on each move what it changes for the others, given all the other moves."""
    after = _stays(done.adjusted)
    for move, own in zip(moves, done.moves, strict=True):
        others = [one for one in done.moves if one is not own]
        without = (
            simulate(done.basis, seed=done.seed, rule=done.rule, changes=done.changes, moves=others).adjusted
            if others
            else done.computed
        )
        found = [one for one in effects(_stays(without), after) if one["applicant"] != own.applicant]
        move.effects, move.affected = found[:EFFECTS], len(found)


def _stays(result: Result) -> dict[str, Stay | None]:
    return {outcome.applicant.id: stay_in(outcome.placed) for outcome in result.outcomes}


def _outcome(simulation: Simulation, own: report.Document, keys: dict[str, int]) -> Outcome:
    stay = report.stay_of(own)
    return Outcome(
        simulation=simulation,
        position=own["position"],
        applicant=own["id"],
        name=own["name"],
        home_id=keys[own["home"]],
        score=own["score"],
        choice=own["placed"],
        host_id=keys[stay["host"]] if stay else None,
        row=stay["row"] if stay else None,
        touched=own.get("touched", ""),
        details=own,
        **search_fields(own["id"], own["name"]),
    )


def _option(simulation: Simulation, own: report.Document, keys: dict[str, int]) -> Option:
    return Option(
        simulation=simulation,
        row=own["row"],
        home_id=keys[own["home"]],
        host_id=keys[own["host"]],
        places=on_offer(own),
        taken=own["taken"],
        cutoff=own["cutoff"],
        highest_refused=own["highest_refused"],
        refused=own["refused"],
        is_full=own["is_full"],
        binds=own["binds"],
        details=own,
    )
