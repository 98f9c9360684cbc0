"""Serial dictatorship in plain Python."""

import numpy as np

from eastep.placement.lottery import Lottery, priority
from eastep.placement.market import Int64s, Market
from eastep.placement.reference.needs import option_needs


def serial_dictatorship(market: Market, lottery: Lottery) -> Int64s:
    """The application that each student gets, or -1: in order of score, each takes the best that is left."""
    needs = option_needs(market)
    ptr, option = market.pref_ptr.tolist(), market.pref_option.tolist()
    left = market.capacity.tolist()
    is_open = [True] * market.options  # until it was once refused
    taken = [-1] * market.students
    for student in np.argsort(~priority(market.score, lottery.rank)).tolist():
        for application in range(ptr[student], ptr[student + 1]):
            wish = option[application]
            if not is_open[wish]:
                continue
            if all(left[node] >= places for node, places in needs[wish]):
                for node, places in needs[wish]:
                    left[node] -= places
                taken[student] = application
                break
            is_open[wish] = False
    return np.array(taken, np.int64)
