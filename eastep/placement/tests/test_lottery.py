"""The lottery: a number that everybody can check, and an order that depends on nothing else."""

from hashlib import sha256

import pytest

from eastep.placement import Lottery, lottery_number
from eastep.placement import lottery as module


def test_the_number_is_the_head_of_a_published_hash() -> None:
    """The SHA-256 of "abc" begins with ba7816bf 8f01cfea (FIPS 180-2, B.1); of "2027:kim", says `sha256sum`,
    with 1ac1aaed1369538d."""
    assert sha256(b"abc").hexdigest()[:16] == "ba7816bf8f01cfea"
    assert lottery_number(2027, "kim") == 0x1AC1AAED1369538D
    assert lottery_number(2027, "김민준") == lottery_number("2027", "김민준")


def test_the_order_is_by_number_whatever_the_order_of_rows() -> None:
    ids = [f"s{i}" for i in range(50)]
    there, back = Lottery.draw("x", ids), Lottery.draw("x", ids[::-1])
    assert there.rank.tolist() == back.rank.tolist()[::-1]
    expected = sorted(range(50), key=lambda row: lottery_number("x", ids[row]))
    assert [there.rank.tolist().index(place) for place in range(50)] == expected


def test_equal_numbers_are_ordered_by_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "lottery_number", lambda seed, name: 7)
    assert Lottery.draw("x", ["c", "a", "b"]).rank.tolist() == [2, 0, 1]


def test_an_id_that_is_there_twice() -> None:
    with pytest.raises(ValueError, match="the student id '1' is there twice"):
        Lottery.draw("x", ["1", 2, 1])
