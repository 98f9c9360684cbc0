"""The rows of a round by hand: listed, added, edited, withdrawn and brought back, on the page and by the verbs."""

import csv
import io
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from lxml import html

from eastep.applications import actions
from eastep.applications.models import Round, RoundApplicant, RoundPlace
from eastep.applications.records import applicant_record, place_record
from eastep.applications.sheets import read_sheet
from eastep.applications.tests.factories import (
    AUTUMN,
    KOREA,
    KYOTO,
    STANDARDS,
    WASEDA,
    YONSEI,
    make_applicant,
    make_choice,
    make_place,
)
from eastep.core.errors import Refused
from eastep.core.events import history, sentence
from eastep.core.models import Entry
from eastep.institutions.models import Institution
from eastep.institutions.queries import registered
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_(office):
    """The round of Waseda, in the hands of its office."""
    home = Institution.objects.get(key=WASEDA)
    return actions.open_round(by=office, title="2027", seed="2027", home=home)


def add_place(round_, by, **given):
    return actions.add_place(round_, by=by, fields=place_record(make_place(**given)))


def add_applicant(round_, by, id="A1", **given):
    return actions.add_applicant(round_, by=by, fields=applicant_record(make_applicant(id, **given)))


@pytest.fixture
def place(round_, office):
    return add_place(round_, office, places=3, language="TOPIK 4")


@pytest.fixture
def applicant(round_, office):
    return add_applicant(round_, office)


@pytest.fixture
def page(client, office):
    """Opens a page as the office, in English; with data it sends the form of that page."""
    office.language = "en"
    office.save()
    client.force_login(office)

    def open_page(path, data=None, **headers):
        return client.get(path, **headers) if data is None else client.post(path, data, **headers)

    return open_page


def shown(answer):
    return " ".join(html.fromstring(answer.content).text_content().split())


def typed(answer, **changes):
    """What the form of the page holds, as a browser would send it, with *changes*."""
    form = next(
        form
        for form in html.fromstring(answer.content).forms
        if "version" in form.fields or "host" in form.fields
    )
    return {
        name: value or "" for name, value in form.form_values() if name != "csrfmiddlewaretoken"
    } | changes


def rows_of(answer):
    return [row.get("href") for row in html.fromstring(answer.content).cssselect("#rows tbody th a")]


def told(round_):
    with override("en"):
        return [sentence(entry) for entry in history(round_)]


# The verbs


def test_a_row_is_added_edited_withdrawn_and_brought_back(round_, office, place):
    edition = Round.objects.get(pk=round_.pk).edition
    fields = {**place.record, "places": 5}
    place = actions.edit_place(place, by=office, version=1, fields=fields)
    assert (place.places, place.version, [one["record"]["places"] for one in place.earlier]) == (5, 2, [3])
    rows = RoundPlace.objects.filter(pk=place.pk)
    assert [actions.withdraw_places(round_, by=office, rows=rows) for _ in range(2)] == [1, 0]
    assert [actions.readmit_places(round_, by=office, rows=rows) for _ in range(2)] == [1, 0]
    assert Round.objects.get(pk=round_.pk).edition == edition + 3
    assert list(history(round_).order_by("pk").values_list("event", "facts")) == [
        ("applications.round_opened", {}),
        ("applications.place_added", {"row": 1}),
        ("applications.place_edited", {"row": 1}),
        ("applications.places_withdrawn", {"rows": "1"}),
        ("applications.places_readmitted", {"rows": "1"}),
    ]


def test_what_a_row_says_already_changes_nothing(round_, office, place, applicant):
    before = list(Round.objects.filter(pk=round_.pk).values()), Entry.objects.count()
    actions.edit_place(place, by=office, version=0, fields=place.record)
    actions.edit_applicant(applicant, by=office, version=0, fields=applicant.record)
    assert (list(Round.objects.filter(pk=round_.pk).values()), Entry.objects.count()) == before


def test_who_saw_an_older_version_is_refused(office, place, applicant):
    with pytest.raises(Refused) as refused:
        actions.edit_place(place, by=office, version=0, fields={**place.record, "places": 5})
    assert refused.value.code == "changed"
    with pytest.raises(Refused) as refused:
        actions.edit_applicant(applicant, by=office, version=0, fields={**applicant.record, "score": "1"})
    assert refused.value.code == "changed"


def test_two_rows_of_one_kind_and_two_applicants_of_one_number_are_refused(round_, office, place, applicant):
    with pytest.raises(Refused) as refused:
        add_place(round_, office, places=9)
    assert refused.value.code == "same_place"
    with pytest.raises(Refused) as refused:
        add_applicant(round_, office)
    assert refused.value.code == "same_applicant"


def test_only_rows_of_the_round_are_withdrawn(round_, office, programme, applicant):
    other = actions.open_round(by=programme, title="other", seed="1", home=None)
    foreign = add_applicant(other, programme, "B1")
    assert (
        actions.withdraw_applicants(round_, by=office, rows=RoundApplicant.objects.all(), reason="Ill.") == 1
    )
    applicant.refresh_from_db()
    foreign.refresh_from_db()
    assert (applicant.withdrawn, applicant.reason, foreign.withdrawn) == ("office", "Ill.", "")
    assert told(round_)[-1] == f"{office} withdrew applicants: A1. Reason: Ill."


def test_many_are_counted_in_the_history_and_only_the_first_are_named(round_, office):
    for number in range(22):
        add_applicant(round_, office, f"A{number:02}")
    actions.withdraw_applicants(round_, by=office, rows=round_.applicants.all(), reason="Fee.")
    facts = Entry.objects.get(event="applications.applicants_withdrawn").facts
    assert facts["applicants"] == ", ".join(f"A{number:02}" for number in range(20)) + " … (22)"


def test_nobody_else_may_and_a_frozen_round_changes_no_more(
    round_, office, programme, auditor, place, applicant
):
    verbs = {
        "add_place": lambda by: add_place(round_, by, host=KOREA),
        "edit_place": lambda by: actions.edit_place(
            place, by=by, version=1, fields={**place.record, "places": 9}
        ),
        "add_applicant": lambda by: add_applicant(round_, by, "A2"),
        "edit_applicant": lambda by: actions.edit_applicant(
            applicant, by=by, version=1, fields={**applicant.record, "score": "1"}
        ),
        "withdraw_places": lambda by: actions.withdraw_places(round_, by=by, rows=round_.places.all()),
        "withdraw_applicants": lambda by: actions.withdraw_applicants(
            round_, by=by, rows=round_.applicants.all(), reason="x"
        ),
    }
    for verb in verbs.values():
        for somebody in (programme, auditor):
            with pytest.raises(PermissionDenied):
                verb(somebody)
    Round.objects.filter(pk=round_.pk).update(state="frozen")
    for verb in verbs.values():
        with pytest.raises(Refused) as refused:
            verb(office)
        assert refused.value.code == "frozen"


# Who sees what


@pytest.mark.parametrize(
    "path",
    [
        "places/", "places/1/", "places/add/", "applicants/", "applicants/{applicant}/",
        "applicants/{applicant}/edit/", "applicants/add/", "?export=csv",
    ],
)  # fmt: skip
def test_another_office_finds_nothing(client, round_, place, applicant, path):
    others = Institution.objects.get(key=KYOTO)
    for somebody in (
        make_person(Role.OFFICE, others),
        make_person(Role.STUDENT, others),
        make_person(Role.PROGRAMME),
    ):
        client.force_login(somebody)
        path = f"/rounds/{round_.pk}/{path.format(applicant=applicant.pk)}"
        assert client.get(path).status_code in (404, 200 if path.endswith("?export=csv") else 404)


@pytest.mark.parametrize(
    "path", ["places/withdraw/", "places/readmit/", "applicants/withdraw/", "applicants/readmit/",
             "applicants/{applicant}/edit/", "applicants/{applicant}/waive/", "places/1/", "places/add/"],
)  # fmt: skip
def test_another_office_changes_nothing_and_an_auditor_neither(client, round_, place, applicant, path):
    home, others = Institution.objects.get(key=WASEDA), Institution.objects.get(key=KYOTO)
    path = f"/rounds/{round_.pk}/{path.format(applicant=applicant.pk)}"
    sent = {"which": "all", "reason": "x", "host": YONSEI, "code": "level"}
    answers = []
    for somebody in (make_person(Role.OFFICE, others), make_person(Role.AUDITOR, home)):
        client.force_login(somebody)
        answers.append(client.post(path, sent).status_code)
    assert answers == [404, 403]
    assert list(RoundApplicant.objects.values_list("withdrawn", "version")) == [("", 1)]
    assert list(RoundPlace.objects.values_list("withdrawn", "version")) == [("", 1)]


def test_rows_of_a_foreign_round_cannot_be_sent_along(page, round_, programme, applicant):
    other = actions.open_round(by=programme, title="other", seed="1", home=None)
    foreign = add_applicant(other, programme, "B1")
    place = add_place(other, programme)
    page(f"/rounds/{round_.pk}/applicants/withdraw/", {"row": [foreign.pk], "reason": "x"})
    page(f"/rounds/{round_.pk}/places/withdraw/", {"row": [place.pk]})
    foreign.refresh_from_db()
    place.refresh_from_db()
    assert (foreign.withdrawn, place.withdrawn) == ("", "")
    assert page(f"/rounds/{round_.pk}/applicants/{foreign.pk}/").status_code == 404


def test_an_auditor_sees_every_row_and_no_button(client, round_, place, applicant):
    client.force_login(make_person(Role.AUDITOR, Institution.objects.get(key=WASEDA)))
    for path in ("places/", "places/1/", "applicants/", f"applicants/{applicant.pk}/"):
        answer = client.get(f"/rounds/{round_.pk}/{path}")
        posts = html.fromstring(answer.content).cssselect("#main form[method=post]")
        assert (answer.status_code, posts) == (200, []), path
    assert client.get(f"/rounds/{round_.pk}/applicants/{applicant.pk}/edit/").status_code == 403
    assert client.get(f"/rounds/{round_.pk}/places/add/").status_code == 403


# Lists


@pytest.mark.parametrize("path", ["places/", "applicants/", "applicants/?sort=score", "places/?text=Yonsei"])
def test_three_rows_take_the_same_queries_as_one(page, round_, office, place, applicant, path):
    path = f"/rounds/{round_.pk}/{path}"
    page(path)
    with CaptureQueriesContext(connection) as one:
        assert len(rows_of(page(path))) == 1
    for number in (2, 3):
        add_place(round_, office, levels=(number + 4,))
        add_applicant(round_, office, f"A{number}")
    with CaptureQueriesContext(connection) as three:
        assert len(rows_of(page(path))) == 3
    assert len(three) == len(one)


@pytest.mark.parametrize(
    ("text", "rows"),
    [("延世", [1]), ("연세", [1]), ("yonsei", [1]), ("Korea University", [2]), ("2", [2]), ("早大", [1, 2]), ("zzz", [])],
)  # fmt: skip
def test_places_are_found_by_either_institution_in_any_script(page, round_, office, place, text, rows):
    add_place(round_, office, host=KOREA)
    answer = page(f"/rounds/{round_.pk}/places/?text={text}")
    assert rows_of(answer) == [f"/rounds/{round_.pk}/places/{row}/" for row in rows]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("start=2027-autumn", [2]), ("length=year", [3]), ("state=office", [3]), ("state=counts", [1, 2]),
        ("sort=host", [2, 1, 3]), ("sort=-row", [3, 2, 1]), ("home=Kyoto+University", [2]),
    ],
)  # fmt: skip
def test_places_are_filtered_and_sorted(page, client, programme, query, rows):
    client.force_login(programme)
    round_ = actions.open_round(by=programme, title="all", seed="1", home=None)
    add_place(round_, programme)
    add_place(round_, programme, host=KOREA, home=KYOTO, start=AUTUMN)
    add_place(round_, programme, length="year")
    actions.withdraw_places(round_, by=programme, rows=round_.places.filter(number=3))
    client.force_login(programme)
    for number, (key, name) in enumerate([(KOREA, "a"), (YONSEI, "b")]):
        Institution.objects.filter(key=key).update(sort_key=f"{number}{name}")
    answer = client.get(f"/rounds/{round_.pk}/places/?{query}")
    assert rows_of(answer) == [f"/rounds/{round_.pk}/places/{row}/" for row in rows]


PEOPLE = {
    "A1": "髙﨑 さくら",
    "A2": "朴",
    "A3": "박지민",
    "A4": "ソウタ",
    "A5": "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine Wolfeschlegelsteinhausenbergerdorff Adolph",
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("高崎", ["A1"]), ("さくら", ["A1"]), ("ｻｸﾗ", ["A1"]), ("朴", ["A2"]), ("지민", ["A3"]), ("そうた", ["A4"]),
        ("HUBERT", ["A5"]), ("a3", ["A3"]), ("", list(PEOPLE)), ("nobody", []),
    ],
)  # fmt: skip
def test_applicants_are_found_by_name_and_number_in_any_script(page, round_, office, text, found):
    rows = {id: add_applicant(round_, office, id, name=name) for id, name in PEOPLE.items()}
    answer = page(f"/rounds/{round_.pk}/applicants/?text={text}")
    assert rows_of(answer) == [rows[id].get_absolute_url() for id in found]


def test_names_are_marked_with_their_language(page, round_, office):
    for id, name in PEOPLE.items():
        add_applicant(round_, office, id, name=name)
    answer = html.fromstring(page(f"/rounds/{round_.pk}/applicants/").content)
    marked = {one.text: one.get("lang") for one in answer.cssselect("#rows tbody th a span")}
    assert marked == {"髙﨑 さくら": "ja", "朴": "ja", "박지민": "ko", "ソウタ": "ja"}


def test_a_typed_score_of_more_than_four_decimals_is_refused(page, round_, applicant):
    edit = f"/rounds/{round_.pk}/applicants/{applicant.pk}/edit/"
    answer = page(edit, typed(page(edit), score="80.00001"))
    assert answer.status_code == 422
    assert "Round it to four, such as 80.0000." in shown(answer)
    assert page(edit, typed(page(edit), score="80.0001")).status_code == 302
    applicant.refresh_from_db()
    assert applicant.score == Decimal("80.0001")


def test_applicants_are_sorted_by_score_and_filtered_by_state(page, round_, office):
    rows = {id: add_applicant(round_, office, id, score=score) for id, score in
            {"A1": Decimal(70), "A2": Decimal("81.5"), "A3": Decimal(81)}.items()}  # fmt: skip
    actions.withdraw_applicants(
        round_, by=office, rows=round_.applicants.filter(pk=rows["A3"].pk), reason="Ill."
    )
    found = {
        query: rows_of(page(f"/rounds/{round_.pk}/applicants/?{query}"))
        for query in ("sort=score", "sort=-score", "state=office", "state=counts", "state=file")
    }
    assert found == {
        query: [rows[id].get_absolute_url() for id in ids]
        for query, ids in {
            "sort=score": ["A2", "A3", "A1"], "sort=-score": ["A1", "A3", "A2"], "state=office": ["A3"],
            "state=counts": ["A1", "A2"], "state=file": [],
        }.items()
    }  # fmt: skip


def test_htmx_gets_the_rows_alone(page, round_, place):
    answer = page(
        f"/rounds/{round_.pk}/places/", headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    )
    assert html.fromstring(answer.content).get("id") == "rows"


def test_an_empty_list_leads_to_bringing_in_and_to_adding(page, round_):
    for name in ("places", "applicants"):
        answer = page(f"/rounds/{round_.pk}/{name}/")
        links = [link.get("href") for link in html.fromstring(answer.content).cssselect("#main a.button")]
        ways = ["files/", *(["places/agreements/"] if name == "places" else []), f"{name}/add/"]
        assert links == [f"/rounds/{round_.pk}/{way}" for way in ways]
        assert "yet." in shown(answer)
        assert "Change or empty the filter." in shown(page(f"/rounds/{round_.pk}/{name}/?text=x"))


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_a_list_taken_out_in_any_language_can_be_brought_in_again(page, round_, office, language):
    places = [
        add_place(round_, office, language="TOPIK 4"),
        add_place(round_, office, host=KOREA, length="year", levels=(6, 7)),
    ]
    people = [
        add_applicant(round_, office, choices=(make_choice(), make_choice(host=KOREA, length="year"))),
        add_applicant(round_, office, "A2", name="朴", gpa=None, languages=()),
    ]
    for kind, rows in (("places", places), ("applicants", people)):
        office.language = language
        office.save()
        answer = page(f"/rounds/{round_.pk}/{kind}/?export=xlsx", headers={"accept-language": language})
        with override(language):
            taken = read_sheet(
                kind, b"".join(answer.streaming_content), name="list.xlsx", layout=None,
                register=registered(), standards=STANDARDS,
            )  # fmt: skip
        assert [one.sentence for one in taken.problems if one.severity == "error"] == []
        assert list(taken.rows) == [row.record for row in rows]


def test_what_is_withdrawn_is_said_in_the_file_with_its_reason(page, round_, office, applicant):
    actions.withdraw_applicants(round_, by=office, rows=round_.applicants.all(), reason="Ill.")
    answer = page(f"/rounds/{round_.pk}/applicants/?export=csv")
    [row] = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert (row["State"], row["Reason"]) == ("Withdrawn by the office", "Ill.")


# Withdrawing and bringing back many


def test_applicants_are_withdrawn_only_with_a_reason(page, round_, office):
    rows = [add_applicant(round_, office, f"A{number}") for number in range(3)]
    path, back = f"/rounds/{round_.pk}/applicants/withdraw/", f"/rounds/{round_.pk}/applicants/?sort=score"
    chosen = {"which": "ticked", "row": [rows[0].pk, rows[1].pk], "next": back}
    asked = page(path, chosen)
    assert (asked.status_code, "2 applicants will not be placed any more." in shown(asked)) == (200, True)
    [form] = [form for form in html.fromstring(asked.content).forms if "reason" in form.fields]
    sent = [(name, value) for name, value in form.form_values() if name != "csrfmiddlewaretoken"]
    assert [value for name, value in sent if name == "row"] == [str(rows[0].pk), str(rows[1].pk)]
    assert page(path, {**chosen, "reason": "  "}).status_code == 422
    assert RoundApplicant.objects.counting().count() == 3
    done = page(path, {**chosen, "reason": "Did not pay."})
    assert (done.status_code, done["Location"]) == (302, back)
    assert list(round_.applicants.order_by("applicant").values_list("withdrawn", "reason")) == [
        ("office", "Did not pay."), ("office", "Did not pay."), ("", ""),
    ]  # fmt: skip
    page(f"/rounds/{round_.pk}/applicants/readmit/", {"which": "page", "shown": f"{rows[0].pk},{rows[1].pk}"})
    assert list(round_.applicants.values_list("withdrawn", "reason").distinct()) == [("", "")]


def test_all_that_match_the_filter_are_withdrawn_and_nobody_else(page, round_, office):
    for id, name in PEOPLE.items():
        add_applicant(round_, office, id, name=name)
    sent = {"which": "all", "query": "text=ソウタ&sort=score", "reason": "x"}
    page(f"/rounds/{round_.pk}/applicants/withdraw/", sent)
    assert list(round_.applicants.exclude(withdrawn="").values_list("applicant", flat=True)) == ["A4"]


def test_nothing_ticked_is_said(page, round_, place):
    answer = page(f"/rounds/{round_.pk}/places/withdraw/", {"which": "ticked"})
    assert (answer.status_code, "Select at least one row." in shown(answer)) == (422, True)


@pytest.mark.parametrize(
    ("sent", "status"),
    [({"row": "1" * 30}, 302), ({"row": "\0"}, 422), ({"which": "all", "query": "text=%00"}, 302)],
)
def test_what_no_page_sends_is_answered_and_changes_nothing(page, round_, place, sent, status):
    assert page(f"/rounds/{round_.pk}/places/withdraw/", sent).status_code == status
    assert rows_of(page(f"/rounds/{round_.pk}/places/?text=%00&start=x&sort=y&state=z")) == []
    assert RoundPlace.objects.counting().count() == 1


def test_rows_of_places_are_withdrawn_and_brought_back(page, round_, place):
    page(f"/rounds/{round_.pk}/places/withdraw/", {"row": [place.pk]})
    assert "Withdrawn by the office" in shown(page(place.get_absolute_url()))
    page(f"/rounds/{round_.pk}/places/readmit/", {"row": [place.pk]})
    assert list(round_.places.values_list("withdrawn", "version")) == [("", 3)]


# One row of places


def test_a_row_is_added_on_the_page_in_the_words_of_a_sheet(page, round_):
    path = f"/rounds/{round_.pk}/places/add/"
    sent = typed(page(path), host="연세대", start="2027年度前期", length="term", places="３", fields_="0311", levels="学士, 修士",
                 minimum_gpa="3.0 / 4.5", language="TOPIK 4급")  # fmt: skip
    assert page(path, sent)["Location"] == f"/rounds/{round_.pk}/places/"
    assert [row.record for row in round_.places.all()] == [
        {
            "home": WASEDA, "host": YONSEI, "fields": "0311", "levels": "6; 7", "start": "2027-spring", "length": "term",
            "places": 3, "minimum_gpa": "3.0/4.5", "language": "TOPIK 4",
        }
    ]  # fmt: skip


def test_each_error_of_a_sheet_stands_beside_its_field(page, round_):
    path = f"/rounds/{round_.pk}/places/add/"
    sent = {
        "home": "早稲田",
        "host": "早稲田",
        "start": "someday",
        "length": "term",
        "places": "three",
        "minimum_gpa": "3.0",
    }
    answer = page(path, sent)
    errors = {name: len(found) for name, found in answer.context["form"].errors.items()}
    assert (answer.status_code, errors) == (422, {"start": 1, "places": 1})
    sent |= {"start": "2027-spring", "places": "3"}
    assert list(page(path, sent).context["form"].errors) == ["minimum_gpa", "host"]
    sent |= {"minimum_gpa": "3.0/4.5"}
    assert page(path, sent).context["form"].errors["host"] == [
        "The host is the home institution itself. Write the institution that receives the students."
    ]
    assert list(page(path, {"version": ""}).context["form"].errors) == [
        "home",
        "host",
        "start",
        "length",
        "places",
    ]
    assert round_.places.count() == 0


def test_a_row_that_is_there_already_is_told_with_its_number(page, round_, place):
    path = f"/rounds/{round_.pk}/places/add/"
    sent = typed(page(path), host="Yonsei University", start="2027-spring", length="term", places="9")
    answer = page(path, sent)
    assert (answer.status_code, "Row 1 has places of this kind already." in shown(answer)) == (422, True)


def test_saving_what_the_form_shows_changes_nothing_and_a_change_is_kept_with_what_was(
    page, round_, place, office
):
    path = place.get_absolute_url()
    sent = typed(page(path))
    assert (sent["home"], sent["host"]) == (str(place.home), str(place.host))
    assert page(path, sent).status_code == 302
    assert page(path, {**sent, "places": "7", "language": "TOPIK 5"}).status_code == 302
    place.refresh_from_db()
    assert (place.places, place.version) == (7, 2)
    [change] = page(path).context["changes"]
    assert (str(change["by"]), change["fields"]) == (
        str(office), [("Places", "3", "7"), ("Language requirement", "TOPIK 4", "TOPIK 5")],
    )  # fmt: skip


def test_the_second_editor_sees_both_texts_and_loses_nothing(page, round_, place, office):
    path = place.get_absolute_url()
    sent = typed(page(path), places="7")
    actions.edit_place(
        place, by=office, version=1, fields={**place.record, "places": 5, "language": "TOPIK 6"}
    )
    answer = page(path, sent)
    assert answer.status_code == 409
    compared = {str(row.label): (row.first, row.second) for row in answer.context["now"] if row.differs}
    assert compared == {"Places": ("5", "7"), "Language requirement": ("TOPIK 6", "TOPIK 4")}
    again = typed(answer)
    assert (again["places"], again["language"], again["version"]) == ("7", "TOPIK 4", "2")
    assert page(path, again).status_code == 302
    place.refresh_from_db()
    assert (place.places, place.version) == (7, 3)


def test_a_frozen_round_shows_no_form_and_says_so_where_something_was_typed(page, round_, place, applicant):
    sent = typed(page(place.get_absolute_url()), places="7")
    edit = f"{applicant.get_absolute_url()}edit/"
    changed = typed(page(edit), score="1")
    Round.objects.filter(pk=round_.pk).update(state="frozen")
    for path in ("places/", "places/1/", "applicants/", f"applicants/{applicant.pk}/"):
        answer = page(f"/rounds/{round_.pk}/{path}")
        assert "The result of this round is frozen." in shown(answer), path
        assert html.fromstring(answer.content).cssselect("#main form[method=post]") == [], path
    answer = page(place.get_absolute_url(), sent)
    assert (answer.status_code, typed(answer)["places"]) == (422, "7")
    assert "Unfreeze it first" in shown(answer)
    answer = page(edit, changed)
    assert (answer.status_code, typed(answer)["score"]) == (422, "1")


# One applicant


NEW = {
    "number": "A9", "name": "髙﨑 さくら", "home": "早大", "field": "0311", "level": "学部", "score": "81.5", "gpa": "3.8/4.5",
    "languages": "TOPIK 4 2026-04-12", "language": "ja",
    "host_1": "Yonsei", "start_1": "2027-1", "length_1": "term",
    "host_3": "KR:0000069", "start_3": "2027 autumn", "length_3": "year",
}  # fmt: skip


def test_an_applicant_is_added_in_the_words_of_a_sheet_and_a_gap_closes(page, round_):
    path = f"/rounds/{round_.pk}/applicants/add/"
    assert page(path, NEW).status_code == 302
    assert [row.record for row in round_.applicants.all()] == [
        {
            "id": "A9", "name": "髙﨑 さくら", "home": WASEDA, "field": "0311", "level": 6, "gpa": "3.8/4.5",
            "languages": "TOPIK 4 2026-04-12", "score": "81.5", "language": "ja",
            "choices": [
                {"host": YONSEI, "start": "2027-spring", "length": "term"},
                {"host": KOREA, "start": "2027-autumn", "length": "year"},
            ],
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"host_1": "Yonsi"}, "host_1"), ({"start_3": ""}, "start_3"), ({"length_3": ""}, "length_3"),
        ({"host_3": ""}, "host_3"), ({"level": "high"}, "level"), ({"gpa": "3.8"}, "gpa"), ({"score": "81,5"}, "score"),
        ({"languages": "TOPIK 9"}, "languages"), ({"field": "0311; 0312"}, "field"), ({"number": ""}, "number"),
        ({"number": "A" * 61}, "number"), ({"home": "\u202e"}, "home"), ({"length_1": "month"}, "length_1"),
        ({"host_3": "Yonsei", "start_3": "2027-spring", "length_3": "term"}, "host_3"),
    ],
)  # fmt: skip
def test_each_error_of_an_applicant_stands_beside_its_field(page, round_, given, field):
    answer = page(f"/rounds/{round_.pk}/applicants/add/", NEW | given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert html.fromstring(answer.content).cssselect(f"[name={field}][aria-invalid=true]")


def test_an_applicant_is_edited_and_the_earlier_contents_stay(page, applicant, office):
    edit = f"{applicant.get_absolute_url()}edit/"
    form = page(edit)
    assert [number for number, _fields in form.context["form"].choice_rows] == [1, 2, 3, 4]
    sent = typed(form, score="70.25", host_2="고려대학교", start_2="2027-autumn", length_2="term")
    assert page(edit, sent)["Location"] == applicant.get_absolute_url()
    applicant.refresh_from_db()
    assert (applicant.score, applicant.choices, applicant.version) == (Decimal("70.25"), 2, 2)
    [change] = page(applicant.get_absolute_url()).context["changes"]
    assert [(label, before) for label, before, _after in change["fields"]] == [
        ("Score", "80"),
        ("Choice 2", "–"),
    ]


def test_of_two_editors_of_an_applicant_the_second_sees_both(page, applicant, office):
    edit = f"{applicant.get_absolute_url()}edit/"
    sent = typed(page(edit), name="佐藤 華")
    actions.edit_applicant(applicant, by=office, version=1, fields={**applicant.record, "choices": []})
    answer = page(edit, sent)
    compared = {str(row.label): bool(row.second != "–") for row in answer.context["now"] if row.differs}
    assert (answer.status_code, compared) == (409, {"Name": True, "Choice 1": True})
    assert page(edit, typed(answer)).status_code == 302
    applicant.refresh_from_db()
    assert (applicant.name, applicant.choices) == ("佐藤 華", 1)


def test_twenty_choices_are_the_most(page, round_):
    many = {f"start_{n}": "2027-spring" for n in range(1, 22)} | {f"length_{n}": "term" for n in range(1, 22)}
    hosts = {f"host_{n}": [YONSEI, KOREA, KYOTO][n % 3] for n in range(1, 22)}
    answer = page(f"/rounds/{round_.pk}/applicants/add/", NEW | many | hosts)
    assert [number for number, _fields in answer.context["form"].choice_rows] == list(range(1, 21))


def test_the_partners_of_the_home_are_offered_while_typing(page, round_, office, applicant):
    add_place(round_, office)
    add_place(round_, office, host=KOREA)
    answer = html.fromstring(page(f"{applicant.get_absolute_url()}edit/").content)
    offered = {option.get("value") for option in answer.cssselect("datalist#hosts option")}
    assert offered == {str(one) for one in Institution.objects.filter(key__in=[YONSEI, KOREA])}


def test_previous_and_next_applicant_by_number(page, round_, office):
    rows = [add_applicant(round_, office, id) for id in ("A3", "A1", "A2")]
    answer = html.fromstring(page(rows[2].get_absolute_url()).content)
    links = {link.get("rel"): link.get("href") for link in answer.cssselect("#main nav a[rel]")}
    assert links == {"prev": rows[1].get_absolute_url(), "next": rows[0].get_absolute_url()}


def test_a_long_round_asks_as_much_for_an_applicant_as_a_short_one(page, round_, office, applicant):
    path = applicant.get_absolute_url()
    page(path)
    with CaptureQueriesContext(connection) as short:
        page(path)
    for number in (2, 3):
        add_place(round_, office, levels=(number + 4,))
        add_applicant(round_, office, f"A{number}")
    with CaptureQueriesContext(connection) as long:
        page(path)
    assert len(long) == len(short)
