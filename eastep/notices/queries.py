"""Reads that pages and actions share."""

from eastep.notices.models import MailChoice, Notice
from eastep.people.models import User


def unread_count(person: User) -> int:
    """How many notices wait for *person*: for the top of every page."""
    return Notice.objects.visible_to(person).unread().count()


def wants_mail(person: User) -> bool:
    """Whether *person* gets notices by mail, too; so it is until they choose otherwise."""
    choice = MailChoice.objects.filter(person=person).first()
    return choice.by_mail if choice else True
