"""All mechanisms by name, what each promises, and the choice of one with its balance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from eastep.placement.balance import Balance
from eastep.placement.balanced_deferred_acceptance import balanced_deferred_acceptance
from eastep.placement.balanced_exchange import balanced_exchange
from eastep.placement.deferred_acceptance import deferred_acceptance
from eastep.placement.lottery import Lottery
from eastep.placement.market import Market
from eastep.placement.maximum_balanced import maximum_balanced
from eastep.placement.result import Placement
from eastep.placement.serial_dictatorship import serial_dictatorship

type Promise = Literal[
    "strategy_proof",  # nobody gains by another list, if lists may be as long as the students want
    "no_envy",  # nobody wanted a place that went to somebody with a worse claim (in the same direction)
    "no_envy_at_home",  # the same among students of one unit
    "no_waste",  # no place that somebody wanted stays empty
    "balanced",  # every unit ends in the band, or as near to it as its carried balance allows
    "most_placed",  # no other balanced assignment places more
]


@dataclass(frozen=True, kw_only=True)
class Mechanism:
    """A mechanism and what it promises.

    Parameters
    ----------
    place : function of Market, Lottery and Balance that returns a Placement
    promises : tuple of Promise
        Codes. The docstring of the function of the same name says exactly what is meant, and its limits.
    is_balanced : bool
        Whether it heeds the balance.
    is_for_planning : bool
        It is open to manipulation, so it is never the rule of a round.
    """

    place: Callable[[Market, Lottery, Balance], Placement]
    promises: tuple[Promise, ...]
    is_balanced: bool
    is_for_planning: bool = False


MECHANISMS: Mapping[str, Mechanism] = {
    "serial_dictatorship": Mechanism(
        place=lambda market, lottery, _balance: serial_dictatorship(market, lottery),
        promises=("strategy_proof", "no_envy", "no_waste"),
        is_balanced=False,
    ),
    "deferred_acceptance": Mechanism(
        place=lambda market, lottery, _balance: deferred_acceptance(market, lottery),
        promises=("strategy_proof", "no_envy", "no_waste"),
        is_balanced=False,
    ),
    "balanced_deferred_acceptance": Mechanism(
        place=balanced_deferred_acceptance,
        promises=("strategy_proof", "no_envy", "balanced"),
        is_balanced=True,
    ),
    "balanced_exchange": Mechanism(
        place=balanced_exchange,
        promises=("strategy_proof", "no_envy_at_home", "balanced"),
        is_balanced=True,
    ),
    "maximum_balanced": Mechanism(
        place=maximum_balanced,
        promises=("balanced", "most_placed"),
        is_balanced=True,
        is_for_planning=True,
    ),
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A mechanism with the balance that it is to keep.

    Parameters
    ----------
    mechanism : str
        One of the names in `MECHANISMS`.
    balance : Balance
        Kept by the balanced mechanisms, without meaning for the others.

    Raises
    ------
    ValueError
        If there is no such mechanism, or the balance is no `Balance`.

    Examples
    --------
    >>> rule = Rule(mechanism="balanced_deferred_acceptance", balance=Balance(tolerance=5))
    >>> rule.promises
    ('strategy_proof', 'no_envy', 'balanced')
    >>> market = Market.from_mappings(
    ...     wishes={"aoi": ["yonsei"], "jiho": ["waseda"]}, score={"aoi": 70, "jiho": 75},
    ...     places={"yonsei": 1, "waseda": 1}, home={"aoi": "Waseda", "jiho": "Yonsei"},
    ...     host={"yonsei": "Yonsei", "waseda": "Waseda"}, country={"Waseda": "JP", "Yonsei": "KR"})
    >>> rule.place(market, Lottery.draw("2027", market.student_ids)).by_name()
    {'aoi': 'yonsei', 'jiho': 'waseda'}
    """

    mechanism: str = "deferred_acceptance"
    balance: Balance = field(default_factory=Balance)

    def __post_init__(self) -> None:
        if self.mechanism not in MECHANISMS:
            raise ValueError(f"there is no mechanism {self.mechanism!r}; there are {', '.join(MECHANISMS)}")
        if not isinstance(self.balance, Balance):
            raise ValueError(f"the balance is {self.balance!r}; a Balance is needed")

    @property
    def promises(self) -> tuple[Promise, ...]:
        """What the mechanism promises, as codes."""
        return MECHANISMS[self.mechanism].promises

    def place(self, market: Market, lottery: Lottery) -> Placement:
        """Place the students of *market* by this rule; see the function named like the mechanism."""
        return MECHANISMS[self.mechanism].place(market, lottery, self.balance)
