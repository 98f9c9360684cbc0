"""How far the stays that units send and receive may differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from eastep.placement.market import Int32s, Int64s, Market, Unit, Units


@dataclass(frozen=True, kw_only=True)
class Balance:
    """A band for the imbalance of every unit: what it brought along, plus stays sent, less stays received.

    Parameters
    ----------
    unit : {"country", "institution"}
        Whose stays are counted. A stay counts once, however long it is.
    tolerance : int
        The imbalance of each unit shall lie between -tolerance and +tolerance.
    carried : mapping of unit name to int
        The imbalance of earlier years: positive for a unit that has sent more than it received. Units that
        are not named carry none; with `balanced_deferred_acceptance`, which is for two countries, it is enough
        to name one of them.

    Raises
    ------
    ValueError
        If the tolerance or a carried balance is not a whole number below 2**31, or the tolerance is negative.

    Examples
    --------
    Korea has sent 12 more than it received; this round may leave a difference of 5 either way:

    >>> Balance(tolerance=5, carried={"KR": 12, "JP": -12}).unit
    'country'
    """

    unit: Unit = "country"
    tolerance: int = 0
    carried: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.unit not in ("country", "institution"):
            raise ValueError(f"the unit of balance is {self.unit!r}, but must be 'country' or 'institution'")
        if not _is_whole(self.tolerance) or self.tolerance < 0:
            raise ValueError(
                f"the tolerance is {self.tolerance!r}; a whole number from 0, below 2**31, is needed"
            )
        if not isinstance(self.carried, Mapping):
            raise ValueError(f"carried is {self.carried!r}; a mapping of unit name to whole number is needed")
        for name, value in self.carried.items():
            if not _is_whole(value):
                raise ValueError(
                    f"the carried balance of {name!r} is {value!r}; a whole number below 2**31 is needed"
                )
        object.__setattr__(self, "tolerance", int(self.tolerance))  # numbers of NumPy become plain ones
        object.__setattr__(self, "carried", {name: int(value) for name, value in self.carried.items()})

    def carried_by(self, market: Market) -> Int64s:
        """int64[U]: the carried balance of each unit of *market*. Raises ValueError for a unit it has not."""
        names = market.unit_of(self.unit).names
        number = {name: index for index, name in enumerate(names)}
        carried = np.zeros(len(names), np.int64)
        for name, value in self.carried.items():
            if name not in number:
                raise ValueError(f"a balance is carried for {name!r}, which is no {self.unit} of this market")
            carried[number[name]] = value
        return carried


def unit_of_nodes(market: Market, units: Units) -> Int32s:
    """int32[K]: the unit at which the options of each node lie, in or below it; -1 for a node without options.

    Raises
    ------
    ValueError
        If the options of a node lie at several units.

    Notes
    -----
    All balanced mechanisms need this. A quota across units would tie the stays that one unit receives to
    those that another does, and then neither balance nor honesty could be promised. O(M d log M).
    """
    needs = market.needs
    at = np.repeat(units.host, np.diff(needs.ptr))  # the unit of each row of needs
    unit = np.full(market.nodes, -1, np.int32)
    unit[needs.node] = at  # where rows differ, one of them
    across = np.flatnonzero(unit[needs.node] != at)
    if len(across):
        node, other = int(needs.node[across[0]]), int(at[across[0]])
        names = sorted((units.names[other], units.names[unit[node]]))
        raise ValueError(
            f"{named('node', node, market.node_names)} holds options of {names[0]} and of {names[1]}: with balance "
            "a quota must lie within one unit; give each a quota of its own, or balance larger units"
        )
    return unit


def named(kind: str, number: int, names: Sequence[str] | None) -> str:
    """A student, option or node in the words of a message."""
    return f"{kind} {number}" if names is None else f"{kind} {number} ({names[number]!r})"


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and abs(int(value)) < 2**31
