"""People as the tests of this app need them."""

from itertools import count
from typing import Any

from eastep.people.models import User

_numbers = count(1)


def make_person(*roles: str, **given: Any) -> User:
    """A person, with roles in the programme itself."""
    number = next(_numbers)
    person = User.objects.create_user(
        **{"email": f"person{number}@example.org", "preferred_name": f"Person {number}"} | given
    )
    person.__dict__["roles"] = frozenset((None, role) for role in roles)  # memberships are a later app's
    return person
