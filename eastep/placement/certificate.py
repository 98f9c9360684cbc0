"""A placement in a few lines that anybody can keep: what it was made from, and the cut-off of every option."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from fractions import Fraction
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

import numpy as np

from eastep.placement.claims import Holders, claims, holders
from eastep.placement.lottery import lottery_number
from eastep.placement.mappings import Score
from eastep.placement.market import Int64s, Market
from eastep.placement.result import BY_CLAIM, Placement

FORMAT = "eastep certificate 1"
OPEN, NEVER = "open", "never"
NEEDED = {"seed", "mechanism", "scores", "cutoffs"}  # by `recheck`


def certificate(placement: Placement) -> dict[str, Any]:
    """What a programme can publish of a placement without naming anybody.

    Parameters
    ----------
    placement : Placement

    Returns
    -------
    dict
        Ready for JSON:

        ``format``, ``eastep``
            `FORMAT`, and the version of EASTEP.
        ``market``, ``placement``
            `market_digest` of what the mechanism was given; SHA-256 of the results, each student's place in the own
            list (1 for the first, 0 for nothing) as a whole number of 4 bytes, little-endian, in the order of the
            market.
        ``students``, ``placed``
            How many.
        ``seed``, ``mechanism``, ``balance``
            Of the lottery; the name; null, or ``unit``, ``tolerance`` and ``carried``.
        ``scores``
            ``student`` or ``application``: what `recheck` needs.
        ``cutoffs``
            For each option ``open``, if nobody was refused; ``never``, if it had too few places for anybody; or the
            ``score`` and the ``lottery`` number of the claim behind which it was closed. Scores are whole numbers,
            or text that `fractions.Fraction` reads exactly; lottery numbers are text. Null where the mechanism
            decides by more than claims (`balanced_exchange`, `maximum_balanced`).

    Notes
    -----
    *What it proves.* Every student of the placement can tell the own result from it, by `recheck`: the best option on
    the own list whose cut-off the own claim reaches (score first; among equal scores the lottery number, which
    anybody can compute from the seed and the id, must not be higher). So one published list binds the programme to
    all results at once. With one score per student more is true: whatever list a student had handed in, and whoever
    else had joined with whatever claim and list, `recheck` tells what that one person would have got.

    *What it does not prove.* That the cut-offs are right. They follow from all lists together, whose digest is in
    it: whoever has the market can compute the whole again, and `verify` it. Nor does it say what another list
    would have given where scores differ by application, or what another score would have: the places that the own
    first claim took, or pushed others to, are in the cut-offs.

    A cut-off may be altered between two claims, or at an option on nobody's list, without any student's noticing;
    it then decides nothing. O(n d log n), and 1 microsecond a name for the digest.

    Examples
    --------
    >>> from eastep.placement import Lottery, deferred_acceptance
    >>> market = Market.from_mappings(
    ...     wishes={"a": ["x", "y"], "b": ["x"]}, score={"a": 81, "b": 90}, places={"x": 1, "y": 1})
    >>> paper = certificate(deferred_acceptance(market, Lottery.draw("2027", market.student_ids)))
    >>> paper["cutoffs"]["x"]["score"]
    90
    >>> recheck(paper, "a", ["x", "y"], 81)
    'y'
    """
    market, balance = placement.market, placement.balance
    place = placement.application - market.pref_ptr[:-1] + 1
    return {
        "format": FORMAT,
        "eastep": _version(),
        "market": market_digest(placement.given),
        "placement": sha256(np.where(placement.is_placed, place, 0).astype("<i4").tobytes()).hexdigest(),
        "students": market.students,
        "placed": int(placement.is_placed.sum()),
        "seed": placement.lottery.seed,
        "mechanism": placement.mechanism,
        "balance": balance
        and {"unit": balance.unit, "tolerance": balance.tolerance, "carried": dict(balance.carried)},
        "scores": "application" if market.score_per_application else "student",
        "cutoffs": dict(_cutoffs(placement)) if placement.mechanism in BY_CLAIM else None,
    }


def recheck(
    certificate: Mapping[str, Any],
    student_id: str,
    wishes: Sequence[str],
    scores: Score | Mapping[str, Score],
) -> str | None:
    """One student's own result, from the certificate alone.

    Parameters
    ----------
    certificate : mapping
        From `certificate`, or read from its JSON.
    student_id : str
        Exactly as in the lottery.
    wishes : sequence of str
        Names of options (numbers as text, where the market has no names), the most wanted first; with the reserved
        places that the market's own list has before the open ones.
    scores : score, or mapping of option name to score
        As the certificate's ``scores`` says.

    Returns
    -------
    str or None
        The option, or None for no place.

    Raises
    ------
    ValueError
        If the certificate has another format or no cut-offs, an option is not in it, or a score is missing or no
        finite number.
    """
    if certificate.get("format") != FORMAT or not certificate.keys() >= NEEDED:
        raise ValueError(f"this is no certificate of the format {FORMAT!r}")
    if certificate["cutoffs"] is None:
        raise ValueError(
            f"under {certificate['mechanism']} a result depends on more than the own claim: compute the whole again "
            "from the market, and compare its digests"
        )
    if isinstance(scores, Mapping) != (certificate["scores"] == "application"):
        raise ValueError(f"give one score per {certificate['scores']}")
    number = lottery_number(certificate["seed"], student_id)
    for option in wishes:
        if option not in certificate["cutoffs"]:
            raise ValueError(f"there is no option {option!r} in this certificate")
        if isinstance(scores, Mapping) and option not in scores:
            raise ValueError(f"there is no score for {option!r}")
        score = scores[option] if isinstance(scores, Mapping) else scores
        try:
            exact = Fraction(score)
        except (ValueError, TypeError, OverflowError):
            raise ValueError(f"the score for {option!r} is {score!r}, not a finite number") from None
        if _reaches(certificate["cutoffs"][option], exact, number):
            return option
    return None


def market_digest(market: Market) -> str:
    """SHA-256 of everything in a market, in hexadecimal; one that another program can compute.

    Notes
    -----
    The bytes are those of the fields one after the other, in the order in which `Market` lists them; a field that is
    absent (None) is left out. Each begins with its name in ASCII and a zero byte. Then there follows

    - for a column of numbers its length, then its values;
    - for `score_per_application` 0 or 1;
    - for names their count, then of each name the length in bytes and the name in UTF-8; `score_values` are written
      as names, each as its exact fraction in lowest terms ("90", "181/2").

    Numbers are of 8 bytes, signed and little-endian.
    """
    digest = sha256()
    for field in fields(market):
        value = getattr(market, field.name)
        if value is None:
            continue
        if field.name == "score_values":
            value = [str(Fraction(score)) for score in value]
        digest.update(field.name.encode() + b"\0")
        if isinstance(value, bool):
            digest.update(_number(value))
            continue
        digest.update(_number(len(value)))
        if isinstance(value, np.ndarray):
            digest.update(value.astype("<i8").tobytes())
            continue
        for name in value:
            text = name.encode()
            digest.update(_number(len(text)) + text)
    return digest.hexdigest()


def _number(value: int) -> bytes:
    return value.to_bytes(8, "little", signed=True)


@cache
def _version() -> str:
    return version("eastep")


def _reaches(cutoff: str | Mapping[str, Any], score: Fraction, number: int) -> bool:
    if isinstance(cutoff, str):
        return cutoff == OPEN
    last = Fraction(cutoff["score"])
    return score > last or (score == last and number <= int(cutoff["lottery"]))


def _cutoffs(placement: Placement) -> Iterator[tuple[str, str | dict[str, Any]]]:
    market, lottery = placement.market, placement.lottery
    claim = claims(market, lottery)
    held = holders(market, placement.application, claim)
    closing = _closing(market, held).tolist()
    for option in range(market.options):
        name = str(option) if market.option_names is None else market.option_names[option]
        position = closing[option]
        if position < 0:
            yield name, NEVER
        elif position == len(held.descending):
            yield name, OPEN
        else:
            student = int(held.by_claim[position])
            row = int(placement.application[student]) if market.score_per_application else student
            score = int(market.score[row])
            yield (
                name,
                {
                    "score": _exact(market.score_values[score]) if market.score_values else score,
                    "lottery": str(lottery.number[student]),
                },
            )


def _closing(market: Market, held: Holders) -> Int64s:
    """int64[m]: the position among all claims, the best first, of the one that closed each option.

    -1 where an option has too few places for anybody; the number of claims where it stayed open. A node closes for
    an option with the first of its holders who leaves fewer places than the option needs; the option with the first
    of its nodes. Under one score that is the history of the single pass, in which places are only ever lost. With
    scores by application each option needs one place of each node, so a node closes with its last holder when it is
    full, and refuses exactly the claims behind.
    """
    needs, width = market.needs, len(held.descending) + 1
    start = held.ptr[needs.node]
    spare = market.capacity[needs.node].astype(np.int64) - needs.places  # taken beyond this, it is closed
    row = np.searchsorted(held.before, held.before[start] + spare, side="right") - 1
    closes = (spare >= 0) & (row < held.ptr[needs.node + 1])
    position = np.full(len(row), len(held.descending), np.int64)
    position[closes] = held.key[row[closes]] % width
    position[spare < 0] = -1
    return np.minimum.reduceat(position, needs.ptr[:-1]) if market.options else position


def _exact(score: Score) -> int | str:
    exact = Fraction(score)
    return int(exact) if exact.denominator == 1 else str(exact)
