"""The files of an office about its agreements: what they must fit, what they are compared with, how they are taken over."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eastep.agreements import events
from eastep.agreements.actions.taking import take_over
from eastep.agreements.models import AgreementFile, Party
from eastep.agreements.queries import held
from eastep.agreements.sheets import KINDS
from eastep.agreements.sheets.exchanges import FIGURES, in_year
from eastep.agreements.sheets.records import Record, kept
from eastep.core.errors import Refused
from eastep.core.permissions import authorise
from eastep.core.text import joined_lazy
from eastep.imports import actions as imports
from eastep.imports.difference import difference
from eastep.imports.inbox import Inbox, Misfit
from eastep.imports.layout import Layout
from eastep.institutions.models import Institution
from eastep.people.models import User
from eastep.standards.facts import Standards

OWN_PARTNER = gettext_lazy("This is your own institution. Write the partner.")
BOTH_AGREED = gettext_lazy(
    "This agreement is approved by both sides, and the list says something else about it. Nothing of that is taken over: "
    "propose an amendment on its page, or leave the row out."
)
BY_PARTNER = gettext_lazy(
    "The partner has recorded this agreement, and the list says something else about it. Confirm it or refuse it on its "
    "page, or leave the row out."
)
IN_WORK = gettext_lazy(
    "You are working on this agreement with the partner in EASTEP. Go on there, or leave the row out."
)
NO_AGREEMENT = gettext_lazy(
    "No agreement with this partner is recorded. Bring in the list of agreements first, or leave the row out."
)
NO_REFERENCE = gettext_lazy(
    "No agreement with this partner has the reference “{value}”. Correct it, or leave the row out."
)
SEVERAL = gettext_lazy(
    "There are {count} agreements with this partner. Say which one by its reference; yours are: {references}."
)
CLOSED = gettext_lazy(
    "The years until {year} are closed in the ledger of this agreement. Reopen them there first, or leave the row out."
)
CONTRADICTED = gettext_lazy(
    "The ledger has {there} for this year already. Reverse that line there first, or leave the row out."
)
CLOSED_CELL = gettext_lazy(
    "The years until {year} are closed in the ledger of this agreement. Reopen them there first, or empty this cell."
)
TERMS_NEEDED = gettext_lazy("This agreement counts terms. Add a column with the number of terms.")


def locked(institution: Institution, *, by: User, permission: str | None) -> Institution:
    """One after the other, so that two files of an office never record one agreement twice."""
    found = Institution.objects.select_for_update(no_key=True).filter(pk=institution.pk).first()
    if found is None:
        raise Refused(_("The institution has been deleted meanwhile."), code="gone")
    if permission:
        authorise(by, permission, found)
    return found


def _key_of(institution: Institution, kind: str, _standards: Standards) -> Callable[[Record], str]:
    if kind == held.AGREEMENTS:
        return held.agreement_matching(held.held_agreements(institution))
    sides = held.sides_counted(institution)

    def key_of(record: Record) -> str:
        found = held.sides_for(record, sides.get(record["partner"], []))
        name = str(found[0].agreement_id) if len(found) == 1 else f"{record['partner']}|{record['reference']}"
        return f"{name}|{record['year']}"

    return key_of


def _keep_within(kind: str, _said: object, before: Record, brought: Record) -> Record:
    if kind == held.AGREEMENTS:
        return kept(before, brought)
    return {**before, **{name: value for name, value in brought.items() if value not in (None, "")}}


def _misfit(file: AgreementFile, standards: Standards) -> Callable[[Record], Misfit | None]:
    if file.kind == held.AGREEMENTS:
        return _listed_misfit(file.institution)
    columns = {name for name, _n in Layout.of(file.layout).columns.values()}
    return _past_misfit(file.institution, is_wide=not columns.isdisjoint(map(in_year, FIGURES)))


def _listed_misfit(institution: Institution) -> Callable[[Record], Misfit | None]:
    known = held.held_agreements(institution)
    key_of = held.agreement_matching(known)

    def misfit(record: Record) -> Misfit | None:
        if record["partner"] == institution.key:
            return Misfit(column="partner", value="", code="own_partner", wording=OWN_PARTNER)
        one = known.get(key_of(record))
        if one is None or one.is_ours_alone:
            return None
        before = one.record()
        changed = difference({"": before}, {"": kept(before, record)}).changed.get("", ())
        if not changed:
            return None
        wording, code = (BOTH_AGREED, "agreed_by_both") if one.is_agreed else (IN_WORK, "in_work")
        if before["standing"] == "recorded" and not one.is_agreed:
            wording, code = BY_PARTNER, "recorded_by_partner"
        return Misfit(column="partner", value="", code=code, wording=wording)

    return misfit


def _past_misfit(institution: Institution, *, is_wide: bool) -> Callable[[Record], Misfit | None]:
    sides, years = held.sides_counted(institution), held.held_years(institution)

    def of_year(record: Record, name: str, code: str, wording: Any, **facts: object) -> Misfit:
        where = {"column": in_year(name), "n": record["year"]} if is_wide else {"column": name}
        return Misfit(**where, value="", code=code, wording=wording, facts=facts)

    def misfit(record: Record) -> Misfit | None:
        own = sides.get(record["partner"], [])
        found = held.sides_for(record, own)
        if len(found) != 1:
            return _no_one_agreement(record, own, found)
        side = found[0]
        there = years.get(f"{side.agreement_id}|{record['year']}", {})
        for name in ("sent", "received"):
            stays, terms = record[name], record[f"{name}_terms"]
            if not stays or (there.get(name) == stays and terms in (None, there.get(f"{name}_terms"))):
                if stays == 0 and there.get(name):
                    return of_year(record, name, "contradicted", CONTRADICTED, there=there[name])
                continue
            if there.get(name):
                return of_year(record, name, "contradicted", CONTRADICTED, there=there[name])
            closed = side.agreement.closed_until
            if closed is not None and record["year"] <= closed:
                where, wording = (name, CLOSED_CELL) if is_wide else ("year", CLOSED)
                return of_year(record, where, "closed", wording, year=closed)
            if terms is None and side.agreement.unit == "term":
                return of_year(record, f"{name}_terms", "no_terms", TERMS_NEEDED)
        return None

    return misfit


def _no_one_agreement(record: Record, own: list[Party], found: list[Party]) -> Misfit:
    if record["reference"] and own:
        value = record["reference"]
        return Misfit(column="reference", value=value, code="no_such_reference", wording=NO_REFERENCE)
    several = found or own
    if not several:
        return Misfit(column="partner", value="", code="no_agreement", wording=NO_AGREEMENT)
    references = joined_lazy([side.reference or "–" for side in several])
    facts = {"count": len(several), "references": references}
    return Misfit(column="reference", value="", code="several_agreements", wording=SEVERAL, facts=facts)


def _scope(record: Record) -> str:
    """A list of agreements is about all of them, one of past years about the partners that are in it."""
    return str(record["partner"]) if "year" in record else ""


INBOX = Inbox(
    model=AgreementFile,
    kinds=KINDS,
    permission="agreements.bring_in",
    lock=locked,
    read_job="agreements.read_file",
    finish_job="agreements.finish_file",
    queue="imports",
    handed_in=events.FILE_HANDED_IN,
    taken=events.FILE_TAKEN,
    dropped=events.FILE_DROPPED,
    held=held.held_records,
    key_of=_key_of,
    take_over=take_over,
    optional={"agreements": {}, "exchanges": {}},
    keep_within=_keep_within,
    misfit=_misfit,
    scope=_scope,
    withdrawn=held.over,
)

hand_in = partial(imports.hand_in, INBOX)
read_again = partial(imports.read_again, INBOX)
read_file = partial(imports.read_file, INBOX)
map_columns = partial(imports.map_columns, INBOX)
confirm_names = partial(imports.confirm_names, INBOX)
mend_rows = partial(imports.mend_rows, INBOX)
drop_file = partial(imports.drop_file, INBOX)
take_file = partial(imports.take_file, INBOX)
finish_file = partial(imports.finish_file, INBOX)
