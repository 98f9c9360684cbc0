"""Waiving one objection: who may, what cannot be, and how the page of the applicant shows it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from eastep.applications import actions, queries
from eastep.applications.models import Round, Waiver
from eastep.applications.records import applicant_record, place_record
from eastep.applications.tests.factories import (
    AUTUMN,
    KOREA,
    WASEDA,
    YONSEI,
    make_applicant,
    make_choice,
    make_place,
)
from eastep.core.errors import Refused
from eastep.core.models import Entry
from eastep.institutions.models import Institution

pytestmark = pytest.mark.django_db
BOTH = (make_choice(), make_choice(host=KOREA), make_choice(start=AUTUMN))


@pytest.fixture
def round_(office):
    """Yonsei asks for TOPIK 6 and a master's student, Korea for nothing; nobody offers the autumn."""
    home = Institution.objects.get(key=WASEDA)
    round_ = actions.open_round(by=office, title="2027", seed="2027", home=home)
    for place in (make_place(language="TOPIK 6", levels=(7,)), make_place(host=KOREA)):
        actions.add_place(round_, by=office, fields=place_record(place))
    return round_


@pytest.fixture
def applicant(round_, office):
    return actions.add_applicant(
        round_, by=office, fields=applicant_record(make_applicant("A1", choices=BOTH))
    )


@pytest.fixture
def page(client, office):
    office.language = "en"
    office.save()
    client.force_login(office)
    return client


def waive(applicant, by, **given):
    asked = {
        "host": YONSEI,
        "start": "2027-spring",
        "length": "term",
        "code": "level",
        "reason": "Taught in English.",
    }
    asked |= given
    asked["host"] = Institution.objects.get(key=asked["host"])
    return actions.waive_objection(applicant, by=by, **asked)


def choices(answer):
    """What the page says of each choice: the rows that are open, the codes against it, the codes waived."""
    return [
        (
            one["rows"],
            [against["code"] for against in one["against"]],
            [waiver.code for waiver, _said in one["waivers"]],
        )
        for one in answer.context["choices"]
    ]


def test_a_waiver_counts_until_it_is_taken_back(round_, office, applicant):
    waiver = waive(applicant, office)
    [waived] = queries.waivers_of(round_)
    assert (waived.applicant, waived.choice, waived.code) == ("A1", BOTH[0], "level")
    actions.end_waiver(waiver, by=office)
    assert queries.waivers_of(round_) == []
    again = waive(applicant, office)
    assert list(Waiver.objects.in_force()) == [again]
    assert list(Entry.objects.order_by("pk").values_list("event", flat=True))[-3:] == [
        "applications.objection_waived", "applications.waiver_ended", "applications.objection_waived",
    ]  # fmt: skip


def test_a_simulation_that_is_there_is_old_after_a_waiver(round_, office, applicant):
    before = Round.objects.get(pk=round_.pk).edition
    actions.end_waiver(waive(applicant, office), by=office)
    assert Round.objects.get(pk=round_.pk).edition == before + 2


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"code": "not_offered"}, "nothing_to_waive"), ({"code": "anything"}, "nothing_to_waive"), ({"code": ""}, "nothing_to_waive"),
        ({"length": "year"}, "no_choice"), ({"start": "2029-spring"}, "no_choice"), ({"host": WASEDA}, "no_choice"),
    ],
)  # fmt: skip
def test_what_cannot_be_waived(office, applicant, given, code):
    with pytest.raises(Refused) as refused:
        waive(applicant, office, **given)
    assert (refused.value.code, Waiver.objects.count()) == (code, 0)


def test_nothing_is_waived_or_taken_back_twice(office, applicant):
    waiver = waive(applicant, office)
    with pytest.raises(Refused) as refused:
        waive(applicant, office)
    assert refused.value.code == "waived"
    actions.end_waiver(waiver, by=office)
    with pytest.raises(Refused) as refused:
        actions.end_waiver(waiver, by=office)
    assert refused.value.code == "ended"


def test_nobody_else_waives_and_nobody_does_in_a_frozen_round(round_, office, programme, auditor, applicant):
    waiver = waive(applicant, office)
    for somebody in (programme, auditor):
        with pytest.raises(PermissionDenied):
            waive(applicant, somebody, code="language_below")
        with pytest.raises(PermissionDenied):
            actions.end_waiver(waiver, by=somebody)
    Round.objects.filter(pk=round_.pk).update(state="frozen")
    for act in (
        lambda: waive(applicant, office, code="language_below"),
        lambda: actions.end_waiver(waiver, by=office),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "frozen"


def test_the_page_tells_of_every_choice_whether_it_is_open(page, office, applicant):
    path = applicant.get_absolute_url()
    assert choices(page.get(path)) == [
        ([], ["level", "language_below"], []), ([2], [], []), ([], ["not_offered"], []),
    ]  # fmt: skip
    waive(applicant, office)
    assert choices(page.get(path))[0] == ([], ["language_below"], ["level"])
    waive(applicant, office, code="language_below")
    assert choices(page.get(path))[0] == ([1], [], ["level", "language_below"])


def test_an_objection_is_waived_on_the_page_with_a_reason_and_taken_back(page, round_, applicant):
    path = applicant.get_absolute_url()
    first, second = _forms(page.get(path), "/waive/")
    assert [form.fields["code"] for form in (first, second)] == ["level", "language_below"]
    sent = {name: value for name, value in first.form_values() if name != "csrfmiddlewaretoken"}
    refused = page.post(f"{path}waive/", sent | {"reason": " "})
    assert (refused.status_code, Waiver.objects.count()) == (422, 0)
    assert page.post(f"{path}waive/", sent | {"reason": "x", "host": "\0"}).status_code == 422
    assert page.post(f"{path}waive/", sent | {"reason": "x", "host": "KR:none"}).status_code == 404
    assert page.post(f"{path}waive/", sent | {"reason": "x", "code": "not_offered"}).status_code == 409
    assert html.fromstring(refused.content).cssselect("details[open] textarea[aria-invalid=true]")
    assert page.post(f"{path}waive/", sent | {"reason": "Taught in English."})["Location"] == path
    answer = page.get(path)
    assert "Taught in English." in answer.content.decode()
    assert "The places are for EQF level 7; the applicant is at level 6." in answer.content.decode()
    [end] = _forms(answer, "/end/")
    assert page.post(end.action)["Location"] == path
    assert [(waiver.code, words.count(",")) for waiver, words in page.get(path).context["ended"]] == [
        ("level", 2)
    ]


def test_a_waiver_for_a_choice_that_is_gone_is_still_shown(page, office, applicant):
    waiver = waive(applicant, office)
    actions.edit_applicant(applicant, by=office, version=1, fields={**applicant.record, "choices": []})
    assert [one for one, _words in page.get(applicant.get_absolute_url()).context["other_waivers"]] == [
        waiver
    ]


def test_further_language_results_count(page, round_, applicant):
    applicant.results = {"TOPIK": "TOPIK 6 2026-05-12"}
    applicant.save()
    answer = page.get(applicant.get_absolute_url())
    assert choices(answer)[0] == ([], ["level"], [])
    assert "TOPIK 6 2026-05-12" in answer.content.decode()


def test_waivers_of_another_round_are_not_found_under_this_one(
    page, client, programme, round_, office, applicant
):
    waiver = waive(applicant, office)
    other = actions.open_round(by=programme, title="other", seed="1", home=None)
    assert page.post(f"/rounds/{other.pk}/waivers/{waiver.pk}/end/").status_code == 404
    client.force_login(programme)
    assert client.post(f"/rounds/{round_.pk}/waivers/{waiver.pk}/end/").status_code == 404
    assert list(Waiver.objects.in_force()) == [waiver]


def test_more_choices_and_waivers_ask_the_database_no_more(page, office, round_):
    def queries_for(id, wishes, *codes):
        fields = applicant_record(make_applicant(id, choices=wishes))
        row = actions.add_applicant(round_, by=office, fields=fields)
        for code in codes:
            waive(row, office, code=code)
        page.get(row.get_absolute_url())
        with CaptureQueriesContext(connection) as asked:
            page.get(row.get_absolute_url())
        return len(asked)

    assert queries_for("B1", BOTH[:1], "level") == queries_for("B2", BOTH, "level", "language_below")


def _forms(answer, part):
    return [form for form in html.fromstring(answer.content).forms if part in (form.get("action") or "")]
