"""The demo: an invented programme between real universities, for looking at EASTEP and for trying it out.

`load` puts it into an empty database and writes the same programme as sheets, to be placed by hand.
"""

from dataclasses import dataclass, field
from pathlib import Path

import click
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from eastep.agreements.models import Agreement
from eastep.applications.models import Round
from eastep.core.errors import Refused
from eastep.institutions.models import Institution
from eastep.people.models import User
from eastep.people.rules import SYSTEM
from eastep.standards.models import Fact
from eastep.website.demonstration.agreements import make_agreements
from eastep.website.demonstration.people import PASSWORD, PEOPLE, Person, bring_in
from eastep.website.demonstration.rounds import frozen_round, round_in_work
from eastep.website.demonstration.workbooks import Progress, write_files

__all__ = ["PASSWORD", "SHEETS", "Loaded", "Person", "load"]

SHEETS = settings.VAR / "demo"
STEPS = 4


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """Whom to sign in as, and where the sheets lie."""

    people: list[Person] = field(default_factory=lambda: list(PEOPLE))
    password: str = PASSWORD
    sheets: Path = SHEETS


def load(progress: Progress = click.progressbar, *, sheets: Path = SHEETS) -> Loaded:
    """Load the demo after `ground.lay`, all of it or nothing, and write its sheets. Repeatable.

    Raises Refused where the database holds anything else: everybody knows the password of the demo's people.
    """
    if settings.PRODUCTION:
        raise Refused(
            _(
                "Everybody knows the passwords of the demo, so it is never loaded in production. "
                "Set EASTEP_ENV to demo, on a database of its own."
            ),
            code="production",
        )
    with transaction.atomic():
        system = User.objects.select_for_update().get(email=SYSTEM)  # one load at a time
        is_loaded = User.objects.filter(email=PEOPLE[0].email).exists()
        if not is_loaded and _holds_other_data():
            raise Refused(
                _(
                    "This database holds other data, so the demo was not loaded. Give the demo a database of "
                    "its own: name an empty one in DATABASE_URL, or another folder in EASTEP_DATA."
                ),
                code="not_empty",
            )
        write_files(sheets, progress)
        if not is_loaded:
            _fill(system, sheets, progress)
    return Loaded(sheets=sheets)


def _holds_other_data() -> bool:
    """Whether anybody has worked here: what `ground.lay` brings does not count."""
    return (
        User.objects.exclude(email=SYSTEM).exists()
        or Round.objects.exists()
        or Agreement.objects.exists()
        or Institution.objects.filter(shipped=False).exists()
        or Fact.objects.filter(shipped=False).exists()
    )


def _fill(system: User, sheets: Path, progress: Progress) -> None:
    """People, agreements in every state, a round that is frozen, and one in the middle of the work. Its jobs find all done and change nothing."""
    with progress(length=STEPS, label=_("Loading the programme")) as bar:
        people = {person.email: person for person in bring_in(by=system)}
        bar.update(1)
        make_agreements(people)
        bar.update(1)
        frozen_round(people["takasaki@demo.eastep.example"], sheets)
        bar.update(1)
        round_in_work(people["onodera@demo.eastep.example"], sheets)
        bar.update(1)
