"""Reminders: of an end that comes near, to both sides by itself, and to the partner because somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db import models, transaction
from django.db.models import Exists, Func, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from eastep.agreements import events, queries
from eastep.agreements.actions.locking import locked
from eastep.agreements.actions.telling import people_of, tell_side
from eastep.agreements.content import later
from eastep.agreements.models import Agreement, Party
from eastep.agreements.states import Reminder, VersionState, WaitsFor
from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.core.models import Entry
from eastep.core.permissions import authorise
from eastep.people.models import User

MONTHS = (
    12,
    6,
    3,
)  # before the end; issue 5, as offices do it (research/product.md 4.7). Not a law's, so no dated fact
SHORTEST_MONTH = timedelta(days=3)  # by so much may a month that is counted back differ from one counted on
MOST_AT_ONCE = 500


# By itself, every day


def remind_of_ends(*, by: User, today: date) -> list[Agreement]:
    """Remind both sides of every agreement in effect that ends in 12, 6 or 3 months: once for each of these.

    A day that was missed is made up for, but only by the reminder that fits now: what has five months left gets that
    of six. An end that moves is reminded of anew. Each agreement is a transaction of its own.
    """
    authorise(by, "agreements.remind_of_ends")
    return [
        agreement
        for pk in _to_remind(today)
        if (agreement := _remind_of_end(pk, by=by, today=today)) is not None
    ]


def months_due(ends_on: date, today: date) -> int | None:
    """Of which of the MONTHS it is time to remind on the day; None before the first of them and after the end.

    >>> [months_due(date(2027, 8, 31), day) for day in (date(2026, 8, 30), date(2026, 8, 31), date(2027, 2, 27))]
    [None, 12, 12]
    >>> [months_due(date(2027, 8, 31), day) for day in (date(2027, 2, 28), date(2027, 5, 31), date(2027, 9, 1))]
    [6, 3, None]
    """
    if ends_on < today:
        return None
    return min((months for months in MONTHS if later(ends_on, -months) <= today), default=None)


def _to_remind(today: date) -> Iterator[int]:
    """The agreements in effect for which a reminder is due that nobody has been sent."""
    its_end = Func(OuterRef("ends_on"), function="to_jsonb", output_field=models.JSONField())
    sent = _reminders().filter(subject_id=OuterRef("pk"), facts__ends_on=its_end)
    for months in MONTHS:
        near = Agreement.objects.in_effect(today).filter(
            ends_on__range=(today, later(today, months) + SHORTEST_MONTH)
        )
        rows = near.exclude(Exists(sent.filter(facts__months=months))).order_by("ends_on", "pk")
        for pk, ends_on in list(rows.values_list("pk", "ends_on")):
            if ends_on and months_due(ends_on, today) == months:
                yield pk


def _reminders() -> models.QuerySet[Entry]:
    return Entry.objects.filter(event=events.END_REMINDED.name, subject_type=Agreement._meta.label_lower)


@transaction.atomic
def _remind_of_end(pk: int, *, by: User, today: date) -> Agreement | None:
    """Remind both sides, unless somebody did so meanwhile or the end has moved."""
    agreement = Agreement.objects.select_for_update().get(pk=pk)
    if agreement.ends_on is None or (months := months_due(agreement.ends_on, today)) is None:
        return None
    facts = {"ends_on": agreement.ends_on.isoformat(), "months": months}
    if _reminders().filter(subject_id=pk, facts__contains=facts).exists():
        return None
    entry = record(events.END_REMINDED, agreement, by=by, **facts)
    for party in agreement.parties.select_related("agreement"):
        tell_side(entry, party, key=f"ends:{pk}:{agreement.ends_on}:{months}")
    return agreement


# Because somebody asks for it


@transaction.atomic
def remind_partner(party: Party, *, by: User) -> Reminder:
    """Remind the people of the other side of what waits for them; from one side at most once a day.

    Returns what they were reminded of. Refused if nothing waits for them, or nobody there can be reached.
    """
    party = locked(party, by=by)
    about = reminder_of(party)
    if about is None:
        raise Refused(_("Nothing waits for the partner, and the end is not near."), code="nothing_waits")
    return _remind(party, about, by=by)


@transaction.atomic
def ask_for_version(party: Party, *, by: User) -> Reminder:
    """Remind the people of the other side that one waits for the version which they prepare, and nobody else sees."""
    party = locked(party, by=by)
    work = queries.open_version(party.agreement)
    if work is None or work.shared_at is not None or work.author_id == party.institution_id:
        raise Refused(
            _("The partner prepares nothing any more that you do not see. Look at what is there now."),
            code="nothing_prepared",
        )
    return _remind(party, Reminder.VERSION, by=by)


def _remind(party: Party, about: Reminder, *, by: User) -> Reminder:
    today = timezone.localdate()
    sent = Entry.objects.filter(
        event=events.PARTNER_REMINDED.name,
        subject_type=Agreement._meta.label_lower,
        subject_id=party.agreement_id,
        facts__party=party.pk,
        at__date=today,
    )
    if sent.exists():
        raise Refused(_("The partner was reminded today. Wait until tomorrow."), code="reminded_today")
    other = party.other
    if not people_of(other):
        raise Refused(
            _("Nobody of {partner} can be reached through EASTEP. Invite a person by a link.").format(
                partner=party.partner
            ),
            code="nobody_there",
        )
    entry = record(events.PARTNER_REMINDED, party.agreement, by=by, about=about.value, party=party.pk)
    tell_side(entry, other)
    return about


def remind_partners(
    parties: Iterable[Party], *, by: User
) -> list[tuple[Party, Reminder | None, Refused | None]]:
    """Remind the partner of each, for itself: every side with what it was reminded of, or why not."""
    done: list[tuple[Party, Reminder | None, Refused | None]] = []
    for party in parties:
        try:
            done.append((party, remind_partner(party, by=by), None))
        except Refused as why:
            done.append((party, None, why))
    return done


def reminder_of(party: Party) -> Reminder | None:
    """What the partner of this side can be reminded of now."""
    if party.agreement.shared_at is None:
        return None
    if party.waits_for in (WaitsFor.PARTNER, WaitsFor.BOTH):
        return {
            VersionState.PROPOSED: Reminder.ANSWER,
            VersionState.RECORDED: Reminder.CONFIRM,
            VersionState.DRAFT: Reminder.REWORK,
        }[VersionState(party.work_state)]
    agreement, today = party.agreement, timezone.localdate()
    is_in_effect = agreement.is_agreed and (agreement.starts_on or today) <= today
    if is_in_effect and agreement.ends_on and today <= agreement.ends_on <= later(today, MONTHS[0]):
        return Reminder.END
    return None
