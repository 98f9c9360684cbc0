"""The promises of `deferred_acceptance` and `serial_dictatorship`, each against the enumeration of all assignments of tiny markets.

What is feasible, stable or envied is said here from first principles: lists, loops and counting.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import permutations, product
from random import Random

import pytest

from eastep.placement import Lottery, Market, deferred_acceptance, serial_dictatorship
from eastep.placement.tests.factories import ancestors, draw, make_market, random_market, wishes_of

type Assignment = tuple[int | None, ...]  # the option of each student
type Claim = tuple[int, int, int]  # compares as the programme does: score, then the lower lottery number


class Tiny:
    """A tiny market, its rules spelt out."""

    def __init__(self, market: Market, lottery: Lottery) -> None:
        self.wishes = wishes_of(market)
        self.capacity = market.capacity.tolist()
        self.nodes = [ancestors(market, option) for option in range(market.options)]
        score = iter(market.score.tolist())
        self.claims: list[dict[int, Claim]] = []
        for student, options in enumerate(self.wishes):
            own = 0 if market.score_per_application else next(score)
            luck = -int(lottery.number[student])
            self.claims.append(
                {
                    option: (next(score) if market.score_per_application else own, luck, -student)
                    for option in options
                }
            )

    def fits(self, assignment: Assignment) -> bool:
        load = Counter(node for option in assignment if option is not None for node in self.nodes[option])
        return all(places <= self.capacity[node] for node, places in load.items())

    def feasible(self) -> Iterator[Assignment]:
        return filter(self.fits, product(*([*options, None] for options in self.wishes)))

    def better(self, student: int, option: int | None) -> list[int]:
        wishes = self.wishes[student]
        return wishes if option is None else wishes[: wishes.index(option)]

    def wanted(self, assignment: Assignment) -> Iterator[tuple[int, int]]:
        """Who would rather have what."""
        for student, option in enumerate(assignment):
            for wish in self.better(student, option):
                yield student, wish

    def is_stable(self, assignment: Assignment) -> bool:
        """Every refused claim met a full node that holds only better claims (Biró and others 2010).

        The student's own place counts as held, so this is the plain definition, trap included.
        """
        holders: dict[int, list[Claim]] = {node: [] for node in range(len(self.capacity))}
        for student, option in enumerate(assignment):
            if option is not None:
                for node in self.nodes[option]:
                    holders[node].append(self.claims[student][option])
        return all(
            any(
                len(holders[node]) == self.capacity[node]
                and all(claim > self.claims[student][wish] for claim in holders[node])
                for node in self.nodes[wish]
            )
            for student, wish in self.wanted(assignment)
        )

    def wasted(self, assignment: Assignment) -> bool:
        """Somebody could move to something better while all others stay."""
        return any(self.fits(_moved(assignment, {s: wish})) for s, wish in self.wanted(assignment))

    def envied(self, assignment: Assignment) -> bool:
        """Somebody would fit if some students with worse claims (one score each) had nothing."""
        for student, wish in self.wanted(assignment):
            mine = self.claims[student][wish]
            worse: dict[int, int | None] = {
                other: None
                for other, option in enumerate(assignment)
                if option is not None and self.claims[other][option] < mine
            }
            if self.fits(_moved(assignment, worse | {student: wish})):
                return True
        return False

    def all_prefer(self, one: Assignment, other: Assignment) -> bool:
        """Nobody likes *one* less than *other*, and somebody likes it more."""
        pairs = list(enumerate(zip(one, other, strict=True)))
        better = any(self.prefers(student, mine, yours) for student, (mine, yours) in pairs)
        return better and not any(self.prefers(student, yours, mine) for student, (mine, yours) in pairs)

    def prefers(self, student: int, one: int | None, other: int | None) -> bool:
        return one is not None and one in self.better(student, other)


def _moved(assignment: Assignment, changes: dict[int, int | None]) -> Assignment:
    return tuple(changes.get(student, option) for student, option in enumerate(assignment))


def outcome(market: Market, lottery: Lottery) -> Assignment:
    option = deferred_acceptance(market, lottery).option.tolist()
    return tuple(None if number < 0 else number for number in option)


def tiny_market(seed: int, *, per_application: bool, crossing: bool = False) -> Market:
    random = Random(seed)
    return random_market(
        random,
        students=random.randint(1, 4),
        options=random.randint(1, 3),
        inner=random.randint(0, 3),
        per_application=per_application,
        crossing=crossing,
    )


@pytest.mark.parametrize("per_application", [False, True])
def test_it_is_the_best_stable_assignment_for_every_student(per_application: bool) -> None:
    several = 0
    for seed in range(2000):
        market = tiny_market(seed, per_application=per_application)
        lottery = draw(market, seed)
        tiny = Tiny(market, lottery)
        result = outcome(market, lottery)
        stable = [assignment for assignment in tiny.feasible() if tiny.is_stable(assignment)]
        assert result in stable
        assert not any(
            tiny.prefers(student, other[student], result[student])
            for other in stable
            for student in range(market.students)
        )
        several += len(stable) > 1
    assert (several > 0) == per_application  # one score per student leaves a single stable assignment


@pytest.mark.parametrize("crossing", [False, True])
def test_one_score_is_fair_and_wastes_nothing_even_across_quotas(crossing: bool) -> None:
    for seed in range(2000):
        market = tiny_market(seed, per_application=False, crossing=crossing)
        lottery = draw(market, seed)
        tiny = Tiny(market, lottery)
        fair = [found for found in tiny.feasible() if not tiny.wasted(found) and not tiny.envied(found)]
        assert fair == [outcome(market, lottery)]
        turn = serial_dictatorship(market, lottery).option.tolist()
        assert fair == [tuple(None if number < 0 else number for number in turn)]
        assert not any(tiny.all_prefer(other, fair[0]) for other in tiny.feasible())


@pytest.mark.parametrize(("per_application", "crossing"), [(False, False), (False, True), (True, False)])
def test_nobody_gains_by_another_list(per_application: bool, crossing: bool) -> None:
    for seed in range(200):
        truth = tiny_market(seed, per_application=per_application, crossing=crossing)
        lottery = draw(truth, seed)
        random = Random(seed)
        wishes = wishes_of(truth)
        options = range(truth.options)
        by_option = [[random.randrange(3) for _ in options] for _ in wishes]
        market = partial(
            make_market,
            score=by_option if per_application else [own[0] for own in by_option],
            capacity=truth.capacity.tolist(),
            parent=truth.parent.tolist(),
            draws=[
                truth.option_node[truth.option_ptr[option] : truth.option_ptr[option + 1]].tolist()
                for option in options
            ],
        )
        tiny = Tiny(market(wishes), lottery)
        honest = outcome(market(wishes), lottery)
        for student in range(truth.students):
            for length in range(truth.options + 1):
                for told in permutations(options, length):
                    lie = outcome(market([*wishes[:student], told, *wishes[student + 1 :]]), lottery)
                    assert not tiny.prefers(student, lie[student], honest[student])


def test_the_trap_of_different_scores_under_one_full_node() -> None:
    """Stable, though a free place inside the full node would serve the student better and harm nobody.

    A host with 2 places in all has the options x and y with 2 each. Student 0 wants x (score 1) before y (5);
    1 and 2 want x (2 and 3). At x the host fills with 1 and 2, and 0 is refused, since 1 < 2. At y 0 has 5,
    and the host lets go of 1. Now 0 is at y, and could move to x within the 2 places of the host; but the
    claim of 0 to x (1) is worse than every claim the host holds: 2's at x (3) and 0's own at y (5).
    """
    market = make_market([[0, 1], [0], [0]], [[1, 5], [2, 0], [3, 0]], capacity=[2, 2, 2], parent=[2, 2, -1])
    placement = deferred_acceptance(market, draw(market))
    assert placement.option.tolist() == [1, -1, 0]
    [refusal] = placement.why_not(0)
    [full] = refusal.full
    assert full.cutoff is not None
    assert (full.node, full.cutoff.student, full.cutoff.score) == (2, 2, 3)
