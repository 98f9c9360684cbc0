"""Merged cells: only the first holds the value. Merged downwards, the value counts for every row."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from eastep.core.sheets import Cell, Merged

_MOST = 1_000_000  # cells to fill: no sheet made by people has more


class Merges:
    """What to do about the merged cells of a table whose headings stand in row *below*."""

    def __init__(self, merged: Sequence[Merged], *, below: int, positions: frozenset[int]) -> None:
        self.across: defaultdict[int, list[Merged]] = defaultdict(list)  # row: several columns in one cell
        self.filled: Counter[int] = Counter()  # position: cells filled
        self.last_heading_row = below
        self._tops: defaultdict[int, list[int]] = defaultdict(list)
        self._down: defaultdict[int, list[int]] = defaultdict(list)
        self._values: dict[int, Cell] = {}
        room = _MOST
        for one in merged:
            if one.top <= below <= one.bottom:  # a heading over two rows: the table begins below it
                self.last_heading_row = max(self.last_heading_row, one.bottom)
            inside = [position for position in positions if one.left <= position <= one.right]
            if one.top <= below or not inside:
                continue
            rows = range(one.top, min(one.bottom, one.top + room) + 1)
            room -= len(rows)
            if len(inside) > 1 or one.left not in positions:
                for row in rows:
                    self.across[row].append(one)
            elif len(rows) > 1:
                self._tops[one.top].append(one.left)
                for row in rows[1:]:
                    self._down[row].append(one.left)

    def __bool__(self) -> bool:
        return bool(self._tops or self.across)

    def fill(self, number: int, row: list[Cell]) -> None:
        """Put into *row* what the merged cells above it hold. Rows must come in their order."""
        for position in self._down.get(number, ()):
            if self._values[position] != "":
                row[position] = self._values[position]
                self.filled[position] += 1
        for position in self._tops.get(number, ()):
            self._values[position] = row[position]

    def split(self, number: int, positions: Iterable[int]) -> None:
        """Somebody has said what stands in these cells of row *number*: cells merged over them are clear now."""
        if number in self.across:
            said = set(positions)
            self.across[number] = [
                one for one in self.across[number] if said.isdisjoint(range(one.left, one.right + 1))
            ]
