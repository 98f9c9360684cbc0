"""The sentences of a placement: why a choice was met, was full or was not open. In the reader's language.

A result has hundreds of thousands of sentences of few kinds, so each wording is looked up once a language.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from eastep.core.text import joined
from eastep.institutions.seasons import Season
from eastep.institutions.sentences import season_in_words
from eastep.standards.facts import Standards

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
FULL = {
    "none": gettext_lazy("There are no places."),
    "term": gettext_lazy(
        "All places of {term} are taken (places: {places}). The last one went to an applicant with the "
        "score {score}; this applicant has {own}."
    ),
    "term_equal": gettext_lazy(
        "All places of {term} are taken (places: {places}). The last one went to an applicant with the "
        "same score, {score}, and a lower lottery number."
    ),
    "term_by_hand": gettext_lazy("All places of {term} were given by hand (places: {places})."),
    "year": gettext_lazy(
        "All stays of an academic year are taken (places: {places}). The last one went to an applicant with the "
        "score {score}; this applicant has {own}."
    ),
    "year_equal": gettext_lazy(
        "All stays of an academic year are taken (places: {places}). The last one went to an applicant with the "
        "same score, {score}, and a lower lottery number."
    ),
    "year_by_hand": gettext_lazy("All stays of an academic year were given by hand (places: {places})."),
    "term_given": gettext_lazy("All places of {term} are taken (places: {places})."),
    "year_given": gettext_lazy("All stays of an academic year are taken (places: {places})."),
    "direction": gettext_lazy(
        "Balance allows no more stays from {home} to {host} (stays: {places}). The last one went to an applicant with "
        "the score {score}; this applicant has {own}."
    ),
    "direction_equal": gettext_lazy(
        "Balance allows no more stays from {home} to {host} (stays: {places}). The last one went to an applicant with "
        "the same score, {score}, and a lower lottery number."
    ),
    "direction_by_hand": gettext_lazy(
        "Balance allows no more stays from {home} to {host}; all of them were given by hand (stays: {places})."
    ),
    "direction_none": gettext_lazy("Balance allows no stays from {home} to {host}."),
}
VERDICTS = {
    "placed": gettext_lazy("Placed here."),
    "moved": gettext_lazy("Placed here by hand. Reason: {reason}"),
    "no_exchange": gettext_lazy("There was room, but nobody else came from there in exchange."),
    "not_needed": gettext_lazy("Not looked at, because a better choice was met."),
    "moved_elsewhere": gettext_lazy("Not looked at, because the applicant was placed by hand."),
    "left_by_hand": gettext_lazy("Not looked at, because the applicant was left without a place by hand."),
    "although": gettext_lazy("This speaks against it: {objection}"),
    "waived": gettext_lazy("Waived: {objection} Reason: {reason}"),
}
ENOUGH = {
    "more": gettext_lazy("A score above {score} would have been enough."),
    "equal": gettext_lazy("A score of {score} would have been enough."),
    "nothing": gettext_lazy("No score would have been enough."),
}
STUDENT = {
    "placed": gettext_lazy("The applicant is placed here."),
    "moved": gettext_lazy("The applicant is placed here by decision of the office."),
    "not_needed": gettext_lazy("Not looked at, because a better choice was met."),
    "by_office": gettext_lazy("The home institution has decided on these places itself."),
    "given": gettext_lazy("All places are taken."),
    "no_exchange": gettext_lazy(
        "There was room, but the exchange is kept in balance, and nobody else came from there in return."
    ),
    "balance": gettext_lazy(
        "The exchange is kept in balance: no more stays from {home} to {host} were possible. The applicant's score, "
        "{own}, was not enough for this choice."
    ),
    "balance_cutoff": gettext_lazy(
        "The exchange is kept in balance: no more stays from {home} to {host} were possible. The last place went to the "
        "score {cutoff}; the applicant's score is {own}."
    ),
    "balance_cutoff_equal": gettext_lazy(
        "The exchange is kept in balance: no more stays from {home} to {host} were possible. The last place went to the "
        "score {cutoff}, which is the applicant's too; the lottery decided."
    ),
    "balance_none": gettext_lazy(
        "The exchange is kept in balance: no more stays from {home} to {host} were possible."
    ),
    "decided": gettext_lazy("Not looked at, because the office has decided on this application."),
    "no_places": gettext_lazy("There are no places."),
    "not_enough": gettext_lazy(
        "All places are taken. The applicant's score, {own}, was not enough for this choice."
    ),
    "cutoff": gettext_lazy(
        "All places are taken. The last one went to the score {cutoff}; the applicant's score is {own}."
    ),
    "cutoff_equal": gettext_lazy(
        "All places are taken. The last one went to the score {cutoff}, which is the applicant's too; the lottery decided."
    ),
    "waived": gettext_lazy("The office does not insist on this: {objection}"),
}
OUTCOMES = {
    "placed": pgettext_lazy("choice", "Placed"),
    "moved": pgettext_lazy("choice", "Placed by hand"),
    "full": pgettext_lazy("choice", "Full"),
    "no_exchange": pgettext_lazy("choice", "No exchange"),
    "ineligible": pgettext_lazy("choice", "Not open"),
    "not_needed": pgettext_lazy("choice", "Not needed"),
}
LENGTHS = {
    "term": pgettext_lazy("length of stay", "one term"),
    "year": pgettext_lazy("length of stay", "academic year"),
}
OTHERS = {
    "choice": gettext_lazy("{host}, {start}, {length}"),
    "off_list": gettext_lazy("not on the list"),
}
IMPOSSIBLE = {
    "unknown_rule_field": gettext_lazy("A rule of placement has no “{field}”."),
    "unknown_mechanism": gettext_lazy("There is no rule of placement “{mechanism}”."),
    "planning_mechanism": gettext_lazy(
        "“{mechanism}” is for planning only: who lists choices by tactics can gain by it. Choose another rule of placement."
    ),
    "one_home_only": gettext_lazy(
        "A round of one home institution knows one direction only, so it cannot keep a balance. Choose a rule without "
        "balance, or place in a round of the programme."
    ),
    "unknown_unit": gettext_lazy("Balance is between countries or between institutions, not “{unit}”."),
    "needs_countries": gettext_lazy(
        "This rule keeps the balance between countries only. Choose countries, or places in exchange for places."
    ),
    "not_two_countries": gettext_lazy(
        "This rule is for two countries, but there are {number} ({names}). Choose places in exchange for places."
    ),
    "within_one_country": gettext_lazy(
        "Row {row} of places lies in the country of its home institution. This rule of placement is between two "
        "countries: take the row out, or choose another rule."
    ),
    "not_a_tolerance": gettext_lazy("“{value}” is no tolerance. Write a whole number from 0 to {most}."),
    "not_a_carried_balance": gettext_lazy(
        "“{value}”, carried over for {unit}, is no whole number from −{most} to {most}."
    ),
    "unknown_country": gettext_lazy(
        "A balance is carried over for {unit}, which is no country of this round."
    ),
    "unknown_institution": gettext_lazy(
        "A balance is carried over for {unit}, which is no known institution."
    ),
    "carried_contradicts": gettext_lazy(
        "What one of two countries has sent, the other one has received: {one_carries} for {one} and {other_carries} for "
        "{other} contradict each other. Name one of the two."
    ),
    "no_term_dates": gettext_lazy(
        "EASTEP does not know the day on which a stay in {country} begins in {term}, and language results must be valid on "
        "it. Withdraw the rows of places there."
    ),
    "nothing_to_weigh": gettext_lazy("There are no places or no applicants. Bring them in first."),
    "unknown_change": gettext_lazy("A simulation cannot change “{field}”."),
    "no_such_row": gettext_lazy("There is no row {row} of places in this round. Take the change of it out."),
    "no_such_applicant": gettext_lazy(
        "There is no applicant {applicant} in this round. Take the number out of the withdrawn ones."
    ),
    "unknown_field": gettext_lazy("“{field}” of row {row} cannot be changed in a simulation."),
    "not_a_number_of_places": gettext_lazy(
        "Row {row}: “{value}” is not a number of places. Write a whole number from {least} to {most}."
    ),
    "unreadable_minimum_gpa": gettext_lazy("Row {row}, minimum GPA: {problem}"),
    "unreadable_language": gettext_lazy("Row {row}, language requirement: {problem}"),
    "unknown_applicant": gettext_lazy(
        "The applicant {applicant}, who was moved by hand, is not in this simulation. Undo the move."
    ),
    "unknown_row": gettext_lazy(
        "There is no row {row} of places, on which the applicant {applicant} was put by hand. Undo the move."
    ),
    "moved_twice": gettext_lazy("The applicant {applicant} was moved twice. Undo one of the moves."),
    "too_many_moved": gettext_lazy(
        "More applicants were put by hand on row {row} than it has places (places: {places}). Undo one of the moves."
    ),
    "too_many_moved_term": gettext_lazy(
        "More applicants were put by hand on row {row} than there are places in {term} (places: {places}). "
        "Undo one of the moves."
    ),
}
WORDS: dict[str, Mapping[str, Any]] = {
    "objection": OBJECTIONS,
    "full": FULL,
    "verdict": VERDICTS,
    "enough": ENOUGH,
    "student": STUDENT,
    "outcome": OUTCOMES,
    "length": LENGTHS,
    "other": OTHERS,
    "impossible": IMPOSSIBLE,
}


def objection(against: Mapping[str, Any]) -> str:
    """One reason why a place is not open to an applicant; fields and tests by name, not by code alone."""
    code, facts, language = against["code"], against["facts"], (get_language() or "en")[:2]
    name = _fields if code == "field" else _tests if code.startswith("language") else None
    named = {one: name(facts[one], language) for one in ("asked", "own") if one in facts} if name else {}
    return _say("objection", code, facts | named)


@lru_cache(maxsize=10_000)
def _fields(codes: str, language: str) -> str:
    """``"0311; 0312"`` with the titles of ISCED-F."""
    titles = {one.code: one.label for one in Standards.shipped().fields}
    return "; ".join(
        f"{code} {titles[code].in_language(language)}" if code in titles else code
        for code in codes.split("; ")
    )


def levels(codes: object) -> str:
    """``"6; 7"``, or one number, in words."""
    names, language = {one.code: one.label for one in Standards.shipped().levels}, get_language() or "en"
    return joined(
        names[code].in_language(language) if code in names else code for code in str(codes).split("; ")
    )


@lru_cache(maxsize=10_000)
def _tests(text: str, language: str) -> str:
    """A requirement or results as records have them, with the names that the tests have in *language*."""
    named = {one.code: one for one in Standards.shipped().tests}
    parts = re.split("( / |; )", text)
    for number, part in enumerate(parts):
        code = max((one for one in named if part == one or part.startswith(f"{one} ")), key=len, default="")
        if code and (language != "en" or part == code):
            parts[number] = named[code].label.in_language(language) + part.removeprefix(code)
    return "".join(parts)


def season(code: str) -> str:
    """A term in words: "Spring 2027"."""
    return _season(code, get_language() or "en")


def length(code: str) -> str:
    """How long a stay is."""
    return _wording("length", code, get_language() or "en")


def choice(wish: Mapping[str, Any], name_of: NameOf) -> str:
    """A choice or a stay in words: "Yonsei University, spring term 2027, one term"."""
    return _say(
        "other",
        "choice",
        {"host": name_of(wish["host"]), "start": season(wish["start"]), "length": length(wish["length"])},
    )


def number(wish: Mapping[str, Any]) -> str:
    """Which choice it was: its number, or that it was not on the list."""
    return str(wish["number"]) if wish["number"] else _wording("other", "off_list", get_language() or "en")


def verdict(wish: Mapping[str, Any], own: Mapping[str, Any]) -> list[str]:
    """Why it came out so for one choice: a sentence, or several where several reasons speak against it.

    *wish* is one of the choices of an applicant *own* in a result document. What was waived is told too.
    """
    code, move = wish["code"], own.get("move")
    waived = [
        _say("verdict", "waived", {"objection": objection(one), "reason": one["reason"]})
        for one in wish.get("waived", ())
    ]
    match code:
        case "full":
            return [*(_full(full, own) for full in wish["full"]), *waived]
        case "ineligible":
            return [*map(objection, wish["objections"]), *waived]
        case "moved":
            although = [
                _say("verdict", "although", {"objection": objection(one)}) for one in wish["objections"]
            ]
            return [_say("verdict", "moved", {"reason": move["reason"] if move else ""}), *although, *waived]
        case "not_needed" if move:
            code = "left_by_hand" if move["row"] is None else "moved_elsewhere"
    return [_say("verdict", code, {}), *waived]


def _full(full: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    direction = full.get("direction") or {}
    kind = "direction" if direction else "term" if full["term"] else "year"
    if full["score"] is None:
        if not full["places"]:
            kind = "direction_none" if direction else "none"
        else:
            kind += "_given" if _is_without_claims(full) else "_by_hand"
    elif full["score"] == own["score"] or Decimal(full["score"]) == Decimal(own["score"]):
        kind += "_equal"
    return _say(
        "full",
        kind,
        {
            "term": season(full["term"]) if full["term"] else "",
            "places": full["places"],
            "score": full["score"],
            "own": own["score"],
            **ways(direction),
        },
    )


def _is_without_claims(full: Mapping[str, Any]) -> bool:
    """Whether the places were given by a rule of exchange: not by hand alone, and the last score decides nothing."""
    return full["score"] is None and full["by_hand"] < full["places"]


def ways(direction: Mapping[str, str]) -> dict[str, str]:
    """From where to where, by name: what a sentence about a direction needs."""
    return {"home": country(direction["from"]), "host": country(direction["to"])} if direction else {}


def country(code: str) -> str:
    """A country's name from its ISO 3166-1 code, by CLDR."""
    return _country(code, (get_language() or "en")[:2])


def enough(wish: Mapping[str, Any]) -> str:
    """What would have been enough for a choice that was full by claims; "" for every other choice. Not for students."""
    if wish["code"] != "full" or any(_is_without_claims(full) for full in wish.get("full", ())):
        return ""
    kind = "nothing" if wish["enough"] is None else "equal" if wish["enough_equal"] else "more"
    return _say("enough", kind, {"score": wish["enough"]})


def outcome(code: str) -> str:
    """One word for what became of a choice."""
    return _wording("outcome", code, get_language() or "en")


def for_student(seen: Mapping[str, Any]) -> list[str]:
    """What a student reads about one choice, as `showing.shown` gives it."""
    waived = [_say("student", "waived", {"objection": objection(one)}) for one in seen["waived"]]
    if seen["code"] == "ineligible":
        return [*map(objection, seen["objections"]), *waived]
    return [_say("student", seen["told"], {**seen, **ways(seen["direction"] or {})}), *waived]


def impossible(code: str, facts: Mapping[str, Any]) -> str:
    """Why a change or a move of a simulation cannot be, and what to do."""
    if code == "too_many_moved" and facts["term"]:
        return _say("impossible", "too_many_moved_term", {**facts, "term": season(facts["term"])})
    if code == "not_two_countries":
        names = joined(map(country, facts["countries"]))
        return _say("impossible", code, {"number": len(facts["countries"]), "names": names})
    if code == "no_term_dates":
        return _say(
            "impossible", code, {"country": country(facts["country"]), "term": season(facts["start"])}
        )
    if code in ("carried_contradicts", "unknown_country"):
        facts = {
            **facts,
            **{name: country(facts[name]) for name in ("one", "other", "unit") if name in facts},
        }
    return _say("impossible", code, facts)


def _say(table: str, code: str, facts: Mapping[str, Any]) -> str:
    return _wording(table, code, get_language() or "en").format(**facts)


@lru_cache(maxsize=1_000)
def _wording(table: str, code: str, _language: str) -> str:
    return str(WORDS[table][code])


@lru_cache(maxsize=1_000)
def _country(code: str, language: str) -> str:
    return str(Locale(language).territories.get(code, code))


@lru_cache(maxsize=1_000)
def _season(code: str, _language: str) -> str:
    return season_in_words(Season.of(code))
