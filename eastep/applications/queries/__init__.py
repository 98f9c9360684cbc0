"""Reads of placement rounds that several callers share."""

from eastep.applications.queries.agreed import (
    agreed_for,
    carried_in_ledger,
    compare_agreed,
    differing,
    taken_from_agreements,
)
from eastep.applications.queries.files import held_records
from eastep.applications.queries.following import (
    Standing,
    Without,
    answer_figures,
    answered_before,
    placed_of,
    places_of,
    standing,
    waiting_for,
    with_answers,
    with_first_waiting,
)
from eastep.applications.queries.results import (
    check_moves,
    frozen_of,
    moved_between,
    only_in,
    result_document,
)
from eastep.applications.queries.rounds import (
    about,
    as_move,
    basis_of,
    checked_rule,
    countries_of,
    free_name,
    waivers_of,
)
from eastep.institutions.queries import names_of

__all__ = [
    "Standing",
    "Without",
    "about",
    "agreed_for",
    "answer_figures",
    "answered_before",
    "as_move",
    "basis_of",
    "carried_in_ledger",
    "check_moves",
    "checked_rule",
    "compare_agreed",
    "countries_of",
    "differing",
    "free_name",
    "frozen_of",
    "held_records",
    "moved_between",
    "names_of",
    "only_in",
    "placed_of",
    "places_of",
    "result_document",
    "standing",
    "taken_from_agreements",
    "waiting_for",
    "waivers_of",
    "with_answers",
    "with_first_waiting",
]
