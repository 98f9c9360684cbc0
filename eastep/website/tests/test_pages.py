"""The pages through the whole stack: who sees what, the headers, and that a list asks the database the same whatever its length."""

import pytest
from django.utils.translation import override

from eastep.applications.models import Round
from eastep.core.text import Text
from eastep.institutions.models import Membership
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def waseda():
    return make_institution(code="W")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", dict.fromkeys(["programme", "auditor", "office", "student", "nobody"], 200)),
        ("/rounds/open/", {"programme": 200, "auditor": 403, "office": 200, "student": 403, "nobody": 302}),
        ("/institutions/", {"programme": 200, "auditor": 200, "office": 200, "student": 200, "nobody": 200}),
    ],
)  # fmt: skip
def test_who_may_open_a_page(client, waseda, path, expected):
    people = {
        "programme": make_person(Role.PROGRAMME),
        "auditor": make_person(Role.AUDITOR),
        "office": make_person(Role.OFFICE, waseda),
        "student": make_person(Role.STUDENT, waseda),
        "nobody": None,
    }
    seen = {}
    for who, person in people.items():
        client.logout()
        if person:
            client.force_login(person)
        seen[who] = client.get(path).status_code
    assert seen == expected


def test_every_answer_carries_the_headers(client):
    answer = client.get("/")
    assert answer["Content-Security-Policy"].split("; ")[:3] == [
        "default-src 'none'", "script-src 'self'", "style-src 'self'",
    ]  # fmt: skip
    names = ["X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"]
    assert [answer[name] for name in names] == ["DENY", "nosniff", "same-origin", "same-origin"]
    cookie = client.get("/account/login/").cookies["csrftoken"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize("path", ["/rounds/", "/institutions/"])
def test_a_list_asks_as_much_for_three_rows_as_for_one(client, path, django_assert_num_queries, connection):
    client.force_login(make_person(Role.PROGRAMME))
    Round.objects.create(title="1", seed="1", opened_by=make_person())
    make_institution(code="X1")
    client.get(path)
    with connection as asked_for_one:
        client.get(path)
    for number in (2, 3):
        make_institution(code=f"X{number}")
        Round.objects.create(title=str(number), seed="1", opened_by=make_person())
    with django_assert_num_queries(len(asked_for_one)):
        client.get(path)


@pytest.fixture
def connection():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return CaptureQueriesContext(connection)


def test_home_tells_each_role_what_to_do_next(client, waseda):
    person = make_person(Role.PROGRAMME, language="en")
    for role in (Role.OFFICE, Role.COORDINATOR, Role.STUDENT):
        Membership.objects.create(user=person, role=role, institution=waseda)
    Membership.objects.create(user=person, role=Role.AUDITOR)
    client.force_login(person)
    text = client.get("/").content.decode()
    buttons = [
        "Open a placement round",
        "All placement rounds",
        "Find a partner institution",
        "Check your names",
    ]
    assert [button in text for button in buttons] == [True] * 4


def test_somebody_without_a_role_is_told_whom_to_ask(client):
    client.force_login(make_person(language="en"))
    assert "You have no role yet." in client.get("/").content.decode()


@pytest.mark.parametrize("text", ["試験", "시험", "Test", "しけん"])
def test_an_institution_is_found_on_the_page(client, text):
    make_institution(code="T", reading="しけんだいがく")
    make_institution(code="O", name=Text(en="Other College"))
    client.force_login(make_person(language="en"))
    page = client.get("/institutions/", {"text": text}).content.decode()
    assert ("試験大学" in page, "Other College" in page) == (True, False)


def test_the_page_of_an_institution_has_its_next_terms(client, waseda):
    client.force_login(make_person())
    with override("en"):
        answer = client.get(f"/institutions/{waseda.key}/")
    assert len(answer.context["terms"]) == 4
