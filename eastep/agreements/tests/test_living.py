"""An agreement lives on: changed, renewed, ended."""

from datetime import date, timedelta

import pytest

from eastep.agreements import actions, queries
from eastep.agreements.content import later
from eastep.agreements.models import Agreement, Party, Version
from eastep.agreements.states import Standing, VersionState
from eastep.agreements.tests.factories import (
    both_approve,
    hash_of,
    in_days,
    make_agreed,
    make_content,
    make_draft,
    make_proposed,
)
from eastep.core.errors import Refused
from eastep.core.text import Text
from eastep.institutions.models import Institution


def ranges(agreement):
    return [
        (one.state, one.in_force_from, one.in_force_until) for one in agreement.versions.order_by("number")
    ]


def test_the_old_version_stays_in_force_until_both_have_approved_the_new(waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    first = queries.in_force(side.agreement, in_days(0))
    version = actions.amend(side, by=takasaki)
    changed = make_content(waseda, yonsei, places=9)
    actions.edit_draft(side, by=takasaki, edition=1, content=changed)
    assert Version.objects.visible_to(park).filter(pk=version.pk).exists() is False  # not proposed yet
    actions.propose(side, by=takasaki, edition=2)
    assert queries.in_force(side.agreement, in_days(0)) == first
    both_approve(side)
    assert queries.in_force(side.agreement, in_days(0)).content["conditions"][0]["places"] == 9
    assert queries.in_force(side.agreement, in_days(-1)) == first
    assert ranges(side.agreement) == [
        (VersionState.AGREED, first.in_force_from, in_days(-1)),
        (VersionState.AGREED, in_days(0), date.fromisoformat(changed["ends_on"])),
    ]


def test_a_refused_change_leaves_what_is_in_force(waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    actions.amend(side, by=takasaki)
    actions.propose(side, by=takasaki, edition=1)
    work = actions.refuse(side.other, by=park, sha256=hash_of(side.agreement), reason="No")
    actions.discard_draft(side, by=takasaki, edition=work.edition)
    agreement = Agreement.objects.get()
    assert (agreement.standing(), agreement.open_state) == (Standing.IN_EFFECT, "")


def test_what_follows_calls_the_institutions_by_their_present_names(waseda, yonsei, takasaki):
    side = make_agreed(waseda, yonsei)
    now = Text(en="Yonsei University", ja="延世大学校", ko="연세대학교")
    Institution.objects.filter(pk=yonsei.pk).update(name=now)
    side = Party.objects.select_related("agreement").get(pk=side.pk)
    version = actions.amend(side, by=takasaki)
    assert [one["name"]["ja"] for one in version.content["parties"]] == [waseda.name.ja, "延世大学校"]


def test_only_one_version_is_in_work_at_a_time(waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    actions.amend(side, by=takasaki)
    with pytest.raises(Refused, match="in work already"):
        actions.amend(side, by=takasaki)
    with pytest.raises(Refused, match="has been preparing a new version since"):
        actions.amend(side.other, by=park)


def test_a_renewal_is_proposed_with_one_click_and_follows_without_a_gap(waseda, yonsei, takasaki):
    side = make_agreed(waseda, yonsei, starts_on=in_days(-1000), ends_on=in_days(300))
    version = actions.renew(side, by=takasaki)
    assert (version.state, version.content["starts_on"]) == (VersionState.PROPOSED, in_days(301).isoformat())
    both_approve(side)
    held = [queries.in_force(side.agreement, in_days(n)).number for n in (300, 301)]
    assert held == [1, 2]
    assert Agreement.objects.get().ends_on == date.fromisoformat(version.content["ends_on"])


def test_what_both_agreed_for_later_is_not_lost_by_a_change_that_overlaps_it(waseda, yonsei, takasaki):
    side = make_agreed(waseda, yonsei, starts_on=in_days(-1000), ends_on=in_days(300))
    actions.renew(side, by=takasaki)
    both_approve(side)
    actions.amend(side, by=takasaki)
    content = make_content(waseda, yonsei, starts_on=in_days(-10), ends_on=in_days(400))
    actions.edit_draft(side, by=takasaki, edition=1, content=content)
    actions.propose(side, by=takasaki, edition=2)
    with pytest.raises(Refused) as refused:
        both_approve(side)
    assert refused.value.code == "overlaps"


def test_a_change_that_outlasts_what_was_agreed_for_later_takes_its_place(waseda, yonsei, takasaki):
    side = make_agreed(waseda, yonsei, starts_on=in_days(-1000), ends_on=in_days(300))
    actions.renew(side, by=takasaki)
    both_approve(side)
    actions.amend(side, by=takasaki)
    content = make_content(waseda, yonsei, starts_on=in_days(-10), ends_on=None)
    actions.edit_draft(side, by=takasaki, edition=1, content=content)
    actions.propose(side, by=takasaki, edition=2)
    both_approve(side)
    assert [state for state, _from, _until in ranges(side.agreement)] == ["agreed", "replaced", "agreed"]
    assert Agreement.objects.get().ends_on is None


def test_an_end_needs_its_notice_period(waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    earliest = later(in_days(0), 6)
    with pytest.raises(Refused, match="at the earliest"):
        actions.give_notice(side, by=takasaki, ending_on=earliest - timedelta(days=1), reason="x")
    actions.give_notice(side, by=takasaki, ending_on=earliest, reason="Faculty closes")
    agreement = Agreement.objects.get()
    assert [agreement.standing(day) for day in (in_days(0), earliest, earliest + timedelta(days=1))] == [
        Standing.ENDING,
        Standing.ENDING,
        Standing.ENDED,
    ]
    assert queries.in_force(agreement, earliest + timedelta(days=1)) is None
    for act in (actions.amend, actions.renew):
        with pytest.raises(Refused, match="Take the notice back first"):
            act(side.other, by=park)


def test_a_version_in_work_does_not_stop_an_end_and_waits_while_the_notice_stands(
    waseda, yonsei, takasaki, park
):
    side = make_agreed(waseda, yonsei)
    actions.renew(side, by=takasaki)
    actions.give_notice(side.other, by=park, ending_on=later(in_days(0), 6), reason="")
    for party, by in ((side, takasaki), (side.other, park)):
        with pytest.raises(Refused, match="Take the notice back first"):
            actions.approve(party, by=by, sha256=hash_of(side.agreement), signed_name="x")
    actions.take_back_notice(side.other, by=park)
    both_approve(side)
    assert Agreement.objects.get().ending_on is None


def test_only_who_gave_notice_takes_it_back(waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    actions.give_notice(side, by=takasaki, ending_on=later(in_days(0), 7), reason="")
    with pytest.raises(Refused, match="Only it can take it back"):
        actions.take_back_notice(side.other, by=park)
    actions.take_back_notice(side, by=takasaki)
    agreement = Agreement.objects.get()
    assert (agreement.standing(), agreement.ending_on) == (Standing.IN_EFFECT, None)
    assert agreement.ends_on == agreement.versions.get().in_force_until


@pytest.mark.parametrize("make", [make_draft, make_proposed])
def test_what_is_not_agreed_is_neither_ended_nor_renewed_nor_changed(waseda, yonsei, takasaki, make):
    side = make(waseda, yonsei)
    for act in (
        lambda: actions.give_notice(side, by=takasaki, ending_on=in_days(400), reason=""),
        lambda: actions.renew(side, by=takasaki),
        lambda: actions.amend(side, by=takasaki),
    ):
        with pytest.raises(Refused):
            act()


def test_what_has_no_end_is_not_renewed(waseda, yonsei, takasaki):
    side = make_agreed(waseda, yonsei, ends_on=None)
    with pytest.raises(Refused, match="needs no renewal"):
        actions.renew(side, by=takasaki)


def test_who_is_reminded_belongs_to_the_office(waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    actions.name_responsible(side, by=takasaki, people=[takasaki])
    assert list(side.responsible.all()) == [takasaki]
    with pytest.raises(Refused, match="does not belong to the office"):
        actions.name_responsible(side, by=takasaki, people=[park])


def test_an_own_number_and_a_remark(waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    actions.set_reference(side, by=takasaki, reference="KR-017")
    side.refresh_from_db()
    made = actions.remark(side.other, by=park, text="봄 학기는 3월에 시작합니다.")
    assert (side.reference, made.party) == ("KR-017", side.other)
