"""What everybody sees without signing in: the search, the page of an institution, its terms; and no more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eastep.core.text import Text
from eastep.institutions import actions
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import (
    make_contact,
    make_faculty,
    make_institution,
    make_person,
)
from eastep.institutions.views.institutions import FOUND
from eastep.people.actions import system_user
from eastep.ui.listing import PER_PAGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def waseda():
    return make_institution(code="W", name=Text(en="Waseda University", ja="早稲田大学"), sort_key="waseda")


@pytest.mark.parametrize("text", ["わせだ", "Waseda", "와세다", "早稻田", "JP:F113310103581"])
def test_anybody_finds_an_institution_in_any_script(client, text):
    actions.load_shipped(by=system_user())
    page = client.get("/institutions/", {"text": text}).context["page"]
    assert page.rows[0].key == "JP:F113310103581"


def test_the_list_by_country_in_the_readers_words(client, waseda):
    korea = make_institution(country="KR", code="K", name=Text(en="Waseda of Korea"))
    answer = client.get("/institutions/", {"country": "KR"}, headers={"accept-language": "ko"})
    assert list(answer.context["page"]) == [korea]
    assert answer.context["form"].fields["country"].choices[1:] == [("KR", "대한민국"), ("JP", "일본")]
    found = client.get("/institutions/", {"country": "KR", "text": "waseda"}).context["page"]
    assert list(found) == [korea]


def test_a_country_that_is_none_is_said_and_ignored(client, waseda):
    answer = client.get("/institutions/", {"country": "XX"})
    assert (list(answer.context["form"].errors), list(answer.context["page"])) == (["country"], [waseda])


def test_what_is_found_comes_in_pages(client):
    for number in range(PER_PAGE + 3):
        make_institution(name=Text(en=f"Waseda {number:03}"))
    seen, address = [], "?text=waseda"
    for expected in (PER_PAGE, 3):
        page = client.get(f"/institutions/{address}").context["page"]
        assert (len(page.rows), page.count) == (expected, PER_PAGE + 3)
        seen += page.rows
        address = page.next
    assert (len(set(seen)), address, page.previous) == (PER_PAGE + 3, "", "?text=waseda&page=0")
    assert FOUND > PER_PAGE


def test_nothing_found_and_strange_addresses(client, waseda):
    assert "No institution is found." in client.get("/institutions/?text=qqqq").content.decode()
    for query in ("text=was%00eda", "text=waseda&page=x", "text=waseda&page=99", "text=" + "x" * 300):
        assert client.get(f"/institutions/?{query}").status_code == 200
    assert client.get("/institutions/%00/").status_code == 404


def test_the_page_shows_public_facts_only(client, waseda):
    make_faculty(waseda, name=Text(en="School of Law"))
    make_contact(waseda, name="髙﨑 花", email="public@example.jp", phone="+81 3-1234-5678", is_public=True)
    make_contact(waseda, name="朴 智旻", email="internal@example.jp")
    text = client.get(waseda.get_absolute_url()).content.decode()
    shown = ["School of Law", "髙﨑 花", "public@example.jp", "+81 3-1234-5678", "Agreements"]
    hidden = ["朴 智旻", "internal@example.jp", "Add a contact", "People and roles", "Claim this institution"]
    assert [one in text for one in shown + hidden] == [True] * 5 + [False] * 5
    client.force_login(make_person(language="en"))
    text = client.get(waseda.get_absolute_url()).content.decode()
    assert [one in text for one in shown + hidden] == [True] * 5 + [False] * 4 + [True]
    client.force_login(make_person(Role.OFFICE, make_institution(), language="en"))
    text = client.get(waseda.get_absolute_url()).content.decode()
    assert [one in text for one in (shown + hidden)[:9]] == [True] * 7 + [False, False]


def test_the_office_has_its_buttons(client, waseda):
    office = make_person(Role.OFFICE, waseda, language="en")
    client.force_login(office)
    text = client.get(waseda.get_absolute_url()).content.decode()
    buttons = ["Add a contact", "Add a faculty", "Set the dates of terms", "People and roles", "History"]
    assert [one in text for one in [*buttons, "Claim this institution"]] == [True] * 5 + [False]
    text = client.get(make_institution(code="other").get_absolute_url()).content.decode()
    assert [one in text for one in buttons] == [False] * 5


def test_the_terms_are_public(client, waseda):
    answer = client.get(f"/institutions/{waseda.key}/terms/")
    year = timezone.localdate().year
    seasons = [f"{year + later}-{kind}" for later in range(4) for kind in ("spring", "autumn")]
    assert [term.season.code for term in answer.context["terms"]] == seasons


@pytest.mark.parametrize("path", ["", "no:such/", "JP:W/history/", "JP:W/people/", "JP:W/contacts/add/"])
def test_what_nobody_may_open(client, waseda, path):
    expected = {"": 200, "no:such/": 404}.get(path, 302)
    assert client.get(f"/institutions/{path}").status_code == expected


def test_nobody_is_led_to_the_institutions(client, waseda):
    text = client.get("/").content.decode()
    assert ['href="/institutions/"' in text, 'href="/rounds/"' in text] == [True, False]
    client.force_login(make_person())  # a guest without a role, too
    assert 'href="/institutions/"' in client.get("/").content.decode()


def test_the_page_of_an_institution_asks_as_much_for_three_as_for_one(
    client, waseda, django_assert_num_queries
):
    def more() -> None:
        faculty = make_faculty(waseda)
        make_contact(waseda, faculty=faculty, is_public=True)

    for person in (None, make_person(Role.OFFICE, waseda)):
        if person:
            client.force_login(person)
        more()
        client.get(waseda.get_absolute_url())
        with CaptureQueriesContext(connection) as for_one:
            client.get(waseda.get_absolute_url())
        more()
        more()
        with django_assert_num_queries(len(for_one)):
            client.get(waseda.get_absolute_url())


def test_the_lists_ask_as_much_for_three_as_for_one(client, waseda, django_assert_num_queries):
    for path in ("/institutions/", "/institutions/?text=waseda"):
        client.get(path)
        with CaptureQueriesContext(connection) as before:
            client.get(path)
        make_institution(name=Text(en="Waseda"))
        make_institution(name=Text(en="Waseda"))
        with django_assert_num_queries(len(before)):
            client.get(path)
