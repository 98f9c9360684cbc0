"""Importing institutions: all rows or none, the same file twice, and what the package ships."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from eastep.core.models import Entry
from eastep.institutions import actions
from eastep.institutions.incoming import LONGEST, InstitutionRow, RowProblem
from eastep.institutions.models import Faculty, Institution
from eastep.institutions.sentences import _SENTENCES, sentence
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person
from eastep.people.actions import system_user
from eastep.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> User:
    return make_person(Role.PROGRAMME)


KAIST = InstitutionRow(
    number=2,
    country="KR",
    code="K1",
    name_ko="한국과학기술원",
    name_en="KAIST",
    aliases="카이스트; Korea Advanced Institute of Science and Technology",
    city="대전광역시 유성구",
    domain="kaist.ac.kr",
    source="programme office",
)


def test_import_institutions(programme: User) -> None:
    done = actions.import_institutions([KAIST], by=programme)
    assert done == actions.Imported(added=1)
    row = Institution.objects.get(key="KR:K1")
    assert (row.name.ko, row.name.en, row.domain, row.source) == (
        *("한국과학기술원", "KAIST", "kaist.ac.kr", "programme office"),
    )
    assert row.aliases == ["카이스트", "Korea Advanced Institute of Science and Technology"]
    assert list(Entry.objects.values_list("event", "subject_id", "by")) == [
        ("institutions.institution_added", row.pk, programme.pk)
    ]


def test_the_same_rows_twice_change_nothing(programme: User) -> None:
    actions.import_institutions([KAIST], by=programme)
    before = list(Institution.objects.values())
    assert actions.import_institutions([KAIST], by=programme) == actions.Imported(unchanged=1)
    assert list(Institution.objects.values()) == before
    assert Entry.objects.count() == 1


def test_an_empty_cell_leaves_what_there_is(programme: User) -> None:
    actions.import_institutions([KAIST], by=programme)
    row = InstitutionRow(number=2, country="KR", code="K1", name_ja="韓国科学技術院")
    assert actions.import_institutions([row], by=programme) == actions.Imported(changed=1)
    found = Institution.objects.get(key="KR:K1")
    assert (found.name.ja, found.name.ko, found.domain) == ("韓国科学技術院", "한국과학기술원", "kaist.ac.kr")
    assert "^韓" in found.grams


def test_two_institutions_may_exchange_their_domains(programme: User) -> None:
    make_institution(country="KR", code="a", domain="a.ac.kr")
    make_institution(country="KR", code="b", domain="b.ac.kr")
    rows = [
        InstitutionRow(number=2, country="KR", code="a", domain="b.ac.kr"),
        InstitutionRow(number=3, country="KR", code="b", domain="a.ac.kr"),
    ]
    assert actions.import_institutions(rows, by=programme).changed == 2
    assert dict(Institution.objects.values_list("code", "domain")) == {"a": "b.ac.kr", "b": "a.ac.kr"}


def test_a_trial_writes_nothing(programme: User) -> None:
    assert actions.import_institutions([KAIST], by=programme, trial=True) == actions.Imported(added=1)
    assert not Institution.objects.exists()
    assert not Entry.objects.exists()


def test_one_problem_and_no_row_is_written(programme: User) -> None:
    make_institution(country="JP", code="J1", domain="taken.ac.jp")
    make_institution(country="KR", code="0000149")
    rows = [
        KAIST,
        replace(KAIST, number=3, country="Korea", domain=""),
        replace(KAIST, number=4, domain=""),
        InstitutionRow(number=5, country="KR", code=""),
        InstitutionRow(number=6, country="KR", code="K2"),
        InstitutionRow(number=7, country="KR", code="K3", name_en="Three", domain="https://three.kr/"),
        InstitutionRow(number=8, country="KR", code="K4", name_en="Four", domain="taken.ac.jp"),
        InstitutionRow(number=9, country="KR", code="K5", name_en="x" * 201),
        InstitutionRow(number=10, country="KR", code="K6", name_en="Six", domain="kaist.ac.kr"),
        InstitutionRow(number=11, country="KR", code="K7", name_en="Seven", aliases="y" * 201),
        InstitutionRow(number=12, country="KR", code="149", name_en="Yonsei"),
    ]
    done = actions.import_institutions(rows, by=programme)
    assert [(problem.row, problem.column, problem.code, problem.fact) for problem in done.problems] == [
        (3, "country", "not_a_country", ""),
        (4, "code", "same_code", "2"),
        (5, "code", "code_missing", ""),
        (6, "name_en", "name_missing", ""),
        (7, "domain", "not_a_domain", ""),
        (8, "domain", "domain_taken", "JP:J1"),
        (9, "name_en", "too_long", "200"),
        (10, "domain", "domain_taken", "KR:K1"),
        (11, "aliases", "too_long", "200"),
        (12, "code", "zeros_lost", "0000149"),
    ]
    assert (done.added, done.changed) == (0, 0)
    assert Institution.objects.count() == 2


@pytest.mark.parametrize("code", _SENTENCES)
def test_every_problem_has_a_sentence(code: str) -> None:
    problem = RowProblem(row=2, column="domain", value="{odd}", code=code, fact="7")
    with translation.override("en"):
        assert sentence(problem)


def test_longest_is_what_the_table_takes() -> None:
    lengths = {field.name: field.max_length for field in Institution._meta.fields}
    for column in ("code", "reading", "city", "domain"):
        assert LONGEST[column] == lengths[column]


@pytest.mark.parametrize("role", [Role.STUDENT, Role.OFFICE, Role.COORDINATOR, Role.AUDITOR])
def test_others_may_not_import(role: Role) -> None:
    person = make_person(role, None if role == Role.AUDITOR else make_institution())
    with pytest.raises(PermissionDenied):
        actions.import_institutions([KAIST], by=person)


def test_load_shipped_twice() -> None:
    system = system_user()
    assert actions.load_shipped(by=system) == actions.Imported(added=1012)
    assert actions.load_shipped(by=system) == actions.Imported(unchanged=1012)
    assert Faculty.objects.filter(institution__key="JP:F113310103581", name__ja="政治経済学部").count() == 1
    assert Institution.objects.exclude(source="").count() == 1012
    assert list(Entry.objects.values_list("event", "facts")) == [
        ("institutions.shipped_loaded", {"added": 1012, "changed": 0})
    ]


def test_what_a_person_imported_stays(programme: User) -> None:
    system = system_user()
    rows = [
        InstitutionRow(number=2, country="JP", code="F113110102700", name_en="Mine", domain="waseda.ac.jp"),
    ]
    actions.import_institutions(rows, by=programme)
    actions.load_shipped(by=system)
    assert Institution.objects.get(code="F113110102700").name.en == "Mine"
    assert Institution.objects.get(code="F113310103581").domain == ""  # taken by the other


def test_only_the_system_loads_what_is_shipped(programme: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.load_shipped(by=programme)
