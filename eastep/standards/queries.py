"""Reads of the dated facts."""

from collections import defaultdict

from eastep.standards.facts import Row, Standards
from eastep.standards.models import Fact


def row_of(fact: Fact) -> Row:
    """The fact as a row of its scheme's file."""
    return {
        **fact.value,
        "code": fact.code,
        "source": fact.source,
        "valid_from": fact.valid_from.isoformat() if fact.valid_from else "",
        "valid_to": fact.valid_to.isoformat() if fact.valid_to else "",
    }


def standards_in_force() -> Standards:
    """All the facts in the database as one value; `Standards.on` picks those of a day."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for fact in Fact.objects.all():
        rows[fact.scheme].append(row_of(fact))
    return Standards.from_rows(rows)
