import re
from collections.abc import Callable
from typing import Any

import pytest

from eastep.standards import sentences
from eastep.standards.cells import Unreadable
from eastep.standards.facts import Standards
from eastep.standards.fields import parse_field
from eastep.standards.gpa import parse_gpa
from eastep.standards.languages import parse_requirement, parse_results
from eastep.standards.levels import parse_level
from eastep.standards.tests.reading import problem_of

SHIPPED = Standards.shipped()
PROBLEMS = [
    (parse_field, "Astrology"),
    (parse_field, "31"),
    (parse_field, "0311 Psychology"),
    (parse_results, "신HSK 5급"),
    (parse_results, "JLPT 2급"),
    (parse_results, "TOEFL 550"),
    (parse_results, "N2 2025-12"),
    (parse_results, "CEFR B1"),
    (parse_requirement, "N2 and TOEIC 600"),
    (parse_gpa, "八十"),
    (parse_gpa, "3.8"),
    (parse_gpa, "3.8/7"),
    (parse_gpa, "4.6/4.5"),
    (lambda cell, standards: parse_gpa(cell, standards, scale="4.3"), "3.8/4.5"),
    (parse_level, "高校"),
    (parse_level, "大学院"),
]


@pytest.mark.parametrize(("parse", "cell"), PROBLEMS)
def test_every_problem_has_a_sentence_that_shows_what_was_written(
    parse: Callable[..., Any], cell: str
) -> None:
    problem = problem_of(parse, cell, SHIPPED)
    assert problem is not None
    said = sentences.sentence(problem)
    assert problem.value in cell
    assert problem.value in said or problem.code == "field_conflict"
    assert not re.search("[{}]", said)


def test_the_problems_above_are_all_there_are() -> None:
    codes = {problem.code for parse, cell in PROBLEMS if (problem := problem_of(parse, cell, SHIPPED))}
    assert codes == set(sentences.UNREADABLE)


def test_the_remedy_is_said() -> None:
    assert sentences.sentence(Unreadable("language_test_unknown", "신HSK 5급", known="JLPT, TOPIK")) == (
        "“신HSK 5급” names no language test that is known here. Known are: JLPT, TOPIK."
    )


def test_braces_in_a_cell_do_no_harm() -> None:
    assert "{known}" in sentences.sentence(Unreadable("level_unknown", "{known}", known="6"))
