"""Which rows of places are open to each choice of each applicant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache

from eastep.applications.eligibility import (
    NOT_OFFERED,
    Applicant,
    Choice,
    Judged,
    Objection,
    Place,
    StartOf,
    Waived,
    Waiver,
    judge,
    objections,
    set_aside,
)
from eastep.applications.placing.quotas import country_of
from eastep.applications.placing.result import CannotPlace
from eastep.institutions.seasons import Season
from eastep.standards.facts import Standards


class Eligible:
    """What the choices of each applicant may use: judged once, whoever is moved by hand afterwards.

    Raises CannotPlace while judging, where nobody knows when a term begins.
    """

    def __init__(
        self, places: Sequence[Place], standards: Standards, start_of: StartOf, waivers: Iterable[Waiver]
    ) -> None:
        self.offered = _offered(places)
        self.standards = standards
        self.start_of = cache(_told(start_of))
        self.place = {place.row: place for place in places}
        self.waivers: dict[tuple[str, Choice], dict[str, str]] = defaultdict(dict)
        for waiver in waivers:
            self.waivers[waiver.applicant, waiver.choice][waiver.code] = waiver.reason
        self.with_waivers = {applicant for applicant, _choice in self.waivers}
        self._judged: dict[str, tuple[Judged, ...]] = {}

    def judged(self, applicant: Applicant) -> tuple[Judged, ...]:
        """One for each choice."""
        if applicant.id not in self._judged:
            self._judged[applicant.id] = self._judge(applicant)
        return self._judged[applicant.id]

    def _judge(self, applicant: Applicant) -> tuple[Judged, ...]:
        return tuple(
            judge(
                applicant,
                choice,
                self.offered,
                standards=self.standards,
                start_of=self.start_of,
                waivers=self.waived(applicant, choice),
            )
            for choice in applicant.choices
        )

    def waived(self, applicant: Applicant, choice: Choice) -> Mapping[str, str]:
        """The reasons, by the code of the objection."""
        if applicant.id not in self.with_waivers:
            return {}
        return self.waivers.get((applicant.id, choice), {})

    def told(self, applicant: Applicant, place: Place) -> tuple[tuple[Objection, ...], tuple[Waived, ...]]:
        """What speaks against *applicant* at a row that was given by hand, and what of it was waived."""
        day = self.start_of(place.start, place.host)
        found = objections(applicant, place, self.standards, starts_on=day)
        against, aside = set_aside(found, self.waived(applicant, wish(place)))
        return (against if place.home == applicant.home else (NOT_OFFERED, *against)), aside


def wish(place: Place) -> Choice:
    """What an applicant writes who wants a row of places."""
    return Choice(host=place.host, start=place.start, length=place.length)


def uses(judged: Iterable[Judged]) -> Iterator[Place]:
    """The rows that the choices may use, in order."""
    return (place for one in judged for place in one.rows)


def _told(start_of: StartOf) -> StartOf:
    """*start_of*, which says in words that a country has no calendar: a day is never made up."""

    def told(season: Season, place: str) -> date:
        try:
            return start_of(season, place)
        except LookupError as error:
            raise CannotPlace("no_term_dates", start=str(season), country=country_of(place)) from error

    return told


def _offered(places: Iterable[Place]) -> dict[tuple[str, Choice], list[Place]]:
    """The rows of places by home and by what an applicant may wish for."""
    offered: dict[tuple[str, Choice], list[Place]] = defaultdict(list)
    for place in places:
        offered[place.home, wish(place)].append(place)
    return offered
