"""Saved views: one's own lists, under one's own names."""

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from lxml import html

from eastep.core.errors import Refused
from eastep.people import actions
from eastep.people.models import SavedView

User = get_user_model()
pytestmark = pytest.mark.django_db
LIST = "/ui/list/"


@pytest.fixture
def park():
    return User.objects.create_user("park@example.kr", preferred_name="Park", language="en")


@pytest.fixture
def lee():
    return User.objects.create_user("lee@example.kr", preferred_name="Lee")


@pytest.fixture
def signed_in(client, park):
    client.force_login(park)
    return client


def save(client, **given):
    posted = {"page": "kinds-of-records", "name": "Mine", "query": "text=e", "next": f"{LIST}?text=e"}
    return client.post("/people/views/", posted | given)


def shown_views(client, address=LIST):
    """The names of the views above the list, and the one that is marked."""
    page = html.fromstring(client.get(address).content)
    links = page.xpath("//nav[@aria-label='Saved views']//a")
    return [link.text for link in links], [link.text for link in links if link.get("aria-current")]


def test_a_view_is_saved_shown_and_marked(signed_in, park):
    answer = save(signed_in)
    assert (answer.status_code, answer["Location"]) == (302, "/ui/list/?text=e")
    assert list(SavedView.objects.values_list("user__email", "page", "name", "query")) == [
        ("park@example.kr", "kinds-of-records", "Mine", "text=e")
    ]
    assert shown_views(signed_in) == (["All", "Mine"], ["All"])
    assert shown_views(signed_in, f"{LIST}?sort=name&text=e") == (["All", "Mine"], ["Mine"])


def test_saving_again_under_the_name_replaces_it(signed_in):
    save(signed_in)
    save(signed_in, query="text=x&sort=-app&after=WzFd&empty=")
    assert list(SavedView.objects.values_list("name", "query")) == [("Mine", "sort=-app&text=x")]


def test_the_same_name_serves_two_lists(signed_in):
    save(signed_in)
    save(signed_in, page="places")
    assert SavedView.objects.count() == 2


def test_a_view_is_seen_and_forgotten_by_its_person_alone(client, park, lee):
    view = actions.save_view(park, by=park, page="places", name="Mine", query="")
    assert [list(SavedView.objects.visible_to(person)) for person in (park, lee)] == [[view], []]
    client.force_login(lee)
    assert client.post(f"/people/views/{view.pk}/forget/").status_code == 404
    with pytest.raises(PermissionDenied):
        actions.forget_view(view, by=lee)
    with pytest.raises(PermissionDenied):
        actions.save_view(park, by=lee, page="places", name="Theirs", query="")
    client.force_login(park)
    answer = client.post(f"/people/views/{view.pk}/forget/", {"next": LIST})
    assert (answer["Location"], SavedView.objects.count()) == (LIST, 0)


@pytest.mark.parametrize("then", ["https://example.com/", "//example.com", "javascript:alert(1)", ""])
def test_one_goes_on_within_the_site_only(signed_in, then):
    assert save(signed_in, next=then)["Location"] == "/"


@pytest.mark.parametrize(
    "given", [{"name": ""}, {"name": "x" * 61}, {"page": "a b"}, {"query": "text=" + "あ" * 300}]
)
def test_what_cannot_be_saved_is_told(signed_in, given):
    answer = save(signed_in, **given)
    assert (answer["Location"], SavedView.objects.count()) == ("/ui/list/?text=e", 0)
    assert signed_in.get(LIST).content.count(b'class="notice problem"') == 1


def test_there_is_an_end_to_the_views_of_one_list(park):
    for n in range(actions.SAVED_VIEWS):
        actions.save_view(park, by=park, page="places", name=str(n), query="")
    actions.save_view(park, by=park, page="places", name="0", query="text=e")
    actions.save_view(park, by=park, page="applicants", name="0", query="")
    with pytest.raises(Refused) as refused:
        actions.save_view(park, by=park, page="places", name="one more", query="")
    assert refused.value.code == "too_many_views"


def test_nobody_saves_without_having_signed_in(client):
    assert save(client)["Location"].startswith("/account/login/")
    assert shown_views(client) == ([], [])
