"""Who accepted the place of a frozen result, and who declined it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from eastep.applications import actions, queries
from eastep.applications.models import PlaceAnswer
from eastep.applications.states import Answer
from eastep.applications.tests.factories import KYOTO, WASEDA, make_applicant, make_place
from eastep.applications.tests.following import frozen, said
from eastep.applications.tests.rounds import institution
from eastep.applications.tests.simulations import computed, make_round, moved
from eastep.core.errors import Refused
from eastep.core.events import history, sentence
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_person


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_answers_are_entered_changed_and_recorded(programme):
    """Rows 1 and 2 have one place each: a and b hold them, c has none."""
    round_ = frozen(programme)
    assert actions.enter_answers(round_, by=programme, applicants=["b", "a"], answer=Answer.ACCEPTED) == 2
    assert actions.enter_answers(round_, by=programme, applicants=["b"], answer=Answer.DECLINED) == 1
    assert said(round_) == {"a": "accepted", "b": "declined"}
    entries = list(history(round_).order_by("pk"))[-2:]
    assert [sentence(entry) for entry in entries] == [
        "髙﨑 花 entered that these accepted their place: a, b.",
        "髙﨑 花 entered that these declined their place: b.",
    ]
    assert [(entry.event, entry.facts["all"]) for entry in entries] == [
        ("applications.places_accepted", ["a", "b"]),
        ("applications.places_declined", ["b"]),
    ]
    assert queries.answer_figures(queries.frozen_of(round_)) == {
        "placed": 2,
        "accepted": 1,
        "declined": 1,
        "none": 0,
    }


def test_answers_are_taken_back(programme):
    round_ = frozen(programme, answers={"accepted": ["a"], "declined": ["b"]})
    assert actions.take_back_answers(round_, by=programme, applicants=["b", "c"]) == 1
    assert said(round_) == {"a": "accepted"}
    assert history(round_).order_by("-pk")[0].facts["all"] == ["b"]
    assert actions.take_back_answers(round_, by=programme, applicants=["b"]) == 0
    assert history(round_).order_by("-pk")[0].facts["all"] == ["b"]  # nothing happened, nothing recorded
    assert history(round_).filter(event="applications.answers_taken_back").count() == 1


def test_only_those_who_were_placed_can_answer_and_it_is_all_or_nothing(programme):
    round_ = frozen(programme)
    with pytest.raises(Refused, match="no place in the frozen result: c, z") as refused:
        actions.enter_answers(round_, by=programme, applicants=["a", "z", "c"], answer=Answer.ACCEPTED)
    assert (refused.value.code, said(round_)) == ("not_placed", {})


@pytest.mark.parametrize("verb", ["enter_answers", "take_back_answers"])
def test_only_who_is_in_charge_answers_for_them(programme, office, auditor, verb):
    round_ = frozen(programme)
    given = {"answer": Answer.ACCEPTED} if verb == "enter_answers" else {}
    for person in (office, auditor, make_person(Role.OFFICE, institution(KYOTO))):
        with pytest.raises(PermissionDenied):
            getattr(actions, verb)(round_, by=person, applicants=["a"], **given)


@pytest.mark.parametrize("verb", ["enter_answers", "take_back_answers"])
def test_nothing_is_answered_before_the_freezing_or_after_a_second_round(programme, verb):
    given = {"answer": Answer.ACCEPTED} if verb == "enter_answers" else {}
    round_ = make_round(programme)
    with pytest.raises(Refused) as refused:
        getattr(actions, verb)(round_, by=programme, applicants=["a"], **given)
    assert refused.value.code == "not_frozen"
    actions.freeze_round(round_, by=programme, simulation=computed(round_, programme))
    actions.open_second_round(round_, by=programme, title="Second")
    with pytest.raises(Refused, match="“Second” has begun") as refused:
        getattr(actions, verb)(round_, by=programme, applicants=["a"], **given)
    assert refused.value.code == "followed"


def test_unfreezing_keeps_the_answers_and_they_count_as_older_than_the_next_result(programme):
    round_ = frozen(programme, answers={"accepted": ["a"], "declined": ["b"]})
    first = queries.frozen_of(round_).simulation
    actions.unfreeze_round(round_, by=programme, reason="A place more")
    assert said(round_) == {"a": "accepted", "b": "declined"}
    other = moved(computed(round_, programme, "Other"), programme, "b", None)
    assert first != other
    actions.freeze_round(round_, by=programme, simulation=other)
    again = queries.frozen_of(round_)
    assert list(queries.answered_before(again).values_list("applicant", flat=True)) == ["a"]
    assert queries.answer_figures(again) == {"placed": 2, "accepted": 1, "declined": 0, "none": 1}  # a and c
    actions.enter_answers(round_, by=programme, applicants=["a"], answer=Answer.ACCEPTED)
    assert queries.answered_before(again).count() == 0


def test_who_declined_before_the_result_was_frozen_again_must_be_confirmed_first(programme):
    round_ = frozen(programme, answers={"declined": ["b"]})
    simulation = queries.frozen_of(round_).simulation
    actions.unfreeze_round(round_, by=programme, reason="Once more")
    actions.freeze_round(round_, by=programme, simulation=simulation)
    with pytest.raises(Refused) as refused:
        actions.open_second_round(round_, by=programme, title="Second")
    assert refused.value.code == "old_answers"
    actions.enter_answers(round_, by=programme, applicants=["b"], answer=Answer.DECLINED)
    assert actions.open_second_round(round_, by=programme, title="Second").places.get(number=2).places == 1


def test_an_answer_to_a_result_that_was_replaced_meanwhile_is_refused(client, office):
    """Somebody else unfreezes, moves b elsewhere and freezes again, while the page of answers lies open."""
    round_ = frozen(office, home=institution(WASEDA))
    seen = queries.frozen_of(round_)
    actions.unfreeze_round(round_, by=office, reason="A move")
    other = moved(computed(round_, office, "Other"), office, "b", None)
    actions.freeze_round(round_, by=office, simulation=other)
    for verb, given in (
        ("enter_answers", {"applicants": ["a"], "answer": Answer.DECLINED}),
        ("take_back_answers", {"applicants": ["a"]}),
        ("open_second_round", {"title": "Second"}),
    ):
        with pytest.raises(Refused) as refused:
            getattr(actions, verb)(round_, by=office, seen=seen.pk, **given)
        assert refused.value.code == "changed"
    client.force_login(office)
    sent = {
        "enter": {"which": "all", "query": "", "answer": "declined"},
        "take-back": {"which": "all", "query": ""},
        "paste": {"numbers": "a", "answer": "declined"},
    }
    for page, given in sent.items():
        answer = client.post(f"/rounds/{round_.pk}/answers/{page}/", {**given, "frozen": seen.pk})
        assert answer.status_code == 409
    assert said(round_) == {}
    now = queries.frozen_of(round_).pk
    for page in ("answers/", "answers/paste/", "second/"):
        text = client.get(f"/rounds/{round_.pk}/{page}").content.decode()
        assert f'name="frozen" value="{now}"' in text
    client.post(f"/rounds/{round_.pk}/answers/paste/", {**sent["paste"], "frozen": now})
    assert said(round_) == {"a": "declined"}


def test_who_sees_the_answers_is_who_sees_the_round(programme, office, auditor):
    frozen(programme, answers={"accepted": ["a"]})
    frozen(office, home=institution(WASEDA), answers={"accepted": ["b"]})
    stranger, student = (
        make_person(Role.OFFICE, institution(KYOTO)),
        make_person(Role.STUDENT, institution(WASEDA)),
    )
    own = make_person(Role.AUDITOR, institution(WASEDA))
    seen = [
        list(PlaceAnswer.objects.visible_to(person).values_list("applicant", flat=True))
        for person in (programme, auditor, office, own, stranger, student)
    ]
    assert seen == [["a"], ["a"], ["b"], ["b"], [], []]


# Pages


def test_the_page_lists_filters_counts_and_takes_answers(client, office):
    round_ = frozen(office, home=institution(WASEDA), answers={"declined": ["b"]})
    client.force_login(office)
    address = f"/rounds/{round_.pk}/answers/"
    assert numbers(client, address) == ["a", "b"]
    assert numbers(client, f"{address}?answer=none") == ["a"]
    assert numbers(client, f"{address}?answer=declined") == ["b"]
    assert numbers(client, f"{address}?answer=accepted") == []
    assert numbers(client, f"{address}?answer=before") == []
    assert numbers(client, f"{address}?text=鈴木") == ["b"]
    answer = client.post(f"{address}enter/", {"which": "all", "query": "answer=none", "answer": "accepted"})
    assert (answer.status_code, said(round_)) == (302, {"a": "accepted", "b": "declined"})
    outcome = queries.placed_of(queries.frozen_of(round_)).get(applicant="b")
    client.post(f"{address}take-back/", {"which": "ticked", "row": [outcome.pk]})
    assert said(round_) == {"a": "accepted"}
    assert (
        client.post(f"{address}enter/", {"which": "all", "query": "", "answer": "maybe"}).status_code == 404
    )
    export = b"".join(client.get(f"{address}?export=csv").streaming_content).decode("utf-8-sig").splitlines()
    assert export[0].startswith("Applicant number,Name,Home institution,Score,Host institution,Start term")
    assert [(line.split(",")[0], line.split(",")[8]) for line in export[1:]] == [
        ("a", "Accepted"),
        ("b", "None yet"),
    ]


def numbers(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return [row.applicant for row in answer.context["page"]]


def test_who_was_not_placed_cannot_be_chosen_whatever_is_sent(client, office):
    round_ = frozen(office, home=institution(WASEDA))
    client.force_login(office)
    without = queries.frozen_of(round_).simulation.outcomes.get(applicant="c")
    sent = {"which": "ticked", "row": [without.pk], "answer": "accepted"}
    assert client.post(f"/rounds/{round_.pk}/answers/enter/", sent).status_code == 302
    assert said(round_) == {}


def test_numbers_are_pasted_and_each_bad_line_is_named(client, office):
    round_ = frozen(office, home=institution(WASEDA))
    client.force_login(office)
    address = f"/rounds/{round_.pk}/answers/paste/"
    assert client.get(address).status_code == 200
    answer = client.post(address, {"numbers": "a\r\n\r\nｃ\nzzz\nb", "answer": "accepted"})
    assert (answer.status_code, said(round_)) == (422, {})
    assert answer.context["form"].errors["numbers"] == [
        "Line 3: c has no place in the frozen result. Take the line out.",
        "Line 4: “zzz” is no applicant number of this round. Correct it, or take the line out.",
    ]
    answer = client.post(address, {"numbers": " a \r\nb\r\na\r\n", "answer": "declined"})
    assert (answer.status_code, said(round_)) == (302, {"a": "declined", "b": "declined"})
    assert client.post(address, {"numbers": "", "answer": "declined"}).status_code == 422
    assert client.post(address, {"numbers": "a", "answer": "perhaps"}).status_code == 422


def test_many_bad_lines_are_counted(client, office):
    round_ = frozen(office, home=institution(WASEDA))
    client.force_login(office)
    sent = {"numbers": "\n".join(f"x{n}" for n in range(50)), "answer": "accepted"}
    errors = client.post(f"/rounds/{round_.pk}/answers/paste/", sent).context["form"].errors["numbers"]
    assert (len(errors), errors[-1]) == (21, "Lines with an error in all: 50.")


def test_pages_before_the_freezing_say_what_to_do(client, office):
    round_ = make_round(office, home=institution(WASEDA))
    client.force_login(office)
    for page in ("answers/", "waiting/", "second/"):
        answer = client.get(f"/rounds/{round_.pk}/{page}")
        assert answer.status_code == 200
        assert "Nothing is frozen in this round yet." in answer.content.decode()
    assert client.get(f"/rounds/{round_.pk}/answers/paste/").status_code == 302
    sent = {"which": "all", "query": "", "answer": "accepted"}
    assert client.post(f"/rounds/{round_.pk}/answers/enter/", sent).status_code == 409


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_asks_as_often_for_one_row_as_for_three(client, office, people, django_assert_num_queries):
    round_ = frozen(
        office,
        home=institution(WASEDA),
        places=[make_place(places=5)],
        people=[make_applicant(name) for name in "abc"[:people]],
    )
    client.force_login(office)
    client.get(f"/rounds/{round_.pk}/answers/")
    with django_assert_num_queries(QUERIES):
        client.get(f"/rounds/{round_.pk}/answers/")


QUERIES = 13
