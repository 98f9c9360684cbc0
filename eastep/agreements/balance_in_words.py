"""How a balance stands, in sentences: who has sent more than it received, and what the agreement tolerates."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eastep.agreements.models import Agreement, Party
from eastep.agreements.states import Unit


def signed(number: int) -> str:
    """A number whose sign matters, with a minus sign that is not a hyphen: "+2", "−1", "0"."""
    return f"{number:+,d}".replace("-", "−") if number else "0"


def is_in_balance(agreement: Agreement, side: Party) -> bool:
    """Within what the agreement tolerates."""
    return abs(side.balance) <= agreement.tolerance


def who_is_ahead(agreement: Agreement, side: Party, *, is_own: bool) -> str:
    """Who has sent more than it received. *is_own*: for the people of the side; else for those of neither."""
    number = abs(side.balance)
    if not number:
        return _("As many were sent as received: nothing is open.")
    ahead = side.institution if side.balance > 0 else side.partner
    say = _in_stays if agreement.unit == Unit.STAY else _in_terms
    sentence = say(number, we=is_own and side.balance > 0)
    return sentence.format(institution=ahead, number=number, tolerance=agreement.tolerance)


def _in_stays(number: int, *, we: bool) -> str:
    if we:
        return ngettext(
            "We have sent {number} more stay than we have received; the agreement tolerates {tolerance}.",
            "We have sent {number} more stays than we have received; the agreement tolerates {tolerance}.",
            number,
        )
    return ngettext(
        "{institution} has sent {number} more stay than it has received; the agreement tolerates {tolerance}.",
        "{institution} has sent {number} more stays than it has received; the agreement tolerates {tolerance}.",
        number,
    )


def _in_terms(number: int, *, we: bool) -> str:
    if we:
        return ngettext(
            "We have sent {number} more term than we have received; the agreement tolerates {tolerance}.",
            "We have sent {number} more terms than we have received; the agreement tolerates {tolerance}.",
            number,
        )
    return ngettext(
        "{institution} has sent {number} more term than it has received; the agreement tolerates {tolerance}.",
        "{institution} has sent {number} more terms than it has received; the agreement tolerates {tolerance}.",
        number,
    )
