"""The edit page: what offices type becomes a content; nothing of it is ever lost."""

import re
from datetime import date

import pytest
from django.http import QueryDict
from django.urls import reverse

from eastep.agreements import actions
from eastep.agreements.content import blank, blank_condition, highest_condition
from eastep.agreements.forms.content import ContentForm
from eastep.agreements.in_words import Words
from eastep.agreements.models import Version
from eastep.agreements.states import VersionState
from eastep.agreements.tests.factories import make_agreed, make_content, make_draft
from eastep.core.text import Text
from eastep.people.actions import system_user
from eastep.standards.actions import load_shipped
from eastep.standards.facts import Standards

WORDS = Words(names={"JP:1": "Waseda University", "KR:2": "Yonsei University"}, standards=Standards.shipped())
CONDITION = {
    "sending": "JP:1",
    "mobility": "study",
    "places": "3",
    "months": "5",
    "terms": ["spring"],
    "levels": ["7", "6"],
    "fields_": "0311; 法学",
    "language": "Ｎ２ 또는 교사 추천",
    "language_is": "recommended",
    "minimum_gpa": "3.0 / 4.5",
}


def before(**given):
    content = blank(
        [("JP:1", Text(en="Waseda University"), None), ("KR:2", Text(en="Yonsei University"), None)],
        starts_on=date(2027, 4, 1),
        ends_on=date(2032, 3, 31),
    )
    return {**content, **given}


def typed(*rows, conditions=None, **given) -> QueryDict:
    """What the browser sends: the fields of the whole, and of the conditions with the ids *rows*."""
    data = QueryDict(mutable=True)
    whole = {
        "edition": "1",
        "known": "2",
        "level": "university",
        "starts_on": "2027-04-01",
        "ends_on": "2032-03-31",
        "notice_months": "6",
        "counts": "stay",
        "expires_after": "3",
        "tolerance": "2",
    }
    data.update(whole | given)
    data.setlist("row", [str(row) for row in rows])
    for row in rows:
        for name, value in (CONDITION | (conditions or {}).get(row, {})).items():
            data.setlist(f"c{row}-{name}", value if isinstance(value, list) else [value])
    return data


def form_of(data: QueryDict, taken: int = 2) -> ContentForm:
    return ContentForm(data, before=before(), words=WORDS, taken=taken)


def test_what_offices_write_becomes_a_content():
    form = form_of(
        typed(1, 3, other_ja="学長が承認する。", conditions={3: {"sending": "KR:2", "blended": "on"}})
    )
    assert form.is_valid(), (form.errors, [one.errors for one in form.conditions])
    condition = {
        "id": 1,
        "sending": "JP:1",
        "receiving": "KR:2",
        "mobility": "study",
        "fields": ["0311", "0421"],
        "field_note": "",
        "levels": [6, 7],
        "terms": ["spring"],
        "places": 3,
        "months": "5",
        "days": "",
        "first_year": None,
        "last_year": None,
        "blended": False,
        "language": "JLPT N2 / Teacher's certificate",
        "language_is": "recommended",
        "minimum_gpa": "3.0/4.5",
        "other": {"en": "", "ja": "", "ko": ""},
    }
    other = condition | {"id": 3, "sending": "KR:2", "receiving": "JP:1", "blended": True}
    assert form.content == before(
        conditions=[condition, other], other={"en": "", "ja": "学長が承認する。", "ko": ""}
    )


def test_what_is_left_empty_says_nothing():
    nothing = dict.fromkeys(("places", "months", "fields_", "language", "minimum_gpa"), "")
    form = form_of(
        typed(1, ends_on="", expires_after="", conditions={1: nothing | {"terms": [], "levels": []}})
    )
    assert form.is_valid()
    content = form.content
    assert (content["ends_on"], content["balance"]["expires_after"]) == (None, None)
    condition = content["conditions"][0]
    said = {
        name: condition[name] for name in ("places", "months", "fields", "language", "minimum_gpa", "levels")
    }
    assert said == {
        "places": None,
        "months": "",
        "fields": [],
        "language": "",
        "minimum_gpa": "",
        "levels": [],
    }


@pytest.mark.parametrize(
    ("field", "written", "remedy"),
    [
        ("fields_", "nonsense", "is not a field of education"),
        ("language", "Klingon", "Known are"),
        ("language", "TOPIK 9", "Possible are"),
        ("minimum_gpa", "3.0", "has no scale"),
        ("minimum_gpa", "9/4.5", "the highest mark"),
        ("places", "0", "greater than or equal to 1"),
        ("places", "many", "whole number"),
        ("months", "-1", "greater than or equal to 0.5"),
        ("field_note", "\u202eevil", "invisible signs"),
    ],
)
def test_an_error_stands_beside_its_field_with_the_remedy(field, written, remedy):
    form = form_of(typed(1, conditions={1: {field: written}}))
    assert not form.is_valid()
    (condition,) = form.conditions
    assert list(condition.errors) == [field]
    assert remedy in str(condition.errors[field])


def test_the_last_day_lies_after_the_first():
    form = form_of(typed(1, ends_on="2027-03-31"))
    assert not form.is_valid()
    assert list(form.errors) == ["ends_on"]


def test_a_content_typed_again_is_the_same():
    content = before()
    content["conditions"][0] |= {
        "places": 3,
        "months": "4.5",
        "fields": ["0311", "0421"],
        "levels": [8],
        "language": "TOPIK 4 / TOEFL iBT 80",
        "minimum_gpa": "3.0/4.5",
    }
    form = ContentForm.of(content, edition=4, words=WORDS, taken=2)
    data = QueryDict(mutable=True)
    data["edition"], data["known"] = "4", "2"
    for one in (form, *form.conditions):
        for field in one:
            value = field.value()
            values = value if isinstance(value, list) else [value]
            data.setlist(field.html_name, [str(each) for each in values if each not in (None, False)])
    data.setlist("row", ["1", "2"])
    again = form_of(data)
    assert again.is_valid(), (again.errors, [one.errors for one in again.conditions])
    assert again.content == content


@pytest.mark.parametrize(
    ("do", "rows", "sending"),
    [
        ("add:KR:2", [1, 2, 6], "KR:2"),
        ("copy:1", [1, 6, 2], "JP:1"),
        ("turn:1", [1, 6, 2], "KR:2"),
        ("remove:1", [2], None),
        ("remove:9", [1, 2], None),
        ("dance", [1, 2], None),
    ],
)
def test_buttons_change_the_conditions_and_lose_nothing(do, rows, sending):
    data = typed(1, 2, do=do, notice_months="not a number", conditions={2: {"language": "Klingon"}})
    form = ContentForm.rearranged(data, before=before(), words=WORDS, taken=5)
    assert [one.number for one in form.conditions] == rows
    assert not form.is_bound
    assert form["notice_months"].value() == "not a number"
    kept = next(one for one in form.conditions if one.number == 2)
    assert kept["language"].value() == "Klingon"
    if sending:
        new = next(one for one in form.conditions if one.number == 6)
        assert new["sending"].value() == sending
        if not do.startswith("add"):
            assert new["places"].value() == "3"


def test_an_id_is_never_given_twice():
    assert highest_condition([before(), before(conditions=[{"id": 7}])]) == 7
    form = form_of(typed(1, 1, 10**8, 3), taken=2)
    assert [one.number for one in form.conditions] == [1, 3]


# The page


@pytest.fixture
def _standards():
    load_shipped(by=system_user())


def sent(side, rows=(1, 2), **given):
    """The same for *side*, as the test client takes it."""
    data = typed(*rows, **given)
    for row in rows:
        data[f"c{row}-sending"] = side.institution.key if row == 1 else side.partner.key
    return dict(data.lists())


@pytest.mark.usefixtures("_standards")
def test_saving_and_going_on_to_propose(client, waseda, yonsei, takasaki):
    side = make_draft(waseda, yonsei)
    client.force_login(takasaki)
    address = reverse("edit_agreement", args=[side.agreement_id])
    assert client.get(address).status_code == 200
    response = client.post(address, sent(side, then="propose"))
    assert response["Location"] == reverse("propose_version", args=[side.agreement_id])
    content = Version.objects.get().content
    assert [one["language"] for one in content["conditions"]] == ["JLPT N2 / Teacher's certificate"] * 2


@pytest.mark.usefixtures("_standards")
def test_errors_keep_what_was_typed(client, waseda, yonsei, takasaki):
    side = make_draft(waseda, yonsei)
    client.force_login(takasaki)
    data = sent(side)
    data["c2-minimum_gpa"] = ["3.0"]
    response = client.post(reverse("edit_agreement", args=[side.agreement_id]), data)
    assert response.status_code == 422
    assert "has no scale" in response.content.decode()
    assert 'value="3.0"' in response.content.decode()


@pytest.mark.usefixtures("_standards")
def test_the_second_of_two_editors_sees_both_texts_and_may_save_over_it(client, waseda, yonsei, takasaki):
    side = make_draft(waseda, yonsei)
    meanwhile = make_content(waseda, yonsei, places=9, notice_months=12)
    actions.edit_draft(side, by=takasaki, edition=1, content=meanwhile)
    client.force_login(takasaki)
    address = reverse("edit_agreement", args=[side.agreement_id])
    response = client.post(address, sent(side))
    assert response.status_code == 409
    said = response.content.decode()
    assert "There now" in said
    assert "12 months" in said
    assert "Teacher&#x27;s certificate" in said
    assert 'name="edition" value="2"' in said
    assert Version.objects.get().content == meanwhile
    response = client.post(address, sent(side, edition="2"))
    assert response.status_code == 302
    assert Version.objects.get().content["notice_months"] == 6


@pytest.mark.usefixtures("_standards")
def test_conditions_that_both_editors_add_are_both_kept(client, waseda, yonsei, takasaki):
    side = make_draft(waseda, yonsei)
    theirs = make_content(waseda, yonsei)
    theirs["conditions"].append(blank_condition(yonsei.key, waseda.key, number=3) | {"mobility": "sport"})
    actions.edit_draft(side, by=takasaki, edition=1, content=theirs)
    client.force_login(takasaki)
    data = sent(side, rows=(1, 2, 3), conditions={3: {"mobility": "teaching"}})
    said = client.post(reverse("edit_agreement", args=[side.agreement_id]), data).content.decode()
    assert re.findall(r'name="row" value="(\d+)"', said) == ["1", "2", "4", "3"]
    chosen = re.findall(r'name="c(\d)-mobility".*?<option value="(\w+)" selected', said, re.DOTALL)
    assert chosen == [("1", "study"), ("2", "study"), ("4", "teaching"), ("3", "sport")]


@pytest.mark.usefixtures("_standards")
def test_what_was_typed_survives_a_proposal_meanwhile(client, waseda, yonsei, takasaki):
    side = make_draft(waseda, yonsei)
    actions.propose(side, by=takasaki, edition=1)
    client.force_login(takasaki)
    address = reverse("edit_agreement", args=[side.agreement_id])
    response = client.post(address, sent(side, other_ko="朴 총장이 승인한다"))
    assert response.status_code == 409
    assert "朴 총장이 승인한다" in response.content.decode()
    assert client.get(address).status_code == 302
    assert Version.objects.get().state == VersionState.PROPOSED


@pytest.mark.usefixtures("_standards")
def test_a_condition_that_was_taken_out_once_does_not_lend_its_id(client, waseda, yonsei, takasaki):
    side = make_agreed(waseda, yonsei)
    actions.amend(side, by=takasaki)
    client.force_login(takasaki)
    address = reverse("edit_agreement", args=[side.agreement_id])
    data = sent(side)
    data["row"] = ["1"]
    assert client.post(address, data).status_code == 302
    data["do"] = f"add:{waseda.key}"
    assert 'name="row" value="3"' in client.post(address, data).content.decode()
