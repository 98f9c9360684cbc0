"""What is wrong with a content: malformed (a ValueError, it never comes from our forms), or not finished (sentences)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from eastep.agreements.content import FORMAT, Condition, Content, blank
from eastep.agreements.models import Agreement, Party
from eastep.agreements.queries.ledger import unit_may_change
from eastep.agreements.states import Level, Mobility, Unit
from eastep.core.text import LANGUAGES, Text

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)  # of the days that people write
MOST_PLACES = 10_000
MOST_CONDITIONS = 200
LANGUAGE_IS = ("required", "recommended")
HALVES = ("spring", "autumn")
_SHAPE = blank([("A", Text(), None), ("B", Text(), None)], starts_on=date.min, ends_on=None)
_CONDITION = _SHAPE["conditions"][0]


def check(content: Content, party: Party) -> None:
    """Raises ValueError, naming the place, unless *content* is of the shape in content.py and about these two sides."""
    _keys("content", content, _SHAPE)
    _must("format", content["format"] == FORMAT)
    _must("level", content["level"] in Level.values)
    both = {party.institution.key, party.partner.key}
    _must(
        "parties", {one["institution"] for one in content["parties"]} == both and len(content["parties"]) == 2
    )
    for one in content["parties"]:
        _text("parties.name", one["name"])
        if one["faculty"] is not None:
            _text("parties.faculty", one["faculty"])
    _day("starts_on", content["starts_on"])
    if content["ends_on"] is not None:
        _day("ends_on", content["ends_on"])
    _whole("notice_months", content["notice_months"], 0, 60)
    balance = content["balance"]
    _keys("balance", balance, _SHAPE["balance"])
    _must("balance.counts", balance["counts"] in Unit.values)
    if balance["expires_after"] is not None:
        _whole("balance.expires_after", balance["expires_after"], 0, 50)
    _whole("balance.tolerance", balance["tolerance"], 0, MOST_PLACES)
    _text("other", content["other"])
    conditions = content["conditions"]
    _must("conditions", isinstance(conditions, list) and len(conditions) <= MOST_CONDITIONS)
    _must("conditions.id", len({one["id"] for one in conditions}) == len(conditions))
    for condition in conditions:
        _check_condition(condition, both)


def unfinished(content: Content, agreement: Agreement, *, today: date | None) -> list[str]:
    """What has to be said before it can be proposed or recorded, in sentences. Without *today* the past is no matter."""
    problems = []
    starts_on = date.fromisoformat(content["starts_on"])
    ends_on = date.fromisoformat(content["ends_on"]) if content["ends_on"] else None
    if ends_on and ends_on < starts_on:
        problems.append(_("The last day lies before the first. Correct the dates."))
    elif today and ends_on and ends_on < today:
        problems.append(_("The period is over already. Correct the dates."))
    if today and not content["conditions"] and content["level"] != Level.MEMORANDUM:
        problems.append(
            _("Add at least one condition: who sends how many to whom. Only a memorandum needs none.")
        )
    for number, condition in enumerate(content["conditions"], 1):
        if condition["places"] == 0:
            problems.append(
                _("Condition {number} gives no place. Give a number, or leave it open.").format(number=number)
            )
    if not unit_may_change(agreement, content):
        problems.append(
            _(
                "The ledger has past years without terms. Reverse these lines and bring them in with terms, then terms can be counted."
            )
        )
    return problems


def _check_condition(condition: Condition, both: set[str]) -> None:
    place = f"condition {condition.get('id')}"
    _keys(place, condition, _CONDITION)
    _whole(f"{place}: id", condition["id"], 1, 10**9)
    _must(f"{place}: direction", {condition["sending"], condition["receiving"]} == both)
    _must(f"{place}: mobility", condition["mobility"] in Mobility.values)
    _must(f"{place}: fields", all(re.fullmatch("[0-9]{2,4}", code) for code in condition["fields"]))
    _must(f"{place}: levels", all(level in range(1, 9) for level in condition["levels"]))
    _must(f"{place}: terms", set(condition["terms"]) <= set(HALVES))
    if condition["places"] is not None:
        _whole(f"{place}: places", condition["places"], 0, MOST_PLACES)
    for name, most in (("months", 120), ("days", 366)):
        _must(f"{place}: {name}", condition[name] == "" or _is_between(condition[name], most))
    years = [condition[name] for name in ("first_year", "last_year") if condition[name] is not None]
    for year in years:
        _whole(f"{place}: years", year, 1900, 2199)
    _must(f"{place}: years", years == sorted(years))
    _must(f"{place}: blended", isinstance(condition["blended"], bool))
    _must(f"{place}: language_is", condition["language_is"] in LANGUAGE_IS)
    for name in ("field_note", "language", "minimum_gpa"):
        _must(f"{place}: {name}", isinstance(condition[name], str))
    _text(f"{place}: other", condition["other"])


def _must(place: str, holds: bool) -> None:
    if not holds:
        raise ValueError(f"not a content: {place}")


def _keys(place: str, value: Any, shape: dict[str, Any]) -> None:
    _must(place, isinstance(value, dict) and value.keys() == shape.keys())


def _whole(place: str, value: Any, least: int, most: int) -> None:
    _must(place, isinstance(value, int) and not isinstance(value, bool) and least <= value <= most)


def _text(place: str, value: Any) -> None:
    _must(place, isinstance(value, dict) and value.keys() == set(LANGUAGES))
    _must(place, all(isinstance(one, str) for one in value.values()))


def _day(place: str, value: Any) -> None:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"not a content: {place}") from error


def _is_between(text: str, most: int) -> bool:
    try:
        return Decimal(0) < Decimal(text) <= most
    except InvalidOperation:
        return False
