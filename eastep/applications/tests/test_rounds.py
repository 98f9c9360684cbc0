"""Rounds as a whole: whose they are, who sees them, frozen and opened again. With the jobs done by hand."""

from hashlib import sha256
from zlib import decompress

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from eastep.applications import actions
from eastep.applications.models import Frozen, Round
from eastep.applications.records import applicant_record, place_record
from eastep.applications.states import ROUND, RoundState
from eastep.applications.tests.factories import KOREA, KYOTO, WASEDA, YONSEI, make_applicant, make_place
from eastep.applications.tests.rounds import computed, institution, make_round
from eastep.core.errors import Refused
from eastep.core.events import history
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_person


@pytest.fixture
def waseda(programme):
    return institution(WASEDA)


@pytest.fixture
def kyoto(programme):
    return make_person(Role.OFFICE, institution(KYOTO))


def test_a_home_round_is_seen_by_its_office_and_its_auditor_alone(programme, office, kyoto, waseda, auditor):
    own = actions.open_round(by=office, title="Waseda 2027", seed="1", home=waseda)
    everybodys = actions.open_round(by=programme, title="2027", seed="1")
    seen = {
        who: sorted(Round.objects.visible_to(person).values_list("title", flat=True))
        for who, person in {
            "office": office,
            "other office": kyoto,
            "programme": programme,
            "auditor of the programme": auditor,
            "auditor of Waseda": make_person(Role.AUDITOR, waseda),
            "coordinator": make_person(Role.COORDINATOR, waseda),
            "student": make_person(Role.STUDENT, waseda),
            "nobody": make_person(),
        }.items()
    }
    assert seen == {
        "office": ["Waseda 2027"],
        "other office": [],
        "programme": ["2027"],
        "auditor of the programme": ["2027"],
        "auditor of Waseda": ["Waseda 2027"],
        "coordinator": [],
        "student": [],
        "nobody": [],
    }
    assert (own.home, everybodys.home) == (waseda, None)


def test_who_may_open_a_round(programme, office, kyoto, waseda, auditor):
    for person, home in ((office, None), (kyoto, waseda), (auditor, None), (programme, waseda)):
        with pytest.raises(PermissionDenied):
            actions.open_round(by=person, title="2027", seed="1", home=home)
    assert Round.objects.count() == 0


def test_what_another_office_cannot_do(office, kyoto, waseda):
    round_ = make_round(office, waseda)
    simulation = computed(round_, office)
    acts = [
        lambda: actions.hand_in(round_, by=kyoto, files=[("a.csv", b"x")]),
        lambda: actions.change_settings(
            round_,
            by=kyoto,
            title="x",
            seed="1",
            scoring="",
            students_see="enough",
            minimum_cell=5,
            rule={},
            most_choices=None,
        ),
        lambda: actions.withdraw_applicants(round_, by=kyoto, rows=round_.applicants.all(), reason="x"),
        lambda: actions.make_simulation(round_, by=kyoto, name="x", seed="1"),
        lambda: actions.start_simulation(simulation, by=kyoto, run=simulation.run),
        lambda: actions.move_applicant(
            simulation, by=kyoto, run=simulation.run, applicant="b", row=1, reason="x"
        ),
        lambda: actions.freeze_round(round_, by=kyoto, simulation=simulation),
        lambda: actions.discard_round(round_, by=kyoto),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()


def test_freezing_keeps_the_bytes_and_stops_every_change(office, waseda):
    round_ = make_round(office, waseda)
    simulation = computed(round_, office)
    place, applicant = round_.places.get(), round_.applicants.get(applicant="b")
    frozen = actions.freeze_round(round_, by=office, simulation=simulation)
    assert sha256(decompress(frozen.content)).hexdigest() == frozen.sha256
    round_.refresh_from_db()
    assert round_.state == RoundState.FROZEN

    changes = [
        lambda: actions.add_place(
            round_, by=office, fields=place_record(make_place(host=KOREA, places=1))
        ),
        lambda: actions.edit_place(place, by=office, version=place.version, fields=place.record | {"places": 2}),
        lambda: actions.edit_applicant(
            applicant, by=office, version=applicant.version, fields=applicant.record | {"score": "99"}
        ),
        lambda: actions.withdraw_applicants(round_, by=office, rows=round_.applicants.all(), reason="x"),
        lambda: actions.withdraw_places(round_, by=office, rows=round_.places.all()),
        lambda: actions.waive_objection(
            applicant, by=office, host=institution(YONSEI), start="2027-spring", length="term",
            code="language_missing", reason="x",
        ),
        lambda: actions.change_settings(
            round_, by=office, title="x", seed="1", scoring="", students_see="enough", minimum_cell=5,
            rule={}, most_choices=None,
        ),
        lambda: actions.start_simulation(simulation, by=office, run=simulation.run),
        lambda: actions.move_applicant(
            simulation, by=office, run=simulation.run, applicant="b", row=1, reason="x"
        ),
        lambda: actions.discard_simulation(simulation, by=office),
        lambda: actions.discard_round(round_, by=office),
        lambda: actions.freeze_round(round_, by=office, simulation=simulation),
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(Refused):
            change()
    assert Round.objects.get().edition == round_.edition
    actions.make_simulation(
        round_, by=office, name="Another", seed="8"
    )  # publishes nothing, so it stays possible


def test_unfreezing_needs_a_reason_that_stays_with_what_was_frozen(office, waseda):
    round_ = make_round(office, waseda)
    simulation = computed(round_, office)
    first = actions.freeze_round(round_, by=office, simulation=simulation)
    actions.unfreeze_round(round_, by=office, reason="A score was typed wrongly.")
    second = actions.freeze_round(round_, by=office, simulation=simulation)
    kept = Frozen.objects.order_by("pk").values_list("sha256", "reason", "ended_by")
    assert list(kept) == [
        (first.sha256, "A score was typed wrongly.", office.pk),
        (second.sha256, "", None),
    ]
    assert first.sha256 == second.sha256  # the same result has the same bytes
    verbs = [entry.event.partition(".")[2] for entry in history(round_)]
    assert verbs[-3:] == ["round_frozen", "round_unfrozen", "round_frozen"]


def test_an_outdated_simulation_is_not_frozen(office, waseda):
    round_ = make_round(office, waseda)
    simulation = computed(round_, office)
    actions.withdraw_applicants(
        round_, by=office, rows=round_.applicants.filter(applicant="a"), reason="Ill."
    )
    with pytest.raises(Refused) as refused:
        actions.freeze_round(round_, by=office, simulation=simulation)
    assert refused.value.code == "outdated"


@pytest.mark.parametrize("state", RoundState)
@pytest.mark.parametrize("verb", ROUND.moves)
def test_wrong_states(state, verb):
    starts, target = ROUND.moves[verb]
    if state in starts:
        assert ROUND.after(state, verb) == target
    else:
        with pytest.raises(Refused):
            ROUND.after(state, verb)


# Pages


def test_an_office_opens_a_round_for_its_own_institution(client, office, waseda):
    client.force_login(office)
    answer = client.post(reverse("open_round"), {"title": "2027年度春", "seed": "2027", "whose": waseda.pk})
    round_ = Round.objects.get()
    assert (round_.home, round_.title, answer.url) == (waseda, "2027年度春", round_.get_absolute_url())
    page = client.get(answer.url)
    assert [(step.state, str(step.name)) for step in page.context["steps"]] == [
        ("now", "Bring in"),
        ("open", "Check"),
        ("open", "Simulate"),
        ("open", "Adjust and freeze"),
        ("open", "Take away"),
    ]


def test_a_round_for_somebody_else_is_refused_beside_the_field(client, office, kyoto):
    client.force_login(office)
    for whose in ("programme", institution(KYOTO).pk):
        answer = client.post(reverse("open_round"), {"title": "2027", "seed": "1", "whose": whose})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["whose"])
    assert Round.objects.count() == 0


def test_pages_of_another_office_are_not_there(client, office, kyoto, waseda):
    round_ = make_round(office, waseda)
    client.force_login(kyoto)
    for name in ("round", "round_history", "change_settings", "discard_round", "round_files", "simulations"):
        assert client.get(reverse(name, args=[round_.pk])).status_code == 404


def test_an_auditor_reads_and_changes_nothing(client, office, waseda):
    round_ = make_round(office, waseda)
    client.force_login(make_person(Role.AUDITOR, waseda))
    assert client.get(round_.get_absolute_url()).context["may_change"] is False
    assert client.get(reverse("round_history", args=[round_.pk])).status_code == 200
    assert client.post(reverse("discard_round", args=[round_.pk])).status_code == 403
    assert client.get(reverse("open_round")).status_code == 403
    assert Round.objects.count() == 1


def test_the_steps_go_on_with_the_work(client, office, waseda):
    round_ = make_round(office, waseda)
    client.force_login(office)

    def steps():
        return [step.state for step in client.get(round_.get_absolute_url()).context["steps"]]

    assert steps() == ["done", "done", "now", "open", "open"]
    simulation = computed(round_, office)
    assert steps() == ["done", "done", "done", "now", "open"]
    actions.freeze_round(round_, by=office, simulation=simulation)
    assert steps() == ["done", "done", "done", "done", "now"]


def test_the_workspace_asks_as_much_for_many_rows_as_for_few(
    client, office, waseda, django_assert_num_queries
):
    round_ = make_round(office, waseda)
    client.force_login(office)
    client.get(round_.get_absolute_url())
    with django_assert_num_queries(13):
        client.get(round_.get_absolute_url())
    for number in "cdef":
        actions.add_applicant(round_, by=office, fields=applicant_record(make_applicant(number)))
        computed(round_, office, name=number)
    with django_assert_num_queries(13):
        client.get(round_.get_absolute_url())


def test_settings_are_changed_and_recorded(client, office, waseda):
    round_ = make_round(office, waseda)
    client.force_login(office)
    given = {
        "seen": round_.settings_hash, "title": "2027 春", "seed": "8", "scoring": "GPA 50, interview 50", "students_see": "enough",
        "minimum_cell": 3,
    }  # fmt: skip
    address = reverse("change_settings", args=[round_.pk])
    assert client.post(address, given).status_code == 302
    late = client.post(address, given | {"title": "2027 spring"})  # by somebody who has the old page
    assert (late.status_code, late.context["form"].data["title"]) == (422, "2027 spring")
    round_.refresh_from_db()
    given.pop("seen")
    assert {name: getattr(round_, name) for name in given} == given
    assert history(round_).last().event == "applications.settings_changed"


@pytest.mark.parametrize("field", ["title", "seed", "scoring"])
def test_signs_that_turn_the_text_round_are_refused(client, office, waseda, field):
    round_ = make_round(office, waseda)
    client.force_login(office)
    given = {"title": "2027", "seed": "8", "scoring": "", "students_see": "enough", "minimum_cell": 3}
    given["seen"] = round_.settings_hash
    answer = client.post(reverse("change_settings", args=[round_.pk]), given | {field: "7\u202e8"})
    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)


def test_a_home_round_holds_rows_of_its_home_alone(office, kyoto, waseda):
    round_ = make_round(office, waseda)
    with pytest.raises(Refused) as refused:
        actions.add_applicant(round_, by=office, fields=applicant_record(make_applicant("c", home=KYOTO)))
    assert refused.value.code == "other_home"
    rows = "Home,Host,Start term,Length,Places\n京都大学,Yonsei University,2027-spring,term,3\n"
    [file] = actions.hand_in(round_, by=office, files=[("p.csv", rows.encode())], kind="places")
    file = actions.read_file(file, by=office, run=file.run)
    assert (file.good, file.errors, [(one["row"], one["column"]) for one in file.problems]) == (
        0,
        1,
        [(2, "home")],
    )
