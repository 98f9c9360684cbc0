"""Reads of agreements that several callers share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from eastep.agreements.models import Agreement, Approval, Party, Version
from eastep.agreements.states import OPEN, VersionState
from eastep.people.models import User

__all__ = [
    "approvals_of",
    "in_force",
    "last_agreed",
    "open_version",
    "relevant",
    "relevant_of",
    "side_of",
    "sides_acted_for",
]


def sides_acted_for(agreement: Agreement, user: User, *, chosen: int | None = None) -> list[Party]:
    """The sides that the person acts for: both, for who is in both offices, that of the institution *chosen* first."""
    sides = Party.objects.filter(agreement=agreement).acted_for_by(user)
    found = sides.select_related("agreement", "institution", "partner", "faculty")
    return sorted(found, key=lambda party: party.institution_id != chosen)


def side_of(agreement: Agreement, user: User, *, chosen: int | None = None) -> Party | None:
    """The side that the person acts for (of both, the *chosen* one), else belongs to; None for everybody else."""
    if acted_for := sides_acted_for(agreement, user, chosen=chosen):
        return acted_for[0]
    sides = Party.objects.filter(agreement=agreement).seen_by(user)
    return sides.select_related("agreement", "institution", "partner").first()


def in_force(agreement: Agreement, on: date) -> Version | None:
    """What both sides have agreed for the day."""
    return agreement.versions.in_force(on).filter(state=VersionState.AGREED).first()


def last_agreed(agreement: Agreement) -> Version | None:
    """The agreed version that holds longest: what a change is compared with, and a renewal is made from."""
    return agreement.versions.filter(state=VersionState.AGREED).order_by("in_force_from").last()


def open_version(agreement: Agreement) -> Version | None:
    """The version in work: draft, proposed, or recorded by one side."""
    return agreement.versions.open().first()


def relevant(agreement: Agreement, on: date) -> Version | None:
    """What the agreement says on the day: what is in force, else what was agreed last, else what is in work or was."""
    return relevant_of(agreement.versions.all(), on)


def relevant_of(versions: Iterable[Version], on: date) -> Version | None:
    """The same for all versions of one agreement that somebody may see."""
    known = sorted(versions, key=lambda one: one.number)
    agreed = sorted(
        (one for one in known if one.state == VersionState.AGREED), key=lambda one: one.in_force_from or on
    )
    for one in agreed:
        if one.in_force_from and one.in_force_from <= on <= (one.in_force_until or date.max):
            return one
    in_work = [one for one in known if one.state in OPEN]
    return next(iter([*agreed[-1:], *in_work, *known[-1:]]), None)


def approvals_of(version: Version) -> list[Approval]:
    """The approvals that count: of exactly what is proposed now."""
    found = version.approvals.filter(proposal=version.proposal)
    return list(found.select_related("party__institution", "by", "seal", "scan"))
