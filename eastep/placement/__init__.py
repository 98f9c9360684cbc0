"""Who gets which place: the numeric engine. It knows no Django; start at `deferred_acceptance`."""

from eastep.placement.deferred_acceptance import deferred_acceptance
from eastep.placement.lottery import Lottery, lottery_number
from eastep.placement.mappings import Score
from eastep.placement.market import Market
from eastep.placement.result import Cutoff, FullNode, Placement, Refusal

__all__ = [
    "Cutoff",
    "FullNode",
    "Lottery",
    "Market",
    "Placement",
    "Refusal",
    "Score",
    "deferred_acceptance",
    "lottery_number",
]
