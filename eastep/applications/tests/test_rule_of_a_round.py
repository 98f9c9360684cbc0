"""The rule of a round and the limit of its lists: chosen on its pages, kept by its simulations, told to applicants."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from eastep.applications import actions, queries
from eastep.applications.models import Round
from eastep.applications.records import applicant_record
from eastep.applications.tests.factories import KOREA, KYOTO, WASEDA, YONSEI, make_applicant
from eastep.applications.tests.rounds import institution
from eastep.applications.tests.simulations import computed, made, make_round, where
from eastep.applications.tests.test_balanced import PEOPLE, PLACES
from eastep.core.errors import Refused
from eastep.core.events import history
from eastep.ui.comparing import Row

CAPPED = {
    "mechanism": "balanced_deferred_acceptance",
    "unit": "country",
    "tolerance": 0,
    "carried": {},
}
EXCHANGE = {"mechanism": "balanced_exchange", "unit": "institution", "tolerance": 1, "carried": {}}
GIVEN = {"title": "2027", "seed": "7", "scoring": "", "students_see": "enough", "minimum_cell": 5}


@pytest.fixture
def round_(programme):
    """Four would go to Korea, one would come; the programme reads English."""
    programme.language = "en"
    programme.save(update_fields=["language"])
    return make_round(programme, places=PLACES, people=PEOPLE)


def settings(round_, **given):
    rule = {"rule": round_.rule, "most_choices": round_.most_choices}
    return actions.change_settings(round_, **GIVEN | rule | given)


def ruled(round_, by, rule):
    return settings(round_, by=by, rule=rule)


def post(client, round_, **given):
    asked = {
        "seen": round_.settings_hash,
        **GIVEN,
        "mechanism": "deferred_acceptance",
        "unit": "country",
        "tolerance": 0,
    }
    return client.post(reverse("change_settings", args=[round_.pk]), asked | given)


# The settings


def test_the_rule_is_chosen_on_the_settings_page_and_recorded(client, programme, round_):
    client.force_login(programme)
    before = round_.settings_hash
    answer = post(
        client, round_, mechanism="balanced_deferred_acceptance", tolerance=5, carried=-12, most_choices=8
    )
    assert answer.status_code == 302
    round_.refresh_from_db()
    assert round_.rule == CAPPED | {"tolerance": 5, "carried": {"JP": -12, "KR": 12}}
    assert (round_.most_choices, round_.settings_hash != before) == (8, True)
    entry = history(round_).last()
    assert (entry.event, entry.facts["rule"], entry.facts["most_choices"]) == (
        "applications.settings_changed", round_.rule, 8,
    )  # fmt: skip
    form = client.get(reverse("change_settings", args=[round_.pk])).context["form"]
    assert (form["mechanism"].value(), form["tolerance"].value(), form["carried"].value()) == (
        "balanced_deferred_acceptance", 5, -12,
    )  # fmt: skip
    assert post(client, round_).status_code == 302  # and back: what is asked for balance is of no account
    round_.refresh_from_db()
    assert round_.rule == {}


def test_what_universities_carry_is_written_line_by_line(client, programme, round_):
    client.force_login(programme)
    lines = "早稲田大学; −3\n\n연세대학교；2\nKR:0000069\t1"
    asked = {"mechanism": "balanced_exchange", "unit": "institution", "tolerance": 1, "lines": lines}
    assert post(client, round_, **asked).status_code == 302
    round_.refresh_from_db()
    assert round_.rule == EXCHANGE | {"carried": {WASEDA: -3, KOREA: 1, YONSEI: 2}}
    form = client.get(reverse("change_settings", args=[round_.pk])).context["form"]
    assert form["lines"].value().splitlines() == [
        "Korea University; 1", "Yonsei University; 2", "Waseda University; -3",
    ]  # fmt: skip
    again = asked | {"lines": form["lines"].value()}
    assert post(client, round_, **again).status_code == 302
    assert Round.objects.get(pk=round_.pk).rule == round_.rule


def test_a_line_that_cannot_be_read_is_named(client, programme, round_):
    client.force_login(programme)
    lines = "Waseda University; 1\nWaseda\nNowhere College; 2\nKyoto University; many\nWaseda University; 4"
    answer = post(client, round_, mechanism="balanced_exchange", unit="institution", lines=lines)
    assert answer.status_code == 422
    told = answer.context["form"].errors["lines"]
    assert [re.match(r"Line (\d): ", one)[1] for one in told] == ["2", "3", "4", "5"]
    assert "Nowhere College" in told[1]
    assert Round.objects.get(pk=round_.pk).rule == {}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"mechanism": "maximum_balanced"}, "mechanism"),
        ({"mechanism": "balanced_deferred_acceptance", "unit": "institution"}, "unit"),
        ({"mechanism": "balanced_exchange", "tolerance": -1}, "tolerance"),
        ({"mechanism": "balanced_exchange", "carried": "x"}, "carried"),
        ({"most_choices": 0}, "most_choices"),
        ({"most_choices": 1}, "most_choices"),  # b has two
    ],
)
def test_what_cannot_be_is_told_beside_its_field(client, programme, round_, given, field):
    client.force_login(programme)
    answer = post(client, round_, **given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_a_round_of_one_home_has_no_choice_and_the_page_says_why(client, office):
    round_ = make_round(office, home=institution(WASEDA), places=PLACES[:2], people=PEOPLE[:4])
    client.force_login(office)
    page = client.get(reverse("change_settings", args=[round_.pk]))
    assert "mechanism" not in page.context["form"].fields
    assert "A round of one home institution knows one direction only" in page.content.decode()
    assert post(client, round_, mechanism="balanced_exchange").status_code == 302
    round_.refresh_from_db()
    assert round_.rule == {}
    for act in (
        lambda: ruled(round_, office, CAPPED),
        lambda: actions.make_simulation(round_, by=office, name="x", seed="1", rule=CAPPED),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "one_home_only"


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_each_rule_is_shown_with_what_it_means(client, programme, round_, language):
    programme.language = language
    programme.save(update_fields=["language"])
    client.force_login(programme)
    page = client.get(reverse("change_settings", args=[round_.pk]), HTTP_ACCEPT_LANGUAGE=language)
    choices = page.context["form"].fields["mechanism"].choices
    assert [name for name, _label in choices] == [
        "deferred_acceptance", "balanced_deferred_acceptance", "balanced_exchange",
    ]  # fmt: skip
    assert all(label.count("<br>") >= 3 for _name, label in choices)
    html = page.content.decode()
    assert all(str(label) in html for _name, label in choices)
    assert all(f'name="{name}"' in html for name in ("unit", "tolerance", "carried", "lines", "most_choices"))


def test_the_programme_alone_may(client, programme, auditor, office, round_):
    client.force_login(auditor)
    assert client.get(reverse("change_settings", args=[round_.pk])).status_code == 403
    client.force_login(office)
    assert client.get(reverse("change_settings", args=[round_.pk])).status_code == 404
    simulation = made(round_, programme)
    for person in (auditor, office):
        for act in (
            lambda by: ruled(round_, by, CAPPED),
            lambda by: actions.make_simulation(round_, by=by, name="x", seed="1", rule=CAPPED),
            lambda by: actions.change_simulation(
                simulation, by=by, run=simulation.run, name="x", seed="1", changes={}, rule=CAPPED
            ),
        ):
            with pytest.raises(PermissionDenied):
                act(person)


# Simulations


def test_a_simulation_starts_from_the_rule_of_the_round(programme, round_):
    ruled(round_, programme, CAPPED)
    simulation = computed(round_, programme)
    assert (simulation.rule, simulation.result["settings"]["rule"]) == (CAPPED, CAPPED)
    assert where(simulation) == [("a", 1), ("k", 3), ("b", None), ("c", None), ("d", None)]
    copied = actions.copy_simulation(simulation, by=programme, name="Copy")
    ruled(round_, programme, {})
    assert (copied.rule, made(round_, programme, "Later").rule) == (CAPPED, {})


def test_another_rule_on_the_page_of_a_draft_and_back(client, programme, round_):
    client.force_login(programme)
    simulation = made(round_, programme)
    address = reverse("change_simulation", args=[round_.pk, simulation.pk])

    def send(**given):
        simulation.refresh_from_db()
        answer = client.post(address, {"run": simulation.run, **given})
        simulation.refresh_from_db()
        return answer

    send(part="rule", mechanism="balanced_exchange", unit="institution", tolerance=1, lines="")
    assert simulation.rule == EXCHANGE
    page = client.get(simulation.get_absolute_url())
    assert 'name="mechanism"' in page.content.decode()
    assert [change["words"] for change in page.context["changes"]] == [
        "Rule of placement: Places in exchange for places, between universities, within 1."
    ]
    bad = send(part="rule", mechanism="balanced_exchange", unit="country", tolerance=-1)
    assert (bad.status_code, list(bad.context["rule_form"].errors)) == (422, ["tolerance"])
    send(rule="round")  # taken back
    assert simulation.rule == {}
    assert send(part="settings", name="Named", seed="9").status_code == 302
    assert (simulation.name, simulation.rule) == ("Named", {})


def test_the_page_of_a_result_shows_how_the_balance_was_kept(client, programme, round_):
    client.force_login(programme)
    simulation = computed(round_, programme, rule=CAPPED | {"tolerance": 1})
    page = client.get(simulation.get_absolute_url())
    kept = page.context["kept"]
    assert [(one["name"], one["sent"], one["received"], one["imbalance"]) for one in kept["units"]] == [
        ("Japan", 2, 1, "+1"),
        ("South Korea", 1, 2, "−1"),
    ]
    assert [(one["way"], one["places"], one["binds"]) for one in kept["limits"]] == [
        ("Japan → South Korea", 2, True),
        ("South Korea → Japan", 4, False),
    ]
    assert not kept["outside"]


def test_a_move_by_hand_is_computed_by_the_rule_too(programme, round_):
    simulation = computed(round_, programme, rule=CAPPED)
    actions.move_applicant(simulation, by=programme, run=simulation.run, applicant="c", row=2, reason="Kin.")
    simulation.refresh_from_db()
    simulation = actions.compute_simulation(simulation, by=programme, run=simulation.run)
    # c holds the one stay that balance allows, so a has none; nobody else is touched
    assert where(simulation) == [("a", None), ("k", 3), ("b", None), ("c", 2), ("d", None)]
    [move] = simulation.moves.all()
    assert [effect["applicant"] for effect in move.effects] == ["a"]


def test_a_frozen_round_keeps_its_rule(programme, round_):
    simulation = computed(round_, programme, rule=CAPPED)
    actions.freeze_round(round_, by=programme, simulation=simulation)
    for act in (
        lambda: ruled(round_, programme, EXCHANGE),
        lambda: actions.change_simulation(
            simulation, by=programme, run=simulation.run, name="x", seed="1", changes={}, rule=EXCHANGE
        ),
    ):
        with pytest.raises(Refused):
            act()


def test_a_rule_that_the_round_has_become_unfit_for_fails_with_the_reason(client, programme, round_):
    simulation = made(round_, programme, rule=CAPPED)
    people = make_applicant("t", home=KYOTO)
    actions.add_applicant(round_, by=programme, fields=applicant_record(people))
    round_.applicants.filter(applicant="t").update(
        record=applicant_record(people) | {"home": "TW:1"}
    )  # as if a third country had joined
    simulation = actions.start_simulation(simulation, by=programme, run=simulation.run)
    simulation = actions.compute_simulation(simulation, by=programme, run=simulation.run)
    assert simulation.state == "failed"
    assert "This rule is for two countries, but there are 3" in simulation.problem.en
    client.force_login(programme)
    assert client.get(simulation.get_absolute_url()).status_code == 200


def test_two_simulations_by_two_rules_are_told_apart(client, programme, round_):
    client.force_login(programme)
    first, second = computed(round_, programme), computed(round_, programme, "Balanced", rule=CAPPED)
    page = client.get(reverse("compare_simulations", args=[round_.pk]), {"a": first.pk, "b": second.pk})
    assert page.context["compared"][0] == Row(
        "Rule of placement",
        "By score and lottery, without balance",
        "By score and lottery, each direction limited so that it stays in balance, between countries, exactly",
    )


def test_freezing_by_another_rule_than_the_settings_name_is_told(client, programme, round_):
    client.force_login(programme)
    told = "This is not the rule that the settings of the round name"
    for rule, is_told in ((CAPPED, True), ({}, False)):
        simulation = computed(round_, programme, f"{rule}"[:50], rule=rule)
        page = client.get(reverse("freeze_round", args=[round_.pk, simulation.pk]))
        assert (told in page.content.decode()) == is_told


# Letters


@pytest.mark.parametrize(
    ("rule", "began"),
    [
        ({}, "Everybody is served in the order of the scores"),
        (CAPPED, "Everybody is served in the order of the scores"),
        (EXCHANGE, "A place abroad is given in exchange for a place here"),
    ],
)
def test_a_letter_says_how_the_places_were_given_and_what_a_limit_means(
    client, programme, round_, rule, began
):
    client.force_login(programme)
    settings(round_, by=programme, most_choices=2)
    simulation = computed(round_, programme, rule=rule)
    simulation.outcomes.filter(position=1).update(
        details={**simulation.outcomes.get(position=1).details, "language": "en"}
    )
    page = client.get(reverse("letter", args=[round_.pk, simulation.pk, 1])).content.decode()
    assert began in page
    assert "A list may hold 2 choices at most." in page
    assert ("limited by how many come in the other" in page) == (rule == CAPPED)


# The limit of a list


def test_a_list_that_is_too_long_is_refused_when_typed(client, programme, round_):
    settings(round_, by=programme, most_choices=2)
    three = make_applicant("z", choices=(*PEOPLE[1].choices, *make_applicant(choices=()).choices))
    fields = applicant_record(three)
    fields["choices"] = [*fields["choices"], {**fields["choices"][0], "start": "2027-autumn"}]
    with pytest.raises(Refused) as refused:
        actions.add_applicant(round_, by=programme, fields=fields)
    assert (refused.value.code, str(refused.value)) == (
        "too_many_choices",
        "A list may hold 2 choices at most in this round, and this one has 3. Leave some of them out.",
    )
    held = round_.applicants.get(applicant="a")
    with pytest.raises(Refused):
        actions.edit_applicant(held, by=programme, version=held.version, fields=fields | {"id": "a"})


SHEET = (
    "Applicant number,Name,Home institution,Field,Level,Score,"
    "Choice 1: host,Choice 1: start term,Choice 1: length,Choice 2: host,Choice 2: start term,Choice 2: length,"
    "Choice 3: host,Choice 3: start term,Choice 3: length\n"
    "y,Y,Waseda University,0311,6,50,Yonsei University,2027-spring,term,Korea University,2027-spring,term,,,\n"
    "z,Z,Waseda University,0311,6,40,Yonsei University,2027-spring,term,Korea University,2027-spring,term,"
    "Yonsei University,2027-autumn,term\n"
)


def test_a_list_that_is_too_long_is_a_bad_row_of_a_file(programme, round_):
    settings(round_, by=programme, most_choices=2)
    [file] = actions.hand_in(round_, by=programme, files=[("a.csv", SHEET.encode())], kind="applicants")
    file = actions.read_file(file, by=programme, run=file.run)
    assert (file.good, file.errors) == (1, 1)
    [problem] = file.problems
    assert (problem["row"], problem["column"], problem["position"]) == (3, "hosts", 12)


def test_a_limit_that_comes_after_the_file_was_checked_holds_too(programme, round_):
    [file] = actions.hand_in(round_, by=programme, files=[("a.csv", SHEET.encode())], kind="applicants")
    file = actions.read_file(file, by=programme, run=file.run)
    assert (file.good, file.errors) == (2, 0)
    settings(round_, by=programme, most_choices=2)
    file = actions.take_file(file, by=programme, run=file.run, only_good=False, remove_missing=False)
    file = actions.finish_file(file, by=programme, run=file.run)
    assert (file.state, round_.applicants.filter(applicant__in="yz").count()) == ("reading", 0)
    file = actions.read_file(file, by=programme, run=file.run)
    assert (file.state, file.good, file.errors) == ("checked", 1, 1)


def test_the_result_says_the_limit(programme, round_):
    settings(round_, by=programme, most_choices=3)
    assert queries.result_document(computed(round_, programme))["settings"]["most_choices"] == 3


def test_a_frozen_round_shows_by_which_rule_and_seed_it_was_placed(client, programme, round_):
    simulation = computed(round_, programme, rule=CAPPED)
    settings(round_, by=programme, seed="another")
    actions.freeze_round(round_, by=programme, simulation=simulation)
    client.force_login(programme)
    shown = client.get(round_.get_absolute_url()).text
    assert "each direction limited so that it stays in balance" in shown
    assert "without balance" not in shown
    assert f"<code>{simulation.seed}</code>" in shown
    assert "<code>another</code>" not in shown
