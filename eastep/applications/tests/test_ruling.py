"""The rule of a round: its one spelling, what cannot be one, and what it says to an applicant."""

import copy
import json
from dataclasses import replace

import pytest
from django.utils import translation

from eastep.applications import promises, reasons
from eastep.applications.records import canonical
from eastep.applications.ruling import PLANNING, RULES, check_rule, rule_of, rule_record
from eastep.applications.showing import shown
from eastep.applications.simulating import Impossible, simulate
from eastep.applications.tests.factories import (
    STANDARDS,
    WASEDA,
    YONSEI,
    make_basis,
    make_document,
    start_of,
)
from eastep.applications.tests.test_balanced import PEOPLE, PLACES, capped, exchange
from eastep.applications.verifying import NotAResult, verify
from eastep.placement import MECHANISMS, Balance, Rule

KNOWN = {"countries": ["JP", "KR"], "institutions": [WASEDA, YONSEI], "is_programme": True}
CAPPED = {"mechanism": "balanced_deferred_acceptance", "unit": "country", "tolerance": 0, "carried": {}}
EXCHANGE = {"mechanism": "balanced_exchange", "unit": "institution", "tolerance": 2, "carried": {WASEDA: -3}}


# The record


@pytest.mark.parametrize("record", [{}, CAPPED, EXCHANGE])
def test_a_record_and_its_rule_are_the_same_thing_twice(record):
    assert check_rule(record, **KNOWN) == rule_record(rule_of(record)) == record


def test_rules_without_balance_are_one_and_carry_nothing():
    assert (
        check_rule({"mechanism": "deferred_acceptance", "tolerance": 3, "carried": {"KR": 1}}, **KNOWN) == {}
    )
    assert rule_of({}) == Rule()
    assert rule_record(Rule(mechanism="serial_dictatorship")) == {}


@pytest.mark.parametrize("said", [{"KR": 12}, {"JP": -12}, {"KR": 12, "JP": -12}])
def test_what_one_of_two_countries_carries_the_other_carries_with_the_opposite_sign(said):
    assert check_rule(CAPPED | {"carried": said}, **KNOWN)["carried"] == {"JP": -12, "KR": 12}


def test_what_carries_nothing_is_left_out_and_what_is_not_said_is_as_usual():
    said = {"mechanism": "balanced_exchange", "carried": {"KR": 0}}
    assert check_rule(said, **KNOWN) == CAPPED | {"mechanism": "balanced_exchange"}


@pytest.mark.parametrize(
    ("record", "known", "code"),
    [
        ({"mechanism": "by_taste"}, {}, "unknown_mechanism"),
        ({"mechanism": "serial_dictatorship"}, {}, "unknown_mechanism"),
        (CAPPED | {"mechanism": "maximum_balanced"}, {}, "planning_mechanism"),
        (CAPPED, {"is_programme": False}, "one_home_only"),
        (CAPPED | {"unit": "faculty"}, {}, "unknown_unit"),
        (CAPPED | {"unit": "institution"}, {}, "needs_countries"),
        (CAPPED, {"countries": ["JP", "KR", "TW"]}, "not_two_countries"),
        (CAPPED | {"tolerance": -1}, {}, "not_a_tolerance"),
        (CAPPED | {"tolerance": 1.5}, {}, "not_a_tolerance"),
        (CAPPED | {"tolerance": "1"}, {}, "not_a_tolerance"),
        (CAPPED | {"tolerance": True}, {}, "not_a_tolerance"),
        (CAPPED | {"tolerance": 10**9}, {}, "not_a_tolerance"),
        (CAPPED | {"carried": {"KR": "12"}}, {}, "not_a_carried_balance"),
        (CAPPED | {"carried": {"TW": 1}}, {}, "unknown_country"),
        (CAPPED | {"carried": {"KR": 1, "JP": 1}}, {}, "carried_contradicts"),
        (EXCHANGE | {"carried": {"KR:0": 1}}, {}, "unknown_institution"),
        (EXCHANGE | {"weight": 1}, {}, "unknown_rule_field"),
    ],
)
def test_what_cannot_be_the_rule_of_a_round_is_told_in_every_language(record, known, code):
    with pytest.raises(Impossible) as error:
        check_rule(record, **KNOWN | known)
    assert error.value.code == code
    sentences = set()
    for language in ("en", "ja", "ko"):
        with translation.override(language):
            sentences.add(error.value.sentence)
    assert len(sentences) == 3


def test_a_rule_for_planning_is_let_through_for_planning():
    record = EXCHANGE | {"mechanism": "maximum_balanced"}
    assert check_rule(record, **KNOWN, for_planning=True) == record
    assert (PLANNING, [MECHANISMS[name].is_for_planning for name in RULES]) == (
        ("maximum_balanced",),
        [False] * 3,
    )


def test_what_cannot_be_placed_by_a_rule_is_impossible():
    with pytest.raises(Impossible) as error:
        simulate(make_basis(PLACES, PEOPLE), seed="1", rule=Rule(mechanism="maximum_balanced"))
    assert error.value.code == "planning_mechanism"


# In words


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_every_promise_of_every_rule_has_words(language):
    with translation.override(language):
        for name, one in MECHANISMS.items():
            for unit in ("country", "institution"):
                record = rule_record(Rule(mechanism=name, balance=Balance(unit=unit)))
                told = promises.sentences(record)
                assert len(told) >= len(one.promises)
                assert all(
                    [*told, promises.rule_name(record), promises.kind_name(record), promises.how(record)]
                )


def test_the_rule_as_facts():
    assert list(promises.in_words({}, str)) == [
        ("Rule of placement", "By score and lottery, without balance")
    ]
    assert list(promises.in_words(EXCHANGE, {WASEDA: "Waseda University"}.__getitem__))[1:] == [
        ("Balance between", "Universities"),
        ("Tolerance", "2"),
        ("Carried over: Waseda University", "has received 3 more than it sent"),
    ]
    assert promises.rule_name(EXCHANGE) == "Places in exchange for places, between universities, within 2"


@pytest.mark.parametrize("record", [{}, CAPPED, EXCHANGE])
def test_with_a_limit_of_choices_nobody_is_told_that_the_true_list_is_always_the_best(record):
    free, limited = promises.sentences(record), promises.sentences(record, most_choices=3)
    assert free[0].startswith("The best that an applicant can do is to list")
    assert limited[0].startswith("A list may hold 3 choices at most.")
    assert limited[1:] == free[1:]


# What a student sees


def seen_by(result, number, students_see="cutoffs", minimum_cell=1):
    own = next(one for one in result["applicants"] if one["id"] == number)
    options = {row["row"]: row for row in result["places"]}
    seen = shown(own, options, students_see=students_see, minimum_cell=minimum_cell)
    return [sentence for choice in seen["choices"] for sentence in reasons.for_student(choice)]


def test_balance_is_told_to_a_student_with_or_without_the_cutoff():
    result = make_document(PLACES, PEOPLE, rule=capped())
    began = "The exchange is kept in balance: no more stays from Japan to South Korea were possible. "
    assert seen_by(result, "c") == [
        began + "The last place went to the score 90; the applicant's score is 70."
    ]
    assert seen_by(result, "c", "enough") == [
        began + "The applicant's score, 70, was not enough for this choice."
    ]
    assert "90" not in str(seen_by(result, "c", minimum_cell=2))


def test_where_nobody_may_go_no_score_is_told():
    result = make_document(PLACES, PEOPLE, rule=capped(JP=9))
    assert seen_by(result, "c") == [
        "The exchange is kept in balance: no more stays from Japan to South Korea were possible."
    ]


def test_that_nobody_came_in_exchange_is_told_and_no_score():
    result = make_document(PLACES, PEOPLE, rule=exchange())
    assert seen_by(result, "c") == [
        "There was room, but the exchange is kept in balance, and nobody else came from there in return."
    ]
    full = make_document([replace(PLACES[0], places=1), *PLACES[1:]], PEOPLE, rule=exchange())
    assert seen_by(full, "c") == ["All places are taken."]
    [c] = [one for one in full["applicants"] if one["id"] == "c"]
    assert reasons.enough(c["choices"][0]) == ""  # a better score could have been served earlier


def test_the_office_reads_why():
    result = make_document(PLACES, PEOPLE, rule=exchange())
    [c] = [one for one in result["applicants"] if one["id"] == "c"]
    assert reasons.verdict(c["choices"][0], c) == [
        "There was room, but nobody else came from there in exchange."
    ]
    assert (reasons.outcome("no_exchange"), reasons.enough(c["choices"][0])) == ("No exchange", "")


# Computed again


RULES_TO_VERIFY = {
    "limited": capped(1, KR=-1, JP=1),
    "exchange": exchange(1, KR=2, JP=-2),
    "exchange of universities": exchange(1, "institution", **{YONSEI: 1}),
}


def differences(said):
    return verify(said, PLACES, PEOPLE, standards=STANDARDS, start_of=start_of)


@pytest.mark.parametrize("rule", RULES_TO_VERIFY.values(), ids=RULES_TO_VERIFY)
def test_a_balanced_result_is_the_same_when_computed_again(rule):
    said = make_document(PLACES, PEOPLE, rule=rule)
    assert differences(said) == []
    assert differences(json.loads(canonical(said))) == []


FAULTS = {
    "no rule": lambda said: said["settings"].update(rule={}),
    "another mechanism": lambda said: said["settings"]["rule"].update(
        mechanism="balanced_exchange"
        if said["settings"]["rule"]["mechanism"] != "balanced_exchange"
        else "balanced_deferred_acceptance",
        unit="country",
        carried={},
    ),
    "a rule for planning": lambda said: said["settings"]["rule"].update(mechanism="maximum_balanced"),
    "another tolerance": lambda said: said["settings"]["rule"].update(tolerance=0),
    "a tolerance that changes nothing": lambda said: said["settings"]["rule"].update(tolerance=7),
    "another carried balance": lambda said: said["settings"]["rule"].update(carried={}),
    "another spelling": lambda said: said["settings"]["rule"]["carried"].update(KR=0),
    "an imbalance": lambda said: said["summary"]["imbalance"]["units"][0].update(imbalance=9),
    "the band": lambda said: said["summary"]["imbalance"].update(tolerance=9),
    "no imbalance": lambda said: said["summary"].update(imbalance=None),
    "a reason": lambda said: said["applicants"][-1]["choices"][0].update(code="ineligible"),
    "another one who goes": lambda said: said["applicants"][-1].update(placed=1, placed_row=2),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("rule", RULES_TO_VERIFY.values(), ids=RULES_TO_VERIFY)
def test_a_fault_in_a_balanced_result_is_found_and_told(rule, fault):
    said = copy.deepcopy(make_document(PLACES, PEOPLE, rule=rule))
    FAULTS[fault](said)
    found = differences(said)
    assert found
    assert all(str(one) for one in found)


def test_a_limit_that_was_changed_is_found():
    said = make_document(PLACES, PEOPLE, rule=capped(1))
    said["summary"]["imbalance"]["limits"][0]["places"] = 9
    assert [(one.code, one.facts["field"]) for one in differences(said)] == [("figure", "imbalance")]


@pytest.mark.parametrize(
    "rule", [None, [], "x", {"mechanism": "x"}, {"unit": "country"}, CAPPED | {"tolerance": -1}]
)
def test_what_is_no_rule_is_no_result(rule):
    said = make_document(PLACES, PEOPLE)
    said["settings"]["rule"] = rule
    if rule in (None, []):  # as nothing: told as a setting that is otherwise
        assert [one.code for one in differences(said)] == ["setting"]
    else:
        with pytest.raises(NotAResult):
            differences(said)
