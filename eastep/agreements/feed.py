"""The ends of a person's agreements as a calendar (RFC 5545): partner and date, nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Calendar, Event, vText

from eastep.agreements.actions.reminding import MONTHS
from eastep.agreements.deadlines import Deadline, deadlines
from eastep.agreements.models import Party, Version
from eastep.agreements.states import VersionState
from eastep.notices.mails import absolute
from eastep.people.models import User

KEPT = timedelta(days=365)  # what ended longer ago is left out
MOST = 2_000  # agreements; the ones that end first
AGAIN = timedelta(hours=12)  # when a calendar program should ask again


@dataclass(frozen=True, kw_only=True)
class Dated:
    """A deadline of the agreement that one side has."""

    side: Party
    deadline: Deadline


def dates_of(person: User, *, today: date) -> Iterator[Dated]:
    """The deadlines of what is agreed, or recorded by one side, at the institutions that *person* belongs to."""
    notice = (
        Version.objects.filter(
            agreement=OuterRef("agreement"), state__in=[VersionState.AGREED, VersionState.RECORDED]
        )
        .order_by("-in_force_from")
        .values("content__notice_months")[:1]
    )
    sides = (
        Party.objects.seen_by(person)
        .filter(
            Q(agreement__is_agreed=True) | Q(agreement__open_state=VersionState.RECORDED),
            agreement__ends_on__gte=today - KEPT,
        )
        .select_related("agreement", "partner")
        .annotate(notice_months=Subquery(notice))
        .order_by("agreement__ends_on", "agreement", "position")[:MOST]
    )
    seen = set()
    for side in sides:
        agreement = side.agreement
        if agreement.ends_on is None or agreement.pk in seen:
            continue
        seen.add(agreement.pk)  # who belongs to both sides has its dates once
        days = deadlines(
            agreement.ends_on,
            notice_months=getattr(side, "notice_months", None) or 0,
            is_ending=agreement.ending_on is not None,
            reminders=MONTHS,
        )
        yield from (Dated(side=side, deadline=deadline) for deadline in days)


def feed(person: User) -> bytes:
    """The calendar, in the language of *person*. What is the same stays the same, whenever it is asked for."""
    calendar = Calendar()
    calendar.add("prodid", "-//EASTEP//Agreements//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    with translation.override(person.language):
        calendar.add("x-wr-calname", vText(_("EASTEP: ends of agreements")))
        for dated in dates_of(person, today=timezone.localdate()):
            calendar.add_component(_event(dated))
    return bytes(calendar.to_ical())


def _event(dated: Dated) -> Event:
    side, deadline = dated.side, dated.deadline
    event = Event()
    event.add("uid", _uid(dated))
    event.add("dtstamp", side.agreement.moved_at)
    event.add("summary", in_words(deadline, partner=str(side.partner)))
    event.add("dtstart", deadline.on)
    event.add("dtend", deadline.on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")  # nobody is busy for it
    event.add("url", absolute(side.agreement.get_absolute_url()))
    return event


def _uid(dated: Dated) -> str:
    """The same for the same deadline, also when its day moves: the program then moves what it shows."""
    kind = {"ends_by_notice": "end", "reminder": f"reminder-{dated.deadline.months}"}.get(
        dated.deadline.kind, dated.deadline.kind
    )
    return f"agreement-{dated.side.agreement_id}-{kind}@{urlsplit(settings.ADDRESS).hostname}"


def in_words(deadline: Deadline, *, partner: str) -> str:
    """What happens on the day, in the reader's language."""
    match deadline.kind:
        case "end":
            return _("Agreement with {partner} ends").format(partner=partner)
        case "ends_by_notice":
            return _("Agreement with {partner} ends, as notice was given").format(partner=partner)
        case "notice":
            return _("Agreement with {partner}: last day to give notice before its end").format(
                partner=partner
            )
        case "reminder":
            text = ngettext(
                "Agreement with {partner} ends in {months} month",
                "Agreement with {partner} ends in {months} months",
                deadline.months,
            )
            return text.format(partner=partner, months=deadline.months)
