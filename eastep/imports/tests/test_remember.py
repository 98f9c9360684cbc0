"""What was confirmed once is known the next time: by whom, for whom, and until it is taken back."""

import pytest
from django.core.exceptions import PermissionDenied

from eastep.core.events import history, sentence
from eastep.imports.actions import forget_heading, forget_name, remember_headings, remember_names
from eastep.imports.models import HeadingMeaning, NameMeaning
from eastep.imports.queries import remembered_headings, remembered_names
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def waseda():
    return make_institution(code="W", domain="waseda.example")


@pytest.fixture
def office(waseda):
    return make_person(Role.OFFICE, waseda)


@pytest.fixture
def programme():
    return make_person(Role.PROGRAMME)


def test_an_office_s_headings_are_kept_folded(waseda, office):
    meanings = {"Pts. ": ("score", 0), "希望　１": ("hosts", 1), "メモ": ("", 0), "—": ("name", 0)}
    remember_headings(waseda, by=office, kind="applicants", meanings=meanings)
    assert remembered_headings(waseda, "applicants") == {
        "pts": ("score", 0),
        "希望1": ("hosts", 1),
        "メモ": ("", 0),
    }
    assert remembered_headings(waseda, "places") == remembered_headings(None, "applicants") == {}


def test_a_heading_that_means_something_else_now(waseda, office):
    remember_headings(waseda, by=office, kind="places", meanings={"N": ("places", 0), "U": ("host", 0)})
    again = remember_headings(waseda, by=office, kind="places", meanings={"N": ("gpa", 0), "U": ("host", 0)})
    assert [(one.heading, one.column) for one in again] == [("n", "gpa")]
    assert remembered_headings(waseda, "places") == {"n": ("gpa", 0), "u": ("host", 0)}
    assert [entry.facts["count"] for entry in history(waseda)] == [2, 1]
    assert str(office) in sentence(history(waseda)[0])


def test_the_same_again_is_no_event(waseda, office):
    for _time in range(2):
        remember_headings(waseda, by=office, kind="places", meanings={"N": ("places", 0)})
        remember_names(waseda, by=office, names={"Y Univ": waseda})
    assert history(waseda).count() == 2


def test_the_programme_has_its_own_memory(waseda, programme, office):
    for _time in range(2):
        remember_headings(None, by=programme, kind="places", meanings={"N": ("places", 0)})
        remember_names(None, by=programme, names={"Waseda U.": waseda})
    assert remembered_headings(None, "places") == {"n": ("places", 0)}
    assert remembered_names(None) == {"wasedau": "JP:W"}
    assert remembered_names(waseda) == {}
    assert (HeadingMeaning.objects.count(), NameMeaning.objects.count()) == (1, 1)


def test_names_are_kept_as_they_are_compared(waseda, office):
    yonsei = make_institution(country="KR", code="Y")
    remember_names(waseda, by=office, names={"ＹＯＮＳＥＩ Ｕ.": yonsei, "???": yonsei})
    assert remembered_names(waseda) == {"yonseiu": "KR:Y"}
    remember_names(waseda, by=office, names={"Yonsei U": waseda})
    assert remembered_names(waseda) == {"yonseiu": "JP:W"}


def test_what_is_taken_back_is_asked_again(waseda, office):
    [heading] = remember_headings(waseda, by=office, kind="places", meanings={"N": ("places", 0)})
    [name] = remember_names(waseda, by=office, names={"W": waseda})
    forget_heading(heading, by=office)
    forget_name(name, by=office)
    assert (remembered_headings(waseda, "places"), remembered_names(waseda)) == ({}, {})
    assert "“n”" in sentence(list(history(waseda))[2])


def test_nobody_else_may(waseda, office, programme):
    other = make_person(Role.OFFICE, make_institution(code="O"))
    [heading] = remember_headings(waseda, by=office, kind="places", meanings={"N": ("places", 0)})
    [name] = remember_names(waseda, by=office, names={"W": waseda})
    for person in (other, programme, make_person(Role.AUDITOR), make_person(Role.STUDENT, waseda)):
        for act in (
            lambda who: remember_headings(waseda, by=who, kind="places", meanings={"X": ("host", 0)}),
            lambda who: remember_names(waseda, by=who, names={"X": waseda}),
            lambda who: forget_heading(heading, by=who),
            lambda who: forget_name(name, by=who),
        ):
            with pytest.raises(PermissionDenied):
                act(person)
    with pytest.raises(PermissionDenied):
        remember_headings(None, by=office, kind="places", meanings={"X": ("host", 0)})


def test_who_sees_it(waseda, office, programme):
    remember_headings(waseda, by=office, kind="places", meanings={"N": ("places", 0)})
    remember_headings(None, by=programme, kind="places", meanings={"P": ("places", 0)})
    remember_names(waseda, by=office, names={"W": waseda})

    def seen(person):
        return (
            {one.heading for one in HeadingMeaning.objects.visible_to(person)},
            NameMeaning.objects.visible_to(person).count(),
        )

    assert seen(office) == ({"n"}, 1)
    assert seen(programme) == ({"p"}, 0)
    assert seen(make_person(Role.AUDITOR)) == ({"n", "p"}, 1)
    assert seen(make_person(Role.STUDENT, waseda)) == (set(), 0)
