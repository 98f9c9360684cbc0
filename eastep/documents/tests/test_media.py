"""Files are judged by what they hold; each refusal says what to do."""

import zlib
from hashlib import sha256
from time import process_time

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from eastep.documents import media
from eastep.documents.media import CheckedFile, check, checked_file, file_response, media_type
from eastep.documents.tests.factories import make_jpeg, make_pdf, make_png

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100)
FILES = {"application/pdf": make_pdf(), "image/png": make_png(), "image/jpeg": make_jpeg()}


def refusal(content, **given):
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        check(content, **({"name": "scan"} | given))
    assert refused.value.messages[0].endswith(".")
    return refused.value.code


@pytest.mark.parametrize("kind", FILES)
def test_what_a_file_is_its_content_says(kind):
    content = FILES[kind]
    assert media_type(content) == kind
    upload = SimpleUploadedFile("協定書.exe", content, content_type="text/html")
    assert checked_file(upload) == CheckedFile(
        name=f"協定書.exe{media.ENDINGS[kind][0]}",
        content=content,
        media_type=kind,
        sha256=sha256(content).hexdigest(),
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (HEIC, "heic"),
        (b"<html><script>alert(1)</script>", "unknown"),
        (b"PK\x03\x04word", "unknown"),
        (b"GIF89a", "unknown"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unknown"),
    ],
)
def test_all_else_is_refused(content, code):
    assert refusal(content) == code


def test_a_photo_of_a_telephone_is_told_how_it_can_be_used():
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        media_type(HEIC)
    assert refused.value.messages == [
        "This is a photo in the format HEIC, which not every computer shows. "
        "Save it as JPEG or PDF, then choose that file."
    ]


def test_what_is_too_large_is_not_even_read():
    upload = SimpleUploadedFile("scan.pdf", make_pdf(b"x" * 2_000_000))
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        checked_file(upload, largest=2**20)
    assert refused.value.messages == [
        "The file is larger than 1 MB. Scan it with 300 dots per inch, or split it."
    ]


def test_a_seal_is_an_image():
    assert refusal(make_pdf(), kinds=media.IMAGES) == "not_an_image"
    assert check(make_png(), name="seal.png", kinds=media.IMAGES).media_type == "image/png"


def test_a_seal_that_cannot_be_printed_is_refused():
    """Its parts are where they should be, but nothing comes of them; in a scan that is for people to see."""
    unknown_filter = make_png(rows=b"\x09\0\0\0" * 2)
    assert check(unknown_filter, name="scan").media_type == "image/png"
    assert refusal(unknown_filter, kinds=media.IMAGES) == "damaged"
    assert refusal(make_jpeg(), kinds=media.IMAGES) == "damaged"
    assert refusal(make_png(2100, 2000), kinds=media.IMAGES) == "too_many_pixels"


@pytest.mark.parametrize("kind", FILES)
def test_what_is_cut_off_is_refused(kind):
    content = FILES[kind]
    assert refusal(content[: len(content) - 4]) == "cut_off"


# PDF


@pytest.mark.parametrize(
    "body",
    [
        b"3 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj",
        b"3 0 obj\n<< /S /J#61vaScript /J#53 (app.alert(1)) >>\nendobj",
        b"3 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj",
        b"3 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length 9 >>\nstream\n"
        + zlib.compress(b"4 0 << /S /JavaScript /JS (app.alert(1)) >>")
        + b"\nendstream\nendobj",
        b"3 0 obj\n<< /Type /Obj#53tm /X << /Y << /Z 1 >> >> /Filter /FlateDecode >>\nstream\n"
        + zlib.compress(b"4 0 << /S /JavaScript /JS (app.alert(1)) >>")
        + b"\nendstream\nendobj",
        b"% stream\n3 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj\n% endstream",
        b"3 0 obj\n<< /AcroForm << /XFA 4 0 R >> >>\nendobj",
    ],
    ids=["plain", "escaped", "launch", "packed", "packed and escaped", "in a comment", "form with programs"],
)
def test_a_pdf_with_programs_is_refused(body):
    assert refusal(make_pdf(body)) == "active"


@pytest.mark.parametrize("sign", [b"/ObjStm ", b"stream\n", b"/ObjStm <<"])
def test_a_pdf_that_begins_everything_and_ends_nothing_is_read_in_no_time(sign):
    began = process_time()
    check(make_pdf(sign * 100_000), name="slow.pdf")
    assert process_time() - began < 2


def test_a_protected_pdf_is_refused():
    assert refusal(make_pdf(trailer=b"/Encrypt 5 0 R ")) == "protected"


@pytest.mark.parametrize(
    "body",
    [
        b"3 0 obj\n<< /Length 9 /Filter /DCTDecode >>\nstream\n\xff\xd8 /JS /XFA \xff\xd9\nendstream\nendobj",
        b"3 0 obj\n<< /Type /EmbeddedFile /Length 2 >>\nstream\n{}\nendstream\nendobj",
        b"3 0 obj\n<< /Author (/JSmith) /JSON true /EncryptMetadata false >>\nendobj",
    ],
    ids=["pixels", "attachment", "names"],
)
def test_a_scan_and_a_document_of_ours_pass(body):
    assert check(make_pdf(body) + b"\0" * 50, name="scan.pdf").media_type == "application/pdf"


def test_objects_that_unpack_without_end_are_refused(monkeypatch):
    monkeypatch.setattr(media, "MOST_UNPACKED", 1000)
    bomb = b"3 0 obj\n<< /Type /ObjStm >>\nstream\n" + zlib.compress(bytes(5000)) + b"\nendstream\nendobj"
    assert refusal(make_pdf(bomb)) == "damaged"


# Images


def test_a_png_that_is_not_what_it_says_is_refused():
    whole = make_png()
    assert refusal(
        whole.replace(b"\x80", b"\x81") if b"\x80" in whole else whole[:40] + b"?" + whole[41:]
    ) == ("damaged")
    assert refusal(make_png(rows=b"\0" * 5)) == "damaged"  # fewer rows than it says
    assert refusal(make_png(rows=bytes(100_000))) == "damaged"  # far more
    assert refusal(make_png(rows=b"")) == "damaged"


@pytest.mark.parametrize("make", [make_png, make_jpeg])
def test_an_image_that_would_fill_the_memory_is_refused(make):
    given = {"rows": b"\0"} if make is make_png else {}
    assert refusal(make(60_000, 60_000, **given)) == "too_many_pixels"
    assert refusal(make(0, 3, **given)) == "damaged"


def test_a_jpeg_without_a_size_or_with_broken_segments_is_refused():
    whole = make_jpeg()
    assert refusal(whole.replace(b"\xff\xc0", b"\xff\xe1")) == "damaged"
    assert refusal(whole.replace(b"\xff\xe0", b"\x12\xe0")) == "unknown"
    assert refusal(whole.replace(b"\xff\xc0", b"\x12\xc0")) == "damaged"


def test_what_telephones_add_behind_a_jpeg_does_no_harm():
    assert check(make_jpeg() + b"MotionPhoto" * 9, name="photo.JPG").name == "photo.jpg"


@given(
    kind=st.sampled_from(sorted(FILES)),
    at=st.floats(0, 1),
    other=st.binary(max_size=40),
    cut=st.integers(0, 40),
)
def test_whatever_is_in_a_file_it_is_taken_or_refused_in_words(kind, at, other, cut):
    """Bytes are put in and taken out anywhere: nothing but a ValidationError ever comes of it."""
    content = FILES[kind]
    place = int(at * len(content))
    changed = content[:place] + other + content[place + cut :]
    code = ""
    try:
        check(changed, name="scan")
    except ValidationError as refused:
        code = refused.code
    assert code in {"", *media.SENTENCES}


# Names and answers


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\Users\\kim\\협정서.PDF", "협정서.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("が" * 300 + ".pdf", "が" * 196 + ".pdf"),
        ("か\u3099.pdf", "が.pdf"),
    ],
)
def test_a_name_is_a_plain_name(name, kept):
    assert check(make_pdf(), name=name).name == kept


def test_a_file_is_saved_and_never_run():
    answer = file_response("協定書.pdf", memoryview(b"%PDF-"), "application/pdf")
    assert (answer.content, dict(answer.headers)) == (
        b"%PDF-",
        {
            "Content-Type": "application/pdf",
            "Content-Disposition": "attachment; filename*=utf-8''%E5%8D%94%E5%AE%9A%E6%9B%B8.pdf",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )
