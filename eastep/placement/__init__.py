"""Who gets which place: the numeric engine. It knows no Django; start at `deferred_acceptance`."""

from eastep.placement.balance import Balance
from eastep.placement.balanced_deferred_acceptance import balanced_deferred_acceptance
from eastep.placement.balanced_exchange import balanced_exchange
from eastep.placement.certificate import certificate, market_digest, recheck
from eastep.placement.comparing import Comparison, Figures, Traffic, compare
from eastep.placement.deferred_acceptance import deferred_acceptance
from eastep.placement.flows import Flows
from eastep.placement.lottery import Lottery, lottery_number
from eastep.placement.mappings import Score
from eastep.placement.market import Market
from eastep.placement.maximum_balanced import maximum_balanced
from eastep.placement.mechanisms import MECHANISMS, Mechanism, Promise, Rule
from eastep.placement.result import Cutoff, Explanation, FullNode, Placement, Refusal
from eastep.placement.rounds import carried_after, next_round
from eastep.placement.serial_dictatorship import serial_dictatorship
from eastep.placement.verifying import Fault, verify

__all__ = [
    "MECHANISMS",
    "Balance",
    "Comparison",
    "Cutoff",
    "Explanation",
    "Fault",
    "Figures",
    "Flows",
    "FullNode",
    "Lottery",
    "Market",
    "Mechanism",
    "Placement",
    "Promise",
    "Refusal",
    "Rule",
    "Score",
    "Traffic",
    "balanced_deferred_acceptance",
    "balanced_exchange",
    "carried_after",
    "certificate",
    "compare",
    "deferred_acceptance",
    "lottery_number",
    "market_digest",
    "maximum_balanced",
    "next_round",
    "recheck",
    "serial_dictatorship",
    "verify",
]
