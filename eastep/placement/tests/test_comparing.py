"""The price of balance: every figure counted again, one by one."""

import sys
from random import Random

import pytest

from eastep.placement import (
    MECHANISMS,
    Balance,
    Comparison,
    Figures,
    Lottery,
    Market,
    Rule,
    compare,
    deferred_acceptance,
)
from eastep.placement.tests.balanced import balanced_market, imbalances
from eastep.placement.tests.factories import ancestors, draw, random_market, wishes_of
from eastep.placement.tests.test_brute_force import Tiny


def figures_of(row: Comparison) -> Figures:
    assert row.figures is not None
    return row.figures


@pytest.fixture
def market() -> Market:
    """Three Japanese want to go to Korea, one Korean to Japan."""
    return Market.from_mappings(
        wishes={"aoi": ["yonsei"], "ren": ["korea", "yonsei"], "yui": ["yonsei"], "jiho": ["waseda"]},
        score={"aoi": 70, "ren": 90, "yui": 80, "jiho": 75},
        places={"yonsei": 3, "korea": 0, "waseda": 1},
        home={"aoi": "Waseda", "ren": "Waseda", "yui": "Keio", "jiho": "Yonsei"},
        host={"yonsei": "Yonsei", "korea": "Korea", "waseda": "Waseda"},
        country={"Waseda": "JP", "Keio": "JP", "Yonsei": "KR", "Korea": "KR"},
    )


def test_one_row_for_each_rule(market: Market) -> None:
    rules = [
        Rule(),
        Rule(mechanism="balanced_deferred_acceptance", balance=Balance(carried={"JP": -1})),
        Rule(mechanism="balanced_exchange", balance=Balance(unit="institution")),
    ]
    rows = compare(market, Lottery.draw("2027", market.student_ids or ()), rules)
    assert [row.rule for row in rows] == rules
    assert [row.promises for row in rows] == [rule.promises for rule in rules]
    assert [row.error for row in rows] == ["", "", ""]
    natural, capped, exchanged = map(figures_of, rows)

    assert (natural.placed, natural.share, natural.first, natural.mean_rank) == (4, 1.0, 3, 1.25)
    assert (natural.ranks.tolist(), natural.envy, natural.unfilled) == ([0, 3, 1], 0, 0)
    assert natural.countries is not None
    assert natural.institutions is not None
    assert natural.countries.names == ("JP", "KR")
    assert [column.tolist() for column in natural.countries.flows] == [[0, 1], [1, 0], [3, 1]]
    assert (natural.countries.imbalance.tolist(), natural.countries.surplus) == ([2, -2], 0.5)
    assert (natural.institutions.imbalance.tolist(), natural.institutions.surplus) == ([1, 1, -2, 0], 0.5)

    # one more than jiho goes to Korea, for the one that Japan owes; the third place of Yonsei stays empty
    assert (capped.placed, capped.share, capped.mean_rank) == (3, 0.75, 4 / 3)
    assert (capped.envy, capped.unfilled) == (0, 1)
    assert capped.countries is not None
    assert (capped.countries.imbalance.tolist(), capped.countries.surplus) == ([0, 0], 1 / 3)

    assert (exchanged.placed, exchanged.first, exchanged.mean_rank) == (2, 1, 1.5)
    assert exchanged.institutions is not None
    assert (exchanged.institutions.imbalance.tolist(), exchanged.institutions.surplus) == ([0, 0, 0, 0], 0.0)
    assert (exchanged.envy, exchanged.unfilled) == (0, 2)


def test_a_student_with_a_better_claim_can_be_refused_for_one_who_brings_something_in_return() -> None:
    market = Market.from_mappings(
        wishes={"low": ["x"], "high": ["x"], "back": ["y"]},
        score={"low": 1, "high": 2, "back": 3},
        places={"x": 1, "y": 1},
        home={"low": "L", "high": "H", "back": "X"},
        host={"x": "X", "y": "L"},
        country={"L": "JP", "H": "JP", "X": "KR"},
    )
    rules = [Rule(mechanism="balanced_exchange", balance=Balance(unit="institution")), Rule()]
    exchanged, natural = map(figures_of, compare(market, Lottery.draw(1, market.student_ids or ()), rules))
    assert exchanged.placement.by_name() == {"low": "x", "high": None, "back": "y"}
    assert (exchanged.envy, natural.envy) == (1, 0)


def test_a_place_that_two_options_share_is_unfilled_once() -> None:
    """Nobody comes in return, so neither x nor y is given; their house has one place, a year would take two."""
    market = Market.from_mappings(
        wishes={"a": ["x"], "b": ["y", "year"]},
        score={"a": 1, "b": 2},
        places={"x": 5, "y": 5, "house": 1},
        within={"x": "house", "y": "house"},
        draws={"x": ["x"], "y": ["y"], "year": ["x", "y"]},
        home={"a": "H", "b": "H"},
        host={"x": "X", "y": "X", "year": "X"},
        country={"H": "JP", "X": "KR"},
    )
    rules = [Rule(mechanism="balanced_exchange", balance=Balance(unit="institution"))]
    [figures] = map(figures_of, compare(market, Lottery.draw(1, "ab"), rules))
    assert (figures.placed, figures.unfilled, figures.envy) == (0, 1, 0)


def test_a_rule_that_cannot_be_applied_has_the_reason() -> None:
    market = Market.from_mappings(wishes={"a": ["x"]}, score={"a": {"x": 1}}, places={"x": 1})
    rows = compare(market, Lottery.draw(1, "a"), [Rule(mechanism=name) for name in MECHANISMS])
    errors = {row.rule.mechanism: row.error for row in rows}
    assert [name for name, error in errors.items() if not error] == ["deferred_acceptance"]
    assert "one score per student" in errors["serial_dictatorship"]
    assert errors["balanced_deferred_acceptance"].startswith("balance needs the home of each student")
    assert all((row.figures is None) == bool(row.error) for row in rows)
    [natural] = [row.figures for row in rows if row.figures]
    assert (natural.countries, natural.institutions) == (None, None)


def test_a_package_that_is_not_installed_is_a_reason_too(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [
        *(name for name in sys.modules if name.startswith("ortools")),
        "ortools",
        "ortools.graph.python",
    ]:
        monkeypatch.setitem(sys.modules, name, None)
    [row] = compare(market, Lottery.draw(1, market.student_ids or ()), [Rule(mechanism="maximum_balanced")])
    assert row.figures is None
    assert "eastep[optimum]" in row.error


def test_nobody_at_all() -> None:
    market = Market.from_mappings(
        wishes={}, score={}, places={"x": 1}, home={}, host={"x": "X"}, country={"X": "KR"}
    )
    [row] = compare(market, Lottery.draw(1, []), [Rule()])
    empty = figures_of(row)
    assert (empty.placed, empty.share, empty.first, empty.mean_rank, empty.ranks.tolist()) == (
        0,
        0.0,
        0,
        None,
        [0],
    )
    assert empty.countries is not None
    assert (empty.countries.surplus, empty.envy, empty.unfilled) == (0.0, 0, 0)


@pytest.mark.parametrize("tolerance", [0, 1])
def test_every_figure_by_counting(tolerance: int) -> None:
    """Envy by the words of its definition, unfilled places by trying every way to fill them."""
    rule = Rule(mechanism="balanced_exchange", balance=Balance(unit="institution", tolerance=tolerance))
    envious = 0
    for seed in range(200):
        random = Random(seed)
        market = balanced_market(
            random, students=random.randint(1, 5), units=2, options=3, several=seed % 2 == 1
        )
        lottery = draw(market, seed)
        tiny = Tiny(market, lottery)
        [row] = compare(market, lottery, [rule])
        figures = figures_of(row)
        found = tuple(option if option >= 0 else None for option in figures.placement.option.tolist())
        assert figures.placed == sum(option is not None for option in found)
        ranks = [
            wishes.index(option) + 1
            for wishes, option in zip(wishes_of(market), found, strict=True)
            if option is not None
        ]
        assert (figures.first, sum(figures.ranks)) == (ranks.count(1), market.students)
        assert figures.mean_rank == (sum(ranks) / len(ranks) if ranks else None)
        assert figures.institutions is not None
        net = imbalances(market, rule.balance, found)
        assert figures.institutions.imbalance.tolist() == net
        assert figures.institutions.surplus == (
            sum(map(abs, net)) / 2 / figures.placed if figures.placed else 0
        )

        envy = set()
        for student, wish in tiny.wanted(found):
            claim = tiny.claims[student][wish]
            without_worse = [
                None
                if option is None or (other != student and tiny.claims[other][option] < claim)
                else option
                for other, option in enumerate(found)
            ]
            without_worse[student] = wish
            as_it_is = [wish if other == student else option for other, option in enumerate(found)]
            if tiny.fits(tuple(without_worse)) and not tiny.fits(tuple(as_it_is)):
                envy.add(student)
        assert figures.envy == len(envy)
        envious += len(envy)

        if seed % 2 == 0:  # each option draws on one node: any order of filling counts the same
            waiting = [sum(wish == option for _, wish in tiny.wanted(found)) for option in range(3)]
            assert figures.unfilled == most_filled(market, found, waiting)
    assert envious > 20


def most_filled(market: Market, found: tuple[int | None, ...], waiting: list[int]) -> int:
    left = market.capacity.tolist()
    for option in found:
        for node in ancestors(market, option) if option is not None else ():
            left[node] -= 1

    def fill(option: int, left: list[int]) -> int:
        if option == market.options:
            return 0
        best, room = 0, list(left)
        for count in range(waiting[option] + 1):
            if min(room) < 0:
                break
            best = max(best, count + fill(option + 1, room))
            for node in ancestors(market, option):
                room[node] -= 1
        return best

    return fill(0, left)


@pytest.mark.parametrize(("per_application", "crossing"), [(False, False), (False, True), (True, False)])
def test_deferred_acceptance_leaves_no_envy_and_no_place_unfilled(
    per_application: bool, crossing: bool
) -> None:
    for seed in range(150):
        market = random_market(
            Random(seed), students=10, options=5, inner=3, per_application=per_application, crossing=crossing
        )
        [row] = compare(market, draw(market), [Rule()])
        figures = figures_of(row)
        assert (figures.envy, figures.unfilled) == (0, 0)
        assert figures.placement.by_name() == deferred_acceptance(market, draw(market)).by_name()


def test_envy_is_about_full_quotas_only() -> None:
    """ren (90) of Waseda wants Yonsei. Keio's yui (70) is there, as Yonsei's jiho comes to Keio in return.

    With one place at Yonsei that is envy; with two, one stays free for want of somebody who comes to Waseda.
    """
    for places, envy, unfilled in ((1, 1, 0), (2, 0, 1)):
        market = Market.from_mappings(
            wishes={"ren": ["yonsei"], "yui": ["yonsei"], "jiho": ["keio"]},
            score={"ren": 90, "yui": 70, "jiho": 80},
            places={"yonsei": places, "keio": 1},
            home={"ren": "Waseda", "yui": "Keio", "jiho": "Yonsei"},
            host={"yonsei": "Yonsei", "keio": "Keio"},
            country={"Waseda": "JP", "Keio": "JP", "Yonsei": "KR"},
        )
        rule = Rule(mechanism="balanced_exchange", balance=Balance(unit="institution"))
        [row] = compare(market, Lottery.draw(1, ["ren", "yui", "jiho"]), [rule])
        assert row.figures is not None
        assert row.figures.placement.by_name() == {"ren": None, "yui": "yonsei", "jiho": "keio"}
        assert (row.figures.envy, row.figures.unfilled) == (envy, unfilled)
