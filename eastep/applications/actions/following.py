"""The verb that goes on after a frozen round: a second one with what is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from eastep.applications import events, queries
from eastep.applications.actions.lists import fill_applicant, fill_place, institution_keys
from eastep.applications.actions.locking import locked
from eastep.applications.following import places_left, rule_after
from eastep.applications.models import Frozen, Round, RoundApplicant, RoundPlace, Waiver, Withdrawn
from eastep.applications.records import place_record
from eastep.applications.states import ROUND
from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.people.models import User

BATCH = 2_000


@transaction.atomic
def open_second_round(round_: Round, *, by: User, title: str, seen: int | None = None) -> Round:
    """Begin a round with what the frozen *round_* has left: the same rule, score and lottery, the same rows.

    Who accepted, or has not answered, keeps the place and is not in it. The others are, with the choices that they
    have; who declined, or was left without a place by hand, is in it withdrawn, and can be brought back. A choice that
    was declined is taken out. Refused if the result is not frozen, is another one than the person saw (*seen*, its key),
    if answers are older than it, or a second round is there.
    """
    round_ = locked(round_, by=by, permission="applications.open_second_round")
    if "follow" not in ROUND.open_to(round_.state):
        raise Refused(
            _("A second round begins with what a frozen result has left. Freeze a result first."),
            code="not_frozen",
        )
    refuse_followed(round_)
    frozen = cast(Frozen, queries.frozen_of(round_))
    refuse_other(frozen, seen)
    if number := queries.answered_before(frozen).filter(answer="declined").count():
        raise Refused(
            _(
                "Some declined before this result was frozen, perhaps another place: {number}. "
                "Enter their answers once more, or take them back."
            ).format(number=number),
            code="old_answers",
        )
    standing = queries.standing(frozen)
    places = places_left(standing.places, standing.kept)
    second = Round.objects.create(
        title=title,
        home=round_.home,
        scoring=round_.scoring,
        seed=frozen.simulation.seed,
        students_see=round_.students_see,
        minimum_cell=round_.minimum_cell,
        rule=rule_after(frozen.simulation.rule, standing.stays),
        most_choices=round_.most_choices,
        follows=round_,
        opened_by=by,
    )
    keys = institution_keys()
    rows = []
    for place in places:
        row = RoundPlace(round=second, number=place.row)
        fill_place(row, place_record(place), keys)
        rows.append(row)
    RoundPlace.objects.bulk_create(rows, batch_size=BATCH)
    people = RoundApplicant.objects.bulk_create(
        _applicants(round_, second, frozen, standing, keys), batch_size=BATCH
    )
    _waivers(round_, people)
    counting = [one for one in people if not one.withdrawn]
    record(events.SECOND_ROUND_OPENED, round_, by=by, title=title, round=second.pk)
    record(
        events.OPENED_AS_SECOND, second, by=by, title=round_.title, round=round_.pk, sha256=frozen.sha256,
        applicants=len(counting), places=sum(place.places for place in places), kept=len(standing.kept),
    )  # fmt: skip
    return second


def refuse_followed(round_: Round) -> None:
    """Raise Refused if a second round has begun with what *round_* has left."""
    if second := Round.objects.filter(follows=round_).first():
        raise Refused(
            _(
                "The second round “{title}” has begun with what this one has left. Delete it first; as long as it is "
                "frozen, unfreeze it before that."
            ).format(title=second.title),
            code="followed",
        )


def refuse_other(frozen: Frozen, seen: int | None) -> None:
    """Raise Refused if the person saw another result than the one that is *frozen* now."""
    if seen not in (None, frozen.pk):
        raise Refused(
            _("Another result has been frozen meanwhile, and some may have another place. Look at it again."),
            code="changed",
        )


def _applicants(
    round_: Round, second: Round, frozen: Frozen, standing: queries.Standing, keys: dict[str, int]
) -> Iterable[RoundApplicant]:
    """Those of the frozen result who do not keep a place, as rows of the second round."""
    title = round_.title
    declined = _("Declined the place of the round “{title}”.").format(title=title)
    left = _("Left without a place by hand in the round “{title}”.").format(title=title)
    own = round_.applicants.filter(applicant__in=standing.without).order_by("applicant")
    for held in own.iterator(chunk_size=BATCH):
        outcome = standing.without[held.applicant]
        row = RoundApplicant(round=second, results=held.results)
        fields = dict(held.record)
        if outcome.stay:
            fields["choices"] = [wish for wish in fields["choices"] if wish != outcome.stay]
            if not fields["choices"]:
                continue
        fill_applicant(row, fields, keys)
        if outcome.stay or outcome.by_hand:
            row.withdrawn, row.reason = Withdrawn.OFFICE, (declined if outcome.stay else left)[:500]
        yield row


def _waivers(round_: Round, people: Sequence[RoundApplicant]) -> None:
    """What was waived and still has its choice is waived again, with who did that, when and why."""
    by_number = {one.applicant: one for one in people}
    rows, moments = [], []
    in_force = Waiver.objects.in_force().filter(applicant__round=round_).select_related("applicant", "host")
    for waiver in in_force.order_by("pk"):
        person = by_number.get(waiver.applicant.applicant)
        wish: dict[str, Any] = {
            "host": waiver.host.key,
            "start": waiver.start,
            "length": waiver.length,
        }
        if person and wish in person.record["choices"]:
            moments.append(waiver.at)
            rows.append(
                Waiver(
                    applicant=person,
                    host=waiver.host,
                    start=waiver.start,
                    length=waiver.length,
                    code=waiver.code,
                    reason=waiver.reason,
                    by=waiver.by,
                )
            )
    made = Waiver.objects.bulk_create(rows, batch_size=BATCH)
    for waiver, at in zip(made, moments, strict=True):
        waiver.at = at  # creating sets it to now
    Waiver.objects.bulk_update(made, ["at"], batch_size=BATCH)
