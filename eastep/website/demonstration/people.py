"""The people of the demo. They are invented, and live at an address that no mail can reach."""

from collections.abc import Mapping
from dataclasses import dataclass

from eastep.institutions.actions import give_role
from eastep.institutions.models import Institution
from eastep.institutions.register import Register
from eastep.institutions.states import Role
from eastep.people.actions import add_person
from eastep.people.models import User

PASSWORD = "eastep-demo-2027"  # noqa: S105  (no secret: it opens nothing but the demo)
LANGUAGES = {"ja": "日本語", "ko": "한국어", "en": "English"}


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody to sign in as. A role in the programme itself has no institution: its key is ``""``."""

    email: str
    roles: tuple[tuple[Role, str], ...]
    language: str
    name: Mapping[str, str | bool]
    password: str = PASSWORD

    @property
    def called(self) -> str:
        return str(User(email=self.email, **self.name))

    @property
    def role_in_words(self) -> str:
        """Name, roles and language: ``髙﨑 千尋 · Programme administrator · 日本語``."""
        universities = Register.shipped().by_key
        roles = [
            ", ".join(filter(None, (str(role.label), universities[key].name("en") if key else "")))
            for role, key in self.roles
        ]
        return " · ".join([self.called, *roles, LANGUAGES[self.language]])


def _name(family: str, given: str, passport: str, **more: str | bool) -> dict[str, str | bool]:
    surname, given_names = passport.split(", ")
    return {
        "family_name": family,
        "given_name": given,
        "passport_surname": surname,
        "passport_given_names": given_names,
        **more,
    }


TOKYO, OSAKA, WASEDA, DOSHISHA = (
    "JP:F113110102700",
    "JP:F127110107852",
    "JP:F113310103581",
    "JP:F126310107564",
)
YONSEI, SEOUL, PUSAN = "KR:0000149", "KR:0000019", "KR:0000014"

PEOPLE = (
    Person(
        email="takasaki@demo.eastep.example",
        roles=((Role.PROGRAMME, ""),),
        language="ja",
        name=_name("髙﨑", "千尋", "TAKASAKI, CHIHIRO", family_reading="タカサキ", given_reading="チヒロ"),
    ),
    Person(
        email="park@demo.eastep.example",
        roles=((Role.PROGRAMME, ""),),
        language="ko",
        name=_name(
            "박", "서윤", "PARK, SEOYUN", family_reading="パク", given_reading="ソユン", hanja="朴瑞允"
        ),
    ),
    Person(
        email="onodera@demo.eastep.example",
        roles=((Role.OFFICE, WASEDA),),
        language="ja",
        name=_name("小野寺", "諒", "ONODERA, RYO", family_reading="オノデラ", given_reading="リョウ"),
    ),
    Person(
        email="sunwoo@demo.eastep.example",
        roles=((Role.OFFICE, YONSEI),),
        language="ko",
        name=_name("선우", "혜원", "SUNWOO, HYEWON", hanja="鮮于惠媛"),
    ),
    Person(
        email="kurosawa@demo.eastep.example",
        roles=((Role.OFFICE, TOKYO),),
        language="ja",
        name=_name("黒澤", "真理子", "KUROSAWA, MARIKO", family_reading="クロサワ", given_reading="マリコ"),
    ),
    Person(
        email="dokgo@demo.eastep.example",
        roles=((Role.OFFICE, SEOUL),),
        language="ko",
        name=_name("독고", "준", "DOKGO, JUN", hanja="獨孤俊"),
    ),
    Person(  # one identity, two roles at two universities
        email="vanderberg@demo.eastep.example",
        roles=((Role.COORDINATOR, OSAKA), (Role.STUDENT, TOKYO)),
        language="en",
        name=_name("van der Berg", "Annelies", "VAN DER BERG, ANNELIES", given_name_first=True),
    ),
    Person(
        email="sasaki@demo.eastep.example",
        roles=((Role.STUDENT, DOSHISHA),),
        language="ja",
        name=_name("佐々木", "陽菜", "SASAKI, HINA", family_reading="ササキ", given_reading="ヒナ"),
    ),
    Person(
        email="namgung@demo.eastep.example",
        roles=((Role.STUDENT, PUSAN),),
        language="ko",
        name=_name("남궁", "시우", "NAMGUNG, SIWOO", hanja="南宮時雨"),
    ),
    Person(
        email="auditor@demo.eastep.example",
        roles=((Role.AUDITOR, ""),),
        language="en",
        name=_name("Castellanos", "Miriam", "CASTELLANOS, MIRIAM", given_name_first=True),
    ),
)


def bring_in(*, by: User) -> list[User]:
    """Make the demo's people with their names, languages and roles, in the order of PEOPLE."""
    institutions = {row.key: row for row in Institution.objects.all()}
    made = []
    for person in PEOPLE:
        user = add_person(
            person.email, by=by, password=person.password, language=person.language, **person.name
        )
        for role, key in person.roles:
            give_role(user, by=by, role=role, institution=institutions[key] if key else None)
        made.append(user)
    return made
