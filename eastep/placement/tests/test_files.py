"""Markets out of files and placements into files; a file that is broken says so, and where."""

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow")

from pyarrow import feather, ipc, parquet  # noqa: E402

from eastep.placement import Lottery, Market, Placement, deferred_acceptance  # noqa: E402
from eastep.placement.tests.test_tables import contents, markets, tables, tables_of  # noqa: E402


def write(table: Any, path: Path) -> Path:
    """As somebody else would, not by our own code."""
    if path.suffix == ".parquet":
        parquet.write_table(table, path, row_group_size=2)
    elif path.suffix == ".arrow":
        with ipc.new_stream(str(path), table.schema) as file:
            file.write_table(table, max_chunksize=2)
    elif path.suffix == ".feather":
        feather.write_feather(table, str(path))
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(table.column_names)
            rows.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return path


STUDENTS = "student,choice_1,choice_2,score\n007,x,y,81\n김민준,y,,70\n"
OPTIONS = "option,places\nx,1\ny,2\n"


def csv_market(folder: Path, students: str | bytes = STUDENTS, options: str = OPTIONS) -> Market:
    (folder / "students.csv").write_bytes(students.encode() if isinstance(students, str) else students)
    (folder / "options.csv").write_text(options, encoding="utf-8")
    return Market.from_files(folder / "students.csv", str(folder / "options.csv"))


@pytest.mark.parametrize("suffix", [".parquet", ".arrow", ".feather"])
@pytest.mark.parametrize("encoded", [False, True])
def test_from_files(suffix: str, encoded: bool, tmp_path: Path) -> None:
    given = tables()
    expected = contents(Market.from_arrow(**given))
    if encoded:
        given["students"] = given["students"].set_column(
            3, "home", given["students"]["home"].dictionary_encode()
        )
    given["students"] = given["students"].append_column("note", pa.array(["of no interest", None]))
    paths = {name: write(table, tmp_path / (name + suffix)) for name, table in given.items()}
    assert contents(Market.from_files(**paths)) == expected


@pytest.mark.parametrize("limit", [10, 1_000_000])
def test_lists_in_several_row_groups_with_few_texts_or_many(limit: int, tmp_path: Path) -> None:
    """pyarrow encodes by a dictionary up to a limit; it cannot read lists of both at once as dictionaries."""
    options = [f"option {number}" for number in range(500)]
    ids = [str(number) for number in range(100)]
    wishes = {one: [options[(int(one) * 7 + step * 31) % 500] for step in range(9)] for one in ids}
    students = pa.table({"student": ids, "choices": list(wishes.values()), "score": list(range(100))})
    parquet.write_table(
        students,
        tmp_path / "s.parquet",
        row_group_size=30,
        dictionary_pagesize_limit=limit,
        data_page_size=64,
        write_batch_size=16,
    )
    write(pa.table({"option": options, "places": [1] * 500}), tmp_path / "o.parquet")
    found = Market.from_files(tmp_path / "s.parquet", tmp_path / "o.parquet")
    score = {one: int(one) for one in ids}
    assert contents(found) == contents(
        Market.from_mappings(wishes=wishes, score=score, places=dict.fromkeys(options, 1))
    )


@pytest.mark.parametrize(
    "text",
    [
        STUDENTS,
        "\ufeff" + STUDENTS,
        STUDENTS.replace("\n", "\r\n"),
        STUDENTS.replace("\n", "\n\n") + "\n\n",
        STUDENTS.rstrip("\n"),
        STUDENTS.replace("007", '"007"'),
        "note,note,student,choice_1,choice_2,score\n1,2,007,x,y,81\n,,김민준,y,,70\n",
    ],
)
def test_csv(text: str, tmp_path: Path) -> None:
    market = csv_market(tmp_path, text)
    assert market.student_ids == ("007", "김민준")
    assert market.pref_ptr.tolist() == [0, 2, 3]
    assert market.pref_option.tolist() == [0, 1, 1]
    assert market.score.tolist() == [81, 70]


def test_a_table_of_choices_in_csv(tmp_path: Path) -> None:
    (tmp_path / "choices.csv").write_text("student,rank,option\n김민준,1,y\n007,2,y\n007,1,x\n")
    (tmp_path / "students.csv").write_text("student,score\n007,81\n김민준,70\n")
    (tmp_path / "options.csv").write_text(OPTIONS)
    market = Market.from_files(
        tmp_path / "students.csv", tmp_path / "options.csv", choices=tmp_path / "choices.csv"
    )
    assert contents(market) == contents(csv_market(tmp_path))


@pytest.mark.parametrize(
    ("students", "message"),
    [
        ("", "students.csv is empty; a line with the names of the columns is needed"),
        ("student,choice_1,score\n1,x,5\n2,x\n", "students.csv, line 3: 2 cells where the header has 3; put text with"),
        ("student,choice_1,score\n1,x,5\n\n2,x,y,5\n", "students.csv, line 4: 4 cells where the header has 3"),
        ('student,choice_1,score\n1,"x,5\n2,x,5\n', "students.csv, line 2: unexpected end of data; look for a quote"),
        ("student;choice_1;score\n1;x;5\n", "students.csv has one column only, 'student;choice_1;score'; save it with commas"),
        ("id,choices\n1,x\n", "column 'choices' holds string; a list of options is needed, or columns choice_1"),
        ("id,name\n1,x\n", r"students.csv has no column 'choices' .*; it has 'id', 'name'"),
        ("student,Choices,score\n1,x,5\n", "students.csv has the column 'Choices'; name it 'choices', or leave it out"),
        ("student,choice_1,score\n1,x,5\n2,z,5\n", "students.csv, line 3, column 'choice_1': there is no option 'z' in .*options.csv"),
        ('student,choice_1,score\n"1\n1",x,5\n\n2,z,5\n', "students.csv, line 5, column 'choice_1': there is no option 'z'"),
        ("student,choice_1,score\n1,x,5\n1,x,5\n", "students.csv, line 3, column 'student': '1' stands in line 2 already"),
        ("student,choice_1,score\n1,x,five\n", "students.csv, line 2, column 'score': the score is 'five'"),
        ("student,student,choice_1,score\n1,1,x,5\n", "students.csv has the column 'student' twice"),
        ("student,choice_1,score\n김,x,5\n이,x,5\n".encode("cp949"), "students.csv, line 2: the text is not UTF-8; save it as"),
        ("student,choice_1,score\n佐藤,x,5\n".encode("cp932"), "students.csv, line 2: the text is not UTF-8"),
        ("student,choice_1,score\n1,x,5\n".encode("utf-16"), "students.csv, line 1: the text is not UTF-8"),
        (b"PK\x03\x04\xff\xff\x00", "students.csv, line 1: the text is not UTF-8"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_csv_file_is_named(students: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        csv_market(tmp_path, students)


def test_a_csv_file_without_rows(tmp_path: Path) -> None:
    assert csv_market(tmp_path, "student,choice_1,score\n").students == 0


@pytest.mark.parametrize("suffix", [".parquet", ".arrow", ".feather"])
def test_a_file_that_is_cut_off_or_altered(suffix: str, tmp_path: Path) -> None:
    """Wherever it is cut; and with any byte changed it is refused, or read as something that is sound."""
    table = tables()["students"]
    path = write(table, tmp_path / ("students" + suffix))
    options = write(tables()["options"], tmp_path / "options.parquet")
    whole = path.read_bytes()
    for end in [*range(0, len(whole), max(1, len(whole) // 50)), len(whole) - 1]:
        path.write_bytes(whole[:end])
        if suffix == ".arrow" and end >= len(whole) - 8:
            continue  # a stream may end without its end mark
        with pytest.raises(ValueError, match=r"students|option"):
            Market.from_files(path, options)
    for place in range(0, len(whole), max(1, len(whole) // 100)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            Market.from_files(path, options)
        except (ValueError, OSError, MemoryError) as error:
            assert str(error)  # noqa: PT017


@pytest.mark.parametrize("suffix", [".parquet", ".arrow", ".feather"])
def test_a_file_of_another_format(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / ("students" + suffix)
    path.write_text(STUDENTS)
    kind = suffix[1:]
    with pytest.raises(
        ValueError,
        match=rf"students{suffix} cannot be read as {kind} \(.*\): it may be cut off, or of another format",
    ):
        Market.from_files(path, path)


def test_a_suffix_that_says_nothing_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError,
        match=r"students.xlsx: the suffix says what kind of file it is; there are \.parquet, \.arrow",
    ):
        Market.from_files(tmp_path / "students.xlsx", tmp_path / "options.csv")
    with pytest.raises(FileNotFoundError, match=r"students\.csv"):
        Market.from_files(tmp_path / "students.csv", tmp_path / "options.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(IsADirectoryError):
        Market.from_files(tmp_path / "folder.csv", tmp_path / "options.csv")


def placed() -> Placement:
    market = Market.from_arrow(
        {"student": ["007", '김, "민준"', "c"], "choices": [["y", "x"], ["y"], ["y"]], "score": [3, 2, 1]},
        {"option": ["x", "y"], "places": [1, 2]},
    )
    return deferred_acceptance(market, Lottery.draw(1, market.student_ids or ()))


@pytest.mark.parametrize("suffix", [".parquet", ".arrow", ".feather"])
def test_write(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / ("placement" + suffix)
    placed().write(path)
    table = parquet.read_table(path) if suffix == ".parquet" else feather.read_table(str(path))
    assert table.to_pydict() == {
        "student": ["007", '김, "민준"', "c"],
        "option": ["y", "y", None],
        "rank": [1, 1, None],
    }


def test_write_csv(tmp_path: Path) -> None:
    placed().write(tmp_path / "placement.csv")
    with (tmp_path / "placement.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["student", "option", "rank"],
            ["007", "y", "1"],
            ['김, "민준"', "y", "1"],
            ["c", "", ""],
        ]
    with pytest.raises(ValueError, match=r"placement\.txt: the suffix says"):
        placed().write(tmp_path / "placement.txt")


@given(market=markets(), suffix=st.sampled_from([".parquet", ".arrow", ".feather"]), as_lists=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_as_from_mappings(
    market: dict[str, Any], suffix: str, as_lists: bool, tmp_path: Path
) -> None:
    given = tables_of(market, as_lists=as_lists)
    paths = {name: write(table, tmp_path / (name + suffix)) for name, table in given.items()}
    assert contents(Market.from_files(**paths)) == contents(Market.from_mappings(**market))


@given(market=markets())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_csv_is_the_same_too(market: dict[str, Any], tmp_path: Path) -> None:
    """Only that floats are compared as they are written; so they have few digits here."""
    given = tables_of(market, as_lists=False)
    paths = {name: write(table, tmp_path / f"{name}.csv") for name, table in given.items()}
    found, expected = contents(Market.from_files(**paths)), contents(Market.from_mappings(**market))
    values = expected.pop("score_values"), found.pop("score_values")
    assert found == expected
    assert values[0] is None or [float(value) for value in values[1]] == list(map(float, values[0]))
