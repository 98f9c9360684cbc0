"""What the ledger of one agreement says: its balance counted anew, what is open, and what closing a year would write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import Case, CharField, F, Max, Min, Q, Sum, Value, When
from django.db.models.functions import Cast, Concat

from eastep.agreements import queries
from eastep.agreements.closing import Flow, Lots, Movement, movements
from eastep.agreements.content import Content
from eastep.agreements.models import Agreement, LedgerLine, LedgerLineQuerySet, Version
from eastep.agreements.states import LineKind, Unit

OWN = (LineKind.STAY, LineKind.PAST, LineKind.CORRECTION)  # what happened in the year itself
CLOSING = (LineKind.CARRIED, LineKind.EXPIRED)  # what closing a year writes


def recount(agreement: Agreement) -> Counter[int]:
    """The balance of each side, by its institution, as the lines add up: what `Party.balance` must be."""
    lines, column = LedgerLine.objects.filter(agreement=agreement).order_by(), counted(agreement.unit)
    balance: Counter[int] = Counter()
    for sender, receiver, count in lines.values_list("sender", "receiver").annotate(Sum(column)):
        balance[sender] += count
        balance[receiver] -= count
    return balance


def counted(unit: str) -> F:
    """The column of a line that an agreement of this unit counts."""
    return F("stays" if unit == Unit.STAY else "terms")


def brought_in() -> Q:
    """The lines that bring something into their year; the other carried ones close their own year, as their key says."""
    closes = Concat(Value("close:"), Cast("year", CharField()), Value(":"))
    return Q(kind=LineKind.CARRIED) & ~Q(key__startswith=closes)


def signed_for(institution_id: int, unit: str) -> Case:
    """What a line adds to the balance of the institution: what it sent is above zero."""
    return Case(When(sender=institution_id, then=counted(unit)), default=-counted(unit))


def balance_rule(agreement: Agreement) -> Mapping[str, Any]:
    """How the balance is kept: by the version that both have agreed last, else by what is recorded or written.

    No day comes into it: a figure never changes overnight, without an act of somebody.
    """
    found = (
        queries.last_agreed(agreement) or _recorded(agreement) or agreement.versions.order_by("number").last()
    )
    rule: Mapping[str, Any] = found.content["balance"] if found else {}
    return rule


def _recorded(agreement: Agreement) -> Version | None:
    return agreement.versions.filter(state="recorded").first()


def unit_may_change(agreement: Agreement, content: Content) -> bool:
    """Whether the ledger can be counted as *content* says: every past year needs its terms before terms are counted.

    Nothing else stands in the way, open or not: each line has stays and terms, and both are carried over.
    """
    if content["balance"]["counts"] != Unit.TERM:
        return True
    return not live(LedgerLine.objects.filter(agreement=agreement, kind=LineKind.PAST, terms=0)).exists()


def live(lines: LedgerLineQuerySet) -> LedgerLineQuerySet:
    """Those that are neither reversed nor reverse another."""
    return lines.filter(reverses=None, reversed_by=None)


def first_open_year(agreement: Agreement) -> int | None:
    """The year that has to be closed next; None while the ledger is empty."""
    if agreement.closed_until is not None:
        return agreement.closed_until + 1
    found: int | None = LedgerLine.objects.filter(agreement=agreement).aggregate(year=Min("year"))["year"]
    return found


def last_line(agreement: Agreement) -> int:
    """The key of the last line; 0 while there is none. The ledger has changed if it is another one."""
    return LedgerLine.objects.filter(agreement=agreement).aggregate(last=Max("pk"))["last"] or 0


def written_by_closing(agreement: Agreement, year: int) -> LedgerLineQuerySet:
    """The lines that closing the year has written, and that stand."""
    lines = LedgerLine.objects.filter(agreement=agreement, key__startswith=f"close:{year}:")
    return live(lines).select_related("sender", "receiver").order_by("pk")


def closing_lines(agreement: Agreement, first_side: int, *, until: int) -> list[Movement]:
    """What closing all years *until* would write, signed for the institution *first_side*."""
    year = first_open_year(agreement)
    if year is None or year > until:
        return []
    return movements(
        range(year, until + 1),
        lots=_brought_into(agreement, first_side, year),
        flows=_flows(agreement, first_side),
        expires_after=balance_rule(agreement).get("expires_after"),
    )


def _brought_into(agreement: Agreement, first_side: int, year: int) -> dict[str, Lots]:
    """What was carried into the year, by the year that it comes from."""
    lines = LedgerLine.objects.filter(agreement=agreement, year=year, kind=LineKind.CARRIED)
    sums = lines.values("origin").order_by("origin").annotate(
        stays_=Sum(signed_for(first_side, Unit.STAY)), terms_=Sum(signed_for(first_side, Unit.TERM))
    )  # fmt: skip
    rows: list[dict[str, Any]] = [dict(row) for row in sums]
    return {
        unit: {row["origin"]: row[f"{unit}_"] for row in rows if row[f"{unit}_"]}
        for unit in ("stays", "terms")
    }


def _flows(agreement: Agreement, first_side: int) -> dict[str, dict[int, Flow]]:
    """What was sent and received in each year itself."""
    sent = Q(sender=first_side)
    lines = LedgerLine.objects.filter(agreement=agreement, kind__in=OWN).values("year").order_by("year")
    sums = lines.annotate(
        stays_sent=Sum("stays", filter=sent, default=0),
        stays_received=Sum("stays", filter=~sent, default=0),
        terms_sent=Sum("terms", filter=sent, default=0),
        terms_received=Sum("terms", filter=~sent, default=0),
    )
    rows: list[dict[str, Any]] = [dict(row) for row in sums]
    return {
        unit: {row["year"]: (row[f"{unit}_sent"], row[f"{unit}_received"]) for row in rows}
        for unit in ("stays", "terms")
    }
