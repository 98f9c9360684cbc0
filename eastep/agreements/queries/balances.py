"""What the ledger adds up to: of an agreement by year, between institutions, between countries, and for a round."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, Sum

from eastep.agreements.models import Agreement, LedgerLine, LedgerLineQuerySet, Party
from eastep.agreements.queries.ledger import OWN, brought_in, counted, signed_for
from eastep.agreements.states import LineKind, Unit
from eastep.institutions.models import Institution

# Of an agreement


@dataclass(frozen=True, kw_only=True)
class Year:
    """One year from one side, in the unit of the agreement. What it brings in, and what expires, is signed for the side."""

    year: int
    brought: int
    sent: int
    received: int
    expired: int
    balance: int  # of all years up to the end of this one
    is_closed: bool


def years_of(agreement: Agreement, side: Party) -> list[Year]:
    """The years of the agreement's ledger, the oldest first; one query."""
    here, unit = side.institution_id, agreement.unit
    is_own, is_sent = Q(kind__in=OWN), Q(sender=here)
    sums = (
        LedgerLine.objects.filter(agreement=agreement)
        .values("year")
        .order_by("year")
        .annotate(
            sent=Sum(counted(unit), filter=is_own & is_sent, default=0),
            received=Sum(counted(unit), filter=is_own & ~is_sent, default=0),
            brought=Sum(signed_for(here, unit), filter=brought_in(), default=0),
            expired=Sum(signed_for(here, unit), filter=Q(kind=LineKind.EXPIRED), default=0),
        )
    )
    found, balance, closed = [], 0, agreement.closed_until or 0
    for row in sums:
        balance += row["sent"] - row["received"] + row["expired"]
        found.append(Year(**row, balance=balance, is_closed=row["year"] <= closed))
    return found


# Of institutions and countries


@dataclass
class Figures:
    """Stays sent and received, and what is open by the unit in which the agreements count; from one side."""

    sent: int = 0
    received: int = 0
    open: Counter[str] = field(default_factory=Counter)

    @property
    def difference(self) -> int:
        return self.sent - self.received

    def add(self, sign: int, unit: str, own: int, stays: int, terms: int) -> None:
        """Lines that add up to this; *sign* is 1 where they were sent, and -1 where they were received."""
        if sign > 0:
            self.sent += own
        else:
            self.received += own
        self.open[unit] += sign * (stays if unit == Unit.STAY else terms)


def of_institution(
    lines: LedgerLineQuerySet, institution: Institution
) -> tuple[dict[int, Figures], list[tuple[int, Figures]]]:
    """What *institution* has exchanged with each partner, by its primary key, and with all, the oldest year first.

    Two queries: what was sent, and what was received.
    """
    partners: defaultdict[int, Figures] = defaultdict(Figures)
    years: defaultdict[int, Figures] = defaultdict(Figures)
    sent, received = lines.filter(sender=institution), lines.filter(receiver=institution)
    for sign, sums in ((1, _sums(sent, "receiver", "year")), (-1, _sums(received, "sender", "year"))):
        for partner, year, *sum_ in sums:
            partners[partner].add(sign, *sum_)
            years[year].add(sign, *sum_)
    return dict(partners), sorted(years.items())


def by_institution(lines: LedgerLineQuerySet, institutions: Collection[int]) -> dict[int, Figures]:
    """What each of *institutions* has exchanged with all others, by its primary key; two queries."""
    found: defaultdict[int, Figures] = defaultdict(Figures)
    sent, received = lines.filter(sender__in=institutions), lines.filter(receiver__in=institutions)
    for sign, sums in ((1, _sums(sent, "sender")), (-1, _sums(received, "receiver"))):
        for institution, *sum_ in sums:
            found[institution].add(sign, *sum_)
    return dict(found)


def _sums(lines: LedgerLineQuerySet, *columns: str) -> Iterable[Any]:
    """By *columns*: the unit of the agreements, and what its lines add up to: the year's own stays, all stays, all terms."""
    return lines.order_by().values_list(*columns, "agreement__unit").annotate(
        own=Sum("stays", filter=Q(kind__in=OWN), default=0), stays=Sum("stays"), terms=Sum("terms")
    )  # fmt: skip


@dataclass(kw_only=True)
class Countries:
    """Two countries, in the order of their codes: stays from the one to the other year by year, and what is open.

    What is open is in stays, signed for the first: the ledger keeps them also where an agreement counts terms.
    """

    one: str
    other: str
    years: list[tuple[int, Figures]] = field(default_factory=list)
    open: int = 0


def between_countries(lines: LedgerLineQuerySet) -> list[Countries]:
    """Every pair of countries between which there is something in *lines*; one query."""
    sums = lines.order_by().values_list("sender__country", "receiver__country", "year").annotate(
        own=Sum("stays", filter=Q(kind__in=OWN), default=0), stays=Sum("stays")
    )  # fmt: skip
    years: defaultdict[tuple[str, str], defaultdict[int, Figures]] = defaultdict(lambda: defaultdict(Figures))
    open_: Counter[tuple[str, str]] = Counter()
    for sender, receiver, year, own, stays in sums:
        if sender == receiver:
            continue
        pair = (sender, receiver) if sender < receiver else (receiver, sender)
        is_sent = pair[0] == sender
        figures = years[pair][year]
        figures.sent += own if is_sent else 0
        figures.received += 0 if is_sent else own
        open_[pair] += stays if is_sent else -stays
    return [
        Countries(one=one, other=other, years=sorted(found.items()), open=open_[one, other])
        for (one, other), found in sorted(years.items())
    ]


def total(figures: Iterable[Figures]) -> Figures:
    """All of them together."""
    found = Figures()
    for one in figures:
        found.sent += one.sent
        found.received += one.received
        for unit, count in one.open.items():
            found.open[unit] += count
    return found


# What a round reads


def carried_for(sender: str, receiver: str, unit: Unit = Unit.STAY) -> int:
    """The open balance as of now between two institutions ("JP:F113310103581", "KR:0000149") or countries ("JP", "KR").

    It is signed for *sender*: above zero, it has sent more than it received, so that the other one has to send.
    """
    carried = carried_by_institution if ":" in sender else carried_by_country
    return carried([sender], [receiver], unit)[sender, receiver]


def carried_by_institution(
    senders: Collection[str], receivers: Collection[str], unit: Unit = Unit.STAY
) -> Counter[tuple[str, str]]:
    """The same for many pairs at once, by the keys of both: one query, and 0 for whatever is not in there.

    All agreements of the two count, of whatever faculty and also those that have ended: what is open stays open until it
    is made good or expires. A round counts stays; the ledger keeps stays and terms of every agreement, whichever of
    them it is balanced by.
    """
    return _open("key", senders, receivers, unit)


def carried_by_country(
    senders: Collection[str], receivers: Collection[str], unit: Unit = Unit.STAY
) -> Counter[tuple[str, str]]:
    """The same for countries, by their codes: what all institutions of the one have sent to those of the other."""
    return _open("country", senders, receivers, unit)


def _open(
    named: str, senders: Collection[str], receivers: Collection[str], unit: Unit
) -> Counter[tuple[str, str]]:
    one, other = f"sender__{named}", f"receiver__{named}"
    there = Q(**{f"{one}__in": senders, f"{other}__in": receivers})
    back = Q(**{f"{one}__in": receivers, f"{other}__in": senders})
    flows = LedgerLine.objects.filter(there | back).order_by().values_list(one, other)
    sent = Counter({(one, other): count for one, other, count in flows.annotate(Sum(f"{unit}s"))})
    return Counter(
        {
            (one, other): sent[one, other] - sent[other, one]
            for one in senders
            for other in receivers
            if one != other
        }
    )
