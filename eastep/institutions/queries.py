"""Reads that several callers share: institutions by name, and the dates of terms."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Count, Max, Q, QuerySet

from eastep.institutions.folding import fold, grams
from eastep.institutions.models import Institution, Term
from eastep.institutions.register import Register
from eastep.institutions.seasons import Season, dates_of
from eastep.institutions.sentences import season_in_words

LIKE = 20  # institutions that a search for rows of theirs may mean


def find_institutions(text: str, limit: int = 10, *, country: str = "") -> list[Institution]:
    """What *text* may mean, best first: the same answer as `Register.search` over all rows, by index.

    With a *country* only what is in it.
    """
    text = text.replace("\0", "")  # which the database takes in no text
    alike = _like(text).filter(country=country) if country else _like(text)
    by_key = {row.key: row for row in alike}
    found = Register(row.as_university() for row in by_key.values()).search(text, limit)
    return [by_key[university.key] for university in found]


def institutions_like(text: str) -> list[int]:
    """The primary keys of the institutions that are called so, in any script: what lists are searched by."""
    return [one.pk for one in find_institutions(text, LIKE)]


def _like(text: str) -> QuerySet[Institution]:
    """The institutions that share a gram with *text*, or that it is the key, code or domain of."""
    identifier = "".join(text.split())
    written = {identifier, identifier.upper(), identifier.lower()} - {""}
    return Institution.objects.defer("grams").filter(
        Q(grams__overlap=sorted(grams(fold(text))))
        | Q(key__in=written)
        | Q(code__in=written)
        | Q(domain__in=written)
    )


def registered() -> Register:
    """The register over all institutions of the database, made again when one of them has changed."""
    state = Institution.objects.aggregate(count=Count("pk"), latest=Max("changed_at"))
    return _register_of(state["count"], state["latest"])


@lru_cache(maxsize=2)
def _register_of(count: int, latest: datetime | None) -> Register:
    """The two values are only what the cache goes by."""
    return Register(row.as_university() for row in Institution.objects.defer("grams").order_by("key"))


def names_of(keys: Collection[str] | None = None) -> Callable[[str], str]:
    """The names of the institutions with these keys, or of all, in the reader's language; one query."""
    rows = Institution.objects.all() if keys is None else Institution.objects.filter(key__in=keys)
    names = {key: str(name) for key, name in rows.values_list("key", "name")}
    return names.__getitem__


def term_dates(institution: Institution, season: Season) -> tuple[date, date]:
    """First and last day: as the institution says, else by its country's calendar (or LookupError)."""
    term = Term.objects.filter(institution=institution, season=season.code).first()
    return (term.starts_on, term.ends_on) if term else dates_of(season, institution.key)


@dataclass(frozen=True, kw_only=True)
class TermDates:
    """A term as it is shown: by the institution's own dates, or the usual ones of its country, or by none."""

    season: Season
    own: Term | None
    starts_on: date | None
    ends_on: date | None

    @property
    def name(self) -> str:
        return season_in_words(self.season)


def terms_of(institution: Institution, seasons: Iterable[Season]) -> list[TermDates]:
    """The terms of the institution in *seasons*, in their order. Where no dates are known, none are made up."""
    codes = [season.code for season in seasons]
    own = {term.season: term for term in Term.objects.filter(institution=institution, season__in=codes)}
    return [_dates(institution, Season.of(code), own.get(code)) for code in codes]


def _dates(institution: Institution, season: Season, own: Term | None) -> TermDates:
    if own:
        return TermDates(season=season, own=own, starts_on=own.starts_on, ends_on=own.ends_on)
    try:
        starts_on, ends_on = dates_of(season, institution.key)
    except LookupError:  # a country without a usual calendar
        return TermDates(season=season, own=None, starts_on=None, ends_on=None)
    return TermDates(season=season, own=None, starts_on=starts_on, ends_on=ends_on)
