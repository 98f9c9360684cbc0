import pytest

from eastep.people import names
from eastep.people.models import User


def person(**given):
    return User(email="x@example.jp", **given)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"family_name": "髙﨑", "given_name": "花"}, "髙﨑 花"),
        ({"family_name": "박", "given_name": "서연"}, "박서연"),
        ({"given_name": "Suharto"}, "Suharto"),
        ({"passport_surname": "NGUYEN", "passport_given_names": "THI MINH KHAI"}, "NGUYEN THI MINH KHAI"),
        ({"family_name": "Müller", "given_name": "Jörg", "given_name_first": True}, "Jörg Müller"),
        ({"family_name": "王", "given_name": "芳", "preferred_name": "Grace"}, "Grace"),
        ({}, ""),
    ],
)
def test_the_name_that_is_shown(given, shown):
    assert names.display_name(person(**given)) == shown


def test_one_person_is_found_by_every_form_that_was_given():
    park = person(
        family_name="박", given_name="서연", family_reading="パク", given_reading="ソヨン",
        passport_surname="PARK", passport_given_names="SEOYEON", hanja="朴瑞姸", former_names=["김서연"],
    )  # fmt: skip
    assert names.variants(park) == [
        "park seoyeon", "seoyeon park", "パクソヨン", "朴瑞姸", "김서연", "박 서연", "박서연",
    ]  # fmt: skip


def test_half_width_kana_and_full_width_letters_are_one_form():
    assert names.search_form("ﾀｶｻｷ　ＰＡＲＫ") == "タカサキ park"


def test_names_are_sorted_by_their_reading():
    by_reading = [
        person(family_name="渡邉", given_name="翔", family_reading="ワタナベ", given_reading="ショウ"),
        person(family_name="阿部", given_name="翔", family_reading="アベ", given_reading="ショウ"),
        person(passport_surname="YAMADA"),
    ]
    assert [p.family_name or p.passport_surname for p in sorted(by_reading, key=names.sort_key)] == [
        "YAMADA", "阿部", "渡邉",
    ]  # fmt: skip
