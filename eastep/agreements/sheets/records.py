"""Rows of the office's own sheets as plain records: what is kept, compared and put into words.

A record of an agreement says only what the list says: None, "" and empty lists are what it leaves open (but for *ends_on*,
where "" is no end). ``direction`` is "out" or "in", seen from the office that brings the list in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eastep.agreements.content import NOTHING, Condition, Content, blank_condition

type Record = dict[str, Any]

KEPT = (
    "reference",
    "partner_reference",
    "faculty",
    "partner_faculty",
    "level",
    "signed_on",
    "notice_months",
    "other",
)
PARTS = ("fields", "levels", "terms", "places", "months", "language", "language_is", "minimum_gpa", "other")


def kept(held: Mapping[str, Any], brought: Record) -> Record:
    """*brought* with what it leaves open as it is *held*; a faculty by its held name, if it is the same."""
    said = {name: held[name] if _is_open(brought[name]) else brought[name] for name in KEPT}
    if held["partner_reference"]:  # the partner's own word
        said["partner_reference"] = held["partner_reference"]
    for name in ("faculty", "partner_faculty"):
        if _is_one_of(said[name], held[name]):
            said[name] = held[name]
    waiting = list(held["conditions"])
    conditions = []
    for condition in brought["conditions"]:
        parts = dict(condition)
        if same := next((one for one in waiting if _is_about_the_same(one, condition)), None):
            waiting.remove(same)
            parts |= {name: same[name] for name in PARTS if _is_open(condition[name])}
        conditions.append(parts)
    return {**brought, **said, "conditions": conditions or list(held["conditions"])}


def content_with(record: Mapping[str, Any], content: Content, *, own: str, partner: str) -> Content:
    """*content* with all that the record says; what it leaves open is as in *content*."""
    parties = []
    for party in content["parties"]:
        said = record["faculty"] if party["institution"] == own else record["partner_faculty"]
        parties.append({**party, "faculty": said if said and any(said.values()) else party["faculty"]})
    said = {
        "level": record["level"] or content["level"],
        "parties": parties,
        "starts_on": record["starts_on"],
        "ends_on": record["ends_on"] or None,
        "other": content["other"] if _is_open(record["other"]) else record["other"],
    }
    if record["notice_months"] is not None:
        said["notice_months"] = record["notice_months"]
    if not record["conditions"]:
        return {**content, **said}
    last = max((one["id"] for one in content["conditions"]), default=0)
    waiting = [(as_part(one, own), one) for one in content["conditions"]]
    conditions = []
    for part in record["conditions"]:
        same = next((pair for pair in waiting if _is_about_the_same(pair[0], part)), None)
        if same:
            waiting.remove(same)
            base = same[1]
        else:
            last += 1
            sending, receiving = (own, partner) if part["direction"] == "out" else (partner, own)
            base = blank_condition(sending, receiving, number=last)
        parts = {name: part[name] for name in PARTS if not _is_open(part[name])}
        conditions.append({**base, "mobility": part["mobility"], **parts})
    return {**content, **said, "conditions": conditions}


def as_part(condition: Condition, own: str) -> Record:
    """A condition of a content as a record has it."""
    direction = "out" if condition["sending"] == own else "in"
    return {
        "direction": direction,
        "mobility": condition["mobility"],
        **{name: condition[name] for name in PARTS},
    }


def in_order(conditions: list[Record]) -> list[Record]:
    """What is sent before what is received; else as they came."""
    return sorted(conditions, key=lambda one: one["direction"] != "out")


def _is_about_the_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    alike = (one["direction"], one["mobility"]) == (other["direction"], other["mobility"])
    return alike and (not other["fields"] or one["fields"] == other["fields"])


def _is_open(said: Any) -> bool:
    return said in (None, "", [], NOTHING)


def _is_one_of(said: Mapping[str, str] | None, held: Mapping[str, str] | None) -> bool:
    """Whether the names that are said are among the held ones."""
    if not said or not held:
        return False
    return all("".join(text.split()) == "".join(held[code].split()) for code, text in said.items() if text)
