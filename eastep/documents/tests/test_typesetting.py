"""Documents: PDF/A-3b, the same bytes each time, each name in its own letters, and text that stays text."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from eastep.documents import typesetting
from eastep.documents.tests.factories import make_png
from eastep.documents.typesetting import Attachment, typeset, written

MADE_AT = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
EXAMPLE = b"""
#import "/documents/letter.typ": *
#let data = json("/data.json")
#show: letter.with(heading: data.heading, note: data.note, mark: data.mark)
= #data.heading
#facts(data.facts)
== #data.heading
#sheet((1fr, 2fr), ("A", "B"), data.rows)
#signatures(data.sides)
"""
DATA = {
    "heading": "Agreement",
    "note": "a note",
    "mark": "",
    "facts": [["Name", written("髙﨑 花")], ["More", ["one", written("朴智旻", "박지민")]]],
    "rows": [],
    "sides": [],
}


@pytest.fixture(autouse=True, scope="module")
def template():
    """A template for these tests, where the app would have one."""
    read = typesetting._source

    def source(name):
        return EXAMPLE if name == "documents/example.typ" else read(name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typesetting, "_source", source)
        yield


def make_document(language="ja", **given):
    data = DATA | {key: given.pop(key) for key in list(given) if key in DATA}
    values = {"title": "協定書", "made_at": MADE_AT} | given
    return typeset("documents/example.typ", data, language=language, **values)


def text_of(document):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)


def fonts_of(document):
    return {
        str(font["/BaseFont"]).split("+")[1]
        for page in PdfReader(io.BytesIO(document)).pages
        for font in (one.get_object() for one in page["/Resources"]["/Font"].values())
    }


@pytest.mark.parametrize("language", ["ja", "ko", "en"])
def test_a_document_says_that_it_is_pdf_a_3b_with_title_language_and_date(language):
    reader = PdfReader(io.BytesIO(make_document(language)))
    xmp = reader.xmp_metadata
    part, conformance = (
        xmp.rdf_root.getElementsByTagNameNS("http://www.aiim.org/pdfa/ns/id/", name)[0].firstChild.data
        for name in ("part", "conformance")
    )
    assert (part, conformance, xmp.dc_title, xmp.dc_language) == (
        "3",
        "B",
        {"x-default": "協定書"},
        [language],
    )
    assert (reader.metadata.title, reader.metadata.creation_date) == ("協定書", MADE_AT)
    root = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == (language, True)


def test_attachments_are_there_byte_for_byte():
    content = bytes(range(256)) * 9
    document = make_document(
        attachments=[
            Attachment(
                name="agreement.json", content=b'{"a":1}', media_type="application/json", description="原文"
            ),
            Attachment(
                name="copy.bin", content=content, media_type="application/octet-stream", description="控え"
            ),
        ]
    )
    reader = PdfReader(io.BytesIO(document))
    assert {name: files[0] for name, files in reader.attachments.items()} == {
        "agreement.json": b'{"a":1}',
        "copy.bin": content,
    }
    files = [one.get_object() for one in reader.trailer["/Root"]["/AF"]]
    assert sorted((file["/UF"], file["/Desc"], file["/AFRelationship"]) for file in files) == [
        ("agreement.json", "原文", "/Source"),
        ("copy.bin", "控え", "/Source"),
    ]


def test_the_same_input_gives_the_same_bytes_in_any_thread():
    with ThreadPoolExecutor(4) as pool:
        documents = list(pool.map(lambda _n: make_document(), range(12)))
    assert len(set(documents)) == 1
    assert make_document(made_at=datetime(2027, 3, 2, tzinfo=UTC)) != documents[0]


@pytest.mark.parametrize(
    ("language", "fonts"),
    [
        ("ja", {"NotoSansCJKjp-Thin", "NotoSansCJKkr-Thin"}),
        ("en", {"NotoSansCJKjp-Thin", "NotoSansCJKkr-Thin"}),
        ("ko", {"NotoSansCJKjp-Thin", "NotoSansCJKkr-Thin"}),
    ],
)
def test_names_print_in_the_letters_of_their_own_country(language, fonts):
    document = make_document(language)
    assert fonts_of(document) == fonts
    assert ("髙﨑 花" in text_of(document), "朴智旻" in text_of(document)) == (True, True)


def test_a_korean_name_alone_is_drawn_with_korean_letters_only():
    document = make_document("ko", facts=[["이름", written("朴智旻", "박지민")]], heading="협정서")
    assert fonts_of(document) == {"NotoSansCJKkr-Thin"}
    assert "朴智旻" in text_of(document)


@pytest.mark.parametrize("place", ["heading", "note", "facts", "rows", "title"])
def test_what_people_wrote_is_never_typst(place):
    text = "#panic() *a* _b_ $x$ @b <c> \\ `d` // #let"
    values = {"facts": [["x", text]], "rows": [[text, "y"]]}
    document = make_document("en", **{place: values.get(place, text)})
    shown = PdfReader(io.BytesIO(document)).metadata.title if place == "title" else text_of(document)
    assert text in " ".join(shown.split())


@pytest.mark.parametrize("text", ["สวัสดี", "😀", "\x07", "\ue000", "กิ"])
def test_signs_that_no_font_has_are_marked_as_missing(text):
    shown = text_of(make_document("en", heading=f"before {text} after"))
    assert "〓" in shown
    assert ("before" in shown, "after" in shown, text in shown) == (True, True, False)


@settings(max_examples=30, deadline=None)
@example(text="\ufffe\u200d\u202e\x00\x1b")
@example(text="👩‍👩‍👧 e\u0301\u0302 \U000e0100")
@given(text=st.text(max_size=30))
def test_whatever_people_write_it_prints(text):
    assert make_document("ja", heading=f"first {text} last").startswith(b"%PDF-")


def test_rare_letters_of_names_are_there():
    names = "Nguyễn Ḥusayn Škvorecký Ğül Ødegård 𠮟 Жуков"
    assert "〓" not in text_of(make_document("en", heading=names))


@pytest.mark.parametrize(
    ("language", "mark"),
    [("en", "Draft"), ("ja", "草案"), ("ko", "초안"), ("en", "Recorded by one side, not confirmed")],
)
def test_a_mark_stands_on_every_page(language, mark):
    rows = [[str(n), "text"] for n in range(90)]
    plain = PdfReader(io.BytesIO(make_document(language, rows=rows)))
    marked = PdfReader(io.BytesIO(make_document(language, rows=rows, mark=mark)))
    assert [page.extract_text().count(mark) for page in plain.pages] == [0] * 3
    assert [page.extract_text().count(mark) for page in marked.pages] == [2] * 3  # in the heading and across


def test_a_long_table_goes_on_with_its_heading_and_pages_are_counted():
    reader = PdfReader(io.BytesIO(make_document("en", rows=[[f"row {n}", "text"] for n in range(90)])))
    shown = [page.extract_text().split("\n") for page in reader.pages]
    assert [("A B" in lines, f"a note Page {n} of 3" in lines) for n, lines in enumerate(shown, 1)] == [
        (True, True)
    ] * 3
    assert [line for lines in shown for line in lines if line.startswith("row ")] == [
        f"row {n} text" for n in range(90)
    ]


def test_signatures_stand_beside_each_other_with_a_seal():
    sides = [
        {"name": written("早稲田大学"), "lines": [["Signed by", written("髙﨑 花")]], "seal": None},
        {
            "name": written("연세대학교"),
            "lines": [["Signed by", written("박지민")]],
            "seal": {"file": "/images/seal.png", "alt": "Seal"},
        },
    ]
    document = make_document("en", sides=sides, images={"seal.png": make_png(60, 60)})
    shown = text_of(document)
    assert [name in shown for name in ("早稲田大学", "髙﨑 花", "연세대학교", "박지민")] == [True] * 4
    pictures = [
        one.get_object()
        for page in PdfReader(io.BytesIO(document)).pages
        for one in page["/Resources"]["/XObject"].values()
    ]
    assert [(one["/Width"], one["/Height"]) for one in pictures if one["/Subtype"] == "/Image"] == [(60, 60)]
