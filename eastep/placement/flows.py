"""How many stays go from where to where."""

from typing import NamedTuple

import numpy as np

from eastep.placement.market import Int32s, Int64s, Units


class Flows(NamedTuple):
    """The stays of each pair of units that has any, in order of sender and receiver.

    Parameters
    ----------
    sender, receiver : int64[F]
        Numbers of units; their names are ``market.unit_of(unit).names``.
    stays : int64[F]
        How many students of the one go to the other.
    """

    sender: Int64s
    receiver: Int64s
    stays: Int64s


def flows(units: Units, option: Int32s) -> Flows:
    """The flows of students whose options are *option*, -1 for none. O(n log n)."""
    placed = option >= 0
    count = max(len(units.names), 1)
    pair, stays = np.unique(
        units.home[placed].astype(np.int64) * count + units.host[option[placed]], return_counts=True
    )
    sender, receiver = np.divmod(pair, count)
    return Flows(sender, receiver, stays.astype(np.int64))


def sent_less_received(units: Units, option: Int32s) -> Int64s:
    """int64[U]: the stays that each unit sends, less those that it receives. O(n + U)."""
    placed, count = option >= 0, len(units.names)
    sent = np.bincount(units.home[placed], minlength=count)
    return sent - np.bincount(units.host[option[placed]], minlength=count)
