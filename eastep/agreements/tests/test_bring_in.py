"""An office's own lists, from the drop zone to the record: agreements, and the exchanges of past years."""

from datetime import date
from unicodedata import normalize

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from eastep.agreements import actions
from eastep.agreements.actions import bringing
from eastep.agreements.models import Agreement, AgreementFile, LedgerLine, Party, Version
from eastep.agreements.states import LineKind
from eastep.agreements.tests.factories import hash_of, make_recorded, office_of
from eastep.agreements.tests.files import (
    KOREA,
    SNU,
    WASEDA,
    YONSEI,
    again,
    book,
    brought,
    shipped,
    taken,
    told,
    work,
)
from eastep.agreements.tests.messy import Trouble, messy_list
from eastep.core.events import history
from eastep.core.text import Text
from eastep.institutions.models import Faculty, Membership
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person
from eastep.people.actions import system_user
from eastep.standards.actions import load_shipped

HEADINGS = ["協定校", "協定番号", "締結日", "有効期間", "派遣人数", "受入人数", "備考"]
TWO = [
    ["学生交流協定一覧"],
    HEADINGS,
    ["延世大", "A-1", "令和4年1月20日", "2022.4.1~2032.3.31", "３名", 2, "担当: 髙﨑"],
    ["高麗大学校", "A-2", "2021年9月1日", "無期限", "各2名", "", ""],
    ["合計", "", "", "", 5, 4, ""],
]


@pytest.fixture
def waseda():
    load_shipped(by=system_user())
    return shipped(WASEDA)


@pytest.fixture
def partners():
    return [shipped(YONSEI), shipped(KOREA), shipped(SNU)]


@pytest.fixture
def office(waseda):
    return make_person(Role.OFFICE, waseda, family_name="髙﨑", given_name="愛子")


@pytest.fixture
def at_desk(client, office):
    client.force_login(office)
    return client


def listed(institution):
    """What the institution has recorded: partner, reference, state, first and last day, places out and in."""
    rows = (
        Party.objects.filter(institution=institution)
        .order_by("agreement")
        .select_related("agreement", "partner")
    )
    return [
        (
            side.partner.key,
            side.reference,
            side.agreement.open_state or ("agreed" if side.agreement.is_agreed else ""),
            str(side.agreement.starts_on),
            str(side.agreement.ends_on),
            side.places_out,
            side.places_in,
        )
        for side in rows
    ]


# The list of agreements


def test_a_list_is_recorded_as_it_stands(waseda, partners, office):
    file = brought(waseda, office, TWO)
    assert (file.state, file.kind, file.good, file.errors) == ("checked", "agreements", 2, 0)
    assert file.changes == {"new": 2, "changed": 0, "same": 0, "missing": 0}
    assert Agreement.objects.count() == 0
    assert taken(file, office).state == "taken"
    assert listed(waseda) == [
        (YONSEI, "A-1", "recorded", "2022-04-01", "2032-03-31", 3, 2),
        (KOREA, "A-2", "recorded", "2021-09-01", "None", 2, 2),
    ]
    first = Version.objects.order_by("pk").first()
    assert (first.effective_on, first.author, first.state) == (date(2022, 1, 20), waseda, "recorded")
    assert first.content["balance"] == {"counts": "stay", "expires_after": None, "tolerance": 0}
    assert first.content["other"] == {"en": "", "ja": "", "ko": ""}  # notes of the office are its own
    entry = history(waseda).get(event="agreements.file_taken")
    assert (entry.facts["new"], entry.facts["changed"]) == (2, 0)


def test_the_same_list_again_changes_nothing(waseda, partners, office):
    taken(brought(waseda, office, TWO), office)
    file = brought(waseda, office, TWO)
    assert file.changes == {"new": 0, "changed": 0, "same": 2, "missing": 0}
    taken(file, office)
    assert [version.number for version in Version.objects.all()] == [1, 1]


def test_a_changed_row_is_recorded_anew_and_what_the_list_leaves_open_stays(waseda, partners, office):
    taken(brought(waseda, office, TWO), office)
    side = Party.objects.get(institution=waseda, partner=partners[0])
    version = actions.recall(side, by=office)  # the office adds what the list has no column for
    content = version.content
    content["conditions"][0]["months"], content["notice_months"] = "10", 12
    version = actions.edit_draft(side, by=office, edition=version.edition, content=content)
    actions.record_agreement(side, by=office, edition=version.edition, effective_on=date(2022, 1, 20))
    changed = [*TWO[:2], [*TWO[2][:4], 5, *TWO[2][5:]], TWO[3]]
    file = brought(waseda, office, changed)
    assert file.changes == {"new": 0, "changed": 1, "same": 1, "missing": 0}
    [(field, before, after)] = file.difference["examples"]["changed"][0]["fields"]
    assert (field, before["places"], after["places"]) == ("condition 1", 3, 5)
    taken(file, office)
    held = Version.objects.filter(agreement=side.agreement).get()
    assert (held.state, held.proposal) == ("recorded", 3)
    first = held.content["conditions"][0]
    assert (first["places"], first["months"], held.content["notice_months"]) == (5, "10", 12)


def test_a_list_that_says_less_changes_nothing(waseda, partners, office):
    """No signatures, no places, no kind: what the list has no column for stays as it is recorded."""
    taken(brought(waseda, office, TWO), office)
    less = [["Partner", "Our reference", "Start", "End"], ["延世大", "A-1", "2022-04-01", "2032-03-31"]]
    assert brought(waseda, office, less).changes == {"new": 0, "changed": 0, "same": 1, "missing": 1}


def test_without_a_date_of_signature_the_first_day_counts(waseda, partners, office):
    taken(brought(waseda, office, [["Partner", "Start"], ["延世大", "2022-04-01"]]), office)
    assert Version.objects.get().effective_on == date(2022, 4, 1)


def test_what_is_not_in_the_list_any_more_is_told_and_stays(waseda, partners, office):
    taken(brought(waseda, office, TWO), office)
    file = brought(waseda, office, TWO[:3])
    assert file.changes == {"new": 0, "changed": 0, "same": 1, "missing": 1}
    taken(file, office)
    assert len(listed(waseda)) == 2


def test_what_both_have_approved_is_not_taken_over(waseda, partners, office):
    taken(brought(waseda, office, TWO), office)
    side = Party.objects.get(institution=waseda, partner=partners[0])
    other = side.other
    actions.confirm(other, by=office_of(other.institution), sha256=hash_of(side.agreement))
    assert brought(waseda, office, TWO).changes["same"] == 2
    changed = [*TWO[:2], [*TWO[2][:4], 9, *TWO[2][5:]], TWO[3]]
    file = brought(waseda, office, changed)
    assert (file.good, told(file)) == (1, [(3, "partner", "agreed_by_both")])
    taken(file, office, only_good=True)
    assert listed(waseda)[0][:6] == (YONSEI, "A-1", "agreed", "2022-04-01", "2032-03-31", 3)


def test_the_partners_record_is_the_same_agreement_and_is_not_made_twice(waseda, partners, office):
    """Both offices bring in their own lists: one record, whoever comes first."""
    yonsei = partners[0]
    kim = office_of(yonsei)
    korean = [
        ["협정교", "협정번호", "체결일", "시작일", "종료일", "파견", "수용"],
        ["와세다대학", "YS-9", "2022.1.20", "2022.4.1", "2032.3.31", 2, 3],
    ]
    taken(brought(yonsei, kim, korean), kim)
    assert Agreement.objects.count() == 1
    file = brought(waseda, office, TWO[:3])
    # its reference A-1 is only ours: it is the one difference, and the partner's record may still be refused or confirmed
    assert (file.changes["new"], told(file)) == (0, [(3, "partner", "recorded_by_partner")])
    other = [row[:1] + row[2:] for row in TWO[1:3]]  # a list without references
    file = brought(waseda, office, other)
    assert (file.changes["same"], file.errors) == (1, 0)


def test_several_rows_are_one_agreement(waseda, partners, office):
    rows = [
        [
            "Partner",
            "Our reference",
            "Start",
            "End",
            "Direction",
            "Places",
            "Field",
            "Minimum GPA",
            "Language requirement",
        ],
        ["Yonsei University", "B-1", "2022-04-01", "2032-03-31", "out", 3, "0421", "3.0/4.5", "TOPIK 4"],
        ["Yonsei University", "B-1", "", "", "in", 2, "", "", "JLPT N2"],
        ["Yonsei University", "B-1", "", "", "in", 1, "0311", "", "JLPT N2"],
    ]
    taken(brought(waseda, office, rows), office)
    content = Version.objects.get().content
    assert [
        (one["id"], one["sending"], one["places"], one["fields"], one["minimum_gpa"], one["language"])
        for one in content["conditions"]
    ] == [
        (1, WASEDA, 3, ["0421"], "3.0/4.5", "TOPIK 4"),
        (2, YONSEI, 2, [], "", "JLPT N2"),
        (3, YONSEI, 1, ["0311"], "", "JLPT N2"),
    ]


def test_rows_that_do_not_agree_are_told_and_none_of_the_agreement_is_taken(waseda, partners, office):
    rows = [
        ["Partner", "Our reference", "Start", "End", "Places"],
        ["Yonsei University", "B-1", "2022-04-01", "2032-03-31", 3],
        ["Yonsei University", "B-1", "2023-04-01", "", 2],
        ["Korea University", "B-2", "2022-04-01", "", 2],
        ["Seoul National University", "B-3", "2022-04-01", "2021-03-31", 2],
    ]
    file = brought(waseda, office, rows)
    assert told(file) == [
        (3, "starts_on", "disagrees"),
        (3, "places", "same_condition"),
        (5, "ends_on", "ends_before"),
    ]
    assert file.good == 1


def test_faculties_are_found_by_name_and_kept_as_written_where_nobody_knows_them(waseda, partners, office):
    law = Faculty.objects.create(institution=waseda, name=Text(en="Faculty of Law", ja="法学部", ko="법학부"))
    rows = [
        ["協定校", "本学部局", "相手部局", "開始日", "終了日", "人数"],
        ["延世大", "法学部", "법과대학", "2022.4.1", "2032.3.31", 2],
        ["延世大", "商学部", "", "2022.4.1", "2032.3.31", 1],
    ]
    taken(brought(waseda, office, rows), office)
    one, other = Party.objects.filter(institution=waseda).order_by("agreement")
    assert (one.faculty, other.faculty) == (law, None)
    contents = [Version.objects.get(agreement=side.agreement).content for side in (one, other)]
    assert [content["parties"][0]["faculty"]["ja"] for content in contents] == ["法学部", "商学部"]
    assert contents[0]["parties"][1]["faculty"]["ko"] == "법과대학"
    assert [content["level"] for content in contents] == ["faculty", "faculty"]
    assert brought(waseda, office, rows).changes["same"] == 2


def test_what_renews_itself_has_no_end_and_says_so(waseda, partners, office):
    rows = [
        ["Partner", "Start", "End", "Renewal", "Places"],
        ["Yonsei University", "2010-04-01", "2015-03-31", "yes", 2],
        ["Korea University", "2010-04-01", "2015-03-31", "no", 2],
    ]
    file = brought(waseda, office, rows)
    assert [one["code"] for one in file.problems] == ["renewed"]
    taken(file, office)
    assert [row[4] for row in listed(waseda)] == ["None", "2015-03-31"]
    content = Version.objects.order_by("pk").first().content
    assert content["other"]["en"] == "It renews itself unless one side gives notice."


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (["延世大", "", "", 2], (2, "starts_on", "no_first_day")),
        (["延世大", "2099.4.1", "", 2], (2, "signed_on", "not_signed")),
        (["延世大", "2022.4.1", "2099.1.1", 2], (2, "signed_on", "signed_later")),
        (["早稲田大学", "2022.4.1", "", 2], (2, "partner", "own_partner")),
        (["どこか大学", "2022.4.1", "", 2], (2, "partner", "unknown_institution")),
        (["延世大", "2022.4.1", "", "三名"], (2, "places", "numeral")),
    ],
)
def test_what_is_not_clear_is_told_with_its_row_and_column(waseda, partners, office, row, problem):
    file = brought(waseda, office, [["協定校", "開始日", "締結日", "人数"], row])
    assert (file.good, told(file)) == (0, [problem])


def test_a_messy_list_of_agreements(waseda, partners, office):
    file = brought(waseda, office, messy_list(["延世大", "고려대학교", "Seoul National University"], 50))
    trouble = Trouble()
    assert (file.state, file.kind, file.good) == ("checked", "agreements", 50)
    assert sorted(code for _row, _column, code in told(file)) == (
        ["not_date"] * trouble.days + ["numeral"] * trouble.places + ["unknown_institution"] * trouble.unknown
    )
    assert [one["rows"] for one in file.unknown_names] == [[66, 67]]
    file = taken(file, office, only_good=True)
    assert (file.state, Agreement.objects.count()) == ("taken", 50)
    contents = list(Version.objects.order_by("pk").values_list("content", flat=True))
    assert sum(len(one["conditions"]) for one in contents) == 110  # two each, two more of every tenth
    assert all("髙﨑" not in normalize("NFC", str(content["other"])) for content in contents)


# Past years


@pytest.fixture
def recorded(waseda, partners, office):
    taken(brought(waseda, office, TWO), office)
    return waseda


PAST = [
    ["협정교", "연도", "파견", "초청"],
    ["연세대학교", "2023학년도", 3, 1],
    ["연세대학교", "令和6年度", "２", 0],
    ["고려대", 2024, "", 4],
    ["고려대", 2023, 0, 0],
]


def test_past_years_go_to_the_ledger(recorded, office):
    file = brought(recorded, office, PAST)
    assert (file.kind, file.good, file.errors) == ("exchanges", 3, 0)
    taken(file, office)
    assert sorted(LedgerLine.objects.values_list("year", "kind", "sender__key", "stays")) == [
        (2023, "past", WASEDA, 3),
        (2023, "past", YONSEI, 1),
        (2024, "past", WASEDA, 2),
        (2024, "past", KOREA, 4),
    ]
    assert [party.balance for party in Party.objects.filter(institution=recorded).order_by("agreement")] == [
        4,
        -4,
    ]
    assert brought(recorded, office, PAST).changes == {"new": 0, "changed": 0, "same": 3, "missing": 0}


def test_a_figure_that_the_ledger_contradicts_is_told(recorded, office):
    taken(brought(recorded, office, PAST), office)
    file = brought(recorded, office, [PAST[0], ["연세대학교", 2023, 5, 1]])
    assert told(file) == [(2, "sent", "contradicted")]


def test_which_of_several_agreements_is_said_by_its_reference(recorded, office):
    second = [HEADINGS, ["延世大", "A-9", "2021.1.20", "2021.4.1~2031.3.31", 1, 1, ""]]
    taken(brought(recorded, office, second), office)
    rows = [
        ["Partner", "Reference", "Year", "Sent", "Received"],
        ["延世大", "", 2023, 1, 1],
        ["延世大", "A-9", 2023, 2, 1],
    ]
    file = brought(recorded, office, [*rows, ["ソウル大学校", "", 2023, 1, 1], ["延世大", "X", 2023, 1, 1]])
    assert told(file) == [
        (2, "reference", "several_agreements"),
        (4, "partner", "no_agreement"),
        (5, "reference", "no_such_reference"),
    ]
    taken(file, office, only_good=True)
    assert {line.agreement.parties.get(position=1).reference for line in LedgerLine.objects.all()} == {"A-9"}


WIDE = [
    ["교류 실적", "", "", "", ""],
    ["", 2023, "", "2024년", ""],
    ["협정교", "파견", "초청", "파견", "초청"],
    ["연세대학교", 3, 1, "２", 0],
    ["고려대", 0, 0, "", 4],
    ["서울대학교", 1, "", 1, ""],
]


def test_years_side_by_side_go_to_the_ledger_as_years_in_rows_do(recorded, office):
    taken(brought(recorded, office, PAST), office)
    file = brought(recorded, office, WIDE[:5])
    assert (file.changes, file.errors) == ({"new": 0, "changed": 0, "same": 3, "missing": 0}, 0)
    file = brought(recorded, office, [*WIDE[:3], [*WIDE[3][:3], 5, 0], *WIDE[4:]])
    assert told(file) == [(4, "sent_in", "contradicted"), (6, "partner", "no_agreement")]
    [first, _second] = [one for one in file.problems if one["severity"] == "error"]
    assert (first["place"]["en"], first["sentence"]["en"], first["n"]) == (
        "Sheet “協定一覧.xlsx”, row 4, column D (2024년 › 파견)",
        "The ledger has 2 for this year already. Reverse that line there first, or leave the row out.",
        2024,
    )
    mended = bringing.mend_rows(file, by=office, run=file.run, mends=[(4, 3, "2")], left_out=[6])
    work()
    assert (again(mended).errors, again(mended).changes["same"]) == (0, 3)


def test_a_checked_list_is_outdated_only_where_taking_it_over_would_do_something_else(
    at_desk, recorded, partners, office
):
    listed = [*TWO[:4], ["ソウル大学校", "A-3", "2023年4月1日", "無期限", 1, 1, ""]]
    agreements, past = brought(recorded, office, listed), brought(recorded, office, PAST[:2])

    def outdated():
        pages = [at_desk.get(file.get_absolute_url()) for file in (agreements, past)]
        return [page.context["is_outdated"] for page in pages]

    assert outdated() == [False, False]
    side = Party.objects.select_related("agreement").get(institution=recorded, reference="A-1")
    line = {
        "by": office,
        "party": side,
        "sender": recorded,
        "stays": 1,
        "terms": 1,
        "kind": LineKind.CORRECTION,
    }
    actions.post(side.agreement, **line, year=2019, key="a")
    same = make_recorded(recorded, partners[2])
    assert outdated() == [False, False]
    actions.post(side.agreement, **line, year=2023, key="b")
    assert outdated() == [False, True]
    actions.set_reference(same, by=office, reference="A-3")
    assert outdated() == [True, True]
    assert [taken(file, office).state for file in (agreements, past)] == ["checked", "checked"]


def test_an_empty_sheet_is_there_and_says_that_it_is_empty(at_desk, waseda, office):
    page = at_desk.get(reverse("agreement_files", args=[waseda.pk]))
    for _title, address in page.context["empty_sheets"]:
        file = brought(waseda, office, at_desk.get(address).content)
        content = at_desk.get(file.get_absolute_url()).content.decode()
        assert (file.state, "This file has nothing to take over." in content) == ("checked", True)
    assert at_desk.get(address.replace("exchanges", "places")).status_code == 404


# Pages, and who


def test_from_the_drop_zone_to_the_record(at_desk, waseda, partners, office):
    door = at_desk.get(reverse("bring_in_agreements"))
    assert door.url == reverse("agreement_files", args=[waseda.pk])
    page = at_desk.get(door.url)
    assert (page.status_code, "No files yet." in page.content.decode()) == (200, True)
    sent = {
        "sheets": [
            SimpleUploadedFile("台帳.xlsx", book([*TWO[:2], ["延世大学校(新村)", *TWO[2][1:]], TWO[3]]))
        ]
    }
    address = at_desk.post(door.url, sent).url
    work()
    file = AgreementFile.objects.get()
    assert address == file.get_absolute_url()
    page = at_desk.get(address)
    assert (page.status_code, [one["written"] for one in page.context["name_rows"]]) == (
        200,
        ["延世大学校(新村)"],
    )
    name = next(field for field in page.context["names"].fields if field.startswith("meant-"))
    yonsei = page.context["names"].fields[name].choices[0][0]
    assert at_desk.post(file.addresses["confirm_names"], {"run": file.run, name: yonsei}).status_code == 302
    work()
    file = again(file)
    assert (file.good, file.errors) == (2, 0)
    content = at_desk.get(address).content.decode()
    assert "We send · Study · Places a year: 3" in content
    difference = at_desk.get(file.addresses["file_difference"]).content.decode("utf-8-sig")
    assert difference.count("\r\n") == 3
    assert at_desk.post(file.addresses["take_file"], {"run": file.run, "taking": "1"}).status_code == 302
    work()
    page = at_desk.get(address).content.decode()
    assert ("This file was taken over." in page, len(listed(waseda))) == (True, 2)
    for name in ("agreement_files", "map_agreement_columns"):
        args = [waseda.pk] if name == "agreement_files" else [waseda.pk, file.pk]
        assert at_desk.get(reverse(name, args=args), follow=True).status_code == 200


STEPS = ["map_columns", "confirm_names", "mend_rows", "take_file", "read_again", "drop_file"]


@pytest.mark.parametrize("step", STEPS)
def test_others_find_no_such_file_and_an_auditor_changes_nothing(client, waseda, partners, office, step):
    file = brought(waseda, office, TWO)
    client.force_login(office_of(partners[0]))
    assert client.get(file.get_absolute_url()).status_code == 404
    assert client.post(file.addresses[step], {"run": file.run}).status_code == 404
    client.force_login(make_person(Role.AUDITOR))
    assert client.get(file.get_absolute_url()).status_code == 200
    assert client.get(reverse("agreement_files", args=[waseda.pk])).status_code == 200
    assert client.post(file.addresses[step], {"run": file.run}).status_code == 403
    assert again(file).run == file.run


def test_nobody_brings_in_for_another_office(waseda, partners):
    with pytest.raises(PermissionDenied):
        bringing.hand_in(waseda, by=office_of(partners[0]), files=[("x.xlsx", b"x")])


def test_who_works_for_two_offices_chooses_one(client, waseda, office):
    other = make_institution()
    Membership.objects.create(user=office, institution=other, role=Role.OFFICE)
    client.force_login(office)
    page = client.get(reverse("bring_in_agreements"))
    assert (page.status_code, len(page.context["institutions"])) == (200, 2)
    client.force_login(make_person(Role.PROGRAMME))
    assert client.get(reverse("bring_in_agreements")).status_code == 403


def test_a_list_that_comes_while_another_is_taken_over_is_compared_again(waseda, partners, office):
    first, second = brought(waseda, office, TWO), brought(waseda, office, TWO)
    for file in (first, second):
        bringing.take_file(file, by=office, run=file.run, only_good=False, remove_missing=False)
    work()
    assert (again(first).state, again(second).state) == ("taken", "checked")
    assert again(second).changes["same"] == 2
    assert Agreement.objects.count() == 2
