"""The result document, and the files made of it."""

import io
import json
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

import pytest
from django.utils import translation

from eastep.applications import reasons, report
from eastep.applications.eligibility import Waiver
from eastep.applications.placing import Move
from eastep.applications.records import applicant_record, inputs_hash, place_record
from eastep.applications.tests.factories import (
    AUTUMN,
    KOREA,
    KYOTO,
    STANDARDS,
    WASEDA,
    YONSEI,
    make_applicant,
    make_basis,
    make_choice,
    make_document,
    make_place,
)
from eastep.core.sheets import read_workbook
from eastep.standards.queries import standards_in_force

BOTH = (make_choice(), make_choice(host=KOREA))
PLACES = [make_place(), make_place(row=3, host=KOREA, language="TOPIK 5")]
APPLICANTS = [
    make_applicant("a", score=Decimal(90), choices=BOTH, language="ja"),
    make_applicant("b", score=Decimal(80), choices=BOTH),
]
WAIVER = Waiver(applicant="b", choice=BOTH[1], code="language_below", reason="=Taught in English.")
FILES = [{"kind": "places", "name": "places.xlsx", "sha256": "0" * 64}]
ABOUT = report.About(
    title="Spring 2027", scoring="GPA 50, interview 50", files=FILES, students_see="cutoffs", minimum_cell=3
)
NAMES = {WASEDA: "Waseda", YONSEI: "Yonsei", KOREA: "Korea", KYOTO: "Kyoto"}


def whole(**given):
    usual = {"waivers": [WAIVER], "about": ABOUT, "changes": {"places": {"3": {"places": 2}}}}
    return make_document(PLACES, APPLICANTS, **usual | given)


def test_what_a_result_says_of_an_applicant():
    assert whole()["applicants"][1] == {
        "id": "b",
        "name": "佐藤 花",
        "home": WASEDA,
        "field": "0311",
        "level": 6,
        "gpa": "3.2/4.0",
        "languages": "TOPIK 4 2026-04-12",
        "score": "80",
        "language": "",
        "lottery": str(int.from_bytes(sha256(b"2027:b").digest()[:8])),
        "position": 2,
        "placed": 2,
        "placed_row": 3,
        "choices": [
            {
                "number": 1,
                "host": YONSEI,
                "start": "2027-spring",
                "length": "term",
                "code": "full",
                "row": None,
                "objections": [],
                "waived": [],
                "full": [
                    {
                        "row": 2,
                        "term": "2027-spring",
                        "places": 1,
                        "by_hand": 0,
                        "direction": None,
                        "score": "90",
                        "lottery": str(int.from_bytes(sha256(b"2027:a").digest()[:8])),
                    }
                ],
                "enough": "90",
                "enough_equal": sha256(b"2027:b").digest() < sha256(b"2027:a").digest(),
            },
            {
                "number": 2,
                "host": KOREA,
                "start": "2027-spring",
                "length": "term",
                "code": "placed",
                "row": 3,
                "objections": [],
                "waived": [
                    {
                        "code": "language_below",
                        "facts": {"asked": "TOPIK 5", "own": "TOPIK 4 2026-04-12", "on": "2027-03-01"},
                        "reason": "=Taught in English.",
                    }
                ],
                "full": [],
                "enough": None,
                "enough_equal": False,
            },
        ],
    }


def test_what_a_result_says_of_a_row_of_places():
    assert whole()["places"][1] == {
        "row": 3,
        **place_record(PLACES[1]),
        "places": 2,
        "was": {"places": 1},
        "taken": 1,
        "by_hand": 0,
        "lowest": "80",
        "is_full": False,
        "cutoff": None,
        "among": 0,
        "refused": 0,
        "highest_refused": None,
        "binds": False,
    }
    assert [whole()["places"][0][name] for name in ("cutoff", "among", "refused", "highest_refused", "binds")] == [
        "90", 1, 1, "80", True,
    ]  # fmt: skip


def test_the_inputs_are_hashed_before_the_changes_and_the_settings_are_all_there():
    result = whole(moves=[Move(applicant="a", row=None, reason="Withdrew.")])
    assert result["inputs"] == {
        "places": inputs_hash(map(place_record, PLACES)),
        "applicants": inputs_hash(map(applicant_record, APPLICANTS)),
        "standards": report.standards_hash(STANDARDS),
        "files": FILES,
    }
    assert result["settings"] == {
        "rule": {},
        "changes": {"places": {"3": {"places": 2}}},
        "waivers": [
            {"applicant": "b", "host": KOREA, "start": "2027-spring", "length": "term"}
            | {"code": "language_below", "reason": "=Taught in English."}
        ],
        "moves": [{"applicant": "a", "row": None, "reason": "Withdrew."}],
        "students_see": "cutoffs",
        "minimum_cell": 3,
        "most_choices": None,
    }


def test_how_the_score_is_made_stands_beside_the_title():
    assert (whole()["title"], whole()["scoring"]) == ("Spring 2027", "GPA 50, interview 50")


def test_the_balance_is_by_pair_in_persons_and_in_terms():
    places = [
        make_place(length="year", places=2),
        make_place(row=3, home=YONSEI, host=WASEDA, start=AUTUMN),
        make_place(row=4, home=YONSEI, host=KYOTO, start=AUTUMN),
    ]
    year, back = make_choice(length="year"), make_choice(host=WASEDA, start=AUTUMN)
    applicants = [
        *(make_applicant(name, choices=(year,)) for name in "ab"),
        make_applicant("c", home=YONSEI, choices=(back,)),
        make_applicant("d", home=YONSEI, choices=(make_choice(host=KYOTO, start=AUTUMN),)),
    ]
    assert make_document(places, applicants)["summary"]["balance"] == {
        "institutions": [
            pair(WASEDA, YONSEI, there=(2, 4), back=(1, 1)),
            pair(KYOTO, YONSEI, back=(1, 1)),
        ],
        "countries": [pair("JP", "KR", there=(2, 4), back=(2, 2))],
    }


def pair(one, other, there=(0, 0), back=(0, 0)):
    return {
        "one": one, "other": other, "there": there[0], "there_terms": there[1],
        "back": back[0], "back_terms": back[1],
        "difference": there[0] - back[0], "difference_terms": there[1] - back[1],
    }  # fmt: skip


def test_the_shares_the_binding_quotas_and_the_moves_are_counted():
    third = make_applicant("c", score=Decimal(1))
    figures = make_document(PLACES, [*APPLICANTS, third], moves=[Move(applicant="c", row=3, reason="x")])[
        "summary"
    ]
    expected = {
        "applicants": 3,
        "placed": 2,
        "share_placed": "0.667",
        "share_first": "0.333",
        "at_choice": {"1": 1},
    }
    expected |= {"off_list": 1, "by_hand": 1, "binding": 1}
    assert {name: figures[name] for name in expected} == expected


def content(result, kind, language="en"):
    to = io.BytesIO()
    with translation.override(language):
        report.write(result, kind, to, name_of=NAMES.__getitem__)
    return to.getvalue()


def test_the_json_is_canonical_and_its_hash_is_that_of_the_result():
    result = whole()
    written = content(result, "json")
    assert json.loads(written) == result
    assert written == json.dumps(result, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    turned = dict(reversed(result.items()))
    assert (content(turned, "json"), content(result, "json", "ko")) == (written, written)


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_the_workbook_has_the_results_options_reasons_balance_and_settings(language):
    moves = [Move(applicant="b", row=2, reason="=A sibling is there.")]
    book = read_workbook(content(whole(moves=moves), "xlsx", language), filename="result.xlsx")
    with translation.override(language):
        named = [
            translation.gettext(name) for name in ("Results", "Options", "Reasons", "Balance", "Settings")
        ]
    assert [sheet.name for sheet in book.sheets] == named
    cells = {str(cell) for sheet in book.sheets for row in sheet.rows for cell in row}
    told = {
        "GPA 50, interview 50",
        "2027",
        "=Taught in English.",
        "=A sibling is there.",
        "0" * 64,
        "Yonsei",
        "a",
        "b",
    }
    assert told <= cells


def test_the_reasons_say_what_was_waived_by_hand_and_what_would_have_been_enough():
    moves = [Move(applicant="a", row=3, reason="A sibling is there.")]
    book = read_workbook(content(whole(moves=moves, changes={}), "xlsx"), filename="result.xlsx")
    sheet = next(sheet for sheet in book.sheets if sheet.name == "Reasons")
    assert [tuple(row[7:10]) for row in sheet.rows][1:] == [
        ("Not needed", "Not looked at, because the applicant was placed by hand.", ""),
        (
            "Placed by hand",
            "Placed here by hand. Reason: A sibling is there. This speaks against it: Asked is TOPIK 5; the results "
            "do not reach it (TOPIK 4 2026-04-12).",
            "",
        ),
        ("Placed", "Placed here.", ""),
        (
            "Not needed",
            "Not looked at, because a better choice was met. Waived: Asked is TOPIK 5; the results do not reach it "
            "(TOPIK 4 2026-04-12). Reason: =Taught in English.",
            "",
        ),
    ]


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"code": "placed"}, ""),
        (
            {"code": "full", "enough": "81.5", "enough_equal": False},
            "A score above 81.5 would have been enough.",
        ),
        ({"code": "full", "enough": "81.5", "enough_equal": True}, "A score of 81.5 would have been enough."),
        ({"code": "full", "enough": None, "enough_equal": False}, "No score would have been enough."),
    ],
)
def test_what_would_have_been_enough_is_a_sentence(wish, sentence):
    assert reasons.enough(wish) == sentence


@pytest.mark.parametrize(
    ("full", "sentence"),
    [
        ({"score": None, "by_hand": 2}, "All places of Spring 2027 were given by hand (places: 2)."),
        ({"score": None, "places": 0}, "There are no places."),
        ({"score": None}, "All places of Spring 2027 are taken (places: 2)."),  # by a rule of exchange
        (
            {"score": None, "by_hand": 2, "term": ""},
            "All stays of an academic year were given by hand (places: 2).",
        ),
        (
            {"score": "90"},
            "All places of Spring 2027 are taken (places: 2). The last one went to an applicant with the score 90; "
            "this applicant has 80.0.",
        ),
        (
            {"score": "80"},
            "All places of Spring 2027 are taken (places: 2). The last one went to an applicant with the same score, "
            "80, and a lower lottery number.",
        ),
        (
            {"score": "90", "direction": {"from": "JP", "to": "KR"}},
            "Balance allows no more stays from Japan to South Korea (stays: 2). The last one went to an applicant with "
            "the score 90; this applicant has 80.0.",
        ),
        (
            {"score": None, "places": 0, "direction": {"from": "JP", "to": "KR"}},
            "Balance allows no stays from Japan to South Korea.",
        ),
    ],
)
def test_why_it_was_full(full, sentence):
    told = {"term": "2027-spring", "places": 2, "by_hand": 0} | full
    assert reasons.verdict({"code": "full", "full": [told]}, {"score": "80.0"}) == [sentence]


def test_the_csv_is_one_row_an_applicant():
    lines = content(whole(), "csv").decode("utf-8-sig").splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [["1", "a", "佐藤 花"], ["2", "b", "佐藤 花"]]


def test_the_standards_have_a_hash_that_words_do_not_change():
    first = STANDARDS.tests[0]
    renamed = replace(STANDARDS, tests=(replace(first, source="elsewhere"), *STANDARDS.tests[1:]))
    changed = replace(STANDARDS, tests=(replace(first, months=1), *STANDARDS.tests[1:]))
    hashes = [report.standards_hash(one) for one in (STANDARDS, renamed, changed)]
    assert (hashes[0] == hashes[1], hashes[0] == hashes[2]) == (True, False)


def test_an_unknown_kind_of_file_is_refused():
    with pytest.raises(ValueError, match="not as 'pdf'"):
        content(whole(), "pdf")
    with pytest.raises(ValueError, match="not 'languages'"):
        report.write_inputs("languages", [], io.BytesIO())


def test_an_empty_round_has_a_result_too():
    result = make_document([], [])
    assert (result["applicants"], result["places"], result["summary"]["share_placed"]) == ([], [], None)
    assert content(result, "json").endswith(b"}")
    assert json.loads(content(result, "json")) == result
    assert make_basis([], []).waivers == ()


def test_the_standards_of_a_new_database_have_the_hash_of_the_shipped_ones(programme):
    """So that the shell, which has no database, can verify what a server has frozen."""
    assert report.standards_hash(standards_in_force()) == report.standards_hash(STANDARDS)
