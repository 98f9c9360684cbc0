"""The price of balance: every figure calculated by hand."""

import io
import json
from decimal import Decimal

import pytest
from django.utils import translation

from eastep.applications import prices, weighing
from eastep.applications.simulating import Impossible
from eastep.applications.tests.factories import (
    KOREA,
    KYOTO,
    WASEDA,
    YONSEI,
    make_applicant,
    make_basis,
    make_choice,
    make_document,
    make_place,
)
from eastep.applications.weighing import rules_to_weigh, weigh

BOTH = ("JP", "KR")
TAIWAN = "TW:0001"


def place(row, home, host, places=1, **given):
    return make_place(row=row, home=home, host=host, places=places, **given)


def person(number, home, *hosts, score=80, **given):
    choices = tuple(make_choice(host=host) for host in hosts)
    return make_applicant(number, home=home, score=Decimal(score), choices=choices, **given)


# Two want to go from Waseda to Yonsei, one the other way; there are two places each way.
UNEVEN = (
    [place(1, WASEDA, YONSEI, 2), place(2, YONSEI, WASEDA, 2)],
    [
        person("a", WASEDA, YONSEI, score=90),
        person("b", WASEDA, YONSEI, score=80),
        person("c", YONSEI, WASEDA, score=70),
    ],
)
# Waseda sends to Yonsei, Yonsei to Kyoto, Kyoto to nobody.
OPEN_CHAIN = (
    [place(1, WASEDA, YONSEI), place(2, YONSEI, KYOTO)],
    [person("a", WASEDA, YONSEI), person("b", YONSEI, KYOTO)],
)
# Two want the one place at Yonsei, a also Korea; one comes from each of these.
CROWDED = (
    [
        place(1, WASEDA, YONSEI),
        place(2, WASEDA, KOREA),
        place(3, YONSEI, WASEDA),
        place(4, KOREA, WASEDA),
    ],
    [
        person("a", WASEDA, YONSEI, KOREA, score=90),
        person("b", WASEDA, YONSEI, score=80),
        person("c", YONSEI, WASEDA),
        person("d", KOREA, WASEDA),
    ],
)


def weighed(round_, *, countries=BOTH, seed="2027", **asked):
    places, people = round_
    return weigh(make_basis(places, people), seed=seed, rules=rules_to_weigh(countries=countries, **asked))


def row_of(result, mechanism, unit="country", tolerance=0):
    """The row of one rule."""
    wanted = {"mechanism": mechanism, "unit": unit, "tolerance": tolerance} if mechanism else {}
    [row] = [
        one
        for one in result["rows"]
        if {name: value for name, value in one["rule"].items() if name != "carried"} == wanted
    ]
    return row


def test_the_rules_that_are_weighed():
    asked = [
        (rule.get("mechanism"), rule.get("unit"), rule.get("tolerance"))
        for rule in rules_to_weigh(countries=BOTH, tolerance=5)
    ]
    assert asked == [
        (None, None, None),
        ("balanced_deferred_acceptance", "country", 0),
        ("balanced_deferred_acceptance", "country", 5),
        ("balanced_exchange", "country", 0),
        ("balanced_exchange", "country", 5),
        ("balanced_exchange", "institution", 0),
        ("balanced_exchange", "institution", 5),
        ("maximum_balanced", "country", 5),
        ("maximum_balanced", "institution", 5),
    ]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"tolerance": -1}, "not_a_tolerance"),
        ({"carried": {"TW": 1}}, "unknown_country"),
        ({"carried": {"JP": 1, "KR": 1}}, "carried_contradicts"),
    ],
)
def test_what_cannot_be_asked(asked, code):
    with pytest.raises(Impossible) as refused:
        rules_to_weigh(countries=BOTH, **asked)
    assert refused.value.code == code


def test_without_balance_all_go_and_one_stay_is_open():
    result = weighed(UNEVEN)
    row = row_of(result, "")
    assert (result["applicants"], row["placed"], row["share_placed"], row["first"], row["mean_rank"]) == (
        *(3, 3, "1.000", 3),
        "1.00",
    )
    assert row["flows"] == [{"from": "JP", "to": "KR", "stays": 2}, {"from": "KR", "to": "JP", "stays": 1}]
    assert row["countries"] == {
        "units": {
            "JP": {"sent": 2, "received": 1, "imbalance": 1},
            "KR": {"sent": 1, "received": 2, "imbalance": -1},
        },
        "uneven": 1,
    }
    assert (row["envy"], row["unfilled"]) == (0, 0)


@pytest.mark.parametrize("mechanism", ["balanced_deferred_acceptance", "balanced_exchange"])
def test_exact_balance_costs_the_one_with_the_lower_score(mechanism):
    # One comes, so one goes: a with 90. b stays, though a place at Yonsei is empty that b wanted.
    row = row_of(weighed(UNEVEN), mechanism)
    assert (row["placed"], row["share_placed"], row["ranks"]) == (2, "0.667", {"1": 2, "": 1})
    assert [flow["stays"] for flow in row["flows"]] == [1, 1]
    assert (row["countries"]["uneven"], row["envy"], row["unfilled"]) == (0, 0, 1)


@pytest.mark.parametrize("mechanism", ["balanced_deferred_acceptance", "balanced_exchange"])
def test_a_tolerance_of_one_costs_nobody(mechanism):
    row = row_of(weighed(UNEVEN, tolerance=1), mechanism, tolerance=1)
    assert (row["placed"], row["countries"]["units"]["JP"]["imbalance"]) == (3, 1)


def test_what_korea_has_sent_before_is_repaid():
    # Korea has sent one more: 1 + 1 sent - 2 received = 0 with everybody placed, by any rule.
    result = weighed(UNEVEN, carried={"KR": 1})
    for mechanism in ("", "balanced_deferred_acceptance", "balanced_exchange", "maximum_balanced"):
        row = row_of(result, mechanism)
        assert row["placed"] == 3
        assert {code: one["imbalance"] for code, one in row["countries"]["units"].items()} == {
            "JP": 0,
            "KR": 0,
        }


def test_what_japan_has_sent_before_takes_a_place():
    # Japan has sent one more: 1 + 1 sent - 1 received = 1 is one too many, so nobody goes from Waseda: 1 + 0 - 1 = 0.
    row = row_of(weighed(UNEVEN, carried={"JP": 1}), "balanced_deferred_acceptance")
    assert (row["placed"], [flow["from"] for flow in row["flows"]]) == (1, ["KR"])
    assert row["countries"]["units"]["JP"]["imbalance"] == 0


def test_countries_can_be_even_where_institutions_are_not():
    result = weighed(OPEN_CHAIN)
    even = row_of(result, "balanced_exchange", "country")
    # Japan sends one and receives one. Waseda sends one for nothing, Kyoto receives one for nothing.
    assert (even["placed"], even["countries"]["uneven"], even["institutions"]["uneven"]) == (2, 0, 1)
    assert {key: one["imbalance"] for key, one in even["institutions"]["units"].items()} == {
        WASEDA: 1,
        YONSEI: 0,
        KYOTO: -1,
    }
    none = row_of(result, "balanced_exchange", "institution")
    assert (none["placed"], none["mean_rank"], none["unfilled"]) == (0, None, 2)


def test_the_most_possible_passes_over_a_better_score():
    result = weighed(CROWDED)
    # By score, a takes Yonsei and b nothing: three placed, Korea has sent 2 and received 1.
    without = row_of(result, "")
    assert (without["placed"], without["ranks"], without["countries"]["uneven"]) == (3, {"1": 3, "": 1}, 1)
    # All four in balance is possible only if a, with the better score, leaves Yonsei to b.
    most = row_of(result, "maximum_balanced")
    assert (most["placed"], most["ranks"], most["mean_rank"]) == (4, {"1": 3, "2": 1, "": 0}, "1.25")
    assert (most["envy"], most["countries"]["uneven"]) == (1, 0)
    # In exact balance by a rule that nobody can trick, a goes and one of c and d comes.
    assert row_of(result, "balanced_deferred_acceptance")["placed"] == 2


def test_stays_of_a_year_count_once():
    places, people = UNEVEN
    year = place(3, WASEDA, YONSEI, 1, length="year")
    long = make_applicant("d", home=WASEDA, score=Decimal(95), choices=(make_choice(length="year"),))
    result = weighed(([*places, year], [*people, long]), tolerance=1)
    # c comes, so one more than that may go: two of a, b and d, for whom there are two places in spring.
    most = row_of(result, "maximum_balanced", tolerance=1)
    assert (most["placed"], most["ranks"]) == (3, {"1": 3, "": 1})
    # d takes one of the two spring places with the year stay, a the other; two go, one comes.
    row = row_of(result, "")
    assert (row["placed"], [flow["stays"] for flow in row["flows"]]) == (3, [2, 1])


def test_limits_each_way_need_two_countries_and_exchange_does_not():
    places = [place(1, WASEDA, YONSEI), place(2, YONSEI, TAIWAN), place(3, TAIWAN, WASEDA)]
    people = [
        person("a", WASEDA, YONSEI),
        person("b", YONSEI, TAIWAN),
        person("c", TAIWAN, WASEDA),
    ]
    result = weighed((places, people), countries=("JP", "KR", "TW"))
    limits = row_of(result, "balanced_deferred_acceptance")
    assert limits["problem"] == {"code": "not_two_countries", "facts": {"countries": ["JP", "KR", "TW"]}}
    assert row_of(result, "balanced_exchange")["placed"] == 3


def test_a_choice_that_several_rows_serve_is_one_choice():
    # The first choice of b has two rows, one of which is full: row 2 is the second of b's rows, and the first choice.
    places = [place(1, WASEDA, YONSEI, 1), place(2, WASEDA, YONSEI, 1, levels=(6,))]
    people = [person("a", WASEDA, YONSEI, score=90), person("b", WASEDA, YONSEI, KOREA, score=80)]
    result = weighed((places, people))
    assert row_of(result, "")["ranks"] == {"1": 2, "": 0}


def test_the_figures_are_those_of_a_simulation():
    places, people = CROWDED
    summary = make_document(places, people)["summary"]
    row = row_of(weighed(CROWDED), "")
    assert (row["placed"], row["share_placed"], row["share_first"]) == (
        summary["placed"],
        summary["share_placed"],
        summary["share_first"],
    )


@pytest.mark.parametrize("round_", [([], UNEVEN[1]), (UNEVEN[0], [])])
def test_nothing_to_weigh(round_):
    with pytest.raises(Impossible, match="nothing_to_weigh"):
        weighed(round_)


def test_nobody_with_an_open_choice():
    result = weighed((UNEVEN[0], [person("a", WASEDA, KOREA)]))
    assert result["without_open_choice"] == 1
    assert row_of(result, "")["placed"] == 0


def test_nobody_with_an_open_choice_in_one_country_alone():
    """Nobody could be sent to another country, so the engine would find one country only."""
    places = [place(1, WASEDA, YONSEI)]
    result = weighed((places, [person("k", YONSEI, WASEDA)]))
    assert {(row["problem"], row["placed"]) for row in result["rows"]} == {(None, 0)}
    assert "balanced" in row_of(result, "balanced_deferred_acceptance")["promises"]


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_what_the_engine_refuses_is_told_in_the_language_of_the_reader(monkeypatch, language):
    """Without OR-Tools, and where the market is too large for it."""
    with translation.override(language):
        monkeypatch.setattr(weighing, "find_spec", lambda name: None)
        row = row_of(weighed(UNEVEN), "maximum_balanced", tolerance=0)
        assert row["problem"] == {"code": "no_solver", "facts": {}}
        missing = prices.problem(row["problem"])
        large = prices.problem({"code": "too_large", "facts": {"text": "no more than 9 nodes"}})
        other = prices.problem({"code": "other", "facts": {"text": "no such node"}})
    assert "OR-Tools" in missing
    assert "nodes" not in large
    assert "node" not in other
    assert (missing[:4] == "This") == (language == "en")


# In words


def test_the_table_says_what_each_rule_costs():
    found = prices.priced(weighed(UNEVEN, units=["country"], tolerance=1), str)
    table = [dict(zip(prices.headings(found), row, strict=True)) for row in prices.cells(found)]
    told = [
        (row["Rule of placement"], row["Placed"], row["Difference"], row["Japan → South Korea"])
        for row in table
    ]
    assert told == [
        ("Without balance", 3, None, 2),
        ("Limit each way · Countries · exact", 2, "−1", 1),
        ("Limit each way · Countries · ±1", 3, "0", 2),
        ("Exchange · Countries · exact", 2, "−1", 1),
        ("Exchange · Countries · ±1", 3, "0", 2),
        ("Most possible · Countries · ±1", 3, "0", 2),
    ]
    assert list(found.in_short) == [
        ("Without balance", "3 of 3 placed. Open between countries: 1."),
        (
            "Limit each way · Countries · exact",
            "2 of 3 placed (−1). Open between countries: 0.",
        ),
        ("Limit each way · Countries · ±1", "3 of 3 placed (0). Open between countries: 1."),
    ]


def test_only_rules_without_manipulation_can_be_used():
    found = prices.priced(weighed(CROWDED), str)
    assert [row.rule.get("mechanism") for row in found.rows if not row.is_usable] == ["maximum_balanced"] * 2


def test_each_kind_of_rule_has_its_guarantees_once_and_a_short_list_is_told():
    found = prices.priced(weighed(UNEVEN, tolerance=1), str, most_choices=3)
    names = [one.name for one in found.guarantees]
    assert names == [
        "Without balance",
        "Limit each way · Countries",
        "Exchange · Countries",
        "Exchange · Universities",
        "Most possible · Countries",
        "Most possible · Universities",
    ]
    assert all(any("3 choices at most" in said for said in one.sentences) for one in found.guarantees)


def test_the_files():
    result = weighed(OPEN_CHAIN)
    content = io.BytesIO()
    prices.write(result, "json", content, name_of=str)
    assert json.loads(content.getvalue()) == result
    content = io.BytesIO()
    prices.write(result, "csv", content, name_of=str)
    lines = content.getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + len(result["rows"])
    assert lines[1].startswith("Without balance,2,")
