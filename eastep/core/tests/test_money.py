from decimal import Decimal

import pytest
from django.utils import translation

from eastep.core.money import Money


@pytest.mark.parametrize("currency", ["JPY", "KRW"])
def test_yen_and_won_have_no_minor_unit(currency):
    with pytest.raises(ValueError, match="more decimals"):
        Money(Decimal("0.5"), currency)


def test_amounts_of_one_currency_add_up_and_of_two_do_not():
    assert Money(Decimal(80000), "JPY") - Money(Decimal(500), "JPY") == Money(Decimal(79500), "JPY")
    with pytest.raises(ValueError, match="cannot be added"):
        Money(Decimal(1), "JPY") + Money(Decimal(1), "KRW")


@pytest.mark.parametrize(  # as CLDR writes them
    ("language", "currency", "shown"),
    [("en", "JPY", "¥80,000"), ("ja", "JPY", "￥80,000"), ("ko", "KRW", "₩80,000"), ("en", "KRW", "₩80,000")],
)
def test_an_amount_is_written_in_the_reader_s_way(language, currency, shown):
    with translation.override(language):
        assert str(Money(Decimal(80000), currency)) == shown
