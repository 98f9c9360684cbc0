"""What the agreements give a home institution for a term: what a placement round reads as rows of places."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from django.db.models import Q, Sum

from eastep.agreements.content import Condition
from eastep.agreements.models import Agreement, LedgerLine, Party, Version
from eastep.agreements.queries.balances import carried_by_institution
from eastep.agreements.queries.ledger import OWN
from eastep.agreements.states import Mobility, Unit, VersionState
from eastep.institutions.models import Institution, Term
from eastep.institutions.seasons import Season, dates_of

TERM_MONTHS = 6  # who may stay longer may stay for the year

type Length = Literal["term", "year"]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """For how many of the home's students one condition of an agreement is, in a stay that begins in the season.

    *places* are those of the year less what the home has sent in it already; None where the agreement says no number.
    *carried* is what earlier years have left between the two institutions, above zero where the home may send more
    (it has received more than it sent); it stands on one offer of the two alone. *minimum_gpa* and *language* are as
    the agreement words them.
    """

    agreement: int
    version: int
    condition: int
    is_confirmed: bool  # approved by both; else recorded by the home alone
    home: str
    host: str
    season: Season
    length: Length
    places: int | None
    a_year: int | None
    sent: int
    carried: int = 0
    fields: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    minimum_gpa: str = ""
    language: str = ""


def offers(home: Institution, *, season: Season) -> list[Offer]:
    """What agreements give *home*, ordered by host and agreement."""
    return offers_of([home], season=season)


def offers_of(homes: Collection[Institution], *, season: Season) -> list[Offer]:
    """The same for several homes; as many queries as for one."""
    keys = {home.key for home in homes}
    versions = _versions([home.pk for home in homes], season)
    first_days = _first_days({side.pk: side for version in versions for side in _both(version)}, season)
    used: Counter[tuple[int, str]] = Counter()
    found: list[Offer] = []
    flows = _sent(versions, season.year)
    for home, version in _in_effect(versions, keys, first_days):
        for condition in version.content["conditions"]:
            if _is_for(condition, home, season):
                a_year, agreement = condition["places"], version.agreement_id
                sent = min(flows[agreement, home] - used[agreement, home], a_year or 0)
                used[agreement, home] += sent
                found += _offers_of(condition, version, season, sent=sent)
    found.sort(key=lambda offer: (offer.home, offer.host, offer.agreement, offer.condition))
    return _with_carried(found, season)


def _versions(homes: Collection[int], season: Season) -> list[Version]:
    """Those that hold at some time of the season's year, with both sides: agreed, or recorded by one."""
    year = (date(season.year, 1, 1), date(season.year, 12, 31))
    rows = Version.objects.filter(
        Q(in_force_until=None) | Q(in_force_until__gte=year[0]),
        Q(agreement__ending_on=None) | Q(agreement__ending_on__gte=year[0]),
        in_force_from__lte=year[1],
        state__in=[VersionState.AGREED, VersionState.RECORDED],
        agreement__in=Party.objects.filter(institution__in=homes).values("agreement"),
    )
    return list(
        rows.select_related("agreement", "proposed_by")
        .prefetch_related("agreement__parties__institution")
        .order_by("agreement", "number")
    )


def _both(version: Version) -> list[Institution]:
    return [side.institution for side in version.agreement.parties.all()]


def _first_days(institutions: Mapping[int, Institution], season: Season) -> dict[str, date]:
    """The first day of the term at each, by key; without those of which it is not known."""
    said = dict(
        Term.objects.filter(season=season.code, institution__in=institutions).values_list(
            "institution", "starts_on"
        )
    )
    found = {}
    for pk, institution in institutions.items():
        try:
            found[institution.key] = said.get(pk) or dates_of(season, institution.key)[0]
        except LookupError:  # a date is never made up
            continue
    return found


def _in_effect(
    versions: list[Version], homes: Collection[str], first_days: Mapping[str, date]
) -> Iterator[tuple[str, Version]]:
    """For each home and agreement what counts on the first day of the host's term: what both sides have approved, else
    what the home itself has recorded."""
    of_agreement: defaultdict[int, list[Version]] = defaultdict(list)
    for version in versions:
        of_agreement[version.agreement_id].append(version)
    for held in of_agreement.values():
        one, other = _both(held[0])
        for home, host in ((one.key, other.key), (other.key, one.key)):
            if home in homes and (on := first_days.get(host)):
                current = [version for version in held if _holds(version, on)]
                agreed = [version for version in current if version.state == VersionState.AGREED]
                recorded = [version for version in current if _recorded_by(version, home)]
                yield from ((home, version) for version in (agreed or recorded)[:1])


def _holds(version: Version, on: date) -> bool:
    last = [day for day in (version.in_force_until, version.agreement.ending_on) if day]
    return version.in_force_from is not None and version.in_force_from <= on <= min(last, default=on)


def _recorded_by(version: Version, home: str) -> bool:
    by = version.proposed_by
    return version.state == VersionState.RECORDED and by is not None and by.key == home


def _is_for(condition: Condition, home: str, season: Season) -> bool:
    return (
        condition["mobility"] == Mobility.STUDY
        and condition["sending"] == home
        and (not condition["terms"] or season.kind in condition["terms"])
    )


def _offers_of(condition: Condition, version: Version, season: Season, *, sent: int) -> Iterator[Offer]:
    a_year = condition["places"]
    lengths: tuple[Length, ...] = ("term", "year")
    if condition["months"] and Decimal(condition["months"]) <= TERM_MONTHS:
        lengths = ("term",)
    for length in lengths:
        yield Offer(
            agreement=version.agreement_id,
            version=version.number,
            condition=condition["id"],
            is_confirmed=version.state == VersionState.AGREED,
            home=condition["sending"],
            host=condition["receiving"],
            season=season,
            length=length,
            places=None if a_year is None else a_year - sent,
            a_year=a_year,
            sent=sent,
            fields=tuple(sorted(condition["fields"])),
            levels=tuple(sorted(condition["levels"])),
            minimum_gpa=condition["minimum_gpa"],
            language=condition["language"] if condition["language_is"] == "required" else "",
        )


def _sent(versions: list[Version], year: int) -> Counter[tuple[int, str]]:
    """How many stays each home has sent in the year, by agreement."""
    lines = LedgerLine.objects.filter(
        agreement__in={version.agreement_id for version in versions}, year=year, kind__in=OWN
    )
    sums = lines.order_by().values_list("agreement", "sender__key").annotate(Sum("stays"))
    return Counter({(agreement, sender): max(0, count) for agreement, sender, count in sums})


def _with_carried(found: list[Offer], season: Season) -> list[Offer]:
    """What earlier years have left, on the first offer between two institutions for a term."""
    pairs = {(offer.home, offer.host) for offer in found}
    homes, hosts = {home for home, _host in pairs}, {host for _home, host in pairs}
    balance = carried_by_institution(homes, hosts, Unit.STAY)
    later = _since(homes, hosts, season.year)
    placed: set[tuple[str, str]] = set()
    made: list[Offer] = []
    for offer in found:
        pair = (offer.home, offer.host)
        if pair not in placed and offer.length == "term" and offer.places is not None:
            placed.add(pair)
            made.append(replace(offer, carried=later[pair] - balance[pair]))
        else:
            made.append(offer)
    return made


def _since(homes: Collection[str], hosts: Collection[str], year: int) -> Counter[tuple[str, str]]:
    """What the years from *year* on have added to the balance: it is no earlier year's."""
    there = Q(sender__key__in=homes, receiver__key__in=hosts)
    back = Q(sender__key__in=hosts, receiver__key__in=homes)
    lines = LedgerLine.objects.filter(there | back, year__gte=year, kind__in=OWN)
    found: Counter[tuple[str, str]] = Counter()
    for sender, receiver, count in (
        lines.order_by().values_list("sender__key", "receiver__key").annotate(Sum("stays"))
    ):
        found[sender, receiver] += count
        found[receiver, sender] -= count
    return found


# What a round of the programme reads


def carried_between(institutions: Collection[str]) -> dict[str, int]:
    """By key, how many stays each has sent beyond those received, between these institutions alone; without zeros."""
    lines = LedgerLine.objects.filter(sender__key__in=institutions, receiver__key__in=institutions)
    found: Counter[str] = Counter()
    for column, sign in (("sender__key", 1), ("receiver__key", -1)):
        for key, count in lines.order_by().values_list(column).annotate(Sum("stays")):
            found[key] += sign * count
    return {key: count for key, count in sorted(found.items()) if count}


def changed_since(homes: Collection[Institution], at: datetime) -> list[Institution]:
    """Those of *homes* of which an agreement, or its ledger, has changed since the moment."""
    posted = LedgerLine.objects.filter(at__gt=at).values("agreement")
    changed = Agreement.objects.filter(Q(moved_at__gt=at) | Q(pk__in=posted)).values("pk")
    sides = Party.objects.filter(agreement__in=changed, institution__in=[home.pk for home in homes])
    known = set(sides.order_by().values_list("institution", flat=True).distinct())
    return [home for home in homes if home.pk in known]
