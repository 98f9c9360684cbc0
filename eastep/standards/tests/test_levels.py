import pytest

from eastep.standards.cells import Cell
from eastep.standards.facts import Standards
from eastep.standards.levels import parse_level
from eastep.standards.tests.reading import code_of

SHIPPED = Standards.shipped()


@pytest.mark.parametrize(
    ("level", "cells"),
    [
        (6, ["6", 6, 6.0, "EQF 6", "Bachelor", "bachelor's degree", "Undergraduate"]),
        (6, ["学部", "学士課程", "학부", "학사과정"]),
        (7, ["7", "７", "Level 7", "Master's", "M.A.", "MSc"]),
        (7, ["修士", "修士課程", "博士前期課程", "석사", "석사과정"]),
        (8, ["8", "Ph.D.", "PhD", "Doctorate", "博士", "博士後期課程", "박사"]),
    ],
)
def test_levels_as_offices_write_them(level: int, cells: list[Cell]) -> None:
    assert {cell: parse_level(cell, SHIPPED) for cell in cells} == dict.fromkeys(cells, level)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("大学院", "level_ambiguous"),
        ("대학원", "level_ambiguous"),
        ("Graduate", "level_ambiguous"),
        ("석·박사통합", "level_ambiguous"),
        ("5", "level_unknown"),
        ("高校", "level_unknown"),
        ("", "level_unknown"),
        (None, "level_unknown"),
        (6.5, "level_unknown"),
    ],
)
def test_levels_that_cannot_be_read(cell: Cell, code: str) -> None:
    assert code_of(parse_level, cell, SHIPPED) == code
