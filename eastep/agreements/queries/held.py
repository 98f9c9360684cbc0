"""What an office has recorded already, as its own lists would say it: with this its files are compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone

from eastep.agreements.models import Agreement, LedgerLine, Party, Version
from eastep.agreements.queries import relevant_of
from eastep.agreements.queries.ledger import OWN
from eastep.agreements.sheets.records import Record, as_part, in_order
from eastep.agreements.states import Standing, VersionState
from eastep.institutions.models import Institution

AGREEMENTS, EXCHANGES = "agreements", "exchanges"


@dataclass(frozen=True, kw_only=True)
class Held:
    """One agreement from the side of the office, what it says, and the number that the partner gives it."""

    party: Party
    version: Version
    partner_reference: str

    @property
    def is_agreed(self) -> bool:
        return self.version.state in (VersionState.AGREED, VersionState.REPLACED)

    @property
    def is_ours_alone(self) -> bool:
        """Whether the office may still change it by itself: its own record, or its own unshared draft."""
        if self.version.state == VersionState.RECORDED:
            return self.version.proposed_by_id == self.party.institution_id
        return self.version.state == VersionState.DRAFT and self.party.agreement.shared_at is None

    def record(self) -> Record:
        content, own = self.version.content, self.party.institution.key
        faculties = {party["institution"]: party["faculty"] for party in content["parties"]}
        is_signed = self.is_agreed or self.version.state == VersionState.RECORDED
        effective_on = self.version.effective_on
        return {
            "standing": "recorded" if is_signed else str(self.version.state),
            "partner": self.party.partner.key,
            "reference": self.party.reference,
            "partner_reference": self.partner_reference,
            "faculty": faculties[own],
            "partner_faculty": faculties[self.party.partner.key],
            "level": content["level"],
            "signed_on": effective_on.isoformat() if effective_on else "",
            "starts_on": content["starts_on"],
            "ends_on": content["ends_on"] or "",
            "notice_months": content["notice_months"],
            "conditions": in_order([as_part(one, own) for one in content["conditions"]]),
            "other": content["other"],
        }


def held_agreements(institution: Institution) -> dict[str, Held]:
    """The agreements that the institution knows of, but for discarded ones; by the key of the agreement as text."""
    known = Q(agreement__shared_at__isnull=False) | Q(is_author=True)
    sides = (
        Party.objects.filter(known, institution=institution)
        .exclude(agreement__is_agreed=False, agreement__open_state="")
        .select_related("agreement", "institution", "partner")
        .order_by("agreement")
    )
    by_agreement = {side.agreement_id: side for side in sides}
    others = Party.objects.filter(agreement__in=by_agreement).exclude(institution=institution)
    references = dict(others.values_list("agreement", "reference"))
    versions: defaultdict[int, list[Version]] = defaultdict(list)
    for version in Version.objects.filter(agreement__in=by_agreement).defer("canonical").order_by("number"):
        versions[version.agreement_id].append(version)
    today = timezone.localdate()
    found = {}
    for pk, side in by_agreement.items():
        own = [one for one in versions[pk] if one.shared_at or one.author_id == institution.pk]
        if shown := relevant_of(own, today):
            found[str(pk)] = Held(party=side, version=shown, partner_reference=references.get(pk, ""))
    return found


def held_records(institution: Institution, kind: str, _with_gone: bool) -> Mapping[str, Record]:
    """The same as records; of past exchanges, what the ledger has of each agreement and year."""
    if kind == AGREEMENTS:
        return {key: one.record() for key, one in held_agreements(institution).items()}
    return held_years(institution)


def held_years(institution: Institution) -> dict[str, Record]:
    """What the ledger of each agreement says of each year, by ``agreement|year``."""
    lines = (
        LedgerLine.objects.filter(agreement__parties__institution=institution, kind__in=OWN)
        .values("agreement", "year", "sender")
        .annotate(all_stays=Sum("stays"), all_terms=Sum("terms"))
        .order_by("agreement", "year", "sender")
    )
    sides = Party.objects.filter(institution=institution).select_related("partner").in_bulk(field_name="id")
    by_agreement = {side.agreement_id: side for side in sides.values()}
    found: dict[str, Record] = {}
    for line in lines:
        side = by_agreement[line["agreement"]]
        record = found.setdefault(
            f"{line['agreement']}|{line['year']}",
            {
                "partner": side.partner.key,
                "reference": side.reference,
                "year": line["year"],
                "sent": 0,
                "received": 0,
                "sent_terms": 0,
                "received_terms": 0,
            },
        )
        name = "sent" if line["sender"] == institution.pk else "received"
        record[name], record[f"{name}_terms"] = line["all_stays"], line["all_terms"]
    return found


def over(institution: Institution, kind: str) -> set[str]:
    """The agreements that have ended or were never signed: that a list does not have them says nothing."""
    if kind != AGREEMENTS:
        return set()
    return {
        key
        for key, one in held_agreements(institution).items()
        if one.party.agreement.standing() in (Standing.ENDED, Standing.DRAFT, Standing.PROPOSED)
    }


def agreement_matching(held: Mapping[str, Held]) -> Callable[[Record], str]:
    """Tells for each record of one list which agreement it is about: by the reference of the office, else by partner,
    period and faculties. No two records are about one. What is new has a key of its own."""
    by_reference: dict[tuple[str, str], str] = {}
    by_period: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for key, one in held.items():
        record = one.record()
        if record["reference"]:
            by_reference[record["partner"], record["reference"]] = key
        by_period[record["partner"], record["starts_on"], record["ends_on"]].append(key)
    taken: set[str] = set()

    def key_of(record: Record) -> str:
        key = by_reference.get((record["partner"], record["reference"]), "") if record["reference"] else ""
        if not key:
            near = by_period[record["partner"], record["starts_on"], record["ends_on"]]
            key = next((one for one in near if one not in taken and _may_be(held[one], record)), "")
        if not key or key in taken:
            names = ("partner", "reference", "starts_on", "ends_on", "faculty", "partner_faculty")
            return "new|" + "|".join(str(record[name]) for name in names)
        taken.add(key)
        return key

    return key_of


def _may_be(held: Held, record: Record) -> bool:
    """Whether neither the references nor the faculties speak against it."""
    own = held.record()
    if own["reference"] and record["reference"]:  # they would be the same
        return False
    return all(
        not record[name] or not own[name] or _shares_a_name(record[name], own[name])
        for name in ("faculty", "partner_faculty")
    )


def _shares_a_name(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    squeezed = {"".join(text.split()) for text in one.values() if text}
    return bool(squeezed & {"".join(text.split()) for text in other.values() if text})


def sides_counted(institution: Institution) -> dict[str, list[Party]]:
    """The own sides where something can be counted, by the key of the partner."""
    sides = Party.objects.filter(institution=institution).filter(
        Q(agreement__is_agreed=True) | Q(agreement__open_state=VersionState.RECORDED)
    )
    found: defaultdict[str, list[Party]] = defaultdict(list)
    for side in sides.select_related("agreement", "institution", "partner").order_by("agreement"):
        found[side.partner.key].append(side)
    return found


def sides_for(record: Mapping[str, Any], sides: list[Party]) -> list[Party]:
    """Which of the *sides* a past year can be about: by the reference, else by the years of the agreement."""
    if record["reference"]:
        return [side for side in sides if side.reference == record["reference"]]
    if len(sides) < 2:
        return sides
    return [side for side in sides if _covers(side.agreement, record["year"])]


def _covers(agreement: Agreement, year: int) -> bool:
    first, last = agreement.starts_on, agreement.ends_on
    return (first is None or first.year <= year) and (last is None or year <= last.year)
