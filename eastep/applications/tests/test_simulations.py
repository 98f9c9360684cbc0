"""Simulations: made, changed, computed, compared, frozen. By the actions and through the pages."""

import json
from functools import partial
from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from eastep.applications import actions
from eastep.applications.models import Frozen, Round, Simulation
from eastep.applications.records import place_record
from eastep.applications.states import SIMULATION, SimulationState
from eastep.applications.tests.factories import KOREA, KYOTO, WASEDA, make_place
from eastep.applications.tests.simulations import computed, made, make_round, moved, where, work
from eastep.core.errors import Refused
from eastep.core.events import history
from eastep.institutions.models import Institution
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_person


@pytest.fixture
def round_(programme):
    return make_round(programme)


@pytest.fixture
def client(client, programme):
    programme.language = "en"
    programme.save()
    client.force_login(programme)
    return client


def url(name, simulation, *more):
    return reverse(name, args=[simulation.round_id, simulation.pk, *more])


def now(simulation):
    return Simulation.objects.select_related("round").get(pk=simulation.pk)


# The verbs


def test_a_simulation_is_computed_and_recorded(round_, programme):
    simulation = computed(round_, programme)
    assert (simulation.state, simulation.is_outdated) == ("computed", False)
    assert where(simulation) == [("a", 1), ("b", 2), ("c", None)]
    assert [entry.event for entry in history(round_)][-2:] == [
        "applications.simulation_made",
        "applications.simulation_computed",
    ]


def test_changes_are_computed_and_the_round_stays_as_it_is(round_, programme):
    simulation = computed(round_, programme, places={"1": {"places": 2}}, withdrawn=["a"])
    assert where(simulation) == [("b", 1), ("c", 1)]
    assert [place.places for place in round_.places.order_by("number")] == [1, 1]


def test_a_change_back_to_what_the_round_has_is_none(round_, programme):
    simulation = made(round_, programme, places={"1": {"places": 1, "language": ""}})
    assert simulation.changes == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"places": {"9": {"places": 1}}}, "no_such_row"),
        ({"places": {"1": {"places": -1}}}, "not_a_number_of_places"),
        ({"places": {"1": {"language": "JLPT N9"}}}, "unreadable_language"),
        ({"withdrawn": ["nobody"]}, "no_such_applicant"),
    ],
)
def test_a_change_that_cannot_be_is_refused(round_, programme, changes, code):
    with pytest.raises(Refused) as refused:
        made(round_, programme, **changes)
    assert refused.value.code == code


def test_what_became_impossible_fails_and_says_why(round_, programme):
    simulation = made(round_, programme, withdrawn=["c"])
    actions.withdraw_applicants(
        round_, by=programme, rows=round_.applicants.filter(applicant="c"), reason="Asked for it"
    )
    actions.start_simulation(simulation, by=programme, run=simulation.run)
    simulation = work(simulation, programme)
    assert simulation.state == "failed"
    assert "applicant c" in simulation.problem.en


def test_what_became_impossible_is_taken_back_one_by_one(client, programme):
    round_ = make_round(programme)
    simulation = made(round_, programme, withdrawn=["b", "c"], places={"2": {"places": 5}})
    withdrawn = round_.applicants.filter(applicant__in=["b", "c"])
    actions.withdraw_applicants(round_, by=programme, rows=withdrawn, reason="Asked for it")
    client.post(url("start_simulation", simulation), {"run": simulation.run})
    simulation = work(simulation, programme)
    assert "This simulation is not possible." in client.get(url("simulation", simulation)).content.decode()
    for number in ("b", "c"):
        taken_back = {"run": now(simulation).run, "applicant": number}
        assert client.post(url("change_simulation", simulation), taken_back).status_code == 302
    assert now(simulation).changes == {"places": {"2": {"places": 5}}}
    client.post(url("start_simulation", simulation), {"run": now(simulation).run})
    assert where(work(simulation, programme)) == [("a", 1)]


def test_moves_that_fit_no_more_are_told_and_undone(client, round_, programme):
    simulation = moved(computed(round_, programme), programme, "c", 1)
    actions.edit_place(
        round_.places.get(number=1), by=programme, version=1, fields=place_record(make_place(places=0))
    )
    client.post(url("start_simulation", simulation), {"run": simulation.run})
    simulation = work(simulation, programme)
    answer = client.get(url("simulation", simulation))
    assert (simulation.state, [one["title"] for one in answer.context["moves"]]) == ("failed", ["c 高橋 直"])
    [move] = simulation.moves.in_force()
    client.post(url("undo_move", simulation, move.pk), {"run": simulation.run})
    assert where(work(simulation, programme)) == [("a", 2), ("b", None), ("c", None)]


def test_a_late_job_changes_nothing(round_, programme):
    simulation = made(round_, programme)
    simulation = actions.start_simulation(simulation, by=programme, run=simulation.run)
    late = simulation.run
    actions.start_simulation(simulation, by=programme, run=late)
    actions.compute_simulation(simulation, by=programme, run=late)
    assert now(simulation).state == "computing"


def test_a_copy_has_the_changes_and_not_the_moves(round_, programme):
    simulation = moved(computed(round_, programme, places={"1": {"places": 2}}), programme, "c", 2)
    copy = actions.copy_simulation(simulation, by=programme, name="Copy")
    assert (copy.state, copy.changes, copy.moves.count()) == ("draft", {"places": {"1": {"places": 2}}}, 0)
    with pytest.raises(Refused):
        actions.copy_simulation(simulation, by=programme, name="Copy")


WRONG = [
    (verb, state)
    for verb in ("change", "start", "move")
    for state in SimulationState
    if verb not in SIMULATION.open_to(state)
]


def verbs(simulation, by):
    """Every verb of a simulation, ready to be done by somebody."""
    seen = {"by": by, "run": simulation.run}
    words = {"name": "x", "seed": "x"}
    round_ = simulation.round
    return {
        "make": partial(actions.make_simulation, round_, by=by, **words),
        "copy": partial(actions.copy_simulation, simulation, by=by, name="x"),
        "change": partial(actions.change_simulation, simulation, **seen, **words, changes={}),
        "start": partial(actions.start_simulation, simulation, **seen),
        "move": partial(actions.move_applicant, simulation, **seen, applicant="a", row=2, reason="x"),
        "discard": partial(actions.discard_simulation, simulation, by=by),
        "freeze": partial(actions.freeze_round, round_, by=by, simulation=simulation),
    }


@pytest.mark.parametrize(("verb", "state"), WRONG)
def test_in_a_wrong_state_it_is_refused(round_, programme, verb, state):
    simulation = computed(round_, programme)
    Simulation.objects.filter(pk=simulation.pk).update(state=state)
    with pytest.raises(Refused) as refused:
        verbs(simulation, programme)[verb]()
    assert refused.value.code == "wrong_state"


def test_nobody_else_may(round_, programme, office, auditor):
    simulation = computed(round_, programme)
    for person in (office, auditor):
        for attempt in verbs(simulation, person).values():
            with pytest.raises(PermissionDenied):
                attempt()


# Moves by hand


def test_a_move_puts_one_on_a_row_and_tells_its_effects(round_, programme):
    simulation = moved(computed(round_, programme), programme, "c", 1, "The sibling studies there.")
    assert where(simulation) == [("a", 2), ("b", None), ("c", 1)]
    touched = dict(simulation.outcomes.values_list("applicant", "touched"))
    assert touched == {"a": "loses", "b": "loses", "c": "moved"}
    [move] = simulation.moves.in_force()
    told = [(one["applicant"], one["from"]["row"], one["to"] and one["to"]["row"]) for one in move.effects]
    assert (move.affected, told) == (2, [("a", 1, 2), ("b", 2, None)])


def test_an_undone_move_leaves_everything_as_before(round_, programme):
    simulation = moved(computed(round_, programme), programme, "c", None)
    simulation = moved(simulation, programme, "b", None)
    for move in simulation.moves.in_force():
        actions.undo_move(move, by=programme, run=now(simulation).run)
        simulation = work(simulation, programme)
    assert where(simulation) == [("a", 1), ("b", 2), ("c", None)]
    with pytest.raises(Refused):
        actions.undo_move(move, by=programme, run=simulation.run)


def test_more_moves_than_places_are_refused(round_, programme):
    simulation = moved(computed(round_, programme), programme, "c", 1)
    with pytest.raises(Refused) as refused:
        actions.move_applicant(simulation, by=programme, run=simulation.run, applicant="b", row=1, reason="x")
    assert refused.value.code == "too_many_moved"
    assert list(now(simulation).moves.in_force().values_list("applicant", flat=True)) == ["c"]


@pytest.mark.parametrize(("row", "code"), [(9, "unknown_row"), (1, "no_applicant")])
def test_a_move_of_nobody_or_to_nowhere_is_refused(round_, programme, row, code):
    simulation = computed(round_, programme)
    applicant = "nobody" if code == "no_applicant" else "a"
    with pytest.raises(Refused) as refused:
        actions.move_applicant(
            simulation, by=programme, run=simulation.run, applicant=applicant, row=row, reason="x"
        )
    assert refused.value.code == code


def test_a_round_that_has_changed_must_be_computed_again_before_a_move(round_, programme):
    simulation = computed(round_, programme)
    actions.add_place(round_, by=programme, fields=place_record(make_place(home=KYOTO)))
    assert now(simulation).is_outdated
    with pytest.raises(Refused) as refused:
        actions.move_applicant(simulation, by=programme, run=simulation.run, applicant="a", row=2, reason="x")
    assert refused.value.code == "outdated"


# Pages


def test_only_the_right_people_see_them(client, round_, programme, office, auditor):
    simulation = computed(round_, programme)
    pages = [
        reverse("simulations", args=[round_.pk]),
        url("simulation", simulation),
        reverse("compare_simulations", args=[round_.pk]),
    ]
    forms = [
        reverse("make_simulation", args=[round_.pk]),
        *(url(name, simulation) for name in ("copy_simulation", "discard_simulation", "freeze_round")),
        reverse("unfreeze_round", args=[round_.pk]),
    ]
    seen = {}
    for who, person in {"programme": programme, "auditor": auditor, "office": office}.items():
        client.force_login(person)
        seen[who] = (
            {client.get(address).status_code for address in pages},
            {client.get(address).status_code for address in forms},
        )
    assert seen == {
        "programme": ({200}, {200}),
        "auditor": ({200}, {403}),
        "office": ({404}, {404}),
    }


def test_a_home_round_is_its_offices_own(client, programme, office):
    simulation = computed(make_round(office, home=Institution.objects.get(key=WASEDA)), office)
    answers = []
    for person in (office, programme, make_person(Role.OFFICE, Institution.objects.get(key=KYOTO))):
        client.force_login(person)
        answers.append(client.get(url("simulation", simulation)).status_code)
    assert answers == [200, 404, 404]


def test_from_an_empty_list_to_a_result(client, round_, programme):
    answer = client.get(reverse("simulations", args=[round_.pk]))
    assert "No simulation yet." in answer.content.decode()
    form = client.get(reverse("make_simulation", args=[round_.pk])).context["form"]
    answer = client.post(reverse("make_simulation", args=[round_.pk]), form.initial)
    simulation = Simulation.objects.get()
    assert (answer.url, simulation.name, simulation.seed) == (
        simulation.get_absolute_url(),
        "Simulation 1",
        "7",
    )
    client.post(url("start_simulation", simulation), {"run": simulation.run})
    assert "<progress" in client.get(url("simulation", simulation)).content.decode()
    work(simulation, programme)
    answer = client.get(url("simulation", simulation))
    assert answer.context["figures"]["placed"] == 2
    assert [option.row for option in answer.context["binding"]] == [1, 2]


def test_a_name_that_is_taken_is_said_beside_the_field(client, round_, programme):
    made(round_, programme, "Same")
    answer = client.post(reverse("make_simulation", args=[round_.pk]), {"name": "Same", "seed": "1"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])


def test_a_draft_is_changed_on_its_page(client, round_, programme):
    simulation = made(round_, programme)
    change = url("change_simulation", simulation)

    def send(**given):
        return client.post(change, {"run": now(simulation).run, **given})

    found = client.get(url("simulation", simulation), {"places": "延世"}).context["places_found"]
    assert [row.number for row, _words in found] == [1]
    form = client.get(url("simulation", simulation), {"row": 1}).context["row_form"]
    assert (form.initial["places"], form.initial["language"]) == (1, "")
    send(part="row", row=1, places=3, minimum_gpa="３．０／４．５", language="n2")
    people = client.get(url("simulation", simulation), {"applicants": "鈴木"}).context["people_found"]
    send(part="withdraw", applicants=[one.applicant for one in people])
    send(part="settings", name="More places", seed="8")
    changed = now(simulation)
    assert (changed.name, changed.seed) == ("More places", "8")
    assert changed.changes == {
        "places": {"1": {"places": 3, "minimum_gpa": "3.0/4.5", "language": "JLPT N2"}},
        "withdrawn": ["b"],
    }
    answer = client.get(url("simulation", simulation))
    assert [change["words"] for change in answer.context["changes"]] == [
        "Row 1, Yonsei University: 3 places instead of 1.",
        "Row 1, Yonsei University: minimum GPA 3.0/4.5 instead of none.",
        "Row 1, Yonsei University: language requirement JLPT N2 instead of none.",
        "Applicant b is left out.",
    ]
    send(part="row", row=1, places=3, carried=2)
    send(part="row", row=1, places=2)  # what is carried over is not asked, so it stays
    assert now(simulation).changes["places"] == {"1": {"places": 2, "carried": 2}}
    send(part="row", row=1, places=2, carried="")
    assert now(simulation).changes["places"] == {"1": {"places": 2}}
    send(row=1)
    send(applicant="b")
    assert now(simulation).changes == {}


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("places", "-1", "greater than or equal to 0"),
        ("minimum_gpa", "3.0", "has no scale"),
        ("language", "JLPT N9", "cannot be read"),
    ],
)
def test_a_bad_value_is_refused_beside_its_field(client, round_, programme, field, value, part):
    simulation = made(round_, programme)
    given = {"run": simulation.run, "part": "row", "row": 1, "places": 1, "minimum_gpa": "", "language": ""}
    answer = client.post(url("change_simulation", simulation), given | {field: value})
    assert answer.status_code == 422
    assert part in str(answer.context["row_form"].errors[field])
    assert f'value="{value}"' in answer.content.decode()


@pytest.mark.parametrize("row", ["", "abc", "²", "9", "9" * 5_000])
def test_a_row_that_is_not_there_is_not_found(client, round_, programme, row):
    simulation = made(round_, programme)
    given = {"run": simulation.run, "part": "row", "row": row, "places": 1}
    assert client.post(url("change_simulation", simulation), given).status_code == 404


def test_a_search_with_a_null_character_finds_what_the_rest_means(client, round_, programme):
    simulation = made(round_, programme)
    sent = {"places": "Yon\0sei", "applicants": "鈴\0木"}
    found = client.get(url("simulation", simulation), sent).context
    assert [row.number for row, _stay in found["places_found"]] == [1]
    assert [row.applicant for row in found["people_found"]] == ["b"]


def test_signs_that_turn_the_text_round_are_refused(client, round_, programme):
    simulation = made(round_, programme)
    given = {"run": simulation.run, "part": "settings", "name": "x", "seed": "7\u202e8"}
    answer = client.post(url("change_simulation", simulation), given)
    assert list(answer.context["settings_form"].errors) == ["seed"]
    simulation = computed(round_, programme, "Computed")
    actions.freeze_round(round_, by=programme, simulation=simulation)
    unfreeze = reverse("unfreeze_round", args=[round_.pk])
    answer = client.post(unfreeze, {"reason": "a\u202eb"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])


def test_two_people_at_once_lose_nothing(client, round_, programme):
    simulation = made(round_, programme)
    seen = simulation.run
    actions.change_simulation(simulation, by=programme, run=seen, name="Theirs", seed="9", changes={})
    given = {"run": seen, "part": "settings", "name": "Mine", "seed": "1"}
    answer = client.post(url("change_simulation", simulation), given)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else has changed this simulation meanwhile" in page
    assert 'value="Mine"' in page
    assert "Theirs" in page
    again = {**given, "run": answer.context["settings_form"]["run"].value()}
    assert client.post(url("change_simulation", simulation), again).status_code == 302
    assert now(simulation).name == "Mine"


def test_two_simulations_beside_each_other(client, round_, programme):
    first = computed(round_, programme, "As it is")
    second = computed(round_, programme, "Two at Yonsei", places={"1": {"places": 2}})
    address = reverse("compare_simulations", args=[round_.pk])
    answer = client.get(address, {"a": first.pk, "b": second.pk})
    assert [(row.applicant, how[1]) for row, _before, _after, how in answer.context["moved"]] == [
        ("b", "good"),
        ("c", "good"),
    ]
    assert answer.context["only_b"] == ["Row 1, Yonsei University: 2 places instead of 1."]
    worse = client.get(address, {"a": second.pk, "b": first.pk, "how": "worse"})
    assert [(row.applicant, how[1]) for row, _before, _after, how in worse.context["moved"]] == [
        ("b", "warning"),
        ("c", "warning"),
    ]
    file = (
        client.get(address, {"a": first.pk, "b": second.pk, "export": "csv"}).getvalue().decode("utf-8-sig")
    )
    assert file.splitlines()[2].startswith("c,高橋 直,Waseda University,Not placed,")


def test_moves_and_another_state_of_the_round_are_told_in_a_comparison(client, round_, programme):
    first = moved(computed(round_, programme), programme, "c", 1)
    actions.edit_place(
        round_.places.get(number=2),
        by=programme,
        version=1,
        fields=place_record(make_place(host=KOREA, places=3)),
    )
    second = moved(computed(round_, programme, "Later"), programme, "a", None)
    address = reverse("compare_simulations", args=[round_.pk])
    told = client.get(address, {"a": first.pk, "b": second.pk}).context
    assert (told["only_a"], told["only_b"]) == (
        ["Applicant c was put on row 1 by hand."],
        ["Applicant a was left without a place by hand."],
    )
    assert [str(line) for line in told["other_inputs"]] == ["The places of the round were others."]


def test_an_applicant_who_is_left_out_of_one_of_the_two(client, round_, programme):
    first = computed(round_, programme, "As it is")
    second = computed(round_, programme, "Without a", withdrawn=["a"])
    address = reverse("compare_simulations", args=[round_.pk])
    answer = client.get(address, {"a": first.pk, "b": second.pk})
    assert [person.applicant for person in answer.context["missing"]] == ["a"]
    answer = client.get(address, {"a": second.pk, "b": first.pk})
    told = [(row.applicant, before) for row, before, _after, _how in answer.context["moved"]]
    assert told[0] == ("a", "Not in this simulation")


def test_simulations_of_two_rounds_are_not_compared(client, round_, programme):
    first, other = computed(round_, programme), computed(make_round(programme), programme)
    answer = client.get(reverse("compare_simulations", args=[round_.pk]), {"a": first.pk, "b": other.pk})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["b"])


def test_a_result_is_frozen_and_unfrozen_on_its_pages(client, round_, programme):
    simulation = computed(round_, programme)
    Round.objects.update(scoring="GPA 50, interview 50")  # since it was computed
    assert "What freezing means" in client.get(url("freeze_round", simulation)).content.decode()
    assert client.post(url("freeze_round", simulation), {"run": simulation.run - 1}).status_code == 409
    client.post(url("freeze_round", simulation), {"run": simulation.run})
    frozen = Frozen.objects.get()
    assert frozen.sha256 in client.get(url("simulation", simulation)).content.decode()
    download = client.get(url("round_result", simulation, "json")).getvalue()
    assert sha256(download).hexdigest() == frozen.sha256
    assert (json.loads(download)["seed"], json.loads(download)["scoring"]) == ("7", "GPA 50, interview 50")
    assert client.post(url("start_simulation", simulation), {"run": simulation.run}).status_code == 409
    unfreeze = reverse("unfreeze_round", args=[round_.pk])
    assert client.post(unfreeze, {"reason": ""}).status_code == 422
    client.post(unfreeze, {"reason": "A host gave one place more."})
    round_.refresh_from_db()
    frozen.refresh_from_db()
    assert (round_.state, frozen.reason, frozen.ended_by) == (
        "open",
        "A host gave one place more.",
        programme,
    )


def test_a_simulation_is_deleted_but_never_one_that_was_frozen(client, round_, programme):
    simulation, other = computed(round_, programme), computed(round_, programme, "Other")
    actions.freeze_round(round_, by=programme, simulation=simulation)
    actions.unfreeze_round(round_, by=programme, reason="x")
    assert client.post(url("discard_simulation", simulation)).status_code == 409
    client.post(url("discard_simulation", other))
    assert list(Simulation.objects.values_list("name", flat=True)) == ["As it is"]


def test_the_list_asks_the_same_number_of_queries(client, round_, programme, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(50) as asked:
            client.get(reverse("simulations", args=[round_.pk]))
        return len(asked)

    made(round_, programme, "1", places={"1": {"places": 2}})
    one = queries()
    for name in ("2", "3"):
        made(round_, programme, name, places={name: {"places": 2}} if name == "2" else {})
    assert queries() == one
