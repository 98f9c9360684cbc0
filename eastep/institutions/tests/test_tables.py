"""The tables hold no nonsense, and who sees what."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from eastep.core.models import Entry
from eastep.core.text import Text
from eastep.institutions import actions
from eastep.institutions.models import Faculty, Institution, Membership, Term
from eastep.institutions.seasons import Season
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "constraint"),
    [
        ({"country": "KR", "code": "1"}, "one_institution_for_a_national_code"),
        ({"domain": "one.ac.kr"}, "one_institution_for_a_domain"),
        ({"country": "jp"}, "country_is_two_capitals"),
        ({"code": ""}, "institution_has_a_national_code"),
        ({"name": Text()}, "institution_has_a_name"),
    ],
)
def test_no_nonsensical_institution(given: dict[str, Any], constraint: str) -> None:
    make_institution(country="KR", code="1", domain="one.ac.kr")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_institution(**given)


def test_many_institutions_may_have_no_domain() -> None:
    make_institution()
    make_institution()
    assert Institution.objects.filter(domain="").count() == 2


def test_the_key_is_country_and_code() -> None:
    assert make_institution(country="KR", code="0000149").key == "KR:0000149"


@pytest.mark.parametrize(
    ("season", "starts_on", "ends_on", "constraint"),
    [
        ("2027-spring", date(2027, 3, 2), date(2027, 3, 2), "term_ends_after_it_starts"),
        ("2027-spring", date(2026, 3, 2), date(2026, 6, 20), "term_starts_in_its_season"),
        ("2027-spring", date(2027, 9, 1), date(2027, 12, 20), "term_starts_in_its_season"),
        ("2027-autumn", date(2027, 3, 2), date(2027, 6, 20), "term_starts_in_its_season"),
        ("2027-winter", date(2027, 12, 2), date(2028, 1, 20), "term_starts_in_its_season"),
        ("2026-autumn", date(2026, 9, 2), date(2026, 12, 20), "one_term_a_season_at_an_institution"),
    ],
)
def test_no_nonsensical_term(season: str, starts_on: date, ends_on: date, constraint: str) -> None:
    institution = make_institution()
    terms = Term.objects.filter(institution=institution)
    terms.create(
        institution=institution, season="2026-autumn", starts_on=date(2026, 9, 25), ends_on=date(2027, 2, 5)
    )
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        terms.create(institution=institution, season=season, starts_on=starts_on, ends_on=ends_on)


@pytest.mark.parametrize(
    ("deadline", "constraint"),
    [
        ({"nomination_on": date(2027, 9, 2)}, "nominations_are_due_before_the_term"),
        ({"application_on": date(2027, 9, 2)}, "applications_are_due_before_the_term"),
        ({"arrival_on": date(2027, 12, 21)}, "students_arrive_before_the_term_ends"),
    ],
)
def test_no_nonsensical_deadline(deadline: Any, constraint: str) -> None:
    dates = {"starts_on": date(2027, 9, 1), "ends_on": date(2027, 12, 20)}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Term.objects.create(institution=make_institution(), season="2027-autumn", **dates, **deadline)


def test_set_term_and_set_it_anew() -> None:
    institution = make_institution()
    office = make_person(Role.OFFICE, institution)
    season = Season.of("2027-autumn")
    for day in (27, 28):
        term = actions.set_term(
            institution, by=office, season=season, starts_on=date(2027, 9, day), ends_on=date(2028, 2, 4)
        )
    assert list(Term.objects.values_list("season", "starts_on")) == [("2027-autumn", date(2027, 9, 28))]
    assert (term.as_season, term.name) == (season, "Autumn 2027")
    assert Entry.objects.filter(event="institutions.term_set").count() == 2


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "deadlines", "wrong"),
    [
        (date(2027, 4, 1), date(2027, 8, 5), {}, {"starts_on": "term_outside_season"}),
        (date(2028, 9, 1), date(2028, 12, 5), {}, {"starts_on": "term_outside_season"}),
        (date(2027, 9, 1), date(2027, 8, 5), {}, {"ends_on": "term_ends_before_it_starts"}),
        (date(2027, 9, 1), date(2028, 9, 2), {}, {"ends_on": "too_late"}),
        (
            *(date(2027, 9, 1), date(2027, 12, 20)),
            {
                "nomination_on": date(2027, 9, 2),
                "application_on": date(2026, 8, 30),
                "arrival_on": date(2027, 12, 21),
            },
            {"nomination_on": "too_late", "application_on": "too_early", "arrival_on": "too_late"},
        ),
    ],
)
def test_a_term_that_cannot_be(starts_on: date, ends_on: date, deadlines: Any, wrong: dict[str, str]) -> None:
    institution = make_institution()
    with pytest.raises(ValidationError) as refusal:
        actions.set_term(
            institution,
            by=make_person(Role.PROGRAMME),
            season=Season(2027, 2),
            starts_on=starts_on,
            ends_on=ends_on,
            **deadlines,
        )
    assert {name: errors[0].code for name, errors in refusal.value.error_dict.items()} == wrong
    assert not Term.objects.exists()


def test_the_office_of_another_institution_sets_no_term() -> None:
    office = make_person(Role.OFFICE, make_institution())
    with pytest.raises(PermissionDenied):
        actions.set_term(
            make_institution(),
            by=office,
            season=Season(2027, 2),
            starts_on=date(2027, 9, 1),
            ends_on=date(2027, 12, 20),
        )


@pytest.mark.parametrize("role", [Role.STUDENT, Role.OFFICE, Role.COORDINATOR])
def test_a_role_at_an_institution_names_it(role: Role) -> None:
    with pytest.raises(IntegrityError, match="role_has_its_place"), transaction.atomic():
        make_person(role)


def test_the_programme_is_no_institution() -> None:
    with pytest.raises(IntegrityError, match="role_has_its_place"), transaction.atomic():
        make_person(Role.PROGRAMME, make_institution())


def test_a_role_is_held_once() -> None:
    person = make_person(Role.PROGRAMME)
    with pytest.raises(IntegrityError, match="one_role_once_at_a_place"), transaction.atomic():
        Membership.objects.create(user=person, role=Role.PROGRAMME)


def test_one_person_has_several_roles_at_several_institutions() -> None:
    home, host = make_institution(), make_institution()
    programme, person = make_person(Role.PROGRAMME), make_person(Role.STUDENT, home)
    membership = actions.give_role(person, by=programme, role=Role.COORDINATOR, institution=host)
    assert actions.give_role(person, by=programme, role=Role.COORDINATOR, institution=host) == membership
    assert set(person.memberships.values_list("institution", "role")) == {
        (home.pk, "student"),
        (host.pk, "coordinator"),
    }
    actions.take_role(membership, by=programme)
    assert list(person.memberships.values_list("role", flat=True)) == ["student"]
    assert list(Entry.objects.values_list("event", flat=True)) == [
        "institutions.role_given",
        "institutions.role_taken",
    ]


def test_nobody_gives_themselves_a_role() -> None:
    home = make_institution()
    office = make_person(Role.OFFICE, home)
    with pytest.raises(PermissionDenied):
        actions.give_role(office, by=office, role=Role.PROGRAMME)
    with pytest.raises(PermissionDenied):
        actions.take_role(office.memberships.get(), by=office)


@pytest.mark.parametrize("role", Role)
def test_everybody_sees_institutions_faculties_and_terms(role: Role) -> None:
    institution = make_institution()
    Faculty.objects.create(institution=institution, name=Text(ja="法学部"))
    Term.objects.create(
        institution=institution, season="2027-spring", starts_on=date(2027, 4, 1), ends_on=date(2027, 8, 5)
    )
    person = make_person(role, None if role in {Role.PROGRAMME, Role.AUDITOR} else make_institution())
    assert institution in Institution.objects.visible_to(person)
    assert Faculty.objects.visible_to(person).count() == Term.objects.visible_to(person).count() == 1
    nobody = AnonymousUser()
    assert institution in Institution.objects.visible_to(nobody)
    assert Faculty.objects.visible_to(nobody).count() == Term.objects.visible_to(nobody).count() == 1


@pytest.mark.parametrize(
    ("role", "at", "seen"),
    [
        (Role.PROGRAMME, None, {"student here", "student there", "self"}),
        (Role.AUDITOR, None, {"student here", "student there", "self"}),
        (Role.OFFICE, "here", {"student here", "self"}),
        (Role.AUDITOR, "here", {"self"}),
        (Role.COORDINATOR, "here", {"self"}),
        (Role.STUDENT, "here", {"self"}),
    ],
)
def test_who_sees_which_memberships(role: Role, at: str | None, seen: set[str]) -> None:
    here, there = make_institution(), make_institution()
    person = make_person(role, here if at else None)
    rows = {
        "self": person.memberships.get(),
        "student here": make_person(Role.STUDENT, here).memberships.get(),
        "student there": make_person(Role.STUDENT, there).memberships.get(),
    }
    assert set(Membership.objects.visible_to(person)) == {rows[name] for name in seen}
