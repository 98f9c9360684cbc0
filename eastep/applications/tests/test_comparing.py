from decimal import Decimal

from eastep.applications.charts import charts, charts_of_two
from eastep.applications.comparing import compare
from eastep.applications.eligibility import Waiver
from eastep.applications.placing import Move
from eastep.applications.tests.factories import (
    KOREA,
    make_applicant,
    make_choice,
    make_document,
    make_place,
)

BOTH = (make_choice(), make_choice(host=KOREA))
PLACES = [make_place(), make_place(row=3, host=KOREA, language="TOPIK 5")]
APPLICANTS = [
    make_applicant(name, score=Decimal(score), choices=BOTH, languages="TOPIK 5 2026-04-12")
    for name, score in (("a", 90), ("b", 80), ("c", 70))
]


def heads(*documents):
    """What a simulation keeps: a document without its lists."""
    return [{**one, "applicants": [], "places": []} for one in documents]


def test_a_result_beside_itself():
    found = compare(*heads(make_document(PLACES, APPLICANTS), make_document(PLACES, APPLICANTS)))
    assert (found.inputs, found.decisions) == ([], [])
    assert found.ranks == [("1", 1, 1), ("2", 1, 1), ("", 1, 1)]


def test_one_more_place_at_the_first_choice():
    first = make_document(PLACES, APPLICANTS)
    second = make_document(PLACES, APPLICANTS, changes={"places": {"2": {"places": 3}}})
    found = compare(*heads(first, second))
    assert (found.ranks, found.flows) == ([("1", 1, 3), ("2", 1, 0), ("", 1, 0)], [("JP", "KR", 2, 3)])
    assert (found.inputs, found.decisions) == ([], [])


def test_waivers_and_moves_that_one_of_the_two_has_or_each_another():
    waiver = Waiver(applicant="c", choice=BOTH[1], code="language_below", reason="In English.")
    moves = [Move(applicant="c", row=2, reason="kin"), Move(applicant="c", row=None, reason="left")]
    first = make_document(PLACES, APPLICANTS, waivers=[waiver], moves=moves[:1])
    second = make_document(PLACES, APPLICANTS, moves=moves[1:])
    told = [(one["name"], one["applicant"], one["pair"]) for one in compare(*heads(first, second)).decisions]
    assert told == [
        ("waivers", "c", (first["settings"]["waivers"][0], None)),
        (
            "moves",
            "c",
            (
                {"applicant": "c", "row": 2, "reason": "kin"},
                {"applicant": "c", "row": None, "reason": "left"},
            ),
        ),
    ]


def test_other_inputs_are_named():
    found = compare(*heads(make_document(PLACES, APPLICANTS), make_document(PLACES[:1], APPLICANTS[:2])))
    assert found.inputs == ["places", "applicants"]


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
