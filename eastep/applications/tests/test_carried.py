"""Places carried over from earlier years: more, or fewer, than the agreement says."""

import io
from decimal import Decimal
from hashlib import sha256

import pytest
from django.utils import translation

from eastep.applications import actions
from eastep.applications.placing import quotas_of
from eastep.applications.records import inputs_hash, place_record, to_place
from eastep.applications.report import write, write_inputs
from eastep.applications.sheets import read_places
from eastep.applications.tests.factories import (
    STANDARDS,
    YONSEI,
    make_applicant,
    make_document,
    make_place,
    placed,
    start_of,
    where,
)
from eastep.applications.tests.rounds import institution
from eastep.applications.tests.simulations import computed, make_round
from eastep.applications.verifying import verify
from eastep.core.sheets import read_workbook
from eastep.institutions.register import Register

AS_BEFORE = (  # the row as it was written before anything could be carried over
    '[{"fields":"","home":"JP:F113310103581","host":"KR:0000149","language":"","length":"term","levels":"",'
    '"minimum_gpa":"","places":1,"start":"2027-spring"}]'
)
PEOPLE = [
    make_applicant(name, score=Decimal(score))
    for name, score in zip("abcde", range(90, 40, -10), strict=True)
]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("carried", "got"), [(0, "abc"), (1, "abcd"), (-1, "ab"), (-3, ""), (-5, ""), (9, "abcde")]
)
def test_what_is_carried_over_is_given_or_kept_back(carried, got):
    found = where(placed([make_place(places=3, carried=carried)], PEOPLE))
    assert "".join(name for name, stay in found.items() if stay) == got


def test_year_stays_and_terms_each_count_what_is_carried_over():
    """Hand-calculated: 3 − 1 = 2 in the spring, 1 + 1 = 2 for the year; the autumn has no row, so holds what the year brings."""
    places = [
        make_place(row=2, places=3, carried=-1),
        make_place(row=3, length="year", places=1, carried=1),
    ]
    assert sorted(quotas_of(places).capacity.values()) == [2, 2, 2]
    assert sorted(quotas_of([make_place(length="year", places=1, carried=-4)]).capacity.values()) == [0, 0, 0]


def test_a_record_says_it_only_where_something_is_carried_over():
    without, owed = place_record(make_place()), place_record(make_place(carried=-2))
    assert "carried" not in without
    assert owed == {**without, "carried": -2}
    assert to_place(owed, row=2, standards=STANDARDS) == make_place(carried=-2)
    assert inputs_hash([without]) == sha256(AS_BEFORE.encode()).hexdigest() != inputs_hash([owed])


HEADINGS = "Home,Host,Start term,Length,Places"


@pytest.mark.parametrize(
    ("heading", "cell", "carried"),
    [
        ("Carried over", "2", 2),
        ("Carried over", "", 0),
        ("Places carried over", "+2", 2),
        ("繰越枠", "▲1名", -1),
        ("前年度からの繰越", "△2", -2),
        ("이월 인원", "-1명", -1),
        ("이월", "−3", -3),
        ("carried over", "＋１", 1),
    ],
)
def test_a_sheet_says_it_with_a_sign(heading, cell, carried):
    sheet = f"{HEADINGS},{heading}\n早稲田大学,Yonsei University,2027-spring,term,3,{cell}\n".encode()
    taken = read_places(sheet, "p.csv", register=Register.shipped(), standards=STANDARDS)
    assert taken.problems == ()
    assert [(place.places, place.carried, place.on_offer) for place in taken.rows] == [
        (3, carried, max(0, 3 + carried))
    ]


@pytest.mark.parametrize(
    ("cell", "code"),
    [("two", "not_whole"), ("100001", "too_large"), ("-100001", "too_small"), ("1.5", "not_whole")],
)
def test_what_is_no_number_is_an_error(cell, code):
    sheet = f"{HEADINGS},Carried over\n早稲田大学,Yonsei University,2027-spring,term,3,{cell}\n".encode()
    taken = read_places(sheet, "p.csv", register=Register.shipped(), standards=STANDARDS)
    assert [problem.code for problem in taken.problems if problem.severity == "error"] == [code]


def test_the_canonical_sheet_is_read_back_the_same():
    places = [make_place(row=2, places=3, carried=-1), make_place(row=3, length="year", places=2)]
    file = io.BytesIO()
    write_inputs("places", map(place_record, places), file)
    assert "Carried over" in file.getvalue().decode("utf-8-sig").splitlines()[0]
    again = read_places(file.getvalue(), "p.csv", register=Register.shipped(), standards=STANDARDS)
    assert list(map(place_record, again.rows)) == list(map(place_record, places))


def test_verify_computes_with_it_and_names_another_number():
    places = [make_place(places=3, carried=-1)]
    result = make_document(places, PEOPLE)
    assert [own["id"] for own in result["applicants"] if own["placed"]] == ["a", "b"]
    facts = {"standards": STANDARDS, "start_of": start_of}
    assert verify(result, places, PEOPLE, **facts) == []
    other = verify(result, [make_place(places=3)], PEOPLE, **facts)
    assert [str(one) for one in other if one.code == "place_changed"] == [
        "Row 2 of places: carried is “0” in the sheet and “-1” in the result "
        "(JP:F113310103581|KR:0000149|||2027-spring|term)."
    ]


def test_a_simulation_can_change_it_and_says_what_it_was():
    places = [make_place(places=1, carried=-1)]
    result = make_document(places, PEOPLE, changes={"places": {"2": {"carried": 1}}})
    assert [own["id"] for own in result["applicants"] if own["placed"]] == ["a", "b"]
    assert (result["places"][0]["carried"], result["places"][0]["was"]) == (1, {"carried": -1})
    facts = {"standards": STANDARDS, "start_of": start_of}
    assert verify(result, places, PEOPLE, **facts) == []
    from_nothing = make_document([make_place()], PEOPLE, changes={"places": {"2": {"carried": 1}}})
    assert from_nothing["places"][0]["was"] == {"carried": 0}
    assert verify(from_nothing, [make_place()], PEOPLE, **facts) == []


def test_the_workbook_shows_the_agreement_what_is_carried_over_and_what_can_be_given():
    result = make_document([make_place(places=3, carried=-1)], PEOPLE)
    file = io.BytesIO()
    write(result, "xlsx", file, name_of=str)
    [sheet] = [
        one for one in read_workbook(file.getvalue(), filename="r.xlsx").sheets if one.name == "Options"
    ]
    headings, row = list(sheet.read())[:2]
    cells = dict(zip(headings, row, strict=True))
    assert (cells["Places"], cells["Carried over"], cells["Places that can be given"]) == (3, -1, 2)


# In a round


def test_a_round_keeps_it_edits_it_and_shows_it(client, office):
    round_ = make_round(
        office, home=institution(make_place().home), places=[make_place(places=3, carried=-1)]
    )
    client.force_login(office)
    row = round_.places.get()
    assert (row.places, row.record["carried"]) == (3, -1)
    assert "3 − 1 carried over" in client.get(f"/rounds/{round_.pk}/places/").content.decode()
    page = client.get(row.get_absolute_url()).content.decode()
    assert 'value="−1"' in page
    typed = {
        "home": "早稲田大学", "host": "Yonsei University", "start": "2027-spring", "length": "term", "places": "3",
        "carried": "+2", "version": str(row.version),
    }  # fmt: skip
    assert client.post(row.get_absolute_url(), typed).status_code == 302
    assert round_.places.get().record["carried"] == 2
    changed = client.get(row.get_absolute_url()).content.decode()
    assert "<td>−1</td>" in changed
    assert "<td>+2</td>" in changed
    typed |= {"carried": "", "version": str(row.version + 1)}
    assert client.post(row.get_absolute_url(), typed).status_code == 302
    assert "carried" not in round_.places.get().record


def test_results_count_and_show_it(client, office):
    round_ = make_round(
        office, home=institution(make_place().home), places=[make_place(places=1, carried=1)], people=PEOPLE
    )
    simulation = computed(round_, office)
    option = simulation.options.get()
    assert (option.places, option.taken, option.is_full) == (2, 2, True)
    client.force_login(office)
    pages = f"/rounds/{round_.pk}/simulations/{simulation.pk}/options/"
    for address in (pages, f"{pages}{option.row}/"):
        assert "1 + 1 carried over" in client.get(address).content.decode()


def test_a_file_without_the_column_leaves_it_and_one_with_an_empty_cell_takes_it_away(office):
    round_ = make_round(
        office, home=institution(make_place().home), places=[make_place(places=3, carried=2)], people=[]
    )
    for heading, cell, expected in (("", "", 2), (",Carried over", ",", 0)):
        sheet = f"{HEADINGS}{heading}\n早稲田大学,Yonsei University,2027-spring,term,4{cell}\n".encode()
        [file] = actions.hand_in(round_, by=office, files=[("p.csv", sheet)], kind="places")
        file = actions.read_file(file, by=office, run=file.run)
        assert file.state == "checked"
        file = actions.take_file(file, by=office, run=file.run, only_good=False, remove_missing=False)
        actions.finish_file(file, by=office, run=file.run)
        row = round_.places.get()
        assert (row.record["places"], row.record.get("carried", 0)) == (4, expected)


def test_two_rows_of_one_kind_with_other_numbers_are_still_the_same_row():
    sheet = (
        f"{HEADINGS},Carried over\n早稲田大学,{YONSEI},2027-spring,term,3,1\n早稲田大学,{YONSEI},2027-spring,term,3,2\n"
    ).encode()
    taken = read_places(sheet, "p.csv", register=Register.shipped(), standards=STANDARDS)
    assert [problem.code for problem in taken.problems] == ["same_place"]
