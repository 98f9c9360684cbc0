"""What people do with their own record."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.core.permissions import authorise
from eastep.people import names
from eastep.people.events import NAMES_EDITED, PERSON_ADDED
from eastep.people.models import SavedView, User
from eastep.people.rules import SYSTEM

NAME_FIELDS = (
    *("family_name", "given_name", "family_reading", "given_reading", "passport_surname"),
    *("passport_given_names", "hanja", "alias", "preferred_name", "given_name_first"),
)
SAVED_VIEWS = 30  # of one list; more would be a list to search through


def system_user() -> User:
    """The user whom automatic acts are recorded under; nobody can sign in as it."""
    return User.objects.filter(email=SYSTEM).first() or User.objects.create_user(
        SYSTEM, preferred_name="EASTEP"
    )


@transaction.atomic
def add_person(email: str, *, by: User, password: str | None = None, **given: Any) -> User:
    """A person who can sign in. Raises ValidationError for a bad address or a weak password, Refused for one taken."""
    authorise(by, "people.add_person")
    validate_email(email)
    if password is not None:
        validate_password(password, User(email=email, **given))
    if User.objects.filter(email=email.strip().lower()).exists():
        raise Refused(_("There is already a person with this e-mail address."), code="address_taken")
    person = User.objects.create_user(email, password, **given)
    record(PERSON_ADDED, person, by=by)
    return person


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


@transaction.atomic
def save_view(person: User, *, by: User, page: str, name: str, query: str) -> SavedView:
    """Keep the filters and the sort in *query* under *name*; what the name stood for is replaced."""
    person = User.objects.select_for_update().get(pk=person.pk)
    authorise(by, "people.save_view", person)
    others = SavedView.objects.filter(user=person, page=page).exclude(name=name)
    if others.count() >= SAVED_VIEWS:
        raise Refused(
            _("You have {number} saved views of this list. Delete one first.").format(number=SAVED_VIEWS),
            code="too_many_views",
        )
    view, _made = SavedView.objects.update_or_create(
        user=person, page=page, name=name, defaults={"query": query}
    )
    return view


@transaction.atomic
def forget_view(view: SavedView, *, by: User) -> None:
    """Delete the saved view."""
    view = SavedView.objects.select_for_update().get(pk=view.pk)
    authorise(by, "people.forget_view", view)
    view.delete()
