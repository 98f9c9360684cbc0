"""Faculties: added, renamed, and removed only where nothing uses them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from eastep.core.errors import Refused
from eastep.core.events import history, sentences
from eastep.core.text import Text
from eastep.institutions import actions
from eastep.institutions.models import Faculty, Institution
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import (
    make_contact,
    make_faculty,
    make_institution,
    make_person,
)
from eastep.people.actions import system_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def yonsei():
    return make_institution(country="KR", code="Y", name=Text(ko="연세대학교"))


@pytest.fixture
def office(yonsei):
    return make_person(Role.OFFICE, yonsei, preferred_name="박", language="en")


def test_add_rename_and_remove(yonsei, office):
    faculty = actions.add_faculty(yonsei, by=office, name=Text(ko="법과대학"), code="LAW")
    renamed = actions.rename_faculty(
        faculty, by=office, version=1, name=Text(ko="법학전문대학원", en="Law School")
    )
    assert (str(renamed.name), renamed.code, renamed.version) == ("Law School", "", 2)
    actions.remove_faculty(renamed, by=office)
    assert not Faculty.objects.exists()
    assert [sentence for _entry, sentence in sentences(history(yonsei))] == [
        "박 added the faculty 법과대학.",
        "박 changed a faculty: 법과대학 is now Law School. Unit code: –",
        "박 removed the faculty Law School.",
    ]


def test_a_faculty_in_use_stays(yonsei, office):
    faculty = make_faculty(yonsei)
    make_contact(yonsei, faculty=faculty)
    make_contact(yonsei, faculty=faculty)
    with pytest.raises(Refused) as refused:
        actions.remove_faculty(faculty, by=office)
    assert (refused.value.code, str(refused.value)) == (
        "in_use",
        "The faculty is still used: contacts (2). Change that first, or rename the faculty.",
    )
    assert list(Faculty.objects.all()) == [faculty]
    assert not history(yonsei).exists()


def test_a_stale_name_is_refused(yonsei, office):
    faculty = make_faculty(yonsei)
    actions.rename_faculty(faculty, by=office, version=1, name=Text(en="Law"))
    with pytest.raises(Refused) as refused:
        actions.rename_faculty(faculty, by=office, version=1, name=Text(en="Letters"))
    assert refused.value.code == "changed"
    assert actions.rename_faculty(faculty, by=office, version=1, name=Text(en="Law")).version == 2


@pytest.mark.parametrize(
    "given", [{"name": Text()}, {"name": Text(en="Law")}, {"name": Text(en="Other"), "code": "LAW"}]
)
def test_no_nonsensical_faculty(yonsei, office, given):
    make_faculty(yonsei, name=Text(en="Law"), code="LAW")
    with pytest.raises(ValidationError):
        actions.add_faculty(yonsei, by=office, **given)
    assert Faculty.objects.count() == 1


def test_another_institution_may_have_the_same(yonsei, office):
    make_faculty(make_institution(), name=Text(en="Law"), code="LAW")
    assert actions.add_faculty(yonsei, by=office, name=Text(en="Law"), code="LAW").pk


@pytest.mark.parametrize("role", [Role.STUDENT, Role.COORDINATOR, Role.AUDITOR])
def test_others_change_no_faculty(yonsei, role):
    faculty, person = make_faculty(yonsei), make_person(role, yonsei)
    for act in (
        lambda: actions.add_faculty(yonsei, by=person, name=Text(en="x")),
        lambda: actions.rename_faculty(faculty, by=person, version=1, name=Text(en="x")),
        lambda: actions.remove_faculty(faculty, by=person),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_release_adds_no_faculty_where_an_office_has_changed_them():
    actions.load_shipped(by=system_user())
    waseda = Institution.objects.get(key="JP:F113310103581")
    office = make_person(Role.OFFICE, waseda)
    first = waseda.faculties.order_by("pk")[0]
    before = Faculty.objects.count()
    actions.remove_faculty(first, by=office)
    actions.load_shipped(by=system_user())
    assert Faculty.objects.count() == before - 1


# The pages


def test_the_office_on_the_pages(client, yonsei, office):
    client.force_login(office)
    base = f"/institutions/{yonsei.key}/faculties/"
    assert client.post(f"{base}add/", {"name_ja": "法学部", "code": "L"}).url == yonsei.get_absolute_url()
    faculty = Faculty.objects.get()
    answer = client.get(f"{base}{faculty.pk}/rename/")
    assert answer.context["form"].initial == {
        "name_en": "", "name_ja": "法学部", "name_ko": "", "code": "L", "version": 1,
    }  # fmt: skip
    given = {"name_ja": "法学部", "name_ko": "법학부", "version": "1"}
    assert client.post(f"{base}{faculty.pk}/rename/", given).status_code == 302
    assert Faculty.objects.get().name == Text(ja="法学部", ko="법학부")
    stale = client.post(f"{base}{faculty.pk}/rename/", given | {"name_ko": "법과대학"})
    differing = [(row.first, row.second) for row in stale.context["now"] if row.differs]
    assert (stale.status_code, differing) == (409, [("법학부", "법과대학")])
    assert stale.context["form"]["version"].value() == "2"
    assert client.get(f"{base}{faculty.pk}/remove/").status_code == 200
    assert client.post(f"{base}{faculty.pk}/remove/").status_code == 302
    assert not Faculty.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [({}, "name_en"), ({"name_en": "Law"}, "name_en"), ({"name_en": "x", "code": "LAW"}, "code")],
)
def test_errors_stand_beside_the_field(client, yonsei, office, given, field):
    make_faculty(yonsei, name=Text(en="Law"), code="LAW")
    client.force_login(office)
    answer = client.post(f"/institutions/{yonsei.key}/faculties/add/", {"version": "", **given})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_a_faculty_in_use_is_told_on_a_page(client, yonsei, office):
    faculty = make_faculty(yonsei)
    make_contact(yonsei, faculty=faculty)
    client.force_login(office)
    answer = client.post(f"/institutions/{yonsei.key}/faculties/{faculty.pk}/remove/")
    assert (answer.status_code, "contacts (1)" in answer.content.decode()) == (409, True)
