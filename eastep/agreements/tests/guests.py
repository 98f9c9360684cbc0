"""How guests come in, for the tests."""

import re
from typing import Any

from django.core import mail
from django.test import Client

from eastep.agreements import actions
from eastep.agreements.models import Invitation, Party
from eastep.agreements.tests.factories import make_proposed, office_of
from eastep.people.models import User

JIMIN = {"name": "朴 智旻", "email": "jimin@yonsei.example", "position": "Dean", "language": "ko"}


def make_invitation(side: Party | None = None, **given: Any) -> tuple[Invitation, str]:
    """The office of *side* has invited a person of the other one. The link's token comes, too."""
    side = side or make_proposed()
    return actions.invite(side.other, by=office_of(side.institution), inviter=side, **JIMIN | given)


def code_in_mail() -> str:
    """The code of the newest mail."""
    found = re.search(r"^\d{6}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[0]


def prove(invitation: Invitation) -> User:
    """The invited person has a code sent, and gives it."""
    actions.send_code(invitation)
    return actions.prove_address(invitation, code=code_in_mail())


def come_in(token: str, client: Client) -> Client:
    """The same on the pages, from the link to the agreement."""
    client.get(f"/agreements/guest/{token}/")
    client.post("/agreements/guest/code/")
    client.post("/agreements/guest/", {"code": code_in_mail()})
    return client
