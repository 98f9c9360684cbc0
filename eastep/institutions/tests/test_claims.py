"""Claims: anybody asks, the programme decides, and the person sees where it lies."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eastep.core.errors import Refused
from eastep.core.events import history, sentences
from eastep.core.models import Entry
from eastep.institutions import actions
from eastep.institutions.models import Claim
from eastep.institutions.states import ClaimState, Role
from eastep.institutions.tests.factories import make_claim, make_institution, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def yonsei():
    return make_institution(country="KR", code="Y", domain="yonsei.ac.kr")


@pytest.fixture
def programme():
    return make_person(Role.PROGRAMME, preferred_name="髙﨑", language="en")


@pytest.fixture
def guest():
    """Somebody who came by a link and has no password."""
    return make_person(email="park@mail.yonsei.ac.kr", preferred_name="朴", language="en")


def end(claim, state):
    """A claim that is over, in *state*."""
    Claim.objects.filter(pk=claim.pk).update(
        state=state, reason="x", decided_by=claim.person, decided_at=timezone.now()
    )
    return Claim.objects.get(pk=claim.pk)


def test_a_guest_claims_and_the_programme_grants(yonsei, programme, guest):
    claim = actions.claim_institution(yonsei, by=guest, note="Head of the office.")
    assert (claim.state, claim.has_mail_there, claim.days) == ("asked", True, 0)
    granted = actions.grant_claim(claim, by=programme)
    assert (granted.state, granted.decided_by) == ("granted", programme)
    assert list(guest.memberships.values_list("institution", "role")) == [(yonsei.pk, "office")]
    assert list(Entry.objects.values_list("event", "subject_id", "facts")) == [
        ("institutions.institution_claimed", claim.pk, {"person": guest.pk}),
        ("institutions.role_given", yonsei.pk, {"person": guest.pk, "role": "office"}),
        ("institutions.claim_granted", claim.pk, {"person": guest.pk}),
    ]
    assert [sentence for _entry, sentence in sentences(history(claim))] == [
        "朴 asked to act for the international office.",
        "髙﨑 granted the claim of 朴.",
    ]


def test_a_refusal_has_its_reason_and_gives_no_role(yonsei, programme, guest):
    claim = make_claim(institution=yonsei, person=guest)
    refused = actions.refuse_claim(claim, by=programme, reason="We could not reach your office.")
    assert (refused.state, refused.reason) == ("refused", "We could not reach your office.")
    assert not guest.memberships.exists()
    again = actions.claim_institution(yonsei, by=guest, note="Now you can.")
    assert again.state == "asked"


def test_the_person_withdraws(guest):
    claim = actions.withdraw_claim(make_claim(person=guest), by=guest)
    assert (claim.state, claim.decided_by) == ("withdrawn", guest)


def test_one_open_claim_of_a_person(yonsei, guest):
    actions.claim_institution(yonsei, by=guest, note="x")
    with pytest.raises(Refused) as refused:
        actions.claim_institution(yonsei, by=guest, note="x")
    assert refused.value.code == "already_asked"
    assert actions.claim_institution(make_institution(), by=guest, note="x").pk
    assert actions.claim_institution(yonsei, by=make_person(), note="x").pk


def test_who_acts_for_the_office_claims_nothing(yonsei):
    with pytest.raises(Refused) as refused:
        actions.claim_institution(yonsei, by=make_person(Role.OFFICE, yonsei), note="x")
    assert refused.value.code == "has_role"


@pytest.mark.parametrize("state", [state for state in ClaimState if state != ClaimState.ASKED])
def test_what_is_decided_stays(programme, guest, state):
    claim = end(make_claim(person=guest), state)
    for act in (
        lambda: actions.grant_claim(claim, by=programme),
        lambda: actions.refuse_claim(claim, by=programme, reason="x"),
        lambda: actions.withdraw_claim(claim, by=guest),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "wrong_state"


@pytest.mark.parametrize("role", [None, Role.OFFICE, Role.AUDITOR])
def test_only_the_programme_decides(yonsei, role):
    person = make_person(role, yonsei if role == Role.OFFICE else None)
    claim = make_claim(institution=yonsei)
    for act in (
        lambda: actions.grant_claim(claim, by=person),
        lambda: actions.refuse_claim(claim, by=person, reason="x"),
        lambda: actions.withdraw_claim(claim, by=person),
    ):
        with pytest.raises(PermissionDenied):
            act()
    with pytest.raises(PermissionDenied):
        actions.grant_claim(claim, by=claim.person)


def test_the_programme_withdraws_nobodys_claim(programme):
    with pytest.raises(PermissionDenied):
        actions.withdraw_claim(make_claim(), by=programme)


def test_nothing_without_a_word(yonsei, programme, guest):
    with pytest.raises(ValidationError):
        actions.claim_institution(yonsei, by=guest, note="")
    claim = make_claim()
    with pytest.raises(ValidationError):
        actions.refuse_claim(claim, by=programme, reason="")
    claim.refresh_from_db()
    assert claim.state == "asked"


@pytest.mark.parametrize(
    ("given", "constraint"),
    [
        ({"state": "granted"}, "claim_is_decided_by_somebody"),
        ({"decided_at": timezone.now()}, "claim_is_decided_by_somebody"),
        ({"state": "refused", "decided_at": timezone.now()}, "refused_claim_has_a_reason|claim_is_decided"),
    ],
)
def test_no_nonsensical_claim(given, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_claim(**given)


def test_who_sees_which_claims(yonsei, programme, guest):
    own, other = make_claim(institution=yonsei, person=guest), make_claim(institution=yonsei)
    people = {
        guest: {own},
        programme: {own, other},
        make_person(Role.AUDITOR): {own, other},
        make_person(Role.OFFICE, yonsei): set(),
        make_person(): set(),
    }
    assert {person: set(Claim.objects.visible_to(person)) for person in people} == people


@pytest.mark.parametrize(
    ("email", "hint"),
    [
        ("a@yonsei.ac.kr", True),
        ("a@mail.yonsei.ac.kr", True),
        ("a@xyonsei.ac.kr", False),
        ("a@gmail.com", False),
    ],
)
def test_the_mail_domain_is_a_hint(yonsei, email, hint):
    assert make_claim(institution=yonsei, person=make_person(email=email)).has_mail_there is hint


# The pages


def test_from_the_institution_to_the_office(client, yonsei, programme, guest):
    client.force_login(guest)
    assert "Claim this institution" in client.get(yonsei.get_absolute_url()).content.decode()
    answer = client.post(f"/institutions/{yonsei.key}/claim/", {"note": "I lead the office."})
    claim = Claim.objects.get()
    assert answer.url == claim.get_absolute_url()
    page = client.get(answer.url).content.decode()
    buttons = ["Withdraw the claim", "Grant the claim", "the administrators of the programme", "no proof"]
    assert [button in page for button in buttons] == [True, False, True, True]
    assert "Your claim" in client.get(yonsei.get_absolute_url()).content.decode()
    again = client.post(f"/institutions/{yonsei.key}/claim/", {"note": "Again."})
    assert "already" in again.content.decode()

    client.force_login(programme)
    assert "1 claim of an institution waits" in client.get("/").content.decode()
    assert list(client.get("/institutions/claims/").context["page"]) == [claim]
    assert client.post(f"{claim.get_absolute_url()}grant/").url == "/institutions/claims/"
    assert list(client.get("/institutions/claims/").context["page"]) == []
    assert list(client.get("/institutions/claims/?state=").context["page"]) == [claim]

    client.force_login(guest)
    assert "Add a contact" in client.get(yonsei.get_absolute_url()).content.decode()


def test_a_refusal_needs_a_reason_which_the_person_reads(client, programme, guest):
    claim = make_claim(person=guest)
    client.force_login(programme)
    answer = client.post(f"{claim.get_absolute_url()}refuse/", {"reason": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])
    assert client.post(f"{claim.get_absolute_url()}refuse/", {"reason": "Not reached."}).status_code == 302
    client.force_login(guest)
    page = client.get(claim.get_absolute_url()).content.decode()
    assert ["Not reached." in page, "Withdraw the claim" in page] == [True, False]
    assert client.get("/institutions/claims/").context["page"].rows == [claim]


def test_strangers_do_not_find_a_claim(client):
    claim = make_claim()
    client.force_login(make_person())
    answers = [
        client.get(claim.get_absolute_url()),
        client.post(f"{claim.get_absolute_url()}grant/"),
        client.post(f"{claim.get_absolute_url()}withdraw/"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_an_auditor_reads_and_decides_nothing(client):
    claim = make_claim()
    client.force_login(make_person(Role.AUDITOR))
    assert client.get(claim.get_absolute_url()).status_code == 200
    assert client.post(f"{claim.get_absolute_url()}grant/").status_code == 403
    assert client.post(f"{claim.get_absolute_url()}refuse/", {"reason": "x"}).status_code == 403


def test_nobody_must_sign_in_first(client, yonsei):
    assert client.get(f"/institutions/{yonsei.key}/claim/").status_code == 302
    assert client.get("/institutions/claims/").status_code == 302


def test_the_oldest_comes_first_with_its_age(client, programme):
    young, old = make_claim(), make_claim()
    Claim.objects.filter(pk=old.pk).update(asked_at=timezone.now() - timedelta(days=9))
    client.force_login(programme)
    page = client.get("/institutions/claims/").context["page"]
    assert [(claim, claim.days) for claim in page] == [(old, 9), (young, 0)]


def test_the_list_asks_as_much_for_three_as_for_one(client, programme, django_assert_num_queries):
    client.force_login(programme)
    make_claim()
    client.get("/institutions/claims/")
    with CaptureQueriesContext(connection) as for_one:
        client.get("/institutions/claims/")
    make_claim()
    make_claim()
    with django_assert_num_queries(len(for_one)):
        client.get("/institutions/claims/")
