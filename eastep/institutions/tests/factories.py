"""Rows for tests; what is not mentioned has a sensible value."""

from itertools import count
from typing import Any

from eastep.core.text import Text
from eastep.institutions.models import Institution, Membership
from eastep.institutions.states import Role
from eastep.people.models import User

_numbers = count(1)


def make_person(role: Role | None = None, institution: Institution | None = None, **given: Any) -> User:
    person = User.objects.create_user(given.pop("email", f"person{next(_numbers)}@example.org"), **given)
    if role:
        Membership.objects.create(user=person, role=role, institution=institution)
    return person


def make_institution(**given: Any) -> Institution:
    values = {
        "country": "JP",
        "code": f"T{next(_numbers)}",
        "name": Text(en="Test University", ja="試験大学", ko="시험대학교"),
        "sort_key": "test",
    }
    institution = Institution(**(values | given))
    institution.grams = institution.as_university().grams()
    institution.save()
    return institution
