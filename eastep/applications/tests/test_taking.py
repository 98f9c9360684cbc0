"""What a file changes, and what it must leave as it is."""

import io
from zipfile import ZipFile

import pytest
import xlsxwriter

from eastep.applications import actions
from eastep.applications.models import RoundApplicant
from eastep.applications.records import applicant_record, place_record
from eastep.applications.tests.factories import (
    KOREA,
    STANDARDS,
    WASEDA,
    YONSEI,
    make_applicant,
    make_choice,
    make_place,
)
from eastep.applications.tests.rounds import computed, institution

FULL = "ID,Name,Field,Level,GPA,Language results,Score,Choice 1: host,Choice 1: start term,Choice 1: length\n"
ONE = "A1,佐藤 花,0311,6,3.2/4.0,TOPIK 4 2026-04-12,80,Yonsei University,2027-spring,term\n"


@pytest.fixture
def round_(office):
    return actions.open_round(by=office, title="2027", seed="7", home=institution(WASEDA))


def take(round_, by, content, kind="applicants", **given):
    """Hand a file in and take it over, with its jobs."""
    content = content.encode() if isinstance(content, str) else content
    name = "file.csv" if not content.startswith(b"PK") else "file.xlsx"
    [file] = actions.hand_in(round_, by=by, files=[(name, content)], kind=kind)
    file = actions.read_file(file, by=by, run=file.run)
    assert (file.state, file.errors) == ("checked", 0), file.problems
    file = actions.take_file(
        file, by=by, run=file.run, **{"only_good": False, "remove_missing": False} | given
    )
    return actions.finish_file(file, by=by, run=file.run)


def test_what_a_file_has_no_column_for_stays(office, round_):
    take(round_, office, FULL + ONE)
    before = round_.applicants.get().record
    take(round_, office, "ID,Name,Field,Level,Score\nA1,佐藤 花,0311,6,85\n")  # a corrected list of scores
    assert round_.applicants.get().record == before | {"score": "85"}


def test_a_row_that_comes_back_has_what_the_file_does_not_say(office, round_):
    take(round_, office, FULL + ONE + ONE.replace("A1", "A2"))
    before = round_.applicants.get(applicant="A2").record
    take(round_, office, FULL + ONE, remove_missing=True)
    assert round_.applicants.get(applicant="A2").withdrawn == "file"
    take(round_, office, "ID,Name,Field,Level,Score\nA2,佐藤 花,0311,6,80\n")
    back = round_.applicants.get(applicant="A2")
    assert (back.withdrawn, back.record) == ("", before)


def test_a_language_result_goes_to_its_applicant_whatever_the_number_holds(office, round_):
    for number in ("A", "A|1"):
        actions.add_applicant(round_, by=office, fields=applicant_record(make_applicant(number)))
    take(round_, office, "ID,Test,Score,Date\nA|1,TOPIK,6,2026-04-12\n", kind="languages")
    assert dict(RoundApplicant.objects.values_list("applicant", "results")) == {
        "A": {},
        "A|1": {"TOPIK": "TOPIK 6 2026-04-12"},
    }


def test_a_row_of_places_for_very_many_fields_is_taken_over(office, round_):
    every = [one.code for one in STANDARDS.fields if len(one.code) == 4][:120]
    rows = f"Home,Host,Field,Start term,Length,Places\n早稲田大学,Yonsei University,{'; '.join(every)},2027-spring,term,3\n"
    take(round_, office, rows, kind="places")
    assert round_.places.get().record["fields"].count(";") == len(every) - 1


def test_the_sign_zero_in_a_cell_of_excel_is_left_out(office, round_):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet("応募者")
        sheet.write_row(0, 0, FULL.strip().split(","))
        sheet.write_row(1, 0, ONE.strip().replace("佐藤 花", "佐藤NULL 花").split(","))
    crafted = io.BytesIO()
    with ZipFile(made) as read, ZipFile(crafted, "w") as written:
        for part in read.namelist():
            written.writestr(part, read.read(part).replace("佐藤NULL".encode(), "佐藤_x0000_".encode()))
    take(round_, office, crafted.getvalue())
    assert round_.applicants.get().name == "佐藤 花"


def test_the_effects_of_a_move_are_those_of_now(office, round_):
    """One place at Yonsei, one at Korea University. c holds Yonsei by score, b Korea; moves, and then one undone."""
    for host in (YONSEI, KOREA):
        actions.add_place(round_, by=office, fields=place_record(make_place(host=host, places=1)))
    both = (make_choice(), make_choice(host=KOREA))
    for number, score in (("a", 90), ("b", 80), ("c", 70)):
        fields = applicant_record(make_applicant(number, score=score, choices=both))
        actions.add_applicant(round_, by=office, fields=fields)
    simulation = computed(round_, office)
    for applicant, row in (("c", 1), ("b", None)):
        actions.move_applicant(
            simulation, by=office, run=simulation.run, applicant=applicant, row=row, reason="x"
        )
        simulation.refresh_from_db()
        simulation = actions.compute_simulation(simulation, by=office, run=simulation.run)
    first, second = simulation.moves.in_force()
    # with both: c at Yonsei, a at Korea, b nowhere. Without c's move: a at Yonsei, c at Korea.
    assert [(one["applicant"], one["from"]["host"], one["to"]["host"]) for one in first.effects] == [
        ("a", YONSEI, KOREA)
    ]
    assert second.effects == []  # without b's move: c at Yonsei, a at Korea, b nowhere
    actions.undo_move(first, by=office, run=simulation.run)
    simulation.refresh_from_db()
    actions.compute_simulation(simulation, by=office, run=simulation.run)
    [left] = simulation.moves.in_force()
    # a at Yonsei, c at Korea; without b's move b had Korea, and c nothing
    assert [(one["applicant"], one["from"], one["to"]["host"]) for one in left.effects] == [
        ("c", None, KOREA)
    ]
