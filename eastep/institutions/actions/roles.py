"""Who acts for an institution, or for the programme, in which role."""

from django.db import transaction

from eastep.core.events import record
from eastep.core.permissions import authorise
from eastep.institutions import events
from eastep.institutions.actions.locking import locked
from eastep.institutions.models import Institution, Membership
from eastep.institutions.states import Role
from eastep.people.models import User


@transaction.atomic
def give_role(person: User, *, by: User, role: Role, institution: Institution | None = None) -> Membership:
    """Let the person act in *role*; a role that the person has already is left as it is."""
    person = locked(person)
    authorise(by, "institutions.give_role", institution)
    membership, new = Membership.objects.get_or_create(user=person, institution=institution, role=role)
    if new:
        record(events.ROLE_GIVEN, institution or person, by=by, person=person.pk, role=role.value)
    return membership


@transaction.atomic
def take_role(membership: Membership, *, by: User) -> None:
    """End a role."""
    membership = locked(membership)
    authorise(by, "institutions.take_role", membership.institution)
    subject = membership.institution or membership.user
    record(events.ROLE_TAKEN, subject, by=by, person=membership.user_id, role=membership.role)
    membership.delete()
