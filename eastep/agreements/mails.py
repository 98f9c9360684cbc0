"""Mails to people who have no account: the link, and the code that proves the address. In their own language."""

from __future__ import annotations

from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from eastep.agreements.models import Invitation
from eastep.notices.mails import absolute


def link_of(token: str) -> str:
    """The whole address that the invited person opens."""
    return absolute(reverse("guest_link", args=[token]))


def invitation_mail(invitation: Invitation, token: str) -> EmailMessage:
    """Who invites to what, and the link."""
    with translation.override(invitation.language):
        subject = _("{institution} invites you to an agreement").format(institution=invitation.party.partner)
        return _mail(invitation, subject, "agreements/guests/mail_invitation.txt", {"link": link_of(token)})


def code_mail(invitation: Invitation, code: str, *, minutes: int) -> EmailMessage:
    """The code, and how long it holds. It leads nowhere: whoever reads it alone can do nothing with it."""
    with translation.override(invitation.language):
        subject = _("Your code for EASTEP: {code}").format(code=code)
        context = {"code": code, "minutes": minutes}
        return _mail(invitation, subject, "agreements/guests/mail_code.txt", context)


def _mail(invitation: Invitation, subject: str, template: str, context: dict[str, Any]) -> EmailMessage:
    body = render_to_string(template, {**context, "invitation": invitation, "party": invitation.party})
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body,
        to=[invitation.email],
        headers={"Auto-Submitted": "auto-generated", "Content-Language": invitation.language},
    )
