"""The verbs of a year of the ledger: close it, and open the last one again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eastep.agreements import events
from eastep.agreements.actions.ledger import enter_opposite, tell, to_count
from eastep.agreements.actions.locking import locked
from eastep.agreements.actions.recounting import keep_balances
from eastep.agreements.closing import Movement
from eastep.agreements.models import Agreement, LedgerLine, Party
from eastep.agreements.queries.ledger import closing_lines, first_open_year, last_line, written_by_closing
from eastep.agreements.states import LineKind, Unit
from eastep.core.errors import Refused, refuse_stale
from eastep.people.models import User


@transaction.atomic
def close_year(party: Party, *, by: User, year: int, seen: int | None = None) -> list[LedgerLine]:
    """Close *year*, and before it every year that is still open, the oldest first: what is open is carried over or expires.

    In a closed year nothing can be posted. Refused for a year that is not over, and where the last line is another one
    than the person has *seen*.
    """
    party = to_count(party, by=by)
    agreement = party.agreement
    if seen is not None:
        refuse_stale(last_line(agreement), seen)
    first = first_open_year(agreement)
    if year >= timezone.localdate().year:
        raise Refused(_("The year {year} is not over yet.").format(year=year), code="not_over")
    if first is None or (agreement.closed_until is None and year < first):
        raise Refused(
            _("There is nothing to close: nothing was posted until {year}.").format(year=year), code="empty"
        )
    if year < first:
        raise Refused(_("The year {year} is closed already.").format(year=year), code="closed_already")
    plan = closing_lines(agreement, party.institution_id, until=year)
    runs: dict[int, int] = {}
    lines = [_written(movement, party, by, _run(agreement, movement.closes, runs)) for movement in plan]
    agreement.closed_until = year
    agreement.save(update_fields=["closed_until"])
    keep_balances(agreement)
    unit = "stays" if agreement.unit == Unit.STAY else "terms"
    for closed in range(first, year + 1):
        last = [one for one in plan if one.closes == closed]
        tell(
            events.YEAR_CLOSED,
            party,
            by=by,
            year=closed,
            unit=agreement.unit,
            carried=sum(abs(getattr(one, unit)) for one in last if one.year == closed + 1),
            expired=sum(abs(getattr(one, unit)) for one in last if one.kind == LineKind.EXPIRED),
        )
    return lines


@transaction.atomic
def reopen_year(party: Party, *, by: User, year: int) -> list[LedgerLine]:
    """Take back what closing *year* has written. Only the year that was closed last can be opened again."""
    party = locked(party, by=by)
    agreement = party.agreement
    if agreement.closed_until is None or year > agreement.closed_until:
        raise Refused(_("The year {year} is not closed.").format(year=year), code="not_closed")
    if year < agreement.closed_until:
        raise Refused(
            _("A later year is closed, too. Reopen {closed} first.").format(closed=agreement.closed_until),
            code="later_closed",
        )
    written = written_by_closing(agreement, year)
    lines = [enter_opposite(line, party, by=by) for line in written]
    is_first = not LedgerLine.objects.filter(agreement=agreement, year__lt=year).exists()
    agreement.closed_until = None if is_first else year - 1
    agreement.save(update_fields=["closed_until"])
    keep_balances(agreement)
    tell(events.YEAR_REOPENED, party, by=by, year=year)
    return lines


def _run(agreement: Agreement, year: int, runs: dict[int, int]) -> int:
    """How often the year has been closed, this time included: what was reopened keeps its keys."""
    if year not in runs:
        before = LedgerLine.objects.filter(
            agreement=agreement, key__startswith=f"close:{year}:", reverses=None
        )
        runs[year] = 1 + len({key.split(":")[2] for key in before.values_list("key", flat=True)})
    return runs[year]


def _written(movement: Movement, party: Party, by: User, run: int) -> LedgerLine:
    """The line of *movement*, written from the side that has sent more to the other."""
    in_unit = (
        (movement.stays, movement.terms)
        if party.agreement.unit == Unit.STAY
        else (movement.terms, movement.stays)
    )
    amount = next(count for count in in_unit if count)
    brings_in = movement.year > movement.closes  # the others take out of the year that is closed
    is_ahead = (amount > 0) == brings_in
    sign = 1 if is_ahead else -1
    return LedgerLine.objects.create(
        agreement=party.agreement,
        party=party,
        year=movement.year,
        kind=movement.kind,
        sender=party.institution if is_ahead else party.partner,
        receiver=party.partner if is_ahead else party.institution,
        stays=sign * movement.stays,
        terms=sign * movement.terms,
        origin=movement.origin,
        key=f"close:{movement.closes}:{run}:{movement.kind}:{movement.year}:{movement.origin}",
        by=by,
    )
