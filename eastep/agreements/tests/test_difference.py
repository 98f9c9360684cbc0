"""What is different between two contents, and how it is told."""

from copy import deepcopy
from datetime import date

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from eastep.agreements.content import Content, blank, blank_condition
from eastep.agreements.difference import Change, changes
from eastep.agreements.in_words import Words
from eastep.core.text import Text
from eastep.standards.facts import Standards

WASEDA = Text(en="Waseda University", ja="早稲田大学", ko="와세다대학")
YONSEI = Text(en="Yonsei University", ja="延世大学校", ko="연세대학교")


def make() -> Content:
    return blank(
        [("JP:1", WASEDA, None), ("KR:2", YONSEI, None)],
        starts_on=date(2027, 4, 1),
        ends_on=date(2032, 3, 31),
    )


def words() -> Words:
    names = {"JP:1": str(WASEDA), "KR:2": str(YONSEI)}
    return Words(names=names, standards=Standards.shipped())


conditions = st.lists(
    st.builds(
        lambda number, places, mobility, text: (
            blank_condition("JP:1", "KR:2", number=number)
            | {"places": places, "mobility": mobility, "other": {"en": text, "ja": "", "ko": ""}}
        ),
        st.integers(1, 5),
        st.none() | st.integers(1, 3),
        st.sampled_from(["study", "teaching"]),
        st.sampled_from(["", "朴 髙﨑"]),
    ),
    max_size=4,
    unique_by=lambda one: one["id"],
)


@given(conditions, conditions, st.sampled_from([6, 12]))
def test_there_are_no_changes_if_and_only_if_both_say_the_same(one, other, notice):
    old, new = make() | {"conditions": one}, make() | {"conditions": other, "notice_months": notice}
    assert (changes(old, new) == []) == (old == new)


@given(conditions, conditions)
def test_back_and_forth_are_the_same_places(one, other):
    old, new = make() | {"conditions": one}, make() | {"conditions": other}
    there = {(change.path, str(change.before), str(change.after)) for change in changes(old, new)}
    back = {(change.path, str(change.after), str(change.before)) for change in changes(new, old)}
    assert there == back


def test_each_kind_of_change_has_its_place():
    old, new = (dict(sorted(make().items())) for _n in range(2))  # no order of the keys but the database's
    new["starts_on"], new["ends_on"] = "2028-04-01", "2033-03-31"
    new["parties"][0]["faculty"] = {"en": "Law", "ja": "", "ko": ""}
    new["balance"]["tolerance"] = 0
    new["conditions"][0]["places"] = 3
    new["conditions"][1:] = [blank_condition("KR:2", "JP:1", number=3)]
    assert changes(old, new) == [
        Change(("parties", 0, "faculty"), None, {"en": "Law", "ja": "", "ko": ""}),
        Change(("starts_on",), "2027-04-01", "2028-04-01"),
        Change(("ends_on",), "2032-03-31", "2033-03-31"),
        Change(("conditions", 2), old["conditions"][1], None),
        Change(("conditions", 1, "places"), None, 3),
        Change(("conditions", 3), None, new["conditions"][1]),
        Change(("balance", "tolerance"), 2, 0),
    ]


def test_another_order_is_a_change_for_the_bytes_are_others():
    old, new = make(), make()
    new["conditions"].reverse()
    assert changes(old, new) == [Change(("conditions", "order"), [1, 2], [2, 1])]


def test_changes_are_told_in_the_language_of_the_reader():
    old, new = make(), deepcopy(make())
    new["ends_on"] = None
    new["conditions"][0] |= {"places": 3, "fields": ["0421"], "language": "TOPIK 4"}
    new["conditions"][1:] = []
    new["other"]["ja"] = "髙﨑学長の承認による。"
    told = words().differences(changes(old, new), old, new)
    assert told == [
        ("Last day", "31 March 2032", "No last day: it holds until one side gives notice"),
        (
            "Condition 2",
            "Yonsei University → Waseda University · Study · any field · any level · Spring, Autumn · "
            "Places a year: not yet defined",
            "not there",
        ),
        ("Condition 1 (Waseda University → Yonsei University): Places a year", "not yet defined", "3"),
        ("Condition 1 (Waseda University → Yonsei University): Fields (ISCED-F)", "any field", "0421 Law"),
        ("Condition 1 (Waseda University → Yonsei University): Language requirement", "–", "TOPIK 4"),
        ("Other terms (日本語)", "–", "髙﨑学長の承認による。"),
    ]


def test_fields_and_names_are_those_of_the_language():
    with translation.override("ja"):
        assert words().fields(["0421"]) == "0421 法学"
        assert str(words().directions(make())[0][0]) == "早稲田大学 → 延世大学校"
