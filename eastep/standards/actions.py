"""The verbs of the dated facts."""

from collections.abc import Mapping
from datetime import date
from decimal import InvalidOperation

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.core.permissions import authorise
from eastep.people.models import User
from eastep.standards.events import FACT_ADDED, FACT_ENDED, SHIPPED_LOADED
from eastep.standards.facts import SCHEMES, Row, shipped_rows
from eastep.standards.models import Fact
from eastep.standards.queries import row_of

OWN_COLUMNS = ("code", "source", "valid_from", "valid_to")


@transaction.atomic
def load_shipped(*, by: User) -> int:
    """Bring the facts to what the release ships, and say how many rows that wrote: none the second time.

    A code that an administrator has added to or ended is left alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Fact._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")  # one load at a time
    authorise(by, "standards.load_shipped")
    known = {(fact.scheme, fact.code, fact.valid_from): fact for fact in Fact.objects.all()}
    decided_here = {(fact.scheme, fact.code) for fact in known.values() if not fact.shipped}
    new: list[Fact] = []
    changed: list[Fact] = []
    for scheme in SCHEMES:
        for row in shipped_rows(scheme):
            fact = _fact(scheme, row)
            old = known.get((scheme, fact.code, fact.valid_from))
            if (scheme, fact.code) in decided_here or (old and row_of(old) == row_of(fact)):
                continue
            if old:
                old.value, old.source, old.valid_to = fact.value, fact.source, fact.valid_to
            (changed if old else new).append(old or fact)
    Fact.objects.bulk_update(
        changed, ["value", "source", "valid_to"]
    )  # first, as these make room for the new
    Fact.objects.bulk_create(new)
    written = [*changed, *new]
    if written:
        record(SHIPPED_LOADED, written[0], by=by, rows=len(written))
    return len(written)


@transaction.atomic
def add_fact(
    scheme: str,
    code: str,
    *,
    value: Mapping[str, str],
    source: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
    by: User,
) -> Fact:
    """A rule with its days and its source. *value* holds columns of the scheme's file; what lacks is empty.

    Raises ValidationError where the row says nothing sensible or another of this code holds at the same time.
    """
    authorise(by, "standards.add_fact")
    fact = Fact(scheme=scheme, code=code, value={}, source=source, valid_from=valid_from, valid_to=valid_to)
    fact.clean_fields(exclude=["value"])
    if (
        valid_from and valid_to and valid_to < valid_from
    ):  # before the constraints: no range can be made of this
        raise ValidationError({"valid_to": _("The last day lies before the first day.")})
    columns = [column for column in shipped_rows(scheme)[0] if column not in OWN_COLUMNS]
    if unknown := ", ".join(set(value) - set(columns)):
        raise ValidationError(_("There is no column {columns} here.").format(columns=unknown))
    fact.value = {column: value.get(column, "") for column in columns}
    try:
        SCHEMES[scheme][1](row_of(fact))
    except (ValueError, InvalidOperation) as problem:
        raise ValidationError(_("This rule cannot be read: {problem}.").format(problem=problem)) from problem
    fact.full_clean()
    fact.save()
    record(FACT_ADDED, fact, by=by, code=fact.code)
    return fact


@transaction.atomic
def end_fact(fact: Fact, *, on: date, by: User) -> Fact:
    """The rule holds for the last time on that day; a successor may begin on the next."""
    fact = Fact.objects.select_for_update().get(pk=fact.pk)
    authorise(by, "standards.end_fact", fact)
    if not (fact.valid_from or date.min) <= on <= (fact.valid_to or date.max):
        raise Refused(_("This day is not one of those on which the rule holds."), code="outside_validity")
    fact.valid_to = on
    fact.shipped = False
    fact.save(update_fields=["valid_to", "shipped"])
    record(FACT_ENDED, fact, by=by, code=fact.code, on=on.isoformat())
    return fact


def _fact(scheme: str, row: Row) -> Fact:
    return Fact(
        scheme=scheme,
        code=row["code"],
        value={column: text for column, text in row.items() if column not in OWN_COLUMNS},
        source=row["source"],
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        shipped=True,
    )
