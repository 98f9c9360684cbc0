import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError

from eastep.core.errors import Refused
from eastep.people import actions

User = get_user_model()
pytestmark = pytest.mark.django_db

PARK = {
    "family_name": "박",
    "given_name": "서연",
    "family_reading": "パク",
    "given_reading": "ソヨン",
    "passport_surname": "PARK",
    "passport_given_names": "SEOYEON",
    "hanja": "朴瑞姸",
}


@pytest.fixture
def park():
    return User.objects.create_user("Park@Example.KR", "a long password", **PARK, language="ko")


@pytest.fixture
def signed_in(client, park):
    client.force_login(park)
    return client


def test_an_address_is_one_in_any_case(park):
    assert park.email == "park@example.kr"
    assert User.objects.get_by_natural_key(" PARK@example.kr ") == park


def test_new_names_are_found_at_once_and_the_old_ones_no_more(park):
    actions.edit_names(park, by=park, **PARK | {"given_name": "서윤", "given_reading": "ソユン"})
    park.refresh_from_db()
    assert (str(park), "박서윤" in park.search_names, "박서연" in park.search_names) == (
        "박서윤",
        True,
        False,
    )


def test_nobody_changes_the_names_of_another(park):
    lee = User.objects.create_user("lee@example.kr", preferred_name="Lee")
    with pytest.raises(PermissionDenied):
        actions.edit_names(park, by=lee, preferred_name="x")


def test_names_are_edited_on_the_page(signed_in, park):
    answer = signed_in.post("/people/me/", PARK | {"family_name": "朴", "given_name": "瑞姸"})
    assert answer.status_code == 302
    park.refresh_from_db()
    assert str(park) == "朴 瑞姸"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"alias": " "}, "__all__"),
        ({"alias": "900101-1234567"}, "__all__"),
        ({"family_name": "x" * 101}, "family_name"),
    ],
)
def test_a_bad_name_is_told_and_nothing_is_changed(signed_in, park, given, field):
    answer = signed_in.post("/people/me/", given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    park.refresh_from_db()
    assert str(park) == "박서연"


def test_a_language_is_kept_with_the_person(signed_in, park):
    answer = signed_in.post("/people/language/", {"language": "ja", "next": "/people/me/"})
    assert (answer.status_code, answer["Location"]) == (302, "/people/me/")
    park.refresh_from_db()
    assert park.language == "ja"
    assert 'lang="ja"' in signed_in.get("/people/me/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_language_switch_leads_to_no_other_site(client, elsewhere):
    assert client.post("/people/language/", {"language": "ko", "next": elsewhere})["Location"] == "/"


def test_an_unknown_language_changes_nothing(signed_in, park):
    signed_in.post("/people/language/", {"language": "xx"})
    park.refresh_from_db()
    assert park.language == "ko"


def test_a_forgotten_password_is_reset_by_mail_in_the_person_s_language(client, park, mailoutbox):
    client.post("/people/language/", {"language": "ko"})
    client.post("/account/password/reset/", {"email": "park@example.kr"})
    link = next(word for word in mailoutbox[0].body.split() if "/password/reset/key/" in word)
    assert mailoutbox[0].to == ["park@example.kr"]
    page = client.get(link.partition("testserver")[2], follow=True)
    form = page.redirect_chain[-1][0]
    client.post(form, {"password1": "another long word", "password2": "another long word"})
    assert client.login(email="park@example.kr", password="another long word")


def test_nobody_signs_up(client):
    client.post("/account/signup/", {"email": "new@example.jp", "password1": "a long password"})
    assert not User.objects.filter(email="new@example.jp").exists()


def test_a_person_is_added_with_a_good_password_and_a_free_address():
    system = actions.system_user()
    person = actions.add_person("New@example.jp", by=system, password="a long password", preferred_name="New")
    assert (person.email, person.check_password("a long password")) == ("new@example.jp", True)
    with pytest.raises(ValidationError):
        actions.add_person("other@example.jp", by=system, password="short")
    with pytest.raises(ValidationError):
        actions.add_person("no address", by=system)
    with pytest.raises(Refused):
        actions.add_person("NEW@example.jp", by=system)
    with pytest.raises(PermissionDenied):
        actions.add_person("other@example.jp", by=person)
