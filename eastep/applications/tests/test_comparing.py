from decimal import Decimal

import pytest

from eastep.applications.charts import charts, charts_of_two
from eastep.applications.comparing import COUNTED, compare
from eastep.applications.placing import Move
from eastep.applications.report import stays
from eastep.applications.tests.factories import (
    KOREA,
    make_applicant,
    make_choice,
    make_document,
    make_place,
    random_round,
)

BOTH = (make_choice(), make_choice(host=KOREA))
PLACES = [make_place(), make_place(row=3, host=KOREA)]
APPLICANTS = [
    make_applicant(name, score=Decimal(score), choices=BOTH)
    for name, score in (("a", 90), ("b", 80), ("c", 70))
]


def test_a_result_beside_itself():
    result = make_document(PLACES, APPLICANTS)
    found = compare(result, result)
    assert (found.moves, found.binding, found.places, found.settings) == ([], [], [], [])
    assert found.counts == dict.fromkeys(COUNTED, 0) | {"same": 3}
    assert found.ranks == [("1", 1, 1), ("2", 1, 1), ("", 1, 1)]


def test_one_more_place_and_another_seed():
    first = make_document(PLACES, APPLICANTS)
    second = make_document(PLACES, APPLICANTS, seed="2028", changes={"places": {"2": {"places": 3}}})
    found = compare(first, second)
    assert [
        (one["id"], one["from"] and one["from"]["row"], one["to"]["row"], one["kind"]) for one in found.moves
    ] == [
        ("b", 3, 2, "better"),
        ("c", None, 2, "better"),
    ]
    assert found.counts == dict.fromkeys(COUNTED, 0) | {"better": 2, "same": 1}
    assert [(row["row"], row["differs"]["binds"]) for row in found.binding] == [
        (2, (True, False)),
        (3, (True, False)),
    ]
    assert found.places[0]["differs"]["places"] == (1, 3)
    assert (found.placed, found.share_placed, found.share_first) == (
        (2, 3),
        ("0.667", "1.000"),
        ("0.333", "1.000"),
    )
    assert (found.ranks, found.flows) == ([("1", 1, 3), ("2", 1, 0), ("", 1, 0)], [("JP", "KR", 2, 3)])
    assert found.settings == [
        {"name": "seed", "pair": ("2027", "2028")},
        {"name": "changes", "row": 2, "field": "places", "pair": (None, 3)},
    ]


def test_the_other_way_round_it_is_worse():
    first = make_document(PLACES, APPLICANTS, changes={"places": {"2": {"places": 3}}})
    second = make_document(PLACES, APPLICANTS)
    assert [(one["id"], one["kind"]) for one in compare(first, second).moves] == [
        ("b", "worse"),
        ("c", "worse"),
    ]


def test_moves_and_who_is_in_one_of_the_two_only():
    move = Move(applicant="c", row=2, reason="kin")
    first = make_document(PLACES, APPLICANTS)
    second = make_document(PLACES, APPLICANTS, changes={"withdrawn": ["b"]}, moves=[move])
    found = compare(first, second)
    assert [(one["id"], one["kind"]) for one in found.moves] == [
        ("a", "worse"),
        ("c", "better"),
        ("b", "gone"),
    ]
    assert [(one["name"], one["applicant"]) for one in found.settings] == [("withdrawn", "b"), ("moves", "c")]
    assert found.settings[1]["pair"] == (None, {"applicant": "c", "row": 2, "reason": "kin"})
    assert [(one["id"], one["kind"]) for one in compare(second, first).moves] == [
        ("a", "better"), ("b", "new"), ("c", "worse"),
    ]  # fmt: skip


def test_rows_are_matched_by_what_they_offer_not_by_their_number():
    turned = [make_place(row=7, host=KOREA), make_place(row=9)]
    found = compare(make_document(PLACES, APPLICANTS), make_document(turned, APPLICANTS))
    assert (found.moves, found.places) == ([], [])


def test_a_row_that_only_one_of_the_two_has():
    found = compare(make_document(PLACES, APPLICANTS), make_document(PLACES[:1], APPLICANTS))
    assert [(row["row"], row["differs"], row["gone"]) for row in found.places] == [(3, None, True)]
    assert [(one["name"], one["kind"]) for one in found.settings] == [("inputs", "places")]


@pytest.mark.parametrize("seed", range(15))
def test_the_counts_are_those_of_the_people_who_move(seed):
    places, applicants = random_round(seed)
    first, second = (make_document(places, applicants, seed=word) for word in ("one", "two"))
    found = compare(first, second)
    before, after = stays(first), stays(second)
    assert {one["id"] for one in found.moves} == {name for name in before if before[name] != after[name]}
    assert sum(found.counts.values()) == len(applicants)
    for one in found.moves:
        ranks = [one[end]["choice"] if one[end] else 99 for end in ("from", "to")]
        assert one["kind"] == (
            "better" if ranks[1] < ranks[0] else "worse" if ranks[1] > ranks[0] else "equal"
        )


def test_the_pictures_show_the_figures_of_both():
    first = make_document(PLACES, APPLICANTS)
    second = make_document(PLACES, APPLICANTS, moves=[Move(applicant="c", row=None, reason="x")])
    drawn = charts_of_two(compare(first, second), ["First", "Second"])
    assert (drawn["ranks"].series, drawn["ranks"].rows) == (
        ["First", "Second"],
        [("1", (1, 1)), ("2", (1, 1)), ("none", (1, 1))],
    )
    assert drawn["flows"].rows == [("Japan → South Korea", (2, 2))]
    assert charts(first["summary"])["ranks"].rows == [("1", [1]), ("2", [1]), ("none", [1])]
