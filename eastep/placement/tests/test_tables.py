"""Markets out of tables: the same arrays as from mappings, and messages that say where and what to do."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow")

from eastep.placement import Lottery, Market, deferred_acceptance  # noqa: E402
from eastep.placement import columns as module  # noqa: E402
from eastep.placement.names import Names  # noqa: E402

ARRAYS = ("pref_ptr", "pref_option", "score", "parent", "capacity", "option_ptr", "option_node")
SAME = ("score_per_application", "student_ids", "option_names", "node_names", "score_values")
PLACED = ("institution_names", "country_names")


def contents(market: Market) -> dict[str, Any]:
    """All that a market holds, as plain values."""
    arrays = {name: getattr(market, name).tolist() for name in ARRAYS}
    more = {name: getattr(market, name) for name in ("home", "host", "country")}
    return (
        arrays
        | {name: None if array is None else array.tolist() for name, array in more.items()}
        | {name: getattr(market, name) for name in (*SAME, *PLACED)}
    )


def tables(**change: Any) -> dict[str, Any]:
    """Two students, two options under a quota, a year that draws on both."""
    given: dict[str, Any] = {
        "students": {
            "student": ["a", "b"],
            "choices": [["year", "x"], ["y"]],
            "score": [81, 70],
            "home": ["waseda", "osaka"],
        },
        "options": {
            "option": ["x", "y", "year"],
            "places": [1, 2, None],
            "within": ["yonsei", "yonsei", None],
            "draws": [[], [], ["x", "y"]],
            "host": ["Yonsei", "Yonsei", "Yonsei"],
        },
        "quotas": {"quota": ["yonsei", "seoul"], "places": [3, 4], "within": ["seoul", None]},
        "institutions": {"institution": ["waseda", "osaka", "Yonsei"], "country": ["JP", "JP", "KR"]},
    }
    for name, columns in change.items():
        given[name] = given.get(name, {}) | columns
        given[name] = {column: values for column, values in given[name].items() if values is not None}
    return {name: pa.table(columns) for name, columns in given.items()}


def test_from_arrow() -> None:
    market = Market.from_arrow(**tables())
    expected = Market.from_mappings(
        wishes={"a": ["year", "x"], "b": ["y"]},
        score={"a": 81, "b": 70},
        places={"x": 1, "y": 2, "yonsei": 3, "seoul": 4},
        within={"x": "yonsei", "y": "yonsei", "yonsei": "seoul"},
        draws={"year": ["x", "y"]},
        home={"a": "waseda", "b": "osaka"},
        host=dict.fromkeys(["x", "y", "year"], "Yonsei"),
        country={"waseda": "JP", "osaka": "JP", "Yonsei": "KR"},
    )
    assert contents(market) == contents(expected)


def test_an_option_may_draw_beside_its_own_places() -> None:
    market = Market.from_arrow(
        {"student": ["a"], "choices": [["year"]], "score": [1]},
        {"option": ["x", "year"], "places": [3, 2], "draws_1": ["", "spring"], "draws_2": [None, "autumn"]},
        {"quota": ["spring", "autumn"], "places": [1, 1]},
    )
    assert market.node_names == ("x", "year", "spring", "autumn")
    assert market.option_ptr.tolist() == [0, 1, 4]
    assert market.option_node.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["1", "2"], ("1", "2")),
        (pa.array([1, 2], pa.uint8()), ("1", "2")),
        (pa.array(["a", "b"], pa.large_string()), ("a", "b")),
        (pa.array(["a", "b"], pa.string_view()), ("a", "b")),
        (pa.array(["a", "b"]).dictionary_encode(), ("a", "b")),
        (pa.array([7, 5]).dictionary_encode(), ("7", "5")),
        (pa.chunked_array([["007"], ["김"]]), ("007", "김")),
    ],
)
@pytest.mark.parametrize("large", [1, 100])
def test_ids_of_any_kind(
    column: Any, expected: tuple[str, ...], large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGE", large)
    market = Market.from_arrow(**tables(students={"student": column}))
    assert market.student_ids == expected
    assert isinstance(market.student_ids, Names) == (large == 1)
    market = Market.from_arrow(
        **{name: table[0:2] for name, table in tables(students={"student": column}).items()}
        | {
            "students": tables(students={"student": column})["students"][1:],
            "institutions": tables()["institutions"],
            "options": tables()["options"],
        }
    )
    assert market.student_ids == expected[1:]
    assert market.pref_option.tolist() == [1]


CHOICES = [["year", "x"], ["y"]]


@pytest.mark.parametrize(
    "choices",
    [
        pa.array(CHOICES, pa.list_(pa.string())),
        pa.array(CHOICES, pa.large_list(pa.large_string())),
        pa.array(CHOICES, pa.list_view(pa.string())),
        pa.array(CHOICES, pa.list_(pa.dictionary(pa.int8(), pa.string()))),
        pa.array(CHOICES, pa.large_list(pa.dictionary(pa.uint16(), pa.large_string()))),
        pa.chunked_array([[CHOICES[0]], [CHOICES[1]]], pa.list_(pa.dictionary(pa.int32(), pa.string()))),
        pa.chunked_array([[CHOICES[0]], [], [CHOICES[1]]], pa.list_(pa.string())),
        pa.array([[2, 0], [1]], pa.list_(pa.int64())),
        pa.array([[2, 0], [1]], pa.list_(pa.uint8())),
        pa.array([["y"], *CHOICES])[1:],
        pa.array([["y"], *CHOICES], pa.list_(pa.dictionary(pa.int8(), pa.string())))[1:],
    ],
)
def test_choices_of_any_kind(choices: Any) -> None:
    market = Market.from_arrow(**tables(students={"choices": choices}))
    assert market.pref_ptr.tolist() == [0, 2, 3]
    assert market.pref_option.tolist() == [2, 0, 1]


def test_fixed_lists_and_no_list() -> None:
    fixed = pa.array([["y", "x"], None], pa.list_(pa.string(), 2))
    market = Market.from_arrow(**tables(students={"choices": fixed}))
    assert market.pref_ptr.tolist() == [0, 2, 2]
    assert market.pref_option.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("score", "whole", "values"),
    [
        (pa.array([3, -5], pa.int8()), [3, -5], None),
        (pa.array([3, 5], pa.uint64()), [3, 5], None),
        (pa.array([2**31, 5], pa.int64()), [1, 0], (5, 2**31)),
        (pa.array([2**64 - 1, 5], pa.uint64()), [1, 0], (5, 2**64 - 1)),
        (pa.array([0.1, 81.0]), [0, 1], (0.1, 81.0)),
        (pa.array(np.array([1.5, 1.25], np.float16)), [1, 0], (1.25, 1.5)),
        (pa.array([-0.0, 0.0]), [0, 0], (0.0,)),
        (pa.array([Decimal("1.10"), Decimal("1.1")]), [0, 0], (Decimal("1.1"),)),
        (pa.array(["81", " -7"]), [81, -7], None),
        (pa.array(["81.5", "81"]), [1, 0], (81, Decimal("81.5"))),
        (pa.array(["0.3", "0.30"]), [0, 0], (Decimal("0.3"),)),
        (pa.array(["1e3", "1000"]), [0, 0], (1000,)),
        (pa.array(["9" * 5000, "1"]), [1, 0], (1, Decimal("9" * 5000))),
        (pa.array(["1e300", "1"]), [1, 0], (1, Decimal("1e300"))),
        (pa.array([7, 7]).dictionary_encode(), [7, 7], None),
        (pa.array(["7", "8"]).dictionary_encode(), [7, 8], None),
        (pa.chunked_array([[1.5], [2.5]]), [0, 1], (1.5, 2.5)),
    ],
)
def test_scores_of_any_kind(score: Any, whole: list[int], values: tuple[Any, ...] | None) -> None:
    market = Market.from_arrow(**tables(students={"score": score}))
    assert market.score.tolist() == whole
    assert market.score_values == values


def test_scores_by_choice() -> None:
    market = Market.from_arrow(**tables(students={"score": None, "scores": [[1.5, 2.5], [0.5]]}))
    assert market.score_per_application
    assert market.score.tolist() == [1, 2, 0]
    assert market.score_values == (0.5, 1.5, 2.5)


def test_numbered_columns() -> None:
    """Empty cells are passed over, wherever they are."""
    students = {
        "choices": None,
        "choice_1": ["year", None],
        "choice_2": ["", "y"],
        "choice_3": ["x", ""],
    }
    market = Market.from_arrow(**tables(students=students))
    assert market.pref_ptr.tolist() == [0, 2, 3]
    assert market.pref_option.tolist() == [2, 0, 1]
    scores: dict[str, Any] = {
        "score": None,
        "score_1": ["5", ""],
        "score_2": [None, "7"],
        "score_3": ["6", None],
    }
    market = Market.from_arrow(**tables(students=students | scores))
    assert market.score.tolist() == [5, 6, 7]
    scores = {"score": None, "score_1": [5, None], "score_2": [None, 6.5], "score_3": [7, None]}
    market = Market.from_arrow(**tables(students=students | scores))
    assert market.score.tolist() == [0, 2, 1]


def test_a_table_of_choices() -> None:
    choices = {"student": ["b", "a", "a"], "rank": [1, 7, 3], "option": ["y", "x", "year"]}
    market = Market.from_arrow(**tables(students={"choices": None}), choices=choices)
    assert market.pref_ptr.tolist() == [0, 2, 3]
    assert market.pref_option.tolist() == [2, 0, 1]
    assert market.score.tolist() == [81, 70]
    students = {"choices": None, "score": None}
    market = Market.from_arrow(**tables(students=students), choices=choices | {"score": [1, 2, 3]})
    assert market.score_per_application
    assert market.score.tolist() == [3, 2, 1]


def test_an_empty_market_gives_an_empty_placement() -> None:
    nobody: list[dict[str, Any]] = [
        {"student": [], "choices": [], "score": []},
        {"student": [], "choice_1": [], "score": []},
        {"student": [], "choices": [], "scores": []},
    ]
    places: list[dict[str, Any]] = [{"option": [], "places": []}, {"option": ["x"], "places": [1]}]
    for students in nobody:
        for options in places:
            market = Market.from_arrow(students, options)
            placement = deferred_acceptance(market, Lottery.draw(1, market.student_ids or ()))
            assert placement.to_arrow().to_pydict() == {"student": [], "option": [], "rank": []}
    market = Market.from_arrow(
        {"student": ["a"], "choices": [[]], "score": [1]}, {"option": [], "places": []}
    )
    placement = deferred_acceptance(market, Lottery.draw(1, ["a"]))
    assert placement.to_arrow().to_pydict() == {"student": ["a"], "option": [None], "rank": [None]}


def test_ten_thousand_choices_and_equal_scores() -> None:
    options = [f"o{number}" for number in range(10_000)]
    market = Market.from_arrow(
        {"student": ["a", "b"], "choices": [options, options], "score": [5, 5]},
        {"option": options, "places": [0] * 9999 + [1]},
    )
    placement = deferred_acceptance(market, Lottery.draw(2027, ["a", "b"]))
    assert sorted(placement.rank.tolist()) == [0, 10_000]


def test_out_again() -> None:
    market = Market.from_arrow(**tables())
    placement = deferred_acceptance(market, Lottery.draw(1, market.student_ids or ()))
    table = placement.to_arrow()
    assert table.schema.names == ["student", "option", "rank", "home", "host"]
    assert table.to_pylist() == [
        {"student": "a", "option": "year", "rank": 1, "home": "waseda", "host": "Yonsei"},
        {"student": "b", "option": "y", "rank": 1, "home": "osaka", "host": "Yonsei"},
    ]
    table.validate(full=True)


def test_out_with_reserves_and_unplaced() -> None:
    market = Market.from_mappings(
        wishes={"a": ["x", "y"], "b": ["x", "y"], "c": ["x"]},
        score={"a": 3, "b": 2, "c": 1},
        places={"x": 2, "y": 1},
        reserved={"x": {"g": 1}},
        groups={"b": ["g"], "c": ["g"]},
    )
    placement = deferred_acceptance(market, Lottery.draw(1, "abc"))
    assert placement.to_arrow().to_pydict() == {
        "student": ["a", "b", "c"],
        "option": ["x", "x", None],
        "rank": [1, 1, None],
        "is_reserved": [False, True, None],
    }


NO_LISTS = {"choices": None, "choice_1": ["x", "y"]}
FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"students": {"student": None}}, "students has no column 'student'; it has 'choices', 'score', 'home'"),
    ({"students": {"score": None}}, r"students has no column 'score' \(nor 'scores', .*\); it has 'student'"),
    ({"students": {"choices": None}}, r"students has no column 'choices' \(nor 'choice_1', 'choice_2' and so on\)"),
    ({"options": {"places": None, "draws": None}}, "options has no column 'places'; it has 'option', 'within'"),
    ({"quotas": {"places": None}}, "quotas has no column 'places'"),
    ({"students": {"home": None}}, "students has no column 'home'"),
    ({"options": {"host": None}}, "options has no column 'host'"),
    ({"options": {"Within": ["", "", ""], "within": None}}, "options has the column 'Within'; name it 'within'"),
    ({"students": {"student": ["a", "a"]}}, "students, row 1, column 'student': 'a' stands in row 0 already"),
    ({"students": {"student": ["a", None]}}, "students, row 1, column 'student': the id is missing"),
    ({"students": {"student": ["", "b"]}}, "students, row 0, column 'student': the id is missing"),
    ({"students": {"student": [1.5, 2]}}, "students, column 'student' holds double; text is needed"),
    ({"students": {"score": ["1", "1e999999999"]}}, "students, row 1, column 'score': the score is '1e999999999'; a number is needed"),
    ({"options": {"places": ["1", "1e-999999999", None]}}, "options, row 1, column 'places': '1e-999999999' places; a whole number"),
    ({"students": {"choices": [["x"], ["x", "z"]]}}, "students, row 1, column 'choices', choice 2: there is no option 'z' in options"),
    ({"students": {"choices": [["yeer"], []]}}, r"there is no option 'yeer' in options \(is it 'year'\?\); correct it, or add"),
    ({"students": {"choices": [["x", None], []]}}, "row 0, column 'choices', choice 2: the name of the option is missing"),
    ({"students": {"choices": [["x", ""], []]}}, "row 0, column 'choices', choice 2: the name of the option is missing"),
    ({"students": {"choices": [["y"], ["x", "y", "x"]]}}, "students, row 1, column 'choices', choice 3: 'x' is in this list already"),
    ({"students": {"choices": [["y"], ["yonsei"]]}}, "there is no option 'yonsei' in options"),
    ({"students": {"choices": ["x", "y"]}}, "students, column 'choices' holds string; a list of options is needed"),
    ({"students": {"choices": [[1.5], []]}}, r"students, column 'choices' holds list<.*double>; text is needed|holds double; text"),
    ({"students": {"choices": [[0], [1, 3]]}}, "row 1, column 'choices', choice 2: 3 is no row of options, which has 3"),
    ({"students": {"choices": [[0], [-1]]}}, "row 1, column 'choices', choice 1: -1 is no row of options"),
    ({"students": {"choices": [[0], [None]]}}, "row 1, column 'choices', choice 1: the number of the option is missing"),
    ({"students": {"choices": [[0], [1]]}, "options": {"option": [5, 6, 7], "draws": None, "places": [1, 1, 1]}}, "options, column 'option' holds int64; make it text"),
    ({"students": {"choice_1": ["x", "y"]}}, "the choices are given twice, by a column 'choices' and by columns 'choice_1'"),
    ({"students": {"choices": None, "choice_1": ["x", "y"], "choice_3": ["x", "y"]}}, "has the column 'choice_3' but no 'choice_2'"),
    ({"students": {"choices": None, "choice_1": ["x", "z"]}}, "students, row 1, column 'choice_1': there is no option 'z'"),
    ({"students": {"choices": None, "choice_1": ["x", "y"], "choice_2": ["x", ""]}}, "students, row 0, column 'choice_2': 'x' is in this list"),
    ({"students": NO_LISTS | {"score": None, "score_1": [1, None]}}, "students, row 1, column 'score_1': the score is missing"),
    ({"students": NO_LISTS | {"choice_1": ["x", ""], "score": None, "score_1": ["1", "2"]}}, "row 1, column 'score_1': a score, but 'choice_1' names no option"),
    ({"students": NO_LISTS | {"score_1": [1, 2]}}, "has one score per student, but there are scores per choice too"),
    ({"students": NO_LISTS | {"score": None, "score_1": [1, 2], "score_2": [1, 2]}}, "has 1 columns of choices, but 2 of scores"),
    ({"students": {"score": [1.5, float("nan")]}}, "students, row 1, column 'score': the score is nan; a finite number"),
    ({"students": {"score": [float("inf"), 1.5]}}, "students, row 0, column 'score': the score is inf"),
    ({"students": {"score": [1, None]}}, "students, row 1, column 'score': the score is missing"),
    ({"students": {"score": ["81", "eighty"]}}, "students, row 1, column 'score': the score is 'eighty'; a number is needed"),
    ({"students": {"score": ["81", "nan"]}}, "the score is 'nan'; a number is needed"),
    ({"students": {"score": ["81", "81,5"]}}, "the score is '81,5'; a number is needed, as 81 or 81.5"),
    ({"students": {"score": ["81", ""]}}, "row 1, column 'score': the score is missing"),
    ({"students": {"score": [True, False]}}, "students, column 'score' holds bool; a number for each is needed"),
    ({"students": {"scores": [[1, 2], [3]]}}, "students has one score per student, but there are scores per choice too"),
    ({"students": {"score": None, "scores": [[1, 2], [3, 4]]}}, "row 1, column 'scores': 2 scores for 1 choices; give one for each"),
    ({"students": {"score": None, "scores": [[1, None], [3]]}}, "row 0, column 'scores', choice 2: the score is missing"),
    ({"students": {"score": None, "scores": [1, 2]}}, "column 'scores' holds int64; a list of numbers is needed"),
    ({"students": {"home": ["waseda", "kyoto"]}}, "students, row 1, column 'home': there is no institution 'kyoto' in institutions"),
    ({"students": {"home": ["waseda", None]}}, "students, row 1, column 'home': the name of the institution is missing"),
    ({"options": {"host": ["Yonsei", "Yonsei", "Korea"]}}, "options, row 2, column 'host': there is no institution 'Korea'"),
    ({"options": {"option": ["x", "y", "x"]}}, "options, row 2, column 'option': 'x' stands in row 0 already"),
    ({"options": {"option": ["x", "y", None]}}, "options, row 2, column 'option': the name is missing"),
    ({"options": {"places": [1, -2, None]}}, "options, row 1, column 'places': -2 places; a whole number from 0 to 2147483647"),
    ({"options": {"places": [1, 2.5, None]}}, "options, row 1, column 'places': 2.5 places; a whole number"),
    ({"options": {"places": [1, float("nan"), None]}}, "options, row 1, column 'places': nan places"),
    ({"options": {"places": [1, 2**31, None]}}, "options, row 1, column 'places': 2147483648 places"),
    ({"options": {"places": ["1", "many", None]}}, "options, row 1, column 'places': 'many' places"),
    ({"options": {"places": [None, 2, None]}}, "options, row 0, column 'within': 'x' has no places of its own"),
    ({"options": {"places": [None, 2, None], "within": None, "draws": [[], [], ["y"]]}}, "options, row 0, column 'places': the number of places is missing; 0 says"),
    ({"options": {"places": [True, True, None]}}, "options, column 'places' holds bool; whole numbers are needed"),
    ({"options": {"within": ["yonsei", "tokyo", None]}}, "options, row 1, column 'within': there is no quota 'tokyo' in quotas"),
    ({"options": {"draws": [[], [], ["x", "z"]]}}, "options, row 2, column 'draws': there is no quota 'z' in quotas"),
    ({"options": {"draws": [[], [], ["x", "x"]]}}, "options, row 2, column 'option': 'year' draws on 'x' twice; leave one of them out"),
    ({"options": {"draws": [["x"], [], ["x", "y"]]}}, "options, row 0, column 'option': 'x' draws on 'x' twice"),
    ({"quotas": {"quota": ["yonsei", "yonsei"]}}, "quotas, row 1, column 'quota': 'yonsei' stands in row 0 already"),
    ({"quotas": {"quota": ["yonsei", "x"]}, "options": {"draws": None, "places": [1, 1, 1]}}, "quotas, row 1, column 'quota': 'x' is the name of an option too"),
    ({"quotas": {"places": [3, None]}}, "quotas, row 1, column 'places': the number of places is missing"),
    ({"quotas": {"within": ["seoul", "yonsei"]}}, "quotas, row 0, column 'within': the quotas lie in a circle, 'yonsei' within 'seoul' within 'yonsei'; cut"),
    ({"quotas": {"within": ["tokyo", None]}}, "quotas, row 0, column 'within': there is no quota 'tokyo'"),
    ({"institutions": {"country": ["JP", None, "KR"]}}, "institutions, row 1, column 'country': the country is missing"),
    ({"institutions": {"institution": ["waseda", "waseda", "Yonsei"]}}, "institutions, row 1, column 'institution': 'waseda' stands in"),
    ({"students": {"choices": None}, "choices": {"student": ["c"], "rank": [1], "option": ["x"]}}, "choices, row 0, column 'student': there is no student 'c' in students"),
    ({"students": {"choices": None}, "choices": {"student": ["a"], "rank": [1], "option": ["z"]}}, "choices, row 0, column 'option': there is no option 'z'"),
    ({"students": {"choices": None}, "choices": {"student": ["a", "a"], "rank": [1, 1], "option": ["x", "y"]}}, "choices, row 1, column 'rank': the same student and rank as in row 0"),
    ({"students": {"choices": None}, "choices": {"student": ["a", "a"], "rank": [2, 1], "option": ["x", "x"]}}, "choices, row 0, column 'option': 'x' is in this list already"),
    ({"students": {"choices": None}, "choices": {"student": ["a"], "rank": [None], "option": ["x"]}}, "choices, row 0, column 'rank': the rank is missing"),
    ({"choices": {"student": ["a"], "rank": [1], "option": ["x"]}}, "the choices are given twice, by a column 'choices' and by the table choices"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), FAULTS)
@pytest.mark.parametrize("large", [1, 100])
def test_what_is_wrong_is_named(
    change: dict[str, Any], message: str, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGE", large)
    with pytest.raises(ValueError, match=message):
        Market.from_arrow(**tables(**change))


def test_what_is_no_table_and_what_lacks_its_institutions() -> None:
    with pytest.raises(ValueError, match=r"students is no table that pyarrow can read \(int\)"):
        Market.from_arrow(5, {"option": [], "places": []})
    for wrong in (None, [1], {"student": [2**64, 1]}):
        with pytest.raises(ValueError, match="students is no table that pyarrow can read"):
            Market.from_arrow(wrong, {"option": [], "places": []})
    given = tables()
    del given["institutions"]
    market = Market.from_arrow(**given)
    assert market.home is None
    with pytest.raises(ValueError, match=r"balance needs the home .* table of institutions"):
        market.unit_of("country")
    del given["quotas"]
    given["students"] = given["students"].drop_columns("home")
    with pytest.raises(
        ValueError, match="there is no quota 'yonsei' in the table of quotas, which was not given"
    ):
        Market.from_arrow(**given)


def test_a_column_that_is_there_twice() -> None:
    column = pa.array(["a", "b"])
    with pytest.raises(ValueError, match="students has the column 'student' twice; leave one of them out"):
        Market.from_arrow(
            **tables() | {"students": pa.Table.from_arrays([column, column], ["student", "student"])}
        )


# Properties

NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n", exclude_categories=["Cc", "Cs"]),
    min_size=1,
    max_size=6,
)
WHOLE = st.integers(-(2**31), 2**31 - 1)


@st.composite
def markets(draw: Callable[[Any], Any]) -> dict[str, Any]:
    """The arguments of `Market.from_mappings`: the quotas all hold something, and what only draws is named last."""
    names = draw(st.lists(NAMES, unique=True, min_size=1, max_size=10))
    cut = draw(st.integers(0, len(names)))
    options, quotas = names[:cut], names[cut:]
    quotas = quotas[: len(options)]
    places = {name: draw(st.integers(0, 5)) for name in (*options, *quotas)}
    within = dict(zip(options, quotas, strict=False))
    within |= {quota: quotas[above] for above, quota in enumerate(quotas[1:]) if draw(st.booleans())}
    draws = (
        {"the year": draw(st.lists(st.sampled_from(list(places)), unique=True, min_size=1))} if places else {}
    )
    ids = draw(st.lists(NAMES, unique=True, max_size=6))
    all_options = [*options, *draws]
    wishes = {
        one: draw(st.permutations(all_options))[: draw(st.integers(0, len(all_options)))] for one in ids
    }
    kind = draw(
        st.sampled_from(
            [WHOLE, st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**60), 2**60)]
        )
    )
    score: Any = {one: draw(kind) for one in ids}
    if draw(st.booleans()) and any(wishes.values()):
        score = {one: {option: draw(kind) for option in wishes[one]} for one in ids}
    return {"wishes": wishes, "score": score, "places": places, "within": within, "draws": draws}


def tables_of(market: dict[str, Any], *, as_lists: bool) -> dict[str, Any]:
    """The same market as tables; None for the cells that stay empty."""
    wishes, score, places, within, draws = (
        market[name] for name in ("wishes", "score", "places", "within", "draws")
    )
    quotas = [name for name in places if name in set(within.values())]
    options = [name for name in places if name not in quotas]
    longest = max(1, *map(len, wishes.values())) if wishes else 1
    per_choice = any(isinstance(value, dict) for value in score.values())
    students: dict[str, Any] = {"student": pa.array(list(wishes), pa.string())}
    columns: dict[str, Any] = {"option": pa.array([*options, *draws], pa.string())}
    columns["places"] = pa.array([*(places[name] for name in options), *(None for _ in draws)], pa.int32())
    columns["within"] = pa.array(
        [*(within.get(name) for name in options), *(None for _ in draws)], pa.string()
    )
    if as_lists:
        students["choices"] = pa.array(list(wishes.values()), pa.list_(pa.string()))
        if per_choice:
            students["scores"] = pa.array(
                [[score[one][option] for option in own] for one, own in wishes.items()]
            )
        columns["draws"] = pa.array([*([] for _ in options), *draws.values()], pa.list_(pa.string()))
    else:
        for number in range(longest):
            at = {one: own[number] if number < len(own) else None for one, own in wishes.items()}
            students[f"choice_{number + 1}"] = pa.array(list(at.values()), pa.string())
            if per_choice:
                given = [None if option is None else score[one][option] for one, option in at.items()]
                students[f"score_{number + 1}"] = pa.array(given)
        for number in range(max([1, *map(len, draws.values())])):
            own = [drawn[number] if number < len(drawn) else None for drawn in draws.values()]
            columns[f"draws_{number + 1}"] = pa.array([*(None for _ in options), *own], pa.string())
    if not per_choice:
        students["score"] = pa.array(list(score.values()))
    return {
        "students": pa.table(students),
        "options": pa.table(columns),
        "quotas": pa.table(
            {
                "quota": pa.array(quotas, pa.string()),
                "places": pa.array([places[name] for name in quotas], pa.int64()),
                "within": pa.array([within.get(name) for name in quotas], pa.string()),
            }
        ),
    }


@given(markets(), st.booleans(), st.booleans(), st.randoms())
@settings(max_examples=200, deadline=None)
def test_the_same_as_from_mappings(
    market: dict[str, Any], as_lists: bool, encoded: bool, random: Any
) -> None:
    expected = contents(Market.from_mappings(**market))
    given = tables_of(market, as_lists=as_lists)
    if encoded:
        given = {name: chunked(table, random) for name, table in given.items()}
    assert contents(Market.from_arrow(**given)) == expected


def chunked(table: Any, random: Any) -> Any:
    """The table in two pieces, text encoded by a dictionary of each piece."""
    cut = random.randint(0, table.num_rows)
    columns = {}
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_string(column.type):
            pieces = [part.combine_chunks().dictionary_encode() for part in (column[:cut], column[cut:])]
            column = pa.chunked_array(pieces)
        columns[name] = column
    return pa.table(columns)
