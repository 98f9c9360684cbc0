"""How a balance stands, in sentences: who has received more than it sent, and what the agreement tolerates."""

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


def who_owes(agreement: Agreement, side: Party) -> str:
    """One sentence that says the same from either side."""
    number = abs(side.balance)
    if not number:
        return _("As many were sent as received: nothing is open.")
    owing = side.partner if side.balance > 0 else side.institution
    facts = {"institution": owing, "number": number, "tolerance": agreement.tolerance}
    if agreement.unit == Unit.STAY:
        sentence = ngettext(
            "{institution} has received {number} more stay than it sent; the agreement tolerates {tolerance}.",
            "{institution} has received {number} more stays than it sent; the agreement tolerates {tolerance}.",
            number,
        )
    else:
        sentence = ngettext(
            "{institution} has received {number} more term than it sent; the agreement tolerates {tolerance}.",
            "{institution} has received {number} more terms than it sent; the agreement tolerates {tolerance}.",
            number,
        )
    return sentence.format(**facts)
