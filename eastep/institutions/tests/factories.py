"""Rows for tests; what is not mentioned has a sensible value."""

from itertools import count
from typing import Any

from eastep.core.text import Text
from eastep.institutions.models import Claim, Contact, Faculty, Institution, Membership
from eastep.institutions.states import ContactRole, Role
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


def make_faculty(institution: Institution, **given: Any) -> Faculty:
    values = {"name": Text(en=f"Faculty {next(_numbers)}")}
    return Faculty.objects.create(institution=institution, **(values | given))


def make_contact(institution: Institution, **given: Any) -> Contact:
    values = {"role": ContactRole.AGREEMENTS, "name": "髙﨑 花", "email": "takasaki@example.ac.jp"}
    return Contact.objects.create(institution=institution, **(values | given))


def make_claim(**given: Any) -> Claim:
    given["institution"] = given.get("institution") or make_institution()
    given["person"] = given.get("person") or make_person()
    return Claim.objects.create(**({"note": "I lead the international office."} | given))
