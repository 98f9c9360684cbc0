"""The demo: its sheets say the same in every language and look real; it loads only where it may."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from eastep.agreements.models import Agreement, LedgerLine, Party
from eastep.agreements.queries.ledger import recount
from eastep.agreements.states import LineKind, Standing
from eastep.applications import tasks
from eastep.applications.intake import Intake, take_in
from eastep.applications.models import Outcome, Round, RoundFile, Simulation
from eastep.applications.placing import Result
from eastep.applications.report import summary
from eastep.applications.simulating import simulate
from eastep.applications.weighing import is_for_planning
from eastep.core.errors import Refused
from eastep.core.models import Entry
from eastep.core.text import Text
from eastep.institutions.models import Institution, Membership
from eastep.institutions.register import Register
from eastep.people.actions import system_user
from eastep.people.models import User
from eastep.standards.facts import Standards
from eastep.standards.models import Fact
from eastep.website import demonstration, ground
from eastep.website.demonstration.people import PEOPLE
from eastep.website.demonstration.programme import Programme, make_programme
from eastep.website.demonstration.workbooks import FILES, make_files, write_files
from eastep.website.place import basis

PAIRS = {
    **{
        language: (f"places-{language}.xlsx", f"applicants-{language}.xlsx")
        for language in ("ja", "ko", "en")
    },
    "csv": ("places-ja-cp932.csv", "applicants-ja.csv"),
}


class Bar:
    """Counts instead of drawing."""

    def __init__(self) -> None:
        self.steps: list[tuple[int, int]] = []

    @contextmanager
    def __call__(self, *, length: int, label: str) -> Iterator["Bar"]:
        self.steps.append((length, 0))
        yield self

    def update(self, steps: int) -> None:
        length, done = self.steps[-1]
        self.steps[-1] = (length, done + steps)


@pytest.fixture(scope="module")
def programme() -> Programme:
    return make_programme()


@pytest.fixture(scope="module")
def files(programme: Programme) -> dict[str, bytes]:
    return dict(make_files(programme))


@pytest.fixture(scope="module")
def intakes(files: dict[str, bytes]) -> dict[str, Intake]:
    return {pair: taken(files, *names) for pair, names in PAIRS.items()}


@pytest.fixture(scope="module")
def result(intakes: dict[str, Intake]) -> Result:
    return placed(intakes["en"])


def placed(intake: Intake) -> Result:
    return simulate(basis(intake), seed="2027").computed


def taken(files: dict[str, bytes], places: str, applicants: str) -> Intake:
    return take_in(
        (places, files[places]),
        (applicants, files[applicants]),
        register=Register.shipped(),
        standards=Standards.shipped(),
    )


# The sheets


@pytest.mark.parametrize("pair", PAIRS)
def test_every_pair_is_read_without_a_problem_as_exactly_the_programme(
    pair: str, intakes: dict[str, Intake], programme: Programme
) -> None:
    intake = intakes[pair]
    assert [f"{problem.place}: {problem.sentence}" for problem in intake.problems] == []
    assert intake.places.rows == programme.places
    assert intake.applicants.rows == programme.applicants


def test_every_pair_gives_the_same_placement(intakes: dict[str, Intake], result: Result) -> None:
    assert [placed(intakes[pair]) == result for pair in PAIRS] == [True] * 4


def test_the_pair_of_text_files_was_written_on_an_old_and_on_a_new_computer(
    intakes: dict[str, Intake],
) -> None:
    intake = intakes["csv"]
    read_as = [taken.detected and taken.detected.encoding for taken in (intake.places, intake.applicants)]
    assert read_as == ["cp932", "utf-8-sig"]


def test_another_process_makes_the_same(programme: Programme, files: dict[str, bytes]) -> None:
    code = """
import django; django.setup()
from hashlib import sha256
from itertools import islice
from eastep.website.demonstration.programme import make_programme
from eastep.website.demonstration.workbooks import make_files
print(sha256(repr(make_programme()).encode()).hexdigest())
for name, content in islice(make_files(make_programme()), 2):
    print(name, sha256(content).hexdigest())
"""
    environment = os.environ | {
        "PYTHONHASHSEED": "1",
        "DJANGO_SETTINGS_MODULE": "eastep.website.settings",
    }
    made = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    expected = [sha256(repr(programme).encode()).hexdigest()]
    expected += [f"{name} {sha256(files[name]).hexdigest()}" for name in PAIRS["ja"]]
    assert made.stdout.decode().splitlines() == expected


def test_another_seed_makes_another_programme(programme: Programme) -> None:
    assert make_programme("2028") != programme


def test_half_width_kana_stand_in_the_sheet_and_are_read(
    files: dict[str, bytes], intakes: dict[str, Intake]
) -> None:
    text = files["applicants-ja.csv"].decode("utf-8-sig")
    [line] = [line for line in text.splitlines() if any("ｦ" <= sign <= "ﾟ" for sign in line)]
    number, name, home = line.split(",")[:3]
    [person] = [row for row in intakes["csv"].applicants.rows if row.id == number]
    assert (name, home) == ("ｼﾞｮｱﾝ･ﾗｰﾏﾝ", "ﾜｾﾀﾞﾀﾞｲｶﾞｸ")
    assert (person.name, person.home) == ("ジョアン・ラーマン", "JP:F113310103581")


# The tutorial's sheet: headings in row 4, the n-th applicant in row n + 4

EXPECTED = [
    (9, "総合点", "numeral", "八十"),
    (14, "第1志望 受入大学", "unknown_institution", "ヨンゼ大学"),
    (17, "第1志望 受入大学", "ambiguous_institution", "中大"),
    (20, "志願者番号", "duplicate", "A0015"),
    (23, "評点平均", "gpa_out_of_range", "120"),
    (26, "第1志望 開始学期", "term_needed", ""),
    (29, "語学成績", "language_level_unknown", "韓国語能力試験 7級"),
    (32, "語学成績", "language_date_unreadable", "TOEIC 800点（2026年2月30日）"),
]


def test_the_sheet_with_errors_has_exactly_these(files: dict[str, bytes]) -> None:
    intake = taken(files, "places-ja.xlsx", "applicants-with-errors-ja.xlsx")
    found = [
        (problem.row, problem.heading, problem.code, problem.value)
        for problem in intake.problems
        if problem.severity == "error"
    ]
    assert found == EXPECTED
    notices = [(problem.row, problem.code) for problem in intake.problems if problem.severity == "notice"]
    assert notices == [(35, "totals_row")]
    assert intake.places.errors == 0


def test_what_the_sheet_with_errors_writes_unusually_is_read(files: dict[str, bytes]) -> None:
    intake = taken(files, "places-ja.xlsx", "applicants-with-errors-ja.xlsx")
    rows = {row.id: row for row in intake.applicants.rows}
    assert str(rows["A0003"].score) == "87.5"
    assert rows["A0008"].choices[0].host == "KR:0000149"


# What it looks like


def test_figures(programme: Programme, result: Result) -> None:
    figures = summary(result)
    assert figures["applicants"] == 900
    assert 0.5 < figures["placed"] / 900 < 0.7
    assert 0.25 < figures["at_choice"]["1"] / 900 < 0.45
    both_ways = [(flow["from"], flow["to"], flow["applicants"]) for flow in figures["flows"]]
    assert both_ways == [("JP", "KR", 255), ("KR", "JP", 645)]
    lengths = Counter(len(applicant.choices) for applicant in programme.applicants)
    assert (min(lengths), max(lengths)) == (1, 20)
    assert lengths[3] + lengths[4] + lengths[5] > 600


def test_demand_is_one_sided_and_agreements_are_reciprocal(programme: Programme, result: Result) -> None:
    to_korea, to_japan = summary(result)["flows"]
    assert to_korea["places"] == to_japan["places"]
    assert to_japan["applicants"] > to_japan["places"] > 2 * to_korea["applicants"]
    first = Counter(applicant.choices[0].host for applicant in programme.applicants)
    offered: Counter[str] = Counter()
    for place in programme.places:
        offered[place.host] += place.places if place.length == "term" else 0
    waseda, yonsei, kyushu, jeju = "JP:F113310103581", "KR:0000149", "JP:F140110110592", "KR:0000027"
    assert first[waseda] > 2 * offered[waseda]
    assert first[yonsei] > offered[yonsei]
    assert first[kyushu] < offered[kyushu]
    assert first[jeju] < offered[jeju] / 2


def test_every_reason_that_the_programme_knows_happens(result: Result) -> None:
    assert set(summary(result)["dropped"]) == {
        *("not_offered", "field", "level", "gpa_below", "gpa_missing", "gpa_not_comparable"),
        *("language_missing", "language_below", "language_expired", "language_undated"),
    }


def test_scores_tie_and_all_scripts_are_there(programme: Programme) -> None:
    scores = Counter(applicant.score for applicant in programme.applicants)
    assert max(scores.values()) > 10
    names = " ".join(applicant.name for applicant in programme.applicants)
    wanted = ["髙﨑", "渡邉", "小野寺", "佐々木", "남궁", "선우", "황보", "WANG", "NGUYỄN", "Putri", "・"]
    assert [part for part in wanted if part not in names] == []
    assert any(name.isascii() and " " not in name for name in (a.name for a in programme.applicants))


# Loading


@pytest.fixture
def laid(db: None) -> None:
    ground.lay()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Bar]:
    folder, bar = tmp_path_factory.mktemp("var") / "demo", Bar()
    write_files(folder, bar)
    return folder, bar


@pytest.fixture
def sheets(written: tuple[Path, Bar], tmp_path: Path) -> Path:
    """A folder of its own with the files that were written before."""
    return copytree(written[0], tmp_path / "demo")


def test_laying_the_ground_twice_changes_nothing(
    laid: None, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    before = (Institution.objects.count(), Fact.objects.count(), Entry.objects.count(), User.objects.count())
    with django_assert_max_num_queries(25):  # the rows are compared in memory
        ground.lay()
    after = (Institution.objects.count(), Fact.objects.count(), Entry.objects.count(), User.objects.count())
    assert after == before
    assert before[0] > 1000


def test_loading_gives_people_a_frozen_round_and_one_in_work_and_a_second_time_nothing(
    laid: None, sheets: Path, result: Result
) -> None:
    bar = Bar()
    loaded = demonstration.load(bar, sheets=sheets)
    assert loaded.sheets == sheets
    assert bar.steps == [(demonstration.STEPS, demonstration.STEPS)]
    for person in loaded.people:
        user = User.objects.get(email=person.email)
        assert user.check_password(person.password)
        held = Membership.objects.filter(user=user).values_list("role", "institution__key")
        assert {(role, key or "") for role, key in held} == {(role.value, key) for role, key in person.roles}
        assert (user.language, str(user)) == (person.language, person.called)

    standings = Counter(str(agreement.standing()) for agreement in Agreement.objects.all())
    assert set(standings) == {str(one) for one in Standing}  # one in every state
    assert all(side.balance == recount(side.agreement)[side.institution_id] for side in Party.objects.all())
    assert LedgerLine.objects.filter(kind=LineKind.EXPIRED).exists()

    frozen, in_work = Round.objects.order_by("pk")
    assert (frozen.title, frozen.home, frozen.state) == ("2027", None, "frozen")
    [comparison] = frozen.rule_comparisons.all()
    assert comparison.result["rows"][0]["placed"] == summary(result)["placed"]
    assert not any(row["problem"] for row in comparison.result["rows"])
    balanced = [row["placed"] for row in comparison.result["rows"][1:] if not is_for_planning(row["rule"])]
    assert max(balanced) < comparison.result["rows"][0]["placed"]  # balance has a price, and it is seen
    placed = frozen.simulations.get().outcomes.filter(row__isnull=False).count()
    assert placed == summary(result)["placed"]
    assert (in_work.home and in_work.home.key, in_work.state) == ("JP:F113310103581", "open")
    assert list(in_work.files.order_by("pk").values_list("kind", "state", "errors")) == [
        ("places", "taken", 0),
        ("applicants", "taken", 0),
        ("languages", "taken", 2),  # two tests of somebody who is not in the list yet
        ("applicants", "checked", 3),  # a score in words, a term that is none, a name to confirm
    ]
    assert list(in_work.simulations.order_by("pk").values_list("state", flat=True)) == ["computed"] * 2
    auditor = User.objects.get(email="auditor@demo.eastep.example")
    assert list(Round.objects.visible_to(auditor)) == [frozen]

    before, again = everything(), Bar()
    demonstration.load(again, sheets=sheets)
    assert (everything(), again.steps) == (before, [])

    jobs = {
        task.name: task
        for task in (tasks.read_file, tasks.finish_file, tasks.compute_simulation, tasks.compute_comparison)
    }
    waiting = list(ProcrastinateJob.objects.order_by("id").values_list("task_name", "args"))
    assert {name for name, _arguments in waiting} == {*jobs, "notices.mail_notice"}
    for name, arguments in waiting:  # late: their run is over
        if name in jobs:
            jobs[name](**arguments)
    assert everything() == before


def test_the_people_are_told_with_their_roles() -> None:
    told = [person.role_in_words for person in PEOPLE]
    assert told[0] == "髙﨑 千尋 · Programme administrator · 日本語"
    assert told[1] == "박서윤 · Programme administrator · 한국어"
    assert told[6] == (
        "Annelies van der Berg · Departmental coordinator, The University of Osaka · "
        "Student, The University of Tokyo · English"
    )


def everything() -> tuple[Any, ...]:
    """All that loading could change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        jobs = cursor.fetchone()
    return (
        jobs,
        list(User.objects.order_by("pk").values_list("email", "password")),
        list(Membership.objects.order_by("pk").values_list("pk", "user", "role")),
        list(Round.objects.order_by("pk").values_list("pk", "state", "edition")),
        list(RoundFile.objects.order_by("pk").values_list("pk", "run", "state", "moved_at")),
        list(Simulation.objects.order_by("pk").values_list("pk", "run", "state", "moved_at")),
        list(Outcome.objects.order_by("pk").values_list("pk", "applicant", "choice")),
        Entry.objects.count(),
    )


def test_files_that_are_there_are_left(written: tuple[Path, Bar], files: dict[str, bytes]) -> None:
    folder, bar = written
    assert bar.steps == [(FILES, FILES)]
    assert {file.name: file.read_bytes() for file in folder.glob("*-*.*")} == files
    again = Bar()
    write_files(folder, again)
    assert again.steps == []


def test_a_changed_sheet_is_put_right_and_the_others_are_not_touched(
    sheets: Path, files: dict[str, bytes]
) -> None:
    times = {file.name: file.stat().st_mtime_ns for file in sheets.glob("*-*.*")}
    (sheets / "places-ko.xlsx").write_bytes(b"mended by hand")
    write_files(sheets, Bar())
    assert (sheets / "places-ko.xlsx").read_bytes() == files["places-ko.xlsx"]
    changed = {file.name for file in sheets.glob("*-*.*") if file.stat().st_mtime_ns != times[file.name]}
    assert changed == {"places-ko.xlsx"}


@pytest.fixture
def system(db: None) -> User:
    return system_user()


def test_a_database_with_a_person_is_refused(system: User, tmp_path: Path) -> None:
    User.objects.create_user("kim@yonsei.example")
    assert refusal(tmp_path) == "not_empty"
    assert User.objects.filter(email__in=[person.email for person in PEOPLE]).count() == 0
    assert list(tmp_path.iterdir()) == []


def test_a_database_with_a_round_is_refused(system: User, tmp_path: Path) -> None:
    Round.objects.create(title="2026", seed="1", opened_by=system)
    assert refusal(tmp_path) == "not_empty"


def test_a_database_with_an_imported_institution_is_refused(system: User, tmp_path: Path) -> None:
    Institution.objects.create(country="KR", code="1", name=Text(ko="우리대학교"))
    assert refusal(tmp_path) == "not_empty"


def test_a_database_with_a_rule_of_its_own_is_refused(system: User, tmp_path: Path) -> None:
    Fact.objects.create(scheme="gpa_scales", code="5", value={}, source="a rule of 2026", shipped=False)
    assert refusal(tmp_path) == "not_empty"


def test_production_is_refused(system: User, tmp_path: Path, settings: LazySettings) -> None:
    settings.PRODUCTION = True
    assert refusal(tmp_path) == "production"


def refusal(sheets: Path) -> str:
    with pytest.raises(Refused) as refused:
        demonstration.load(Bar(), sheets=sheets)
    return refused.value.code
