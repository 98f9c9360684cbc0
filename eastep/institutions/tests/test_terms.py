"""Dates of terms on the pages: who sets them, what is wrong beside its field, two editors at once."""

from datetime import date

import pytest
from django.utils import timezone
from django.utils.translation import override

from eastep.core.errors import Refused
from eastep.core.events import history, sentences
from eastep.institutions import actions
from eastep.institutions.models import Term
from eastep.institutions.queries import terms_of
from eastep.institutions.seasons import Season
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year + 1
SEASON = Season(YEAR, 2)
DATES = {"starts_on": date(YEAR, 9, 1), "ends_on": date(YEAR, 12, 20)}
DEADLINES = {
    "nomination_on": date(YEAR, 4, 15),
    "application_on": date(YEAR, 5, 10),
    "arrival_on": date(YEAR, 8, 25),
}


@pytest.fixture
def korea():
    return make_institution(country="KR", code="K")


@pytest.fixture
def office(korea):
    return make_person(Role.OFFICE, korea, preferred_name="박", language="en")


def typed(**given):
    usual = {name: day.isoformat() for name, day in (DATES | DEADLINES).items()}
    return {**usual, "source": "https://oia.example.ac.kr/", "version": "0", **given}


def test_set_term_with_its_deadlines(korea, office):
    actions.set_term(korea, by=office, season=SEASON, **DATES, **DEADLINES)
    actions.set_term(korea, by=office, season=SEASON, **DATES, **DEADLINES)  # says nothing new
    actions.set_term(korea, by=office, season=SEASON, **DATES)
    assert list(Term.objects.values_list("nomination_on", "version")) == [(None, 2)]
    told = [sentence for _entry, sentence in sentences(history(korea))]
    assert told == [
        f"박 set the dates of Autumn {YEAR}: 1 September {YEAR} to 20 December {YEAR}. "
        f"Nominations due: 15 April {YEAR}. Applications due: 10 May {YEAR}. Arrival from: 25 August {YEAR}.",
        f"박 set the dates of Autumn {YEAR}: 1 September {YEAR} to 20 December {YEAR}. "
        "Nominations due: –. Applications due: –. Arrival from: –.",
    ]


def test_a_stale_term_is_refused(korea, office):
    actions.set_term(korea, by=office, season=SEASON, **DATES, version=0)
    with pytest.raises(Refused) as refused:
        actions.set_term(korea, by=office, season=SEASON, **DATES, **DEADLINES, version=0)
    assert refused.value.code == "changed"
    assert actions.set_term(korea, by=office, season=SEASON, **DATES, **DEADLINES, version=1).version == 2


def test_terms_of_an_institution_in_one_query(korea, office, django_assert_num_queries):
    actions.set_term(korea, by=office, season=SEASON, **DATES)
    seasons = [SEASON.previous, SEASON, SEASON.next]
    with django_assert_num_queries(1):
        found = terms_of(korea, seasons)
    assert [(term.season, term.starts_on, term.own is not None) for term in found] == [
        (SEASON.previous, date(YEAR, 3, 2), False),
        (SEASON, date(YEAR, 9, 1), True),
        (SEASON.next, date(YEAR + 1, 3, 2), False),
    ]


def test_where_the_calendar_is_not_known_no_date_is_made_up(client):
    paris = make_institution(country="FR", code="P")
    assert [term.starts_on for term in terms_of(paris, [SEASON])] == [None]
    assert client.get(f"/institutions/{paris.key}/terms/").status_code == 200
    assert client.get(paris.get_absolute_url()).status_code == 200


def test_the_office_sets_a_term_on_the_page(client, korea, office):
    client.force_login(office)
    path = f"/institutions/{korea.key}/terms/{SEASON.code}/"
    form = client.get(path).context["form"]
    assert (form.initial["starts_on"], form.initial["version"]) == (date(YEAR, 9, 1), 0)
    assert client.post(path, typed()).status_code == 302
    assert client.get(path).context["form"].initial == {
        **DATES, **DEADLINES, "source": "https://oia.example.ac.kr/", "version": 1,
    }  # fmt: skip
    with override("en"):
        text = client.get(f"/institutions/{korea.key}/terms/").content.decode()
    assert f"15 April {YEAR}" in text


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"starts_on": f"{YEAR}-03-01"}, ["starts_on"]),
        ({"ends_on": f"{YEAR}-08-31"}, ["ends_on"]),
        ({"ends_on": ""}, ["ends_on"]),
        (
            {"nomination_on": f"{YEAR}-10-01", "arrival_on": f"{YEAR + 1}-01-01"},
            ["nomination_on", "arrival_on"],
        ),
        ({"application_on": f"{YEAR - 2}-05-10"}, ["application_on"]),
    ],
)
def test_errors_stand_beside_the_date(client, korea, office, given, fields):
    client.force_login(office)
    answer = client.post(f"/institutions/{korea.key}/terms/{SEASON.code}/", typed(**given))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, fields)
    assert not Term.objects.exists()


def test_the_second_editor_is_told_and_loses_nothing(client, korea, office):
    actions.set_term(korea, by=office, season=SEASON, **DATES)
    client.force_login(office)
    path = f"/institutions/{korea.key}/terms/{SEASON.code}/"
    answer = client.post(path, typed())
    assert answer.status_code == 409
    differing = {row.label: (row.first, row.second) for row in answer.context["now"] if row.differs}
    assert differing == {
        "Nominations due": ("–", f"15 April {YEAR}"),
        "Applications due": ("–", f"10 May {YEAR}"),
        "Arrival from": ("–", f"25 August {YEAR}"),
        "Source": ("–", "https://oia.example.ac.kr/"),
    }
    form = answer.context["form"]
    assert (form["nomination_on"].value(), form["version"].value()) == (f"{YEAR}-04-15", "1")
    assert client.post(path, typed(version="1")).status_code == 302


@pytest.mark.parametrize("season", ["2019-spring", f"{YEAR}-winter", "soon", f"{YEAR + 9}-autumn"])
def test_only_this_year_and_the_three_after_it(client, korea, office, season):
    client.force_login(office)
    assert client.get(f"/institutions/{korea.key}/terms/{season}/").status_code == 404


def test_who_may_open_the_page(client, korea, office):
    path = f"/institutions/{korea.key}/terms/{SEASON.code}/"
    assert client.get(path).status_code == 302
    people = {
        office: 200,
        make_person(Role.PROGRAMME): 200,
        make_person(Role.COORDINATOR, korea): 403,
        make_person(Role.OFFICE, make_institution()): 403,
    }
    for person, expected in people.items():
        client.force_login(person)
        assert client.get(path).status_code == expected
