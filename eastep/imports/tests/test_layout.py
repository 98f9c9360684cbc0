"""Reading as a person has laid it down: columns, constants, mended cells, rows left out."""

from typing import Any

import pytest

from eastep.core.sheets import read_workbook
from eastep.imports import Column, Layout, Problem, Table, read_table
from eastep.imports.cells import one_of, whole_between
from eastep.imports.headings import counted
from eastep.imports.tests.test_propose import book
from eastep.imports.tests.test_read_table import told

COLUMNS = (
    Column("id", "number", ("ID",), required=True, unique=True),
    Column("home", "home", ("Home",), one_of({"W": ("Waseda",), "K": ("Keio",)}), required=True),
    Column("places", "places", ("Places",), whole_between(0, 99), required=True),
    Column("host", "choice {n}", ("Choice {n}",), repeats=counted(3)),
)
FILE = "2027,,\nnr,Anzahl,Wunsch\na,1,Yonsei\nb,drei,Korea\n,,\nc,3,\n"


def read(columns: Any, content: str = FILE, **given: Any) -> Table:
    heading_row, constants = given.pop("heading_row", 2), given.pop("constants", {})
    layout = Layout(sheet="x", heading_row=heading_row, columns=columns, constants=constants)
    sheet = read_workbook(content.encode(), filename="x.csv").sheets[0]
    return read_table(sheet, COLUMNS, layout=layout, **given)


ALL = {0: ("id", 0), 1: ("places", 0), 2: ("host", 2)}


def values(table: Table) -> list[tuple[Any, ...]]:
    return [(row.number, row["id"], row["home"], row["places"], row["host"]) for row in table.rows]


def test_columns_are_what_the_layout_says_and_constants_fill_what_is_absent() -> None:
    table = read(ALL, constants={"home": "waseda"})
    assert values(table) == [
        (3, "a", "W", 1, (None, "Yonsei", None)),
        (6, "c", "W", 3, (None, None, None)),
    ]
    assert told(table) == [(4, "B", "drei", "not_whole")]
    problem = next(iter(table.problems))
    assert (problem.column, problem.position, problem.n, problem.heading) == ("places", 1, 0, "Anzahl")
    assert [row["id"] for row in table.bad_rows] == ["b"]


def test_a_constant_fills_the_empty_cells_of_a_column_that_is_there() -> None:
    table = read({0: ("id", 0), 1: ("home", 0)}, "ID,Home\na,Keio\nb,\n,\nd,　\n", heading_row=1,
                 constants={"home": "Waseda", "places": "5"})  # fmt: skip
    assert values(table) == [
        (2, "a", "K", 5, (None, None, None)),
        (3, "b", "W", 5, (None, None, None)),
        (5, "d", "W", 5, (None, None, None)),
    ]


def test_a_bad_constant_is_one_problem_and_no_row_is_good() -> None:
    table = read(ALL, constants={"home": "Kieo {0}", "places": "2"})
    assert (len(table.rows), table.problems.errors) == (0, 1)
    problem = next(iter(table.problems))
    assert (problem.row, problem.column, problem.position, problem.value, problem.code) == (
        0,
        "home",
        -1,
        "Kieo {0}",
        "not_one_of",
    )
    assert problem.sentence == (
        "“Kieo {0}” was to count for every row as “home”, which is not possible. "
        "“Kieo {0}” is not possible here. Write one of these: Waseda, Keio. Correct what counts for every row."
    )


def test_mends_stand_in_the_place_of_cells() -> None:
    table = read(ALL, constants={"home": "Keio"}, mends={(4, 1): "２名", (6, 2): "Seoul", (3, 2): ""})
    assert values(table) == [
        (3, "a", "K", 1, (None, None, None)),
        (4, "b", "K", 2, (None, "Korea", None)),
        (6, "c", "K", 3, (None, "Seoul", None)),
    ]
    assert table.problems.errors == 0


def test_a_mend_that_is_wrong_is_told_as_it_was_written() -> None:
    assert told(read(ALL, constants={"home": "Keio"}, mends={(4, 1): "2.5"})) == [
        (4, "B", "2.5", "not_whole")
    ]


def test_rows_left_out_are_not_read() -> None:
    table = read(ALL, constants={"home": "Keio"}, left_out={3, 4})
    assert ([row[0] for row in values(table)], table.problems.errors) == ([6], 0)


def test_a_row_left_out_does_not_hold_its_number() -> None:
    table = read(
        {0: ("id", 0)}, "ID\na\na\n", heading_row=1, constants={"home": "Keio", "places": "1"}, left_out=[2]
    )
    assert (len(table.rows), table.problems.errors) == (1, 0)


def test_a_file_without_headings() -> None:
    table = read({0: ("id", 0), 1: ("places", 0)}, "a,1\nb,x\n", heading_row=0, constants={"home": "Keio"})
    assert ([row.number for row in table.rows], told(table)) == ([1], [(2, "B", "x", "not_whole")])


def test_what_the_layout_lacks_or_says_twice() -> None:
    assert [(p.column, p.code) for p in read({0: ("id", 0), 1: ("", 0)}).problems] == [
        ("home", "missing_column"),
        ("places", "missing_column"),
    ]
    twice = read(ALL | {1: ("id", 0)}, constants={"home": "Keio", "places": "1"})
    assert [(p.column, p.letter, p.code) for p in twice.problems] == [("id", "B", "chosen_twice")]
    gone = read(ALL | {9: ("host", 1)}, constants={"home": "Keio"})
    assert [(p.column, p.n, p.code) for p in gone.problems] == [("host", 1, "column_gone")]
    assert all("choice 1" in p.sentence for p in gone.problems)


@pytest.mark.parametrize("source", [("host", 4), ("host", 0), ("id", 1)])
def test_a_layout_for_other_columns_is_a_mistake_of_the_caller(source: tuple[str, int]) -> None:
    with pytest.raises(ValueError, match=source[0]):
        read({0: source})


def test_progress_is_told_every_two_thousand_rows_and_at_the_end() -> None:
    content = "ID\n" + "".join(f"a{n}\n" for n in range(4_500))
    told_so: list[int] = []
    read(
        {0: ("id", 0)},
        content,
        heading_row=1,
        constants={"home": "Keio", "places": "1"},
        on_progress=told_so.append,
    )
    assert told_so == [2_000, 4_000, 4_500]


def test_every_problem_is_heard_though_few_are_kept() -> None:
    heard: list[Problem] = []
    read(ALL, "".join(f"{n},x,\n" for n in range(50)), heading_row=0, constants={"home": "Keio"}, keep=3,
         on_problem=heard.append)  # fmt: skip
    assert len(heard) == 50


def test_cells_merged_across_are_split_by_a_mend() -> None:
    def fill(sheet: Any) -> None:
        sheet.write_row(0, 0, ["ID", "Places"])
        sheet.merge_range(1, 0, 1, 1, 7)

    sheet = book(Sheet1=fill).sheets[0]
    layout = Layout(
        sheet="Sheet1", heading_row=1, columns={0: ("id", 0), 1: ("places", 0)}, constants={"home": "Keio"}
    )
    assert "merged_cells" in read_table(sheet, COLUMNS, layout=layout).problems.by_code
    split = read_table(sheet, COLUMNS, layout=layout, mends={(2, 0): "a", (2, 1): "7"})
    assert ([(row["id"], row["places"]) for row in split.rows], split.problems.errors) == ([("a", 7)], 0)
