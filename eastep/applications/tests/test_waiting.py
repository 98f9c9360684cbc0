"""Waiting lists: who would be next for each row of places of a frozen result."""

import csv
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from eastep.applications import actions, queries
from eastep.applications.models import Option, Round
from eastep.applications.tests.factories import KOREA, WASEDA, make_applicant, make_choice, make_place
from eastep.applications.tests.following import frozen
from eastep.applications.tests.rounds import institution
from eastep.applications.tests.simulations import PEOPLE, computed, make_round, moved


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


FIVE = (*PEOPLE, make_applicant("d", name="田中 光", score=Decimal(60), choices=(make_choice(host=KOREA),)))


def lists(round_):
    simulation = queries.frozen_of(round_).simulation
    return {
        option.row: list(queries.waiting_for(simulation, option).values_list("applicant", flat=True))
        for option in simulation.options.order_by("row")
    }


def test_the_order_is_that_of_score_and_lottery_and_holders_of_less_wait_too(programme):
    """Two rows with one place each: a has row 1, b has row 2 and would rather have row 1; c and d have none."""
    round_ = frozen(programme, people=FIVE)
    assert lists(round_) == {1: ["b", "c"], 2: ["c", "d"]}


def test_equal_scores_wait_in_the_order_of_the_lottery(programme):
    people = [make_applicant(name) for name in "abcdef"]
    round_ = frozen(programme, places=[make_place()], people=people)
    simulation = queries.frozen_of(round_).simulation
    by_lottery = sorted(simulation.outcomes.all(), key=lambda one: int(one.details["lottery"]))
    assert lists(round_) == {1: [one.applicant for one in by_lottery[1:]]}


def test_whom_an_officer_moved_does_not_wait_and_another_row_of_the_same_choice_is_no_less(programme):
    places = [make_place(), make_place(levels=(6,))]
    people = [
        make_applicant("a", score=Decimal(90)),
        make_applicant("b", score=Decimal(80)),
        make_applicant("c", score=Decimal(70)),
    ]
    round_ = make_round(programme, places=places, people=people)
    actions.freeze_round(round_, by=programme, simulation=computed(round_, programme))
    # a has row 2, which names bachelors; b found it full and got row 1 of the same choice: b waits for nothing
    assert lists(round_) == {1: ["c"], 2: ["c"]}
    actions.unfreeze_round(round_, by=programme, reason="Once more")
    by_hand = moved(computed(round_, programme, "By hand"), programme, "c", None)
    actions.freeze_round(round_, by=programme, simulation=by_hand)
    assert lists(round_) == {1: [], 2: []}


def test_only_applicants_of_the_row_s_own_home_wait_for_it(programme):
    kyoto = make_place(home="JP:F126110107407")
    people = [
        *PEOPLE,
        make_applicant("k", home="JP:F126110107407"),
        make_applicant("l", home="JP:F126110107407", score=1),
    ]
    round_ = frozen(programme, places=[make_place(), kyoto], people=people)
    assert lists(round_) == {1: ["b", "c"], 2: ["l"]}


# Pages


def test_the_page_shows_what_was_freed_and_what_everybody_holds(client, office):
    round_ = frozen(office, home=institution(WASEDA), people=FIVE, answers={"declined": ["a"]})
    client.force_login(office)
    answer = client.get(f"/rounds/{round_.pk}/waiting/")
    told = [
        (
            one["option"].row, one["kept"], one["declined"], one["open"],
            [(p["outcome"].applicant, p["is_without"], p["has_declined"]) for p in one["people"]],
        )
        for one in answer.context["lists"]
    ]  # fmt: skip
    assert told == [
        (1, 0, 1, 1, [("b", False, False), ("c", True, False)]),
        (2, 1, 0, 0, [("c", True, False), ("d", True, False)]),
    ]
    page = answer.content.decode()
    assert "(choice 2, row 2)" in page
    assert [
        one["option"].row for one in client.get(f"/rounds/{round_.pk}/waiting/?text=2").context["lists"]
    ] == [2]


def test_a_declined_year_frees_a_place_in_each_term(client, office):
    places = [make_place(), make_place(start=make_place().start.next), make_place(length="year")]
    people = [
        make_applicant("y", score=Decimal(90), choices=(make_choice(length="year"),)),
        make_applicant("s", score=Decimal(70)),
    ]
    round_ = frozen(
        office, home=institution(WASEDA), places=places, people=people, answers={"declined": ["y"]}
    )
    client.force_login(office)
    told = {row: client.get(f"/rounds/{round_.pk}/waiting/{row}/").context["own"] for row in (1, 2, 3)}
    assert {row: (own["kept"], own["declined"], own["open"]) for row, own in told.items()} == {
        1: (0, 1, 1), 2: (0, 1, 1), 3: (0, 1, 1),
    }  # fmt: skip


def test_a_list_and_all_lists_are_taken_out_as_csv(client, office):
    round_ = frozen(office, home=institution(WASEDA), people=FIVE, answers={"declined": ["b"]})
    client.force_login(office)
    lines = text(client.get(f"/rounds/{round_.pk}/waiting/1/?export=csv"))
    assert lines[0] == "Order of service,Applicant number,Name,Score,Lottery number,Holds now,Answer"
    assert [(line.split(",")[1], line.split(",")[-1]) for line in lines[1:]] == [("b", "Declined"), ("c", "")]
    everything = text(client.get(f"/rounds/{round_.pk}/waiting.csv"))
    assert everything[0].startswith(
        "Row of places,Home institution,Host institution,Start term,Length,Free now,Place"
    )
    assert [tuple(line.split(",")[n] for n in (0, 5, 6, 8)) for line in everything[1:]] == [
        ("1", "0", "1", "b"), ("1", "0", "2", "c"), ("2", "1", "1", "c"), ("2", "1", "2", "d"),
    ]  # fmt: skip


def text(answer):
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()


def test_the_frozen_row_of_places_leads_to_its_list_and_others_do_not(client, office):
    round_ = frozen(office, home=institution(WASEDA))
    client.force_login(office)
    simulation = queries.frozen_of(round_).simulation
    other = computed(round_, office, "Other")
    for one, leads in ((simulation, True), (other, False)):
        page = client.get(f"/rounds/{round_.pk}/simulations/{one.pk}/options/1/").content.decode()
        assert (f"/rounds/{round_.pk}/waiting/1/" in page) is leads


def test_where_nobody_waits_the_page_says_so(client, office):
    round_ = frozen(office, home=institution(WASEDA), people=PEOPLE[:2])
    client.force_login(office)
    assert (
        "Nobody waits" not in client.get(f"/rounds/{round_.pk}/waiting/").content.decode()
    )  # b waits for row 1
    other = frozen(office, home=institution(WASEDA), title="Enough", places=[make_place(places=9)])
    page = client.get(f"/rounds/{other.pk}/waiting/").content.decode()
    assert "Nobody waits for a place." in page
    assert client.get(f"/rounds/{other.pk}/waiting/77/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_as_often_for_one_row_as_for_three(client, office, rows, django_assert_num_queries):
    places = [make_place(levels=(level,)) for level in (6, 7, 8)[:rows]]
    people = [make_applicant(f"{level}{n}", level=level) for level in (6, 7, 8)[:rows] for n in range(3)]
    round_ = frozen(office, home=institution(WASEDA), places=places, people=people)
    client.force_login(office)
    client.get(f"/rounds/{round_.pk}/waiting/")
    with django_assert_num_queries(QUERIES):
        answer = client.get(f"/rounds/{round_.pk}/waiting/")
    assert [len(one["people"]) for one in answer.context["lists"]] == [2] * rows
    assert Option.objects.filter(simulation__round=round_).count() == rows


QUERIES = 13


def in_the_file(client, round_):
    """The numbers of the applicants by row, as the file of all waiting lists has them."""
    content = b"".join(client.get(f"/rounds/{round_.pk}/waiting.csv").streaming_content)
    found = {}
    for line in list(csv.reader(content.decode("utf-8-sig").splitlines()))[1:]:
        found.setdefault(int(line[0]), []).append(line[8])
    return found


def test_the_file_of_all_lists_is_read_at_once_and_says_what_the_lists_say(client, office):
    places = [make_place(levels=(level,)) for level in (6, 7, 8)]
    people = [make_applicant(f"{level}{n}", level=level) for level in (6, 7, 8) for n in range(3)]
    round_ = frozen(office, home=institution(WASEDA), places=places, people=people)
    client.force_login(office)
    with CaptureQueriesContext(connection) as asked:
        found = in_the_file(client, round_)
    assert found == lists(round_)
    assert (
        sum("applications_outcome" in one["sql"] for one in asked) == 2
    )  # the waiting, and who holds places


def test_whom_a_rule_of_exchange_left_although_there_was_room_waits_for_every_row_of_the_choice(
    client, programme
):
    """Nobody comes from Korea, so nobody goes: the two rows have room, and a and b could use one of them each."""
    places = [make_place(levels=(6,)), make_place(levels=(7,)), make_place(host=KOREA)]
    people = [make_applicant("a", score=Decimal(90)), make_applicant("b", level=7, score=Decimal(80))]
    round_ = make_round(programme, places=places, people=people)
    rule = {"mechanism": "balanced_exchange", "unit": "country", "tolerance": 0, "carried": {}}
    Round.objects.filter(pk=round_.pk).update(rule=rule)
    round_.refresh_from_db()
    actions.freeze_round(round_, by=programme, simulation=computed(round_, programme))
    assert lists(round_) == {1: ["a"], 2: ["b"], 3: []}
    client.force_login(programme)
    assert in_the_file(client, round_) == {1: ["a"], 2: ["b"]}


def test_rows_where_somebody_declined_are_found(client, office):
    people = [*FIVE, make_applicant("e", score=Decimal(50), choices=(make_choice(),))]
    round_ = frozen(office, home=institution(WASEDA), people=people, answers={"declined": ["b"]})
    client.force_login(office)
    listed = client.get(f"/rounds/{round_.pk}/waiting/?declined=yes").context["lists"]
    assert [one["option"].row for one in listed] == [2]
