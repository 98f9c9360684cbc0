"""People of a partner that has not joined: a link, a code to their address, and what becomes of the two.

Of link and code only hashes are kept, so both are mailed at once: a job would keep them. Whoever holds the link may
ask for a code and prove the address; nobody is signed in by then, and EASTEP itself acts.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from eastep.agreements import events
from eastep.agreements.actions.locking import locked
from eastep.agreements.mails import code_mail, invitation_mail
from eastep.agreements.models import Invitation, Party
from eastep.agreements.queries.guests import has_office
from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.institutions.mail_domains import belongs_to
from eastep.institutions.models import Membership
from eastep.people.actions import add_person, system_user
from eastep.people.models import User

DAYS = 60  # an invitation lasts, if nothing else is said
LONGEST = 366  # days
TOKEN_BYTES = 32
CODE_LASTS = timedelta(minutes=15)
CODE_PAUSE = timedelta(minutes=1)  # before another code is sent
TRIES_OF_A_CODE = 5
TRIES_OF_A_LINK = 20  # with any code: the odds to guess one of them are 1 to 50,000


@transaction.atomic
def invite(
    party: Party,
    *,
    by: User,
    inviter: Party,
    name: str,
    email: str,
    position: str = "",
    language: str = "en",
    days: int = DAYS,
) -> tuple[Invitation, str]:
    """*inviter* opens the agreement to a named person of the other side, *party*. Returns the link's token, too.

    A side that has an office in EASTEP acts for itself: nobody else invites in its name.
    """
    inviter = locked(inviter, by=by)
    party = _to_invite_to(party, inviter)
    email = email.strip().lower()
    validate_email(email)
    _refuse_own_people(email, inviter)
    if party.invitations.usable().filter(email=email).exists():
        raise Refused(
            _("This address is invited already. Open that invitation, and send the link again."),
            code="invited_already",
        )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        party=party,
        name=name,
        email=email,
        position=position,
        language=language,
        token_sha256=token_hash(token),
        expires_at=_in_days(days),
        made_by=by,
    )
    record(events.GUEST_INVITED, party.agreement, by=by, invitation=invitation.pk)
    return invitation, token


def mail_invitation(invitation: Invitation, *, token: str) -> None:
    """Mail the link. Raises Refused where the mail server does not take it; the link holds all the same."""
    try:
        invitation_mail(invitation, token).send()
    except OSError as error:
        raise Refused(
            _("The mail could not be sent. Copy the link, and send it yourself."), code="mail_failed"
        ) from error


@transaction.atomic
def renew_invitation(invitation: Invitation, *, by: User, days: int = DAYS) -> tuple[Invitation, str]:
    """A new link for the same person; the old one is dead. Who has proved the address stays a guest."""
    inviter = locked(invitation.party.other, by=by)
    invitation = _held(invitation)
    _to_invite_to(invitation.party, inviter)
    _refuse_revoked(invitation)
    if (
        invitation.party.invitations.usable()
        .filter(email=invitation.email)
        .exclude(pk=invitation.pk)
        .exists()
    ):
        raise Refused(
            _("There is a newer invitation for this address. Send that one again."), code="invited_already"
        )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation.token_sha256 = token_hash(token)
    invitation.expires_at = _in_days(days)
    invitation.code_sha256, invitation.code_sent_at, invitation.code_tries = "", None, 0
    invitation.save()
    record(events.INVITATION_RENEWED, inviter.agreement, by=by, invitation=invitation.pk)
    return invitation, token


@transaction.atomic
def change_expiry(invitation: Invitation, *, by: User, days: int) -> Invitation:
    """The invitation ends so many days from now, with the link and the guest's access."""
    inviter = locked(invitation.party.other, by=by)
    invitation = _held(invitation)
    _to_invite_to(invitation.party, inviter)
    _refuse_revoked(invitation)
    invitation.expires_at = _in_days(days)
    invitation.save(update_fields=["expires_at"])
    last_day = timezone.localdate(invitation.expires_at).isoformat()
    record(events.EXPIRY_CHANGED, inviter.agreement, by=by, invitation=invitation.pk, last_day=last_day)
    return invitation


@transaction.atomic
def revoke(invitation: Invitation, *, by: User) -> Invitation:
    """The link is dead, and the guest sees nothing any more. Either side's office may."""
    party = locked(invitation.party, by=by, permission="agreements.revoke_invitation")
    invitation = _held(invitation)
    _refuse_revoked(invitation)
    invitation.revoked_at = timezone.now()
    invitation.code_sha256 = ""
    invitation.save(update_fields=["revoked_at", "code_sha256"])
    record(events.INVITATION_REVOKED, party.agreement, by=by, invitation=invitation.pk)
    return invitation


# Whoever holds the link


def send_code(invitation: Invitation) -> None:
    """Mail a new code of six digits to the address that was invited; an older code is dead."""
    invitation, code = _new_code(invitation)
    try:
        code_mail(invitation, code, minutes=int(CODE_LASTS.total_seconds() // 60)).send()
    except OSError as error:
        raise Refused(
            _("The code could not be mailed. Try again in a few minutes."), code="mail_failed"
        ) from error


@transaction.atomic
def _new_code(invitation: Invitation) -> tuple[Invitation, str]:
    invitation = _held(invitation)
    _refuse_dead(invitation)
    now = timezone.now()
    if invitation.code_sent_at and now < invitation.code_sent_at + CODE_PAUSE:
        raise Refused(
            _("A code was sent a moment ago. Look into your mail; another one can be sent in a minute."),
            code="too_soon",
        )
    code = f"{secrets.randbelow(10**6):06d}"
    invitation.code_sha256 = _code_hash(invitation, code)
    invitation.code_sent_at = now
    if invitation.opened_at is None:
        invitation.opened_at = now
        record(
            events.INVITATION_OPENED, invitation.party.agreement, by=system_user(), invitation=invitation.pk
        )
    invitation.save(update_fields=["code_sha256", "code_sent_at", "opened_at"])
    return invitation, code


def prove_address(invitation: Invitation, *, code: str) -> User:
    """Who gives the code that was mailed is the invited person, and a guest from now on.

    A wrong code is counted, so do not call this within a transaction: what is refused would be forgotten. The person
    is the one whose address it is, if EASTEP knows one; else one is made, who has no password.
    """
    person = _prove(invitation, code)
    if person is None:
        raise Refused(
            _("This code is wrong or too old. Use the newest mail, or have a new code sent."),
            code="wrong_code",
        )
    return person


@transaction.atomic
def _prove(invitation: Invitation, code: str) -> User | None:
    invitation = _held(invitation)
    _refuse_dead(invitation)
    if not _is_code(invitation, code):
        if invitation.code_sha256:
            invitation.code_tries += 1
            if invitation.code_tries % TRIES_OF_A_CODE == 0:
                invitation.code_sha256 = ""
            invitation.save(update_fields=["code_sha256", "code_tries"])
        return None
    person = _person_of(invitation)
    invitation.code_sha256, invitation.code_tries = "", 0
    invitation.person = person
    if invitation.verified_at is None:
        invitation.verified_at = timezone.now()
        record(events.ADDRESS_PROVED, invitation.party.agreement, by=person, invitation=invitation.pk)
    invitation.save(update_fields=["code_sha256", "code_tries", "person", "verified_at"])
    return person


# The steps


def token_hash(token: str) -> str:
    """What is kept of a link. It is long and random: no salt is needed, and the link is found by it."""
    return sha256(token.encode()).hexdigest()


def _code_hash(invitation: Invitation, code: str) -> str:
    """What is kept of a code. There are only a million codes, so that the server's secret is in it."""
    value = f"{invitation.pk}:{code}"
    return salted_hmac("eastep.agreements.code", value, algorithm="sha256").hexdigest()


def _is_code(invitation: Invitation, code: str) -> bool:
    if not invitation.code_sha256 or invitation.code_sent_at is None:
        return False
    is_fresh = timezone.now() < invitation.code_sent_at + CODE_LASTS
    return constant_time_compare(invitation.code_sha256, _code_hash(invitation, code)) and is_fresh


def _person_of(invitation: Invitation) -> User:
    person = User.objects.filter(email=invitation.email).first() or add_person(
        invitation.email, by=system_user(), preferred_name=invitation.name, language=invitation.language
    )
    if not person.is_active:
        raise Refused(_("This account is closed. Ask whoever invited you."), code="closed")
    _refuse_own_people(invitation.email, invitation.party.other)
    return person


def _in_days(days: int) -> datetime:
    if not 1 <= days <= LONGEST:
        raise Refused(_("An invitation lasts from 1 to {most} days.").format(most=LONGEST), code="too_long")
    return timezone.now() + timedelta(days=days)


def _held(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("party__agreement")
    return rows.get(pk=invitation.pk)


def _to_invite_to(party: Party, inviter: Party) -> Party:
    """The side that a guest will act for. Refused if it can act itself, or cannot know of the agreement."""
    if party.agreement_id != inviter.agreement_id or party.pk == inviter.pk:
        raise Refused(_("A guest is invited from the other side of the same agreement."), code="other_side")
    if inviter.agreement.shared_at is None:
        raise Refused(
            _("Propose or record the agreement first. Until then a guest would see nothing."),
            code="not_shared",
        )
    if has_office(party.institution_id):
        raise Refused(
            _("{partner} works with EASTEP itself, and its office invites nobody through you.").format(
                partner=party.institution
            ),
            code="partner_is_here",
        )
    return party


def _refuse_own_people(email: str, inviter: Party) -> None:
    """Nobody acts for the other side from an address of one's own."""
    own = inviter.institution
    if (
        belongs_to(email, own.domain)
        or Membership.objects.filter(institution=own, user__email=email).exists()
    ):
        raise Refused(
            _("This address belongs to {institution}. Invite a person of the partner.").format(
                institution=own
            ),
            code="own_address",
        )


def _refuse_revoked(invitation: Invitation) -> None:
    if invitation.revoked_at:
        raise Refused(_("This invitation is revoked. Invite the person anew."), code="revoked")


def _refuse_dead(invitation: Invitation) -> None:
    """Whether the link still opens: not revoked, not over, and not used for guessing."""
    if invitation.revoked_at or invitation.expires_at <= timezone.now():
        raise Refused(_("This link does not open any more. Ask whoever sent it to you."), code="dead")
    if invitation.code_tries >= TRIES_OF_A_LINK:
        raise Refused(
            _("Too many wrong codes were given. Ask whoever invited you to send a new link."), code="locked"
        )
