"""The faculties of a draft can be changed until something is agreed."""

import re
from dataclasses import asdict

import pytest
from django.urls import reverse

from eastep.agreements import actions
from eastep.agreements.models import Party, Version
from eastep.agreements.tests.factories import make_agreed, make_draft, make_proposed
from eastep.core.errors import Refused
from eastep.core.text import Text
from eastep.institutions.tests.factories import make_faculty


@pytest.fixture
def law(waseda):
    return make_faculty(waseda, name=Text(en="School of Law", ja="法学部"))


@pytest.fixture
def medicine(yonsei):
    return make_faculty(yonsei, name=Text(en="Medicine", ko="의과대학"))


def sent(page) -> dict[str, object]:
    """What the browser would send of the form as it is."""
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields}
    data |= {f"{one.prefix}-{name}": one[name].value() for one in form.conditions for name in one.fields}
    data["row"] = [one.number for one in form.conditions]
    return {name: value for name, value in data.items() if value is not None and value is not False}


def edit_of(side) -> str:
    return reverse("edit_agreement", args=[side.agreement_id])


def faculties(side) -> list[object]:
    return [one.faculty for one in Party.objects.filter(agreement=side.agreement_id).order_by("position")]


def named(side) -> list[object]:
    return [one["faculty"] for one in Version.objects.get(agreement=side.agreement_id).content["parties"]]


def test_the_edit_page_changes_both_faculties_and_the_kind(client, waseda, yonsei, takasaki, law, medicine):
    side = make_draft(waseda, yonsei)
    client.force_login(takasaki)
    data = sent(client.get(edit_of(side)))
    chosen = {"level": "faculty", "faculty_0": law.pk, "faculty_1": medicine.pk}
    assert client.post(edit_of(side), data | chosen).status_code == 302
    assert (faculties(side), named(side)) == ([law, medicine], [asdict(law.name), asdict(medicine.name)])
    assert Party.objects.get(pk=side.pk).agreement.level == "faculty"
    page = client.get(edit_of(side))
    assert [page.context["form"][name].value() for name in chosen] == [
        "faculty",
        str(law.pk),
        str(medicine.pk),
    ]
    back = {"level": "university", "faculty_0": "", "faculty_1": ""}
    client.post(edit_of(side), sent(page) | back)
    assert (faculties(side), named(side)) == ([None, None], [None, None])


def test_a_stale_form_is_told_beside_what_is_there(client, waseda, yonsei, takasaki, law, medicine):
    side = make_draft(waseda, yonsei)
    client.force_login(takasaki)
    data = sent(client.get(edit_of(side)))
    client.post(edit_of(side), data | {"faculty_1": medicine.pk})
    stale = client.post(edit_of(side), data | {"faculty_0": law.pk})
    assert (stale.status_code, faculties(side)) == (409, [None, medicine])
    assert [(label, before, now) for label, before, now in stale.context["now"]] == [
        ("Test University: Faculty", "–", "School of Law"),
        ("Test University: Faculty", "Medicine", "–"),
    ]
    assert client.post(edit_of(side), sent(stale)).status_code == 302
    assert faculties(side) == [law, None]


def test_a_kind_between_faculties_names_one(client, waseda, yonsei, takasaki, law):
    side = make_draft(waseda, yonsei)
    client.force_login(takasaki)
    data = sent(client.get(edit_of(side))) | {"level": "faculty"}
    refused = client.post(edit_of(side), data)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["level"])
    assert client.post(edit_of(side), data | {"faculty_1": law.pk}).status_code == 422  # of the other side
    assert faculties(side) == [None, None]


def test_a_name_that_nobody_knows_stays_until_another_is_chosen(client, waseda, yonsei, takasaki, law):
    side = make_draft(waseda, yonsei)
    content = Version.objects.get().content
    content["parties"][0]["faculty"] = {"en": "", "ja": "国際教養学部", "ko": ""}
    actions.edit_draft(side, by=takasaki, edition=1, content=content)
    client.force_login(takasaki)
    page = client.get(edit_of(side))
    assert "国際教養学部" in page.content.decode()
    client.post(edit_of(side), sent(page))
    assert (faculties(side)[0], named(side)[0]) == (None, {"en": "", "ja": "国際教養学部", "ko": ""})
    client.post(edit_of(side), sent(client.get(edit_of(side))) | {"faculty_0": law.pk})
    assert faculties(side)[0] == law


def test_what_was_chosen_survives_another_condition(client, waseda, yonsei, takasaki, law):
    side = make_draft(waseda, yonsei)
    client.force_login(takasaki)
    data = sent(client.get(edit_of(side))) | {"faculty_0": law.pk, "do": "remove:1"}
    assert client.post(edit_of(side), data).context["form"]["faculty_0"].value() == str(law.pk)


def test_either_side_may_once_it_is_shared(client, waseda, yonsei, takasaki, park, stranger, law):
    side = make_proposed(waseda, yonsei)
    actions.recall(side, by=takasaki)
    client.force_login(stranger)
    assert client.get(edit_of(side)).status_code == 404
    client.force_login(park)
    client.post(edit_of(side), sent(client.get(edit_of(side))) | {"faculty_0": law.pk})
    assert faculties(side) == [law, None]


def test_what_is_agreed_keeps_its_faculties_and_says_so(client, waseda, yonsei, takasaki, law):
    side = make_agreed(waseda, yonsei)
    version = actions.amend(side, by=takasaki)
    client.force_login(takasaki)
    page = client.get(edit_of(side))
    assert "faculty_0" not in page.context["form"].fields
    assert re.search("The faculties stay as they were agreed.", page.content.decode())
    assert client.post(edit_of(side), sent(page) | {"level": "faculty"}).status_code == 422
    client.post(edit_of(side), sent(page) | {"faculty_0": law.pk})
    content = version.content
    content["parties"][0]["faculty"] = asdict(law.name)
    with pytest.raises(Refused) as refused:
        actions.edit_draft(side, by=takasaki, edition=2, content=content)
    assert (refused.value.code, faculties(side)) == ("faculties_stay", [None, None])
