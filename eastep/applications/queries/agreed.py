"""Reads of agreements for a round: the rows of places that they give it, and whether these have changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from eastep.agreements.models import Party
from eastep.agreements.queries.balances import carried_by_country
from eastep.agreements.queries.offers import carried_between, changed_since, offers_of
from eastep.applications.agreed_places import Agreed, agreed_places
from eastep.applications.models import AgreedPlaces, Round, RoundFile
from eastep.applications.queries.files import held_records
from eastep.imports.difference import difference
from eastep.imports.queries import Compared
from eastep.institutions.models import Institution
from eastep.institutions.seasons import Season
from eastep.standards.queries import standards_in_force


def homes_of(round_: Round) -> list[Institution]:
    """Whose agreements count: the home's, in a round of the programme those of every institution that has any."""
    if round_.home:
        return [round_.home]
    sides = Party.objects.filter(agreement__shared_at__isnull=False).values("institution")
    return list(Institution.objects.filter(pk__in=sides).defer("grams"))


def agreed_for(round_: Round, seasons: Iterable[Season]) -> Agreed:
    """The rows of places that agreements give the round for stays that begin in these terms."""
    return _agreed(homes_of(round_), seasons)


def _agreed(homes: Collection[Institution], seasons: Iterable[Season]) -> Agreed:
    found = [offer for season in sorted(seasons) for offer in offers_of(homes, season=season)]
    return agreed_places(found, standards_in_force())


def compare_agreed(round_: Round, agreed: Agreed, seasons: Iterable[Season]) -> Compared:
    """What taking them over would change. Missing is what the round holds for these terms, and no agreement gives."""
    held = held_records(round_, RoundFile.Kind.PLACES, False)
    starts = {season.code for season in seasons}
    about = {
        key: record for key, record in held.items() if key in agreed.records or record["start"] in starts
    }
    found = difference(about, agreed.records)
    gone = set(round_.places.filter(withdrawn="office").values_list("key", flat=True))
    missing = tuple(key for key in found.missing if key not in gone)
    return Compared(found=replace(found, missing=missing), held=held, brought=agreed.records)


def taken_from_agreements(round_: Round) -> AgreedPlaces | None:
    """What the round has taken over from agreements, if it has."""
    return AgreedPlaces.objects.filter(round=round_).select_related("taken_by").first()


def differing(round_: Round, taken: AgreedPlaces) -> int:
    """How many rows the agreements would give otherwise now than when they were taken over.

    Only those homes are looked at of which an agreement or its ledger has changed since.
    """
    homes = changed_since(homes_of(round_), taken.taken_at)
    if not homes:
        return 0
    now = _agreed(homes, map(Season.of, taken.seasons))
    keys = {home.key for home in homes}
    then = {key: record for key, record in taken.records.items() if record["home"] in keys}
    found = difference(then, now.records)
    return len(found.new) + len(found.changed) + len(found.missing)


def carried_in_ledger(countries: Sequence[str], institutions: Iterable[str]) -> dict[str, dict[str, int]]:
    """What the ledger of all agreements says is carried: of two *countries*, and between *institutions*, by their keys."""
    found = {"country": {}, "institution": carried_between(set(institutions))}
    if len(countries) == 2:
        one, other = countries
        balance = carried_by_country([one], [other])[one, other]
        found["country"] = {one: balance, other: -balance} if balance else {}
    return found
