"""A round reads agreements: rows of places with a difference, what changed since, and the carried balance."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from eastep.agreements import actions as agreements
from eastep.agreements.models import Party
from eastep.agreements.queries.offers import Offer
from eastep.agreements.states import LineKind
from eastep.agreements.tests.factories import make_agreed, make_content, make_recorded, office_of
from eastep.applications import actions, queries
from eastep.applications.agreed_places import Note, agreed_places
from eastep.applications.models import Round
from eastep.applications.records import place_record
from eastep.applications.tests.factories import KOREA, STANDARDS, WASEDA, YONSEI, make_place
from eastep.applications.tests.rounds import institution
from eastep.core.errors import Refused
from eastep.core.events import history, sentence
from eastep.institutions.seasons import Season
from eastep.people.models import User

YEAR = timezone.localdate().year + 1
SPRING, AUTUMN = Season(YEAR, 1), Season(YEAR, 2)


def sign_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def agreed(home: str = WASEDA, host: str = YONSEI, *, make: Any = make_agreed, **condition: Any) -> Party:
    """An agreement in effect, with conditions alike in both directions."""
    one, other = institution(home), institution(host)
    content = make_content(one, other)
    conditions = [{**held, "months": "5", **condition} for held in content["conditions"]]
    side: Party = make(one, other, conditions=conditions)
    return side


def change_places(side: Party, places: int) -> None:
    """Both agree on another number, from the first day of this month's agreement on."""
    by = office_of(side.institution)
    version = agreements.amend(side, by=by)
    content = {
        **version.content,
        "conditions": [{**one, "places": places} for one in version.content["conditions"]],
    }
    version = agreements.edit_draft(side, by=by, edition=version.edition, content=content)
    version = agreements.propose(side, by=by, edition=version.edition)
    for party in (side, side.other):
        agreements.approve(party, by=office_of(party.institution), sha256=version.sha256, signed_name="朴")


def rows(round_: Round) -> list[tuple[str, str, str, str, int, str]]:
    return list(
        round_.places.order_by("number").values_list(
            "home__key", "host__key", "start", "length", "places", "withdrawn"
        )
    )


@pytest.fixture
def round_(office) -> Round:
    return actions.open_round(by=office, home=institution(WASEDA), title="2027", seed="7")


# Offers as records


def offer(**given: Any) -> Offer:
    usual: dict[str, Any] = {
        "agreement": 1, "version": 1, "condition": 1, "is_confirmed": True, "home": WASEDA, "host": YONSEI,
        "season": SPRING, "length": "term", "places": 3, "a_year": 3, "sent": 0,
    }  # fmt: skip
    return Offer(**usual | given)


def test_offers_become_records_and_what_cannot_be_read_is_told():
    found = agreed_places(
        [
            offer(
                minimum_gpa="3.0/4.5", language="TOPIK 4 or JLPT N2", carried=2, fields=("0311",), levels=(6,)
            ),
            offer(minimum_gpa="good", language="fluent", host=KOREA, agreement=2, is_confirmed=False),
            offer(places=None, host=KOREA, agreement=3),
            offer(season=AUTUMN, carried=2),
        ],
        STANDARDS,
    )
    first = f"{WASEDA}|{YONSEI}|0311|6|{SPRING}|term"
    second, third = f"{WASEDA}|{KOREA}|||{SPRING}|term", f"{WASEDA}|{YONSEI}|||{AUTUMN}|term"
    assert found.sources == {first: (1,), second: (2,), third: (1,)}
    assert found.records[first] == {
        "home": WASEDA,
        "host": YONSEI,
        "fields": "0311",
        "levels": "6",
        "start": str(SPRING),
        "length": "term",
        "places": 3,
        "carried": 2,
        "minimum_gpa": "3.0/4.5",
        "language": "TOPIK 4 / JLPT N2",
    }
    assert "carried" not in found.records[third]  # of the year once
    assert found.notes == (
        Note(code="gpa", agreement=2, host=KOREA, text="good"),
        Note(code="language", agreement=2, host=KOREA, text="fluent"),
        Note(code="not_confirmed", agreement=2, host=KOREA),
        Note(code="no_number", agreement=3, host=KOREA),
    )


def test_places_of_one_kind_are_added_up():
    found = agreed_places([offer(), offer(agreement=2, places=2, language="TOPIK 4")], STANDARDS)
    key = f"{WASEDA}|{YONSEI}|||{SPRING}|term"
    assert {key: record["places"] for key, record in found.records.items()} == {key: 5}
    assert found.sources == {key: (1, 2)}
    assert found.notes == (Note(code="differs", agreement=2, host=YONSEI),)


# Taking over


def test_take_over_and_again_after_a_change(round_, office):
    side = agreed()
    actions.take_agreement_places(round_, by=office, seasons=[SPRING])
    assert rows(round_) == [(WASEDA, YONSEI, str(SPRING), "term", 3, "")]
    taken = queries.taken_from_agreements(round_)
    assert (taken.seasons, list(taken.sources.values())) == ([str(SPRING)], [[side.agreement_id]])
    assert queries.differing(round_, taken) == 0
    change_places(side, 5)
    assert queries.differing(round_, taken) == 1
    actions.take_agreement_places(round_, by=office, seasons=[SPRING])
    assert rows(round_) == [(WASEDA, YONSEI, str(SPRING), "term", 5, "")]
    assert queries.differing(round_, queries.taken_from_agreements(round_)) == 0
    assert [sentence(entry) for entry in history(round_).order_by("pk")][1:] == [
        f"{office} took places from agreements. New: 1. Changed: 0. Unchanged: 0. Withdrawn: 0.",
        f"{office} took places from agreements. New: 0. Changed: 1. Unchanged: 0. Withdrawn: 0.",
    ]


def test_rows_that_no_agreement_gives_stay_unless_they_are_to_go(round_, office):
    agreed()
    for season in (SPRING, AUTUMN):
        actions.add_place(round_, by=office, fields=place_record(make_place(host=KOREA, start=season)))
    actions.take_agreement_places(round_, by=office, seasons=[SPRING])
    by_hand = [(WASEDA, KOREA, str(season), "term", 1, "") for season in (SPRING, AUTUMN)]
    from_agreement = (WASEDA, YONSEI, str(SPRING), "term", 3, "")
    assert rows(round_) == [*by_hand, from_agreement]
    actions.take_agreement_places(round_, by=office, seasons=[SPRING], remove_missing=True)
    assert rows(round_) == [
        (*by_hand[0][:5], "file"),
        by_hand[1],
        from_agreement,
    ]  # the other term is left alone


def test_a_recorded_agreement_gives_places_to_its_own_home(round_, office, programme):
    agreed(make=make_recorded)
    agreed(home=KOREA, make=make_recorded, host=WASEDA)  # recorded by the host alone
    actions.take_agreement_places(round_, by=office, seasons=[SPRING])
    assert rows(round_) == [(WASEDA, YONSEI, str(SPRING), "term", 3, "")]


def test_a_round_of_the_programme_reads_all_homes(programme):
    agreed()
    agreed(home=KOREA, host=WASEDA)
    round_ = actions.open_round(by=programme, title="2027", seed="7")
    actions.take_agreement_places(round_, by=programme, seasons=[SPRING])
    assert {(home, host) for home, host, *_rest in rows(round_)} == {
        (WASEDA, YONSEI),
        (YONSEI, WASEDA),
        (KOREA, WASEDA),
        (WASEDA, KOREA),
    }


def test_what_was_not_seen_is_not_taken(round_, office):
    side = agreed()
    seen = queries.agreed_for(round_, [SPRING]).fingerprint
    change_places(side, 5)
    with pytest.raises(Refused) as refused:
        actions.take_agreement_places(round_, by=office, seasons=[SPRING], seen=seen)
    assert refused.value.code == "changed"
    assert rows(round_) == []


def test_nobody_else_takes_over(round_, programme, auditor):
    for person in (programme, auditor, office_of(institution(YONSEI))):
        with pytest.raises(PermissionDenied):
            actions.take_agreement_places(round_, by=person, seasons=[SPRING])


# Pages


def test_the_page_shows_the_difference_and_takes_it_over(round_, office):
    side = agreed(language="fluent", levels=[6, 7])
    agreements.set_reference(side, by=office_of(side.institution), reference="早-14")
    client = sign_in(office)
    address = f"/rounds/{round_.pk}/places/agreements/"
    answer = client.get(address, {"seasons": str(SPRING)})
    assert answer.context["count"] == {"new": 1, "changed": 0, "same": 0, "missing": 0}
    [(_title, values, sources)] = answer.context["new"]
    assert dict(values)["Level (EQF)"] == "Bachelor, Master"
    assert sources == [(side.agreement_id, "早-14")]
    assert [note[3] for note in answer.context["notes"]] == [
        "The language requirement cannot be read, and is left out: fluent"
    ]
    seen = answer.context["form"].initial["seen"]
    answer = client.post(address, {"seasons": str(SPRING), "seen": seen})
    assert (answer.status_code, answer.url) == (302, f"/rounds/{round_.pk}/places/")
    assert rows(round_) == [(WASEDA, YONSEI, str(SPRING), "term", 3, "")]
    assert client.get(address).context["count"] == {"new": 0, "changed": 0, "same": 1, "missing": 0}
    change_places(side, 5)
    page = client.get(f"/rounds/{round_.pk}/")
    assert page.context["differing"] == 1
    assert "1 row of places differs from the agreements now." in page.text
    answer = client.post(address, {"seasons": str(SPRING), "seen": seen})
    assert (answer.status_code, answer.context["count"]["changed"]) == (200, 1)


def test_the_page_is_for_those_in_charge(round_, auditor):
    assert sign_in(auditor).get(f"/rounds/{round_.pk}/places/agreements/").status_code == 404
    client = sign_in(office_of(institution(YONSEI)))
    assert client.get(f"/rounds/{round_.pk}/places/agreements/").status_code == 404


def test_carried_balance_is_read_from_the_ledger(programme):
    side = agreed()
    agreements.post(
        side.agreement, by=office_of(side.institution), party=side, year=YEAR - 2, sender=side.institution, stays=4,
        terms=4, kind=LineKind.PAST, key="past",
    )  # fmt: skip
    round_ = actions.open_round(by=programme, title="2027", seed="7")
    actions.take_agreement_places(round_, by=programme, seasons=[SPRING])
    client = sign_in(programme)
    form = client.get(f"/rounds/{round_.pk}/settings/?carried=ledger").context["form"]
    assert form.initial["carried"] == 4  # Japan has sent four more
    assert [line.rpartition("; ")[2] for line in form.initial["lines"].splitlines()] == ["4", "-4"]
    page = client.get(f"/rounds/{round_.pk}/settings/")
    assert (page.context["ledger"], page.context["form"].initial.get("carried")) == (None, None)
    carried = {
        record["home"]: record.get("carried", 0) for record in round_.places.values_list("record", flat=True)
    }
    assert carried == {WASEDA: -4, YONSEI: 4}  # who has sent more may send fewer
