"""Telling people, in the product first and by mail second."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from eastep.core.models import Entry
from eastep.core.permissions import authorise
from eastep.notices.mails import mail_of
from eastep.notices.models import MailChoice, Notice
from eastep.notices.states import MAIL, MailState
from eastep.people.models import User


@transaction.atomic
def tell(entry: Entry, *, people: Iterable[User], url: str, key: str = "", mail: bool = True) -> list[Notice]:
    """Tell *people* of *entry*, and mail those who want it. Call it inside the action that recorded the entry.

    It is the product that speaks, so nobody is asked for a permission. Who did it, and who is not active any
    more, is not told. *url* is a path of ours. A person who has a notice of the same *key* gets no second one,
    whatever runs twice. Returns the notices that are new.
    """
    told = {person.pk: person for person in people if person.is_active and person.pk != entry.by_id}
    silent = set(MailChoice.objects.filter(person__in=told, by_mail=False).values_list("person", flat=True))
    new = []
    for person in told.values():
        state = MailState.WAITING if mail and person.pk not in silent else MailState.NONE
        given = {"entry": entry, "url": url, "mail": state}
        if key:
            notice, made = Notice.objects.get_or_create(person=person, key=key, defaults=given)
        else:
            notice, made = Notice.objects.create(person=person, **given), True
        if made:
            new.append(notice)
            if state == MailState.WAITING:
                _defer(notice)
    return new


@transaction.atomic
def read_notices(person: User, *, by: User, notices: Iterable[Notice]) -> int:
    """These notices are read. Says how many were not yet."""
    authorise(by, "notices.read_notices", person)
    keys = [notice.pk for notice in notices]
    return _read(person, keys=keys)


@transaction.atomic
def read_all(person: User, *, by: User) -> int:
    """All that is there is read. Says how many were not yet."""
    authorise(by, "notices.read_notices", person)
    return _read(person)


@transaction.atomic
def choose_mail(person: User, *, by: User, by_mail: bool) -> MailChoice:
    """Whether notices come by mail, too. Those on their way still arrive."""
    authorise(by, "notices.choose_mail", person)
    choice, _made = MailChoice.objects.update_or_create(person=person, defaults={"by_mail": by_mail})
    return choice


@transaction.atomic
def mail_again(notice: Notice, *, by: User) -> Notice:
    """Try once more to mail what could not be delivered."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    authorise(by, "notices.mail_again", notice)
    notice.mail = MAIL.after(notice.mail, "mail_again")
    notice.mail_error = ""
    notice.save(update_fields=["mail", "mail_error"])
    _defer(notice)
    return notice


def mail_notice(notice: Notice) -> None:
    """Send the mail, then note that it is sent. Raises OSError, as the mail server's refusals are.

    The job's lock keeps a second one away meanwhile; no transaction waits for the mail server.
    """
    mail_of(notice).send()
    _move(notice, "send", mailed_at=timezone.now(), mail_error="")


def put_off_mail(notice: Notice, *, reason: str) -> None:
    """It did not work this time; the job will try again."""
    _move(notice, "put_off", mail_error=reason)


def give_up_mail(notice: Notice, *, reason: str) -> None:
    """It did not work, and will not be tried again unless the person asks for it."""
    _move(notice, "give_up", mail_error=reason)


def _read(person: User, **given: list[int]) -> int:
    unread = Notice.objects.visible_to(person).unread()
    if "keys" in given:
        unread = unread.filter(pk__in=given["keys"])
    return unread.update(read_at=timezone.now())


@transaction.atomic
def _move(notice: Notice, verb: str, **values: object) -> None:
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    notice.mail = MAIL.after(notice.mail, verb)
    for field, value in values.items():
        setattr(notice, field, value)
    notice.save(update_fields=["mail", *values])


def _defer(notice: Notice) -> None:
    app.configure_task("notices.mail_notice", queue="mail", lock=f"notices.mail_notice/{notice.pk}").defer(
        notice_id=notice.pk
    )
