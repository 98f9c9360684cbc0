"""Rows of places as agreements give them. Pure: offers in, records of places out, with what cannot be read of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from eastep.agreements.queries.offers import Offer
from eastep.applications.eligibility import Place
from eastep.applications.records import Record, canonical, place_key, place_record
from eastep.institutions.seasons import Season
from eastep.standards.cells import Unreadable
from eastep.standards.facts import Standards
from eastep.standards.gpa import Gpa, parse_gpa
from eastep.standards.languages import LanguageRequirement, parse_requirement


@dataclass(frozen=True, kw_only=True)
class Note:
    """What somebody has to look at: ``no_number``, ``gpa``, ``language``, ``differs`` or ``not_confirmed``."""

    code: str
    agreement: int
    host: str
    text: str = ""  # as the agreement says it


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """Records of places by their key, the agreements that each comes from, and what to look at."""

    records: dict[str, Record]
    sources: dict[str, tuple[int, ...]]
    notes: tuple[Note, ...]

    @property
    def fingerprint(self) -> str:
        """Tells whether this is what somebody saw."""
        return sha256(canonical(self.records).encode()).hexdigest()


def agreed_places(offers: Iterable[Offer], standards: Standards) -> Agreed:
    """One record for each kind of place. Where several conditions give places of one kind they are added up, and the
    first says what is asked. What is carried over between two institutions counts once, in the first term.
    """
    records: dict[str, Record] = {}
    sources: dict[str, tuple[int, ...]] = {}
    notes: dict[Note, None] = {}
    carried: dict[tuple[str, str], Season] = {}
    for offer in offers:
        for note in _notes(offer, standards):
            notes[note] = None
        if offer.places is None:
            continue
        first = carried.setdefault((offer.home, offer.host), offer.season) if offer.carried else None
        record = place_record(_place(offer, standards, carried=offer.carried if first == offer.season else 0))
        key = place_key(record)
        if held := records.get(key):
            if any(held[name] != record[name] for name in ("minimum_gpa", "language")):
                notes[Note(code="differs", agreement=offer.agreement, host=offer.host)] = None
            record = _together(held, record)
        records[key] = record
        sources[key] = tuple(dict.fromkeys((*sources.get(key, ()), offer.agreement)))
    return Agreed(records=records, sources=sources, notes=tuple(notes))


def _together(held: Record, more: Record) -> Record:
    carried = held.get("carried", 0) + more.get("carried", 0)
    return {**held, "places": held["places"] + more["places"], **({"carried": carried} if carried else {})}


def _place(offer: Offer, standards: Standards, *, carried: int) -> Place:
    return Place(
        row=0,
        home=offer.home,
        host=offer.host,
        fields=offer.fields,
        levels=offer.levels,
        start=offer.season,
        length=offer.length,
        places=offer.places or 0,
        carried=carried,
        minimum_gpa=_gpa(offer.minimum_gpa, standards),
        language=_language(offer.language, standards) or LanguageRequirement(),
    )


def _notes(offer: Offer, standards: Standards) -> Iterable[Note]:
    """What the offer does not say in a way that a round can use."""

    def note(code: str, text: str = "") -> Note:
        return Note(code=code, agreement=offer.agreement, host=offer.host, text=text)

    if offer.places is None:
        yield note("no_number")
    if offer.minimum_gpa and _gpa(offer.minimum_gpa, standards) is None:
        yield note("gpa", offer.minimum_gpa)
    if offer.language and _language(offer.language, standards) is None:
        yield note("language", offer.language)
    if not offer.is_confirmed:
        yield note("not_confirmed")


def _gpa(text: str, standards: Standards) -> Gpa | None:
    """The average that is asked; None where nothing is, or where it cannot be read."""
    try:
        return parse_gpa(text, standards) if text else None
    except Unreadable:
        return None


def _language(text: str, standards: Standards) -> LanguageRequirement | None:
    try:
        return parse_requirement(text, standards)
    except Unreadable:
        return None
