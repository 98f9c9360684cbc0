"""The verb that brings past years in from an office's own list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from eastep.agreements import events
from eastep.agreements.actions.ledger import enter, tell, to_count
from eastep.agreements.actions.recounting import keep_balances
from eastep.agreements.models import LedgerLine, Party
from eastep.agreements.queries.ledger import OWN, live
from eastep.agreements.states import LineKind, Unit
from eastep.core.errors import Refused
from eastep.institutions.models import Institution
from eastep.people.models import User


@dataclass(frozen=True, kw_only=True)
class PastYear:
    """What a side has sent and received in one year by its own list. None: the list does not say."""

    party: Party
    year: int
    sent: int | None = None
    received: int | None = None
    sent_terms: int | None = None
    received_terms: int | None = None


@dataclass(frozen=True, kw_only=True)
class _Figure:
    """One direction of a row."""

    sender: Institution
    stays: int
    terms: int | None


@dataclass(kw_only=True)
class Posted:
    """What became of a row: the lines that it brought, how many figures were there already, or why it was refused."""

    row: PastYear
    lines: list[LedgerLine] = field(default_factory=list)
    known: int = 0
    refused: list[Refused] = field(default_factory=list)


def post_past_exchanges(institution: Institution, *, by: User, rows: Iterable[PastYear]) -> list[Posted]:
    """Post past years for *institution*, each direction of each row for itself; in the order of *rows* comes what it did.

    A figure that the ledger has already is left as it is; one that contradicts what is there is refused and told with both
    numbers, whoever posted it. The partner is told once an agreement.
    """
    done = [Posted(row=row) for row in rows]
    for one in done:
        if one.row.party.institution_id != institution.pk:
            raise ValueError(f"side {one.row.party.pk} is not of {institution}")
    in_order = sorted(done, key=lambda one: (one.row.party.agreement_id, one.row.year))
    for _agreement, group in groupby(in_order, key=lambda one: one.row.party.agreement_id):
        _post_of_an_agreement(list(group), by)
    return done


@transaction.atomic
def _post_of_an_agreement(group: list[Posted], by: User) -> None:
    try:
        party = to_count(group[0].row.party, by=by)
    except Refused as why:
        for one in group:
            one.refused.append(why)
        return
    for one in group:
        for figure in _figures(one.row, party):
            try:
                _post(one, figure, party, by)
            except Refused as why:
                one.refused.append(why)
    if years := sorted({one.row.year for one in group if one.lines}):
        keep_balances(party.agreement)
        tell(events.PAST_YEARS_POSTED, party, by=by, years=years)


def _figures(row: PastYear, party: Party) -> Iterator[_Figure]:
    """Who has sent, how many stays and terms, as far as the row says."""
    if row.sent is not None:
        yield _Figure(sender=party.institution, stays=row.sent, terms=row.sent_terms)
    if row.received is not None:
        yield _Figure(sender=party.partner, stays=row.received, terms=row.received_terms)


def _post(one: Posted, figure: _Figure, party: Party, by: User) -> None:
    """Post the figure, unless the ledger has it already. Refused where it has another one."""
    year, stays, terms = one.row.year, figure.stays, figure.terms
    if stays and not terms and party.agreement.unit == Unit.TERM:
        raise Refused(
            _("This agreement counts terms. Add the number of terms for {year}.").format(year=year),
            code="no_terms",
        )
    there = LedgerLine.objects.filter(
        agreement=party.agreement, year=year, sender=figure.sender, kind__in=OWN
    )
    if said := list(live(there).select_related("party")):
        total = there.aggregate(stays=Sum("stays"), terms=Sum("terms"))
        if total["stays"] != stays or terms not in (None, total["terms"]):
            is_the_partners = all(line.party.institution_id != party.institution_id for line in said)
            raise _contradicted(party.partner if is_the_partners else None, year, total, figure)
        one.known += 1
    elif stays or terms:
        number = 1 + there.filter(kind=LineKind.PAST, reverses=None).count()  # those before were reversed
        line = enter(
            party,
            by=by,
            key=f"past:{year}:{figure.sender.pk}:{number}",
            year=year,
            sender=figure.sender,
            stays=stays,
            terms=terms or 0,
            kind=LineKind.PAST,
            note="",
        )
        one.lines.append(line)
    else:
        one.known += 1


def _contradicted(partner: Institution | None, year: int, there: dict[str, int], figure: _Figure) -> Refused:
    """Both numbers in one sentence, and that the other one is the *partner's*, if it is."""
    is_of_terms = there["stays"] == figure.stays
    if is_of_terms and partner:
        sentence = _("{partner} has {there} terms for {year}, your list says {listed}.")
    elif is_of_terms:
        sentence = _("The ledger has {there} terms for {year}, your list says {listed}.")
    elif partner:
        sentence = _("{partner} has {there} for {year}, your list says {listed}.")
    else:
        sentence = _("The ledger has {there} for {year}, your list says {listed}.")
    facts = {
        "partner": partner,
        "year": year,
        "there": there["terms" if is_of_terms else "stays"],
        "listed": figure.terms if is_of_terms else figure.stays,
    }
    return Refused(sentence.format(**facts), code="contradicted")
