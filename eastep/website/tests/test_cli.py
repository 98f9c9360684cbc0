"""The command as a person in a shell meets it: what it prints, and its exit code."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eastep.applications.tests import files
from eastep.applications.tests.files import workbook
from eastep.website.cli import main
from eastep.website.compare import width


def eastep(*arguments: object) -> Result:
    """The command in this process, where these tests have no database; what is no refusal is raised."""
    runner = CliRunner(env={"EASTEP_ENV": "local"})  # and puts back what was there, which commands change
    done = runner.invoke(main, [*map(str, arguments)], prog_name="eastep")
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.fixture
def sheets(tmp_path: Path) -> list[object]:
    for kind, (name, content) in (("places", files.places()), ("applicants", files.applicants())):
        (tmp_path / name).write_bytes(content)
        assert name == f"{kind}.xlsx"
    return ["--places", tmp_path / "places.xlsx", "--applicants", tmp_path / "applicants.xlsx"]


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["serve"],
        ["demo"],
        ["place"],
        ["compare"],
        ["verify"],
        ["import", "institutions"],
        ["backup"],
        ["restore"],
    ],
)
def test_help_has_an_example(command):
    done = eastep(*command, "--help")
    assert (done.exit_code, bool(re.search(r"Examples?:\n\s+.*eastep ", done.stdout))) == (0, True)


def test_two_sheets_are_placed_without_a_database(sheets, tmp_path):
    """As a process of its own: on a machine that has no database."""
    elsewhere = os.environ | {"EASTEP_DATA": "/nowhere/that/exists"}
    elsewhere.pop("DATABASE_URL")
    arguments = ["place", *map(str, sheets), "--seed", "2027", "--out", str(tmp_path / "result.json")]
    command = [sys.executable, "-m", "eastep.website.cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=elsewhere)
    assert done.returncode == 0, done.stderr
    assert "Placed: 2" in done.stdout
    assert "Seed of the lottery: 2027" in done.stdout
    result = json.loads((tmp_path / "result.json").read_text())
    assert [(one["id"], one["placed"]) for one in result["applicants"]] == [
        ("A-002", 1),
        ("A-001", 2),
        ("A-003", None),
    ]


@pytest.mark.parametrize(
    ("carried", "placed"),
    [
        (
            [],
            {
                "Without balance": "2",
                "Limit each way · Countries · exact": "0",
                "Exchange · Countries · ±1": "1",
            },
        ),
        # Korea has sent two before, so two may go to it.
        (
            ["--carried", "KR=2"],
            {"Limit each way · Countries · exact": "2", "Exchange · Universities · exact": "0"},
        ),
    ],
)
def test_rules_are_compared_without_a_database(sheets, tmp_path, carried, placed):
    # All three applicants are of Waseda: nobody comes in return.
    done = eastep(
        "compare", *sheets, "--tolerance", "1", *carried, "--seed", "1", "--out", tmp_path / "prices.csv"
    )
    assert done.exit_code == 0, done.stderr
    rows = list(csv.reader((tmp_path / "prices.csv").read_text("utf-8-sig").splitlines()))
    assert {row[0]: row[1] for row in rows if row[0] in placed} == placed
    assert "Among applicants from the same university" in done.stdout
    assert "Seed of the lottery: 1" in done.stdout


def test_the_table_of_rules_is_aligned_in_every_language(sheets):
    for language in ("en", "ja", "ko"):
        done = eastep("compare", *sheets, "--seed", "1", "--language", language)
        lines = done.stdout.splitlines()
        [rule] = [number for number, line in enumerate(lines) if set(line) == {"-"}]
        rows = lines[rule + 1 :][:6]
        assert {width(line) for line in rows} == {len(lines[rule])}


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (["--carried", "KR"], 2, "KR=12"),
        (["--carried", "KR=x"], 2, "KR=12"),
        (["--carried", "KR=1", "--carried", "kr=2"], 2, "KR=12"),
        (["--carried", "US=1"], 1, "United States"),
        (["--tolerance", "-1"], 2, "-1"),
        (["--out", "prices.xlsx"], 2, ".csv or .json"),
    ],
)
def test_what_cannot_be_compared_is_refused(sheets, given, code, said):
    done = eastep("compare", *sheets, *given)
    assert (done.exit_code, said in done.stderr) == (code, True)


def test_a_result_is_verified_against_its_sheets_in_any_order_and_a_changed_one_is_not(sheets, tmp_path):
    result = tmp_path / "result.json"
    eastep("place", *sheets, "--seed", "2027", "--out", result)
    same = eastep("verify", result, *sheets)
    assert (same.exit_code, "The same: 3 applicants and 2 rows of places" in same.stdout) == (0, True), same
    turned = workbook(files.APPLICANT_HEADINGS, files.APPLICANTS[::-1])
    (tmp_path / "turned.xlsx").write_bytes(turned)
    assert eastep("verify", result, *sheets[:3], tmp_path / "turned.xlsx").exit_code == 0

    said = json.loads(result.read_text())
    said["applicants"][0]["placed"] = 2
    result.write_text(json.dumps(said))
    changed = eastep("verify", result, *sheets, "--language", "en")
    assert changed.exit_code == 1
    assert "The applicant A-002: placed is “2” in the result and “1” when computed again." in changed.stdout


def test_more_than_twenty_differences_are_counted(sheets, tmp_path):
    result = tmp_path / "result.json"
    eastep("place", *sheets, "--seed", "2027", "--out", result)
    said = json.loads(result.read_text())
    for own in said["applicants"]:
        own.update(
            dict.fromkeys(
                ("lottery", "placed", "placed_row", "position", "name", "gpa", "field", "score"), ""
            )
        )
    result.write_text(json.dumps(said))
    told = eastep("verify", result, *sheets).stdout.splitlines()
    assert (len(told), told[-1]) == (1 + 1 + 20 + 1, "The first 20 are shown.")


def test_a_result_of_other_standards_that_comes_out_the_same_is_the_same(sheets, tmp_path):
    result = tmp_path / "result.json"
    eastep("place", *sheets, "--seed", "2027", "--out", result)
    said = json.loads(result.read_text())
    said["inputs"]["standards"] = "0" * 64  # of a server whose office has added a test
    result.write_text(json.dumps(said))
    same = eastep("verify", result, *sheets)
    assert (same.exit_code, "The same: 3 applicants" in same.stdout) == (0, True), same
    assert f"other standards: their hash was {'0' * 64}" in same.stdout.splitlines()[-1]
    said["applicants"][0]["placed"] = 2
    result.write_text(json.dumps(said))
    differs = eastep("verify", result, *sheets)
    assert (differs.exit_code, "other standards" in differs.stdout.splitlines()[2]) == (1, True), differs


@pytest.mark.parametrize(
    ("instead", "of"),
    [
        ('{"applicants":[],', "{"),  # a name twice: one program reads the first, another the last
        ('"name":"\\ud800', '"name":"'),  # half a character, which cannot be printed
    ],
)
def test_what_cannot_be_read_in_one_way_is_no_result(sheets, tmp_path, instead, of):
    result = tmp_path / "result.json"
    eastep("place", *sheets, "--seed", "2027", "--out", result)
    result.write_text(result.read_text().replace(of, instead, 1))
    done = eastep("verify", result, *sheets)
    assert done.exit_code == 1
    assert "no result that can be verified" in done.stderr


NO_RESULTS = ["", "[]", "{}", '{"format": 2}', "%PDF", "[" * 100_000, '{"a":' * 100_000]


@pytest.mark.parametrize("content", NO_RESULTS, ids=range(len(NO_RESULTS)))
def test_what_is_no_result_is_refused(sheets, tmp_path, content):
    (tmp_path / "result.json").write_text(content)
    done = eastep("verify", tmp_path / "result.json", *sheets)
    assert done.exit_code == 1
    assert "no result that can be verified" in done.stderr


def test_without_a_seed_one_is_drawn_and_printed_and_gives_the_same_again(sheets, tmp_path):
    first = eastep("place", *sheets, "--out", tmp_path / "first.json")
    seed = re.search(r"Seed of the lottery: (\d+)", first.stdout)
    assert seed
    eastep("place", *sheets, "--seed", seed[1], "--out", tmp_path / "second.json")
    assert (tmp_path / "first.json").read_bytes() == (tmp_path / "second.json").read_bytes()


def test_bad_sheets_are_refused_with_every_reason_and_nothing_is_written(sheets, tmp_path):
    bad = [
        *files.APPLICANTS[:1],
        ["A-002", "田中", "存在しない大学", "0311", "学部", "", "", "八十", *files.CHOICES],
    ]
    (tmp_path / "applicants.xlsx").write_bytes(files.applicants(bad)[1])
    done = eastep("place", *sheets, "--out", tmp_path / "result.xlsx")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "存在しない大学" in done.stderr
    assert "row 3" in done.stderr
    assert "Write 80 in digits" in done.stderr
    assert not (tmp_path / "result.xlsx").exists()


def test_a_file_that_is_no_sheet_is_refused(sheets, tmp_path):
    (tmp_path / "places.xlsx").write_bytes(b"%PDF-1.7")
    done = eastep("place", *sheets)
    assert done.exit_code == 1


@pytest.mark.parametrize(
    "arguments", [["place"], ["place", "--places", "/no/such/file"], ["restore", "/no/such/file"], ["paint"]]
)
def test_wrong_usage_is_2(arguments):
    assert eastep(*arguments).exit_code == 2


def test_an_unknown_ending_of_the_result_is_wrong_usage(sheets, tmp_path):
    assert eastep("place", *sheets, "--out", tmp_path / "result.pdf").exit_code == 2
