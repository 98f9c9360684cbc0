"""The same facts of two things beside each other, as `{% comparison %}` shows them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format


@dataclass(frozen=True)
class Row:
    """One fact of both things: figures, or anything that prints."""

    label: object
    first: Any
    second: Any

    @property
    def is_number(self) -> bool:
        return all(isinstance(value, int | float | Decimal) for value in (self.first, self.second))

    @property
    def differs(self) -> bool:
        return bool(self.first != self.second)

    @property
    def difference(self) -> str:
        """What was added or taken from the first to the second, with its sign; "" for what is not a figure.

        >>> [Row("Placed", 544, 560).difference, Row("Placed", 560, 544).difference, Row("Seed", "a", "b").difference]
        ['+16', '−16', '']
        """
        if not self.is_number or not self.differs:
            return ""
        sign = "+" if self.second > self.first else "−"
        return sign + number_format(abs(self.second - self.first), force_grouping=True)
