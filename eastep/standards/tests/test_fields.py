from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastep.standards.cells import Cell
from eastep.standards.facts import Field, Standards
from eastep.standards.fields import any_field_covers, field_covers, format_fields, parse_field
from eastep.standards.tests.reading import code_of, problem_of

SHIPPED = Standards.shipped()
CODES_OF_PROBLEMS = ("field_ambiguous", "field_conflict", "field_unknown")
CODES = [field.code for field in SHIPPED.fields]


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("0311", ("0311",)),
        ("０３１１", ("0311",)),
        (311, ("0311",)),  # a number loses its zero: only 0311 can be meant
        (311.0, ("0311",)),
        ("110", ("0110",)),  # there is no narrow field 110
        (4, ("04",)),  # there is no 004
        (10, ("10",)),
        ("101", ("101",)),  # there is no 0101
        ("031", ("031",)),  # the zero is there, so none was lost
        ("00", ("00",)),
        ("03 Social sciences", ("03",)),
        ("0311: Economics", ("0311",)),
        ("0311 経済学", ("0311",)),
        ("99 Field unknown", ("99",)),  # the title decides
        ("Economics", ("0311",)),
        ("economics ", ("0311",)),
        ("経済学", ("0311",)),
        ("경제학", ("0311",)),
        ("法学", ("0421",)),  # 042 has no other part
        ("0311; 0421", ("0311", "0421")),
        ("経済学、法学", ("0311", "0421")),
        ("경제학, 심리학", ("0311", "0313")),
        ("0311/0421", ("0311", "0421")),
        ("0311\n0421", ("0311", "0421")),
        ("0311; 0311", ("0311",)),
        ("Fashion, interior and industrial design, Law", ("0212", "0421")),  # titles have commas too
        ("03 Social sciences, journalism and information, 0411", ("03", "0411")),
        ("社会科学・ジャーナリズム・情報学", ("03",)),
        ("", ()),
        (None, ()),
        ("-", ()),
        ("全分野", ()),
        ("전체", ()),
        ("Any field", ()),
    ],
)
def test_what_offices_write(cell: Cell, codes: Any) -> None:
    assert parse_field(cell, SHIPPED) == codes


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (31, "field_ambiguous"),  # 031 or 0031
        (3, "field_ambiguous"),  # 03 or 003
        (11, "field_ambiguous"),  # 011 or 0011
        (0, "field_ambiguous"),
        ("99", "field_ambiguous"),  # a CSV may have lost the zeros of 099 or 0099
        ("999", "field_ambiguous"),
        ("Information and Communication Technologies (ICTs)", "field_ambiguous"),  # 06, or its part 061
        ("0311 Psychology", "field_conflict"),
        ("3112", "field_unknown"),
        ("0311 0312", "field_unknown"),
        ("Astrology", "field_unknown"),
        ("0311; Astrology", "field_unknown"),
        (True, "field_unknown"),
        ("31112", "field_unknown"),
    ],
)
def test_what_cannot_be_read(cell: Cell, code: str) -> None:
    assert code_of(parse_field, cell, SHIPPED) == code


def test_the_candidates_are_told() -> None:
    problem = problem_of(parse_field, 31, SHIPPED)
    assert problem is not None
    assert problem.facts["known"] == (
        "031 Social and behavioural sciences, 0031 Personal skills and development"
    )


@pytest.mark.parametrize(
    ("wide", "narrow", "covered"),
    [
        ("03", "0311", True),
        ("", "0311", True),
        ("0311", "0311", True),
        ("0311", "03", False),
        ("04", "0311", False),
    ],
)
def test_covers(wide: str, narrow: str, covered: bool) -> None:
    assert field_covers(wide, narrow) is covered


def test_any_of_several_fields() -> None:
    assert any_field_covers((), "0311")
    assert any_field_covers(("04", "031"), "0311")
    assert not any_field_covers(("04", "05"), "0311")


@given(st.lists(st.sampled_from([code for code in CODES if code not in ("99", "999")]), unique=True))
def test_codes_survive_writing_and_reading(codes: Any) -> None:
    assert parse_field(format_fields(codes), SHIPPED) == tuple(codes)


@given(st.sampled_from(SHIPPED.fields), st.sampled_from(["en", "ja", "ko"]))
def test_code_and_title_together_are_always_read(field: Field, language: str) -> None:
    assert parse_field(f"{field.code} {field.label.in_language(language)}", SHIPPED) == (field.code,)


@given(st.sampled_from(CODES))
def test_a_lost_zero_never_makes_another_field(code: str) -> None:
    problem = problem_of(parse_field, int(code), SHIPPED)
    if problem:
        assert (problem.code, code in problem.facts["known"]) == ("field_ambiguous", True)
    else:
        assert parse_field(int(code), SHIPPED) == (code,)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert code_of(parse_field, text, SHIPPED) in ("", *CODES_OF_PROBLEMS)
