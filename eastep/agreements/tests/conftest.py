"""The people of these tests."""

import pytest

from eastep.institutions.models import Institution
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person
from eastep.people.models import User


@pytest.fixture(autouse=True)
def database(db):
    """Every test here looks into the database."""


@pytest.fixture
def waseda() -> Institution:
    return make_institution(code="WASEDA")


@pytest.fixture
def yonsei() -> Institution:
    return make_institution(country="KR", code="YONSEI")


@pytest.fixture
def takasaki(waseda) -> User:
    """International office at Waseda."""
    return make_person(Role.OFFICE, waseda, family_name="髙﨑", given_name="愛子")


@pytest.fixture
def park(yonsei) -> User:
    """International office at Yonsei."""
    return make_person(Role.OFFICE, yonsei, family_name="박", given_name="지민", hanja="朴智旻")


@pytest.fixture
def stranger() -> User:
    """The office of an institution that has nothing to do with it."""
    return make_person(Role.OFFICE, make_institution(code="THIRD"))


@pytest.fixture
def auditor() -> User:
    """Of the programme: reads everything and changes nothing."""
    return make_person(Role.AUDITOR)
