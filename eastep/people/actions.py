"""What people do with their own record."""

from typing import Any

from django.db import transaction

from eastep.core.events import record
from eastep.core.permissions import authorise
from eastep.people import names
from eastep.people.events import NAMES_EDITED
from eastep.people.models import User
from eastep.people.rules import SYSTEM

NAME_FIELDS = (
    *("family_name", "given_name", "family_reading", "given_reading", "passport_surname"),
    *("passport_given_names", "hanja", "alias", "preferred_name", "given_name_first"),
)


def system_user() -> User:
    """The user whom automatic acts are recorded under; nobody can sign in as it."""
    return User.objects.filter(email=SYSTEM).first() or User.objects.create_user(
        SYSTEM, preferred_name="EASTEP"
    )


@transaction.atomic
def edit_names(person: User, *, by: User, **given: Any) -> User:
    """Replace the forms of the name that are *given*; the forms that the search knows follow."""
    person = User.objects.select_for_update().get(pk=person.pk)
    authorise(by, "people.edit_names", person)
    for field in NAME_FIELDS:
        setattr(person, field, given.get(field, getattr(person, field)))
    person.sort_name = names.sort_key(person)
    person.search_names = names.variants(person)
    person.save(update_fields=[*NAME_FIELDS, "sort_name", "search_names"])
    record(NAMES_EDITED, person, by=by)
    return person


@transaction.atomic
def choose_language(person: User, *, by: User, language: str) -> User:
    """Pages, mail and documents come in *language* from now on."""
    person = User.objects.select_for_update().get(pk=person.pk)
    authorise(by, "people.choose_language", person)
    person.language = language
    person.save(update_fields=["language"])
    return person
