"""The files of a round: what they must fit, what they are compared with, and how they are taken over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from eastep.applications import events, queries
from eastep.applications.actions.lists import TOO_MANY_CHOICES, has_long_list
from eastep.applications.actions.locking import locked
from eastep.applications.actions.taking import take_over
from eastep.applications.models import Round, RoundFile
from eastep.applications.records import Record, key_of
from eastep.applications.sheets import KINDS
from eastep.applications.states import ROUND
from eastep.imports import actions as imports
from eastep.imports.inbox import Inbox, Misfit
from eastep.standards.facts import Standards

OPTIONAL: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "places": {"carried": ("carried",), "minimum_gpa": ("gpa",), "language": ("language",)},
    "applicants": {
        "gpa": ("gpa",),
        "languages": ("languages",),
        "choices": ("hosts", "host"),
        "language": ("language",),
    },
    "languages": {},
}

UNKNOWN_APPLICANT = _(
    "No applicant of this round has the number “{value}”. Correct it, or bring in the sheet of applicants first."
)
OTHER_HOME = _(
    "The number “{value}” belongs to an applicant of another home institution. Give this applicant another number."
)
NOT_THIS_HOME = _(
    "The home institution of this row is not the one that the round belongs to. Correct it, or leave the row out."
)


def _edition(round_: Round) -> int:
    return Round.objects.values_list("edition", flat=True).get(pk=round_.pk)


def _is_open(round_: Round) -> bool:
    return "change" in ROUND.open_to(round_.state)


def _constants(round_: Round) -> Mapping[str, str]:
    return {"home": round_.home.key} if round_.home else {}


def _scope(fields: Record) -> str:
    """A file is about the homes that are in it."""
    return str(fields.get("home") or fields["applicant"])


def _misfit(file: RoundFile, _standards: Standards) -> Callable[[Record], Misfit | None]:
    round_ = file.round
    homes = dict(round_.applicants.values_list("applicant", "home__key"))

    def place(fields: Record) -> Misfit | None:
        if round_.home and fields["home"] != round_.home.key:
            return Misfit(column="home", value=fields["home"], code="home_of_another", wording=NOT_THIS_HOME)
        return None

    def applicant(fields: Record) -> Misfit | None:
        if found := place(fields):
            return found
        if homes.get(fields["id"], fields["home"]) != fields["home"]:
            return Misfit(column="id", value=fields["id"], code="id_of_another", wording=OTHER_HOME)
        if has_long_list(round_, fields):  # the first choice that is too many, where they stand side by side
            limit = round_.most_choices or 0
            facts = {"limit": limit, "count": len(fields["choices"])}
            return Misfit(
                column="hosts", value="", code="too_many_choices", wording=TOO_MANY_CHOICES, facts=facts,
                n=limit + 1,
            )  # fmt: skip
        return None

    def result(fields: Record) -> Misfit | None:
        number = fields["applicant"]
        if number in homes:
            return None
        return Misfit(
            column="applicant", value=number, code="applicant_of_another", wording=UNKNOWN_APPLICANT
        )

    found: Mapping[str, Any] = {"places": place, "applicants": applicant, "languages": result}
    return found[file.kind]  # type: ignore[no-any-return]


def _key_of(_round: Round, kind: str, standards: Standards) -> Callable[[Record], str]:
    return lambda fields: key_of(kind, fields, standards)


def _withdrawn(round_: Round, kind: str) -> Collection[str]:
    if kind == RoundFile.Kind.PLACES:
        return set(round_.places.filter(withdrawn="office").values_list("key", flat=True))
    if kind == RoundFile.Kind.APPLICANTS:
        return set(round_.applicants.filter(withdrawn="office").values_list("applicant", flat=True))
    return set()


INBOX = Inbox(
    model=RoundFile,
    kinds=KINDS,
    permission="applications.bring_in",
    lock=locked,
    read_job="applications.read_file",
    finish_job="applications.finish_file",
    queue="placement",
    handed_in=events.FILE_HANDED_IN,
    taken=events.FILE_TAKEN,
    dropped=events.FILE_DROPPED,
    edition=_edition,
    held=queries.held_records,
    key_of=_key_of,
    take_over=take_over,
    optional=OPTIONAL,
    constants=_constants,
    passing=frozenset({"start"}),
    is_open=_is_open,
    misfit=_misfit,
    scope=_scope,
    withdrawn=_withdrawn,
)

hand_in = partial(imports.hand_in, INBOX)
read_again = partial(imports.read_again, INBOX)
read_file = partial(imports.read_file, INBOX)
map_columns = partial(imports.map_columns, INBOX)
confirm_names = partial(imports.confirm_names, INBOX)
mend_rows = partial(imports.mend_rows, INBOX)
drop_file = partial(imports.drop_file, INBOX)
take_file = partial(imports.take_file, INBOX)
finish_file = partial(imports.finish_file, INBOX)
