"""The sentences of a placement: why a choice was met, was full or was not open. In the reader's language."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from eastep.institutions.seasons import Season
from eastep.institutions.sentences import season_in_words

NameOf = Callable[[str], str]  # an institution's name by its key

OBJECTIONS = {
    "not_offered": gettext_lazy("The home institution has no places of this kind there."),
    "field": gettext_lazy("The places are for the fields {asked}; the applicant's field is {own}."),
    "level": gettext_lazy("The places are for EQF level {asked}; the applicant is at level {own}."),
    "gpa_missing": gettext_lazy("A GPA of at least {asked} is asked; none is given."),
    "gpa_below": gettext_lazy("A GPA of at least {asked} is asked; the applicant has {own}."),
    "gpa_not_comparable": gettext_lazy(
        "A GPA of at least {asked} is asked; {own} is on another scale, and no conversion between the two is named."
    ),
    "language_missing": gettext_lazy("Asked is {asked}; no result of these tests is given."),
    "language_below": gettext_lazy("Asked is {asked}; the results do not reach it ({own})."),
    "language_expired": gettext_lazy("Asked is {asked}; the result ({own}) is no longer valid on {on}."),
    "language_not_yet": gettext_lazy("Asked is {asked}; the result ({own}) is dated after {on}."),
    "language_undated": gettext_lazy(
        "Asked is {asked}; the result ({own}) needs its date, because it is not valid for ever."
    ),
}


def objection(against: Mapping[str, Any]) -> str:
    """One reason why a place is not open to an applicant."""
    return str(OBJECTIONS[against["code"]]).format(**against["facts"])


def season(code: str) -> str:
    """A term in words: "Spring 2027"."""
    return season_in_words(Season.of(code))


def length(code: str) -> str:
    """How long a stay is."""
    return (
        pgettext("length of stay", "academic year")
        if code == "year"
        else pgettext("length of stay", "one term")
    )


def choice(wish: Mapping[str, Any], name_of: NameOf) -> str:
    """A choice in words: "Yonsei University, spring term 2027, one term"."""
    return _("{host}, {start}, {length}").format(
        host=name_of(wish["host"]), start=season(wish["start"]), length=length(wish["length"])
    )


def _full(full: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    is_equal = full["score"] is not None and Decimal(full["score"]) == Decimal(own["score"])
    facts = {"places": full["places"], "score": full["score"], "own": own["score"]}
    if full["score"] is None:
        return _("There are no places.")
    if full["term"]:
        facts["term"] = season(full["term"])
        if is_equal:
            return _(
                "All places of {term} are taken (places: {places}). The last one went to an applicant with the "
                "same score, {score}, and a lower lottery number."
            ).format(**facts)
        return _(
            "All places of {term} are taken (places: {places}). The last one went to an applicant with the "
            "score {score}; this applicant has {own}."
        ).format(**facts)
    if is_equal:
        return _(
            "All stays of an academic year are taken (places: {places}). The last one went to an applicant with the "
            "same score, {score}, and a lower lottery number."
        ).format(**facts)
    return _(
        "All stays of an academic year are taken (places: {places}). The last one went to an applicant with the "
        "score {score}; this applicant has {own}."
    ).format(**facts)


def verdict(wish: Mapping[str, Any], own: Mapping[str, Any]) -> list[str]:
    """Why it came out so for one choice: a sentence, or several where several reasons speak against it.

    *wish* is one of the choices of an applicant *own* in a result file.
    """
    match wish["code"]:
        case "placed":
            return [_("Placed here.")]
        case "not_needed":
            return [_("Not looked at, because a better choice was met.")]
        case "ineligible":
            return [objection(against) for against in wish["objections"]]
    return [_full(full, own) for full in wish["full"]]


def outcome(code: str) -> str:
    """One word for what became of a choice."""
    return {
        "placed": pgettext("choice", "Placed"),
        "full": pgettext("choice", "Full"),
        "ineligible": pgettext("choice", "Not open"),
        "not_needed": pgettext("choice", "Not needed"),
    }[code]
