"""Who acts for an institution: its office reads it, the programme changes it, the history says it in words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from eastep.core.events import history, sentences
from eastep.institutions import actions
from eastep.institutions.models import Membership
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def waseda():
    return make_institution(code="W")


@pytest.fixture
def programme():
    return make_person(Role.PROGRAMME, preferred_name="髙﨑", language="en")


def test_the_history_says_who_got_which_role(waseda, programme, django_assert_num_queries):
    park = make_person(family_name="박", given_name="지민")
    membership = actions.give_role(park, by=programme, role=Role.OFFICE, institution=waseda)
    actions.take_role(membership, by=programme)
    with django_assert_num_queries(2):  # the entries with who did it, and all people whom they name
        told = [sentence for _entry, sentence in sentences(history(waseda))]
    assert told == [
        "髙﨑 gave 박지민 the role “International office”.",
        "髙﨑 took the role “International office” away from 박지민.",
    ]
    with override("ja"):
        first = sentences(history(waseda))[0][1]
        assert (str(Role.OFFICE.label) in first, "office" in first) == (True, False)


def test_a_role_in_the_programme_is_in_the_history_of_the_person(programme):
    park = make_person(preferred_name="朴")
    actions.give_role(park, by=programme, role=Role.AUDITOR)
    assert [sentence for _entry, sentence in sentences(history(park))] == ["髙﨑 gave 朴 the role “Auditor”."]


def test_somebody_who_was_erased_has_no_name(waseda, programme):
    park = make_person()
    actions.give_role(park, by=programme, role=Role.OFFICE, institution=waseda)
    park.delete()
    told = [sentence for _entry, sentence in sentences(history(waseda))]
    assert told == ["髙﨑 gave somebody whose record was erased the role “International office”."]


# The pages


def test_who_may_open_the_pages(client, waseda, programme):
    people = {
        "programme": programme,
        "auditor": make_person(Role.AUDITOR),
        "office": make_person(Role.OFFICE, waseda),
        "other office": make_person(Role.OFFICE, make_institution()),
        "coordinator": make_person(Role.COORDINATOR, waseda),
        "guest": make_person(),
    }
    seen = {}
    for who, person in people.items():
        client.force_login(person)
        pages = [client.get(f"/institutions/{waseda.key}/{page}/") for page in ("people", "history")]
        seen[who] = [page.status_code for page in pages]
    yes, no = [200, 200], [403, 403]
    assert seen == {
        "programme": yes, "auditor": yes, "office": yes, "other office": no, "coordinator": no, "guest": no,
    }  # fmt: skip


def test_the_page_lists_who_acts_and_no_students(client, waseda):
    office, coordinator = make_person(Role.OFFICE, waseda), make_person(Role.COORDINATOR, waseda)
    make_person(Role.STUDENT, waseda)
    make_person(Role.OFFICE, make_institution())
    client.force_login(office)
    answer = client.get(f"/institutions/{waseda.key}/people/")
    assert {one.user for one in answer.context["page"]} == {office, coordinator}
    assert ["Give a role" in answer.content.decode(), answer.context["form"]] == [False, None]


def test_the_programme_gives_and_takes_a_role(client, waseda, programme):
    person = make_person(email="park@example.ac.kr")
    client.force_login(programme)
    base = f"/institutions/{waseda.key}/people/"
    given = {"email": " Park@Example.ac.kr ", "role": "coordinator"}
    assert client.post(f"{base}give/", given).url == base
    membership = Membership.objects.get(user=person)
    assert (membership.institution, membership.role) == (waseda, "coordinator")
    assert client.get(f"{base}{membership.pk}/take/").status_code == 200
    assert client.post(f"{base}{membership.pk}/take/").url == base
    assert not person.memberships.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": "nobody@example.org"}, "email"),
        ({"email": "park"}, "email"),
        ({"role": "programme"}, "role"),
        ({"role": ""}, "role"),
    ],
)
def test_errors_stand_beside_the_field(client, waseda, programme, given, field):
    make_person(email="park@example.ac.kr")
    client.force_login(programme)
    usual = {"email": "park@example.ac.kr", "role": "office"}
    answer = client.post(f"/institutions/{waseda.key}/people/give/", usual | given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_the_office_gives_and_takes_nothing(client, waseda):
    office, other = make_person(Role.OFFICE, waseda), make_person(Role.COORDINATOR, waseda)
    client.force_login(office)
    base = f"/institutions/{waseda.key}/people/"
    give = client.post(f"{base}give/", {"email": other.email, "role": "office"})
    take = client.post(f"{base}{other.memberships.get().pk}/take/")
    assert (give.status_code, take.status_code, other.memberships.count()) == (403, 403, 1)


@pytest.mark.parametrize("page", ["people", "history"])
def test_a_list_asks_as_much_for_three_as_for_one(client, waseda, programme, django_assert_num_queries, page):
    def give() -> None:
        actions.give_role(make_person(), by=programme, role=Role.OFFICE, institution=waseda)

    client.force_login(programme)
    give()
    client.get(f"/institutions/{waseda.key}/{page}/")
    with CaptureQueriesContext(connection) as for_one:
        client.get(f"/institutions/{waseda.key}/{page}/")
    give()
    give()
    with django_assert_num_queries(len(for_one)):
        client.get(f"/institutions/{waseda.key}/{page}/")
