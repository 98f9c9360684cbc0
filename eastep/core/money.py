"""An amount and its currency, never one without the other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language


@dataclass(frozen=True)
class Money:
    """An exact amount. JPY and KRW have no minor unit (ISO 4217), so ¥0.5 is a ValueError.

    >>> Money(Decimal(80000), "JPY") + Money(Decimal(500), "JPY")
    Money(amount=Decimal('80500'), currency='JPY')
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        smallest = Decimal(1).scaleb(-get_currency_precision(self.currency))
        if self.amount != self.amount.quantize(smallest):
            raise ValueError(f"{self.amount} {self.currency} has more decimals than the currency knows")

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return Money(self.amount + other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return self + -other

    def __str__(self) -> str:
        return format_currency(self.amount, self.currency, locale=(get_language() or "en")[:2])
