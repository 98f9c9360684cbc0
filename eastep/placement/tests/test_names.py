"""Names in one piece of text behave as a tuple of strings."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eastep.placement import Market
from eastep.placement import names as module
from eastep.placement.names import Names, first_repeated

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=30)


@given(TEXTS, st.slices(30))
def test_they_are_a_sequence_of_strings(texts: list[str], part: slice) -> None:
    names = Names.of(texts)
    assert list(names) == texts
    assert [names[row] for row in range(len(names))] == texts
    assert list(names[part]) == texts[part]
    assert names == tuple(texts)
    assert tuple(texts) == names
    assert names == Names.of(texts)
    assert (names == Names.of([*texts, "x"])) is False
    assert [names.row_of(text) for text in texts] == [texts.index(text) for text in texts]
    assert names.row_of("a name that is not there") is None


def test_a_row_that_is_not_there() -> None:
    names = Names.of(["kim", "sato"])
    assert names[-1] == "sato"
    with pytest.raises(IndexError):
        names[2]


def test_a_part_shares_the_text() -> None:
    names = Names.of(["kim", "佐藤", "이"])
    assert names[1:] == ("佐藤", "이")
    assert names[1:] == Names.of(["佐藤", "이"])
    assert np.shares_memory(names[1:].data, names.data)


def test_they_cannot_be_changed() -> None:
    names = Names.of(["kim"])
    with pytest.raises(ValueError, match="read-only"):
        names.data[0] = 0


@pytest.mark.parametrize(
    ("text", "offsets", "message"),
    [
        (b"abc", [0, 4], "the offsets of the names must rise"),
        (b"abc", [0, 2, 1], "the offsets of the names must rise"),
        (b"abc", [-1, 2], "the offsets of the names must rise"),
        (b"abc", [], "the offsets of the names must rise"),
        (b"a\x93\xfa", [0, 1, 3], "name 1 is not UTF-8"),
        ("佐".encode(), [0, 1, 3], "name 1 begins within a letter"),
    ],
)
def test_what_is_no_text(text: bytes, offsets: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Names(np.frombuffer(text, np.uint8), np.array(offsets, np.int64))


@pytest.mark.parametrize("large", [1, 1000])
def test_the_first_name_that_is_there_twice(large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By hashes and by a set."""
    monkeypatch.setattr(module, "LARGE", large)
    ids = [f"s{number}" for number in range(100)]
    assert first_repeated(Names.of(ids)) is None
    assert first_repeated(Names.of([])) is None
    assert first_repeated(Names.of(["", "a", ""])) == (0, 2)
    ids[70], ids[80] = ids[20], ids[10]
    assert first_repeated(Names.of(ids)) == first_repeated(ids) == (20, 70)


def test_equal_hashes_of_different_names_are_no_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    from eastep.placement.kernels import names as kernel

    monkeypatch.setattr(module, "LARGE", 1)
    monkeypatch.setattr(kernel, "hashes", lambda text, offsets: np.zeros(len(offsets) - 1, np.uint64))
    assert first_repeated(Names.of(["a", "b"])) is None
    assert first_repeated(Names.of(["a", "b", "a"])) == (0, 2)


def test_more_names_than_are_copied_at_a_time() -> None:
    ids = list(map(str, range(2 * module.AT_A_TIME + 1)))
    assert list(Names.of(iter(ids))) == ids


def test_a_market_with_names() -> None:
    arrays: dict[str, Any] = {
        "pref_ptr": np.array([0, 1, 1], np.int64),
        "pref_option": np.array([0], np.int32),
        "score": np.array([5, 6], np.int32),
        "parent": np.array([-1], np.int32),
        "capacity": np.array([1], np.int32),
        "option_ptr": np.array([0, 1], np.int64),
        "option_node": np.array([0], np.int32),
    }
    market = Market(**arrays, student_ids=Names.of(["kim", "sato"]))
    assert market.student_named("sato") == 1
    with pytest.raises(ValueError, match="there is no student 'lee'"):
        market.student_named("lee")
    with pytest.raises(ValueError, match="student_ids holds 'kim' twice, in rows 0 and 1"):
        Market(**arrays, student_ids=Names.of(["kim", "kim"]))
