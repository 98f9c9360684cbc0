"""The verbs of placement rounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from eastep.applications import events, report
from eastep.applications.intake import Intake, take_in
from eastep.applications.models import Outcome, Round, RoundSheet
from eastep.applications.states import ROUND
from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.core.permissions import authorise
from eastep.core.sheets import Detected
from eastep.core.text import LANGUAGES, Text
from eastep.imports import Problem
from eastep.institutions.folding import grams, letters
from eastep.institutions.models import Institution
from eastep.institutions.queries import registered
from eastep.people.models import User
from eastep.standards.queries import standards_in_force

type File = tuple[str, bytes]  # its name and its content
BATCH = 2_000


@transaction.atomic
def open_round(*, by: User, title: str, seed: str, places: File, applicants: File) -> Round:
    """Begin a round with its two sheets; a job reads them at once."""
    authorise(by, "applications.open_round")
    round_ = Round.objects.create(title=title, seed=seed, opened_by=by)
    _keep_sheets(round_, places, applicants)
    record(events.ROUND_OPENED, round_, by=by)
    _defer("applications.check_round", round_, by)
    return round_


@transaction.atomic
def replace_sheets(round_: Round, *, by: User, places: File, applicants: File) -> Round:
    """Take other sheets; what was computed from the earlier ones is gone."""
    round_ = _locked(round_)
    authorise(by, "applications.replace_sheets", round_)
    round_.state = ROUND.after(round_.state, "replace")
    round_.outcomes.all().delete()
    round_.sheets.all().delete()
    _keep_sheets(round_, places, applicants)
    _moved(round_, run=round_.run + 1, errors=0, problems=[], result={})
    record(events.SHEETS_REPLACED, round_, by=by)
    _defer("applications.check_round", round_, by)
    return round_


def check_round(round_: Round, *, by: User, run: int) -> Round:
    """Read both sheets and keep every problem. Nothing happens if the sheets were replaced since job *run*."""
    intake = _read(round_)
    problems, errors = [_kept(problem) for problem in intake.problems], intake.errors
    with transaction.atomic():
        round_ = _locked(round_)
        authorise(by, "applications.check_round", round_)
        if round_.run != run or "reject" not in ROUND.open_to(round_.state):
            return round_
        round_.state = ROUND.after(round_.state, "reject" if errors else "pass")
        for kind, taken in (("places", intake.places), ("applicants", intake.applicants)):
            detected = _in_all_languages(partial(_how_read, taken.detected))
            round_.sheets.filter(kind=kind).update(detected=detected, rows=len(taken.rows))
        _moved(round_, errors=errors, problems=problems)
        record(events.ROUND_REJECTED if errors else events.ROUND_PASSED, round_, by=by, errors=errors)
    return round_


@transaction.atomic
def start_round(round_: Round, *, by: User, seed: str, run: int | None = None) -> Round:
    """Have the round placed with *seed*; a job does it. *run* is what the person saw: Refused if it has gone on."""
    round_ = _locked(round_)
    authorise(by, "applications.start_round", round_)
    if run not in (None, round_.run):
        raise Refused(_("Somebody else has changed this round meanwhile. Look at it again."), code="changed")
    round_.state = ROUND.after(round_.state, "start")
    round_.seed = seed
    _moved(round_, run=round_.run + 1, seed=seed)
    record(events.ROUND_STARTED, round_, by=by, seed=seed)
    _defer("applications.finish_round", round_, by)
    return round_


def finish_round(round_: Round, *, by: User, run: int) -> Round:
    """Compute the placement and keep all of it, or nothing. Nothing happens if job *run* is not the latest."""
    intake = _read(round_)
    if intake.errors:  # what the sheets are read with has changed since they were checked
        return check_round(round_, by=by, run=run)
    result = report.document(intake.place(round_.seed), _contents(round_))
    with transaction.atomic():
        round_ = _locked(round_)
        authorise(by, "applications.finish_round", round_)
        if round_.run != run or round_.state != "placing":
            return round_
        round_.state = ROUND.after(round_.state, "finish")
        round_.outcomes.all().delete()
        institutions = dict(Institution.objects.values_list("key", "pk"))
        Outcome.objects.bulk_create(
            (_outcome(round_, own, institutions) for own in result["applicants"]), batch_size=BATCH
        )
        figures = result["summary"]
        _moved(round_, result={key: value for key, value in result.items() if key != "applicants"})
        record(
            events.ROUND_FINISHED, round_, by=by,
            placed=figures["placed"], applicants=figures["applicants"], seed=round_.seed,
        )  # fmt: skip
    return round_


@transaction.atomic
def discard_round(round_: Round, *, by: User) -> None:
    """Delete the round with its sheets and results; that it existed stays in the record."""
    round_ = _locked(round_)
    authorise(by, "applications.discard_round", round_)
    record(events.ROUND_DISCARDED, round_, by=by)
    round_.delete()


def _locked(round_: Round) -> Round:
    return Round.objects.select_for_update().get(pk=round_.pk)


def _moved(round_: Round, **changed: Any) -> None:
    for name, value in changed.items():
        setattr(round_, name, value)
    round_.moved_at = timezone.now()
    round_.save(update_fields=["state", "moved_at", *changed])


def _defer(task: str, round_: Round, by: User) -> None:
    """One job in the action's own transaction; *run* tells a late one that it is late."""
    app.configure_task(task, queue="placement").defer(round_id=round_.pk, by_id=by.pk, run=round_.run)


def _keep_sheets(round_: Round, places: File, applicants: File) -> None:
    RoundSheet.objects.bulk_create(
        RoundSheet(round=round_, kind=kind, name=name, content=content, sha256=sha256(content).hexdigest())
        for kind, (name, content) in (("places", places), ("applicants", applicants))
    )


def _contents(round_: Round) -> dict[str, bytes]:
    return {sheet.kind: bytes(sheet.content) for sheet in round_.sheets.order_by("-kind")}


def _read(round_: Round) -> Intake:
    files = {sheet.kind: (sheet.name, bytes(sheet.content)) for sheet in round_.sheets.all()}
    return take_in(
        files["places"], files["applicants"], register=registered(), standards=standards_in_force()
    )


def _kept(problem: Problem) -> dict[str, Any]:
    return {
        "severity": problem.severity,
        "value": problem.value,
        "place": asdict(_in_all_languages(lambda: problem.place)),
        "sentence": asdict(_in_all_languages(lambda: problem.sentence)),
    }


def _how_read(detected: Detected | None) -> str:
    return str(detected.sentence) if detected else ""


def _in_all_languages(say: Callable[[], str]) -> Text:
    said = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language] = str(say())
    return Text(**said)


def _outcome(round_: Round, own: report.Document, institutions: dict[str, int]) -> Outcome:
    met = next((wish for wish in own["choices"] if wish["number"] == own["placed"]), None)
    return Outcome(
        round=round_,
        position=own["position"],
        applicant=own["id"],
        name=own["name"],
        home_id=institutions[own["home"]],
        score=own["score"],
        choice=own["placed"],
        host_id=institutions[met["host"]] if met else None,
        details=own,
        search_key=f"{letters(own['name'])} {letters(own['id'])}",
        grams=sorted(grams(letters(own["name"])) | grams(letters(own["id"]))),
    )
