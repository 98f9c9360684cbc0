"""The good rows of a file written: agreements recorded or recorded anew, past years posted to the ledger."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from eastep.agreements.actions.approving import Recorded, record_agreement, record_agreements
from eastep.agreements.actions.living import set_reference
from eastep.agreements.actions.past import PastYear, post_past_exchanges
from eastep.agreements.actions.writing import edit_draft, faculty_called, recall
from eastep.agreements.content import Content, blank
from eastep.agreements.models import AgreementFile
from eastep.agreements.queries import held
from eastep.agreements.sheets.records import Record, content_with
from eastep.agreements.states import VersionState
from eastep.imports.queries import Compared
from eastep.institutions.models import Faculty, Institution
from eastep.people.models import User


def take_over(file: AgreementFile, compared: Compared, _gone: Collection[str], *, by: User) -> None:
    """What the inbox of an office does with the good rows. What is not in the file stays as it is."""
    if file.kind == held.AGREEMENTS:
        _record_all(file.institution, compared, by)
    else:
        _post_all(file.institution, compared, by)


def _record_all(institution: Institution, compared: Compared, by: User) -> None:
    new = [compared.brought[key] for key in compared.found.new]
    changed = {key: compared.brought[key] for key in compared.found.changed}
    keys = {record["partner"] for record in new}
    partners = Institution.objects.in_bulk(keys, field_name="key")
    faculties = _faculties(institution, *partners.values())
    rows = [_recorded(record, institution, partners[record["partner"]], faculties) for record in new]
    record_agreements(institution, by=by, rows=rows)
    for key, one in held.held_agreements(institution).items():
        if key in changed:
            _record_anew(one, changed[key], by)


def _recorded(
    record: Record, institution: Institution, partner: Institution, faculties: Mapping[int, list[Faculty]]
) -> Recorded:
    own = faculty_called(record["faculty"], faculties.get(institution.pk, []))
    other = faculty_called(record["partner_faculty"], faculties.get(partner.pk, []))
    named = {
        "faculty": asdict(own.name) if own else record["faculty"],
        "partner_faculty": asdict(other.name) if other else record["partner_faculty"],
    }
    return Recorded(
        partner=partner,
        content=_new_content({**record, **named}, institution, partner),
        effective_on=_effective_on(record),
        faculty=own,
        partner_faculty=other,
        reference=record["reference"],
        partner_reference=record["partner_reference"],
    )


def _effective_on(record: Record) -> date:
    """The day of the last signature; the first day of the agreement, where the list does not say it."""
    return date.fromisoformat(record["signed_on"] or record["starts_on"])


def _new_content(record: Record, institution: Institution, partner: Institution) -> Content:
    """What the list says. Where it leaves the balance open, no difference expires and none is accepted."""
    parties = [(one.key, one.name, None) for one in (institution, partner)]
    empty = blank(parties, starts_on=date.fromisoformat(record["starts_on"]), ends_on=None)
    content = {
        **empty,
        "conditions": [],
        "balance": {"counts": "stay", "expires_after": None, "tolerance": 0},
    }
    return content_with(record, content, own=institution.key, partner=partner.key)


def _record_anew(one: held.Held, record: Record, by: User) -> None:
    """Take the own record back, change it, and record it again; the partner has not confirmed the old one."""
    party, version = one.party, one.version
    if version.state == VersionState.RECORDED:
        version = recall(party, by=by)
    content = content_with(record, version.content, own=party.institution.key, partner=party.partner.key)
    version = edit_draft(party, by=by, edition=version.edition, content=content)
    record_agreement(party, by=by, edition=version.edition, effective_on=_effective_on(record))
    if record["reference"] != party.reference:
        set_reference(party, by=by, reference=record["reference"])


def _post_all(institution: Institution, compared: Compared, by: User) -> None:
    sides = held.sides_counted(institution)
    rows = []
    for key in (*compared.found.new, *compared.found.changed):
        record = compared.brought[key]
        [party] = held.sides_for(record, sides[record["partner"]])
        figures: dict[str, Any] = {
            name: record[name] for name in ("sent", "received", "sent_terms", "received_terms")
        }
        rows.append(PastYear(party=party, year=record["year"], **figures))
    for posted in post_past_exchanges(institution, by=by, rows=rows):
        if posted.refused:
            raise posted.refused[0]


def _faculties(*institutions: Institution) -> dict[int, list[Faculty]]:
    found: dict[int, list[Faculty]] = {}
    for faculty in Faculty.objects.filter(institution__in=institutions).order_by("pk"):
        found.setdefault(faculty.institution_id, []).append(faculty)
    return found
