"""The database finds what the pure register finds."""

from datetime import date

import pytest
from django.db import connection

from eastep.institutions.actions import load_shipped
from eastep.institutions.models import Term
from eastep.institutions.queries import _like, find_institutions, registered, term_dates
from eastep.institutions.register import Register
from eastep.institutions.seasons import Season
from eastep.institutions.tests.factories import make_institution
from eastep.people.actions import system_user

TEXTS = [
    *(
        "早稲田",
        "わせだ",
        "Waseda",
        "와세다",
        "Korea Univ",
        "中大",
        "tokyo",
        "서울",
        "k",
        "Wasada",
        "京都外",
        "SKKU",
    ),
    *(
        "snu.ac.kr",
        "SNU.AC.KR",
        "JP:F113110102700",
        "0000149",
        "women's",
        "",
        "大学",
        "%",
        "qqqq",
        "강원대학교[제2캠퍼스]",
    ),
]


@pytest.mark.django_db
def test_find_institutions_as_the_register_does() -> None:
    load_shipped(by=system_user())
    assert find_institutions("was\0eda") == find_institutions("waseda")
    for text in TEXTS:
        found = [institution.key for institution in find_institutions(text, limit=20)]
        assert found == [university.key for university in Register.shipped().search(text, limit=20)], text
    assert registered().resolve("早大").university == Register.shipped().resolve("早大").university
    assert set(registered().universities) == set(Register.shipped().universities)


@pytest.mark.django_db
def test_the_register_follows_the_table() -> None:
    assert registered().resolve("Test University").code == "unknown"
    institution = make_institution()
    assert registered().resolve("Test University").university == institution.as_university()


@pytest.mark.django_db
def test_term_dates_come_from_the_institution_else_from_its_country() -> None:
    institution = make_institution(country="KR")
    assert term_dates(institution, Season(2027, 1)) == (date(2027, 3, 2), date(2027, 6, 21))
    Term.objects.create(
        institution=institution, season="2027-spring", starts_on=date(2027, 3, 4), ends_on=date(2027, 6, 18)
    )
    assert term_dates(institution, Season(2027, 1)) == (date(2027, 3, 4), date(2027, 6, 18))


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["わせだ", "Korea Univ", "snu.ac.kr"])
def test_the_search_goes_by_indexes(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "Seq Scan" not in _like(text).explain()
