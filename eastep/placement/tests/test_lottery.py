"""The lottery: a number that everybody can check, and an order that depends on nothing else."""

from hashlib import sha256
from random import Random

import numpy as np
import pytest

from eastep.placement import Lottery, lottery_number
from eastep.placement import lottery as module
from eastep.placement.names import Names


def test_the_number_is_the_head_of_a_published_hash() -> None:
    """The SHA-256 of "abc" begins with ba7816bf 8f01cfea (FIPS 180-2, B.1); of "2027:kim", says `sha256sum`,
    with 1ac1aaed1369538d."""
    assert sha256(b"abc").hexdigest()[:16] == "ba7816bf8f01cfea"
    assert lottery_number(2027, "kim") == 0x1AC1AAED1369538D
    assert lottery_number(2027, "김민준") == lottery_number("2027", "김민준")
    assert Lottery.draw(2027, ["김민준", "kim"]).number.tolist() == [
        lottery_number(2027, "김민준"),
        0x1AC1AAED1369538D,
    ]


def test_the_order_is_by_number_whatever_the_order_of_rows() -> None:
    ids = [f"s{i}" for i in range(50)]
    there, back = Lottery.draw("x", ids), Lottery.draw("x", ids[::-1])
    assert there.rank.tolist() == back.rank.tolist()[::-1]
    expected = sorted(range(50), key=lambda row: lottery_number("x", ids[row]))
    assert [there.rank.tolist().index(place) for place in range(50)] == expected


def test_equal_numbers_are_ordered_by_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_numbers", lambda seed, names: np.full(len(names), 7, np.uint64))
    assert Lottery.draw("x", ["c", "a", "b"]).rank.tolist() == [2, 0, 1]


@pytest.mark.parametrize("large", [1, 100])
def test_an_id_that_is_there_twice(large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGE", large)
    with pytest.raises(ValueError, match="the student id '1' is there twice, in rows 0 and 2"):
        Lottery.draw("x", ["1", 2, 1])


def test_the_kernel_draws_what_hashlib_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages of 0 to 270 bytes, so of one to five blocks, side by side in all mixtures."""
    random = Random(7)
    ids = ["".join(random.choices("a7-é佐藤김민", k=random.randrange(68))) for _ in range(500)]
    ids += ["x" * length for length in range(200)]
    ids = list(dict.fromkeys(ids))
    seeds = ["", "2027", "가" * 21, "s" * 63]
    drawn = [Lottery.draw(seed, ids) for seed in seeds]
    monkeypatch.setattr(module, "LARGE", 1)
    for seed, small in zip(seeds, drawn, strict=True):
        large = Lottery.draw(seed, ids)
        assert isinstance(large.student_ids, Names)
        assert large.student_ids == small.student_ids
        assert large.number.tolist() == small.number.tolist()
        assert large.number.tolist() == [lottery_number(seed, name) for name in ids]
        assert large.rank.tolist() == small.rank.tolist()
    for count in range(1, 40):  # the last messages side by side are fewer
        assert Lottery.draw("x", ids[:count]).number.tolist() == [
            lottery_number("x", name) for name in ids[:count]
        ]


def test_names_are_kept_as_they_are() -> None:
    names = Names.of(["kim", "佐藤"])
    lottery = Lottery.draw("x", names)
    assert lottery.student_ids is names
    assert lottery.number.tolist() == Lottery.draw("x", ("kim", "佐藤")).number.tolist()
    assert Lottery.draw("x", []).rank.tolist() == []


@pytest.mark.parametrize("large", [1, 100])
def test_half_a_letter_is_refused_with_its_row(large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lone surrogate, as broken exports have them, is no UTF-8, and so has no number that others can check."""
    monkeypatch.setattr(module, "LARGE", large)
    with pytest.raises(ValueError, match=r"name 1, '\\ud800', cannot be written in UTF-8: half of a letter"):
        Lottery.draw(1, ["kim", "\ud800", "lee"])
