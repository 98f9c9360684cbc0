"""A round from its sheets to its result, by the actions and through the jobs that they defer."""

import io
import json
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import override
from procrastinate.contrib.django.models import ProcrastinateJob

from eastep.applications import actions, queries, reasons, report, tasks
from eastep.applications.intake import take_in
from eastep.applications.models import Outcome, Round
from eastep.applications.states import ROUND, RoundState
from eastep.applications.tests import files
from eastep.applications.tests.factories import KOREA, STANDARDS, WASEDA, YONSEI
from eastep.core.errors import Refused
from eastep.core.events import history
from eastep.core.sheets import read_workbook
from eastep.institutions.models import Institution
from eastep.institutions.register import Register

JOBS = {"applications.check_round": tasks.check_round, "applications.finish_round": tasks.finish_round}


def opened(by, **given):
    given = {
        "title": "2027",
        "seed": "2027",
        "places": files.places(),
        "applicants": files.applicants(),
    } | given
    return actions.open_round(by=by, **given)


def work():
    """Do the jobs that lie in the queue, each twice: any job may run twice."""
    for job in ProcrastinateJob.objects.filter(queue_name="placement").order_by("pk"):
        JOBS[job.task_name](**job.args)
        JOBS[job.task_name](**job.args)


def placed(by):
    round_ = opened(by)
    work()
    actions.start_round(round_, by=by, seed="2027")
    work()
    round_.refresh_from_db()
    return round_


def test_two_sheets_become_a_result(programme):
    round_ = placed(programme)
    assert round_.state == RoundState.PLACED
    # 90 points take the one place at Yonsei; 80 points get the year at Korea; 70.5 lacks GPA and language
    rows = round_.outcomes.order_by("position").values_list("applicant", "score", "choice", "host__key")
    assert list(rows) == [
        ("A-002", Decimal(90), 1, YONSEI),
        ("A-001", Decimal(80), 2, KOREA),
        ("A-003", Decimal("70.5"), None, None),
    ]
    assert [entry.event.partition(".")[2] for entry in history(round_)] == [
        "round_opened", "round_passed", "round_started", "round_finished",
    ]  # fmt: skip


def test_errors_stop_the_round_and_other_sheets_mend_it(programme):
    bad = [*files.APPLICANTS[:2], ["A-003", "", "早大", "0311", "学部", "", "", "八十", *files.CHOICES]]
    round_ = opened(programme, applicants=files.applicants(bad))
    work()
    round_.refresh_from_db()
    assert (round_.state, round_.errors, [one["value"] for one in round_.problems]) == (
        "faulty",
        2,
        ["", "八十"],
    )
    with pytest.raises(Refused):
        actions.start_round(round_, by=programme, seed="1")
    actions.replace_sheets(round_, by=programme, places=files.places(), applicants=files.applicants())
    work()
    round_.refresh_from_db()
    assert (round_.state, round_.errors, round_.problems) == ("ready", 0, [])


def test_a_file_that_is_no_sheet_is_told_so_in_three_languages(programme):
    round_ = opened(programme, places=("places.xlsx", b"%PDF-1.7 no sheet"))
    work()
    round_.refresh_from_db()
    assert (round_.state, round_.errors, len(round_.problems)) == ("faulty", 1, 1)
    assert all(round_.problems[0]["sentence"][language] for language in ("en", "ja", "ko"))


def test_a_late_job_of_earlier_sheets_changes_nothing(programme):
    round_ = opened(programme)
    late = ProcrastinateJob.objects.get(queue_name="placement")
    actions.replace_sheets(round_, by=programme, places=("p.csv", b""), applicants=files.applicants())
    tasks.check_round(**late.args)
    round_.refresh_from_db()
    assert round_.state == RoundState.CHECKING


def test_another_seed_places_again_and_an_earlier_result_is_gone(programme):
    round_ = placed(programme)
    actions.start_round(round_, by=programme, seed="other")
    work()
    round_.refresh_from_db()
    assert (round_.state, round_.seed, round_.result["seed"]) == ("placed", "other", "other")
    assert round_.outcomes.count() == 3


def test_the_page_and_the_shell_give_the_same_bytes(programme):
    round_ = placed(programme)
    intake = take_in(files.places(), files.applicants(), register=Register.shipped(), standards=STANDARDS)
    inputs = {"places": files.places()[1], "applicants": files.applicants()[1]}
    from_shell = report.document(intake.place("2027"), inputs)
    assert queries.result_document(round_) == json.loads(json.dumps(from_shell))


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_result_is_read_back_from_the_file(programme, kind):
    to = io.BytesIO()
    report.write(queries.result_document(placed(programme)), kind, to, name_of=queries.names_of())
    rows = list(read_workbook(to.getvalue()).sheets[0].rows)
    assert [row[1] for row in rows[1:]] == ["A-002", "A-001", "A-003"]
    assert [str(row[7]) for row in rows[1:]] == ["Yonsei University", "Korea University", ""]
    assert "score 90" in str(rows[2][10])
    assert "TOPIK 4" in str(rows[3][10])


def test_a_discarded_round_leaves_only_its_history(programme):
    round_ = placed(programme)
    pk = round_.pk
    actions.discard_round(round_, by=programme)
    round_.pk = pk
    assert (Round.objects.count(), Outcome.objects.count()) == (0, 0)
    assert [entry.event for entry in history(round_)][-1] == "applications.round_discarded"
    work()  # its jobs find nothing to do


def test_nobody_else_may(programme, office, auditor):
    round_ = placed(programme)
    for person in (office, auditor):
        with pytest.raises(PermissionDenied):
            opened(person)
        with pytest.raises(PermissionDenied):
            actions.start_round(round_, by=person, seed="1")
        with pytest.raises(PermissionDenied):
            actions.replace_sheets(round_, by=person, places=files.places(), applicants=files.applicants())
        with pytest.raises(PermissionDenied):
            actions.discard_round(round_, by=person)


def test_who_sees_rounds_and_outcomes(programme, office, auditor):
    placed(programme)
    seen = [
        (Round.objects.visible_to(person).count(), Outcome.objects.visible_to(person).count())
        for person in (programme, auditor, office)
    ]
    assert seen == [(1, 3), (1, 3), (0, 0)]


@pytest.mark.parametrize("state", RoundState)
@pytest.mark.parametrize("verb", ROUND.moves)
def test_a_verb_starts_only_where_the_table_allows(state, verb):
    if verb in ROUND.open_to(state):
        assert ROUND.after(state, verb) == ROUND.moves[verb][1]
    else:
        with pytest.raises(Refused):
            ROUND.after(state, verb)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("髙﨑", ["A-001"]),
        ("高崎", ["A-001"]),  # the new forms of the same two letters
        ("ﾀﾅｶ", ["A-002"]),
        ("たなか", ["A-002"]),
        ("Thị Minh", ["A-003"]),
        ("KHAI", ["A-003"]),
        ("a003", ["A-003"]),
        ("n", ["A-003"]),
        ("朴", []),
        ("' OR 1=1 --", []),
    ],
)
def test_applicants_are_found_in_any_script(programme, text, found):
    rows = placed(programme).outcomes.all().named(text)
    assert [row.applicant for row in rows] == found


def test_a_start_of_what_somebody_else_has_changed_is_refused(programme):
    round_ = opened(programme)
    work()
    seen = round_.run
    actions.replace_sheets(round_, by=programme, places=files.places(), applicants=files.applicants())
    work()
    with pytest.raises(Refused) as refusal:
        actions.start_round(round_, by=programme, seed="1", run=seen)
    assert refusal.value.code == "changed"


def test_an_alias_that_is_gone_since_the_check_is_told_and_the_round_goes_on(programme):
    round_ = opened(programme)
    work()
    actions.start_round(round_, by=programme, seed="1")
    Institution.objects.update(aliases=[])  # 早大 is no name of Waseda any more
    Institution.objects.filter(key=WASEDA).update(changed_at=timezone.now())
    work()
    round_.refresh_from_db()
    assert (round_.state, round_.errors) == ("faulty", 1)


def test_a_name_that_grows_when_it_is_folded_is_kept(programme):
    row = ["A-009", "ß" * 250, *files.APPLICANTS[0][2:]]
    round_ = opened(programme, applicants=files.applicants([row]))
    work()
    actions.start_round(round_, by=programme, seed="1")
    work()
    assert Round.objects.get(pk=round_.pk).state == "placed"


def test_equal_scores_written_differently_are_called_equal():
    own = {"score": "90"}
    for term in ("2027-spring", ""):
        full = {"row": 2, "term": term, "places": 1, "score": "90.00", "lottery": "1"}
        with override("en"):
            [sentence] = reasons.verdict({"code": "full", "full": [full]}, own)
        assert "same score" in sentence
