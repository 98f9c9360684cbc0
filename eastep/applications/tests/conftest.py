import pytest

from eastep.applications.tests.factories import KOREA, KYOTO, WASEDA, YONSEI
from eastep.core.text import Text
from eastep.institutions.register import Register
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person
from eastep.people.actions import system_user
from eastep.standards.actions import load_shipped


@pytest.fixture
def programme(db):
    """Who runs the programme; the standards and four institutions are there."""
    load_shipped(by=system_user())
    for key in (WASEDA, KYOTO, YONSEI, KOREA):
        known = Register.shipped().by_key[key]
        make_institution(
            country=known.country,
            code=known.code,
            name=Text(en=known.name_en, ja=known.name_ja, ko=known.name_ko),
            aliases=list(known.aliases),
        )
    return make_person(Role.PROGRAMME, family_name="髙﨑", given_name="花", language="ja")


@pytest.fixture
def auditor(db):
    return make_person(Role.AUDITOR, preferred_name="Auditor")


@pytest.fixture
def office(programme):
    from eastep.institutions.models import Institution

    return make_person(Role.OFFICE, Institution.objects.get(key=WASEDA))
