"""Files as offices have them, from the drop zone to the round: asked once, mended, compared, taken over."""

import csv
import io
import re
from collections import Counter
from urllib.parse import urlencode

import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from eastep.applications import actions, tasks
from eastep.applications.models import RoundFile
from eastep.applications.tests.factories import KOREA, KYOTO, WASEDA, YONSEI
from eastep.core.errors import Refused
from eastep.core.events import history
from eastep.imports.forms.names import name_id
from eastep.imports.models import HeadingMeaning, NameMeaning
from eastep.institutions.models import Institution
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_person

JOBS = {"applications.read_file": tasks.read_file, "applications.finish_file": tasks.finish_file}

# As Waseda keeps it: titles above, headings of its own, no column for the home, three kinds of mistakes.
JAPANESE_HEADINGS = [
    *("№", "学生氏名", "専攻分野コード", "課程", "成績(4.0)", "語学成績", "ポイント"),
    *("第1志望校", "第1志望 開始学期", "第1志望 期間", "備考"),
]
JAPANESE = [
    ["2027年度 交換留学 応募者一覧（学内限り）"],
    ["国際課　作成"],
    JAPANESE_HEADINGS,
    [
        "W-001",
        "髙﨑 花",
        "0311",
        "学部",
        "3.2",
        "TOPIK 4 2026-04-12",
        "８０",
        "延世大",
        "2027年度前期",
        "1学期",
        "電話済",
    ],
    ["W-002", "佐藤 健", "0311", "学部", "2.9", "", 75.5, "延世大(新村)", "2027年度前期", "1学期", ""],
    ["W-003", "李 さくら", "0311", "修士", "3.5", "", "八十", "延世大(新村)", "2027年度前期", "1学期", ""],
    ["W-004", "王 明", "0311", "学部", "", "", "八十", "高麗大学校", "2027年度前期", "1学期", ""],
    ["W-005", "", "0311", "学部", "3.0", "", 60, "高麗大学校", "2027年度前期", "1学期", ""],
    ["合計", "", "", "", "", "", 215.5, "", "", "", ""],
]
KOREAN = [
    ["2027학년도 1학기 교환학생 파견 정원표"],
    ["파견 대학", "국가", "시작 학기", "기간", "모집 인원", "최소 평점", "어학 요건"],
    ["와세다대학", "일본", "2027년 1학기", "1학기", 3, "3.0/4.5", "JLPT N2"],
    ["교토대", "일본", "2027년 1학기", "1년", "두 명", "", ""],
]
PLACES = [
    ["派遣元大学", "受入大学", "開始学期", "期間", "人数"],
    ["早稲田大学", "延世大学校", "2027年度前期", "1学期", 1],
    ["早稲田大学", "高麗大学校", "2027年度前期", "1学期", 2],
]
RESULTS = [
    ["受付番号", "試験", "スコア", "受験日"],
    ["W-001", "TOEIC", 850, "2026-01-11"],
    ["X-9", "TOEIC", 700, "2026-01-11"],
]


def book(rows, sheet="一覧"):
    """A workbook of one sheet, its bytes."""
    to = io.BytesIO()
    with xlsxwriter.Workbook(to) as workbook:
        worksheet = workbook.add_worksheet(sheet)
        for number, row in enumerate(rows):
            worksheet.write_row(number, 0, row)
    return to.getvalue()


def work():
    """Do the jobs that lie in the queue, each twice, until none comes any more: any job may run twice."""
    while jobs := list(ProcrastinateJob.objects.filter(queue_name="placement").order_by("pk")):
        ProcrastinateJob.objects.filter(pk__in=[job.pk for job in jobs]).delete()
        for job in jobs:
            JOBS[job.task_name](**job.args)
            JOBS[job.task_name](**job.args)


def brought(round_, by, rows, name="file.xlsx", kind=""):
    """A file that has been handed in and read."""
    (file,) = actions.hand_in(round_, by=by, files=[(name, book(rows))], kind=kind)
    work()
    return again(file)


def again(file):
    return RoundFile.objects.select_related("round__home").get(pk=file.pk)


def taken(file, by, **given):
    usual = {"only_good": False, "remove_missing": False}
    actions.take_file(file, by=by, run=file.run, **usual | given)
    work()
    return again(file)


def at(name, file):
    return reverse(name, args=[file.round_id, file.pk])


def fields(response, form):
    """What a browser would send of a form, as it stands on the page."""
    shown = response.context[form]
    sent = {}
    for bound in shown:
        value = bound.value()
        if value is True:
            sent[bound.html_name] = "on"
        elif value not in (None, False, []):
            sent[bound.html_name] = value
        if bound.field.show_hidden_initial:
            sent[bound.html_initial_name] = bound.initial or ""
    return sent


@pytest.fixture
def round_(office):
    return actions.open_round(
        by=office, title="Waseda 2027", seed="1", home=Institution.objects.get(key=WASEDA)
    )


@pytest.fixture
def at_desk(client, office):
    client.force_login(office)
    return client


def confirmed(at_desk, file, **said):
    """The page of the columns, corrected and sent."""
    data = fields(at_desk.get(at("map_columns", file)), "form") | said
    response = at_desk.post(at("map_columns", file), data)
    work()
    return response, again(file)


CORRECTED = {"column-0": "id", "column-4": "gpa", "column-6": "score", "constant-scale": "4.0"}


def japanese(at_desk, round_, office):
    """The messy Japanese file with its columns confirmed."""
    file = brought(round_, office, JAPANESE, "応募者.xlsx")
    _response, file = confirmed(at_desk, file, **CORRECTED)
    return file


# Columns


def test_columns_are_proposed_corrected_once_and_remembered(at_desk, round_, office):
    file = brought(round_, office, JAPANESE, "応募者.xlsx")
    assert (file.state, file.proposal["kind"], file.proposal["heading_row"]) == ("unclear", "applicants", 3)

    response = at_desk.get(at("map_columns", file))
    said = {column.letter: (column.name, column.n) for column, _field in response.context["columns"]}
    assert (said["B"], said["H"], said["I"]) == (("name", 0), ("hosts", 1), ("starts", 1))
    assert response.context["form"]["constant-home"].value() == "Waseda University"

    response, file = confirmed(at_desk, file, **CORRECTED)
    assert response.url == file.get_absolute_url()
    assert (file.state, file.layout["constants"]) == ("checked", {"home": WASEDA, "scale": "4.0"})

    second = brought(round_, office, [*JAPANESE[:3], ["W-009", *JAPANESE[3][1:]]], "追加.xlsx")
    columns = {column["letter"]: column["sure"] for column in second.proposal["columns"]}
    assert {columns["A"], columns["E"], columns["G"]} == {"remembered"}
    assert (second.state, second.layout["constants"]) == ("checked", file.layout["constants"])


def test_what_is_needed_is_said_beside_the_field_and_nothing_is_remembered(at_desk, round_, office):
    file = brought(round_, office, JAPANESE)
    response, file = confirmed(
        at_desk, file, **CORRECTED | {"column-6": "id", "column-2": "", "constant-home": "no such university"}
    )
    errors = response.context["form"].errors
    assert (response.status_code, set(errors)) == (
        422,
        {"column-6", "constant-home", "constant-field", "__all__"},
    )
    assert (file.state, HeadingMeaning.objects.count()) == ("unclear", 0)


def test_another_kind_and_another_row_of_headings_are_looked_at_anew(at_desk, round_, office):
    file = brought(round_, office, PLACES, "places.xlsx")
    assert file.kind == "places"
    response = at_desk.get(at("map_columns", file), {"kind": "languages", "sheet": "一覧", "row": "0"})
    assert response.status_code == 200
    shown = response.context["laid_out"]
    assert (shown["kind"], shown["heading_row"], [column.heading for column in shown["columns"]]) == (
        "languages", 0, [""] * 5,
    )  # fmt: skip


@pytest.mark.parametrize(
    "asked", [{"kind": "nonsense"}, {"row": "99999999999999999999"}, {"sheet": "none", "row": "-1"}]
)
def test_nonsense_in_the_address_is_no_error(at_desk, round_, office, asked):
    file = brought(round_, office, PLACES)
    assert at_desk.get(at("map_columns", file), asked).status_code == 200


# Names


def test_a_name_is_confirmed_on_the_page_and_remembered(at_desk, round_, office):
    file = japanese(at_desk, round_, office)
    assert [one["written"] for one in file.unknown_names] == ["延世大(新村)"]

    asked = name_id("延世大(新村)")
    response = at_desk.get(file.get_absolute_url())
    data = fields(response, "names")
    response = at_desk.post(
        at("confirm_names", file), data | {f"meant-{asked}": "", f"other-{asked}": "no such"}
    )
    assert (response.status_code, list(response.context["names"].errors)) == (422, [f"other-{asked}"])
    assert "no such" in response.content.decode()

    response = at_desk.post(
        at("confirm_names", file), data | {f"meant-{asked}": "", f"other-{asked}": "연세대학교"}
    )
    assert response.status_code == 302
    work()
    assert (again(file).unknown_names, again(file).good) == ([], 2)
    assert NameMeaning.objects.get().meant.key == YONSEI

    later = [*JAPANESE[:3], ["W-010", *JAPANESE[4][1:]]]
    file = brought(round_, office, later)
    _response, file = confirmed(at_desk, file, **CORRECTED)
    assert (file.unknown_names, file.errors, file.good) == ([], 0, 1)


def test_the_rows_of_a_name_can_be_left_out_and_come_back(at_desk, round_, office):
    file = japanese(at_desk, round_, office)
    data = fields(at_desk.get(file.get_absolute_url()), "names")
    at_desk.post(at("confirm_names", file), data | {f"meant-{name_id('延世大(新村)')}": "-"})
    work()
    file = again(file)
    assert (file.left_out, file.unknown_names) == ([5, 6], [])

    data = fields(at_desk.get(file.get_absolute_url()), "mend")
    at_desk.post(at("mend_rows", file), data | {"back": ["6"]})
    work()
    assert (again(file).left_out, [one["rows"] for one in again(file).unknown_names]) == ([5], [[6]])


# Rows


def test_equal_cells_are_mended_at_once_and_taken_back(at_desk, round_, office):
    file = japanese(at_desk, round_, office)
    response = at_desk.get(file.get_absolute_url())
    groups = [(group.rows, group.letter, group.value) for group in response.context["mend"].groups]
    assert groups == [((6, 7), "G", "八十"), ((8,), "B", "")]

    data = fields(response, "mend") | {"text-6-6": "80", "text-8-1": "鈴木 一"}
    assert at_desk.post(at("mend_rows", file), data).status_code == 302
    work()
    file = again(file)
    assert (file.mends, file.errors) == (
        [[6, 6, "80"], [7, 6, "80"], [8, 1, "鈴木 一"]],
        2,
    )  # the name is left

    data = fields(at_desk.get(file.get_absolute_url()), "mend") | {"undo": ["7-6"]}
    at_desk.post(at("mend_rows", file), data)
    work()
    assert (again(file).mends, again(file).errors) == ([[6, 6, "80"], [8, 1, "鈴木 一"]], 3)


def test_nothing_changed_is_said(at_desk, round_, office):
    file = japanese(at_desk, round_, office)
    response = at_desk.post(at("mend_rows", file), fields(at_desk.get(file.get_absolute_url()), "mend"))
    assert (response.status_code, again(file).run) == (422, file.run)


# Taking over


def test_the_good_rows_alone_or_nothing(at_desk, round_, office):
    file = japanese(at_desk, round_, office)
    response = at_desk.post(at("take_file", file), {"run": file.run, "taking": 1, "which": "all"})
    assert (response.status_code, list(response.context["take"].errors)) == (422, ["which"])
    assert round_.applicants.count() == 0

    at_desk.post(at("take_file", file), {"run": file.run, "taking": 1, "which": "good"})
    work()
    (row,) = round_.applicants.all()
    assert again(file).state == "taken"
    assert row.record == {
        "id": "W-001", "name": "髙﨑 花", "home": WASEDA, "field": "0311", "level": 6, "gpa": "3.2/4.0",
        "languages": "TOPIK 4 2026-04-12", "score": "80", "language": "",
        "choices": [{"host": YONSEI, "start": "2027-spring", "length": "term"}],
    }  # fmt: skip


def test_the_same_file_twice_changes_nothing(at_desk, round_, office):
    taken(brought(round_, office, PLACES), office)
    round_.refresh_from_db()
    second = brought(round_, office, PLACES)
    assert second.changes == {"new": 0, "changed": 0, "same": 2, "missing": 0}
    assert "This file changes nothing." in at_desk.get(second.get_absolute_url()).content.decode()
    edition = round_.edition
    taken(second, office)
    round_.refresh_from_db()
    assert (round_.edition, round_.places.count()) == (edition, 2)


NEWER = [
    PLACES[0],
    ["早稲田大学", "延世大学校", "2027年度前期", "1学期", 4],
    ["早稲田大学", "延世大学校", "2027年度後期", "1学期", 5],
]


@pytest.mark.parametrize(("remove_missing", "withdrawn"), [(False, ["", "", ""]), (True, ["", "file", ""])])
def test_a_newer_file_shows_what_it_changes_and_rows_stay_or_go(
    at_desk, round_, office, remove_missing, withdrawn
):
    taken(brought(round_, office, PLACES), office)
    file = brought(round_, office, NEWER)
    assert file.changes == {"new": 1, "changed": 1, "same": 0, "missing": 1}
    response = at_desk.get(file.get_absolute_url())
    assert response.context["changed"] == [
        ("Yonsei University, Spring 2027, one term", [("Places", "1", "4")])
    ]
    assert response.context["missing"] == ["Korea University, Spring 2027, one term"]

    rows = list(csv.reader(io.StringIO(at_desk.get(at("file_difference", file)).content.decode("utf-8-sig"))))
    assert [row[:2] for row in rows[1:]] == [
        ["New", "Yonsei University, Autumn 2027, one term"],
        ["Changed", "Yonsei University, Spring 2027, one term"],
        ["Not in this file", "Korea University, Spring 2027, one term"],
    ]
    taken(file, office, remove_missing=remove_missing)
    rows = round_.places.order_by("number")
    assert list(rows.values_list("withdrawn", flat=True)) == withdrawn
    assert [row.places for row in rows] == [4, 2, 5]
    assert [one["record"]["places"] for one in rows[0].earlier] == [1]


def test_a_row_that_was_gone_comes_back_with_a_file_that_has_it(round_, office):
    taken(brought(round_, office, PLACES), office)
    taken(brought(round_, office, NEWER), office, remove_missing=True)
    back = brought(round_, office, PLACES)
    assert back.changes == {"new": 1, "changed": 1, "same": 0, "missing": 1}
    taken(back, office)
    assert list(round_.places.order_by("number").values_list("withdrawn", "places")) == [
        ("", 1),
        ("", 2),
        ("", 5),
    ]


def test_as_long_as_a_row_is_bad_nothing_counts_as_missing(at_desk, round_, office):
    taken(brought(round_, office, PLACES), office)
    file = brought(round_, office, [*NEWER[:2], ["早稲田大学", "高麗大学校", "2027年度前期", "1学期", "two"]])
    assert (file.errors, file.changes["missing"]) == (1, 1)
    assert "remove_missing" not in at_desk.get(file.get_absolute_url()).context["take"].fields
    with pytest.raises(Refused):
        taken(file, office, only_good=True, remove_missing=True)
    taken(file, office, only_good=True)
    assert [(row.places, row.withdrawn) for row in round_.places.order_by("number")] == [(4, ""), (2, "")]


def test_columns_that_are_left_out_are_named(at_desk, round_, office):
    file = japanese(at_desk, round_, office)
    assert at_desk.get(file.get_absolute_url()).context["unused"] == "K 備考"


def test_what_the_office_withdrew_is_not_withdrawn_by_a_file(round_, office):
    taken(brought(round_, office, PLACES), office)
    actions.withdraw_places(round_, by=office, rows=round_.places.filter(number=2))
    assert brought(round_, office, NEWER).changes["missing"] == 0


def test_language_results_go_to_their_applicants(at_desk, round_, office):
    taken(japanese(at_desk, round_, office), office, only_good=True)
    file = brought(round_, office, RESULTS, "TOEIC.xlsx")
    assert (file.kind, file.state, file.good, file.errors) == ("languages", "checked", 1, 1)
    (problem,) = file.problems
    assert (problem["row"], problem["position"], problem["value"]) == (3, 0, "X-9")
    taken(file, office, only_good=True)
    assert round_.applicants.get().results == {"TOEIC": "TOEIC 850 2026-01-11"}
    assert brought(round_, office, RESULTS[:2]).changes == {"new": 0, "changed": 0, "same": 1, "missing": 0}


def test_a_messy_korean_file_of_places_for_the_programme(client, programme):
    korea = Institution.objects.get(key=KOREA)
    office = make_person(Role.OFFICE, korea)
    client.force_login(office)
    round_ = actions.open_round(by=office, title="고려대 2027", seed="1", home=korea)
    file = brought(round_, office, KOREAN, "파견정원표.xlsx")
    assert (file.state, file.kind, file.good, file.errors) == ("checked", "places", 1, 1)
    data = fields(client.get(file.get_absolute_url()), "mend")
    (name,) = [one for one in data if re.fullmatch(r"text-4-\d", one)]
    client.post(at("mend_rows", file), data | {name: "2"})
    work()
    taken(again(file), office)
    rows = round_.places.order_by("number").values_list("home__key", "host__key", "start", "length", "places")
    assert list(rows) == [
        (KOREA, WASEDA, "2027-spring", "term", 3),
        (KOREA, KYOTO, "2027-spring", "year", 2),
    ]


# Two people, two files, two jobs


def test_two_files_at_once_the_second_is_compared_again_and_nothing_is_lost(at_desk, round_, office):
    first, second = brought(round_, office, PLACES), brought(round_, office, NEWER)
    assert second.changes["new"] == 2
    for file in (first, second):
        actions.take_file(file, by=office, run=file.run, only_good=False, remove_missing=False)
    work()
    file = again(second)
    assert (file.state, file.changes) == ("checked", {"new": 1, "changed": 1, "same": 0, "missing": 1})
    assert [row.places for row in round_.places.order_by("number")] == [1, 2]
    assert "the round changed meanwhile" in at_desk.get(file.get_absolute_url()).content.decode()
    assert taken(file, office).state == "taken"
    assert [row.places for row in round_.places.order_by("number")] == [4, 2, 5]


def test_a_file_that_waits_is_compared_again_when_another_was_taken_over(round_, office):
    first, second = brought(round_, office, PLACES), brought(round_, office, NEWER)
    taken(first, office)
    work()
    assert again(second).changes == {"new": 1, "changed": 1, "same": 0, "missing": 1}


def test_names_and_rows_are_saved_by_either_button(at_desk, round_, office):
    file = japanese(at_desk, round_, office)
    page = at_desk.get(file.get_absolute_url())
    both = fields(page, "mend") | fields(page, "names") | {"text-6-6": "81"}
    name = next(field for field in both if field.startswith("meant-") and not field.startswith("initial-"))
    both[name] = page.context["names"].fields[name].choices[0][0]
    assert at_desk.post(at("confirm_names", file), both).status_code == 302
    work()
    assert again(file).mends == [[6, 6, "81"], [7, 6, "81"]]
    assert NameMeaning.objects.count() == 1


def test_a_form_that_is_out_of_date_saves_nothing_and_keeps_what_was_typed(at_desk, round_, office):
    file = japanese(at_desk, round_, office)
    mine = fields(at_desk.get(file.get_absolute_url()), "mend") | {"text-6-6": "81"}
    actions.mend_rows(file, by=office, run=file.run, left_out=[8])
    response = at_desk.post(at("mend_rows", file), mine)  # while it is read again
    assert response.status_code == 409
    assert response.context["typed"] == ["Row 6, column G: “81”"]
    invented = {"run": file.run, f"text-{'9' * 5_000}-1": "x", f"text-1-{'9' * 5_000}": "x"}
    response = at_desk.post(
        at("mend_rows", file), urlencode(invented), content_type="application/x-www-form-urlencoded"
    )
    assert (response.status_code, response.context["typed"]) == (409, [])
    work()
    response = at_desk.post(at("mend_rows", file), mine)
    assert (response.status_code, response.context["mend"]["text-6-6"].value()) == (409, "81")
    assert (again(file).mends, again(file).left_out) == ([], [8])
    assert not response.context["names"].is_bound  # that form was not sent
    once_more = fields(response, "mend")
    assert at_desk.post(at("mend_rows", file), once_more).status_code == 302
    assert again(file).mends == [[6, 6, "81"], [7, 6, "81"]]


def test_columns_that_are_out_of_date_are_shown_again(at_desk, round_, office):
    file = brought(round_, office, JAPANESE)
    mine = fields(at_desk.get(at("map_columns", file)), "form") | CORRECTED
    actions.read_again(file, by=office, run=file.run)
    work()
    response = at_desk.post(at("map_columns", file), mine)
    assert (response.status_code, response.context["form"]["column-0"].value()) == (409, "id")
    assert HeadingMeaning.objects.count() == 0
    assert at_desk.post(at("map_columns", file), fields(response, "form")).status_code == 302


def test_a_late_job_changes_nothing(round_, office):
    (file,) = actions.hand_in(round_, by=office, files=[("p.xlsx", book(PLACES))])
    late = ProcrastinateJob.objects.get(queue_name="placement").args
    actions.read_again(file, by=office, run=1)
    tasks.read_file(**late)
    actions.read_file(again(file), by=office, run=1)
    assert (again(file).state, again(file).run) == ("reading", 2)
    work()
    assert again(file).state == "checked"
    tasks.finish_file(subject_id=file.pk, by_id=office.pk, run=2)
    assert (again(file).state, round_.places.count()) == ("checked", 0)


def test_a_frozen_round_takes_nothing(round_, office):
    file = brought(round_, office, PLACES)
    round_.state = "frozen"
    round_.save()
    with pytest.raises(Refused):
        taken(file, office)
    assert again(file).state == "checked"


# What else can be wrong


@pytest.mark.parametrize("content", [b"%PDF-1.7 no sheet", book([])])
def test_what_is_no_table_is_told_so_and_can_be_set_aside(at_desk, round_, office, content):
    at_desk.post(
        reverse("round_files", args=[round_.pk]), {"sheets": [SimpleUploadedFile("x.xlsx", content)]}
    )
    work()
    file = round_.files.get()
    assert (file.state, len(file.problems)) == ("unreadable", 1)
    assert all(file.problems[0]["sentence"][language] for language in ("en", "ja", "ko"))
    assert at_desk.get(file.get_absolute_url()).status_code == 200
    assert at_desk.get(at("map_columns", file)).url == file.get_absolute_url()
    at_desk.post(at("drop_file", file), {"run": file.run})
    assert again(file).state == "dropped"
    assert at_desk.get(file.get_absolute_url()).status_code == 200


def test_several_files_are_handed_in_at_once(at_desk, round_):
    files = [SimpleUploadedFile(f"{number}.xlsx", book(PLACES)) for number in range(3)]
    address = reverse("round_files", args=[round_.pk])
    assert at_desk.post(address, {"sheets": files}).url == address
    work()
    assert list(round_.files.values_list("kind", "state")) == [("places", "checked")] * 3
    empty = at_desk.post(address, {"sheets": [SimpleUploadedFile("empty.xlsx", b"")]})
    assert (empty.status_code, round_.files.count()) == (422, 3)


def test_a_waiting_page_asks_only_for_the_progress_and_offers_a_way_on(at_desk, round_, office):
    (file,) = actions.hand_in(round_, by=office, files=[("p.xlsx", book(PLACES))])
    polled = {"HX-Request": "true", "HX-Request-Type": "partial"}
    response = at_desk.get(file.get_absolute_url(), headers=polled)
    assert (response.status_code, b"<progress" in response.content, b"<h1" in response.content) == (
        200,
        True,
        False,
    )
    RoundFile.objects.filter(pk=file.pk).update(moved_at=timezone.now() - timezone.timedelta(minutes=5))
    assert at_desk.get(file.get_absolute_url(), headers=polled)["HX-Redirect"] == file.get_absolute_url()
    assert "This takes longer than usual." in at_desk.get(file.get_absolute_url()).content.decode()
    assert b"<progress" in at_desk.get(f"{file.get_absolute_url()}?late=1", headers=polled).content
    at_desk.post(at("read_again", file), {"run": 1})
    work()
    assert at_desk.get(file.get_absolute_url(), headers=polled)["HX-Redirect"] == file.get_absolute_url()
    assert again(file).state == "checked"


def test_all_problems_are_in_the_download(at_desk, round_, office):
    file = japanese(at_desk, round_, office)
    text = at_desk.get(at("file_problems", file)).content.decode("utf-8-sig")
    errors = [row for row in csv.reader(io.StringIO(text)) if row[0] == "Error"]
    assert Counter(row[3] for row in errors) == {"": 1, "延世大(新村)": 2, "八十": 2}


# Who


NAMES = ["map_columns", "confirm_names", "mend_rows", "take_file", "read_again", "drop_file"]


@pytest.mark.parametrize("name", ["round_file", *NAMES, "file_problems", "file_difference"])
def test_another_office_finds_no_such_page(client, round_, office, name):
    file = brought(round_, office, PLACES)
    client.force_login(make_person(Role.OFFICE, Institution.objects.get(key=KYOTO)))
    assert client.get(at(name, file)).status_code == 404
    assert client.post(at(name, file), {"run": file.run}).status_code == 404
    assert client.get(reverse("round_files", args=[round_.pk])).status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_an_auditor_reads_and_changes_nothing(client, round_, office, name):
    file = brought(round_, office, JAPANESE)
    client.force_login(make_person(Role.AUDITOR, Institution.objects.get(key=WASEDA)))
    assert client.get(file.get_absolute_url()).status_code == 200
    assert client.get(reverse("round_files", args=[round_.pk])).status_code == 200
    assert client.post(at(name, file), {"run": file.run}).status_code == 403
    assert again(file).run == file.run


def test_an_auditor_hands_nothing_in(client, round_):
    auditor = make_person(Role.AUDITOR, Institution.objects.get(key=WASEDA))
    with pytest.raises(PermissionDenied):
        actions.hand_in(round_, by=auditor, files=[("p.xlsx", book(PLACES))])


def test_the_history_tells_what_was_taken(round_, office):
    taken(brought(round_, office, PLACES, "枠.xlsx"), office)
    entry = history(round_).get(event="applications.file_taken")
    facts = {name: entry.facts[name] for name in ("file", "new", "changed", "same", "gone")}
    assert facts == {"file": "枠.xlsx", "new": 2, "changed": 0, "same": 0, "gone": 0}


def test_the_list_asks_the_database_as_often_for_many_files_as_for_one(
    at_desk, round_, office, django_assert_num_queries
):
    address = reverse("round_files", args=[round_.pk])
    brought(round_, office, PLACES)
    at_desk.get(address)
    with CaptureQueriesContext(connection) as one:
        at_desk.get(address)
    for _number in range(4):
        brought(round_, office, NEWER)
    with django_assert_num_queries(len(one)):
        at_desk.get(address)
