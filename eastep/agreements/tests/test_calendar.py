"""The calendar of ends: secret, in the person's language, and with nothing but partners and dates."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar
from lxml import html

from eastep.agreements import actions, feed
from eastep.agreements.deadlines import Deadline, deadlines
from eastep.agreements.models import CalendarAddress
from eastep.agreements.tests.factories import (
    TODAY,
    make_agreed,
    make_draft,
    make_proposed,
    make_recorded,
    office_of,
)
from eastep.core.text import Text
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person

END = date(2030, 3, 31)


@pytest.fixture(autouse=True)
def address_of_the_site(settings):
    settings.ADDRESS = "https://eastep.example.org"


@pytest.fixture
def yonsei():
    return make_institution(
        country="KR", code="YONSEI", name=Text(en="Yonsei University", ja="延世大学校", ko="연세대학교")
    )


def entries(person):
    """Day, words and identity of everything in the feed."""
    calendar = Calendar.from_ical(feed.feed(person))
    return [
        (event["dtstart"].dt, str(event["summary"]), str(event["uid"]), str(event["url"]))
        for event in calendar.walk("VEVENT")
    ]


def test_the_end_is_there_with_its_reminders_and_the_last_day_for_a_notice(waseda, yonsei, takasaki):
    agreement = make_agreed(waseda, yonsei, ends_on=END).agreement
    url = f"https://eastep.example.org/agreements/{agreement.pk}/"
    uid = f"agreement-{agreement.pk}-{{}}@eastep.example.org"
    assert entries(takasaki) == [
        (
            date(2029, 3, 31),
            "Agreement with Yonsei University ends in 12 months",
            uid.format("reminder-12"),
            url,
        ),
        (
            date(2029, 9, 30),
            "Agreement with Yonsei University ends in 6 months",
            uid.format("reminder-6"),
            url,
        ),
        (
            date(2029, 12, 31),
            "Agreement with Yonsei University ends in 3 months",
            uid.format("reminder-3"),
            url,
        ),
        (
            date(2029, 9, 30),
            "Agreement with Yonsei University: last day to give notice before its end",
            uid.format("notice"),
            url,
        ),
        (END, "Agreement with Yonsei University ends", uid.format("end"), url),
    ]


def test_each_reads_it_in_their_language_and_from_their_side(waseda, yonsei, takasaki, park):
    make_agreed(waseda, yonsei, ends_on=END)
    takasaki.language, park.language = "ja", "ko"
    assert ["延世大学校" in words for _day, words, _uid, _url in entries(takasaki)] == [True] * 5
    assert ["시험대학교" in words for _day, words, _uid, _url in entries(park)] == [True] * 5


def test_it_is_a_calendar_that_programs_read(waseda, yonsei, takasaki):
    make_agreed(waseda, yonsei, ends_on=END)
    written = feed.feed(takasaki)
    assert [len(line) <= 75 for line in written.split(b"\r\n")] == [True] * written.count(b"\r\n") + [True]
    calendar = Calendar.from_ical(written)
    event = calendar.walk("VEVENT")[-1]
    assert (event["dtend"].dt - event["dtstart"].dt, event["transp"]) == (timedelta(days=1), "TRANSPARENT")
    assert sorted(event) == ["DTEND", "DTSTAMP", "DTSTART", "SUMMARY", "TRANSP", "UID", "URL"]
    assert str(calendar["x-wr-calname"]) == "EASTEP: ends of agreements"
    assert feed.feed(takasaki) == written


def test_a_notice_moves_the_end_and_keeps_its_identity(waseda, yonsei, takasaki):
    side = make_agreed(waseda, yonsei, ends_on=END)
    before = entries(takasaki)[-1]
    ending_on = TODAY() + timedelta(days=400)
    actions.give_notice(side, by=takasaki, ending_on=ending_on, reason="x")
    assert entries(takasaki) == [
        (ending_on, "Agreement with Yonsei University ends, as notice was given", *before[2:])
    ]


@pytest.mark.parametrize(
    ("make", "given", "count"),
    [
        (make_recorded, {}, 5),
        (make_agreed, {"ends_on": None}, 0),
        (make_proposed, {}, 0),
        (make_draft, {}, 0),
    ],
)
def test_what_nobody_has_signed_and_what_has_no_end_is_left_out(waseda, yonsei, takasaki, make, given, count):
    make(waseda, yonsei, **given)
    assert len(entries(takasaki)) == count


def test_only_those_of_a_side_have_its_dates(waseda, yonsei, stranger, auditor):
    make_agreed(waseda, yonsei)
    people = [
        make_person(role, waseda) for role in (Role.OFFICE, Role.COORDINATOR, Role.AUDITOR, Role.STUDENT)
    ]
    assert [len(entries(person)) for person in (*people, stranger, auditor)] == [5, 5, 5, 0, 0, 0]


def test_a_person_of_both_sides_has_each_date_once(waseda, yonsei, takasaki):
    make_agreed(waseda, yonsei)
    takasaki.memberships.create(institution=yonsei, role=Role.OFFICE)
    takasaki.refresh_from_db()
    assert len(entries(takasaki)) == 5


def test_what_ended_long_ago_is_left_out(waseda, yonsei, takasaki, monkeypatch):
    make_agreed(waseda, yonsei, ends_on=END)
    at = {
        day: len(list(feed.dates_of(takasaki, today=day)))
        for day in (END, END + feed.KEPT, END + feed.KEPT * 2)
    }
    assert list(at.values()) == [5, 5, 0]


def test_without_a_notice_period_there_is_no_last_day_for_it():
    days = deadlines(END, notice_months=0, is_ending=False, reminders=(3,))
    assert list(days) == [
        Deadline(kind="reminder", on=date(2029, 12, 31), months=3),
        Deadline(kind="end", on=END),
    ]


def test_the_feed_asks_as_often_for_three_agreements_as_for_one(waseda, takasaki):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            feed.feed(type(takasaki).objects.get(pk=takasaki.pk))
        return len(asked)

    make_agreed(waseda)
    one = queries()
    make_agreed(waseda), make_agreed(waseda)
    assert (len(entries(takasaki)), queries()) == (15, one)


# The address


def test_the_address_is_made_shown_replaced_and_revoked(client, waseda, yonsei, takasaki):
    make_agreed(waseda, yonsei, ends_on=END)
    client.force_login(takasaki)

    def shown():
        answer = client.get("/agreements/calendar/")
        assert answer["Cache-Control"] == "private, no-store"
        return html.fromstring(answer.content).xpath("string(//main//code)")

    def read(address):
        return type(client)().get(address.removeprefix("https://eastep.example.org"))

    assert shown() == ""
    assert client.post("/agreements/calendar/make/")["Location"] == "/agreements/calendar/"
    first = shown()
    assert (
        first == f"https://eastep.example.org/agreements/calendar/{CalendarAddress.objects.get().token}.ics"
    )
    answer = read(first)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"], answer["X-Robots-Tag"]) == (
        200,
        "text/calendar; charset=utf-8",
        "private, no-store",
        "noindex",
    )
    assert answer.content == feed.feed(takasaki)

    client.post("/agreements/calendar/make/")
    second = shown()
    assert (first != second, read(first).status_code, read(second).status_code) == (True, 404, 200)

    client.post("/agreements/calendar/revoke/")
    assert (shown(), read(second).status_code, CalendarAddress.objects.count()) == ("", 404, 0)


def test_the_page_shows_what_comes_next(client, waseda, yonsei, takasaki):
    agreement = make_agreed(waseda, yonsei, ends_on=END).agreement
    client.force_login(takasaki)
    page = html.fromstring(client.get("/agreements/calendar/").content)
    assert page.xpath("//tbody//a/text()")[0] == "Agreement with Yonsei University ends in 12 months"
    assert page.xpath("//tbody//time/@datetime") == [
        *("2029-03-31", "2029-09-30", "2029-09-30", "2029-12-31", "2030-03-31")
    ]
    assert set(page.xpath("//tbody//a/@href")) == {f"/agreements/{agreement.pk}/"}


def test_who_is_not_active_any_more_has_no_calendar(client, takasaki):
    address = actions.make_calendar_address(takasaki, by=takasaki)
    type(takasaki).objects.filter(pk=takasaki.pk).update(is_active=False)
    assert client.get(address.get_absolute_url()).status_code == 404


def test_an_address_is_long_and_nobody_makes_that_of_another(takasaki, park):
    assert len(actions.make_calendar_address(takasaki, by=takasaki).token) >= 43
    with pytest.raises(PermissionDenied):
        actions.make_calendar_address(takasaki, by=park)
    with pytest.raises(PermissionDenied):
        actions.revoke_calendar_address(takasaki, by=park)
    assert list(CalendarAddress.objects.visible_to(park)) == []


def test_office_of_a_partner_reads_its_own_side(waseda, yonsei):
    make_agreed(waseda, yonsei)
    assert "Test University" in entries(office_of(yonsei))[0][1]


@pytest.mark.parametrize("address", ["", "make/", "revoke/"])
def test_the_page_asks_for_a_sign_in(client, address):
    ask = client.post if address else client.get
    assert ask(f"/agreements/calendar/{address}")["Location"].startswith("/account/login/")
