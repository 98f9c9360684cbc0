"""Who is in the offices of both sides acts for one at a time, knows for which, and never approves for both."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from eastep.agreements import actions
from eastep.agreements.models import Approval, Version
from eastep.agreements.tests.factories import hash_of, make_agreed, make_proposed, make_recorded
from eastep.core.errors import Refused
from eastep.core.text import Text
from eastep.institutions.models import Membership
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person

SAID = "You have approved this for the other side. Somebody else has to approve it for this one."
BOTH = ("Waseda", "Yonsei")


@pytest.fixture
def waseda():
    return make_institution(code="WASEDA", name=Text(en="Waseda"))


@pytest.fixture
def yonsei():
    return make_institution(country="KR", code="YONSEI", name=Text(en="Yonsei"))


@pytest.fixture
def both(waseda, yonsei):
    """Of both offices, as the only one."""
    person = make_person(Role.OFFICE, waseda, family_name="髙﨑", given_name="愛子")
    Membership.objects.create(user=person, institution=yonsei, role=Role.OFFICE)
    return person


def url(view, side, *args):
    return reverse(view, args=[side.agreement_id, *args])


def text_of(response) -> str:
    main = response.content.decode().partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def acts_for(client, side, *views) -> list[str]:
    """For which side each of the pages says that one acts."""
    return re.findall(r"You act for (\w+)\.", "".join(text_of(client.get(url(view, side))) for view in views))


def test_every_page_says_for_which_side_and_acts_for_the_chosen_one(client, waseda, yonsei, both):
    side, pages = make_proposed(waseda, yonsei), ("agreement", "approve_version", "set_reference")
    client.force_login(both)
    assert acts_for(client, side, *pages) == ["Waseda"] * 3
    assert client.post(url("act_for", side, 2))["Location"] == url("agreement", side)
    assert acts_for(client, side, *pages) == ["Yonsei"] * 3
    client.post(url("remark", side), {"text": "좋습니다."})
    client.post(url("set_reference", side), {"reference": "延-1", "version": 1})
    client.post(url("remind_partner", side))
    assert side.agreement.remarks.get().party == side.other
    assert list(side.agreement.parties.values_list("reference", flat=True)) == ["", "延-1"]


def test_nobody_approves_for_both(client, waseda, yonsei, both):
    side = make_proposed(waseda, yonsei)
    given = {"sha256": hash_of(side.agreement), "signed_name": "髙﨑 愛子", "way": "eastep"}
    client.force_login(both)
    client.post(url("act_for", side, 2))
    assert client.post(url("approve_version", side), given).status_code == 302
    client.post(url("act_for", side, 1))
    page = client.get(url("agreement", side))
    assert (SAID in text_of(page), "approve" in page.context["verbs"]) == (True, False)
    refused = client.post(url("approve_version", side), given)
    assert (refused.status_code, SAID in text_of(refused)) == (409, True)
    assert [one.party for one in Approval.objects.all()] == [side.other]


def test_who_recorded_does_not_confirm(client, waseda, yonsei, both):
    side = make_recorded(waseda, yonsei)
    client.force_login(both)
    client.post(url("act_for", side, 2))
    page = client.get(url("agreement", side))
    assert (SAID in text_of(page), page.context["verbs"] & {"confirm", "refuse"}) == (True, {"refuse"})
    with pytest.raises(Refused) as refused:
        actions.confirm(side.other, by=both, sha256=hash_of(side.agreement))
    assert refused.value.code == "same_person"
    assert Version.objects.get().state == "recorded"


def test_a_draft_of_one_side_is_not_in_the_hands_of_the_other(client, waseda, yonsei, both):
    make_person(Role.OFFICE, yonsei, family_name="박")
    with pytest.raises(Refused):
        make_agreed(waseda, yonsei)  # by the same person
    colleague = make_person(Role.OFFICE, waseda)
    Membership.objects.filter(user=both, institution=waseda).delete()
    side = make_agreed(waseda, yonsei)
    Membership.objects.create(user=both, institution=waseda, role=Role.OFFICE)
    actions.amend(side, by=colleague)
    client.force_login(both)
    assert "edit" in client.get(url("agreement", side)).context["verbs"]
    client.post(url("act_for", side, 2))
    page = client.get(url("agreement", side))
    assert ("edit" in page.context["verbs"], "Version 2" in text_of(page)) == (False, False)


def test_only_who_is_in_both_offices_chooses(client, waseda, yonsei, both, stranger):
    side = make_proposed(waseda, yonsei)
    park = make_person(Role.OFFICE, yonsei)
    for person, position in ((park, 1), (stranger, 1), (both, 3)):
        client.force_login(person)
        assert client.post(url("act_for", side, position)).status_code == 404
    assert client.get(url("act_for", side, 1)).status_code == 405
    client.force_login(park)
    assert acts_for(client, side, "agreement", "approve_version") == []


def test_a_form_that_was_opened_for_the_other_side_is_dead(waseda, yonsei, both):
    side, strict = make_proposed(waseda, yonsei), Client(enforce_csrf_checks=True)
    strict.force_login(both)

    def sent(token):
        return strict.post(url("remark", side), {"text": "x", "csrfmiddlewaretoken": token}).status_code

    def token():
        return re.findall(
            r'name="csrfmiddlewaretoken" value="(\w+)"', strict.get(url("agreement", side)).text
        )[0]

    opened = token()
    strict.post(url("act_for", side, 2), {"csrfmiddlewaretoken": opened})
    assert (sent(opened), sent(token())) == (403, 302)
