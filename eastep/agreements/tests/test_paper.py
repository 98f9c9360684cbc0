"""An agreement on paper: in three languages, with the approved bytes within, and a mark until it is agreed."""

import io
from datetime import date

import pytest
from pypdf import PdfReader

from eastep.agreements import actions
from eastep.agreements.models import Party, Seal, Version
from eastep.agreements.paper import agreement_as_pdf
from eastep.agreements.states import Way
from eastep.agreements.tests.factories import (
    approve,
    make_agreed,
    make_content,
    make_draft,
    make_proposed,
    make_recorded,
)
from eastep.core.text import Text
from eastep.documents.tests.factories import make_png
from eastep.institutions.models import Faculty
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person
from eastep.people.actions import system_user
from eastep.standards.actions import load_shipped

LANGUAGES = ("ja", "ko", "en")


@pytest.fixture
def waseda():
    return make_institution(
        code="WASEDA",
        name=Text(en="Waseda University", ja="早稲田大学", ko="와세다대학교"),
        sort_key="waseda",
    )


@pytest.fixture
def yonsei():
    return make_institution(
        country="KR", code="YONSEI", name=Text(en="Yonsei University", ja="延世大学校", ko="연세대학교")
    )


def pages_of(pdf):
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def text_of(pdf):
    """Without spaces: where lines break is the typesetter's business."""
    return "".join("".join(pages_of(pdf)).split())


def newest(side: Party) -> Version:
    return side.agreement.versions.latest("number")


def agreed(waseda, yonsei, **given) -> Version:
    """Proposed, then approved by 髙﨑 for Waseda and by 朴 for Yonsei."""
    side = make_proposed(waseda, yonsei, **given)
    make_person(Role.OFFICE, waseda, family_name="髙﨑", given_name="愛子")
    approve(side, signed_name="髙﨑 愛子", signed_position="総長")
    approve(side.other, signed_name="朴智旻", signed_position="총장")
    return newest(side)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Agreement between Waseda University and Yonsei University"),
        ("ja", None),
        ("ko", None),
    ],
)
def test_the_paper_says_who_agreed_what(waseda, yonsei, language, title):
    version = agreed(waseda, yonsei, starts_on=date(2027, 4, 1), ends_on=date(2032, 3, 31))
    pdf = agreement_as_pdf(version, language=language)
    reader, text = PdfReader(io.BytesIO(pdf)), text_of(pdf)
    names = ["早稲田大学", "와세다대학교", "WasedaUniversity", "延世大学校", "연세대학교", "YonseiUniversity"]
    assert [name for name in names if name not in text] == []
    assert [name in text for name in ("髙﨑愛子", "総長", "朴智旻", "총장")] == [True] * 4
    assert version.sha256 in text
    assert reader.attachments["agreement.json"] == [bytes(version.canonical)]
    assert reader.trailer["/Root"]["/Lang"] == language
    if title:
        assert reader.metadata.title == title
        assert "From1April2027to31March2032" in text


def test_names_are_drawn_in_their_own_letters(waseda, yonsei):
    for language in LANGUAGES:
        pdf = agreement_as_pdf(agreed(waseda, make_institution(country="KR"), places=2), language=language)
        fonts = {
            str(font.get_object()["/BaseFont"]).split("+")[1]
            for page in PdfReader(io.BytesIO(pdf)).pages
            for font in page["/Resources"]["/Font"].values()
        }
        assert {"NotoSansCJKjp-Thin", "NotoSansCJKkr-Thin"} <= fonts


def test_until_both_have_approved_a_mark_stands_on_every_page(waseda, yonsei):
    side = make_draft(waseda, yonsei)
    marks = []

    def note(mark):
        pages = pages_of(agreement_as_pdf(newest(side), language="en"))
        assert [mark in page.replace("\n", " ") for page in pages] == [True] * len(pages)
        marks.append(mark)

    note("Draft")
    actions.propose(side, by=side.agreement.made_by, edition=1)
    note("Draft")
    approve(side)
    note("Draft")
    approve(side.other)
    assert ["Draft" in page for page in pages_of(agreement_as_pdf(newest(side), language="en"))] == [
        False
    ] * len(pages_of(agreement_as_pdf(newest(side), language="en")))


def test_what_one_side_recorded_is_marked_as_not_confirmed(waseda, yonsei):
    recorded = agreement_as_pdf(newest(make_recorded(waseda, yonsei)), language="en")
    confirmed = agreement_as_pdf(newest(make_agreed(make_institution(), yonsei)), language="en")
    pages = pages_of(recorded)
    assert ["Not confirmed" in page.replace("\n", " ") for page in pages] == [True] * len(pages)
    assert "Notconfirmed" not in text_of(confirmed)
    assert "OutsideEASTEP,recordedhere" in text_of(confirmed)


def test_a_draft_has_no_record_yet(waseda, yonsei):
    pdf = agreement_as_pdf(newest(make_draft(waseda, yonsei)), language="en")
    assert dict(PdfReader(io.BytesIO(pdf)).attachments) == {}
    assert "nobodyhasproposedorapprovedthistextyet" in text_of(pdf)
    assert text_of(pdf).count("Notapprovedyet.") == 2


def test_faculties_conditions_and_terms_are_there(waseda, yonsei):
    load_shipped(by=system_user())
    faculty = Faculty.objects.create(
        institution=waseda, name=Text(en="School of Law", ja="法学部", ko="법학부")
    )
    content = make_content(waseda, yonsei)
    content["level"] = "faculty"
    content["parties"][0]["faculty"] = {"en": "School of Law", "ja": "法学部", "ko": "법학부"}
    content["conditions"][0] |= {
        "fields": ["0421"],
        "field_note": "#panic() only *public* law",
        "levels": [6, 7],
        "places": 12,
        "months": "4.5",
        "language": "JLPT N2",
        "language_is": "recommended",
        "minimum_gpa": "3.0/4.5",
        "other": {"en": "", "ja": "寮を用意する。", "ko": "기숙사를 제공한다."},
    }
    content["other"] = {"en": "Fees are waived.", "ja": "授業料は徴収しない。", "ko": ""}
    side = actions.begin_agreement(
        waseda,
        by=make_person(Role.OFFICE, waseda),
        partner=yonsei,
        content=content,
        faculty=faculty,
    )
    text = text_of(agreement_as_pdf(newest(side), language="en"))
    said = (
        *("SchoolofLaw", "法学部", "법학부", "0421Law", "#panic()only*public*law", "12", "4.5months"),
        *("JLPTN2(recommended)", "3.0/4.5", "寮を用意する。", "기숙사를제공한다.", "Feesarewaived."),
        *("授業料は徴収しない。", "WasedaUniversity→YonseiUniversity", "YonseiUniversity→WasedaUniversity"),
    )
    assert [one for one in said if one not in text] == []


def test_a_seal_is_printed_beside_who_set_it(waseda, yonsei):
    side = make_proposed(waseda, yonsei)
    holder = make_person(Role.OFFICE, waseda, family_name="髙﨑", given_name="愛子")
    seal = Seal.objects.create(
        institution=waseda, holder=holder, image=make_png(40, 40), media_type="image/png", sha256="0" * 64
    )
    actions.approve(
        side, by=holder, sha256=newest(side).sha256, signed_name="髙﨑 愛子", way=Way.SEAL, seal=seal
    )
    pdf = agreement_as_pdf(newest(side), language="en")
    images = [
        one.get_object()
        for page in PdfReader(io.BytesIO(pdf)).pages
        for one in page["/Resources"].get("/XObject", {}).values()
    ]
    assert [(one["/Width"], one["/Height"]) for one in images if one["/Subtype"] == "/Image"] == [(40, 40)]
    assert "InEASTEP,withasealimage" in text_of(pdf)


def test_the_same_version_gives_the_same_bytes(waseda, yonsei):
    version = agreed(waseda, yonsei)
    assert agreement_as_pdf(version, language="ja") == agreement_as_pdf(newest_of(version), language="ja")


def newest_of(version):
    return Version.objects.get(pk=version.pk)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_sees_the_version_takes_it_away(
    client, waseda, yonsei, language, takasaki, park, auditor, stranger
):
    version = agreed(waseda, yonsei)
    address = f"/agreements/{version.agreement_id}/versions/1/agreement-{language}.pdf"
    record = f"/agreements/{version.agreement_id}/versions/1/content.json"
    seen = []
    for person in (takasaki, park, auditor, stranger):
        client.force_login(person)
        seen.append((client.get(address).status_code, client.get(record).status_code))
    assert seen == [(200, 200)] * 3 + [(404, 404)]
    client.force_login(park)
    answer = client.get(address)
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf",
        f'attachment; filename="agreement-{version.agreement_id}-1-{language}.pdf"',
    )
    assert client.get(record).content == bytes(version.canonical)
    client.logout()
    assert client.get(address)["Location"].startswith("/account/login/")


def test_a_draft_is_taken_away_by_its_author_alone(client, waseda, yonsei, takasaki, park):
    version = newest(make_draft(waseda, yonsei))
    seen = []
    for person in (takasaki, park):
        client.force_login(person)
        base = f"/agreements/{version.agreement_id}/versions/1/"
        seen.append(
            [
                client.get(base + name).status_code
                for name in ("agreement-en.pdf", "content.json", "agreement-zh.pdf")
            ]
        )
    assert seen == [[200, 404, 404], [404, 404, 404]]
