"""What one published page proves: every own result, and with one score whatever else one person might have told."""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from random import Random
from typing import Any

import numpy as np
import pytest

from eastep.placement import (
    Balance,
    Lottery,
    Market,
    Placement,
    Score,
    balanced_deferred_acceptance,
    balanced_exchange,
    certificate,
    deferred_acceptance,
    lottery_number,
    market_digest,
    recheck,
    serial_dictatorship,
)
from eastep.placement.tests.factories import draw, random_market, wishes_of
from eastep.placement.tests.test_balanced_deferred_acceptance import KINDS, some_balance, two_countries

KINDS_OF_MARKET = [(False, False), (False, True), (True, False)]  # score per application, crossing quotas


@pytest.fixture
def placement() -> Placement:
    """By hand: c (95) takes the year, so spring 1 of 2, autumn 1 of 1. a (90.5) is refused the year and takes the last
    place of spring, which closes spring for b. summer is open to all, law to nobody."""
    score: dict[str, Score] = {"a": Decimal("90.5"), "b": 88, "c": 95, "d": Fraction(1, 3)}
    market = Market.from_mappings(
        wishes={"a": ["year", "spring"], "b": ["law", "spring", "summer"], "c": ["year"], "d": ["summer"]},
        score=score,
        places={"spring": 2, "autumn": 1, "law": 0, "summer": 3},
        draws={"year": ["spring", "autumn"]},
    )
    assert market.student_ids is not None
    return deferred_acceptance(market, Lottery.draw("s", market.student_ids))


def test_what_it_says(placement: Placement) -> None:
    paper = certificate(placement)
    assert json.loads(json.dumps(paper)) == paper
    assert paper.pop("eastep")
    assert paper == {
        "format": "eastep certificate 1",
        "market": market_digest(placement.market),
        "placement": sha256(b"".join(rank.to_bytes(4, "little") for rank in [2, 3, 1, 1])).hexdigest(),
        "students": 4,
        "placed": 4,
        "seed": "s",
        "mechanism": "deferred_acceptance",
        "balance": None,
        "scores": "student",
        "cutoffs": {
            "spring": {"score": "181/2", "lottery": str(lottery_number("s", "a"))},
            "autumn": {"score": 95, "lottery": str(lottery_number("s", "c"))},
            "law": "never",
            "summer": "open",
            "year": {"score": 95, "lottery": str(lottery_number("s", "c"))},
        },
    }


def test_a_student_checks_the_own_result(placement: Placement) -> None:
    paper = certificate(placement)
    assert recheck(paper, "a", ["year", "spring"], Decimal("90.5")) == "spring"
    assert recheck(paper, "b", ["law", "spring", "summer"], 88) == "summer"
    assert recheck(paper, "b", ["law", "spring"], 88) is None
    assert recheck(paper, "c", ["year"], 95.0) == "year"


def test_what_cannot_be_rechecked_is_refused(placement: Placement) -> None:
    paper = certificate(placement)
    with pytest.raises(ValueError, match="there is no option 'x' in this certificate"):
        recheck(paper, "a", ["x"], 1)
    with pytest.raises(ValueError, match="give one score per student"):
        recheck(paper, "a", ["spring"], {"spring": 1})
    with pytest.raises(ValueError, match="there is no score for 'law'"):
        recheck(paper | {"scores": "application"}, "a", ["law"], {"spring": 1})
    for score in (float("nan"), float("inf"), Decimal("-Infinity"), "many", None):
        with pytest.raises(ValueError, match=r"the score for 'spring' is .*, not a finite number"):
            recheck(paper, "a", ["spring"], score)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no certificate of the format"):
        recheck({"format": paper["format"]}, "a", ["spring"], 1)
    with pytest.raises(ValueError, match="no certificate of the format"):
        recheck({**paper, "format": "other"}, "a", ["spring"], 1)


def test_other_mechanisms_say_that_the_whole_must_be_computed_again() -> None:
    market = Market.from_mappings(
        wishes={"a": ["x"]},
        score={"a": 1},
        places={"x": 1},
        home={"a": "H"},
        host={"x": "H"},
        country={"H": "JP"},
    )
    balance = Balance(unit="institution", tolerance=2, carried={"H": 1})
    paper = certificate(balanced_exchange(market, Lottery.draw(1, "a"), balance))
    assert paper["cutoffs"] is None
    assert paper["balance"] == {"unit": "institution", "tolerance": 2, "carried": {"H": 1}}
    with pytest.raises(ValueError, match="compute the whole again"):
        recheck(paper, "a", ["x"], 1)


def own_results(paper: Mapping[str, Any], market: Market, ids: tuple[str, ...]) -> list[str | None]:
    """What each student finds by the certificate, with the own list and the own scores only."""
    found = []
    for student, wishes in enumerate(wishes_of(market)):
        first = int(market.pref_ptr[student])
        scores: Score | dict[str, Score] = (
            int(market.score[student]) if not market.score_per_application else 0
        )
        if market.score_per_application:
            scores = {str(option): int(market.score[first + place]) for place, option in enumerate(wishes)}
        found.append(recheck(paper, ids[student], list(map(str, wishes)), scores))
    return found


def markets(seeds: int) -> Iterator[tuple[int, Market, Placement]]:
    """Six random markets a seed with the placement of each mechanism that has cut-offs."""
    for seed in range(seeds):
        random = Random(seed)
        for per_application, crossing in KINDS_OF_MARKET:
            market = random_market(
                random,
                students=random.randint(0, 9),
                options=random.randint(1, 5),
                inner=random.randint(0, 3),
                per_application=per_application,
                crossing=crossing,
            )
            yield seed, market, deferred_acceptance(market, draw(market, seed))
            if not per_application:
                yield seed, market, serial_dictatorship(market, draw(market, seed))
        market, _ = two_countries(seed, KINDS[seed % 3])
        yield seed, market, balanced_deferred_acceptance(market, draw(market, seed), some_balance(seed))


def test_every_student_finds_the_own_result() -> None:
    for _, market, placement in markets(250):
        expected = [None if option < 0 else str(option) for option in placement.option.tolist()]
        paper = json.loads(json.dumps(certificate(placement)))
        assert own_results(paper, market, tuple(placement.lottery.student_ids)) == expected
        assert paper["market"] == market_digest(market)


def with_one_more(market: Market, wishes: list[int], score: int) -> Market:
    """The market with one more student, the last, from the same home as the first."""
    return dataclasses.replace(
        market,
        pref_ptr=np.append(market.pref_ptr, market.pref_ptr[-1] + len(wishes)),
        pref_option=np.append(market.pref_option, np.array(wishes, np.int32)),
        score=np.append(market.score, np.array([score], np.int32)),
        home=None if market.home is None else np.append(market.home, market.home[:1]),
    )


def with_other_list(market: Market, student: int, wishes: list[int]) -> Market:
    lists = wishes_of(market)
    lists[student] = wishes
    return dataclasses.replace(
        market,
        pref_ptr=np.cumsum([0, *map(len, lists)], dtype=np.int64),
        pref_option=np.array([option for listed in lists for option in listed], np.int32),
    )


def test_with_one_score_it_tells_what_another_list_or_one_more_student_would_have_got() -> None:
    """Computed again with the other list, or with the newcomer: the certificate of the old result says the same."""
    newcomers = 0
    for seed, market, placement in markets(150):
        if market.score_per_application or not market.students:
            continue
        random, paper = Random(seed), certificate(placement)
        there = list(range(market.options))
        if market.host is not None:
            assert market.home is not None
            assert market.country is not None
            own = market.country[market.home[0]]
            there = [option for option in there if market.country[market.host[option]] != own]
        wishes = random.sample(there, random.randint(0, len(there)))

        def again(changed: Market, placement: Placement = placement) -> Placement:
            lottery = draw(changed, int(placement.lottery.seed))
            if placement.mechanism == "balanced_deferred_acceptance":
                assert placement.balance is not None
                return balanced_deferred_acceptance(changed, lottery, placement.balance)
            return deferred_acceptance(changed, lottery)

        got = int(again(with_other_list(market, 0, wishes)).option[0])
        found = recheck(paper, "0", list(map(str, wishes)), int(market.score[0]))
        assert found == (None if got < 0 else str(got))
        score = random.randint(-4, 10)
        got = int(again(with_one_more(market, wishes, score)).option[-1])
        assert recheck(paper, str(market.students), list(map(str, wishes)), score) == (
            None if got < 0 else str(got)
        )
        newcomers += got >= 0
    assert newcomers > 150


def test_an_altered_cutoff_is_noticed_by_whoever_stands_at_it() -> None:
    """Raised past its holder, the last one in finds that out; lowered to the first one who waits, that one does."""
    raised = lowered = 0
    for _, market, placement in markets(60):
        ids, paper = tuple(placement.lottery.student_ids), certificate(placement)
        honest = own_results(paper, market, ids)
        for option in range(market.options):
            name = str(option)
            if name in honest:
                altered = {**paper, "cutoffs": {**paper["cutoffs"], name: "never"}}
                assert own_results(altered, market, ids) != honest
            if isinstance(paper["cutoffs"][name], str):
                continue
            cutoff = paper["cutoffs"][name]
            numbers = map(str, placement.lottery.number.tolist())
            holders = [
                student
                for student, number in enumerate(numbers)
                if honest[student] == name and number == cutoff["lottery"]
            ]
            if holders:  # who got the option with exactly the claim of its cut-off
                higher = {"score": cutoff["score"], "lottery": str(int(cutoff["lottery"]) - 1)}
                altered = {**paper, "cutoffs": {**paper["cutoffs"], name: higher}}
                assert own_results(altered, market, ids)[holders[0]] != name
                raised += 1
            waiting = placement.waiting(option).tolist()
            if waiting:
                first = waiting[0]
                row = int(market.pref_ptr[first]) + wishes_of(market)[first].index(option)
                score = int(market.score[row if market.score_per_application else first])
                lower = {"score": score, "lottery": str(placement.lottery.number[first])}
                altered = {**paper, "cutoffs": {**paper["cutoffs"], name: lower}}
                assert own_results(altered, market, ids)[first] == name != honest[first]
                lowered += 1
    assert raised > 100
    assert lowered > 100


def test_another_seed_is_noticed_where_scores_are_equal() -> None:
    ids = [f"s{number}" for number in range(40)]
    market = Market.from_mappings(
        wishes={name: ["x"] for name in ids}, score=dict.fromkeys(ids, 1), places={"x": 20}
    )
    placement = deferred_acceptance(market, Lottery.draw("2027", ids))
    paper = certificate(placement)
    assert [recheck(paper, name, ["x"], 1) for name in ids] == list(placement.by_name().values())
    assert [recheck({**paper, "seed": "2028"}, name, ["x"], 1) for name in ids] != list(
        placement.by_name().values()
    )


def test_the_digest_is_that_of_its_description() -> None:
    """Written out byte by byte for a market of two students, as another program would."""
    score: dict[str, Score] = {"kim": Decimal("90.5"), "佐藤": 3}
    market = Market.from_mappings(wishes={"kim": ["x"], "佐藤": []}, score=score, places={"x": 1})

    def number(value: int) -> bytes:
        return value.to_bytes(8, "little", signed=True)

    def column(name: str, *values: int) -> bytes:
        return name.encode() + b"\0" + number(len(values)) + b"".join(map(number, values))

    def names(name: str, *values: str) -> bytes:
        texts = [value.encode() for value in values]
        return (
            name.encode() + b"\0" + number(len(texts)) + b"".join(number(len(text)) + text for text in texts)
        )

    written = [
        column("pref_ptr", 0, 1, 1),
        column("pref_option", 0),
        column("score", 1, 0),
        column("parent", -1),
        column("capacity", 1),
        column("option_ptr", 0, 1),
        column("option_node", 0),
        b"score_per_application\0" + number(0),
        names("student_ids", "kim", "佐藤"),
        names("option_names", "x"),
        names("node_names", "x"),
        names("score_values", "3", "181/2"),
    ]
    assert market_digest(market) == sha256(b"".join(written)).hexdigest()


@pytest.mark.parametrize("field", ["score", "capacity", "pref_option", "parent"])
def test_every_change_of_the_market_changes_its_digest(field: str) -> None:
    market = random_market(Random(3), students=5, options=3, inner=1, per_application=False)
    changed = getattr(market, field).copy()
    changed[0] = {"parent": -1 if changed[0] >= 0 else 3}.get(field, (changed[0] + 1) % 3)
    lists = wishes_of(market)
    if field == "pref_option":
        lists[0] = lists[0][::-1]
        changed = np.array([option for listed in lists for option in listed], np.int32)
    assert (changed != getattr(market, field)).any()
    assert market_digest(dataclasses.replace(market, **{field: changed})) != market_digest(market)
