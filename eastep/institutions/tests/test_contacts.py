"""Contacts: who keeps them, who sees them, and that two people at once lose nothing."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from eastep.core.errors import Refused
from eastep.core.events import history, sentences
from eastep.core.text import Text
from eastep.institutions import actions
from eastep.institutions.models import Contact
from eastep.institutions.sentences import _CONTACT_FIELDS
from eastep.institutions.states import ContactRole, Role
from eastep.institutions.tests.factories import (
    make_contact,
    make_faculty,
    make_institution,
    make_person,
)

pytestmark = pytest.mark.django_db
YESTERDAY = timedelta(days=-1)


@pytest.fixture
def waseda():
    return make_institution(code="W", name=Text(en="Waseda", ja="早稲田大学"))


@pytest.fixture
def office(waseda):
    return make_person(Role.OFFICE, waseda, preferred_name="髙﨑", language="en")


def typed(**given):
    """What a browser sends for a contact."""
    usual = {"role": "incoming", "name": "朴 智旻", "email": "park@example.ac.kr", "version": "1"}
    return {**usual, **given}


def told(institution):
    return [sentence for _entry, sentence in sentences(history(institution))]


def test_add_edit_and_remove_a_contact(waseda, office):
    law = make_faculty(waseda)
    contact = actions.add_contact(
        waseda, by=office, role="incoming", name="박지민", phone="+82 2-2123-6494", faculty=law
    )
    edited = actions.edit_contact(
        contact, by=office, version=1, role="head", languages=["ko", "ja"], is_public=True
    )
    said = (edited.role, edited.languages_in_words, edited.is_public, edited.version)
    assert said == ("head", "한국어, 日本語", True, 2)
    actions.remove_contact(edited, by=office)
    assert not Contact.objects.exists()
    assert told(waseda) == [
        "髙﨑 added a contact: Incoming students.",
        "髙﨑 changed a contact: Head of the international office. What changed: role, languages spoken, public.",
        "髙﨑 removed a contact: Head of the international office.",
    ]


def test_the_history_is_told_in_the_readers_language_and_keeps_no_name(waseda, office):
    actions.add_contact(waseda, by=office, role="incoming", name="박지민", email="park@example.ac.kr")
    entry = history(waseda).get()
    assert entry.facts == {"contact": Contact.objects.get().pk, "role": "incoming"}
    with override("ja"):
        assert told(waseda)[0] == sentences([entry])[0][1]


def test_every_field_has_its_word_in_the_history():
    with override("en"):
        labels = {name: str(Contact._meta.get_field(name).verbose_name) for name in actions.contacts.FIELDS}
        assert {name: str(label) for name, label in _CONTACT_FIELDS.items()} == labels


@pytest.mark.parametrize("role", [None, Role.STUDENT, Role.COORDINATOR, Role.AUDITOR, "elsewhere"])
def test_others_change_no_contact(waseda, role):
    contact = make_contact(waseda)
    place = make_institution() if role == "elsewhere" else waseda if role else None
    person = make_person(Role.OFFICE if role == "elsewhere" else role, place)
    for act in (
        lambda: actions.add_contact(waseda, by=person, role="head", name="x", email="x@example.org"),
        lambda: actions.edit_contact(contact, by=person, version=1, name="x"),
        lambda: actions.remove_contact(contact, by=person),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert list(Contact.objects.values_list("name", "version")) == [("髙﨑 花", 1)]


def test_the_programme_may_help(waseda):
    programme = make_person(Role.PROGRAMME)
    assert actions.add_contact(waseda, by=programme, role="head", name="x", email="x@example.org").pk


def test_a_stale_edit_is_refused_and_the_same_content_is_not(waseda, office):
    contact = make_contact(waseda)
    actions.edit_contact(contact, by=office, version=1, name="朴")
    with pytest.raises(Refused) as refused:
        actions.edit_contact(contact, by=office, version=1, name="李")
    assert refused.value.code == "changed"
    assert actions.edit_contact(contact, by=office, version=1, name="朴").version == 2


def test_a_contact_that_is_gone_is_refused(waseda, office):
    contact = make_contact(waseda)
    actions.remove_contact(Contact.objects.get(), by=office)
    with pytest.raises(Refused) as refused:
        actions.edit_contact(contact, by=office, version=1, name="李")
    assert refused.value.code == "gone"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"role": "king"}, {"role"}),
        ({"role": "other"}, {"__all__"}),
        ({"email": ""}, {"__all__"}),
        ({"name": ""}, {"name", "__all__"}),
        ({"email": "nowhere"}, {"email"}),
        ({"phone": "call me"}, {"phone"}),
        ({"languages": ["xx"]}, {"languages"}),
    ],
)
def test_what_a_contact_cannot_say(waseda, office, given, wrong):
    usual = {"role": "head", "name": "x", "email": "x@example.org"}
    with pytest.raises(ValidationError) as error:
        actions.add_contact(waseda, by=office, **{**usual, **given})
    assert set(error.value.error_dict) <= wrong
    assert not Contact.objects.exists()


def test_a_faculty_of_another_institution_is_refused(waseda, office):
    elsewhere = make_faculty(make_institution())
    with pytest.raises(ValidationError) as error:
        actions.add_contact(waseda, by=office, role="head", name="x", email="x@e.org", faculty=elsewhere)
    assert set(error.value.error_dict) == {"faculty"}


@pytest.mark.parametrize(
    ("given", "constraint"),
    [
        ({"name": ""}, "contact_has_a_name"),
        ({"role": ContactRole.OTHER}, "another_role_is_said_in_words"),
        ({"email": "", "phone": ""}, "contact_can_be_reached"),
    ],
)
def test_no_nonsensical_contact(waseda, given, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_contact(waseda, **given)


def test_who_sees_which_contacts(waseda):
    past = timezone.localdate() + YESTERDAY
    for name, given in {
        "public": {"is_public": True},
        "signed in": {},
        "public, over": {"is_public": True, "valid_until": past},
        "last day": {"is_public": True, "valid_until": timezone.localdate()},
    }.items():
        make_contact(waseda, name=name, **given)
    people = {
        "nobody": AnonymousUser(),
        "guest": make_person(),
        "student": make_person(Role.STUDENT, waseda),
        "office": make_person(Role.OFFICE, waseda),
        "other office": make_person(Role.OFFICE, make_institution()),
        "programme": make_person(Role.PROGRAMME),
        "auditor": make_person(Role.AUDITOR),
    }
    public, everything = {"public", "last day"}, {"public", "signed in", "public, over", "last day"}
    seen = {
        who: set(Contact.objects.visible_to(one).values_list("name", flat=True))
        for who, one in people.items()
    }
    assert seen == {
        "nobody": public,
        "guest": public,
        "student": public,
        "office": everything,
        "other office": public | {"signed in"},
        "programme": everything,
        "auditor": everything,
    }


@pytest.mark.parametrize(
    ("role", "more", "words"),
    [
        ("agreements", "", "Agreements"),
        ("agreements", "Korea", "Agreements (Korea)"),
        ("other", "Dormitory", "Dormitory"),
    ],
)
def test_the_role_in_words(role, more, words):
    with override("en"):
        assert Contact(role=role, role_text=more).role_in_words == words


# The pages


def test_the_office_adds_a_contact_on_the_page(client, waseda, office):
    client.force_login(office)
    answer = client.post(
        f"/institutions/{waseda.key}/contacts/add/",
        typed(
            phone="＋８２　２‐２１２３−６４９４ 내선 12",
            languages=["ja", "ko"],
            valid_until="2030-03-31",
            person=office.pk,
        ),
    )
    assert (answer.status_code, answer.url) == (302, waseda.get_absolute_url())
    contact = Contact.objects.get()
    assert (contact.phone, contact.languages, contact.valid_until, contact.person) == (
        *("+82 2-2123-6494 내선 12", ["ja", "ko"], date(2030, 3, 31), office),
    )
    text = client.get(waseda.get_absolute_url()).content.decode()
    assert ['<span lang="ja">朴 智旻</span>' in text, "Only signed in" in text] == [True, True]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"role": "other"}, "role_text"),
        ({"email": ""}, "email"),
        ({"phone": "12"}, "phone"),
        ({"name": "\u202ex"}, "name"),
        ({"person": "0"}, "person"),
        ({"valid_until": "soon"}, "valid_until"),
    ],
)
def test_errors_stand_beside_the_field(client, waseda, office, given, field):
    client.force_login(office)
    answer = client.post(f"/institutions/{waseda.key}/contacts/add/", typed(**given))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Contact.objects.exists()


def test_only_people_who_act_there_can_be_linked(client, waseda, office):
    make_person(Role.STUDENT, waseda)
    make_person(Role.OFFICE, make_institution())
    coordinator = make_person(Role.COORDINATOR, waseda)
    client.force_login(office)
    form = client.get(f"/institutions/{waseda.key}/contacts/add/").context["form"]
    assert set(form.fields["person"].queryset) == {office, coordinator}


def test_the_second_editor_is_told_and_loses_nothing(client, waseda, office):
    contact = make_contact(waseda)
    actions.edit_contact(contact, by=office, version=1, name="李 先")
    client.force_login(office)
    path = f"/institutions/{waseda.key}/contacts/{contact.pk}/edit/"
    mine = typed(name="朴 智旻", languages=["ja", "ko"])
    answer = client.post(path, mine)
    assert answer.status_code == 409
    differing = {row.label: (row.first, row.second) for row in answer.context["now"] if row.differs}
    assert differing == {
        "Role": ("Agreements", "Incoming students"),
        "Name": ("李 先", "朴 智旻"),
        "E-mail address": ("takasaki@example.ac.jp", "park@example.ac.kr"),
        "Languages spoken": ("–", "日本語, 한국어"),
    }
    form = answer.context["form"]
    assert (form["name"].value(), form["languages"].value(), form["version"].value()) == (
        *("朴 智旻", ["ja", "ko"], "2"),
    )
    assert client.post(path, mine | {"version": "2"}).status_code == 302
    assert Contact.objects.get().name == "朴 智旻"


def test_removing_asks_first(client, waseda, office):
    contact = make_contact(waseda)
    client.force_login(office)
    path = f"/institutions/{waseda.key}/contacts/{contact.pk}/remove/"
    assert (client.get(path).status_code, Contact.objects.count()) == (200, 1)
    assert (client.post(path).status_code, Contact.objects.count()) == (302, 0)


def test_a_contact_is_found_only_at_its_own_institution(client, waseda, office):
    contact = make_contact(make_institution(code="elsewhere"))
    client.force_login(office)
    assert client.get(f"/institutions/{waseda.key}/contacts/{contact.pk}/edit/").status_code == 404


@pytest.mark.parametrize("page", ["contacts/add/", "contacts/{pk}/edit/", "contacts/{pk}/remove/"])
def test_who_may_open_the_pages(client, waseda, office, page):
    path = f"/institutions/{waseda.key}/" + page.format(pk=make_contact(waseda).pk)
    people = {
        "office": (office, 200),
        "programme": (make_person(Role.PROGRAMME), 200),
        "auditor": (make_person(Role.AUDITOR), 403),
        "student": (make_person(Role.STUDENT, waseda), 403 if "{pk}" not in page else 404),  # sees none
    }
    assert client.get(path).status_code == 302  # to sign in
    for person, expected in people.values():
        client.force_login(person)
        assert client.get(path).status_code == expected
