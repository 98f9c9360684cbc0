"""The agreements of the demo: one in every state, between real universities, all else invented. Made as people would make them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone

from eastep.agreements import actions, queries
from eastep.agreements.content import Condition, Content, blank, later
from eastep.agreements.models import Party
from eastep.agreements.states import LineKind, PaperKind
from eastep.core.text import Text
from eastep.documents.media import PDF, CheckedFile
from eastep.institutions.actions import add_contact, add_faculty
from eastep.institutions.models import Faculty, Institution
from eastep.institutions.states import ContactRole
from eastep.people.models import User
from eastep.website.demonstration.people import SEOUL, TOKYO, WASEDA, YONSEI

KYOTO, OSAKA, KEIO = "JP:F126110107407", "JP:F127110107852", "JP:F113310102984"
KOREA, HANYANG, SOGANG, PUSAN, EWHA = "KR:0000069", "KR:0000203", "KR:0000120", "KR:0000014", "KR:0000163"
ASKS = {
    "JP": ("JLPT N2 / TOEFL iBT 80", "2.8/4.5"),
    "KR": ("TOPIK 4 / TOEFL iBT 79", "2.6/4.0"),
}  # by the host
PRESIDENTS = {  # invented
    WASEDA: ("小笠原 健一", "総長"),
    TOKYO: ("髙﨑 美穂", "総長"),
    YONSEI: ("황보 정우", "총장"),
    SEOUL: ("제갈 은서", "총장"),
}
HALF_A_YEAR = "6"


@dataclass(frozen=True, kw_only=True)
class Office:
    """An institution, and who acts for it."""

    institution: Institution
    person: User

    @property
    def signs(self) -> dict[str, Any]:
        name, position = PRESIDENTS[self.institution.key]
        return {"signed_name": name, "signed_position": position}


class Offices:
    """The four offices that have sign-ins, and the institutions without."""

    def __init__(self, people: Mapping[str, User]) -> None:
        self.known = {row.key: row for row in Institution.objects.filter(key__in=_KEYS)}
        acting = {WASEDA: "onodera", YONSEI: "sunwoo", SEOUL: "dokgo", TOKYO: "kurosawa"}
        self.of = {
            key: Office(institution=self.known[key], person=people[f"{name}@demo.eastep.example"])
            for key, name in acting.items()
        }

    def of_side(self, side: Party) -> Office:
        return self.of[side.institution.key]


_KEYS = (WASEDA, TOKYO, YONSEI, SEOUL, KYOTO, OSAKA, KEIO, KOREA, HANYANG, SOGANG, PUSAN, EWHA)


def make_agreements(people: Mapping[str, User]) -> None:
    """About twenty of them, their ledgers, papers, people and remarks."""
    offices, today = Offices(people), timezone.localdate()
    _contacts(offices)
    main = _in_effect(offices, today)
    _ledger(main, offices, today)
    _amendment_in_work(offices, today)
    _renewed(offices, today)
    _coming(offices, today)
    _notice_given(offices, today)
    _ended(offices, today)
    _between_faculties(offices, today)
    _in_work(offices, today)
    _recorded(offices, today)


# What an agreement says


def _content(
    one: Institution,
    other: Institution,
    *,
    starts_on: date,
    years: int = 5,
    places: tuple[int, int] = (3, 3),
    faculties: tuple[Faculty | None, Faculty | None] = (None, None),
    **said: Any,
) -> Content:
    parties = [
        (party.key, party.name, faculty.name if faculty else None)
        for party, faculty in zip((one, other), faculties, strict=True)
    ]
    ends_on = said.pop("ends_on", later(starts_on, 12 * years) - timedelta(days=1))
    balance = said.pop("balance", {})
    content = blank(parties, starts_on=starts_on, ends_on=ends_on)
    content["conditions"] = [
        _filled(condition, number, **said)
        for condition, number in zip(content["conditions"], places, strict=True)
    ]
    content["balance"] |= balance
    return content


def _filled(condition: Condition, places: int, **said: Any) -> Condition:
    language, minimum = ASKS[condition["receiving"][:2]]
    usual = {"levels": [6, 7], "months": "12", "language": language, "minimum_gpa": minimum}
    return {**condition, "places": places, **usual, **said}


def _years_ago(today: date, years: int) -> date:
    """The first of April so many years ago: the academic year of Japan, and a month into Korea's."""
    return date(today.year - years, 4, 1)


# How it comes into being


def _begun(offices: Offices, home: str, partner: str, *, reference: str = "", **said: Any) -> Party:
    one, other = offices.known[home], offices.known[partner]
    faculty, partner_faculty = said.get("faculties", (None, None))
    return actions.begin_agreement(
        one,
        by=offices.of[home].person,
        partner=other,
        content=_content(one, other, **said),
        faculty=faculty,
        partner_faculty=partner_faculty,
        reference=reference,
    )


def _recorded_by_one(side: Party, offices: Offices, effective_on: date) -> None:
    """Signed outside EASTEP, recorded with the paper, which somebody has compared."""
    office = offices.of_side(side)
    actions.record_signed(
        side,
        by=office.person,
        edition=1,
        effective_on=effective_on,
        file=_paper(f"{side.partner.name.en} {effective_on.year}.pdf"),
        kind=PaperKind.SIGNED,
        **office.signs,
    )


def _signed_outside(side: Party, offices: Offices, effective_on: date) -> None:
    """The same, and the other side has confirmed it."""
    _recorded_by_one(side, offices, effective_on)
    other = side.other
    office = offices.of_side(other)
    actions.confirm(other, by=office.person, sha256=_proposed(side), **office.signs)


def _approved_by(side: Party, offices: Offices) -> None:
    office = offices.of_side(side)
    actions.approve(side, by=office.person, sha256=_proposed(side), **office.signs)


def _proposed(side: Party) -> str:
    version = queries.open_version(side.agreement)
    return version.sha256 if version else ""


def _paper(name: str) -> CheckedFile:
    content = small_pdf(f"Signed copy: {name.removesuffix('.pdf')}".encode("ascii", "replace").decode())
    return CheckedFile(name=name, content=content, media_type=PDF, sha256=sha256(content).hexdigest())


# One of each


def _contacts(offices: Offices) -> None:
    """Named people at two universities, by role."""
    waseda, yonsei = offices.of[WASEDA], offices.of[YONSEI]
    add_contact(
        waseda.institution, by=waseda.person, role=ContactRole.AGREEMENTS, name="小野寺 諒", latin_name="ONODERA Ryo",
        email="agreements@waseda.example", languages=["ja", "en"], is_public=True, person=waseda.person,
    )  # fmt: skip
    add_contact(
        waseda.institution, by=waseda.person, role=ContactRole.OUTGOING, name="柳田 さつき", latin_name="YANAGIDA Satsuki",
        email="outgoing@waseda.example", phone="+81 3-0000-0000", languages=["ja"],
    )  # fmt: skip
    add_contact(
        yonsei.institution, by=yonsei.person, role=ContactRole.AGREEMENTS, name="선우혜원", latin_name="SUNWOO Hyewon",
        email="agreements@yonsei.example", languages=["ko", "en", "ja"], is_public=True, person=yonsei.person,
    )  # fmt: skip
    add_contact(
        yonsei.institution, by=yonsei.person, role=ContactRole.EMERGENCY, name="사공민", latin_name="SAGONG Min",
        email="emergency@yonsei.example", phone="+82 2-0000-0000", languages=["ko", "en"], is_public=True,
    )  # fmt: skip


def _in_effect(offices: Offices, today: date) -> Party:
    """Waseda and Yonsei, for the third year of five, with everything that belongs to it."""
    side = _begun(
        offices, WASEDA, YONSEI, reference="早-2024-07", starts_on=_years_ago(today, 2), places=(5, 5),
        balance={"expires_after": 2, "tolerance": 2},
    )  # fmt: skip
    _signed_outside(side, offices, _years_ago(today, 2) - timedelta(days=40))
    other = side.other
    waseda, yonsei = offices.of[WASEDA], offices.of[YONSEI]
    for party, office in ((side, waseda), (other, yonsei)):
        name, position = PRESIDENTS[party.institution.key]
        actions.change_signatory(party, by=office.person, name=name, position=position)
        actions.name_responsible(party, by=office.person, people=[office.person])
    actions.set_reference(other, by=yonsei.person, reference="연대-JP-112")
    actions.remark(
        side,
        by=waseda.person,
        text="来年度から商学部の学生も対象にしたいと考えています。ご都合はいかがでしょうか。",
    )
    actions.remark(other, by=yonsei.person, text="좋습니다. 봄학기 전에 개정안을 보내 주세요.")
    return side


def _ledger(side: Party, offices: Offices, today: date) -> None:
    """Five years, as Waseda's own list had them; the older ones are closed, and something has expired."""
    waseda, yonsei = offices.of[WASEDA], offices.of[YONSEI]
    sent_and_received = ((6, 1), (2, 2), (2, 1), (3, 4), (4, 5))
    first = today.year - len(sent_and_received)
    actions.post_past_exchanges(
        side.institution,
        by=waseda.person,
        rows=[
            actions.PastYear(
                party=side, year=year, sent=sent, received=received, sent_terms=sent, received_terms=received
            )
            for year, (sent, received) in enumerate(sent_and_received, first)
        ],
    )
    actions.close_year(side, by=waseda.person, year=today.year - 2)
    for number, (party, office) in enumerate(((side, waseda), (side.other, yonsei), (side, waseda))):
        actions.post(
            side.agreement, by=office.person, party=party, year=today.year, sender=party.institution, stays=1, terms=1,
            kind=LineKind.STAY, key=f"demo:{number}",
        )  # fmt: skip


def _amendment_in_work(offices: Offices, today: date) -> None:
    """Waseda and Seoul National: in effect, and a change that Seoul has approved already."""
    side = _begun(
        offices, WASEDA, SEOUL, reference="早-2025-03", starts_on=_years_ago(today, 1), places=(2, 2)
    )
    _signed_outside(side, offices, _years_ago(today, 1) - timedelta(days=20))
    seoul = offices.of[SEOUL]
    actions.post_past_exchanges(
        side.partner,
        by=seoul.person,
        rows=[actions.PastYear(party=side.other, year=today.year - 1, sent=2, received=1)],
    )
    version = actions.amend(side.other, by=seoul.person)
    content = {
        **version.content,
        "conditions": [{**one, "places": 4} for one in version.content["conditions"]],
    }
    version = actions.edit_draft(side.other, by=seoul.person, edition=version.edition, content=content)
    actions.propose(side.other, by=seoul.person, edition=version.edition)
    _approved_by(side.other, offices)
    actions.remark(side.other, by=seoul.person, text="지원자가 늘어 정원을 네 명으로 늘리고자 합니다.")


def _renewed(offices: Offices, today: date) -> None:
    """Tokyo and Yonsei: near its end, and renewed by both; the new version begins on the day after."""
    ends_on = today + timedelta(days=130)
    side = _begun(
        offices, TOKYO, YONSEI, reference="東大-国-88", starts_on=later(ends_on + timedelta(days=1), -60),
        ends_on=ends_on, places=(4, 4),
    )  # fmt: skip
    _signed_outside(side, offices, later(ends_on, -60))
    actions.renew(side, by=offices.of[TOKYO].person)
    _approved_by(side, offices)
    _approved_by(side.other, offices)


def _coming(offices: Offices, today: date) -> None:
    """Tokyo and Seoul National: approved by both in EASTEP, begins in spring."""
    side = _begun(offices, TOKYO, SEOUL, starts_on=date(today.year + 1, 4, 1), places=(3, 3), years=3)
    actions.propose(side, by=offices.of[TOKYO].person, edition=1)
    _approved_by(side.other, offices)
    _approved_by(side, offices)


def _notice_given(offices: Offices, today: date) -> None:
    side = _begun(
        offices, TOKYO, YONSEI, reference="東大-国-61", starts_on=_years_ago(today, 4), ends_on=None,
        places=(1, 1), months=HALF_A_YEAR,
    )  # fmt: skip
    _signed_outside(side, offices, _years_ago(today, 4))
    actions.give_notice(
        side.other,
        by=offices.of[YONSEI].person,
        ending_on=later(today, 8),
        reason="대학 간 협정으로 통합합니다.",
    )


def _ended(offices: Offices, today: date) -> None:
    side = _begun(
        offices, SEOUL, TOKYO, reference="SNU-2019-31", starts_on=_years_ago(today, 7), places=(2, 2)
    )
    _signed_outside(side, offices, _years_ago(today, 7))


def _between_faculties(offices: Offices, today: date) -> None:
    """Two that end soon, of faculties: one that reminders are about, and one with a field and fewer months."""
    waseda, yonsei = offices.of[WASEDA], offices.of[YONSEI]
    law = waseda.institution.faculties.filter(name__ja="法学部").first() or add_faculty(
        waseda.institution, by=waseda.person, name=Text(en="School of Law", ja="法学部", ko="법학부")
    )
    of_law = add_faculty(
        yonsei.institution,
        by=yonsei.person,
        name=Text(en="Law School", ja="法学専門大学院", ko="법학전문대학원"),
    )
    for field, days, places in (("0421", 75, (2, 2)), ("0311", 330, (1, 2))):
        ends_on = today + timedelta(days=days)
        side = _begun(
            offices, WASEDA, YONSEI, starts_on=later(ends_on + timedelta(days=1), -36), ends_on=ends_on,
            places=places, faculties=(law, of_law), fields=[field], months=HALF_A_YEAR,
        )  # fmt: skip
        _signed_outside(side, offices, later(ends_on, -36))


def _in_work(offices: Offices, today: date) -> None:
    """Drafts and proposals: one's own, refused, discarded, half approved, and one for a guest of the partner."""
    spring = date(today.year + 1, 4, 1)
    waseda, yonsei, seoul = offices.of[WASEDA], offices.of[YONSEI], offices.of[SEOUL]
    _begun(offices, WASEDA, SEOUL, starts_on=spring, places=(1, 1), months=HALF_A_YEAR, fields=["0212"])

    half = _begun(offices, WASEDA, YONSEI, starts_on=spring, places=(2, 2), fields=["07"])
    actions.propose(half, by=waseda.person, edition=1)
    _approved_by(half, offices)

    refused = _begun(offices, YONSEI, WASEDA, starts_on=spring, places=(6, 2), fields=["041"])
    actions.propose(refused, by=yonsei.person, edition=1)
    actions.refuse(
        refused.other, by=waseda.person, sha256=_proposed(refused),
        reason="双方の人数に差があります。同数でご検討ください。",
    )  # fmt: skip

    given_up = _begun(offices, SEOUL, WASEDA, starts_on=spring, places=(1, 1), fields=["09"])
    actions.propose(given_up, by=seoul.person, edition=1)
    recalled = actions.recall(given_up, by=seoul.person)
    actions.discard_draft(given_up, by=seoul.person, edition=recalled.edition)

    invited = _begun(offices, WASEDA, HANYANG, reference="早-2027-01", starts_on=spring, places=(2, 2))
    actions.propose(invited, by=waseda.person, edition=1)
    actions.invite(
        invited.other, by=waseda.person, inviter=invited, name="남궁민서", email="namgung@hanyang.example",
        position="국제팀장", language="ko",
    )  # fmt: skip


def _recorded(offices: Offices, today: date) -> None:
    """What two offices have signed outside EASTEP, and nobody has confirmed yet."""
    for number, (partner, years) in enumerate(((KOREA, 3), (SOGANG, 2), (PUSAN, 4), (EWHA, 1)), 1):
        side = _begun(
            offices, WASEDA, partner, reference=f"早-{today.year - years}-{number:02}",
            starts_on=_years_ago(today, years), places=(3, 3),
        )  # fmt: skip
        _recorded_by_one(side, offices, _years_ago(today, years) - timedelta(days=15))
    for fields, places in ((["02"], (1, 1)), (["05"], (2, 2))):  # Waseda confirms these at once, if it likes
        side = _begun(
            offices,
            YONSEI,
            WASEDA,
            starts_on=_years_ago(today, 1),
            places=places,
            months=HALF_A_YEAR,
            fields=fields,
        )
        _recorded_by_one(side, offices, _years_ago(today, 1))
    for partner in (KYOTO, OSAKA, KEIO):
        side = _begun(offices, YONSEI, partner, starts_on=_years_ago(today, 2), places=(2, 2))
        _recorded_by_one(side, offices, _years_ago(today, 2))


def small_pdf(text: str) -> bytes:
    """One page with one line of ASCII: the smallest paper that every program opens."""
    line = text.replace("\\", "").replace("(", "").replace(")", "")
    stream = f"BT /F1 14 Tf 72 760 Td ({line}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(content)
    size = len(objects) + 1
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return content + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
