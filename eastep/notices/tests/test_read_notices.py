"""Notices are read by whom they are for."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from eastep.institutions.tests.factories import make_person
from eastep.notices import actions, subjects
from eastep.notices.models import MailChoice, Notice
from eastep.notices.tests.factories import make_entry, make_notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def park(client):
    person = make_person(family_name="朴", given_name="智旻", family_reading="박", language="en")
    client.force_login(person)
    return person


def unread(person):
    return list(Notice.objects.visible_to(person).unread().order_by("pk"))


def test_these_are_read_and_the_others_are_not(park):
    one, two, three = (make_notice(park) for _ in range(3))
    assert actions.read_notices(park, by=park, notices=[one, two]) == 2
    assert actions.read_notices(park, by=park, notices=[one]) == 0
    assert unread(park) == [three]


def test_nobody_reads_for_another(park):
    theirs = make_notice(make_person())
    assert actions.read_notices(park, by=park, notices=[theirs]) == 0
    with pytest.raises(PermissionDenied):
        actions.read_notices(theirs.person, by=park, notices=[theirs])
    with pytest.raises(PermissionDenied):
        actions.read_all(theirs.person, by=park)
    with pytest.raises(PermissionDenied):
        actions.choose_mail(theirs.person, by=park, by_mail=False)
    assert unread(theirs.person) == [theirs]


def test_opening_a_notice_reads_it_and_leads_on(client, park):
    one, other = make_notice(park), make_notice(park)
    answer = client.get(f"/notices/{one.pk}/")
    assert (answer.status_code, answer["Location"], unread(park)) == (302, "/institutions/", [other])


def test_the_notice_of_another_is_not_there(client, park):
    theirs = make_notice(make_person())
    assert client.get(f"/notices/{theirs.pk}/").status_code == 404
    assert client.post(f"/notices/{theirs.pk}/mail-again/").status_code == 404
    assert unread(theirs.person) == [theirs]


def test_the_list_says_what_happened_and_how_many_wait(client, park):
    older, newer = (
        make_notice(park),
        make_notice(park, entry=make_entry(by=make_person(preferred_name="김하나"))),
    )
    actions.read_notices(park, by=park, notices=[older])
    page = html.fromstring(client.get("/notices/").content)
    rows = [(row.xpath("string(a)"), row.xpath("count(span)")) for row in page.xpath("//tbody/tr/th")]
    assert rows == [
        ("김하나 added the person.", 1),
        ("髙﨑 花 added the person.", 0),
    ]  # the badge of what is new
    assert page.xpath("string(//header//a[@class='notices'])").split() == [
        *("Notices", "1", "not", "read", "yet")
    ]
    assert page.xpath("//tbody//th/a/@href") == [f"/notices/{newer.pk}/", f"/notices/{older.pk}/"]


@pytest.mark.parametrize(
    ("language", "said"), [("ja", "髙﨑 花"), ("ko", "髙﨑 花"), ("en", "髙﨑 花 added")]
)
def test_the_words_are_in_the_readers_language(client, park, language, said):
    make_notice(park)
    actions_language = type(park).objects.filter(pk=park.pk)
    actions_language.update(language=language)
    page = html.fromstring(client.get("/notices/").content)
    assert page.get("lang") == language
    assert page.xpath("string(//tbody//th/a)").startswith(said)
    assert ("added" in page.xpath("string(//tbody//th/a)")) == (language == "en")


def test_the_filter_shows_what_is_not_read(client, park):
    older, newer = make_notice(park), make_notice(park)
    actions.read_notices(park, by=park, notices=[older])

    def shown(query):
        page = html.fromstring(client.get(f"/notices/{query}").content)
        return page.xpath("//tbody//th/a/@href")

    links = {notice: f"/notices/{notice.pk}/" for notice in (older, newer)}
    assert (shown("?read=no"), shown("?read=yes"), shown("?read=")) == (
        [links[newer]],
        [links[older]],
        [links[newer], links[older]],
    )


def test_some_and_all_are_marked_as_read(client, park):
    one, two, three = (make_notice(park) for _ in range(3))
    theirs = make_notice(make_person())
    client.post("/notices/read/", {"which": "ticked", "row": [one.pk, theirs.pk]})
    assert (unread(park), unread(theirs.person)) == ([two, three], [theirs])
    assert client.post("/notices/read-all/")["Location"] == "/notices/"
    assert (unread(park), unread(theirs.person)) == ([], [theirs])
    assert client.post("/notices/read/", {"which": "ticked"}).status_code == 422


def test_the_empty_list_says_what_will_stand_there(client, park):
    page = html.fromstring(client.get("/notices/").content)
    assert page.xpath("string(//div[@class='nothing']//strong)") == "No notices yet."
    assert page.xpath("//header//a[@class='notices']//span") == []


def test_mails_are_switched_off_and_on(client, park):
    client.post("/notices/mail/", {})
    off = list(MailChoice.objects.values_list("person", "by_mail"))
    client.post("/notices/mail/", {"by_mail": "on"})
    assert (off, list(MailChoice.objects.values_list("person", "by_mail"))) == (
        [(park.pk, False)],
        [(park.pk, True)],
    )


@pytest.mark.parametrize("address", ["", "1/", "read/", "read-all/", "mail/", "1/mail-again/"])
def test_nobody_sees_notices_without_having_signed_in(client, address):
    ask = client.get if address in ("", "1/") else client.post
    assert ask(f"/notices/{address}")["Location"].startswith("/account/login/")


def test_the_list_asks_as_often_for_three_notices_as_for_one(client, park, monkeypatch):
    monkeypatch.setattr(subjects, "_names", {"people.user": lambda keys: dict.fromkeys(keys, "a person")})
    make_notice(park)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/notices/")
        return len(asked)

    one = queries()
    make_notice(park), make_notice(park)
    assert queries() == one


def test_what_notices_are_about_is_named_by_its_app(client, park, monkeypatch):
    named = []

    def names(keys):
        named.append(sorted(keys))
        return {key: f"No. {key}" for key in keys}

    monkeypatch.setattr(subjects, "_names", {})
    subjects.names_subjects("people.user")(names)
    one, two = make_notice(park), make_notice(park)
    people = [one.entry.subject_id, two.entry.subject_id]
    assert subjects.subjects_of([one.entry, two.entry]) == {
        one.entry.pk: f"No. {people[0]}",
        two.entry.pk: f"No. {people[1]}",
    }
    assert named == [sorted(people)]
    monkeypatch.setattr(subjects, "_names", {})
    assert subjects.subjects_of([one.entry]) == {}
