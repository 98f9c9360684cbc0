"""From draft to in effect, with refusals and what is outdated; recorded and confirmed."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from eastep.agreements import actions, queries
from eastep.agreements.models import Agreement, Approval, Version
from eastep.agreements.states import Standing, VersionState, Way
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
)
from eastep.core.errors import Refused
from eastep.core.events import history, sentence
from eastep.institutions.models import Membership
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_person


def test_a_draft_belongs_to_its_author_until_it_is_proposed(waseda, yonsei, takasaki, park, auditor):
    side = make_draft(waseda, yonsei)
    seen = [Agreement.objects.visible_to(who).count() for who in (takasaki, park, auditor)]
    assert seen == [1, 0, 1]
    with pytest.raises(Refused, match="has not shared"):
        actions.edit_draft(side.other, by=park, edition=1, content=make_content(waseda, yonsei))
    actions.propose(side, by=takasaki, edition=1)
    assert Agreement.objects.visible_to(park).get().standing() == Standing.PROPOSED


def test_it_is_in_effect_when_both_have_approved_the_same(waseda, yonsei, takasaki, park):
    side = make_proposed(waseda, yonsei)
    approve(side)
    assert Agreement.objects.get().standing() == Standing.PROPOSED
    approve(side.other)
    agreement = Agreement.objects.get()
    version = agreement.versions.get()
    assert (agreement.standing(), version.state) == (Standing.IN_EFFECT, VersionState.AGREED)
    assert version.effective_on == version.in_force_from == in_days(0)  # the day of the last signature
    assert list(Approval.objects.values_list("by", "role", "signed_name", "way", "sha256")) == [
        (takasaki.pk, "office", "髙﨑 朴", Way.EASTEP, version.sha256),
        (park.pk, "office", "髙﨑 朴", Way.EASTEP, version.sha256),
    ]
    assert [entry.event for entry in history(agreement)] == [
        "agreements.agreement_begun",
        "agreements.version_proposed",
        "agreements.version_approved",
        "agreements.version_approved",
        "agreements.version_concluded",
    ]
    assert all(sentence(entry) for entry in history(agreement))


def test_an_approval_of_what_is_outdated_is_refused(waseda, yonsei, takasaki, park):
    side = make_proposed(waseda, yonsei)
    outdated = hash_of(side.agreement)
    actions.recall(side, by=takasaki)
    actions.edit_draft(side, by=takasaki, edition=2, content=make_content(waseda, yonsei, places=5))
    actions.propose(side, by=takasaki, edition=3)
    with pytest.raises(Refused, match="not what is proposed now") as refused:
        approve(side.other, sha256=outdated)
    assert refused.value.code == "outdated"
    assert not Approval.objects.exists()


def test_an_approval_does_not_outlive_a_refusal_even_of_the_same_text(waseda, yonsei, takasaki, park):
    side = make_proposed(waseda, yonsei)
    approve(side)
    actions.refuse(side.other, by=park, sha256=hash_of(side.agreement), reason="定員が足りません")
    version = queries.open_version(side.agreement)
    assert (version.state, version.refusal, version.refused_by) == (
        VersionState.DRAFT,
        "定員が足りません",
        yonsei,
    )
    actions.propose(side, by=takasaki, edition=version.edition)  # not a letter of it has changed
    approve(side.other)
    assert Agreement.objects.get().standing() == Standing.PROPOSED
    approve(side)
    assert Agreement.objects.get().standing() == Standing.IN_EFFECT


def test_the_second_of_two_editors_is_told_and_nothing_is_lost(waseda, yonsei, takasaki):
    side = make_draft(waseda, yonsei)
    actions.edit_draft(side, by=takasaki, edition=1, content=make_content(waseda, yonsei, places=5))
    with pytest.raises(Refused) as refused:
        actions.edit_draft(side, by=takasaki, edition=1, content=make_content(waseda, yonsei, places=7))
    assert refused.value.code == "changed"
    assert queries.open_version(side.agreement).content["conditions"][0]["places"] == 5


def test_the_other_side_may_edit_what_was_shared(waseda, yonsei, park):
    side = make_proposed(waseda, yonsei)
    actions.refuse(side.other, by=park, sha256=hash_of(side.agreement), reason="Let us say two")
    edition = queries.open_version(side.agreement).edition
    actions.edit_draft(side.other, by=park, edition=edition, content=make_content(waseda, yonsei, places=2))
    version = actions.propose(side.other, by=park, edition=edition + 1)
    assert (version.proposed_by, version.content["conditions"][0]["places"]) == (yonsei, 2)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.AUDITOR, Role.STUDENT])
def test_who_is_not_the_office_changes_nothing(waseda, yonsei, role):
    side = make_proposed(waseda, yonsei)
    person, text = make_person(role, waseda), hash_of(side.agreement)
    for act in (
        lambda: actions.approve(side, by=person, sha256=text, signed_name="x"),
        lambda: actions.refuse(side, by=person, sha256=text, reason="x"),
        lambda: actions.recall(side, by=person),
        lambda: actions.confirm(side, by=person, sha256=text),
        lambda: actions.remark(side, by=person, text="x"),
        lambda: actions.begin_agreement(waseda, by=person, partner=yonsei),
        lambda: actions.change_signatory(side, by=person, name="x"),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_nobody_acts_for_the_other_side(waseda, yonsei, takasaki, park, stranger, auditor):
    side = make_proposed(waseda, yonsei)
    for person, party in ((takasaki, side.other), (park, side), (stranger, side), (auditor, side)):
        with pytest.raises(PermissionDenied):
            actions.approve(party, by=person, sha256=hash_of(side.agreement), signed_name="x")


def test_who_sees_what(waseda, yonsei, takasaki, park, stranger, auditor):
    make_draft(waseda, yonsei)
    make_proposed(waseda, yonsei)
    make_agreed(waseda, yonsei)
    programme, student = make_person(Role.PROGRAMME), make_person(Role.STUDENT, waseda)
    coordinator = make_person(Role.COORDINATOR, yonsei)
    people = (takasaki, park, coordinator, stranger, auditor, programme, student)
    assert [Agreement.objects.visible_to(who).count() for who in people] == [3, 2, 2, 0, 3, 2, 0]
    assert [Version.objects.visible_to(who).count() for who in people] == [3, 2, 2, 0, 3, 2, 0]


def test_one_person_does_not_approve_for_both_sides(waseda, yonsei):
    side = make_proposed(waseda, yonsei)
    approve(side)
    takasaki = Approval.objects.get().by
    Membership.objects.create(user=takasaki, institution=yonsei, role=Role.OFFICE)
    takasaki.refresh_from_db()
    with pytest.raises(Refused) as refused:
        actions.approve(side.other, by=takasaki, sha256=hash_of(side.agreement), signed_name="x")
    assert refused.value.code == "same_person"


# Recorded by one side


def test_what_is_recorded_waits_for_the_other_side(waseda, yonsei, takasaki, park):
    day = in_days(-400)
    side = make_recorded(waseda, yonsei, effective_on=day, starts_on=in_days(-500))
    agreement = Agreement.objects.get()
    version = agreement.versions.get()
    assert (agreement.standing(), version.in_force_from) == (Standing.RECORDED, day)
    assert not Agreement.objects.in_effect(in_days(0)).exists()
    with pytest.raises(Refused, match="The partner has to confirm it"):
        actions.confirm(side, by=takasaki, sha256=version.sha256)
    actions.confirm(side.other, by=park, sha256=version.sha256)
    agreement.refresh_from_db()
    assert (agreement.standing(), agreement.versions.get().effective_on) == (Standing.IN_EFFECT, day)


def test_a_record_that_is_not_right_is_sent_back(waseda, yonsei, takasaki, park):
    side = make_recorded(waseda, yonsei)
    actions.refuse(side.other, by=park, sha256=hash_of(side.agreement), reason="서명본과 다릅니다")
    version = queries.open_version(side.agreement)
    assert (version.state, version.in_force_from, version.effective_on) == (VersionState.DRAFT, None, None)
    actions.record_agreement(side, by=takasaki, edition=version.edition, effective_on=in_days(-10))
    assert Agreement.objects.get().standing() == Standing.RECORDED


def test_many_are_confirmed_each_for_itself(waseda, yonsei, takasaki, park):
    sides = [make_recorded(waseda, yonsei) for _ in range(3)]
    others = [side.other for side in sides]
    texts = [(side, hash_of(side.agreement)) for side in others]
    actions.recall(sides[1], by=takasaki)
    done = actions.confirm_many(texts, by=park)
    assert [(party.pk, why and why.code) for party, why in done] == [
        (others[0].pk, None),
        (others[1].pk, "wrong_state"),
        (others[2].pk, None),
    ]
    assert Agreement.objects.in_effect(in_days(0)).count() == 2


def test_a_last_signature_in_the_future_is_refused(waseda, yonsei, takasaki):
    side = make_draft(waseda, yonsei)
    with pytest.raises(Refused, match="cannot lie in the future"):
        actions.record_agreement(side, by=takasaki, edition=1, effective_on=in_days(1))


# What the database itself refuses


def test_the_database_takes_nothing_as_agreed_that_one_side_alone_has_approved(waseda, yonsei):
    side = make_proposed(waseda, yonsei)
    approve(side)
    day = date(2027, 4, 1)
    Version.objects.update(state="agreed", in_force_from=day, effective_on=day)
    with pytest.raises(DatabaseError, match="not approved by both sides"), transaction.atomic():
        connection.check_constraints()  # as at the end of a transaction
    transaction.set_rollback(True)


@pytest.mark.parametrize(
    "change",
    [
        lambda: Version.objects.update(content={}),
        lambda: Version.objects.update(canonical=b"{}"),
        lambda: Version.objects.update(sha256="0" * 64),
        lambda: Version.objects.update(in_force_from=date(2020, 1, 1)),
        lambda: Version.objects.update(state="draft", canonical=None, sha256="", in_force_from=None),
        lambda: Approval.objects.update(signed_name="Somebody else"),
        lambda: Approval.objects.all().delete(),
    ],
)
def test_the_database_keeps_what_was_approved(waseda, yonsei, change):
    make_agreed(waseda, yonsei)
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


# A way to sign


def test_a_way_to_sign_that_is_not_ones_own_is_refused(waseda, yonsei):
    side = make_proposed(waseda, yonsei)
    for given, code in (
        ({"way": Way.SEAL}, "not_own_seal"),
        ({"way": Way.INK, "signed_on": in_days(0)}, "no_scan"),
        ({"way": Way.OUTSIDE}, "no_way"),
    ):
        with pytest.raises(Refused) as refused:
            approve(side, **given)
        assert refused.value.code == code


def test_a_signatory_can_change_without_a_new_approval(waseda, yonsei, takasaki):
    side = make_proposed(waseda, yonsei)
    approve(side)
    actions.change_signatory(side, by=takasaki, name="朴 智旻", position="副学長")
    assert Approval.objects.get().signed_name == "髙﨑 朴"
    approve(side.other)
    assert Agreement.objects.get().standing() == Standing.IN_EFFECT
    assert sentence(history(side.agreement)[3]).endswith("Before: –. Now: 朴 智旻 · 副学長.")


def test_an_agreement_that_begins_later_is_coming(waseda, yonsei):
    side = make_proposed(waseda, yonsei, starts_on=in_days(100), ends_on=in_days(1000))
    both_approve(side)
    agreement = Agreement.objects.get()
    assert [agreement.standing(in_days(n)) for n in (0, 99, 100, 1000, 1001)] == [
        Standing.COMING,
        Standing.COMING,
        Standing.IN_EFFECT,
        Standing.IN_EFFECT,
        Standing.ENDED,
    ]
    assert Agreement.objects.in_effect(in_days(99)).exists() is False
    assert Agreement.objects.in_effect(in_days(100)).exists() is True
