"""When the terms of an institution begin and end, and until when its partners have time."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from eastep.core.errors import refuse_stale
from eastep.core.events import record
from eastep.core.permissions import authorise
from eastep.institutions import events
from eastep.institutions.actions.locking import locked
from eastep.institutions.models import Institution, Term
from eastep.institutions.seasons import Season
from eastep.institutions.sentences import season_in_words
from eastep.people.models import User

YEAR = timedelta(days=366)  # a longer term, or an earlier deadline, is a slip of the pen


@transaction.atomic
def set_term(
    institution: Institution,
    *,
    by: User,
    season: Season,
    starts_on: date,
    ends_on: date,
    nomination_on: date | None = None,
    application_on: date | None = None,
    arrival_on: date | None = None,
    source: str = "",
    version: int | None = None,
) -> Term:
    """Say when a term of the institution begins and ends, in place of what was said before.

    The other dates are for incoming students. *version* is what the person saw, 0 for nothing; Refused if the
    term has gone on. Without it nobody looked.
    """
    institution = locked(institution)
    authorise(by, "institutions.set_term", institution)
    deadlines = {
        "nomination_on": nomination_on,
        "application_on": application_on,
        "arrival_on": arrival_on,
    }
    if problems := _problems(season, starts_on, ends_on, deadlines):
        raise ValidationError(problems)
    dates = {"starts_on": starts_on, "ends_on": ends_on, **deadlines}
    values = {**dates, "source": source}
    term = Term.objects.filter(institution=institution, season=season.code).first()
    if term and all(getattr(term, field) == value for field, value in values.items()):
        return term
    if version is not None:
        refuse_stale(term.version if term else 0, version)
    term = term or Term(institution=institution, season=season.code, version=0)
    for field, value in values.items():
        setattr(term, field, value)
    term.version += 1
    term.save()
    said = {name: day.isoformat() if day else "" for name, day in dates.items()}
    record(events.TERM_SET, institution, by=by, season=season.code, **said)
    return term


def _problems(
    season: Season, starts_on: date, ends_on: date, deadlines: dict[str, date | None]
) -> dict[str, ValidationError]:
    """What cannot be, by the date that is wrong."""
    problems: dict[str, ValidationError] = {}
    first_half = starts_on.month <= 6
    if starts_on.year != season.year or first_half != (season.kind == "spring"):
        problems["starts_on"] = ValidationError(
            _("{season} begins in the first half of its year (spring) or in the second (autumn).").format(
                season=season_in_words(season)
            ),
            code="term_outside_season",
        )
    if ends_on <= starts_on:
        problems["ends_on"] = ValidationError(
            _("The last day must be after the first."), code="term_ends_before_it_starts"
        )
    elif ends_on - starts_on > YEAR:
        problems["ends_on"] = ValidationError(
            _("This is more than a year after the first day."), code="too_late"
        )
    if problems:
        return problems  # what is measured from these would be wrong only because they are
    for name, day in deadlines.items():
        if day and name == "arrival_on" and day > ends_on:
            problems[name] = ValidationError(_("This is after the last day of the term."), code="too_late")
        elif day and name != "arrival_on" and day > starts_on:
            problems[name] = ValidationError(_("This is after the first day of the term."), code="too_late")
        elif day and starts_on - day > YEAR:
            problems[name] = ValidationError(
                _("This is more than a year before the first day."), code="too_early"
            )
    return problems
