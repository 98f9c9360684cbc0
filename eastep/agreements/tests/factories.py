"""Agreements for tests; what is not mentioned has a sensible value."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from eastep.agreements import actions, queries
from eastep.agreements.content import Content, blank
from eastep.agreements.models import Agreement, Party
from eastep.institutions.models import Institution
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person
from eastep.people.models import User

TODAY = timezone.localdate  # the acts themselves have no other clock


def office_of(institution: Institution) -> User:
    """Somebody in the institution's office."""
    return User.objects.filter(
        memberships__institution=institution, memberships__role=Role.OFFICE
    ).first() or make_person(Role.OFFICE, institution)


def make_content(one: Institution, other: Institution, **given: Any) -> Content:
    """From the first day of last year, for five years; three places a year in each direction."""
    starts_on = given.pop("starts_on", date(TODAY().year - 1, 4, 1))
    ends_on = given.pop("ends_on", date(TODAY().year + 4, 3, 31))
    places = given.pop("places", 3)
    parties = [(party.key, party.name, None) for party in (one, other)]
    content = blank(parties, starts_on=starts_on, ends_on=ends_on)
    for condition in content["conditions"]:
        condition["places"] = places
    return {**content, **given}


def make_draft(home: Institution | None = None, partner: Institution | None = None, **given: Any) -> Party:
    """A first draft of *home*; its side comes back. What else is *given* is of the content."""
    home, partner = home or make_institution(), partner or make_institution(country="KR")
    return actions.begin_agreement(
        home, by=office_of(home), partner=partner, content=make_content(home, partner, **given)
    )


def make_proposed(*args: Any, **given: Any) -> Party:
    """A draft that its author's side has proposed."""
    side = make_draft(*args, **given)
    actions.propose(side, by=office_of(side.institution), edition=1)
    return side


def make_recorded(*args: Any, effective_on: date | None = None, **given: Any) -> Party:
    """Recorded by its author's side as signed last year, not confirmed by the other."""
    side = make_draft(*args, **given)
    effective_on = effective_on or date(TODAY().year - 1, 4, 1)
    actions.record_agreement(side, by=office_of(side.institution), edition=1, effective_on=effective_on)
    return side


def make_agreed(*args: Any, **given: Any) -> Party:
    """Recorded and confirmed: in effect since last year."""
    side = make_recorded(*args, **given)
    other = side.other
    actions.confirm(other, by=office_of(other.institution), sha256=hash_of(side.agreement))
    return Party.objects.select_related("agreement", "institution", "partner").get(pk=side.pk)


def both_approve(side: Party) -> None:
    """Both sides approve what is proposed."""
    for party in (side, side.other):
        approve(party)


def approve(party: Party, **given: Any) -> None:
    values = {"sha256": hash_of(party.agreement), "signed_name": "髙﨑 朴", "signed_position": "President"}
    actions.approve(party, by=office_of(party.institution), **values | given)


def hash_of(agreement: Agreement) -> str:
    """What is proposed or recorded now."""
    version = queries.open_version(agreement)
    return version.sha256 if version else ""


def in_days(days: int) -> date:
    return TODAY() + timedelta(days=days)
