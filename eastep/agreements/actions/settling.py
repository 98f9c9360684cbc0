"""What the list shows of each side, written from the versions as that side knows them."""

from __future__ import annotations

from eastep.agreements import queries
from eastep.agreements.content import places_a_year
from eastep.agreements.models import Agreement, Party, Version
from eastep.agreements.states import VersionState, WaitsFor

COLUMNS = ("work_state", "waits_for", "places_out", "places_in")


def settle_sides(agreement: Agreement, *, work: Version | None, shown: Version | None) -> None:
    """Write what *work* (the version in work) and *shown* (what the agreement says) mean to each of the two sides."""
    sides = list(Party.objects.filter(agreement=agreement).select_related("institution"))
    awaited = _awaited(work, sides)
    for side in sides:
        is_known = work is not None and (work.shared_at is not None or work.author_id == side.institution_id)
        side.work_state = work.state if work is not None and is_known else ""
        side.waits_for = _seen_from(side, awaited) if is_known else WaitsFor.NOBODY
        if shown:
            conditions, key = shown.content["conditions"], side.institution.key
            side.places_out = places_a_year(conditions, sending=key)
            side.places_in = places_a_year(conditions, receiving=key)
    Party.objects.bulk_update(sides, COLUMNS)


def _awaited(work: Version | None, sides: list[Party]) -> set[int]:
    """The institutions that have the next word."""
    both = {side.institution_id for side in sides}
    if work is None:
        return set()
    if work.state == VersionState.DRAFT:
        return {work.proposed_by_id or work.author_id}
    return both - {approval.party.institution_id for approval in queries.approvals_of(work)}


def _seen_from(side: Party, awaited: set[int]) -> str:
    ours, theirs = side.institution_id in awaited, side.partner_id in awaited
    if ours and theirs:
        return WaitsFor.BOTH
    if ours:
        return WaitsFor.US
    return WaitsFor.PARTNER if theirs else WaitsFor.NOBODY
