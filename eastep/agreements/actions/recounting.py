"""The columns that repeat the ledger and the rule of its balance: written here, by whoever holds the agreement's lock."""

from __future__ import annotations

from eastep.agreements.models import Agreement, Party
from eastep.agreements.queries.ledger import balance_rule, recount
from eastep.agreements.states import Unit


def keep_balances(agreement: Agreement) -> None:
    """Write what the ledger adds up to into both sides. A repair does no more than this."""
    balance = recount(agreement)
    for party in Party.objects.filter(agreement=agreement):
        if party.balance != balance[party.institution_id]:
            Party.objects.filter(pk=party.pk).update(balance=balance[party.institution_id])


def keep_rule(agreement: Agreement) -> None:
    """Set how the balance is counted and what is tolerated, as both have agreed last; the caller saves the agreement.

    Where the unit is another one now, both balances are counted anew in it.
    """
    rule = balance_rule(agreement)
    before, agreement.unit = agreement.unit, Unit(rule.get("counts", Unit.STAY))
    agreement.tolerance = rule.get("tolerance", 0)
    if agreement.unit != before:
        keep_balances(agreement)
