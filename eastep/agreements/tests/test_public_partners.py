"""What everybody may know: who exchanges with whom, by the agreements in effect."""

from datetime import date

import pytest

from eastep.agreements import actions
from eastep.agreements.content import blank_condition
from eastep.agreements.public import Exchange, exchanges, faculties
from eastep.agreements.tests.factories import (
    TODAY,
    hash_of,
    in_days,
    make_agreed,
    make_content,
    make_draft,
    make_proposed,
    make_recorded,
    office_of,
)
from eastep.core.text import Text
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person
from eastep.people.actions import system_user
from eastep.standards.actions import load_shipped


@pytest.fixture
def korea(db):
    return make_institution(
        country="KR",
        code="KOREA",
        name=Text(en="Korea University", ja="高麗大学校", ko="고려대학교"),
        sort_key="korea",
    )


@pytest.fixture
def standards(db):
    load_shipped(by=system_user())


def partners_on(client, url):
    shown = client.get(url)
    assert shown.status_code == 200
    return [(str(row["party"].institution), str(row["party"].partner)) for row in shown.context["told"]]


def test_only_what_is_in_effect_today_stands_there(client, waseda, yonsei, korea):
    make_agreed(waseda, korea)
    make_agreed(waseda, yonsei, ends_on=in_days(-1))
    make_agreed(waseda, yonsei, starts_on=in_days(30))
    make_draft(waseda, yonsei)
    make_proposed(waseda, yonsei)
    make_recorded(waseda, yonsei)
    assert partners_on(client, f"/agreements/partners/{waseda.key}/") == [
        ("Test University", "Korea University")
    ]
    assert partners_on(client, f"/agreements/partners/{korea.key}/") == [
        ("Korea University", "Test University")
    ]
    assert partners_on(client, f"/agreements/partners/{yonsei.key}/") == []


def test_after_the_last_day_by_notice_it_is_gone(client, waseda, korea):
    side = make_agreed(waseda, korea)
    type(side.agreement).objects.update(
        ending_by=waseda, ending_given_on=in_days(-200), ending_on=in_days(-1), ends_on=in_days(-1)
    )
    assert partners_on(client, f"/agreements/partners/{waseda.key}/") == []


def secretive(waseda, korea):
    """An agreement in effect that says everything, with marks for what is nobody else's."""
    content = make_content(waseda, korea, places=7731)
    content["other"] = {"en": "SECRET-TERMS", "ja": "", "ko": ""}
    content["balance"] = {"counts": "stay", "expires_after": 3, "tolerance": 7732}
    for condition in content["conditions"]:
        condition |= {
            "minimum_gpa": "3.77/4.5",
            "language": "TOPIK 6",
            "months": "77",
            "field_note": "SECRET-NOTE",
            "fields": ["0421"],
            "levels": [6, 7],
            "other": {"en": "SECRET-CONDITION", "ja": "", "ko": ""},
        }
    office = office_of(waseda)
    side = actions.begin_agreement(waseda, by=office, partner=korea, content=content)
    actions.record_agreement(side, by=office, edition=1, effective_on=date(TODAY().year - 1, 4, 1))
    actions.confirm(side.other, by=office_of(korea), sha256=hash_of(side.agreement))
    return side


def test_everybody_sees_these_facts_and_no_others(client, waseda, korea, standards, stranger, auditor):
    side = secretive(waseda, korea)
    office = side.agreement.made_by
    actions.set_reference(side, by=office, reference="SECRET-NUMBER")
    actions.change_signatory(side, by=office, name="SECRET-NAME", position="SECRET-POSITION")
    student = make_person(Role.STUDENT, waseda)
    pages = set()
    for person in (None, student, stranger):
        if person:
            client.force_login(person)
            assert client.get(f"/agreements/{side.agreement_id}/").status_code == 404
        shown = client.get(f"/agreements/partners/{waseda.key}/")
        [row] = shown.context["told"]
        pages.add(str(row))
        text = shown.content.decode()
        for secret in ("SECRET", "773", "3.77", "TOPIK", ">77<", str(office)):
            assert secret not in text
    assert len(pages) == 1
    assert (str(row["level"]), row["faculty"], row["partner_faculty"]) == ("Between universities", None, None)
    assert row["exchanges"] == [
        {
            "mobility": "Study",
            "direction": "Outgoing and incoming",
            "fields": "0421 Law",
            "levels": "Bachelor, Master",
            "terms": "Spring, Autumn",
        }
    ]


def test_what_is_equal_both_ways_is_said_once():
    there, back = blank_condition("JP:A", "KR:B"), blank_condition("KR:B", "JP:A", number=2)
    other = {**blank_condition("KR:B", "JP:A", number=3), "mobility": "teaching", "levels": [8], "terms": []}
    content = {"conditions": [there, back, other]}
    study = {"mobility": "study", "fields": (), "levels": (), "terms": ("spring", "autumn")}
    teaching = {"mobility": "teaching", "fields": (), "levels": (8,), "terms": ()}
    assert exchanges(content, "JP:A") == [
        Exchange(outgoing=True, incoming=True, **study),
        Exchange(outgoing=False, incoming=True, **teaching),
    ]
    assert exchanges(content, "KR:B") == [
        Exchange(outgoing=True, incoming=True, **study),
        Exchange(outgoing=True, incoming=False, **teaching),
    ]


def test_faculties_are_told_from_each_side():
    law = {"en": "Law", "ja": "法学部", "ko": "법과대학"}
    content = {"parties": [{"institution": "JP:A", "faculty": law}, {"institution": "KR:B", "faculty": None}]}
    assert (faculties(content, "JP:A"), faculties(content, "KR:B")) == ((law, None), (None, law))


@pytest.mark.parametrize("text", ["Korea Univ", "高麗", "고려대", "korea"])
def test_a_partner_is_found_in_any_script(client, waseda, yonsei, korea, text):
    make_agreed(waseda, korea)
    make_agreed(waseda, yonsei)
    found = partners_on(client, f"/agreements/partners/{waseda.key}/?text={text}")
    assert ("Test University", "Korea University") in found
    assert partners_on(client, f"/agreements/partners/{waseda.key}/?text=nowhere") == []


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("country=KR", 2),
        ("country=JP", 0),
        ("field=042", 2),
        ("field=06", 1),
        ("mobility=study", 2),
        ("mobility=sport", 0),
    ],
)
def test_the_filters(client, waseda, yonsei, korea, standards, query, number):
    secretive(waseda, korea)  # of law alone
    make_agreed(waseda, yonsei)  # of any field
    assert len(partners_on(client, f"/agreements/partners/{waseda.key}/?{query}")) == number


def test_where_one_can_go_from_everywhere(client, waseda, yonsei, korea):
    make_agreed(waseda, korea)
    make_agreed(waseda, yonsei)
    assert len(partners_on(client, "/agreements/partners/")) == 4
    assert partners_on(client, f"/agreements/partners/?home={korea.key}") == [
        ("Korea University", "Test University")
    ]
    assert len(partners_on(client, "/agreements/partners/?country=JP")) == 2


def test_an_unknown_institution_is_not_there(client):
    assert client.get("/agreements/partners/KR:nowhere/").status_code == 404


def test_an_empty_list_says_so(client, waseda):
    assert (
        "No agreement is in effect here yet."
        in client.get(f"/agreements/partners/{waseda.key}/").content.decode()
    )
    assert (
        "No agreement is found."
        in client.get(f"/agreements/partners/{waseda.key}/?country=KR").content.decode()
    )


def test_in_another_language(client, waseda, korea):
    make_agreed(waseda, korea)
    page = client.get(
        f"/agreements/partners/{waseda.key}/", headers={"accept-language": "ko"}
    ).content.decode()
    assert "고려대학교" in page


@pytest.mark.parametrize("url", ["/agreements/partners/", "/agreements/partners/{key}/"])
def test_three_cost_as_much_as_one(client, waseda, yonsei, korea, standards, django_assert_num_queries, url):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_agreed(waseda, korea)
    url = url.format(key=waseda.key)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    make_agreed(waseda, yonsei)
    make_agreed(waseda, make_institution(country="KR"))
    with django_assert_num_queries(len(one)):
        client.get(url)


def test_since_when_is_that_of_the_first_version(client, waseda, korea):
    side = make_agreed(waseda, korea)
    [row] = client.get(f"/agreements/partners/{waseda.key}/").context["told"]
    agreement = row["party"].agreement
    assert (agreement.starts_on, agreement.ends_on) == (date(TODAY().year - 1, 4, 1), side.agreement.ends_on)
