"""A named person of a partner that has not joined is invited, seen to, and shown the door."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from eastep.agreements import actions
from eastep.agreements.models import Agreement, Approval, Invitation, Party, Remark
from eastep.agreements.states import InvitationState
from eastep.agreements.tests.factories import approve, hash_of, make_draft, make_proposed, make_recorded
from eastep.agreements.tests.guests import JIMIN, code_in_mail, make_invitation, prove
from eastep.core.errors import Refused
from eastep.core.events import history, sentences
from eastep.core.models import Entry
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person


@pytest.fixture
def side(waseda, takasaki, yonsei) -> Party:
    """Waseda's side of what it has proposed to Yonsei, where nobody works with EASTEP."""
    return make_proposed(waseda, yonsei)


@pytest.fixture
def invited(side) -> tuple[Invitation, str]:
    return make_invitation(side)


def events_of(agreement):
    return [name.removeprefix("agreements.") for name in history(agreement).values_list("event", flat=True)][
        2:
    ]


# Inviting


def test_an_office_invites_a_person_of_the_partner(side, takasaki):
    invitation, token = actions.invite(side.other, by=takasaki, inviter=side, **JIMIN)
    days = (invitation.expires_at - timezone.now() + timedelta(minutes=1)).days
    assert (str(invitation), invitation.party, invitation.state, days) == (
        "朴 智旻 <jimin@yonsei.example>",
        side.other,
        InvitationState.SENT,
        60,
    )
    assert (len(token), invitation.token_sha256) == (43, sha256(token.encode()).hexdigest())


def test_the_link_is_nowhere_in_the_database(side, client, takasaki):
    client.force_login(takasaki)
    page = client.post(
        f"/agreements/{side.agreement_id}/guests/invite/", JIMIN | {"days": 60}
    ).content.decode()
    token = page.partition("/agreements/guest/")[2].partition("/")[0]
    assert Invitation.objects.get(token_sha256=sha256(token.encode()).hexdigest()).email == JIMIN["email"]
    kept = [
        *map(str, Invitation.objects.values()),
        *map(str, Entry.objects.values()),
        *map(str, Session.objects.values()),
        *map(str, [session.get_decoded() for session in Session.objects.all()]),
    ]
    assert [row for row in kept if token in row] == []


def test_the_mail_comes_in_the_language_of_the_person(side, takasaki, mailoutbox):
    for language in ("en", "ja", "ko"):
        email = f"jimin@{language}.example"
        invitation, token = make_invitation(side, email=email, language=language)
        actions.mail_invitation(invitation, token=token)
    assert [(mail.to, mail.extra_headers["Content-Language"]) for mail in mailoutbox] == [
        (["jimin@en.example"], "en"),
        (["jimin@ja.example"], "ja"),
        (["jimin@ko.example"], "ko"),
    ]
    assert f"/agreements/guest/{token}/" in mailoutbox[-1].body


@pytest.mark.parametrize("who", ["park", "stranger", "auditor"])
def test_nobody_else_invites(side, who, request):
    with pytest.raises(PermissionDenied):
        actions.invite(side.other, by=request.getfixturevalue(who), inviter=side, **JIMIN)


def test_a_guest_invites_nobody(side, invited):
    guest = prove(invited[0])
    with pytest.raises(PermissionDenied):
        actions.invite(side, by=guest, inviter=side.other, **JIMIN | {"email": "friend@example.kr"})


def test_nobody_invites_for_a_side_that_works_with_eastep(side, park):
    with pytest.raises(Refused) as refused:
        make_invitation(side)
    assert refused.value.code == "partner_is_here"


def test_nobody_is_invited_to_what_is_not_shared(waseda, yonsei):
    with pytest.raises(Refused) as refused:
        make_invitation(make_draft(waseda, yonsei))
    assert refused.value.code == "not_shared"


def test_a_guest_is_of_the_other_side_of_the_same_agreement(side, takasaki):
    elsewhere = make_proposed(side.institution, make_institution(country="KR"))
    for party in (side, elsewhere.other):
        with pytest.raises(Refused) as refused:
            actions.invite(party, by=takasaki, inviter=side, **JIMIN)
        assert refused.value.code == "other_side"


def test_an_own_address_does_not_act_for_the_partner(takasaki, yonsei):
    home = make_institution(domain="waseda.example")
    side = make_proposed(home, yonsei)
    colleague = make_person(Role.COORDINATOR, home, email="colleague@mail.example")
    for email in ("me@WASEDA.example", "me@law.waseda.example", colleague.email):
        with pytest.raises(Refused) as refused:
            make_invitation(side, email=email)
        assert refused.value.code == "own_address"


def test_an_address_is_invited_once_at_a_time(side, invited, takasaki):
    with pytest.raises(Refused) as refused:
        make_invitation(side, email="JIMIN@yonsei.example ")
    assert refused.value.code == "invited_already"
    actions.revoke(invited[0], by=takasaki)
    again, _token = make_invitation(side)
    assert again.email == "jimin@yonsei.example"


@pytest.mark.parametrize(
    ("given", "error"),
    [({"email": "no address"}, ValidationError), ({"days": 0}, Refused), ({"days": 367}, Refused)],
)
def test_a_bad_address_or_time_is_refused(side, given, error):
    with pytest.raises(error):
        make_invitation(side, **given)
    assert not Invitation.objects.exists()


# Becoming a guest


def test_the_invited_person_proves_the_address_and_is_a_guest(side, invited):
    invitation, _token = invited
    guest = prove(invitation)
    invitation.refresh_from_db()
    assert (str(guest), guest.email, guest.language, guest.has_usable_password(), guest.roles) == (
        "朴 智旻",
        "jimin@yonsei.example",
        "ko",
        False,
        frozenset(),
    )
    assert (invitation.person, invitation.state, invitation.code_sha256) == (
        guest,
        InvitationState.PROVED,
        "",
    )
    assert events_of(side.agreement) == ["guest_invited", "invitation_opened", "address_proved"]
    assert list(history(side.agreement).values_list("by__email", flat=True))[-2:] == [
        "system@eastep.invalid",
        "jimin@yonsei.example",
    ]


def test_what_happens_is_said_without_the_name_of_the_person(side, invited, takasaki):
    invitation, _token = invited
    prove(invitation)
    actions.renew_invitation(invitation, by=takasaki)
    actions.change_expiry(invitation, by=takasaki, days=30)
    actions.revoke(invitation, by=takasaki)
    last_day = timezone.localdate() + timedelta(days=30)
    number = invitation.pk
    told = [said for _entry, said in sentences(history(side.agreement))][2:]
    assert told[:4] + told[5:] == [
        f"髙﨑 愛子 invited a person of the partner. Invitation {number}.",
        f"Invitation {number} was opened, and EASTEP mailed a code to its address.",
        f"朴 智旻 proved the e-mail address of invitation {number} and is a guest now.",
        f"髙﨑 愛子 sent invitation {number} again, with a new link.",
        f"髙﨑 愛子 revoked invitation {number}.",
    ]
    assert str(last_day.year) in told[4]


def test_a_guest_of_two_agreements_is_one_person(side, invited, waseda):
    other, _token = make_invitation(
        make_proposed(waseda, make_institution(country="KR")), email="Jimin@Yonsei.example"
    )
    assert prove(invited[0]) == prove(other)


def test_a_person_whom_eastep_knows_keeps_the_account(side):
    known = make_person(Role.STUDENT, make_institution(), email="jimin@yonsei.example", family_name="박")
    assert prove(make_invitation(side)[0]) == known
    known.refresh_from_db()
    assert str(known) == "박"


def test_a_closed_account_does_not_come_back(side, invited):
    make_person(email="jimin@yonsei.example", is_active=False)
    with pytest.raises(Refused) as refused:
        prove(invited[0])
    assert refused.value.code == "closed"
    assert not Invitation.objects.live().exists()


def test_somebody_of_the_inviting_side_never_acts_for_the_partner(side, invited, waseda):
    make_person(Role.OFFICE, waseda, email="jimin@yonsei.example")
    with pytest.raises(Refused) as refused:
        prove(invited[0])
    assert refused.value.code == "own_address"


# What a guest may


def test_a_guest_reads_comments_and_approves_for_the_partner(side, invited):
    guest = prove(invited[0])
    actions.remark(side.other, by=guest, text="Two places would do.")
    actions.approve(
        side.other, by=guest, sha256=hash_of(side.agreement), signed_name="총장", signed_position="President"
    )
    approve(side)
    agreement = Agreement.objects.visible_to(guest).get()
    assert (agreement.is_agreed, Remark.objects.get().by) == (True, guest)
    assert list(Approval.objects.values_list("role", flat=True)) == ["guest", "office"]


def test_a_guest_confirms_what_was_recorded(waseda, yonsei, takasaki):
    side = make_recorded(waseda, yonsei)
    guest = prove(make_invitation(side)[0])
    actions.confirm(side.other, by=guest, sha256=hash_of(side.agreement))
    assert Agreement.objects.get().is_agreed


def test_a_guest_changes_nothing_else(side, invited):
    guest = prove(invited[0])
    for forbidden in (
        lambda party: actions.recall(party, by=guest),
        lambda party: actions.amend(party, by=guest),
        lambda party: actions.set_reference(party, by=guest, reference="1"),
        lambda party: actions.remind_partner(party, by=guest),
        lambda party: actions.revoke(invited[0], by=guest),
        lambda party: actions.renew_invitation(invited[0], by=guest),
        lambda party: actions.change_expiry(invited[0], by=guest, days=300),
    ):
        for party in (side, side.other):
            with pytest.raises(PermissionDenied):
                forbidden(party)


def test_a_guest_sees_one_agreement_and_the_own_invitation(side, invited, waseda):
    make_invitation(side, email="other@yonsei.example")
    make_proposed(waseda, side.partner)
    guest = prove(invited[0])
    assert list(Agreement.objects.visible_to(guest)) == [side.agreement]
    assert list(Invitation.objects.visible_to(guest)) == [invited[0]]


@pytest.mark.parametrize("how", ["revoked", "over"])
def test_a_guest_whose_time_is_over_sees_nothing_any_more(side, invited, takasaki, how):
    guest = prove(invited[0])
    if how == "revoked":
        actions.revoke(invited[0], by=takasaki)
    else:
        Invitation.objects.update(expires_at=timezone.now())
    seen = [
        kind.objects.visible_to(guest).exists() for kind in (Agreement, Party, Remark, Approval, Invitation)
    ]
    assert seen == [False] * 5
    with pytest.raises(PermissionDenied):
        actions.approve(side.other, by=guest, sha256=hash_of(side.agreement), signed_name="x")


def test_who_sees_the_invitations(side, invited, takasaki, park, stranger, auditor, waseda):
    programme, coordinator = make_person(Role.PROGRAMME), make_person(Role.COORDINATOR, waseda)
    student = make_person(Role.STUDENT, waseda)
    people = (takasaki, park, coordinator, auditor, programme, stranger, student)
    assert [Invitation.objects.visible_to(person).exists() for person in people] == [True] * 5 + [False] * 2


# Codes


def test_a_code_counts_once(invited):
    invitation, _token = invited
    actions.send_code(invitation)
    code = code_in_mail()
    actions.prove_address(invitation, code=code)
    with pytest.raises(Refused) as refused:
        actions.prove_address(invitation, code=code)
    assert refused.value.code == "wrong_code"


def test_a_code_dies_after_fifteen_minutes(invited):
    actions.send_code(invited[0])
    Invitation.objects.update(code_sent_at=timezone.now() - timedelta(minutes=15))
    with pytest.raises(Refused):
        actions.prove_address(invited[0], code=code_in_mail())


def test_a_new_code_kills_the_old_one_and_waits_a_minute(invited, mailoutbox):
    actions.send_code(invited[0])
    old = code_in_mail()
    with pytest.raises(Refused) as refused:
        actions.send_code(invited[0])
    assert (refused.value.code, len(mailoutbox)) == ("too_soon", 1)
    Invitation.objects.update(code_sent_at=timezone.now() - timedelta(minutes=1), code_sha256="0" * 64)
    actions.send_code(invited[0])
    if code_in_mail() != old:  # once in a million runs they are the same
        with pytest.raises(Refused):
            actions.prove_address(invited[0], code=old)


def wrong(invitation, times):
    codes = []
    for _ in range(times):
        with pytest.raises(Refused) as refused:
            actions.prove_address(invitation, code="x")
        codes.append(refused.value.code)
    return codes


def test_nobody_guesses_a_code(invited):
    invitation, _token = invited
    actions.send_code(invitation)
    assert wrong(invitation, 5) == ["wrong_code"] * 5
    with pytest.raises(Refused):
        actions.prove_address(invitation, code=code_in_mail())  # it was right, but five were wrong
    for _ in range(3):
        Invitation.objects.update(code_sent_at=timezone.now() - timedelta(hours=1))
        actions.send_code(invitation)
        wrong(invitation, 5)
    Invitation.objects.update(code_sent_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(Refused) as refused:
        actions.send_code(invitation)
    assert refused.value.code == "locked"


def test_a_new_link_unlocks_what_was_guessed_at(invited, takasaki):
    Invitation.objects.update(code_tries=20)
    invitation, token = actions.renew_invitation(invited[0], by=takasaki)
    assert (prove(invitation).email, token != invited[1]) == ("jimin@yonsei.example", True)


def test_the_code_is_not_in_the_database(invited):
    actions.send_code(invited[0])
    kept = Invitation.objects.get().code_sha256
    code = code_in_mail()
    assert kept not in (code, sha256(code.encode()).hexdigest())


@pytest.mark.parametrize("how", ["revoked", "over"])
def test_a_dead_link_sends_and_takes_no_code(invited, takasaki, how, mailoutbox):
    invitation, _token = invited
    actions.send_code(invitation)
    if how == "revoked":
        actions.revoke(invitation, by=takasaki)
    else:
        Invitation.objects.update(expires_at=timezone.now())
    for dead in (
        lambda: actions.send_code(invitation),
        lambda: actions.prove_address(invitation, code=code_in_mail()),
    ):
        with pytest.raises(Refused) as refused:
            dead()
        assert refused.value.code == "dead"


# The office goes on


def test_the_link_is_sent_again_and_the_old_one_is_dead(invited, takasaki):
    invitation, old = invited
    Invitation.objects.update(expires_at=timezone.now())
    renewed, new = actions.renew_invitation(invitation, by=takasaki, days=14)
    usable = Invitation.objects.usable().values_list("token_sha256", flat=True)
    assert (renewed.pk, list(usable)) == (invitation.pk, [sha256(new.encode()).hexdigest()])
    assert new != old


def test_a_guest_stays_one_when_the_link_is_sent_again(side, invited, takasaki):
    guest = prove(invited[0])
    actions.renew_invitation(invited[0], by=takasaki)
    assert list(Agreement.objects.visible_to(guest)) == [side.agreement]


def test_what_is_revoked_stays_revoked(invited, takasaki):
    actions.revoke(invited[0], by=takasaki)
    for late in (
        lambda: actions.revoke(invited[0], by=takasaki),
        lambda: actions.renew_invitation(invited[0], by=takasaki),
        lambda: actions.change_expiry(invited[0], by=takasaki, days=30),
    ):
        with pytest.raises(Refused) as refused:
            late()
        assert refused.value.code == "revoked"


def test_an_office_that_joins_later_ends_what_was_opened_in_its_name(side, invited, park, takasaki):
    guest = prove(invited[0])
    for refused_now in (actions.renew_invitation, actions.change_expiry):
        with pytest.raises(Refused) as refused:
            refused_now(invited[0], by=takasaki, days=30)
        assert refused.value.code == "partner_is_here"
    actions.revoke(invited[0], by=park)
    assert not Agreement.objects.visible_to(guest).exists()


@pytest.mark.parametrize("who", ["stranger", "auditor"])
def test_nobody_else_touches_an_invitation(invited, who, request):
    person = request.getfixturevalue(who)
    for forbidden in (
        lambda: actions.revoke(invited[0], by=person),
        lambda: actions.renew_invitation(invited[0], by=person),
        lambda: actions.change_expiry(invited[0], by=person, days=30),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()


# The office's pages


@pytest.fixture
def office(client, takasaki):
    client.force_login(takasaki)
    return client


def test_the_pages_of_an_office(side, office, mailoutbox):
    base = f"/agreements/{side.agreement_id}/guests/"
    assert "Nobody is invited." in office.get(base).content.decode()
    shown = office.post(base + "invite/", JIMIN | {"days": 30})
    invitation = Invitation.objects.get()
    assert (shown.status_code, shown["Cache-Control"].split(",")[0], len(mailoutbox)) == (200, "max-age=0", 1)
    one = f"{base}{invitation.pk}/"
    assert office.get(one).status_code == 200
    again = office.post(one + "renew/", {"days": 14}).content.decode()
    assert again.count("/agreements/guest/") == 1
    assert office.post(one + "expiry/", {"days": 90})["Location"] == one
    assert office.post(one + "revoke/")["Location"] == base
    assert "jimin@yonsei.example" in office.get(base).content.decode()


def test_a_bad_invitation_is_told_beside_the_field(side, office, invited):
    answer = office.post(f"/agreements/{side.agreement_id}/guests/invite/", JIMIN | {"days": 60})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["email"])


def test_the_link_is_shown_when_the_mail_fails(side, office, settings, tmp_path):
    blocked = tmp_path / "no folder"
    blocked.write_text("")
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 9, "timeout": 1},
        }
    }
    shown = office.post(
        f"/agreements/{side.agreement_id}/guests/invite/", JIMIN | {"days": 60}
    ).content.decode()
    assert ("The mail could not be sent." in shown, shown.count("/agreements/guest/")) == (True, 1)


def test_auditors_and_coordinators_look_and_change_nothing(side, invited, client, auditor, waseda):
    base = f"/agreements/{side.agreement_id}/guests/"
    for person in (auditor, make_person(Role.COORDINATOR, waseda)):
        client.force_login(person)
        assert [client.get(url).status_code for url in (base, f"{base}{invited[0].pk}/")] == [200, 200]
        assert [
            client.get(base + "invite/").status_code,
            client.post(base + "invite/", JIMIN | {"days": 60}).status_code,
            client.post(f"{base}{invited[0].pk}/revoke/").status_code,
            client.post(f"{base}{invited[0].pk}/renew/", {"days": 60}).status_code,
        ] == [403] * 4


def test_strangers_and_guests_find_no_such_pages(side, invited, client, stranger):
    base = f"/agreements/{side.agreement_id}/guests/"
    urls = (base, base + "invite/", f"{base}{invited[0].pk}/", f"{base}{invited[0].pk}/revoke/")
    for person in (stranger, prove(invited[0])):
        client.force_login(person)
        assert [client.post(url).status_code for url in urls] == [404] * 4


def test_an_invitation_is_found_under_its_own_agreement_only(side, invited, office, waseda):
    other = make_proposed(waseda, side.partner)
    assert office.get(f"/agreements/{other.agreement_id}/guests/{invited[0].pk}/").status_code == 404


def test_the_list_asks_no_more_for_more(
    side, office, django_assert_num_queries, django_assert_max_num_queries
):
    base = f"/agreements/{side.agreement_id}/guests/"
    make_invitation(side)
    office.get(base)
    with django_assert_max_num_queries(25) as few:
        office.get(base)
    make_invitation(side, email="a@example.kr")
    make_invitation(side, email="b@example.kr")
    with django_assert_num_queries(len(few)):
        office.get(base)


def test_office_of_the_partner_sees_who_was_invited_in_its_name(side, invited, client, park):
    client.force_login(park)
    page = client.get(f"/agreements/{side.agreement_id}/guests/").content.decode()
    assert ("jimin@yonsei.example" in page, "Invite a person" in page) == (True, False)
    assert client.post(f"/agreements/{side.agreement_id}/guests/{invited[0].pk}/revoke/").status_code == 302
