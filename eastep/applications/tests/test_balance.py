"""Comparisons of rules: made, computed, used, discarded. By the actions and through the pages."""

import json
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from eastep.applications import actions, tasks, weighing
from eastep.applications.actions import comparisons
from eastep.applications.models import RuleComparison, Simulation
from eastep.applications.records import applicant_record, place_record
from eastep.applications.simulating import USUALLY_DONE_IN
from eastep.applications.states import ComparisonState
from eastep.applications.tests import simulations
from eastep.applications.tests.factories import WASEDA, YONSEI, make_applicant, make_choice, make_place
from eastep.applications.tests.rounds import institution
from eastep.applications.tests.simulations import make_round, where, work
from eastep.applications.tests.test_weighing import UNEVEN
from eastep.core.errors import Refused
from eastep.core.events import history
from eastep.core.text import Text
from eastep.institutions.tests.factories import make_institution

BALANCED = 1  # the row of balanced deferred acceptance, exact


@pytest.fixture
def round_(programme):
    """Two want to go from Waseda to Yonsei, one the other way; there are two places each way."""
    return make_round(programme, places=UNEVEN[0], people=UNEVEN[1])


@pytest.fixture
def client(client, programme):
    programme.language = "en"
    programme.save()
    client.force_login(programme)
    return client


def compared(round_, by, **asked):
    """A comparison with its figures."""
    return computed(actions.compare_rules(round_, by=by, seed=round_.seed, **asked), by)


def computed(comparison, by):
    """Do the job that lies in the queue."""
    comparison.refresh_from_db()
    actions.compute_comparison(comparison, by=by, run=comparison.run)
    return now(comparison)


def now(comparison):
    return RuleComparison.objects.select_related("round").get(pk=comparison.pk)


def url(name, comparison, *more):
    return reverse(name, args=[comparison.round_id, comparison.pk, *more])


# The verbs


def test_rules_are_compared_and_recorded(round_, programme):
    comparison = compared(round_, programme, tolerance=1)
    assert (comparison.state, comparison.is_outdated) == ("computed", False)
    placed = [row.get("placed") for row in comparison.result["rows"]]
    # without balance 3; limits exact 2, ±1 3; exchange of countries and universities the same; the most within ±1: 3
    assert placed == [3, 2, 3, 2, 3, 2, 3, 3, 3]
    assert [(entry.event, entry.facts) for entry in history(round_).order_by("pk")][-2:] == [
        ("applications.rules_compared", {"rules": 9}),
        ("applications.comparison_computed", {"fewest": 2, "most": 3, "applicants": 3}),
    ]
    round_.refresh_from_db()
    assert round_.edition == comparison.edition


def test_a_job_that_runs_twice_changes_nothing(round_, programme):
    comparison = actions.compare_rules(round_, by=programme, seed="7")
    [job] = ProcrastinateJob.objects.filter(task_name="applications.compute_comparison")
    for _time in range(2):
        tasks.compute_comparison(**job.args)
    first = now(comparison)
    assert (first.state, first.run) == ("computed", 1)
    events = [entry.event for entry in history(round_)]
    assert events.count("applications.comparison_computed") == 1


def test_a_late_job_changes_nothing(round_, programme):
    comparison = actions.compare_rules(round_, by=programme, seed="7")
    again = actions.start_comparison(comparison, by=programme, run=comparison.run)
    actions.compute_comparison(comparison, by=programme, run=comparison.run)
    assert (now(comparison).state, now(comparison).result) == ("computing", {})
    assert computed(again, programme).state == "computed"


def test_a_comparison_that_is_deleted_while_it_is_computed_stays_deleted(round_, programme, monkeypatch):
    comparison = actions.compare_rules(round_, by=programme, seed="7")

    def weigh(basis, **given):
        actions.discard_comparison(now(comparison), by=programme)
        return weighing.weigh(basis, **given)

    monkeypatch.setattr(comparisons, "weigh", weigh)
    tasks.compute_comparison(comparison.pk, programme.pk, comparison.run)
    assert not RuleComparison.objects.exists()


def test_a_country_without_a_calendar_is_told_and_nothing_hangs(client, round_, programme):
    make_institution(country="TW", code="0001", name=Text(en="National Taiwan University"))
    actions.add_place(round_, by=programme, fields=place_record(make_place(host="TW:0001")))
    there = make_applicant("t", choices=(make_choice(host="TW:0001"),))
    actions.add_applicant(round_, by=programme, fields=applicant_record(there))
    comparison = compared(round_, programme)
    assert comparison.state == "failed"
    assert str(comparison.problem.en) == (
        "EASTEP does not know the day on which a stay in Taiwan begins in Spring 2027, and language results must be "
        "valid on it. Withdraw the rows of places there."
    )
    simulation = simulations.computed(round_, programme)
    assert (simulation.state, simulation.problem) == ("failed", comparison.problem)
    actions.withdraw_places(round_, by=programme, rows=round_.places.filter(host__country="TW"))
    assert compared(round_, programme).state == "computed"


def test_its_state_has_a_tone(round_, programme):
    comparison = compared(round_, programme)
    assert comparison.tone == "good"
    comparison.state = ComparisonState.FAILED
    assert comparison.tone == "problem"


def test_a_round_that_became_empty_says_so(round_, programme):
    comparison = actions.compare_rules(round_, by=programme, seed="7")
    actions.withdraw_applicants(
        round_, by=programme, rows=round_.applicants.all(), reason="The programme is not held."
    )
    comparison = computed(comparison, programme)
    assert comparison.state == "failed"
    assert comparison.problem.en == "There are no places or no applicants. Bring them in first."
    assert computed(actions.start_comparison(comparison, by=programme, run=1), programme).state == "failed"


def test_two_who_start_it_again_lose_nothing(round_, programme):
    comparison = compared(round_, programme)
    actions.start_comparison(comparison, by=programme, run=1)
    with pytest.raises(Refused) as refused:
        actions.start_comparison(comparison, by=programme, run=1)
    assert refused.value.code == "changed"


@pytest.mark.parametrize("state", ComparisonState)
def test_it_can_be_started_again_in_every_state(round_, programme, state):
    comparison = compared(round_, programme)
    RuleComparison.objects.update(state=state)
    assert actions.start_comparison(comparison, by=programme, run=1).state == "computing"


def test_a_changed_round_makes_it_outdated(round_, programme):
    comparison = compared(round_, programme)
    actions.edit_place(
        round_.places.get(number=1),
        by=programme,
        version=1,
        fields=place_record(make_place(home=WASEDA, host=YONSEI, places=1)),
    )
    assert now(comparison).is_outdated
    assert not computed(actions.start_comparison(comparison, by=programme, run=1), programme).is_outdated


def test_a_rule_is_used(round_, programme):
    comparison = compared(round_, programme)
    simulation = actions.use_rule(comparison, by=programme, number=BALANCED, name="In balance")
    assert (simulation.rule, simulation.seed, simulation.state) == (
        {"mechanism": "balanced_deferred_acceptance", "unit": "country", "tolerance": 0, "carried": {}},
        "7",
        "computing",
    )
    assert where(work(simulation, programme)) == [("a", 1), ("b", None), ("c", 2)]


@pytest.mark.parametrize(("number", "code"), [(4, "planning"), (9, "changed"), (-1, "changed")])
def test_a_rule_that_is_none_is_not_used(round_, programme, number, code):
    comparison = compared(round_, programme)
    with pytest.raises(Refused) as refused:
        actions.use_rule(comparison, by=programme, number=number, name="x")
    assert (refused.value.code, Simulation.objects.count()) == (code, 0)


def test_a_rule_that_cannot_be_applied_is_not_used(round_, programme):
    comparison = compared(round_, programme)
    comparison.result["rows"][BALANCED] |= {"problem": {"code": "too_large", "facts": {}}}
    comparison.save()
    with pytest.raises(Refused) as refused:
        actions.use_rule(comparison, by=programme, number=BALANCED, name="x")
    assert refused.value.code == "not_possible"


def test_it_is_discarded_and_that_is_recorded(round_, programme):
    comparison = compared(round_, programme)
    actions.discard_comparison(comparison, by=programme)
    assert not RuleComparison.objects.exists()
    assert history(round_).order_by("pk").last().event == "applications.comparison_discarded"
    with pytest.raises(Refused) as refused:
        actions.discard_comparison(comparison, by=programme)
    assert refused.value.code == "gone"


def test_nobody_else_may(round_, programme, office, auditor):
    comparison = compared(round_, programme)
    for person in (office, auditor):
        for attempt in (
            partial(actions.compare_rules, round_, by=person, seed="7"),
            partial(actions.start_comparison, comparison, by=person, run=1),
            partial(actions.use_rule, comparison, by=person, number=0, name="x"),
            partial(actions.discard_comparison, comparison, by=person),
        ):
            with pytest.raises(PermissionDenied):
                attempt()


@pytest.mark.parametrize(
    ("asked", "code"), [({"tolerance": -1}, "not_a_tolerance"), ({"carried": {"TW": 1}}, "unknown_country")]
)
def test_what_cannot_be_is_refused(round_, programme, asked, code):
    with pytest.raises(Refused) as refused:
        actions.compare_rules(round_, by=programme, seed="7", **asked)
    assert refused.value.code == code


def test_a_round_of_one_home_has_nothing_to_weigh(office):
    with pytest.raises(Refused) as refused:
        actions.compare_rules(make_round(office, home=institution(WASEDA)), by=office, seed="7")
    assert refused.value.code == "one_home"


# Pages


def test_who_sees_it(client, round_, programme, office, auditor):
    comparison = compared(round_, programme)
    pages = [
        reverse("price_of_balance", args=[round_.pk]),
        comparison.get_absolute_url(),
        url("comparison_table", comparison, "csv"),
    ]
    seen = {}
    for who, person in {"programme": programme, "auditor": auditor, "office": office}.items():
        client.force_login(person)
        read = {client.get(address).status_code for address in pages}
        write = [
            client.get(url("discard_comparison", comparison)).status_code,
            client.post(reverse("price_of_balance", args=[round_.pk]), {"seed": ""}).status_code,
            client.post(url("start_comparison", comparison), {"run": 0}).status_code,
            client.post(url("use_rule", comparison), {"number": 4}).status_code,
        ]
        seen[who] = read, write
    assert seen == {
        "programme": ({200}, [200, 422, 409, 409]),
        "auditor": ({200}, [403] * 4),
        "office": ({404}, [404] * 4),
    }


def test_from_the_form_to_a_simulation(client, round_, programme):
    address = reverse("price_of_balance", args=[round_.pk])
    page = client.get(address)
    assert "Nothing has been compared yet." in page.content.decode()
    assert list(page.context["form"].fields) == ["units", "tolerance", "carried_JP", "carried_KR", "seed"]
    sent = {"units": ["country"], "tolerance": 1, "carried_KR": 1, "carried_JP": "", "seed": "7"}
    answer = client.post(address, sent)
    comparison = RuleComparison.objects.get()
    assert answer.url == comparison.get_absolute_url()
    assert comparison.rules[1]["carried"] == {"JP": -1, "KR": 1}
    assert "<progress" in client.get(answer.url).content.decode()
    computed(comparison, programme)
    page = client.get(answer.url)
    assert [row.figures["placed"] for row in page.context["priced"].rows] == [3] * 6
    listed = client.get(address).context["rows"]
    assert [(settings["carried"], span) for _one, settings, span in listed] == [
        ("Japan −1 · South Korea +1", (3, 3))
    ]
    for name in ("Limit each way · Countries · exact (1)", "Limit each way · Countries · exact (2)"):
        answer = client.post(url("use_rule", comparison), {"number": BALANCED})
        simulation = Simulation.objects.order_by("pk").last()
        assert (answer.url, simulation.name) == (simulation.get_absolute_url(), name)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"tolerance": "-1"}, "tolerance"),
        ({"tolerance": "x"}, "tolerance"),
        ({"units": []}, "units"),
        ({"units": ["continent"]}, "units"),
        ({"carried_JP": "1", "carried_KR": "1"}, "__all__"),
        ({"seed": ""}, "seed"),
    ],
)
def test_what_cannot_be_is_told(client, round_, given, field):
    sent = {"units": ["country"], "tolerance": 1, "seed": "7"}
    answer = client.post(reverse("price_of_balance", args=[round_.pk]), sent | given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


@pytest.mark.parametrize("number", ["", "x", "²", "99", "9" * 5_000])
def test_a_row_that_is_not_there_is_refused(client, round_, programme, number):
    comparison = compared(round_, programme)
    assert client.post(url("use_rule", comparison), {"number": number}).status_code == 409


def test_a_late_one_can_be_started_again(client, round_, programme):
    comparison = actions.compare_rules(round_, by=programme, seed="7")
    RuleComparison.objects.update(moved_at=timezone.now() - 2 * USUALLY_DONE_IN)
    page = client.get(comparison.get_absolute_url()).content.decode()
    assert "This takes longer than usual." in page
    assert client.post(url("start_comparison", comparison), {"run": 1}).status_code == 302
    assert now(comparison).run == 2


def test_the_page_in_each_language_tells_what_is_outdated(client, round_, programme):
    comparison = compared(round_, programme)
    RuleComparison.objects.update(edition=0)
    for language in ("en", "ja", "ko"):
        programme.language = language
        programme.save()
        page = client.get(comparison.get_absolute_url())
        assert page.context["comparison"].is_outdated
        assert page.status_code == 200


def test_the_files(client, round_, programme):
    comparison = compared(round_, programme)
    content = b"".join(client.get(url("comparison_table", comparison, "json")).streaming_content)
    assert json.loads(content) == comparison.result
    content = b"".join(client.get(url("comparison_table", comparison, "csv")).streaming_content)
    assert content.decode("utf-8-sig").splitlines()[1].startswith("Without balance,3,")
    RuleComparison.objects.update(state="computing")
    assert client.get(url("comparison_table", comparison, "csv")).status_code == 302


def test_a_comparison_is_deleted_on_its_page(client, round_, programme):
    comparison = compared(round_, programme)
    assert client.post(url("discard_comparison", comparison)).status_code == 302
    assert not RuleComparison.objects.exists()


def test_a_home_is_shown_what_it_has_instead(client, office):
    office.language = "en"
    office.save()
    client.force_login(office)
    round_ = make_round(office, home=institution(WASEDA))
    address = reverse("price_of_balance", args=[round_.pk])
    page = client.get(address).content.decode()
    assert "In a round of one home there is nothing to weigh." in page
    assert reverse("round_places", args=[round_.pk]) in page
    assert client.post(address, {}).status_code == 302


def test_an_empty_round_says_what_is_missing(client, programme):
    round_ = make_round(programme, places=[], people=[])
    page = client.get(reverse("price_of_balance", args=[round_.pk])).content.decode()
    assert "There is nobody to place yet." in page


def test_the_list_asks_no_more_with_more_rows(client, round_, programme):
    address, counts = reverse("price_of_balance", args=[round_.pk]), []
    for more in (1, 2):
        for _time in range(more):
            compared(round_, programme)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1]
