"""What a file would change, told field by field."""

import time

from eastep.imports.difference import difference


def applicant(**given):
    return {"id": "A1", "name": "髙﨑 花", "score": "80", "choices": []} | given


def wish(host, length="term"):
    return {"host": host, "start": "2027-spring", "length": length}


def test_new_changed_same_and_missing():
    held = {"A1": applicant(), "A2": applicant(id="A2"), "A3": applicant(id="A3")}
    brought = {
        "A4": applicant(id="A4"),
        "A1": applicant(score="81", name="高崎 花"),
        "A2": applicant(id="A2"),
    }
    found = difference(held, brought)
    assert found.new == ("A4",)
    assert found.changed == {"A1": (("name", "髙﨑 花", "高崎 花"), ("score", "80", "81"))}
    assert (found.same, found.missing) == (1, ("A3",))


def test_choices_are_compared_one_by_one():
    before = applicant(choices=[wish("KR:1"), wish("KR:2"), wish("KR:3")])
    after = applicant(choices=[wish("KR:1"), wish("KR:2", "year")])
    assert difference({"A1": before}, {"A1": after}).changed == {
        "A1": (("choice 2", wish("KR:2"), wish("KR:2", "year")), ("choice 3", wish("KR:3"), None))
    }
    assert difference({"A1": after}, {"A1": before}).changed["A1"][1] == ("choice 3", None, wish("KR:3"))


def test_a_field_that_was_not_there_before():
    assert difference({"A1": applicant()}, {"A1": applicant(language="ko")}).changed == {
        "A1": (("language", None, "ko"),)
    }


def test_the_same_twice_is_nothing():
    held = {"A1": applicant(choices=[wish("KR:1")])}
    found = difference(held, {"A1": applicant(choices=[wish("KR:1")])})
    assert (found.new, found.changed, found.same, found.missing) == ((), {}, 1, ())


def test_a_hundred_thousand_are_compared_in_a_moment():
    held = {f"A{n}": applicant(id=f"A{n}", choices=[wish("KR:1")] * 5) for n in range(100_000)}
    brought = {
        f"A{n}": applicant(id=f"A{n}", score=str(n % 2 and 80), choices=[wish("KR:1")] * 5)
        for n in range(100_000)
    }
    start = time.process_time()
    found = difference(held, brought)
    assert (len(found.changed), found.same) == (50_000, 50_000)
    assert time.process_time() - start < 3
