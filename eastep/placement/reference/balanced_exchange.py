"""Balanced exchange: students trade places along the pointers of their units."""

import heapq

import numpy as np

from eastep.placement.balance import Balance
from eastep.placement.lottery import Lottery, priority
from eastep.placement.market import Int64s, Market
from eastep.placement.reference.needs import option_needs


def balanced_exchange(market: Market, lottery: Lottery, balance: Balance) -> Int64s:
    """The application that each student gets, or -1: every unit sends its best and receives as many."""
    return _Exchange(market, lottery, balance).run()


class _Exchange:
    """The state of the exchange: who waits, the places left, and how much each unit has sent too much."""

    def __init__(self, market: Market, lottery: Lottery, balance: Balance) -> None:
        units = market.unit_of(balance.unit)
        self.home, self.host = units.home.tolist(), units.host.tolist()
        self.net = balance.carried_by(market).tolist()
        self.tolerance = balance.tolerance
        self.waiting: list[list[int]] = [[] for _ in units.names]  # the students of each unit, the best last
        for student in np.argsort(priority(market.score, lottery.rank)).tolist():
            self.waiting[self.home[student]].append(student)
        self.ptr, self.option = market.pref_ptr.tolist(), market.pref_option.tolist()
        self.following: list[int] = self.ptr[:-1]
        self.needs = option_needs(market)
        self.left = market.capacity.tolist()
        self.taken = [-1] * market.students
        self.some_may_start = True

    def run(self) -> Int64s:
        starters = [(net, unit) for unit, net in enumerate(self.net) if self.may_start(unit)]
        heapq.heapify(starters)
        while starters:
            _, unit = heapq.heappop(starters)
            self.trade(unit)
            if self.may_start(unit):
                heapq.heappush(starters, (self.net[unit], unit))
        self.some_may_start = False
        for unit in range(len(self.waiting)):
            while self.waiting[unit]:
                self.trade(unit)
        return np.array(self.taken, np.int64)

    def trade(self, first: int) -> None:
        """Follow the pointers from *first*; carry out every cycle met, until *first* has taken part or is empty."""
        path = [first]
        while path:
            application = self.choice(path[-1])
            if application is None:
                path.pop()
                continue
            unit = self.host[self.option[application]]
            if unit in path:
                self.carry_out(path[path.index(unit) :])
                del path[path.index(unit) :]
            elif self.ends_chain(unit):
                self.carry_out(path)
                self.net[first] += 1
                self.net[unit] -= 1
                return
            else:
                path.append(unit)

    def carry_out(self, units: list[int]) -> None:
        """The best student of each of these units gets the place that the unit points to."""
        for unit in units:
            student = self.waiting[unit].pop()
            self.taken[student] = self.following[student]
            for node, places in self.needs[self.option[self.following[student]]]:
                self.left[node] -= places

    def choice(self, unit: int) -> int | None:
        """What the best student of *unit* wants most of all that is open; who finds nothing open is out."""
        while self.waiting[unit]:
            student = self.waiting[unit][-1]
            while self.following[student] < self.ptr[student + 1]:
                if self.is_open(self.option[self.following[student]]):
                    return self.following[student]
                self.following[student] += 1  # what is closed never opens again
            self.waiting[unit].pop()
        return None

    def is_open(self, option: int) -> bool:
        unit = self.host[option]
        may_receive = self.waiting[unit] or (self.some_may_start and self.net[unit] > -self.tolerance)
        return bool(may_receive) and all(self.left[node] >= places for node, places in self.needs[option])

    def may_start(self, unit: int) -> bool:
        """Whether *unit* may send a student without receiving one in return."""
        return bool(self.waiting[unit]) and self.net[unit] < self.tolerance

    def ends_chain(self, unit: int) -> bool:
        """Whether *unit* may receive a student without sending one: nobody is left, or it has sent too many."""
        return self.some_may_start and (not self.waiting[unit] or self.net[unit] > self.tolerance)
