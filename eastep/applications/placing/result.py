"""The values of a placement: moves by hand going in; outcomes, verdicts and used places coming out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from eastep.applications.eligibility import Applicant, Choice, Objection, Place, Waived

Code = Literal["placed", "full", "no_exchange", "ineligible", "not_needed", "moved"]
BY_HAND = 0  # the number of the entry of a row that is not on the applicant's list


class Direction(NamedTuple):
    """From which country to which."""

    home: str
    host: str


@dataclass(frozen=True, kw_only=True)
class Move:
    """An officer has put an applicant onto a row of places, or has left the applicant without (*row* is None)."""

    applicant: str
    row: int | None
    reason: str


class CannotPlace(ValueError):
    """A placement that cannot be. *code* is stable; *facts* fill the sentence's places (`reasons.impossible`).

    Codes of a rule: ``planning_mechanism``, ``not_two_countries``, ``within_one_country``; of a term whose days nobody
    knows: ``no_term_dates``. Of moves, see `CannotMove`.
    """

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(f"{code}: {facts}")
        self.code = code
        self.facts = facts


class CannotMove(CannotPlace):
    """A move that cannot be. Codes: ``unknown_applicant``, ``unknown_row``, ``moved_twice``, ``too_many_moved``."""


class TooManyMoved(CannotMove):
    """More applicants were moved onto *row* than a quota of it has *places*; *term* is "" for the year stays."""

    def __init__(self, row: int, places: int, term: str) -> None:
        super().__init__("too_many_moved", row=row, places=places, term=term)
        self.row = row
        self.places = places


@dataclass(frozen=True, kw_only=True)
class Full:
    """Why there was no place: the quota that was full, and the last person who got in by the rule.

    By a rule of exchange who has the better claim does not decide, so *score* and *lottery* are None.
    """

    row: int  # the row of places that the choice could have used
    term: str  # the season whose places are taken; "" where the number of year stays is what binds
    places: int
    score: Decimal | None  # of the last one in; None where the rule had no places to give
    lottery: int | None
    by_hand: int = 0  # places of the quota that were given by hand
    direction: Direction | None = None  # what is full is what balance allows in this direction


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of one choice.

    *enough* (only where it was full): who has a better score than this would certainly have got the choice, and
    with the own lottery number an equal one would do if *enough_equal*. None where no score would have been enough.

    ``no_exchange`` is said by a rule of exchange alone: there was room, but nobody from there came in return.
    """

    number: int  # 1 is the first choice; `BY_HAND` is a row that was not on the list
    choice: Choice
    code: Code
    row: int | None = None  # the row of places that was used
    objections: tuple[Objection, ...] = ()
    waived: tuple[Waived, ...] = ()
    full: tuple[Full, ...] = ()
    rows: tuple[int, ...] = ()  # of ``no_exchange``: all rows that the choice could have used
    enough: Decimal | None = None
    enough_equal: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one applicant. *position* is the order of service: by score, then by lottery."""

    applicant: Applicant
    position: int
    lottery: int
    verdicts: tuple[Verdict, ...]
    move: Move | None = None

    @property
    def placed(self) -> Verdict | None:
        return next((verdict for verdict in self.verdicts if verdict.row is not None), None)


@dataclass(frozen=True, kw_only=True)
class Used:
    """One row of places: who holds them, and who would have liked to.

    *taken*, *by_hand*, *lowest* and *binds* are about the row's own quota: the places of the term, with those who
    stay the year, or the number of year stays. *is_full*, *cutoff*, *among* and the refused are about the row
    as a choice: a year is full as soon as one of its terms is, and a row as soon as balance allows no more.
    """

    place: Place
    taken: int
    by_hand: int
    lowest: Decimal | None  # score of those who hold a place
    is_full: bool
    cutoff: (
        Decimal | None
    )  # of the last one in by the rule, where it is full; None: open, all by hand, no claims
    among: int  # how many got in by the rule where *cutoff* was decided
    refused: int  # applicants who were eligible, wanted it more than what they got, and did not get it
    highest_refused: Decimal | None
    binds: bool  # this number of places kept somebody out


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How many stays balance allowed in one direction, those by hand included, and how many there are."""

    direction: Direction
    places: int
    taken: int
    by_hand: int
    binds: bool  # it kept somebody out


@dataclass(frozen=True, kw_only=True)
class Result:
    """A whole placement; outcomes in order of service. *limits* are those of `balanced_deferred_acceptance`."""

    seed: str
    outcomes: tuple[Outcome, ...]
    used: tuple[Used, ...]
    limits: tuple[Limit, ...] = ()
