"""What a student sees of a result: never a score that belongs to one other person.

The cut-off of an option is the score of whoever got its last place, and so is what "would have been enough": with few
people in, it can be told whose. So it is shown only where the round says so, and only of a quota that enough people
got into by the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

OWN = ("id", "name", "home", "field", "level", "gpa", "languages", "score", "lottery", "language")
OF_CHOICE = ("number", "host", "start", "length", "code", "objections")


def shown(
    own: Mapping[str, Any], options: Mapping[int, Mapping[str, Any]], *, students_see: str, minimum_cell: int
) -> dict[str, Any]:
    """What of an applicant's document the applicant sees.

    *options* are the places of the document by row (those of this applicant's ``full`` entries are needed).
    *students_see* is ``enough`` (the own score, and whether it was enough) or ``cutoffs`` (also the cut-offs of
    options that at least *minimum_cell* got into by the rule). ``told`` names the sentence (`reasons.for_student`).

    The reasons that officers wrote, other people's scores and lottery numbers, and how the moves of others changed
    things are left out.
    """
    least = minimum_cell if students_see == "cutoffs" else None
    return {
        **{name: own[name] for name in OWN if name in own},
        "placed": own["placed"],
        "choices": [_choice(wish, own, options, least) for wish in own["choices"]],
    }


def _choice(
    wish: Mapping[str, Any],
    own: Mapping[str, Any],
    options: Mapping[int, Mapping[str, Any]],
    least: int | None,
) -> dict[str, Any]:
    seen = {
        **{name: wish[name] for name in OF_CHOICE},
        "waived": [{"code": one["code"], "facts": one["facts"]} for one in wish["waived"]],
        "own": own["score"],
        "enough": {"placed": True, "moved": True, "full": False}.get(wish["code"]),
        "cutoff": None,
        "direction": None,
    }
    told = wish["code"]
    if wish["code"] == "full":
        seen["cutoff"] = None if least is None else _cutoff(wish, options, least)
        seen["direction"] = _by_balance_alone(wish)
        told = "balance" if seen["direction"] else "not_enough"
        if all(full["score"] is None for full in wish["full"]):
            told = "balance_none" if seen["direction"] else _given(wish)
            seen["enough"] = (
                None if told == "given" else False
            )  # where no claim decides, no score would have been
        elif seen["cutoff"] is not None:
            is_equal = Decimal(seen["cutoff"]) == Decimal(own["score"])
            told = f"{'balance_' if seen['direction'] else ''}cutoff{'_equal' if is_equal else ''}"
    elif wish["code"] == "not_needed" and own.get("move"):
        told = "decided"
    return {**seen, "told": told}


def _by_balance_alone(wish: Mapping[str, Any]) -> Mapping[str, str] | None:
    """The direction, where balance kept the applicant out of a row whose own places were not full."""
    own = {full["row"] for full in wish["full"] if not full.get("direction")}
    return next((full["direction"] for full in wish["full"] if full["row"] not in own), None)


def _given(wish: Mapping[str, Any]) -> str:
    """Why a choice was full where no claim decided."""
    quotas = [full for full in wish["full"] if not full.get("direction")]
    if all(full["places"] == 0 for full in quotas):
        return "no_places"
    return "by_office" if all(full["by_hand"] >= full["places"] for full in quotas) else "given"


def _cutoff(wish: Mapping[str, Any], options: Mapping[int, Mapping[str, Any]], least: int) -> str | None:
    """The lowest cut-off among the rows that the choice could use; None if one of them may not be shown."""
    rows = {full["row"] for full in wish["full"]}
    cutoffs = []
    for row in rows:
        option = options[row]
        by_rule = min(option["among"], option["taken"] - option["by_hand"])
        if option["cutoff"] is None or by_rule < least:
            return None
        cutoffs.append(option["cutoff"])
    return min(cutoffs, key=Decimal, default=None)
