"""The list of agreements: who sees which rows, how they are worded, filtered, sorted, chosen, and taken out."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from eastep.agreements import actions
from eastep.agreements.in_short import in_short
from eastep.agreements.models import Agreement, Party
from eastep.agreements.queries import lists
from eastep.agreements.states import Standing
from eastep.agreements.tests.factories import (
    approve,
    both_approve,
    hash_of,
    in_days,
    make_agreed,
    make_content,
    make_draft,
    make_proposed,
    make_recorded,
)
from eastep.core.text import Text
from eastep.institutions.models import Faculty, Institution
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person
from eastep.people.actions import system_user
from eastep.people.models import User

TODAY = timezone.localdate()


def sign_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def stands_now(side: Party) -> Standing:
    return Agreement.objects.get(pk=side.agreement_id).standing()


def names_seen(person: User, address: str = "") -> list[str]:
    """The names in the rows of the list, as they stand."""
    answer = sign_in(person).get(f"/agreements/{address}")
    assert answer.status_code == 200
    return [str(side.partner) for side in answer.context["page"]]


def word(side: Party, *, for_all: bool = False) -> Any:
    rows = lists.with_names(Party.objects.all())
    [row] = in_short([rows.get(pk=side.pk)], today=TODAY, for_all=for_all)
    return row


@pytest.fixture
def seoul() -> Institution:
    return make_institution(
        country="KR", code="SNU", name=Text(en="Seoul", ja="ソウル", ko="서울"), sort_key="seoul"
    )


# Who sees what


def test_each_sees_own_sides_and_nobody_what_is_not_shared(waseda, yonsei, takasaki, park, stranger, auditor):
    draft = make_draft(waseda, yonsei)
    assert [row.pk for row in lists.listed(takasaki)] == [draft.pk]
    assert [list(lists.listed(person)) for person in (park, stranger)] == [[], []]
    assert [row.pk for row in lists.listed(auditor)] == [draft.pk]
    programme = make_person(Role.PROGRAMME)
    assert list(lists.listed(programme)) == []
    actions.propose(draft, by=takasaki, edition=1)
    assert [row.pk for row in lists.listed(park)] == [draft.other.pk]
    assert [row.pk for row in lists.listed(programme)] == [draft.pk]
    assert list(lists.listed(stranger)) == []


def test_who_belongs_to_both_sides_sees_one_row(waseda, yonsei, takasaki):
    side = make_proposed(waseda, yonsei)
    both = make_person(Role.COORDINATOR, waseda)
    both.memberships.create(role=Role.COORDINATOR, institution=yonsei)
    assert [row.pk for row in lists.listed(both)] == [side.pk]


# In words


def test_waiting_is_worded_for_the_side(waseda, yonsei):
    waseda.name, yonsei.name = Text(en="Waseda"), Text(en="Yonsei")
    waseda.save(), yonsei.save()
    side = make_proposed(waseda, yonsei)
    assert [word(side).standing, word(side.other).standing] == ["Waiting for both", "Waiting for both"]
    assert [word(one).next_step for one in (side, side.other)] == ["Read it and decide"] * 2
    approve(side)
    assert [word(side).standing, word(side.other).standing] == ["Waiting for the partner", "Waiting for us"]
    assert [word(side).next_step, word(side.other).next_step] == [
        "The partner decides",
        "Read it and decide",
    ]
    assert word(side, for_all=True).standing == "Waiting for Yonsei"
    assert word(side, for_all=True).name == "Waseda – Yonsei"
    approve(side.other)
    assert [word(side).standing, word(side.other).standing] == ["In effect", "In effect"]


def test_what_is_recorded_says_by_whom(waseda, yonsei, park):
    waseda.name, yonsei.name = Text(en="Waseda"), Text(en="Yonsei")
    waseda.save(), yonsei.save()
    side = make_recorded(waseda, yonsei)
    said = "Recorded by Waseda, not confirmed by Yonsei"
    assert [word(one).more for one in (side, side.other)] == [said, said]
    assert [word(one).standing for one in (side, side.other)] == ["Recorded by one side"] * 2
    assert word(side, for_all=True).more == said
    assert [word(one).next_step for one in (side, side.other)] == [
        "The partner confirms",
        "Check it and confirm",
    ]
    actions.confirm(side.other, by=park, sha256=hash_of(side.agreement))
    assert word(side).next_step == "–"


def test_a_partners_own_draft_of_a_new_version_is_not_told(waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    actions.amend(side, by=takasaki)
    assert [word(side).more, word(side.other).more] == ["New version: draft", ""]
    assert [word(side).next_step, word(side.other).next_step] == ["Finish the draft and propose it", "–"]
    version = side.agreement.versions.get(number=2)
    actions.propose(side, by=takasaki, edition=version.edition)
    assert [word(one).more for one in (side, side.other)] == ["New version: Waiting for both"] * 2
    actions.refuse(side.other, by=park, sha256=hash_of(side.agreement), reason="No")
    assert [word(one).next_step for one in (side, side.other)] == [
        "Finish the draft and propose it",
        "The partner changes the draft",
    ]


def test_places_and_balance_of_both_sides(waseda, yonsei):
    side = make_agreed(waseda, yonsei)
    assert [word(one).places for one in (side, side.other)] == ["3 / 3", "3 / 3"]
    Party.objects.filter(pk=side.pk).update(balance=2)
    Party.objects.filter(pk=side.other.pk).update(balance=-2)
    assert [(word(one).balance, word(one).balance_words) for one in (side, side.other)] == [
        ("+2", "we sent 2 more"),
        ("−2", "the partner sent 2 more"),
    ]
    draft = make_draft(waseda, yonsei, places=None)
    assert (word(draft).places, word(draft).balance_words) == ("– / –", "balanced")


def test_faculties_of_both_sides_stand_beneath_the_partner(waseda, yonsei, takasaki):
    law = Faculty.objects.create(institution=waseda, name=Text(en="Law"))
    trade = Faculty.objects.create(institution=yonsei, name=Text(en="Trade"))
    side = actions.begin_agreement(waseda, by=takasaki, partner=yonsei, faculty=law, partner_faculty=trade)
    assert '<br><span class="quiet">Trade · Law</span>' in sign_in(takasaki).get("/agreements/").text
    assert names_seen(takasaki, f"?faculty={law.pk}") == ["Test University"]
    assert names_seen(takasaki, f"?faculty={trade.pk}") == []
    assert word(side).level == "Between faculties"
    assert str(side.agreement) == "Test University · Law – Test University · Trade"


# Filters


def set_standing(agreement: Agreement, **columns: Any) -> None:
    Agreement.objects.filter(pk=agreement.pk).update(**columns)


def test_the_filter_of_standing_finds_what_the_agreement_says(waseda, yonsei):
    """Brute force: every combination of the columns, on the days around them."""
    agreement = make_draft(waseda, yonsei).agreement
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    for is_agreed in (True, False):
        for open_state in ("", "draft", "proposed", "recorded"):
            for starts_on in (None, yesterday, TODAY, tomorrow):
                for ends_on in (None, yesterday, TODAY, tomorrow):
                    for is_ending in (True, False) if is_agreed else (False,):
                        notice = {"ending_by": waseda, "ending_given_on": yesterday, "ending_on": tomorrow}
                        set_standing(
                            agreement,
                            is_agreed=is_agreed,
                            open_state=open_state,
                            starts_on=starts_on,
                            ends_on=ends_on,
                            **(notice if is_ending else dict.fromkeys(notice)),
                        )
                        standing = Agreement.objects.get(pk=agreement.pk).standing(TODAY)
                        found = [
                            one
                            for one in Standing
                            if Party.objects.filter(lists.stands(one, TODAY), position=1).exists()
                        ]
                        assert found == [standing], (is_agreed, open_state, starts_on, ends_on, is_ending)


def test_filters_of_the_list(waseda, yonsei, seoul, takasaki):
    make_agreed(waseda, yonsei, ends_on=in_days(100))
    other = make_proposed(waseda, seoul)
    actions.set_reference(other, by=takasaki, reference="早-2027/14")
    found = {
        "?text=서울": ["Seoul"],
        "?text=早-2027": ["Seoul"],
        "?text=no such": [],
        "?country=KR": ["Seoul", "Test University"],
        "?country=JP": [],
        "?standing=in_effect": ["Test University"],
        "?standing=proposed": ["Seoul"],
        "?standing=waits_us": ["Seoul"],
        "?standing=waits_partner": ["Seoul"],
        "?standing=ends_3": [],
        "?standing=ends_6": ["Test University"],
        "?field=0421": ["Seoul", "Test University"],
        "?mobility=study": ["Seoul", "Test University"],
        "?mobility=sport": [],
        "?balance=even": ["Seoul", "Test University"],
        "?balance=they_sent": [],
    }
    assert {address: names_seen(takasaki, address) for address in found} == found
    Party.objects.filter(pk=other.pk).update(balance=-3)
    assert names_seen(takasaki, "?balance=they_sent") == ["Seoul"]
    assert names_seen(takasaki, "?balance=even") == ["Test University"]
    assert names_seen(takasaki, "?sort=balance") == ["Seoul", "Test University"]
    assert names_seen(takasaki, "?sort=-partner") == ["Test University", "Seoul"]
    assert names_seen(takasaki, "?sort=end") == ["Test University", "Seoul"]
    assert names_seen(takasaki, "?sort=changed") == ["Seoul", "Test University"]


def test_a_code_that_is_no_field_is_told(takasaki):
    answer = sign_in(takasaki).get("/agreements/?field=abc")
    assert answer.context["filters"].form.errors == {
        "field": ["Write the code of a field, such as 04 or 0421."]
    }


def test_as_many_queries_for_three_rows_as_for_one(waseda, takasaki):
    def asked() -> int:
        client = sign_in(takasaki)
        client.get("/agreements/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/agreements/")
        return len(queries)

    make_agreed(waseda, make_institution(country="KR"))
    one = asked()
    make_proposed(waseda, make_institution(country="KR"))
    make_draft(waseda, make_institution(country="KR"))
    assert asked() == one


def test_a_new_office_reads_how_to_start(takasaki, auditor):
    assert "There are three ways to start." in sign_in(takasaki).get("/agreements/").text
    assert "There are three ways to start." not in sign_in(auditor).get("/agreements/").text


def test_what_is_filtered_is_taken_out(waseda, yonsei, seoul, takasaki):
    make_agreed(waseda, yonsei, starts_on=date(2026, 4, 1), ends_on=date(2031, 3, 31))
    make_proposed(waseda, seoul)
    answer = sign_in(takasaki).get("/agreements/?standing=in_effect&export=xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue())).get_sheet_by_index(0).to_python()
    assert rows[0][:6] == [
        "Partner",
        "Faculties",
        "Own reference number",
        "Level",
        "Standing",
        "More about it",
    ]
    assert [row[:10] for row in rows[1:]] == [
        [
            "Test University",
            "",
            "",
            "Between universities",
            "In effect",
            "",
            date(2026, 4, 1),
            date(2031, 3, 31),
            3,
            3,
        ]
    ]


def test_a_version_that_begins_later_is_in_the_list_from_its_first_day_on(
    waseda, yonsei, takasaki, monkeypatch
):
    side = make_agreed(waseda, yonsei)
    actions.amend(side, by=takasaki)
    content = make_content(waseda, yonsei, places=7, starts_on=in_days(20))
    actions.edit_draft(side, by=takasaki, edition=1, content=content)
    actions.propose(side, by=takasaki, edition=2)
    both_approve(side)
    shown = lambda: Party.objects.get(pk=side.pk).places_out  # noqa: E731
    settle = lambda: actions.settle_begun(by=system_user(), today=timezone.localdate())  # noqa: E731
    settle()
    assert shown() == 3
    later = timezone.now() + timedelta(days=21)
    monkeypatch.setattr(timezone, "now", lambda: later)
    settle()
    assert shown() == 7
    monkeypatch.setattr(timezone, "now", lambda: later + timedelta(days=1))
    settle()
    assert Agreement.objects.get().moved_at == later


# Many at once


def test_confirm_many_asks_first_and_confirms_what_waits(waseda, yonsei, park):
    recorded = [make_recorded(waseda, yonsei) for _n in range(2)]
    proposed = make_proposed(waseda, yonsei)
    client = sign_in(park)
    chosen = {"which": "all", "query": "", "next": "/agreements/?sort=end"}
    answer = client.post("/agreements/confirm/", chosen)
    assert (answer.context["number"], answer.context["left_out"]) == (2, 1)
    assert [stands_now(side) for side in recorded] == [Standing.RECORDED] * 2
    answer = client.post(
        "/agreements/confirm/", {**dict(answer.context["chosen"]), "sure": "yes"}, follow=True
    )
    assert answer.redirect_chain == [("/agreements/?sort=end", 302)]
    assert [str(one) for one in answer.context["messages"]] == [
        "2 agreements were confirmed. They are in effect for both sides."
    ]
    assert [stands_now(side) for side in (*recorded, proposed)] == [
        Standing.IN_EFFECT,
        Standing.IN_EFFECT,
        Standing.PROPOSED,
    ]


def test_what_was_recorded_anew_since_it_was_shown_is_not_confirmed_with_the_others(
    waseda, yonsei, takasaki, park
):
    side, client = make_recorded(waseda, yonsei), sign_in(park)
    make_recorded(waseda, yonsei)
    shown = dict(client.post("/agreements/confirm/", {"which": "all", "query": ""}).context["chosen"])
    version = actions.recall(side, by=takasaki)
    content = make_content(waseda, yonsei, places=99)
    version = actions.edit_draft(side, by=takasaki, edition=version.edition, content=content)
    actions.record_agreement(side, by=takasaki, edition=version.edition, effective_on=in_days(-9))
    again = client.post("/agreements/confirm/", {**shown, "sure": "yes"})
    assert not Agreement.objects.filter(is_agreed=True).exists()
    client.post("/agreements/confirm/", {**dict(again.context["chosen"]), "sure": "yes"})
    assert Agreement.objects.filter(is_agreed=True).count() == 2


def test_renew_many_proposes_what_has_an_end(waseda, yonsei, takasaki):
    ends = make_agreed(waseda, yonsei, ends_on=in_days(80))
    make_agreed(waseda, yonsei, ends_on=None)
    client = sign_in(takasaki)
    answer = client.post("/agreements/renew/", {"which": "all", "query": ""})
    assert (answer.context["number"], answer.context["left_out"]) == (1, 1)
    client.post("/agreements/renew/", {**dict(answer.context["chosen"]), "sure": "yes"})
    assert word(ends).more == "New version: Waiting for both"


@pytest.mark.parametrize("verb", ["confirm", "renew"])
def test_nobody_else_does_it(verb, waseda, yonsei, stranger, auditor):
    make_recorded(waseda, yonsei)
    make_agreed(waseda, yonsei, ends_on=in_days(80))
    before = list(Agreement.objects.order_by("pk").values_list("open_state", "is_agreed"))
    coordinator = make_person(Role.COORDINATOR, yonsei)
    for person in (stranger, auditor, coordinator):
        client = sign_in(person)
        shown = client.post(f"/agreements/{verb}/", {"which": "all", "query": ""}).context["chosen"]
        client.post(f"/agreements/{verb}/", {**dict(shown), "sure": "yes"})
    assert list(Agreement.objects.order_by("pk").values_list("open_state", "is_agreed")) == before


def test_nothing_ticked_is_told(waseda, yonsei, park):
    make_recorded(waseda, yonsei)
    answer = sign_in(park).post("/agreements/confirm/", {"which": "ticked"}, follow=True)
    assert [str(one) for one in answer.context["messages"]] == ["Select at least one row."]
