"""For whom the person acts, and what the page of an agreement shows."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from eastep.agreements import queries
from eastep.agreements.content import Content
from eastep.agreements.models import Agreement, Approval, Party, Version
from eastep.agreements.next_steps import verbs
from eastep.agreements.states import OPEN, VersionState
from eastep.ui.pages import PersonRequest


def agreement_seen_by(request: PersonRequest, pk: int) -> Agreement:
    """The agreement, if the person sees it; 404 else."""
    rows = Agreement.objects.visible_to(request.user).select_related("ending_by")
    return get_object_or_404(rows, pk=pk)


def side(request: PersonRequest, agreement: Agreement, permission: str = "agreements.write") -> Party:
    """The side that the person may do it for; 404 for everybody else, auditors and coordinators among them."""
    acted_for = Party.objects.acted_for_by(request.user).select_related(
        "agreement", "institution", "partner", "faculty"
    )
    for party in acted_for.filter(agreement=agreement):
        if request.user.has_perm(permission, party):
            return party
    raise Http404


def agreement_and_side(
    request: PersonRequest, pk: int, permission: str = "agreements.write"
) -> tuple[Agreement, Party]:
    """Both, for a verb."""
    agreement = agreement_seen_by(request, pk)
    return agreement, side(request, agreement, permission)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An agreement as one person sees it. *own* is None for who belongs to no side."""

    agreement: Agreement
    parties: list[Party]
    own: Party | None
    versions: list[Version]
    work: Version | None  # in work, if the person may see it
    held: Version | None  # in force today, else agreed last
    last: Version | None  # what a change is compared with
    approvals: list[Approval]  # of what is in work, those that count
    verbs: frozenset[str]

    @property
    def shown(self) -> Version | None:
        """Whose content the page shows."""
        return self.held or self.work or (self.versions[-1] if self.versions else None)

    @property
    def to_approve(self) -> list[Version]:
        """What is in work, what is agreed for later, and what holds: each with its approvals."""
        found = {one.pk: one for one in (self.work, self.last, self.held) if one is not None}
        return list(found.values())

    @property
    def compared(self) -> tuple[Version, Version] | None:
        """What is agreed and what is in work beside it."""
        return (self.last, self.work) if self.last and self.work else None


def seen_by(request: PersonRequest, agreement: Agreement) -> Seen:
    """All that the page needs to know."""
    today = timezone.localdate()
    own = queries.side_of(agreement, request.user)
    versions = list(
        agreement.versions.visible_to(request.user)
        .select_related("author", "proposed_by", "refused_by", "edited_by")
        .defer("canonical")
        .order_by("number")
    )
    work = next((one for one in versions if one.state in OPEN), None)
    agreed = sorted(
        (one for one in versions if one.state == VersionState.AGREED and one.in_force_from),
        key=lambda one: one.in_force_from or today,
    )
    last = agreed[-1] if agreed else None
    in_force = queries.in_force(agreement, today)
    held = next((one for one in agreed if in_force and one.pk == in_force.pk), last)
    approvals = queries.approvals_of(work) if work else []
    acting = Party.objects.acted_for_by(request.user).filter(pk=own.pk).exists() if own else False
    return Seen(
        agreement=agreement,
        parties=list(agreement.parties.select_related("institution", "faculty")),
        own=own,
        versions=versions,
        work=work,
        held=held,
        last=last,
        approvals=approvals,
        verbs=verbs(
            request.user,
            agreement,
            own if acting else None,
            work=work,
            last=last,
            approvals=approvals,
            today=today,
        ),
    )


def contents(*versions: Version | None) -> list[Content]:
    """What they say."""
    return [version.content for version in versions if version is not None]
