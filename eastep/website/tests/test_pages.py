"""The pages through the whole stack: who sees what, the headers, and that a list asks the database the same whatever its length."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import override

from eastep.applications.models import Outcome, Round
from eastep.core.text import Text
from eastep.institutions.models import Membership
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def waseda():
    return make_institution(code="W")


@pytest.fixture
def round_(waseda):
    admin = make_person(Role.PROGRAMME)
    return Round.objects.create(title="2027", seed="2027", state="placed", opened_by=admin, result=RESULT)


RESULT = {
    "eastep": "2026.1",
    "seed": "2027",
    "inputs": {"places": "0", "applicants": "0"},
    "summary": {
        "applicants": 3,
        "placed": 0,
        "at_choice": {},
        "without_open_choice": 3,
        "dropped": {},
        "flows": [],
    },
    "places": [],
}


def make_outcome(round_, position, home):
    details = {
        "id": f"A{position}", "name": "佐藤 花", "home": home.key, "field": "0311", "level": 6, "gpa": "", "languages": "",
        "score": "80", "lottery": "1", "position": position, "placed": None, "choices": [],
    }  # fmt: skip
    return Outcome.objects.create(
        round=round_, position=position, applicant=f"A{position}", name="佐藤 花", home=home,
        score=Decimal(80), details=details, grams=[],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", dict.fromkeys(["programme", "auditor", "office", "student", "nobody"], 200)),
        ("/rounds/open/", {"programme": 200, "auditor": 403, "office": 403, "student": 403, "nobody": 302}),
        ("/rounds/{round}/", {"programme": 200, "auditor": 200, "office": 404, "student": 404, "nobody": 302}),
        ("/rounds/{round}/applicants/", {"programme": 200, "auditor": 200, "office": 404, "student": 404, "nobody": 302}),
        ("/rounds/{round}/applicants/1/", {"programme": 200, "auditor": 200, "office": 404, "student": 404, "nobody": 302}),
        ("/rounds/{round}/result.json", {"programme": 200, "auditor": 200, "office": 404, "student": 404, "nobody": 302}),
        ("/rounds/{round}/problems.csv", {"programme": 200, "auditor": 200, "office": 404, "student": 404, "nobody": 302}),
        ("/rounds/{round}/replace/", {"programme": 200, "auditor": 403, "office": 404, "student": 404, "nobody": 302}),
        ("/rounds/{round}/discard/", {"programme": 200, "auditor": 403, "office": 404, "student": 404, "nobody": 302}),
        ("/institutions/", {"programme": 200, "auditor": 200, "office": 200, "student": 200, "nobody": 302}),
    ],
)  # fmt: skip
def test_who_may_open_a_page(client, waseda, round_, path, expected):
    make_outcome(round_, 1, waseda)
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
        seen[who] = client.get(path.format(round=round_.pk)).status_code
    assert seen == expected


def test_an_auditor_can_start_nothing(client, round_):
    client.force_login(make_person(Role.AUDITOR))
    assert client.post(f"/rounds/{round_.pk}/start/", {"seed": "1"}).status_code == 403


def test_what_the_state_does_not_allow_is_told_with_409(client, round_):
    Round.objects.filter(pk=round_.pk).update(state="faulty", errors=1)
    client.force_login(make_person(Role.PROGRAMME))
    assert client.post(f"/rounds/{round_.pk}/start/", {"seed": "1"}).status_code == 409


def test_every_answer_carries_the_headers(client):
    answer = client.get("/")
    assert answer["Content-Security-Policy"].split("; ")[:3] == [
        "default-src 'none'", "script-src 'self'", "style-src 'self'",
    ]  # fmt: skip
    names = ["X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"]
    assert [answer[name] for name in names] == ["DENY", "nosniff", "same-origin", "same-origin"]
    cookie = client.get("/account/login/").cookies["csrftoken"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize("path", ["/rounds/{round}/applicants/", "/rounds/", "/institutions/"])
def test_a_list_asks_as_much_for_three_rows_as_for_one(
    client, waseda, round_, path, django_assert_num_queries, connection
):
    client.force_login(make_person(Role.PROGRAMME))
    path = path.format(round=round_.pk)
    make_outcome(round_, 1, waseda)
    client.get(path)
    with connection as asked_for_one:
        client.get(path)
    for number in (2, 3):
        make_outcome(round_, number, waseda)
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


@pytest.mark.parametrize(
    ("state", "button"), [("placing", "Start again"), ("checking", "Replace the sheets")]
)
def test_a_round_whose_job_was_lost_can_be_started_again(client, round_, state, button):
    client.force_login(make_person(Role.PROGRAMME, language="en"))
    path = f"/rounds/{round_.pk}/"
    Round.objects.filter(pk=round_.pk).update(state=state, moved_at=timezone.now())
    assert 'hx-trigger="every 1s"' in client.get(path).content.decode()
    Round.objects.filter(pk=round_.pk).update(moved_at=timezone.now() - timedelta(minutes=16))
    late = client.get(path).content.decode()
    assert (button in late, 'hx-trigger="every 1s"' in late) == (True, False)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"seed": "  "}, 422),
        ({"seed": "x" * 61}, 422),
        ({"seed": "1", "run": "abc"}, 422),
        ({"seed": "1", "run": "9" * 30}, 409),
    ],
)
def test_an_absurd_start_is_answered_and_starts_nothing(client, round_, given, status):
    client.force_login(make_person(Role.PROGRAMME))
    assert client.post(f"/rounds/{round_.pk}/start/", given).status_code == status
    assert Round.objects.get(pk=round_.pk).state == "placed"


def test_a_filter_keeps_the_order_that_was_chosen(client, waseda, round_):
    make_outcome(round_, 1, waseda)
    client.force_login(make_person(Role.PROGRAMME))
    page = client.get(f"/rounds/{round_.pk}/applicants/", {"sort": "-number"}).content.decode()
    assert '<input type="hidden" name="sort" value="-number">' in page
