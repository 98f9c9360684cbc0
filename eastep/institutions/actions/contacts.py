"""Who can be asked at an institution."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from eastep.core.errors import refuse_stale
from eastep.core.events import record
from eastep.core.permissions import authorise
from eastep.institutions import events
from eastep.institutions.actions.locking import locked
from eastep.institutions.models import Contact, Institution
from eastep.people.models import User

FIELDS = (
    *("role", "role_text", "faculty", "name", "reading", "latin_name"),
    *("email", "phone", "languages", "is_public", "valid_until", "person"),
)


@transaction.atomic
def add_contact(institution: Institution, *, by: User, **given: Any) -> Contact:
    """One more contact, with what is *given* of FIELDS."""
    institution = locked(institution)
    authorise(by, "institutions.add_contact", institution)
    contact = Contact(institution=institution)
    _fill(contact, given)
    contact.save()
    record(events.CONTACT_ADDED, institution, by=by, contact=contact.pk, role=contact.role)
    return contact


@transaction.atomic
def edit_contact(contact: Contact, *, by: User, version: int, **given: Any) -> Contact:
    """Replace what is *given*. *version* is what the person saw; Refused if the contact has gone on.

    What the contact says already changes nothing, whoever saw what.
    """
    contact = locked(contact)
    authorise(by, "institutions.edit_contact", contact.institution)
    changed = [field for field in FIELDS if field in given and getattr(contact, field) != given[field]]
    if not changed:
        return contact
    refuse_stale(contact.version, version)
    _fill(contact, given)
    contact.version += 1
    contact.save()
    record(
        events.CONTACT_EDITED,
        contact.institution,
        by=by,
        contact=contact.pk,
        role=contact.role,
        fields=changed,
    )
    return contact


@transaction.atomic
def remove_contact(contact: Contact, *, by: User) -> None:
    """Forget the contact: the history keeps which role it was, not whose name."""
    contact = locked(contact)
    authorise(by, "institutions.remove_contact", contact.institution)
    record(events.CONTACT_REMOVED, contact.institution, by=by, contact=contact.pk, role=contact.role)
    contact.delete()


def _fill(contact: Contact, given: dict[str, Any]) -> None:
    """Take over what is given; raises ValidationError for what a contact cannot say."""
    for field, value in given.items():
        if field not in FIELDS:
            raise TypeError(f"a contact has no {field}")
        setattr(contact, field, value)
    if contact.faculty and contact.faculty.institution_id != contact.institution_id:
        raise ValidationError({"faculty": _("This faculty belongs to another institution.")})
    contact.full_clean()
