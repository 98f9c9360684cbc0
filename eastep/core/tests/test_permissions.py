from dataclasses import dataclass

import pytest
from django.core.exceptions import PermissionDenied

from eastep.core import permissions
from eastep.core.permissions import Rule, allow, authorise, permitted


@dataclass
class Person:
    name: str
    is_active: bool = True


@Rule
def is_kim(user, subject):
    return user.name == "kim"


@Rule
def owns_it(user, subject):
    return subject == user.name


@pytest.fixture(autouse=True)
def own_table(monkeypatch):
    monkeypatch.setattr(permissions, "_allowed", {})


def test_rules_combine():
    allow("test.read", to=is_kim | owns_it)
    allow("test.write", to=is_kim & owns_it)
    allow("test.other", to=~is_kim)
    kim, lee = Person("kim"), Person("lee")
    assert [permitted(kim, "test.read", "x"), permitted(lee, "test.read", "lee")] == [True, True]
    assert [permitted(kim, "test.write", "x"), permitted(kim, "test.write", "kim")] == [False, True]
    assert [permitted(kim, "test.other"), permitted(lee, "test.other")] == [False, True]


def test_who_may_not_is_stopped_and_who_left_may_nothing():
    allow("test.read", to=is_kim)
    authorise(Person("kim"), "test.read")
    for person in (Person("lee"), Person("kim", is_active=False)):
        with pytest.raises(PermissionDenied):
            authorise(person, "test.read")


def test_a_permission_is_said_once_and_a_misspelt_one_does_not_pass():
    allow("test.read", to=is_kim)
    with pytest.raises(ValueError, match="said twice"):
        allow("test.read", to=owns_it)
    with pytest.raises(KeyError):
        permitted(Person("kim"), "test.raed")
