"""Papers and seals: what was signed outside EASTEP is kept byte for byte, with who has compared it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eastep.agreements import events, queries
from eastep.agreements.actions.approving import approve, record_agreement
from eastep.agreements.actions.locking import locked, version_in_work
from eastep.agreements.models import Paper, Party, Seal, Version
from eastep.agreements.states import PaperKind, Way
from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.core.permissions import authorise
from eastep.documents.media import CheckedFile
from eastep.institutions.models import Institution
from eastep.people.models import User


@transaction.atomic
def attach_paper(
    party: Party,
    *,
    by: User,
    file: CheckedFile,
    kind: PaperKind,
    checked: bool = False,
    version: Version | None = None,
) -> Paper:
    """Keep *file* with *version* (what is in force, else what is in work). *checked*: compared with the content."""
    party = locked(party, by=by)
    version = version or queries.relevant(party.agreement, timezone.localdate())
    if version is None:
        raise Refused(_("There is nothing yet that a paper could belong to."), code="no_version")
    return _attach(party, by, _known(party, version), file, kind, checked=checked)


@transaction.atomic
def check_paper(party: Party, *, by: User, paper: Paper) -> Paper:
    """Say that one has compared the paper with the content, and that both say the same."""
    party = locked(party, by=by)
    paper = Paper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
    version = _known(party, paper.version)
    if paper.checked_at:
        raise Refused(_("Somebody has checked this paper already."), code="checked")
    paper.checked_by, paper.checked_at = by, timezone.now()
    paper.save(update_fields=["checked_by", "checked_at"])
    record(events.PAPER_CHECKED, party.agreement, by=by, version=version.number, paper=paper.name)
    return paper


@transaction.atomic
def record_signed(
    party: Party,
    *,
    by: User,
    edition: int,
    effective_on: date,
    file: CheckedFile,
    kind: PaperKind,
    signed_name: str = "",
    signed_position: str = "",
) -> Version:
    """Record the draft as signed outside EASTEP, with its paper, which *by* has compared with the content."""
    party = locked(party, by=by)
    paper = _attach(party, by, version_in_work(party), file, kind, checked=True)
    return record_agreement(
        party,
        by=by,
        edition=edition,
        effective_on=effective_on,
        signed_name=signed_name,
        signed_position=signed_position,
        paper=paper,
    )


@transaction.atomic
def approve_on_paper(
    party: Party,
    *,
    by: User,
    sha256: str,
    signed_name: str,
    signed_position: str = "",
    signed_on: date,
    file: CheckedFile,
) -> Version:
    """Approve by a signature in ink: the scan is attached, and the approval names it."""
    party = locked(party, by=by, permission="agreements.approve")
    scan = _attach(party, by, version_in_work(party), file, PaperKind.SCAN, checked=True)
    return approve(
        party,
        by=by,
        sha256=sha256,
        signed_name=signed_name,
        signed_position=signed_position,
        way=Way.INK,
        scan=scan,
        signed_on=signed_on,
    )


@transaction.atomic
def keep_seal(institution: Institution, *, by: User, image: CheckedFile) -> Seal:
    """Keep the image of one's own seal at the institution; one that was kept before is used no more."""
    Institution.objects.select_for_update().get(pk=institution.pk)
    authorise(by, "agreements.keep_seal", institution)
    for earlier in Seal.objects.filter(institution=institution, holder=by, retired_at=None):
        _retire(earlier, by)
    seal = Seal.objects.create(
        institution=institution,
        holder=by,
        image=image.content,
        media_type=image.media_type,
        sha256=image.sha256,
    )
    record(events.SEAL_KEPT, institution, by=by, sha256=seal.sha256)
    return seal


@transaction.atomic
def retire_seal(seal: Seal, *, by: User) -> Seal:
    """Use the seal no more; where it was set it stays. The holder may, and the office, should it be lost."""
    seal = Seal.objects.select_for_update(of=("self",)).select_related("institution").get(pk=seal.pk)
    authorise(by, "agreements.keep_seal", seal.institution)
    if seal.retired_at:
        raise Refused(_("This seal is not in use any more."), code="retired")
    _retire(seal, by)
    return seal


def _retire(seal: Seal, by: User) -> None:
    seal.retired_at = timezone.now()
    seal.save(update_fields=["retired_at"])
    record(events.SEAL_RETIRED, seal.institution, by=by, holder=seal.holder_id)


def _known(party: Party, version: Version) -> Version:
    """The version as it is now, if it is of this agreement and this side knows of it."""
    found = party.agreement.versions.filter(pk=version.pk).first()
    if found is None or (found.shared_at is None and found.author_id != party.institution_id):
        raise Refused(_("This version is not there any more. Look at what is there now."), code="no_version")
    return found


def _attach(
    party: Party, by: User, version: Version, file: CheckedFile, kind: PaperKind, *, checked: bool
) -> Paper:
    paper = Paper.objects.create(
        version=version,
        party=party,
        kind=kind,
        name=file.name,
        content=file.content,
        media_type=file.media_type,
        sha256=file.sha256,
        added_by=by,
        checked_by=by if checked else None,
        checked_at=timezone.now() if checked else None,
    )
    attached = events.PAPER_ATTACHED_CHECKED if checked else events.PAPER_ATTACHED
    record(attached, party.agreement, by=by, version=version.number, paper=paper.name)
    return paper
