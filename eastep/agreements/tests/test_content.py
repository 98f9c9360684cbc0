"""The canonical form against the published vectors, and what a content may be."""

import json
from datetime import date
from pathlib import Path

import pytest

from eastep.agreements.checking import check, unfinished
from eastep.agreements.content import canonical, renewed
from eastep.agreements.tests.factories import make_content, make_draft

VECTORS = Path(__file__).parent / "rfc8785"


@pytest.mark.parametrize("name", sorted(path.name for path in (VECTORS / "input").iterdir()))
def test_the_published_vectors_of_rfc_8785(name):
    value = json.loads((VECTORS / "input" / name).read_text(encoding="utf-8"))
    assert canonical(value) == (VECTORS / "output" / name).read_bytes()


@pytest.mark.parametrize(
    ("period", "following"),
    [
        (("2027-04-01", "2032-03-31"), ("2032-04-01", "2037-03-31")),
        (("2027-04-01", "2028-02-29"), ("2028-03-01", "2029-01-31")),  # eleven months each
        (("2027-03-02", "2027-09-01"), ("2027-09-02", "2028-03-01")),  # half a year each
        (("2027-01-01", "2027-01-10"), ("2027-01-11", "2027-01-20")),  # ten days each
        (("2027-01-15", "2027-03-20"), ("2027-03-21", "2027-05-26")),  # two months and six days each
    ],
)
def test_a_renewal_is_as_long_as_what_it_follows(period, following):
    content = {"starts_on": period[0], "ends_on": period[1]}
    assert renewed(content) == {"starts_on": following[0], "ends_on": following[1]}


def test_what_has_no_end_needs_no_renewal():
    with pytest.raises(ValueError, match="no end"):
        renewed({"starts_on": "2027-04-01", "ends_on": None})


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("format", 2),
        ("level", "department"),
        ("starts_on", "1.4.2027"),
        ("ends_on", 2032),
        ("notice_months", -1),
        ("notice_months", True),
        ("balance", {"counts": "stay", "expires_after": 3}),
        ("other", {"en": "", "ja": ""}),
        ("parties", []),
    ],
)
def test_a_malformed_content_is_refused_by_its_place(waseda, yonsei, place, value):
    side = make_draft(waseda, yonsei)
    with pytest.raises(ValueError, match=f"not a content: .*{place}"):
        check({**make_content(waseda, yonsei), place: value}, side)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("sending", "JP:other"),
        ("mobility", "holiday"),
        ("fields", ["abc"]),
        ("levels", [9]),
        ("terms", ["winter"]),
        ("places", -1),
        ("places", 1.5),
        ("months", "zero"),
        ("months", "-3"),
        ("days", "400"),
        ("first_year", "2027"),
        ("language_is", "nice"),
        ("blended", 1),
    ],
)
def test_a_malformed_condition_is_refused(waseda, yonsei, place, value):
    side = make_draft(waseda, yonsei)
    content = make_content(waseda, yonsei)
    content["conditions"][0][place] = value
    with pytest.raises(ValueError, match="not a content: condition 1"):
        check(content, side)


def test_what_is_missing_before_it_can_be_proposed_is_told_in_sentences(waseda, yonsei):
    agreement = make_draft(waseda, yonsei).agreement
    content = make_content(
        waseda, yonsei, starts_on=date(2027, 4, 1), ends_on=date(2027, 3, 31), conditions=[]
    )
    assert unfinished(content, agreement, today=date(2026, 11, 22)) == [
        "The last day lies before the first. Correct the dates.",
        "Add at least one condition: who sends how many to whom. Only a memorandum needs none.",
    ]
    memorandum = {**content, "level": "memorandum", "ends_on": "2032-03-31"}
    assert unfinished(memorandum, agreement, today=date(2026, 11, 22)) == []
    over = make_content(waseda, yonsei, starts_on=date(2020, 4, 1), ends_on=date(2025, 3, 31))
    assert unfinished(over, agreement, today=date(2026, 11, 22)) == [
        "The period is over already. Correct the dates."
    ]
    assert unfinished(over, agreement, today=None) == []
