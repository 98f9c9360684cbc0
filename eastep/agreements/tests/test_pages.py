"""The pages of an agreement, for each kind of person."""

import json
import re
from datetime import timedelta
from hashlib import sha256

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from eastep.agreements import actions, queries
from eastep.agreements.models import Agreement, Approval, Invitation, Party, Remark, Version
from eastep.agreements.states import Standing, VersionState
from eastep.agreements.tests.factories import (
    approve,
    both_approve,
    hash_of,
    in_days,
    make_agreed,
    make_content,
    make_draft,
    make_proposed,
    make_recorded,
    office_of,
)
from eastep.core.events import history
from eastep.core.text import Text
from eastep.institutions.models import Institution, Membership
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person
from eastep.people.models import User


@pytest.fixture
def waseda() -> Institution:
    return make_institution(
        code="WASEDA", name=Text(en="Waseda University", ja="早稲田大学", ko="와세다대학"), sort_key="w"
    )


@pytest.fixture
def yonsei() -> Institution:
    return make_institution(
        country="KR", code="YONSEI", name=Text(en="Yonsei University", ja="延世大学校", ko="연세대학교")
    )


def open_page(client, user, view, *args, **query):
    client.force_login(user)
    return client.get(reverse(view, args=args), query)


def send(client, user, view, *args, **data):
    client.force_login(user)
    return client.post(reverse(view, args=args), data)


def text_of(response) -> str:
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("&quot;", '"')


BUTTONS = (
    "Approve",
    "Confirm that this is what we signed",
    "Edit the draft",
    "Propose it",
    "It is signed already: record it",
    "Refuse with a reason",
    "Take it back to change it",
    "Renew for the next period",
    "Change by a new version",
    "End with notice",
    "Take the notice back",
    "Discard the draft",
    "Attach a paper",
    "Add the remark",
)


def buttons(response) -> list[str]:
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    found = re.findall(r'<(?:a class="button [a-z]+"|button[^>]*)[^>]*>\s*([^<]+?)\s*</', main)
    return [text for text in found if text in BUTTONS]


LIVING = ["Attach a paper", "Add the remark"]


# Who sees it


@pytest.mark.parametrize("role", [Role.OFFICE, Role.COORDINATOR, Role.AUDITOR])
def test_staff_of_either_side_see_the_same_page(client, waseda, yonsei, role):
    side = make_agreed(waseda, yonsei)
    pages = [
        text_of(open_page(client, make_person(role, place), "agreement", side.agreement_id))
        for place in (waseda, yonsei)
    ]
    for said in pages:
        assert "Waseda University – Yonsei University" in said
        assert "In effect since" in said
        assert "Waseda University → Yonsei University" in said


def test_the_programme_and_its_auditor_see_it(client, waseda, yonsei, auditor):
    side = make_agreed(waseda, yonsei)
    for person in (auditor, make_person(Role.PROGRAMME)):
        response = open_page(client, person, "agreement", side.agreement_id)
        assert response.status_code == 200
        assert buttons(response) == []


def test_nobody_else_sees_it(client, waseda, yonsei, stranger):
    side = make_agreed(waseda, yonsei)
    student = make_person(Role.STUDENT, waseda)
    for person in (stranger, student):
        for name in ("agreement", "edit_agreement", "propose_version", "approve_version", "give_notice"):
            assert open_page(client, person, name, side.agreement_id).status_code == 404
        assert open_page(client, person, "agreement_version", side.agreement_id, 1).status_code == 404
        assert open_page(client, person, "agreement_record", side.agreement_id, 1).status_code == 404
        assert send(client, person, "remark", side.agreement_id, text="x").status_code == 404
    client.logout()
    assert client.get(reverse("agreement", args=[side.agreement_id])).status_code == 302


def test_who_only_reads_has_no_button_and_no_way_in(client, waseda, yonsei, auditor):
    side = make_proposed(waseda, yonsei)
    for person in (auditor, make_person(Role.COORDINATOR, yonsei), make_person(Role.AUDITOR, waseda)):
        assert buttons(open_page(client, person, "agreement", side.agreement_id)) == []
        for name in (
            "approve_version",
            "refuse_version",
            "recall_version",
            "change_signatory",
            "attach_paper",
        ):
            assert open_page(client, person, name, side.agreement_id).status_code == 404
        for name in ("confirm_version", "amend_agreement", "renew_agreement", "remark"):
            assert send(client, person, name, side.agreement_id, text="x").status_code == 404


def test_a_guest_approves_refuses_and_remarks_and_does_nothing_else(client, waseda, yonsei):
    side = make_proposed(waseda, yonsei)
    guest = make_person(preferred_name="朴 Gast")
    Invitation.objects.create(
        party=side.other,
        name="朴",
        email=guest.email,
        token_sha256="0" * 64,
        expires_at=timezone.now() + timedelta(days=7),
        verified_at=timezone.now(),
        person=guest,
        made_by=office_of(waseda),
    )
    response = open_page(client, guest, "agreement", side.agreement_id)
    assert buttons(response) == ["Approve", "Refuse with a reason", "Add the remark"]
    for view in ("edit_agreement", "recall_version", "attach_paper", "change_signatory", "give_notice"):
        assert open_page(client, guest, view, side.agreement_id).status_code == 404
    given = {"sha256": hash_of(side.agreement), "signed_name": "朴智旻", "way": "eastep"}
    assert send(client, guest, "approve_version", side.agreement_id, **given).status_code == 302
    assert Approval.objects.get().role == "guest"
    Invitation.objects.update(revoked_at=timezone.now())
    assert open_page(client, guest, "agreement", side.agreement_id).status_code == 404


def test_a_draft_is_its_writers_alone(client, waseda, yonsei, takasaki, park, auditor):
    side = make_draft(waseda, yonsei)
    assert open_page(client, park, "agreement", side.agreement_id).status_code == 404
    assert open_page(client, park, "edit_agreement", side.agreement_id).status_code == 404
    assert open_page(client, auditor, "agreement", side.agreement_id).status_code == 200
    response = open_page(client, takasaki, "agreement", side.agreement_id)
    assert "Waseda University has to propose it. The partner does not see it before." in text_of(response)
    assert buttons(response) == [
        "Edit the draft",
        "Propose it",
        "It is signed already: record it",
        "Discard the draft",
        *LIVING,
    ]


def test_who_is_a_guest_elsewhere_sees_no_more_of_the_own_partners_drafts(waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    elsewhere = make_proposed(make_institution(), yonsei)
    Invitation.objects.create(
        party=elsewhere.other,
        person=takasaki,
        made_by=park,
        email=takasaki.email,
        verified_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    actions.amend(side.other, by=park)
    seen = Version.objects.visible_to(takasaki).filter(agreement=side.agreement)
    assert [version.number for version in seen] == [1]


def test_who_serves_an_office_and_the_programme_sees_the_own_drafts(client, waseda, yonsei):
    both = make_person(Role.OFFICE, waseda)
    Membership.objects.create(user=both, role=Role.PROGRAMME)
    side = actions.begin_agreement(waseda, by=both, partner=yonsei)
    assert open_page(client, both, "agreement", side.agreement_id).status_code == 200


def test_a_new_version_that_is_not_shared_is_not_told_of(client, waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    actions.amend(side, by=takasaki)
    theirs = text_of(open_page(client, park, "agreement", side.agreement_id))
    assert "began version 2" not in theirs
    assert "Version 2" not in theirs
    ours = text_of(open_page(client, takasaki, "agreement", side.agreement_id))
    assert "began version 2" in ours
    assert "What version 2 would change in version 1" in ours


# Where it stands


def test_a_proposal_says_who_has_to_act_and_since_when(client, waseda, yonsei, takasaki, park):
    side = make_proposed(waseda, yonsei)
    approve(side)
    Version.objects.update(moved_at=in_days(-19).isoformat() + "T12:00+09:00")
    response = open_page(client, park, "agreement", side.agreement_id)
    day = date_format(in_days(-19), "DATE_FORMAT")
    assert "Yonsei University has to approve." in text_of(response)
    assert f"Proposed by Waseda University on {day}, 19 days ago." in text_of(response)
    assert buttons(response) == ["Approve", "Refuse with a reason", *LIVING]
    assert buttons(open_page(client, takasaki, "agreement", side.agreement_id)) == [
        "Take it back to change it",
        *LIVING,
    ]


def test_what_one_side_recorded_says_so_to_both(client, waseda, yonsei, takasaki, park):
    side = make_recorded(waseda, yonsei)
    ours, theirs = (open_page(client, one, "agreement", side.agreement_id) for one in (takasaki, park))
    for response in (ours, theirs):
        assert "Recorded by Waseda University, not confirmed by Yonsei University" in text_of(response)
    assert buttons(ours) == ["Take it back to change it", *LIVING]
    assert buttons(theirs) == ["Confirm that this is what we signed", "Refuse with a reason", *LIVING]


def test_what_is_in_effect_can_be_changed_renewed_and_ended(client, waseda, yonsei, park):
    side = make_agreed(waseda, yonsei)
    expected = ["Renew for the next period", "Change by a new version", "End with notice", *LIVING]
    assert buttons(open_page(client, park, "agreement", side.agreement_id)) == expected


def test_notice_is_told_to_both_and_taken_back_by_its_giver(client, waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    actions.give_notice(side, by=takasaki, ending_on=in_days(300), reason="Faculty closes")
    ours, theirs = (open_page(client, one, "agreement", side.agreement_id) for one in (takasaki, park))
    assert "Reason: Faculty closes" in text_of(theirs)
    assert buttons(theirs) == LIVING
    assert buttons(ours) == ["Take the notice back", *LIVING]


# Approving


def test_both_approve_by_the_pages_and_see_the_hash(client, waseda, yonsei, takasaki, park):
    side = make_draft(waseda, yonsei)
    response = open_page(client, takasaki, "propose_version", side.agreement_id)
    assert "Yonsei University is told and sees this version." in text_of(response)
    send(client, takasaki, "propose_version", side.agreement_id, edition=1)
    held = hash_of(side.agreement)
    for person in (takasaki, park):
        assert held in text_of(open_page(client, person, "approve_version", side.agreement_id))
        response = send(
            client,
            person,
            "approve_version",
            side.agreement_id,
            sha256=held,
            signed_name="髙﨑 朴",
            signed_position="President",
            way="eastep",
        )
        assert response.status_code == 302
    agreed = queries.last_agreed(side.agreement)
    assert agreed is not None
    client.force_login(park)
    content = client.get(reverse("agreement_record", args=[side.agreement_id, 1])).content
    assert sha256(content).hexdigest() == agreed.sha256 == held
    assert json.loads(content) == agreed.content
    shown = text_of(open_page(client, park, "agreement", side.agreement_id))
    assert shown.count("髙﨑 朴") >= 2
    assert held in shown


def test_an_outdated_approval_is_refused_and_the_newer_text_is_shown(client, waseda, yonsei, takasaki, park):
    side = make_proposed(waseda, yonsei)
    read = hash_of(side.agreement)
    actions.recall(side, by=takasaki)
    content = make_content(waseda, yonsei, places=7)
    edition = Version.objects.get().edition
    actions.edit_draft(side, by=takasaki, edition=edition, content=content)
    actions.propose(side, by=takasaki, edition=edition + 1)
    response = send(
        client,
        park,
        "approve_version",
        side.agreement_id,
        sha256=read,
        signed_name="朴智旻 with a long name",
        way="eastep",
    )
    assert response.status_code == 409
    assert "What you have read is not what is proposed now." in text_of(response)
    assert hash_of(side.agreement) in text_of(response)
    assert 'value="朴智旻 with a long name"' in response.content.decode()
    assert not Approval.objects.exists()


def test_a_refusal_needs_a_reason_and_both_read_it(client, waseda, yonsei, takasaki, park):
    side = make_proposed(waseda, yonsei)
    held = hash_of(side.agreement)
    assert send(client, park, "refuse_version", side.agreement_id, sha256=held).status_code == 422
    send(client, park, "refuse_version", side.agreement_id, sha256=held, reason="두 명이 아니라 세 명")
    for person in (takasaki, park):
        said = text_of(open_page(client, person, "agreement", side.agreement_id))
        assert "Version 1 was refused." in said
        assert "두 명이 아니라 세 명" in said


def test_a_refusal_of_what_was_proposed_anew_keeps_its_reason(client, waseda, yonsei, park):
    side = make_proposed(waseda, yonsei)
    response = send(
        client, park, "refuse_version", side.agreement_id, sha256="0" * 64, reason="인원을 고치십시오."
    )
    form = response.context["form"]
    assert (response.status_code, form["reason"].value(), form["sha256"].value()) == (
        409,
        "인원을 고치십시오.",
        hash_of(side.agreement),
    )


def test_one_click_confirms(client, waseda, yonsei, park):
    side = make_recorded(waseda, yonsei)
    send(client, park, "confirm_version", side.agreement_id, sha256=hash_of(side.agreement))
    assert Agreement.objects.get().standing() == Standing.IN_EFFECT


def test_what_was_changed_since_is_not_confirmed(client, waseda, yonsei, park):
    side = make_recorded(waseda, yonsei)
    response = send(client, park, "confirm_version", side.agreement_id, sha256="0" * 64)
    assert response.status_code == 409
    assert Agreement.objects.get().standing() == Standing.RECORDED


# Writing


def test_a_new_agreement_from_the_partners_name_to_the_draft(client, waseda, yonsei, takasaki):
    yonsei.faculties.create(name=Text(en="Law", ko="법과대학"))
    client.force_login(takasaki)
    address = reverse("new_agreement")
    response = client.get(address, {"institution": waseda.pk, "partner": "연세대학교"})
    assert "Agreement between Waseda University and Yonsei University" in text_of(response)
    response = client.post(
        f"{address}?institution={waseda.pk}&partner=KR:YONSEI",
        {
            "level": "faculty",
            "partner_faculty": yonsei.faculties.get().pk,
            "starts_on": "2027-04-01",
            "ends_on": "2032-03-31",
            "reference": "早-12",
        },
    )
    side = Party.objects.get(position=1)
    assert response["Location"] == reverse("edit_agreement", args=[side.agreement_id])
    assert side.reference == "早-12"
    content = Version.objects.get().content
    assert (content["starts_on"], content["ends_on"], content["level"]) == (
        "2027-04-01",
        "2032-03-31",
        "faculty",
    )
    assert [one["faculty"] for one in content["parties"]] == [None, {"en": "Law", "ja": "", "ko": "법과대학"}]


def test_an_unclear_name_offers_what_it_may_mean(client, waseda, yonsei, takasaki):
    make_institution(country="KR", code="WONJU", name=Text(en="Yonsei University Wonju Campus"))
    response = open_page(client, takasaki, "new_agreement", institution=waseda.pk, partner="Yonse")
    assert "Choose the one that you mean from the list below." in text_of(response)
    assert "partner=KR%3AYONSEI" in response.content.decode()


def test_an_address_may_name_the_partner_alone(client, waseda, yonsei, takasaki):
    response = open_page(client, takasaki, "new_agreement", partner=yonsei.key)
    assert "Agreement between Waseda University and Yonsei University" in text_of(response)
    ours = open_page(client, takasaki, "new_agreement", partner=waseda.key)
    assert "This is your own institution." in text_of(ours)
    assert "No institution is called so." in text_of(
        open_page(client, takasaki, "new_agreement", partner="qqqq")
    )


def test_only_an_office_begins(client, waseda, auditor):
    for person in (auditor, make_person(Role.COORDINATOR, waseda), make_person(Role.STUDENT, waseda)):
        assert open_page(client, person, "new_agreement").status_code == 403
        assert open_page(client, person, "record_agreement").status_code == 403


def test_a_number_or_a_day_beyond_all_measure_is_told(client, waseda, yonsei, takasaki):
    side = make_draft(waseda, yonsei)
    pk, huge = side.agreement_id, "9" * 5_000
    assert send(client, takasaki, "propose_version", pk, edition=huge).status_code == 409
    assert send(client, takasaki, "edit_agreement", pk, do=f"copy:{huge}").status_code == 200
    answer = send(client, takasaki, "edit_agreement", pk, starts_on="2027-04-01", ends_on="9999-12-31")
    assert answer.context["form"].errors["ends_on"] == [
        "Ensure this value is less than or equal to 2199-12-31."
    ]


def test_discard_recall_amend_and_renew(client, waseda, yonsei, takasaki, park):
    side = make_proposed(waseda, yonsei)
    assert open_page(client, takasaki, "recall_version", side.agreement_id).status_code == 200
    send(client, takasaki, "recall_version", side.agreement_id)
    assert open_page(client, takasaki, "discard_draft", side.agreement_id).status_code == 200
    assert send(client, takasaki, "discard_draft", side.agreement_id, edition=1).status_code == 409
    send(client, takasaki, "discard_draft", side.agreement_id, edition=2)
    assert Version.objects.get().state == VersionState.DISCARDED
    assert "Discarded." in text_of(open_page(client, takasaki, "agreement", side.agreement_id))

    agreed = make_agreed(waseda, yonsei)
    response = send(client, takasaki, "amend_agreement", agreed.agreement_id)
    assert response["Location"] == reverse("edit_agreement", args=[agreed.agreement_id])
    send(client, takasaki, "discard_draft", agreed.agreement_id, edition=1)
    send(client, park, "renew_agreement", agreed.agreement_id)
    work = queries.open_version(agreed.agreement)
    assert work is not None
    assert (work.state, work.number) == (VersionState.PROPOSED, 3)
    both_approve(agreed)
    assert "in force from" in text_of(open_page(client, park, "agreement", agreed.agreement_id))


# Living on


def test_notice_by_the_page_and_its_earliest_day(client, waseda, yonsei, takasaki):
    side = make_agreed(waseda, yonsei)
    said = text_of(open_page(client, takasaki, "give_notice", side.agreement_id))
    assert "The notice period of this agreement is 6 months." in said
    early = send(client, takasaki, "give_notice", side.agreement_id, ending_on=in_days(10), reason="x")
    assert early.status_code == 409
    assert "at the earliest" in text_of(early)
    send(client, takasaki, "give_notice", side.agreement_id, ending_on=in_days(300), reason="x")
    assert Agreement.objects.get().standing() == Standing.ENDING
    send(client, takasaki, "take_back_notice", side.agreement_id)
    assert Agreement.objects.get().standing() == Standing.IN_EFFECT


def test_people_references_and_remarks(client, waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    long = "Wolfeschlegelsteinhausenbergerdorff Adolph Blaine Charles David Earl Frederick Gerald Hubert"
    send(client, takasaki, "change_signatory", side.agreement_id, name=long, position="President", version=1)
    send(client, takasaki, "name_responsible", side.agreement_id, people=[takasaki.pk], version=2)
    assert send(client, takasaki, "name_responsible", side.agreement_id, people=[park.pk]).status_code == 422
    send(client, takasaki, "set_reference", side.agreement_id, reference="早-7", version=3)
    send(client, park, "remark", side.agreement_id, text="잘 받았습니다.")
    assert send(client, park, "remark", side.agreement_id, text="").status_code == 422
    said = text_of(open_page(client, park, "agreement", side.agreement_id))
    for words in (long, "髙﨑 愛子", "早-7", "잘 받았습니다."):
        assert words in said
    assert Remark.objects.get().by == park
    for name in ("change_signatory", "name_responsible", "set_reference"):
        assert open_page(client, takasaki, name, side.agreement_id).status_code == 200


def test_who_signs_is_not_overwritten_by_a_form_that_has_not_seen_it(client, waseda, yonsei, takasaki):
    side = make_agreed(waseda, yonsei)
    shown = (
        open_page(client, takasaki, "change_signatory", side.agreement_id).context["form"]["version"].value()
    )
    actions.change_signatory(side, by=takasaki, name="髙﨑 愛子", position="総長")
    typed = {"name": "田中 翔", "position": "総長", "version": shown}
    stale = send(client, takasaki, "change_signatory", side.agreement_id, **typed)
    assert stale.status_code == 409
    assert [(row.first, row.second) for row in stale.context["now"] if row.differs] == [
        ("髙﨑 愛子", "田中 翔")
    ]
    seen = stale.context["form"]["version"].value()
    send(client, takasaki, "change_signatory", side.agreement_id, **typed | {"version": seen})
    side.refresh_from_db()
    assert (side.signatory_name, side.edition) == ("田中 翔", 3)


def test_the_history_is_told_in_the_language_of_the_reader(client, waseda, yonsei, takasaki):
    side = make_agreed(waseda, yonsei)
    events = [entry.event for entry in history(side.agreement)]
    assert events == [
        "agreements.agreement_begun",
        "agreements.version_recorded",
        "agreements.version_concluded",
        "agreements.version_confirmed",
    ]
    User.objects.filter(pk=takasaki.pk).update(language="ja")
    response = open_page(client, takasaki, "agreement", side.agreement_id)
    assert '<html lang="ja">' in response.content.decode()
    assert "早稲田大学 – 延世大学校" in text_of(response)


def test_a_page_costs_the_same_with_more_conditions_and_remarks(
    client, waseda, yonsei, takasaki, django_assert_max_num_queries
):
    side = make_agreed(waseda, yonsei)
    actions.remark(side, by=office_of(waseda), text="one")
    client.force_login(takasaki)
    client.get(side.agreement.get_absolute_url())
    with django_assert_max_num_queries(60) as few:
        client.get(side.agreement.get_absolute_url())
    for number in range(3):
        actions.remark(side, by=office_of(waseda), text=str(number))
    with django_assert_max_num_queries(60) as many:
        client.get(side.agreement.get_absolute_url())
    assert len(few) == len(many)
