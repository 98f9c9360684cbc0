"""How one file is laid out: what a person has confirmed of it, instead of what its headings say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

type Source = tuple[str, int]  # our column and, if it is a repeated one, its number from 1 (else 0)

LEFT_OUT: Source = ("", 0)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Which sheet, which row has the headings, and which column of it is which of ours.

    *constants* are texts for columns of ours that the file does not have, or leaves empty in some rows.

    >>> layout = Layout(sheet="枠", heading_row=3, columns={0: ("host", 0), 1: ("", 0)}, constants={"home": "早稲田"})
    >>> Layout.of(layout.as_json()) == layout
    True
    """

    sheet: str
    heading_row: int  # as the office counts; 0: there are no headings
    columns: Mapping[int, Source] = field(
        default_factory=dict
    )  # position in the sheet, from 0; ("", 0): left out
    constants: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The same in JSON values."""
        return {
            "sheet": self.sheet,
            "heading_row": self.heading_row,
            "columns": {str(position): [name, n] for position, (name, n) in sorted(self.columns.items())},
            "constants": dict(sorted(self.constants.items())),
        }

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Layout:
        """The layout that `as_json` gave."""
        columns = {int(position): (str(name), int(n)) for position, (name, n) in values["columns"].items()}
        constants = {str(name): str(text) for name, text in values["constants"].items()}
        return cls(
            sheet=str(values["sheet"]),
            heading_row=int(values["heading_row"]),
            columns=columns,
            constants=constants,
        )
