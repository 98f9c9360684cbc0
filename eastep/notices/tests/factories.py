"""Rows for tests; what is not mentioned has a sensible value."""

from typing import Any

from django.db import transaction

from eastep.core.events import record
from eastep.core.models import Entry
from eastep.institutions.tests.factories import make_person
from eastep.notices import actions
from eastep.notices.models import Notice
from eastep.people.events import PERSON_ADDED
from eastep.people.models import User


def make_entry(by: User | None = None) -> Entry:
    """Somebody added somebody: an event whose sentence every language has."""
    by = by or make_person(family_name="髙﨑", given_name="花")
    with transaction.atomic():
        return record(PERSON_ADDED, by, by=by)


def make_notice(person: User, **given: Any) -> Notice:
    values: dict[str, Any] = {"url": "/institutions/", "mail": False} | given
    entry = values.pop("entry", None) or make_entry()
    [notice] = actions.tell(entry, people=[person], **values)
    return notice
