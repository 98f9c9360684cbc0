"""For whom the person acts, and what the page of an agreement shows.

Who is in the offices of both sides acts for one at a time. Which, is in the session; it is said on every page of a verb.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eastep.agreements import queries
from eastep.agreements.content import Content
from eastep.agreements.models import Agreement, Approval, Party, Version
from eastep.agreements.next_steps import verbs
from eastep.agreements.states import OPEN, VersionState
from eastep.ui.pages import PersonRequest

ACTS_FOR = "acts_for"  # in the session: the institution that was chosen


def agreement_seen_by(request: PersonRequest, pk: int) -> Agreement:
    """The agreement, if the person sees it; 404 else."""
    rows = Agreement.objects.visible_to(request.user).select_related("ending_by")
    return get_object_or_404(rows, pk=pk)


def own_side(request: PersonRequest, agreement: Agreement) -> Party | None:
    """The side that the person acts for, else belongs to; of both, the chosen one."""
    return queries.side_of(agreement, request.user, chosen=request.session.get(ACTS_FOR))


def side(request: PersonRequest, agreement: Agreement, permission: str = "agreements.write") -> Party:
    """The side that the person does it for; 404 for everybody else, auditors and coordinators among them."""
    acted_for = queries.sides_acted_for(agreement, request.user, chosen=request.session.get(ACTS_FOR))
    if not acted_for or not request.user.has_perm(permission, acted_for[0]):
        raise Http404
    if len(acted_for) > 1 and request.method == "GET":
        said = _("You act for {institution}.").format(institution=acted_for[0].institution)
        messages.info(request, said)
    return acted_for[0]


@login_required
@require_POST
def act_for(request: PersonRequest, pk: int, position: int) -> HttpResponse:
    """From now on for this one of the two sides. A form that was opened for the other one can no longer be sent."""
    found = agreement_seen_by(request, pk)
    party = get_object_or_404(Party.objects.acted_for_by(request.user), agreement=found, position=position)
    request.session[ACTS_FOR] = party.institution_id
    rotate_token(request)
    return redirect(found)


def agreement_and_side(
    request: PersonRequest, pk: int, permission: str = "agreements.write"
) -> tuple[Agreement, Party]:
    """Both, for a verb."""
    agreement = agreement_seen_by(request, pk)
    return agreement, side(request, agreement, permission)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An agreement as one person sees it. *own* is None for who belongs to no side; *other* is one to act for, too."""

    agreement: Agreement
    parties: list[Party]
    own: Party | None
    other: Party | None
    versions: list[Version]
    work: Version | None  # in work, if the person may see it
    held: Version | None  # in force today, else agreed last
    last: Version | None  # what a change is compared with
    approvals: list[Approval]  # of what is in work, those that count
    approved_for_other: bool  # by this very person, who cannot approve it for this side, too
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
    acted_for = queries.sides_acted_for(agreement, request.user, chosen=request.session.get(ACTS_FOR))
    own = acted_for[0] if acted_for else own_side(request, agreement)
    rows = agreement.versions.visible_to(request.user)
    if acted_for:
        rows = rows.filter(Q(shared_at__isnull=False) | Q(author=acted_for[0].institution_id))
    versions = list(
        rows.select_related("author", "proposed_by", "refused_by", "edited_by")
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
    return Seen(
        agreement=agreement,
        parties=list(agreement.parties.select_related("institution", "faculty")),
        own=own,
        other=acted_for[1] if len(acted_for) > 1 else None,
        versions=versions,
        work=work,
        held=held,
        last=last,
        approvals=approvals,
        approved_for_other=any(
            own and one.by_id == request.user.pk and one.party_id != own.pk for one in approvals
        ),
        verbs=verbs(
            request.user,
            agreement,
            own if acted_for else None,
            work=work,
            last=last,
            approvals=approvals,
            today=today,
        ),
    )


def contents(*versions: Version | None) -> list[Content]:
    """What they say."""
    return [version.content for version in versions if version is not None]
