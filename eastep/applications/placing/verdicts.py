"""A reason for every choice of every applicant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from eastep.applications.eligibility import Applicant, Choice, Judged, Place, Waived
from eastep.applications.placing.eligible import Eligible, wish
from eastep.applications.placing.held import Held, Served
from eastep.applications.placing.result import BY_HAND, Move, Verdict


def verdicts(own: Served, held: Held) -> Iterator[Verdict]:
    """One verdict a choice, for an applicant who was served by the rule."""
    is_met = False
    for number, (choice, judged) in enumerate(zip(own.applicant.choices, own.judged, strict=True), 1):
        if judged.against:
            yield _ineligible(number, choice, judged)
            continue
        full: dict[int, list[tuple[str, int]]] = {}
        if not is_met:
            for place in judged.rows:
                if place.row == own.row:
                    is_met = True
                    yield Verdict(
                        number=number,
                        choice=choice,
                        code="placed",
                        row=place.row,
                        waived=judged.waived.get(place.row, ()),
                    )
                    break
                full[place.row] = held.full_for(own.position, place.row)
                held.refuse(own, place.row, full[place.row])
            else:
                yield _refused(number, own, full, held)
            continue
        yield Verdict(number=number, choice=choice, code="not_needed", waived=_waived(judged))


def verdicts_by_hand(own: Served, move: Move, held: Held, eligible: Eligible) -> Iterator[Verdict]:
    """One verdict a choice for an applicant who was moved, and one more for a row that was not on the list.

    Whether a better choice was full is told as if the place by hand were not taken.
    """
    place = eligible.place[move.row] if move.row is not None else None
    mine = held.quotas.draws[str(place.row)] if place else ()
    is_listed = False
    for number, (choice, judged) in enumerate(zip(own.applicant.choices, own.judged, strict=True), 1):
        if place and choice == wish(place):
            is_listed = True
            yield _moved(number, own.applicant, place, eligible)
        elif judged.against:
            yield _ineligible(number, choice, judged)
        else:
            full = {place.row: held.full_for(own.position, place.row, mine) for place in judged.rows}
            if all(full.values()) and not is_listed:
                yield _refused(number, own, full, held)
            else:
                yield Verdict(number=number, choice=choice, code="not_needed", waived=_waived(judged))
    if place and not is_listed:
        yield _moved(BY_HAND, own.applicant, place, eligible)


def _ineligible(number: int, choice: Choice, judged: Judged) -> Verdict:
    return Verdict(
        number=number, choice=choice, code="ineligible", objections=judged.against, waived=_waived(judged)
    )


def _moved(number: int, applicant: Applicant, place: Place, eligible: Eligible) -> Verdict:
    against, waived = eligible.told(applicant, place)
    return Verdict(
        number=number, choice=wish(place), code="moved", row=place.row, objections=against, waived=waived
    )


def _refused(number: int, own: Served, full: Mapping[int, Sequence[tuple[str, int]]], held: Held) -> Verdict:
    """Each full quota of each row, and what would have been enough: to come before the last holder of every full
    quota of a row, in the row where this takes least. By a rule of exchange no score is enough; and a row with
    room was refused because nobody came from there in return."""
    told = tuple(held.told(row, name, last) for row, quotas in full.items() for name, last in quotas)
    choice, waived = own.applicant.choices[number - 1], _waived(own.judged[number - 1])
    if not all(full.values()):
        return Verdict(
            number=number, choice=choice, code="no_exchange", waived=waived, full=told, rows=tuple(full)
        )
    to_beat = max(min(last for _name, last in quotas) for quotas in full.values())
    rival = held.served[to_beat - 1] if to_beat else None
    return Verdict(
        number=number,
        choice=choice,
        code="full",
        waived=waived,
        full=told,
        enough=rival.applicant.score if rival else None,
        enough_equal=rival is not None and own.rank < rival.rank,
    )


def _waived(judged: Judged) -> tuple[Waived, ...]:
    """What was set aside in any of the rows, each once."""
    if not judged.waived:
        return ()
    found: list[Waived] = []
    for row in judged.waived.values():
        found.extend(one for one in row if one not in found)
    return tuple(found)
