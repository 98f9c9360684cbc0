"""What the ledger adds up to: of an agreement by year, between institutions, between countries, and for a round."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet, Sum

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


def by_partner(
    lines: LedgerLineQuerySet, institution: Institution, partners: Collection[int] | None = None
) -> dict[int, Figures]:
    """What *institution* has exchanged with each partner, by the partner's primary key, or with *partners* alone."""
    sent, received = lines.filter(sender=institution), lines.filter(receiver=institution)
    if partners is not None:
        sent, received = sent.filter(receiver__in=partners), received.filter(sender__in=partners)
    return _figures(sent, "receiver", received, "sender")


def by_institution(lines: LedgerLineQuerySet, institutions: Collection[int]) -> dict[int, Figures]:
    """What each of *institutions* has exchanged with all others, by its primary key."""
    return _figures(
        lines.filter(sender__in=institutions), "sender", lines.filter(receiver__in=institutions), "receiver"
    )


def by_year(lines: LedgerLineQuerySet, institution: Institution) -> list[tuple[int, Figures]]:
    """What *institution* has exchanged with all others, year by year, the oldest first."""
    sent, received = lines.filter(sender=institution), lines.filter(receiver=institution)
    return sorted(_figures(sent, "year", received, "year").items())


def _figures(
    sent: QuerySet[LedgerLine], sent_by: str, received: QuerySet[LedgerLine], received_by: str
) -> dict[int, Figures]:
    """Two queries: what was sent, by the column *sent_by*, and what was received."""
    found: defaultdict[int, Figures] = defaultdict(Figures)
    for lines, column, sign in ((sent, sent_by, 1), (received, received_by, -1)):
        sums = lines.order_by().values_list(column, "agreement__unit").annotate(
            own=Sum("stays", filter=Q(kind__in=OWN), default=0), stays=Sum("stays"), terms=Sum("terms")
        )  # fmt: skip
        for key, unit, own, stays, terms in sums:
            figures = found[key]
            figures.sent += own if sign > 0 else 0
            figures.received += own if sign < 0 else 0
            figures.open[unit] += sign * (stays if unit == Unit.STAY else terms)
    return dict(found)


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
