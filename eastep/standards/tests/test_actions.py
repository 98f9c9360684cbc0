"""Facts in the database: loaded from the files, added and ended by an administrator, never two at a time."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from eastep.core.errors import Refused
from eastep.core.models import Entry
from eastep.people.actions import system_user
from eastep.standards.actions import add_fact, end_fact, load_shipped
from eastep.standards.facts import Standards
from eastep.standards.languages import parse_results
from eastep.standards.models import Fact
from eastep.standards.queries import standards_in_force
from eastep.standards.tests.factories import make_person

pytestmark = pytest.mark.django_db

HSK = {
    "label_en": "HSK",
    "names": "신HSK;汉语水平考试",
    "kind": "levels",
    "levels": "1;2;3;4;5;6",
    "months": "24",
}


def test_the_database_holds_what_the_files_say() -> None:
    # 220 fields, 21 tests, 5 scales, 2 conversions, 3 levels
    assert load_shipped(by=system_user()) == 251
    assert standards_in_force() == Standards.shipped()
    assert load_shipped(by=system_user()) == 0
    assert list(Entry.objects.values_list("event", "facts")) == [("standards.shipped_loaded", {"rows": 251})]


def test_a_new_release_changes_what_it_shipped() -> None:
    load_shipped(by=system_user())
    Fact.objects.filter(code="TOEIC").update(source="an older release")
    assert load_shipped(by=system_user()) == 1
    assert standards_in_force() == Standards.shipped()


def test_an_administrator_adds_a_test_and_it_is_read() -> None:
    kim = make_person("programme")
    fact = add_fact("language_tests", "HSK", value=HSK, source="CTI", valid_from=date(2026, 7, 1), by=kim)
    [result] = parse_results("신HSK 5급 2026-09-01", standards_in_force())
    assert (result.test, result.value) == ("HSK", "5")
    assert list(Entry.objects.values_list("event", "subject_id", "by")) == [
        ("standards.fact_added", fact.pk, kim.pk)
    ]


def test_a_rule_is_ended_and_another_follows() -> None:
    kim = make_person("programme")
    load_shipped(by=kim)
    toeic = end_fact(Fact.objects.get(code="TOEIC"), on=date(2027, 3, 31), by=kim)
    value = {**toeic.value, "months": "36"}
    add_fact(
        "language_tests",
        "TOEIC",
        value=value,
        source="Programme guide 2027",
        valid_from=date(2027, 4, 1),
        by=kim,
    )

    def months(day: date) -> list[int | None]:
        return [
            test.months for test in standards_in_force().tests if test.code == "TOEIC" and test.holds_on(day)
        ]

    assert (months(date(2027, 3, 31)), months(date(2027, 4, 1))) == ([24], [36])
    assert load_shipped(by=kim) == 0  # what was decided here stays


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "free"),
    [
        (None, None, False),
        (date(2026, 12, 31), None, False),
        (date(2027, 1, 1), None, True),
        (None, date(2025, 12, 31), True),
        (None, date(2026, 1, 1), False),
        (date(2026, 6, 1), date(2026, 6, 1), False),
    ],
)
def test_never_two_at_a_time(valid_from: date | None, valid_to: date | None, free: bool) -> None:
    common: dict[str, Any] = {"scheme": "language_tests", "value": {}, "source": "x"}
    Fact.objects.create(code="HSK", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31), **common)
    Fact.objects.create(code="HSKK", valid_from=valid_from, valid_to=valid_to, **common)
    Fact.objects.create(
        code="HSK", valid_from=valid_from, valid_to=valid_to, **common | {"scheme": "gpa_scales"}
    )
    second = Fact(code="HSK", valid_from=valid_from, valid_to=valid_to, **common)
    if free:
        second.save()
    else:
        with pytest.raises(IntegrityError, match="one_fact_at_a_time"), transaction.atomic():
            second.save()


def test_an_overlap_is_told_beside_the_form() -> None:
    kim = make_person("programme")
    add_fact("language_tests", "HSK", value=HSK, source="CTI", by=kim)
    with pytest.raises(ValidationError, match="Another rule of this code holds"):
        add_fact("language_tests", "HSK", value=HSK, source="CTI", valid_from=date(2027, 1, 1), by=kim)


@pytest.mark.parametrize(
    "wrong",
    [
        {"scheme": "horoscopes"},
        {"source": ""},
        {"valid_from": date(2027, 1, 2), "valid_to": date(2027, 1, 1)},
        {"value": {**HSK, "levels": ""}},
        {"value": {**HSK, "months": "two years"}},
        {"value": {**HSK, "colour": "red"}},
        {"value": {**HSK, "kind": "score", "minimum": "ten", "maximum": "20"}},
    ],
)
def test_a_rule_that_says_nothing_sensible_is_not_added(wrong: dict[str, Any]) -> None:
    given = {"scheme": "language_tests", "code": "HSK", "value": HSK, "source": "CTI"} | wrong
    with pytest.raises(ValidationError):
        add_fact(**given, by=make_person("programme"))
    assert list(Fact.objects.all()) == []


@pytest.mark.parametrize("on", [date(2026, 12, 31), date(2028, 1, 1)])
def test_a_rule_ends_only_while_it_holds(on: date) -> None:
    kim = make_person("programme")
    days = {"valid_from": date(2027, 1, 1), "valid_to": date(2027, 12, 31)}
    fact = add_fact("language_tests", "HSK", value=HSK, source="CTI", by=kim, **days)
    with pytest.raises(Refused) as refused:
        end_fact(fact, on=on, by=kim)
    assert refused.value.code == "outside_validity"


def test_only_the_programme_changes_rules() -> None:
    park = make_person("office")
    load_shipped(by=system_user())
    for act in (
        lambda: add_fact("language_tests", "HSK", value=HSK, source="CTI", by=park),
        lambda: end_fact(Fact.objects.get(code="TOEIC"), on=date(2027, 1, 1), by=park),
        lambda: load_shipped(by=park),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert standards_in_force() == Standards.shipped()


@pytest.mark.parametrize("roles", [(), ("student",), ("programme",)])
def test_everybody_sees_the_rules(roles: tuple[str, ...]) -> None:
    load_shipped(by=system_user())
    assert Fact.objects.visible_to(make_person(*roles)).count() == Fact.objects.count()
