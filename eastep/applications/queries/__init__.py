"""Reads of placement rounds that several callers share."""

from eastep.applications.queries.files import held_records, packed, unpacked
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
    names_of,
    waivers_of,
)

__all__ = [
    "Standing",
    "Without",
    "about",
    "answer_figures",
    "answered_before",
    "as_move",
    "basis_of",
    "check_moves",
    "checked_rule",
    "countries_of",
    "free_name",
    "frozen_of",
    "held_records",
    "moved_between",
    "names_of",
    "only_in",
    "packed",
    "placed_of",
    "places_of",
    "result_document",
    "standing",
    "unpacked",
    "waiting_for",
    "waivers_of",
    "with_answers",
    "with_first_waiting",
]
