"""Who hears of what happens to an agreement."""

import pytest

from eastep.agreements import actions
from eastep.agreements.actions.telling import people_of, tell_partner, tell_side
from eastep.agreements.models import Party
from eastep.agreements.tests.factories import (
    both_approve,
    hash_of,
    in_days,
    make_agreed,
    make_draft,
    make_proposed,
    make_recorded,
)
from eastep.agreements.tests.guests import make_invitation, prove
from eastep.core.events import history
from eastep.institutions.models import Membership
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_person
from eastep.notices.models import Notice


@pytest.fixture
def side(waseda, takasaki, yonsei) -> Party:
    return Party.objects.select_related("agreement").get(pk=make_proposed(waseda, yonsei).pk)


def test_a_side_is_reached_through_its_named_people_else_its_office_else_its_guests(side, yonsei):
    other = side.other
    assert people_of(other) == []
    guest = prove(make_invitation(side)[0])
    assert people_of(other) == [guest]
    park, lee = make_person(Role.OFFICE, yonsei), make_person(Role.OFFICE, yonsei)
    make_person(Role.COORDINATOR, yonsei)
    make_person(Role.OFFICE, yonsei, is_active=False)
    assert people_of(other) == [park, lee]
    actions.name_responsible(other, by=park, people=[lee])
    assert people_of(other) == [lee]
    Membership.objects.filter(user=lee).delete()  # has left the office
    assert people_of(other) == [park]


def test_a_guest_whose_time_is_over_hears_no_more(side, takasaki):
    invitation, _token = make_invitation(side)
    prove(invitation)
    actions.revoke(invitation, by=takasaki)
    assert people_of(side.other) == []


def test_the_partner_is_told_with_the_way_there(side, takasaki, park):
    entry = history(side.agreement).last()
    Notice.objects.all().delete()
    told = tell_partner(entry, side)
    assert [(notice.person, notice.url) for notice in told] == [(park, f"/agreements/{side.agreement_id}/")]


def test_the_own_side_is_told_but_for_who_did_it(side, waseda, takasaki):
    colleague = make_person(Role.OFFICE, waseda)
    assert [notice.person for notice in tell_side(history(side.agreement).last(), side)] == [colleague]


def test_of_what_is_not_shared_the_partner_hears_nothing(waseda, takasaki, yonsei, park):
    draft = make_draft(waseda, yonsei)
    assert tell_partner(history(draft.agreement).last(), draft) == []
    assert not Notice.objects.filter(person=park).exists()


def told(person):
    return [
        name.removeprefix("agreements.")
        for name in Notice.objects.filter(person=person).order_by("pk").values_list("entry__event", flat=True)
    ]


def test_each_side_hears_what_the_other_does(waseda, takasaki, yonsei, park):
    side = make_proposed(waseda, yonsei)
    actions.refuse(side.other, by=park, sha256=hash_of(side.agreement), reason="Three places.")
    version = side.agreement.versions.get()
    actions.propose(side, by=takasaki, edition=version.edition)
    both_approve(side)
    actions.remark(side.other, by=park, text="Good.")
    actions.give_notice(side, by=takasaki, ending_on=in_days(365), reason="The course closes.")
    assert told(park) == ["version_proposed", "version_proposed", "version_approved", "notice_given"]
    assert told(takasaki) == ["version_refused", "version_approved", "remark_made"]


def test_what_is_recorded_and_confirmed_is_told(waseda, takasaki, yonsei, park):
    make_agreed(waseda, yonsei)
    assert (told(park), told(takasaki)) == (["version_recorded"], ["version_confirmed"])


def test_a_recall_and_a_guest_s_word_are_told(side, takasaki):
    guest = prove(make_invitation(side)[0])
    actions.remark(side.other, by=guest, text="안녕하세요.")
    actions.recall(side, by=takasaki)
    assert (told(takasaki), told(guest)) == (["remark_made"], ["version_recalled"])


def test_a_recorded_agreement_is_told_to_the_partner(waseda, takasaki, yonsei, park):
    make_recorded(waseda, yonsei)
    assert [notice.person for notice in Notice.objects.all()] == [park]
