"""The way in by a link, as the invited person and as others try it."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eastep.agreements import actions
from eastep.agreements.models import Invitation
from eastep.agreements.tests.factories import make_proposed
from eastep.agreements.tests.guests import code_in_mail, come_in, make_invitation
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person
from eastep.notices.actions import mail_notice
from eastep.notices.models import Notice
from eastep.people.models import User


@pytest.fixture
def side(waseda, takasaki, yonsei):
    return make_proposed(waseda, yonsei)


@pytest.fixture
def invited(side):
    return make_invitation(side)


@pytest.fixture
def invitation(invited):
    return invited[0]


@pytest.fixture
def token(invited):
    return invited[1]


@pytest.fixture
def page_of(side):
    return f"/agreements/{side.agreement_id}/"


def open_link(client, token):
    return client.get(f"/agreements/guest/{token}/", follow=True)


def test_from_the_link_to_the_agreement(client, token, page_of, mailoutbox):
    shown = open_link(client, token)
    text = shown.content.decode()
    assert (shown.status_code, shown.redirect_chain) == (200, [("/agreements/guest/", 302)])
    assert ("j•••@yonsei.example" in text, "jimin@" in text, token in text) == (True, False, False)
    assert client.get(page_of)["Location"].startswith("/account/login/")
    client.post("/agreements/guest/code/")
    answer = client.post("/agreements/guest/", {"code": f" {code_in_mail()[:3]} {code_in_mail()[3:]}"})
    assert answer["Location"] == page_of
    assert client.get(page_of).status_code == 200
    initial = client.get(f"{page_of}approve/").context["form"].initial
    assert (initial["signed_name"], initial["signed_position"]) == ("朴 智旻", "Dean")


def test_looking_at_the_link_sends_and_writes_nothing(client, token, mailoutbox):
    before = Invitation.objects.values().get()
    open_link(client, token)
    assert (
        Invitation.objects.values().get(),
        mailoutbox,
        User.objects.filter(email__startswith="jimin").exists(),
    ) == (
        before,
        [],
        False,
    )


def test_full_width_digits_are_a_code(client, token, page_of):
    open_link(client, token)
    client.post("/agreements/guest/code/")
    wide = code_in_mail().translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"})
    assert client.post("/agreements/guest/", {"code": wide})["Location"] == page_of


def test_a_wrong_code_is_told_beside_the_field_and_counted(client, token):
    open_link(client, token)
    client.post("/agreements/guest/code/")
    answer = client.post("/agreements/guest/", {"code": "x"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["code"])
    assert Invitation.objects.get().code_tries == 1


def test_a_second_code_at_once_is_refused_in_words(client, token, mailoutbox):
    open_link(client, token)
    client.post("/agreements/guest/code/")
    said = client.post("/agreements/guest/code/", follow=True).content.decode()
    assert ("A code was sent a moment ago." in said, len(mailoutbox)) == (True, 1)


def test_all_dead_links_are_answered_alike(client, side, takasaki):
    revoked, one = make_invitation(side)
    actions.revoke(revoked, by=takasaki)
    over, two = make_invitation(side)
    Invitation.objects.filter(pk=over.pk).update(expires_at=timezone.now())
    renewed, three = make_invitation(side, email="other@yonsei.example")
    actions.renew_invitation(renewed, by=takasaki)
    answers = []
    for token in (one, two, three, "never-sent", "x" * 43):
        other = Client()
        with CaptureQueriesContext(connection) as queries:
            shown = open_link(other, token)
        answers.append(
            (
                shown.redirect_chain,
                shown.status_code,
                len(queries),
                shown.content.partition(b"</head>")[2]
                .replace(
                    other.cookies["csrftoken"].value.encode() if "csrftoken" in other.cookies else b"-", b""
                )
                .count(b"<"),
            )
        )
    assert len(set(map(str, answers))) == 1
    assert answers[0][:2] == ([("/agreements/guest/", 302)], 404)


def test_a_dead_link_leaves_nothing_in_a_session(client):
    open_link(client, "never-sent")
    assert not Session.objects.exists()


def test_without_a_link_the_door_is_closed(client, invitation, mailoutbox):
    answers = [
        client.get("/agreements/guest/"),
        client.post("/agreements/guest/", {"code": "000000"}),
        client.post("/agreements/guest/code/"),
    ]
    assert ([answer.status_code for answer in answers], mailoutbox) == ([404] * 3, [])


def test_a_link_that_is_replaced_meanwhile_is_dead_in_every_browser(client, invitation, token, takasaki):
    open_link(client, token)
    actions.renew_invitation(invitation, by=takasaki)
    assert client.get("/agreements/guest/").status_code == 404


def test_no_page_holds_the_address_of_the_link(client, token):
    answer = client.get(f"/agreements/guest/{token}/")
    assert (answer["Referrer-Policy"], answer["Location"]) == ("no-referrer", "/agreements/guest/")
    assert "no-store" in answer["Cache-Control"]
    door = client.get("/agreements/guest/")
    assert ("no-store" in door["Cache-Control"], door["Referrer-Policy"]) == (True, "same-origin")
    assert [session for session in Session.objects.all() if token in str(session.get_decoded())] == []


def test_the_forms_are_safe_from_other_sites(token):
    strict = Client(enforce_csrf_checks=True)
    open_link(strict, token)
    assert [
        strict.post("/agreements/guest/code/").status_code,
        strict.post("/agreements/guest/").status_code,
    ] == [403, 403]


def test_the_link_takes_no_post_and_the_code_no_get(client, token):
    assert client.post(f"/agreements/guest/{token}/").status_code == 405
    assert client.get("/agreements/guest/code/").status_code in (302, 405)


# Signed in


def test_the_session_ends_with_the_invitation(client, token, invitation):
    soon = timezone.now() + timedelta(hours=2)
    Invitation.objects.update(expires_at=soon)
    come_in(token, client)
    assert abs(client.session.get_expiry_date() - soon) < timedelta(seconds=2)


def test_no_session_is_longer_than_others(client, token):
    come_in(token, client)
    assert client.session.get_expiry_age() <= 14 * 24 * 3600


def test_another_agreement_does_not_exist_for_a_guest(client, token, page_of, waseda, yonsei, takasaki):
    other = make_proposed(waseda, yonsei)
    come_in(token, client)
    assert [client.get(url).status_code for url in (page_of, f"/agreements/{other.agreement_id}/")] == [
        200,
        404,
    ]


def test_what_is_revoked_is_closed_at_the_next_click(client, token, page_of, invitation, takasaki):
    come_in(token, client)
    assert client.get(page_of).status_code == 200
    actions.revoke(invitation, by=takasaki)
    assert client.get(page_of).status_code == 404


def test_a_code_is_not_taken_twice(client, token):
    come_in(token, client)
    code = code_in_mail()
    thief = Client()
    open_link(thief, token)
    assert thief.post("/agreements/guest/", {"code": code}).status_code == 422


def test_a_guest_comes_again_with_a_new_code(client, token, page_of):
    guest = come_in(token, Client())
    assert guest.get("/agreements/guest/").status_code == 404
    Invitation.objects.update(code_sent_at=timezone.now() - timedelta(hours=1))
    again = come_in(token, client)
    assert again.get(page_of).status_code == 200
    assert User.objects.filter(email="jimin@yonsei.example").count() == 1


def test_a_guest_who_is_in_goes_straight_to_the_agreement(client, token, page_of):
    come_in(token, client)
    assert client.get(f"/agreements/guest/{token}/", follow=True).redirect_chain[-1][0] == page_of


def test_two_invitations_of_one_person_open_two_agreements(client, token, page_of, waseda):
    second, link = make_invitation(make_proposed(waseda, make_institution(country="KR")))
    come_in(token, client)
    come_in(link, client)
    urls = (page_of, f"/agreements/{second.party.agreement_id}/")
    assert [client.get(url).status_code for url in urls] == [200, 200]


@pytest.mark.parametrize("how", ["password", "role"])
def test_who_has_an_account_signs_in_with_it(client, token, page_of, how):
    person = make_person(
        Role.STUDENT if how == "role" else None,
        make_institution() if how == "role" else None,
        email="jimin@yonsei.example",
    )
    if how == "password":
        person.set_password("a long password")
        person.save()
    open_link(client, token)
    client.post("/agreements/guest/code/")
    answer = client.post("/agreements/guest/", {"code": code_in_mail()})
    assert answer["Location"] == f"/account/login/?next={page_of.replace('/', '%2F')}"
    assert "_auth_user_id" not in client.session
    client.force_login(person)
    assert client.get(page_of).status_code == 200


def test_who_is_signed_in_already_needs_no_second_sign_in(client, token, page_of):
    person = make_person(Role.STUDENT, make_institution(), email="jimin@yonsei.example")
    client.force_login(person)
    open_link(client, token)
    client.post("/agreements/guest/code/")
    assert client.post("/agreements/guest/", {"code": code_in_mail()})["Location"] == page_of


def test_the_inviter_who_tries_the_link_stays_who_they_are(client, token, takasaki):
    client.force_login(takasaki)
    assert open_link(client, token).status_code == 200
    assert client.session["_auth_user_id"] == str(takasaki.pk)


def test_a_guest_finds_the_agreement_on_the_first_page(client, token, page_of):
    come_in(token, client)
    home = client.get("/").content.decode()
    assert (page_of in home, "You have no role yet." in home) == (True, False)


# By the mail that tells a guest of something


def way_in(side, takasaki, mailoutbox) -> str:
    """The page that the mail about a remark leads to."""
    actions.remark(side, by=takasaki, text="안녕하세요.")
    mail_notice(Notice.objects.latest("pk"))
    [link] = re.findall(r"^http://[^/]+(/.*)$", str(mailoutbox[-1].body), re.MULTILINE)
    return str(link)


def test_a_mail_to_a_guest_leads_to_the_door_and_on_to_the_agreement(
    client, side, token, page_of, takasaki, mailoutbox
):
    guest = come_in(token, Client())
    link = way_in(side, takasaki, mailoutbox)
    assert guest.get(link)["Location"] == page_of  # who is in reads on
    Invitation.objects.update(code_sent_at=None)
    before = len(mailoutbox)
    answer = client.get(link)
    assert (answer["Location"], answer["Referrer-Policy"]) == ("/agreements/guest/", "no-referrer")
    assert (client.get(page_of).status_code, len(mailoutbox)) == (
        302,
        before,
    )  # the link alone opens and sends nothing
    client.post("/agreements/guest/code/")
    assert client.post("/agreements/guest/", {"code": code_in_mail()})["Location"] == page_of
    assert client.get(page_of).status_code == 200


@pytest.mark.parametrize("how", ["revoked", "over"])
def test_a_mail_of_an_invitation_that_is_over_says_whom_to_ask(
    client, side, invitation, token, takasaki, mailoutbox, how, waseda
):
    come_in(token, Client())
    link = way_in(side, takasaki, mailoutbox)
    if how == "revoked":
        actions.revoke(invitation, by=takasaki)
    Invitation.objects.update(expires_at=timezone.now())
    answer = client.get(link)
    assert (answer.status_code, answer.context["institution"]) == (404, waseda)
    assert client.get("/agreements/guest/").status_code == 404


def test_a_key_that_is_guessed_or_replaced_opens_nothing(
    client, side, invitation, token, page_of, takasaki, mailoutbox
):
    guest = come_in(token, Client())
    link = way_in(side, takasaki, mailoutbox)
    guessed = f"/agreements/guest/{invitation.pk}/{'0' * 64}/"
    actions.renew_invitation(invitation, by=takasaki)
    answers = [
        client.get(url) for url in (guessed, link, f"/agreements/guest/{invitation.pk + 1}/{'0' * 64}/")
    ]
    assert [(one.status_code, one.context.get("institution")) for one in answers] == [(404, None)] * 3
    assert client.get("/agreements/guest/").status_code == 404
    assert guest.get(link)["Location"] == page_of


def test_a_guest_is_told_how_to_claim_the_institution(client, token, page_of, yonsei):
    come_in(token, client)
    assert f"/institutions/{yonsei.key}/claim/" in client.get(page_of).content.decode()
