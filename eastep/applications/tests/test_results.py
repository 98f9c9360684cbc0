"""Who goes where and why, moves by hand, letters and downloads, on their pages."""

import json
import zlib
from decimal import Decimal
from hashlib import sha256

import pytest
from django.urls import reverse

from eastep.applications import actions
from eastep.applications.models import Frozen, Simulation
from eastep.applications.records import place_record
from eastep.applications.tests.factories import (
    KOREA,
    KYOTO,
    WASEDA,
    YONSEI,
    make_applicant,
    make_choice,
    make_place,
)
from eastep.applications.tests.simulations import BOTH, PLACES, computed, made, make_round, moved, where, work
from eastep.applications.views import results
from eastep.core.sheets import read_workbook

PAGES = ("outcomes", "options", "letters")


@pytest.fixture
def round_(programme):
    return make_round(programme)


@pytest.fixture
def simulation(round_, programme):
    return computed(round_, programme)


@pytest.fixture
def client(client, programme):
    programme.language = "en"
    programme.save()
    client.force_login(programme)
    return client


def url(name, simulation, *more):
    return reverse(name, args=[simulation.round_id, simulation.pk, *more])


def status(answer):
    """Having read what was sent as a file, which closes it."""
    answer.getvalue()
    return answer.status_code


def text(answer):
    return answer.content.decode()


# Who sees them, and when


def test_only_the_right_people_see_them(client, simulation, programme, office, auditor):
    addresses = [
        *(url(name, simulation) for name in PAGES),
        url("outcome", simulation, 1),
        url("letter", simulation, 1),
        url("option", simulation, 1),
        *(url("round_result", simulation, kind) for kind in ("xlsx", "csv", "json")),
        *(url("round_inputs", simulation, kind) for kind in ("places", "applicants")),
    ]
    seen = {}
    for who, person in {"programme": programme, "auditor": auditor, "office": office}.items():
        client.force_login(person)
        seen[who] = {status(client.get(address)) for address in addresses}
    assert seen == {"programme": {200}, "auditor": {200}, "office": {404}}


def test_only_the_right_people_move_and_undo(client, simulation, programme, office, auditor):
    move = moved(simulation, programme, "c", 1).moves.get()
    given = {"run": Simulation.objects.get().run, "to": "2", "reason": "x"}
    answers = []
    for person in (office, auditor):
        client.force_login(person)
        answers += [
            client.post(url("move_applicant", simulation, 1), given).status_code,
            client.post(url("undo_move", simulation, move.pk), given).status_code,
        ]
    assert answers == [404, 404, 403, 403]


def test_without_a_result_the_page_of_the_simulation_answers(client, round_, programme):
    draft = made(round_, programme)
    assert {client.get(url(name, draft)).url for name in PAGES} == {draft.get_absolute_url()}


@pytest.mark.parametrize("name", ["outcomes", "options"])
def test_the_lists_ask_the_same_number_of_queries(client, programme, name, django_assert_max_num_queries):
    def queries(number):
        places = [
            make_place(length=length, host=host) for host in (YONSEI, KOREA) for length in ("term", "year")
        ]
        people = [make_applicant(f"a{n}", choices=BOTH) for n in range(number)]
        simulation = computed(make_round(programme, places=places[:number], people=people), programme)
        with django_assert_max_num_queries(50) as asked:
            client.get(url(name, simulation))
        return len(asked)

    assert queries(1) == queries(3)


# Applicants


def test_an_applicant_with_every_reason(client, simulation):
    answer = client.get(url("outcome", simulation, 2))
    [first, second] = answer.context["choices"]
    assert (first["outcome"], first["enough"]) == ("Full", "A score above 90 would have been enough.")
    assert [option.row for option in first["options"]] == [1]
    assert (second["outcome"], second["reasons"]) == ("Placed", ["Placed here."])
    assert (answer.context["previous"], answer.context["next"]) == ("佐藤 花", "高橋 直")
    assert "Before: 佐藤 花" in text(answer)


def test_the_list_is_searched_and_filtered(client, simulation):
    def found(**given):
        return [row.applicant for row in client.get(url("outcomes", simulation), given).context["page"]]

    places = simulation.options.get(row=2)
    assert found(text="鈴木") == ["b"]
    assert found(met="none") == ["c"]
    assert found(met="first") == ["a"]
    assert found(host=places.host_id) == ["b"]
    assert found(touched="any") == []


def test_computed_and_adjusted_stand_beside_each_other(client, simulation, programme):
    client.post(url("move_applicant", simulation, 3), {"run": simulation.run, "to": "1", "reason": "Family"})
    assert "<progress" in text(client.get(url("outcome", simulation, 3)))
    simulation = work(simulation, programme)
    answer = client.get(url("outcome", simulation, 3))
    assert (answer.context["by_rule"], answer.context["stay"]) == (
        "Not placed",
        "Yonsei University, Spring 2027, one term (choice 1, row 1)",
    )
    rows = {row.applicant: row.by_rule for row in client.get(url("outcomes", simulation)).context["page"]}
    assert rows["a"] == "Yonsei University, Spring 2027, one term (choice 1, row 1)"
    [told] = client.get(simulation.get_absolute_url()).context["moves"]
    assert [(one["applicant"], one["before"], one["after"]) for one in told["effects"]] == [
        (
            "a",
            "Yonsei University, Spring 2027, one term (choice 1, row 1)",
            "Korea University, Spring 2027, one term (choice 2, row 2)",
        ),
        ("b", "Korea University, Spring 2027, one term (choice 2, row 2)", "Not placed"),
    ]
    undo = {"run": simulation.run, "next": url("outcome", simulation, 3)}
    answer = client.post(url("undo_move", simulation, told["move"].pk), undo)
    assert answer.url == url("outcome", simulation, 3)
    assert where(work(simulation, programme)) == [("a", 1), ("b", 2), ("c", None)]


def test_a_move_offers_the_own_choices_first_then_what_was_searched(client, programme):
    places = [*PLACES, make_place(length="year"), make_place(home=KYOTO)]
    simulation = computed(make_round(programme, places=places), programme)
    form = client.get(url("outcome", simulation, 1)).context["form"]
    assert [value for value, _label in form.fields["to"].choices] == ["1", "2", "none"]
    form = client.get(url("outcome", simulation, 1), {"places": "yonsei"}).context["form"]
    assert [value for value, _label in form.fields["to"].choices] == ["1", "2", "3", "4", "none"]
    client.post(url("move_applicant", simulation, 1), {"run": simulation.run, "to": "3", "reason": "x"})
    assert where(work(simulation, programme))[0] == ("a", 3)


def test_a_move_offers_all_rows_of_a_choice(client, programme):
    places = [make_place(levels=(6,)), make_place(levels=(7,)), make_place(host=KOREA)]
    simulation = computed(make_round(programme, places=places), programme)
    form = client.get(url("outcome", simulation, 1)).context["form"]
    assert [value for value, _label in form.fields["to"].choices] == ["1", "2", "3", "none"]


@pytest.mark.parametrize(
    ("given", "field"), [({"reason": ""}, "reason"), ({"to": "9"}, "to"), ({"to": ""}, "to")]
)
def test_a_move_needs_a_place_and_a_reason(client, simulation, given, field):
    sent = {"run": simulation.run, "to": "1", "reason": "x"} | given
    answer = client.post(url("move_applicant", simulation, 1), sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_two_people_who_move_at_once_lose_nothing(client, simulation, programme):
    seen = simulation.run
    moved(simulation, programme, "b", 1)
    given = {"run": seen, "to": "none", "reason": "A long story about it"}
    answer = client.post(url("move_applicant", simulation, 3), given)
    assert answer.status_code == 409
    assert "Somebody else has changed this simulation meanwhile" in text(answer)
    assert "A long story about it" in text(answer)
    again = given | {"run": answer.context["form"]["run"].value()}
    assert client.post(url("move_applicant", simulation, 3), again).status_code == 302


# Rows of places


def test_the_rows_of_places_with_who_was_refused(client, simulation):
    rows = client.get(url("options", simulation)).context["page"]
    assert [(row.row, row.taken, row.cutoff, row.highest_refused, row.refused) for row in rows] == [
        (1, 1, Decimal(90), Decimal(80), 2),
        (2, 1, Decimal(80), Decimal(70), 1),
    ]
    answer = client.get(url("option", simulation, 1))
    assert [one.applicant for one in answer.context["holders"]] == ["a"]
    assert [one.applicant for one in answer.context["refused"]] == ["b", "c"]


@pytest.mark.parametrize("name", ["Yonsei", "延世", "연세", "1"])
def test_rows_are_found_in_every_script(client, simulation, name):
    rows = client.get(url("options", simulation), {"text": name}).context["page"]
    assert [row.row for row in rows] == [1]


def test_rows_with_free_places(client, programme):
    simulation = computed(
        make_round(programme, places=[make_place(places=5), make_place(host=KOREA)]), programme
    )

    def found(used):
        return [row.row for row in client.get(url("options", simulation), {"used": used}).context["page"]]

    assert {used: found(used) for used in ("binds", "free", "empty")} == {
        "binds": [],
        "free": [1, 2],
        "empty": [2],
    }


# Letters


def test_letters_are_in_the_language_of_the_applicant(client, programme):
    people = [
        make_applicant("a", score=Decimal(90), language="ko"),
        make_applicant("b", score=Decimal(80)),
        make_applicant("c", score=Decimal(70), language="en"),
        make_applicant("d", score=Decimal(60), home=YONSEI, choices=(make_choice(host=WASEDA),)),
    ]
    simulation = computed(make_round(programme, people=people), programme)
    letters = client.get(url("letters", simulation)).context["letters"]
    assert [one["language"] for one in letters] == ["ko", "ja", "en", "ko"]
    assert [one["home"] for one in letters] == ["와세다대학", "早稲田大学", "Waseda University", "연세대학교"]
    page = text(client.get(url("letter", simulation, 2)))
    assert '<article class="letter" lang="ja">' in page


def test_a_letter_never_shows_the_score_of_a_classmate(client, programme):
    people = [make_applicant("a", score=Decimal("91.7")), make_applicant("b", score=Decimal("63.2"))]
    simulation = computed(make_round(programme, people=people), programme)
    assert (simulation.round.students_see, simulation.options.get(row=1).cutoff) == (
        "cutoffs",
        Decimal("91.7"),
    )
    letter = text(client.get(url("letter", simulation, 2)))
    assert "63.2" in letter
    assert "91.7" not in letter
    assert "91.7" in text(client.get(url("outcome", simulation, 2)))
    assert not any(
        "91.7" in reason
        for choice in client.get(url("outcome", simulation, 2)).context["seen"]
        for reason in choice["reasons"]
    )


def test_a_letter_says_whether_it_is_a_decision(client, simulation, round_, programme):
    round_.applicants.update(record={})  # nothing of it is read again
    assert client.get(url("letter", simulation, 1)).context["frozen"] is None
    actions.freeze_round(round_, by=programme, simulation=simulation)
    assert Frozen.objects.get().sha256 in text(client.get(url("letter", simulation, 1)))


def test_letters_of_those_who_were_chosen(client, simulation):
    chosen = simulation.outcomes.filter(applicant__in=["a", "c"]).values_list("pk", flat=True)
    answer = client.post(url("letters", simulation), {"which": "ticked", "row": list(chosen)}, follow=True)
    assert [one["outcome"].applicant for one in answer.context["letters"]] == ["a", "c"]
    answer = client.post(url("letters", simulation), {"which": "all", "query": "met=none"}, follow=True)
    assert [one["outcome"].applicant for one in answer.context["letters"]] == ["c"]
    assert client.post(url("letters", simulation), {"which": "ticked"}).status_code == 422


def test_too_many_letters_are_refused_in_a_sentence(client, simulation, monkeypatch):
    monkeypatch.setattr(results, "MOST_LETTERS", 2)
    answer = client.get(url("letters", simulation))
    assert answer.status_code == 422
    assert "These are 3 letters. At most 2 are made at once." in text(answer)


# Downloads


def test_the_json_of_a_frozen_round_is_what_was_frozen(client, simulation, round_, programme):
    frozen = actions.freeze_round(round_, by=programme, simulation=simulation)
    content = client.get(url("round_result", simulation, "json")).getvalue()
    assert content == zlib.decompress(frozen.content)
    assert sha256(content).hexdigest() == frozen.sha256
    assert [own["id"] for own in json.loads(content)["applicants"]] == ["a", "b", "c"]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_result_is_read_back_from_the_file(client, simulation, kind):
    content = client.get(url("round_result", simulation, kind)).getvalue()
    rows = list(read_workbook(content).sheets[0].rows)
    assert [[str(cell) for cell in row if cell in ("a", "b", "c")] for row in rows[1:]] == [
        ["a"],
        ["b"],
        ["c"],
    ]


def test_the_inputs_are_there_until_the_round_changes(client, simulation, round_, programme):
    content = client.get(url("round_inputs", simulation, "applicants")).getvalue()
    assert len(list(read_workbook(content).sheets[0].rows)) == 4
    actions.add_place(round_, by=programme, fields=place_record(make_place(home=KYOTO)))
    assert client.get(url("round_inputs", simulation, "places")).status_code == 409


def test_a_stay_of_a_year_is_among_the_holders_of_the_term(client, programme):
    places = [make_place(places=2), make_place(length="year", places=1)]
    year = make_applicant("y", score=Decimal(70), choices=(make_choice(length="year"),))
    simulation = computed(make_round(programme, places=places, people=[make_applicant("t"), year]), programme)
    answer = client.get(url("option", simulation, 1))
    assert [(one.applicant, one.row) for one in answer.context["holders"]] == [("t", 1), ("y", 2)]
    answer = client.get(url("option", simulation, 2))
    assert [(one.applicant, one.row) for one in answer.context["holders"]] == [("y", 2)]
