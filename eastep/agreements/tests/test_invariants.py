"""Random sequences of both sides' acts: whatever they do, both sides read the same, and nothing agreed is ever lost.

The expectation is a list of its own: at the moment in which the second side says yes, the text gets its days; what began
before it ends the day before, and what was agreed to begin after its last day stays. A notice cuts off what comes after
it. That is all that an agreement is.
"""

import json
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from eastep.agreements import actions, queries
from eastep.agreements.models import Agreement, Party, Version
from eastep.agreements.queries.lists import stands
from eastep.agreements.states import OPEN, Standing, VersionState
from eastep.agreements.tests.factories import make_content, make_draft
from eastep.core.errors import Refused

BEGIN = date(2027, 1, 10)
SAMPLE = [BEGIN + timedelta(days=47 * n) for n in range(-4, 80)]  # some ten years
SIDES = st.sampled_from([1, 2])
STEPS = st.one_of(
    st.tuples(st.just("edit"), SIDES, st.integers(0, 40), st.integers(-1, 60)),
    st.tuples(st.just("propose"), SIDES),
    st.tuples(st.just("recall"), SIDES),
    st.tuples(st.just("approve"), SIDES),
    st.tuples(st.just("agree"), SIDES),  # all of it at once, so that many versions are concluded
    st.tuples(st.just("approve_old"), SIDES),
    st.tuples(st.just("refuse"), SIDES),
    st.tuples(st.just("record"), SIDES, st.integers(0, 200)),
    st.tuples(st.just("confirm"), SIDES),
    st.tuples(st.just("discard"), SIDES),
    st.tuples(st.just("amend"), SIDES),
    st.tuples(st.just("renew"), SIDES),
    st.tuples(st.just("notice"), SIDES, st.integers(0, 900)),
    st.tuples(st.just("take_back"), SIDES),
    st.tuples(st.just("wait"), SIDES, st.integers(1, 400)),
)


class Story:
    """One agreement, the two people who act on it, and what should be in force on each sampled day."""

    def __init__(self, people, clock):
        self.people, self.clock = people, clock
        self.clock[0] = BEGIN
        self.side = make_draft(
            *(person.memberships.get().institution for person in people.values()),
            starts_on=date(2027, 4, 1),
            ends_on=date(2029, 3, 31),
        )
        self.agreement = self.side.agreement
        self.seen = [""]  # hashes that were proposed once
        self.texts = []  # (first day, last day, hash)
        self.cut = None

    def party(self, position):
        return Party.objects.select_related("agreement", "institution", "partner").get(
            agreement=self.agreement, position=position
        )

    def work(self):
        return Version.objects.filter(agreement=self.agreement, state__in=OPEN).first()

    def act(self, verb, position, *numbers):  # noqa: PLR0912 - one branch a verb
        party, by, work = self.party(position), self.people[position], self.work()
        today, edition = self.clock[0], work.edition if work else 0
        current = work.sha256 if work else ""
        match verb:
            case "edit":
                start = BEGIN + timedelta(days=30 * numbers[0])
                end = None if numbers[1] < 0 else start + timedelta(days=30 * numbers[1] + 20)
                content = make_content(
                    self.side.institution,
                    self.side.partner,
                    starts_on=start,
                    ends_on=end,
                    places=1 + numbers[0],
                )
                actions.edit_draft(party, by=by, edition=edition, content=content)
            case "propose":
                actions.propose(party, by=by, edition=edition)
            case "recall":
                actions.recall(party, by=by)
            case "approve":
                actions.approve(party, by=by, sha256=current, signed_name="髙﨑 朴")
                self._agreed(work, today)
            case "agree":
                if work is None:
                    actions.amend(party, by=by)
                if (work or self.work()).state == VersionState.DRAFT:
                    self.act("propose", position)
                for one in (1, 2):
                    self.act("approve", one)
            case "approve_old":
                old = next((one for one in self.seen if one != current), "0" * 64)
                with pytest.raises((Refused, PermissionDenied)):
                    actions.approve(party, by=by, sha256=old, signed_name="髙﨑 朴")
            case "refuse":
                actions.refuse(party, by=by, sha256=current, reason="Too few places")
            case "record":
                effective_on = today - timedelta(days=numbers[0])
                actions.record_agreement(party, by=by, edition=edition, effective_on=effective_on)
            case "confirm":
                actions.confirm(party, by=by, sha256=current)
                self._agreed(work, work.effective_on)
            case "discard":
                actions.discard_draft(party, by=by, edition=edition)
            case "amend":
                actions.amend(party, by=by)
            case "renew":
                actions.renew(party, by=by)
            case "notice":
                last_day = today + timedelta(days=numbers[0])
                actions.give_notice(party, by=by, ending_on=last_day, reason="")
                self.cut = last_day
            case "take_back":
                actions.take_back_notice(party, by=by)
                self.cut = None
            case "wait":
                self.clock[0] = today + timedelta(days=numbers[0])

    def _agreed(self, work, signed_on):
        """The second yes: known by whose yes there was before, not by what the code says."""
        yes = {one.party.position for one in work.approvals.all() if one.proposal == work.proposal}
        if yes == {1, 2}:
            first = max(date.fromisoformat(work.content["starts_on"]), signed_on)
            last = date.fromisoformat(work.content["ends_on"] or "9999-12-31")
            before = [(a, min(b, first - timedelta(days=1)), text) for a, b, text in self.texts if a < first]
            self.texts = [*before, (first, last, work.sha256), *(one for one in self.texts if one[0] > last)]

    def expected(self, days):
        """What is in force on each of the days."""
        found = {day: text for a, b, text in self.texts for day in days if a <= day <= b}
        return {day: text for day, text in found.items() if self.cut is None or day <= self.cut}

    def check(self, *, at_length=False):
        connection.check_constraints()  # what the database looks at when a transaction ends
        agreement = Agreement.objects.get(pk=self.agreement.pk)
        versions = list(Version.objects.filter(agreement=agreement))
        self.seen += [one.sha256 for one in versions if one.sha256]
        assert sum(one.state in OPEN for one in versions) <= 1
        for one in versions:
            if one.sha256:
                assert bytes(one.canonical) == plainly(one.content)
                assert one.sha256 == sha256(plainly(one.content)).hexdigest()
            if one.state in (VersionState.AGREED, VersionState.REPLACED):
                yes = [approval for approval in one.approvals.all() if approval.proposal == one.proposal]
                assert [
                    (x.party.position, x.sha256) for x in sorted(yes, key=lambda x: x.party.position)
                ] == [
                    (1, one.sha256),
                    (2, one.sha256),
                ]
        days = SAMPLE if at_length else SAMPLE[len(self.seen) % 7 :: 7]
        found = {day: held.sha256 for day in days if (held := queries.in_force(agreement, day))}
        assert found == self.expected(days)
        today = self.clock[0]
        in_effect = Agreement.objects.filter(pk=agreement.pk).in_effect(today).exists()
        assert in_effect == (queries.in_force(agreement, today) is not None)
        assert in_effect == (agreement.standing(today) in (Standing.IN_EFFECT, Standing.ENDING))
        listed = Party.objects.filter(stands(Standing.IN_EFFECT, today), agreement=agreement)
        assert listed.exists() == (agreement.standing(today) == Standing.IN_EFFECT)
        one, other = (
            list(
                Version.objects.visible_to(self.people[position])
                .filter(agreement=agreement)
                .values_list("pk")
            )
            for position in (1, 2)
        )
        private = [
            (version.pk,)
            for version in versions
            if version.shared_at is None and version.state in (*OPEN, VersionState.DISCARDED)
        ]
        assert sorted(set(one) - set(private)) == sorted(set(other) - set(private))


def plainly(content):
    """RFC 8785 by the standard library: enough where keys are ASCII and numbers whole."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def state_of(agreement):
    """Everything that is kept about it."""
    tables = (agreement.versions, agreement.parties, Agreement.objects.filter(pk=agreement.pk))
    rows = [list(table.order_by("pk").values()) for table in tables]
    approvals = [list(version.approvals.values()) for version in agreement.versions.all()]
    return repr((rows, approvals))


@given(steps=st.lists(STEPS, min_size=4, max_size=16), is_agreed=st.booleans())
@example(steps=[("propose", 1), ("approve", 2), ("agree", 1), ("wait", 2, 391)], is_agreed=False)
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_both_sides_do_they_read_the_same(takasaki, park, monkeypatch, steps, is_agreed):
    clock = [BEGIN]
    noon = lambda: datetime(clock[0].year, clock[0].month, clock[0].day, 12, tzinfo=ZoneInfo("Asia/Tokyo"))  # noqa: E731
    monkeypatch.setattr(timezone, "now", noon)
    with transaction.atomic():
        story = Story({1: takasaki, 2: park}, clock)
        if is_agreed:
            story.act("agree", 1)
        story.check()
        for step in steps:
            before, texts, cut = state_of(story.agreement), story.texts, story.cut
            try:
                with transaction.atomic():
                    story.act(*step)
            except (Refused, PermissionDenied):
                assert state_of(story.agreement) == before
                story.texts, story.cut = texts, cut
            story.check()
        story.check(at_length=True)
        event(f"{min(len(story.texts), 3)} texts in force at some time")
        transaction.set_rollback(True)
