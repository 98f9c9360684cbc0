"""What agreements give a home for a term: which of them count, how many places, what is asked, what is carried."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eastep.agreements import actions
from eastep.agreements.content import blank_condition
from eastep.agreements.models import Party
from eastep.agreements.queries.offers import Offer, carried_between, offers, offers_of
from eastep.agreements.states import LineKind
from eastep.agreements.tests.factories import (
    make_agreed,
    make_content,
    make_draft,
    make_proposed,
    make_recorded,
    office_of,
)
from eastep.institutions.models import Institution, Term
from eastep.institutions.seasons import Season
from eastep.institutions.tests.factories import make_institution

YEAR = timezone.localdate().year + 1
SPRING, AUTUMN = Season(YEAR, 1), Season(YEAR, 2)


def conditions(home: Institution, host: Institution, *said: dict[str, Any]) -> list[dict[str, Any]]:
    """Conditions from home to host, each with what is said; months of one term where nothing is."""
    return [
        {**blank_condition(home.key, host.key, number=number), "places": 3, "months": "5", **one}
        for number, one in enumerate(said, 1)
    ]


def agreed_with(home: Institution, host: Institution, *said: dict[str, Any], **given: Any) -> Party:
    return make_agreed(home, host, conditions=conditions(home, host, *said), **given)


def in_short(found: list[Offer]) -> list[tuple[int, str, int | None, int]]:
    return [(offer.condition, offer.length, offer.places, offer.carried) for offer in found]


def post(side: Party, year: int, sender: Institution, stays: int, *, kind: LineKind = LineKind.PAST) -> None:
    actions.post(
        side.agreement, by=office_of(side.institution), party=side, year=year, sender=sender, stays=stays,
        terms=stays, kind=kind, key=f"{year}:{sender.pk}:{stays}:{kind}",
    )  # fmt: skip


def test_one_offer_says_all(waseda, yonsei):
    side = agreed_with(
        waseda,
        yonsei,
        {
            "fields": ["0421", "0311"],
            "levels": [7, 6],
            "minimum_gpa": "3.0/4.5",
            "language": "TOPIK 4",
            "terms": ["autumn"],
        },
    )
    assert offers(waseda, season=AUTUMN) == [
        Offer(
            agreement=side.agreement_id,
            version=1,
            condition=1,
            is_confirmed=True,
            home=waseda.key,
            host=yonsei.key,
            season=AUTUMN,
            length="term",
            places=3,
            a_year=3,
            sent=0,
            carried=0,
            fields=("0311", "0421"),
            levels=(6, 7),
            minimum_gpa="3.0/4.5",
            language="TOPIK 4",
        )
    ]
    assert offers(waseda, season=SPRING) == []  # not in its terms
    assert offers(yonsei, season=AUTUMN) == []  # the other direction is not agreed


def test_what_is_recommended_is_not_required(waseda, yonsei):
    agreed_with(waseda, yonsei, {"language": "TOPIK 4", "language_is": "recommended"})
    assert [offer.language for offer in offers(waseda, season=SPRING)] == [""]


def test_lengths_follow_the_months(waseda, yonsei):
    agreed_with(waseda, yonsei, {"months": "6"}, {"months": "6.5"}, {"months": ""}, {"mobility": "teaching"})
    assert in_short(offers(waseda, season=SPRING)) == [
        (1, "term", 3, 0),
        (2, "term", 3, 0),
        (2, "year", 3, 0),
        (3, "term", 3, 0),
        (3, "year", 3, 0),
    ]


def test_it_counts_what_is_in_effect_on_the_first_day_of_the_hosts_term(waseda, yonsei):
    agreed_with(waseda, yonsei, {}, ends_on=date(YEAR, 3, 10))
    assert [offer.host for offer in offers(waseda, season=SPRING)] == [yonsei.key]  # 2 March in Korea
    Term.objects.create(
        institution=yonsei, season=SPRING.code, starts_on=date(YEAR, 3, 11), ends_on=date(YEAR, 6, 20)
    )
    assert offers(waseda, season=SPRING) == []


def test_notice_ends_it(waseda, yonsei, takasaki):
    side = agreed_with(waseda, yonsei, {})
    actions.give_notice(side, by=takasaki, ending_on=date(YEAR, 8, 20), reason="No more students come.")
    assert [len(offers(waseda, season=season)) for season in (SPRING, AUTUMN, Season(YEAR + 1, 1))] == [
        1,
        0,
        0,
    ]


def test_what_only_the_partner_has_recorded_gives_nothing(waseda, yonsei):
    made = conditions(waseda, yonsei, {}) + [{**one, "id": 2} for one in conditions(yonsei, waseda, {})]
    make_recorded(waseda, yonsei, conditions=made)
    assert [(offer.home, offer.is_confirmed) for offer in offers(waseda, season=SPRING)] == [
        (waseda.key, False)
    ]
    assert offers(yonsei, season=SPRING) == []


def test_drafts_and_proposals_give_nothing(waseda, yonsei):
    make_draft(waseda, yonsei)
    make_proposed(waseda, yonsei)
    assert offers(waseda, season=SPRING) == []


def test_places_of_the_year_less_what_has_been_sent_in_it(waseda, yonsei):
    side = agreed_with(waseda, yonsei, {"places": 3}, {"places": 4, "fields": ["04"]}, {"places": None})
    post(side, YEAR, waseda, 5)
    post(side, YEAR, yonsei, 1)
    assert [(offer.a_year, offer.sent, offer.places) for offer in offers(waseda, season=AUTUMN)] == [
        (3, 3, 0),
        (4, 2, 2),
        (None, 0, None),
    ]
    assert [offer.carried for offer in offers(waseda, season=AUTUMN)] == [
        0,
        0,
        0,
    ]  # this year is no earlier one


def test_what_earlier_years_left_stands_on_one_row(waseda, yonsei):
    """Waseda received five and sent three: it may send two more, and Yonsei two fewer."""
    side = agreed_with(waseda, yonsei, {"months": "12"}, {"fields": ["04"]})
    agreed_with(yonsei, waseda, {})
    post(side, YEAR - 2, waseda, 3)
    post(side, YEAR - 1, yonsei, 5)
    assert in_short(offers(waseda, season=SPRING)) == [
        (1, "term", 3, 2),
        (1, "year", 3, 0),
        (2, "term", 3, 0),
    ]
    assert in_short(offers(yonsei, season=SPRING)) == [(1, "term", 3, -2)]
    assert carried_between([waseda.key, yonsei.key]) == {waseda.key: -2, yonsei.key: 2}
    assert carried_between([waseda.key]) == {}


def test_as_many_queries_for_three_as_for_one(waseda, yonsei):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            offers_of(Institution.objects.filter(country="JP"), season=SPRING)
        return len(queries)

    agreed_with(waseda, yonsei, {})
    one = asked()
    agreed_with(waseda, make_institution(country="KR"), {})
    agreed_with(make_institution(), yonsei, {})
    assert asked() == one


def test_an_amendment_counts_from_its_first_day(waseda, yonsei, takasaki, park):
    side = agreed_with(waseda, yonsei, {"places": 3})
    version = actions.amend(side, by=takasaki)
    content = make_content(waseda, yonsei, starts_on=date(YEAR, 5, 1), ends_on=date(YEAR + 3, 3, 31))
    content["conditions"] = conditions(waseda, yonsei, {"places": 7})
    version = actions.edit_draft(side, by=takasaki, edition=version.edition, content=content)
    version = actions.propose(side, by=takasaki, edition=version.edition)
    assert [offer.places for offer in offers(waseda, season=AUTUMN)] == [3]
    for party, person in ((side, takasaki), (side.other, park)):
        actions.approve(party, by=person, sha256=version.sha256, signed_name="総長")
    assert [offer.places for offer in offers(waseda, season=SPRING)] == [3]
    assert [offer.places for offer in offers(waseda, season=AUTUMN)] == [7]
