"""A second round with what the first has left: the accepted never move."""

import json
import zlib
from decimal import Decimal
from random import Random

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from eastep.applications import actions, queries
from eastep.applications.models import Round, RoundPlace
from eastep.applications.states import Answer
from eastep.applications.tests.factories import (
    AUTUMN,
    KOREA,
    KYOTO,
    WASEDA,
    YONSEI,
    make_applicant,
    make_choice,
    make_place,
    random_round,
)
from eastep.applications.tests.following import frozen
from eastep.applications.tests.rounds import institution
from eastep.applications.tests.simulations import BOTH, PEOPLE, computed, make_round, moved, where
from eastep.applications.tests.test_following import exceeded
from eastep.applications.verifying import verify
from eastep.core.errors import Refused
from eastep.core.events import history, sentence
from eastep.institutions.seasons import start_of
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_person
from eastep.standards.queries import standards_in_force


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def counted(round_):
    """The places by row, and the numbers of those who are placed by the rule."""
    places = {row.number: row.record["places"] for row in round_.places.order_by("number")}
    return places, sorted(round_.applicants.counting().values_list("applicant", flat=True))


def test_it_holds_what_is_left_and_those_without_a_place(programme):
    """a has row 1, b has row 2 and declines, c has none."""
    round_ = frozen(programme, answers={"accepted": ["a"], "declined": ["b"]}, scoring="Interview")
    second = actions.open_second_round(round_, by=programme, title="2027, second")
    assert (second.follows, second.home, second.seed, second.scoring) == (round_, None, "7", "Interview")
    assert counted(second) == ({1: 0, 2: 1}, ["c"])
    assert where(computed(second, programme)) == [("c", 2)]
    [declined] = second.applicants.exclude(withdrawn="")
    assert (declined.applicant, declined.reason) == ("b", "Declined the place of the round “2027”.")
    assert [wish["host"] for wish in declined.record["choices"]] == [YONSEI]  # Korea University was declined
    assert [entry.event for entry in history(round_).order_by("-pk")[:1]] == [
        "applications.second_round_opened"
    ]
    assert [sentence(entry) for entry in history(second).order_by("pk")[:1]] == [
        "髙﨑 花 opened the round with what “2027” has left. Applicants: 1. Places: 1. Places kept: 1."
    ]


def test_who_has_not_answered_keeps_the_place(programme):
    round_ = frozen(programme)
    second = actions.open_second_round(round_, by=programme, title="Second")
    assert counted(second) == ({1: 0, 2: 0}, ["c"])


def test_who_declined_may_be_brought_back_without_the_declined_choice(programme):
    round_ = frozen(programme, answers={"declined": ["a", "b"]})
    second = actions.open_second_round(round_, by=programme, title="Second")
    actions.readmit_applicants(second, by=programme, rows=second.applicants.all())
    assert where(computed(second, programme)) == [("a", 2), ("b", 1), ("c", None)]


def test_who_declined_the_only_choice_is_not_in_it_at_all(programme):
    people = [make_applicant("a", score=Decimal(90)), *PEOPLE[1:]]
    round_ = frozen(programme, people=people, answers={"declined": ["a"]})
    second = actions.open_second_round(round_, by=programme, title="Second")
    assert sorted(second.applicants.values_list("applicant", flat=True)) == ["c"]


def test_who_was_left_without_a_place_by_hand_is_withdrawn_with_the_reason(programme):
    round_ = make_round(programme)
    actions.freeze_round(
        round_, by=programme, simulation=moved(computed(round_, programme), programme, "a", None)
    )
    second = actions.open_second_round(round_, by=programme, title="Second")
    assert counted(second) == ({1: 0, 2: 0}, [])
    assert [(one.applicant, one.reason) for one in second.applicants.all()] == [
        ("a", "Left without a place by hand in the round “2027”.")
    ]


def test_who_was_put_somewhere_by_hand_keeps_it(programme):
    round_ = make_round(programme)
    actions.freeze_round(
        round_, by=programme, simulation=moved(computed(round_, programme), programme, "c", 2)
    )
    second = actions.open_second_round(round_, by=programme, title="Second")
    assert counted(second) == ({1: 0, 2: 0}, ["b"])


def test_changes_of_the_frozen_simulation_count(programme):
    """The frozen simulation had two places in row 1, asks TOPIK 5 in row 2, and left a out."""
    round_ = make_round(programme)
    changes = {"places": {"1": {"places": 2}, "2": {"language": "TOPIK 5"}}, "withdrawn": ["a"]}
    actions.freeze_round(round_, by=programme, simulation=computed(round_, programme, **changes))
    actions.enter_answers(round_, by=programme, applicants=["b"], answer=Answer.DECLINED)
    second = actions.open_second_round(round_, by=programme, title="Second")
    assert counted(second) == ({1: 1, 2: 1}, [])
    assert second.places.get(number=2).record["language"] == "TOPIK 5"


def test_what_was_carried_over_is_in_what_is_left(programme):
    round_ = frozen(programme, places=[make_place(places=1, carried=1)], answers={"declined": ["b"]})
    second = actions.open_second_round(round_, by=programme, title="Second")
    record = second.places.get().record
    assert (record["places"], "carried" in record) == (1, False)


def test_a_year_that_stays_takes_both_terms(programme):
    places = [make_place(places=2), make_place(start=AUTUMN, places=2), make_place(length="year", places=2)]
    year, spring = make_choice(length="year"), make_choice()
    people = [
        make_applicant("a", score=Decimal(90), choices=(year,)),
        make_applicant("b", score=Decimal(80), choices=(year,)),
        make_applicant("c", score=Decimal(70), choices=(spring,)),
    ]
    round_ = frozen(programme, places=places, people=people, answers={"declined": ["b"]})
    second = actions.open_second_round(round_, by=programme, title="Second")
    assert counted(second) == ({1: 1, 2: 1, 3: 1}, ["c"])


def test_waivers_that_still_apply_come_along_with_who_and_when(programme):
    places = [make_place(language="TOPIK 5"), make_place(host=KOREA)]
    people = [make_applicant("a", score=Decimal(90), choices=BOTH), make_applicant("b", score=Decimal(80), choices=BOTH),
              make_applicant("c", score=Decimal(70), choices=BOTH)]  # fmt: skip
    round_ = make_round(programme, places=places, people=people)
    for number in ("a", "c"):
        actions.waive_objection(
            round_.applicants.get(applicant=number), by=programme, host=institution(YONSEI), start="2027-spring",
            length="term", code="language_below", reason=f"Lived there ({number})",
        )  # fmt: skip
    round_.refresh_from_db()
    actions.freeze_round(round_, by=programme, simulation=computed(round_, programme))
    actions.enter_answers(round_, by=programme, applicants=["a"], answer=Answer.DECLINED)
    second = actions.open_second_round(round_, by=make_person(Role.PROGRAMME), title="Second")
    first = {
        waiver.applicant.applicant: waiver for one in round_.applicants.all() for waiver in one.waivers.all()
    }
    again = {
        waiver.applicant.applicant: waiver for one in second.applicants.all() for waiver in one.waivers.all()
    }
    assert set(again) == {"c"}  # a declined the very choice
    assert (again["c"].reason, again["c"].by, again["c"].at) == (first["c"].reason, programme, first["c"].at)
    assert where(computed(second, programme)) == [("c", 1)]


def test_language_results_that_came_in_a_file_of_their_own_come_along(programme):
    round_ = make_round(programme)
    round_.applicants.filter(applicant="c").update(results={"TOEIC": "TOEIC 850 2026-01-11"})
    actions.freeze_round(round_, by=programme, simulation=computed(round_, programme))
    second = actions.open_second_round(round_, by=programme, title="Second")
    assert second.applicants.get(applicant="c").results == {"TOEIC": "TOEIC 850 2026-01-11"}


# Who may, and when


def test_only_who_is_in_charge_opens_it(programme, office, auditor):
    round_ = frozen(programme)
    for person in (office, auditor):
        with pytest.raises(PermissionDenied):
            actions.open_second_round(round_, by=person, title="Second")


def test_it_needs_a_frozen_result_and_comes_once(programme):
    round_ = make_round(programme)
    with pytest.raises(Refused) as refused:
        actions.open_second_round(round_, by=programme, title="Second")
    assert refused.value.code == "not_frozen"
    actions.freeze_round(round_, by=programme, simulation=computed(round_, programme))
    actions.open_second_round(round_, by=programme, title="Second")
    with pytest.raises(Refused) as refused:
        actions.open_second_round(round_, by=programme, title="Third")
    assert (refused.value.code, Round.objects.count()) == ("followed", 2)


def test_the_first_stays_frozen_until_the_second_is_deleted(programme):
    round_ = frozen(programme)
    second = actions.open_second_round(round_, by=programme, title="Second")
    with pytest.raises(Refused, match="Second") as refused:
        actions.unfreeze_round(round_, by=programme, reason="No")
    assert refused.value.code == "followed"
    actions.discard_round(second, by=programme)
    assert [entry.event for entry in history(round_).order_by("-pk")[:1]] == [
        "applications.second_round_discarded"
    ]
    assert actions.unfreeze_round(round_, by=programme, reason="Now").state == "open"


def test_a_third_round_follows_the_second(programme):
    people = [
        make_applicant(name, score=Decimal(score))
        for name, score in zip("abcd", (90, 80, 70, 60), strict=True)
    ]
    first = frozen(programme, places=[make_place()], people=people, answers={"declined": ["a"]})
    second = actions.open_second_round(first, by=programme, title="Second")
    actions.freeze_round(second, by=programme, simulation=computed(second, programme))
    actions.enter_answers(second, by=programme, applicants=["b"], answer=Answer.DECLINED)
    third = actions.open_second_round(second, by=programme, title="Third")
    assert where(computed(third, programme)) == [("c", 1), ("d", None)]
    assert [one.follows_id for one in (first, second, third)] == [None, first.pk, second.pk]


# An ordinary round


def test_it_is_corrected_frozen_and_verified_like_any_other(programme):
    round_ = frozen(programme, answers={"declined": ["b"]})
    second = actions.open_second_round(round_, by=programme, title="Second")
    actions.add_place(second, by=programme, fields={**PLACE, "places": 2})
    second.refresh_from_db()
    kept = actions.freeze_round(second, by=programme, simulation=computed(second, programme))
    result = json.loads(zlib.decompress(kept.content))
    basis = queries.basis_of(second)
    facts = {"standards": standards_in_force(), "start_of": start_of}
    assert verify(result, basis.places, basis.applicants, **facts) == []
    assert second.places.get(number=3).record["places"] == 2  # the number after the first round's


PLACE = {
    "home": WASEDA, "host": KOREA, "fields": "", "levels": "", "start": "2027-autumn", "length": "term",
    "places": 1, "minimum_gpa": "", "language": "",
}  # fmt: skip


def test_a_balanced_rule_goes_on_with_the_stays_that_stand(programme):
    """Waseda sends a and b to Yonsei, Yonsei sends y. b declines: one for one, and nothing is carried but what was."""
    back = make_place(home=YONSEI, host=WASEDA)
    people = [
        make_applicant("a", score=Decimal(90)),
        make_applicant("b", score=Decimal(80)),
        make_applicant("y", home=YONSEI, score=Decimal(85), choices=(make_choice(host=WASEDA),)),
    ]
    rule = {
        "mechanism": "balanced_deferred_acceptance",
        "unit": "country",
        "tolerance": 1,
        "carried": {"JP": 3, "KR": -3},
    }
    round_ = make_round(programme, places=[make_place(places=2), back], people=people)
    simulation = computed(round_, programme)
    type(simulation).objects.filter(pk=simulation.pk).update(rule=rule)  # as if frozen by it
    actions.freeze_round(round_, by=programme, simulation=simulation)
    held = [number for number, row in where(simulation) if row]
    assert held == ["a", "y", "b"]
    actions.enter_answers(round_, by=programme, applicants=["b"], answer=Answer.DECLINED)
    assert actions.open_second_round(round_, by=programme, title="Second").rule == rule
    actions.discard_round(Round.objects.get(title="Second"), by=programme)
    actions.take_back_answers(round_, by=programme, applicants=["b"])
    again = actions.open_second_round(round_, by=programme, title="Second")
    assert again.rule == {**rule, "carried": {"JP": 4, "KR": -4}}


@pytest.mark.parametrize("seed", range(6))
def test_both_rounds_together_fit_the_places_and_nobody_who_kept_one_moves(programme, seed):
    """Whole rounds through the actions, against the plain recount of test_following.py."""
    places, people = random_round(f"second {seed}")
    chance = Random(seed)
    first = make_round(programme, places=places, people=people)
    simulation = computed(first, programme)
    actions.freeze_round(first, by=programme, simulation=simulation)
    got = dict(where(simulation))
    declined = [number for number, row in got.items() if row and chance.random() < 0.5]
    actions.enter_answers(first, by=programme, applicants=declined, answer=Answer.DECLINED)
    second = actions.open_second_round(first, by=programme, title="Second")
    moved_up = {number: row for number, row in where(computed(second, programme)) if row}
    kept = {number: row for number, row in got.items() if row and number not in declined}
    assert kept.keys().isdisjoint(second.applicants.values_list("applicant", flat=True))
    assert moved_up.keys() <= {number for number, row in got.items() if row is None}
    numbered = queries.places_of(simulation.options.all())
    assert exceeded(numbered, [*kept.values(), *moved_up.values()]) == []
    assert dict(where(simulation)) == got  # the first result is as it was


# Pages


def test_the_page_tells_what_will_be_and_opens_it(client, office):
    round_ = frozen(office, home=institution(WASEDA), answers={"accepted": ["a"], "declined": ["b"]})
    client.force_login(office)
    address = f"/rounds/{round_.pk}/second/"
    context = client.get(address).context
    told = {
        name: context[name] for name in ("takes_part", "left_by_hand", "rows_with_places", "rows_without")
    }
    assert told == {"takes_part": 1, "left_by_hand": 0, "rows_with_places": 1, "rows_without": 1}
    assert context["form"].initial == {"title": "2027, second round"}
    assert client.post(address, {"title": ""}).status_code == 422
    answer = client.post(address, {"title": "2027 once more"})
    second = Round.objects.get(follows=round_)
    assert (answer.status_code, answer["Location"], second.title) == (
        302,
        f"/rounds/{second.pk}/",
        "2027 once more",
    )
    assert second.home == institution(WASEDA)
    pages = {
        path: client.get(path).content.decode()
        for path in (round_.get_absolute_url(), second.get_absolute_url())
    }
    assert second.get_absolute_url() in pages[round_.get_absolute_url()]
    assert round_.get_absolute_url() in pages[second.get_absolute_url()]
    for page in ("answers/", "unfreeze/", "second/"):
        assert second.get_absolute_url() in client.get(f"/rounds/{round_.pk}/{page}").content.decode()
    assert (
        client.post(address, {"title": "Again"}).status_code == 200
    )  # the page says that it is there already
    assert client.post(f"/rounds/{round_.pk}/unfreeze/", {"reason": "No"}).status_code == 409
    assert client.get(f"/rounds/{round_.pk}/answers/paste/").status_code == 302


def test_the_page_of_unfreezing_says_that_answers_stay(client, office):
    round_ = frozen(office, home=institution(WASEDA), answers={"accepted": ["a"]})
    client.force_login(office)
    assert "Answers have been entered." in client.get(f"/rounds/{round_.pk}/unfreeze/").content.decode()


def test_old_answers_are_told_before_it_is_opened(client, office):
    round_ = frozen(office, home=institution(WASEDA), answers={"declined": ["b"]})
    simulation = queries.frozen_of(round_).simulation
    actions.unfreeze_round(round_, by=office, reason="Once more")
    actions.freeze_round(round_, by=office, simulation=simulation)
    client.force_login(office)
    assert client.get(f"/rounds/{round_.pk}/second/").context["old"] == 1
    assert client.post(f"/rounds/{round_.pk}/second/", {"title": "Second"}).status_code == 409
    page = client.get(f"/rounds/{round_.pk}/answers/")
    assert page.context["before"] == 1
    assert [
        row.applicant for row in client.get(f"/rounds/{round_.pk}/answers/?answer=before").context["page"]
    ] == ["b"]


def test_who_sees_a_second_round_is_who_sees_the_first(programme, office):
    round_ = frozen(office, home=institution(WASEDA))
    second = actions.open_second_round(round_, by=office, title="Second")
    assert list(RoundPlace.objects.visible_to(office).filter(round=second)) == list(second.places.all())
    stranger = make_person(Role.OFFICE, institution(KYOTO))
    assert [Round.objects.visible_to(person).filter(pk=second.pk).exists() for person in (office, programme, stranger)] == [
        True, False, False,
    ]  # fmt: skip
