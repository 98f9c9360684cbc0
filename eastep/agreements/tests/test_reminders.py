"""Reminders of an end, to both sides by themselves; and of what waits, because somebody asks."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.formats import date_format

from eastep.agreements import actions
from eastep.agreements.actions.reminding import months_due
from eastep.agreements.content import later
from eastep.agreements.models import Agreement, Party
from eastep.agreements.states import Reminder
from eastep.agreements.tasks import remind_of_ends as job
from eastep.agreements.tests.factories import (
    TODAY,
    both_approve,
    hash_of,
    in_days,
    make_agreed,
    make_draft,
    make_proposed,
    make_recorded,
)
from eastep.agreements.tests.guests import make_invitation, prove
from eastep.core.errors import Refused
from eastep.core.events import history, sentences
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person
from eastep.notices.models import Notice
from eastep.people.actions import system_user


def ending_in(months: int, waseda, yonsei, days: int = 0) -> Party:
    """In effect between the two, until so many months (and days) from today."""
    side = make_agreed(waseda, yonsei, ends_on=later(TODAY(), months) + timedelta(days=days))
    Notice.objects.all().delete()
    return side


def run(on: date | None = None) -> list[Agreement]:
    return actions.remind_of_ends(by=system_user(), today=on or TODAY())


def reminders(agreement) -> list[tuple[str, int]]:
    entries = history(agreement).filter(event="agreements.end_reminded")
    return [(entry.facts["ends_on"], entry.facts["months"]) for entry in entries]


def told() -> list[str]:
    return sorted(Notice.objects.values_list("person__email", flat=True))


# Of an end, by itself


def test_which_reminder_is_due_by_brute_force():
    ends_on = date(2028, 5, 31)
    for days in range(1, 400):
        today = ends_on - timedelta(days=days)
        passed = [months for months in (12, 6, 3) if today >= later(ends_on, -months)]
        assert months_due(ends_on, today) == (passed[-1] if passed else None)
    assert [months_due(ends_on, ends_on), months_due(ends_on, ends_on + timedelta(days=1))] == [3, None]


def test_both_sides_are_reminded_once(waseda, yonsei, takasaki, park):
    side = ending_in(6, waseda, yonsei)
    assert run() == [side.agreement]
    assert (run(), run(in_days(1))) == ([], [])
    assert reminders(side.agreement) == [(side.agreement.ends_on.isoformat(), 6)]
    assert told() == sorted([takasaki.email, park.email])
    ends_on = side.agreement.ends_on
    assert Notice.objects.filter(key=f"ends:{side.agreement_id}:{ends_on}:6").count() == 2


def test_three_reminders_over_the_last_year(waseda, yonsei, takasaki, park):
    side = ending_in(14, waseda, yonsei)
    day, seen = TODAY(), []
    while day <= side.agreement.ends_on + timedelta(days=2):
        if run(day):
            seen.append(day)
        day += timedelta(days=1 if day.day > 25 or day.day < 5 else 3)
    assert [months for _day, months in reminders(side.agreement)] == [12, 6, 3]
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("months", "days", "expected"),
    [(13, 0, []), (12, 0, [12]), (5, 0, [6]), (6, 1, [12]), (3, 0, [3]), (1, 0, [3])],
)
def test_what_comes_in_late_gets_one_reminder(waseda, yonsei, takasaki, park, months, days, expected):
    side = ending_in(months, waseda, yonsei, days)
    run()
    assert [due for _day, due in reminders(side.agreement)] == expected


def test_what_ends_today_is_told_and_what_has_ended_is_not(waseda, yonsei, takasaki, park):
    today = make_agreed(waseda, yonsei, ends_on=TODAY())
    make_agreed(waseda, yonsei, ends_on=in_days(-1))
    assert run() == [today.agreement]


def test_without_an_end_nobody_is_reminded_until_notice_is_given(waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei, ends_on=None)
    assert run() == []
    last_day = later(TODAY(), 7)
    actions.give_notice(side, by=takasaki, ending_on=last_day, reason="The course closes.")
    assert run() == [side.agreement]
    assert reminders(side.agreement) == [(last_day.isoformat(), 12)]


def test_what_is_not_in_effect_has_no_reminders(waseda, yonsei, takasaki, park):
    near = later(TODAY(), 3)
    make_draft(waseda, yonsei, ends_on=near)
    make_proposed(waseda, yonsei, ends_on=near)
    make_recorded(waseda, yonsei, ends_on=near)
    assert run() == []


def test_a_renewal_that_is_agreed_ends_the_reminders_until_the_new_end_comes_near(
    waseda, yonsei, takasaki, park
):
    side = ending_in(5, waseda, yonsei)
    assert len(run()) == 1
    actions.renew(side, by=takasaki)
    both_approve(side)
    assert run(later(side.agreement.ends_on, -3)) == []
    new_end = Agreement.objects.get().ends_on
    assert run(later(new_end, -12)) == [side.agreement]


def test_the_named_people_are_reminded_and_a_guest_where_nobody_else_is(waseda, yonsei, takasaki):
    side = make_proposed(waseda, yonsei, ends_on=later(TODAY(), 6))
    guest = prove(make_invitation(side)[0])
    actions.approve(side.other, by=guest, sha256=hash_of(side.agreement), signed_name="朴 智旻")
    actions.approve(side, by=takasaki, sha256=hash_of(side.agreement), signed_name="髙﨑 愛子")
    make_person(Role.OFFICE, waseda)
    actions.name_responsible(side, by=takasaki, people=[takasaki])
    Notice.objects.all().delete()
    run()
    assert told() == sorted([takasaki.email, guest.email])


def test_only_the_system_runs_it_and_the_history_says_so(waseda, yonsei, takasaki, park):
    with pytest.raises(PermissionDenied):
        actions.remind_of_ends(by=takasaki, today=TODAY())
    side = ending_in(3, waseda, yonsei)
    job(timestamp=0)
    job(timestamp=0)
    [(_entry, said)] = sentences(history(side.agreement).filter(event="agreements.end_reminded"))
    assert said.startswith("EASTEP reminded both sides: the agreement ends on ")


def test_the_day_costs_the_same_for_more_that_need_nothing(
    waseda, yonsei, takasaki, park, django_assert_num_queries
):
    make_agreed(waseda, yonsei)
    ending_in(5, waseda, yonsei)
    run()
    system = system_user()
    with django_assert_num_queries(3):
        actions.remind_of_ends(by=system, today=TODAY())
    for _ in range(2):
        make_agreed(waseda, yonsei)
    with django_assert_num_queries(3):
        actions.remind_of_ends(by=system, today=TODAY())


# The partner, because somebody asks


def test_the_partner_is_reminded_of_what_waits(waseda, yonsei, takasaki, park):
    proposed = make_proposed(waseda, yonsei)
    recorded = make_recorded(waseda, yonsei)
    ending = ending_in(12, waseda, yonsei)
    sent_back = make_proposed(yonsei, waseda)
    actions.refuse(sent_back.other, by=takasaki, sha256=hash_of(sent_back.agreement), reason="No.")
    Notice.objects.all().delete()
    sides = (proposed, recorded, ending, sent_back.other)
    assert [actions.remind_partner(Party.objects.get(pk=side.pk), by=takasaki) for side in sides] == [
        Reminder.ANSWER,
        Reminder.CONFIRM,
        Reminder.END,
        Reminder.REWORK,
    ]
    assert told() == [park.email] * 4
    said = sentences(history(proposed.agreement))[-1][1]
    assert said == "髙﨑 愛子 reminded the partner. A proposal waits for its answer."


def refusal(side, by):
    with pytest.raises(Refused) as refused:
        actions.remind_partner(side, by=by)
    return refused.value.code


def test_the_partner_is_reminded_once_a_day_by_each_side(waseda, yonsei, takasaki, park):
    side = ending_in(6, waseda, yonsei)
    actions.remind_partner(side, by=takasaki)
    assert refusal(side, takasaki) == "reminded_today"
    assert actions.remind_partner(side.other, by=park) == Reminder.END


def test_nobody_is_reminded_of_nothing(waseda, yonsei, takasaki, park):
    assert refusal(make_agreed(waseda, yonsei), takasaki) == "nothing_waits"
    assert refusal(make_draft(waseda, yonsei), takasaki) == "nothing_waits"
    proposed = make_recorded(waseda, yonsei)
    assert refusal(proposed.other, park) == "nothing_waits"  # it waits for oneself


def test_where_nobody_can_be_reached_this_is_told(waseda, yonsei, takasaki):
    side = make_proposed(waseda, yonsei)
    assert refusal(side, takasaki) == "nobody_there"
    guest = prove(make_invitation(side)[0])
    actions.remind_partner(side, by=takasaki)
    assert told() == [guest.email]


@pytest.mark.parametrize("who", ["stranger", "auditor"])
def test_nobody_else_reminds(waseda, yonsei, takasaki, park, who, request):
    with pytest.raises(PermissionDenied):
        actions.remind_partner(make_proposed(waseda, yonsei), by=request.getfixturevalue(who))


def test_many_at_once_each_with_its_result(waseda, yonsei, takasaki, park):
    elsewhere = make_institution(country="KR")
    sides = [make_proposed(waseda, yonsei), make_agreed(waseda, yonsei), make_proposed(waseda, elsewhere)]
    done = actions.remind_partners(sides, by=takasaki)
    assert [(party, about, why and why.code) for party, about, why in done] == [
        (sides[0], Reminder.ANSWER, None),
        (sides[1], None, "nothing_waits"),
        (sides[2], None, "nobody_there"),
    ]


# A draft of the partner that is in the way


def test_who_is_refused_by_a_draft_of_the_partner_asks_for_it(client, waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    actions.amend(side, by=takasaki)
    Notice.objects.all().delete()
    agreement, ask = (reverse(view, args=[side.agreement_id]) for view in ("agreement", "ask_for_version"))
    client.force_login(park)
    assert "ask/" not in client.get(agreement).content.decode()
    for view in ("amend_agreement", "renew_agreement"):
        refused = client.post(reverse(view, args=[side.agreement_id]))
        text, day = refused.content.decode(), date_format(TODAY(), "DATE_FORMAT")
        said = f"Test University has been preparing a new version since {day}."
        assert (refused.status_code, said in text, f'action="{ask}"' in text) == (409, True, True)
    assert (client.post(ask)["Location"], told()) == (agreement, [takasaki.email])
    assert client.post(ask).status_code == 409  # once a day
    client.force_login(takasaki)
    assert "The partner waits for this version." in client.get(agreement).content.decode()
    version = side.agreement.versions.get(number=2)
    actions.propose(side, by=takasaki, edition=version.edition)
    assert "The partner waits for this version." not in client.get(agreement).content.decode()


def test_nobody_asks_for_what_is_not_there_or_not_theirs_to_ask(
    client, waseda, yonsei, takasaki, park, stranger, auditor
):
    side = make_agreed(waseda, yonsei)

    def refused(party, by):
        with pytest.raises(Refused) as refusal:
            actions.ask_for_version(party, by=by)
        return refusal.value.code

    assert refused(side.other, park) == "nothing_prepared"
    version = actions.amend(side, by=takasaki)
    assert refused(side, takasaki) == "nothing_prepared"  # the own draft
    for person in (stranger, auditor):
        with pytest.raises(PermissionDenied):
            actions.ask_for_version(side.other, by=person)
        client.force_login(person)
        assert client.post(reverse("ask_for_version", args=[side.agreement_id])).status_code == 404
    actions.propose(side, by=takasaki, edition=version.edition)
    assert refused(side.other, park) == "nothing_prepared"


# Pages


def test_the_chosen_ones_are_shown_then_reminded_and_told_one_by_one(client, waseda, yonsei, takasaki, park):
    client.force_login(takasaki)
    one, two = make_proposed(waseda, yonsei), make_agreed(waseda, yonsei)
    Notice.objects.all().delete()
    chosen = {"which": "ticked", "row": [one.pk, two.pk], "next": "/agreements/"}
    asked = client.post("/agreements/remind/", chosen)
    assert (asked.status_code, asked.context["number"], asked.context["left_out"], told()) == (200, 1, 1, [])
    shown = client.post("/agreements/remind/", chosen | {"sure": "yes"})
    assert (shown.context["reminded"], told()) == (1, [park.email])
    again = client.post("/agreements/remind/", chosen | {"sure": "yes"})
    assert (again.context["reminded"], told()) == (0, [park.email])
    assert "The partner was reminded today." in again.content.decode()


def test_nothing_ticked_is_told(client, takasaki):
    client.force_login(takasaki)
    assert client.post("/agreements/remind/", {"which": "ticked"})["Location"] == "/agreements/"


def test_one_from_its_own_page(client, waseda, yonsei, takasaki, park, stranger, auditor):
    side = make_proposed(waseda, yonsei)
    url = f"/agreements/{side.agreement_id}/remind/"
    client.force_login(takasaki)
    assert url in client.get(f"/agreements/{side.agreement_id}/").content.decode()
    assert client.post(url)["Location"] == f"/agreements/{side.agreement_id}/"
    assert client.post(url).status_code == 409
    for person in (stranger, auditor):
        client.force_login(person)
        assert client.post(url).status_code == 404
    assert client.get(url).status_code == 405


def test_others_rows_cannot_be_chosen(client, waseda, yonsei, takasaki, stranger):
    side = make_proposed(waseda, yonsei)
    client.force_login(stranger)
    asked = client.post("/agreements/remind/", {"which": "ticked", "row": [side.pk], "sure": "yes"})
    assert asked.context["done"] == []
