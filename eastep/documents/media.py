"""Files that people hand in and take out again: papers and images, judged by what they hold, never by their name."""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from eastep.core.text import DIRECTION_MARKS
from eastep.documents.typesetting import prints

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
PAPERS = (PDF, PNG, JPEG)
IMAGES = (PNG, JPEG)
ENDINGS = {PDF: (".pdf",), PNG: (".png",), JPEG: (".jpg", ".jpeg")}
LARGEST = 20 * 2**20  # bytes
MOST_PIXELS = 60_000_000  # an A3 page at 450 dots an inch
MOST_PRINTED = 4_000_000  # of what is set into documents, such as a seal
LONGEST_NAME = 200

SENTENCES: Mapping[str, Any] = {
    "empty": _("The file is empty. Choose the file again."),
    "too_large": _("The file is larger than {megabytes} MB. Scan it with 300 dots per inch, or split it."),
    "unknown": _("This is not a PDF, PNG or JPEG file. Save it as a PDF, then choose that file."),
    "not_an_image": _("This is not a PNG or JPEG image. Save it as one of them, then choose that file."),
    "heic": _(
        "This is a photo in the format HEIC, which not every computer shows. Save it as JPEG or PDF, then choose that file."
    ),
    "cut_off": _("The file is cut off: its end is missing. Copy or scan it again, then choose it."),
    "damaged": _("The file is damaged and cannot be shown. Save or scan it again, then choose it."),
    "too_many_pixels": _(
        "The image has more than {megapixels} million pixels. Scan it with 300 dots per inch."
    ),
    "protected": _(
        "The PDF is protected by a password or against changes. Save it without that (print it to a PDF), then choose that file."
    ),
    "active": _(
        "The PDF holds programs ({found}), which could harm who opens it. Print it to a PDF, then choose that file."
    ),
}


@dataclass(frozen=True, kw_only=True)
class CheckedFile:
    """A file that is what it says it is. *sha256* is of *content*, in hexadecimal."""

    name: str
    content: bytes
    media_type: str
    sha256: str


def media_type(content: bytes) -> str:
    """What the file is, by its content. Raises ValidationError, with what to do, for all but PDF, PNG and JPEG."""
    if not content:
        raise _invalid("empty")
    if b"%PDF-" in content[:1024]:
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"):
        raise _invalid("heic")
    raise _invalid("unknown")


def checked_file(
    upload: UploadedFile[bytes], *, kinds: Collection[str] = PAPERS, largest: int = LARGEST
) -> CheckedFile:
    """The file if it is one of *kinds*, whole and harmless. Raises ValidationError, with what to do, if not."""
    if (upload.size or 0) > largest:
        raise _invalid("too_large", megabytes=largest // 2**20)
    upload.seek(0)
    return check(upload.read(), name=upload.name or "", kinds=kinds)


def check(content: bytes, *, name: str, kinds: Collection[str] = PAPERS) -> CheckedFile:
    """The same for bytes. Where only images are asked for, they are to be printed: one is printed once, to see."""
    kind = media_type(content)
    is_to_print = PDF not in kinds
    if kind not in kinds:
        raise _invalid("not_an_image" if is_to_print else "unknown")
    pixels = CHECKS[kind](content)
    if is_to_print and pixels > MOST_PRINTED:
        raise _invalid("too_many_pixels", megapixels=MOST_PRINTED // 10**6)
    if is_to_print and not prints(content):
        raise _invalid("damaged")
    return CheckedFile(
        name=_plain_name(name, kind), content=content, media_type=kind, sha256=sha256(content).hexdigest()
    )


def file_response(name: str, content: bytes | memoryview, media_type: str) -> HttpResponse:
    """The file as it is, for one person: to be saved, never run, nor kept on the way."""
    response = HttpResponse(bytes(content), content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def _invalid(code: str, **named: object) -> ValidationError:
    return ValidationError(str(SENTENCES[code]).format(**named), code=code)


def _plain_name(name: str, kind: str) -> str:
    """The name alone, without folders and invisible signs, and with the ending that the content has."""
    plain = PurePath(name.replace("\\", "/")).name
    plain = unicodedata.normalize("NFC", DIRECTION_MARKS.sub("", plain))
    plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Cc").strip(" .") or "file"
    endings = ENDINGS[kind]
    ending = PurePath(plain).suffix
    if ending.lower() in endings:
        return plain[: -len(ending)][: LONGEST_NAME - len(ending)] + ending.lower()
    return plain[: LONGEST_NAME - len(endings[0])] + endings[0]


# PDF

STREAM = re.compile(rb"stream\r?\n")
HIDDEN = re.compile(rb"#([0-9A-Fa-f]{2})")
PROTECTED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
ACTIVE = re.compile(rb"/(JavaScript|JS|XFA|Launch|RichMedia|ImportData|SubmitForm)(?![A-Za-z0-9])")
ANYWHERE = re.compile(
    rb"/(JavaScript|Launch|RichMedia|ImportData|SubmitForm)(?![A-Za-z0-9])"
)  # never by chance
MOST_UNPACKED = 64 * 2**20


def _check_pdf(content: bytes) -> int:
    """Whole, open to everybody, and without programs. Attachments may be in it: EASTEP's own documents have them."""
    if b"%%EOF" not in content.rstrip(b"\0\r\n\t ")[-1024:]:
        raise _invalid("cut_off")
    for part in _structure(content):
        if PROTECTED.search(part):
            raise _invalid("protected")
        if found := ACTIVE.search(part):
            raise _invalid("active", found=found[1].decode())
    if found := ANYWHERE.search(_shown(content)):  # what looks like a stream may stand in a comment
        raise _invalid("active", found=found[1].decode())
    return 0


def _structure(content: bytes) -> Iterator[bytes]:
    """The parts of a PDF that say what it does: all but the streams, and what is packed in streams of objects.

    Cut at the ends of streams, so that the time is in proportion to the length, whatever the file holds.
    """
    left = MOST_UNPACKED
    for piece in content.split(b"endstream"):
        begins = STREAM.search(piece)
        before = _shown(piece[: begins.start()] if begins else piece)
        yield before
        if begins and b"/ObjStm" in before:
            try:
                objects = zlib.decompressobj().decompress(piece[begins.end() :], left)
            except zlib.error:
                raise _invalid("damaged") from None
            left -= len(objects)
            if left <= 0:
                raise _invalid("damaged")
            yield _shown(objects)


def _shown(part: bytes) -> bytes:
    """With the signs of names that are written as numbers (/J#53 is /JS)."""
    return HIDDEN.sub(lambda code: bytes([int(code[1], 16)]), part)


# Images

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of the kinds of colour that PNG has


def _pixels(width: int, height: int) -> int:
    if not width or not height:
        raise _invalid("damaged")
    if width * height > MOST_PIXELS:
        raise _invalid("too_many_pixels", megapixels=MOST_PIXELS // 10**6)
    return width * height


def _check_png(content: bytes) -> int:
    """Each chunk has its checksum, and the packed rows are as many as the head says. Returns the number of pixels."""
    chunks = list(_png_chunks(content))
    kind, head = chunks[0]
    if kind != b"IHDR" or len(head) != 13:
        raise _invalid("damaged")
    width, height, depth, colour = struct.unpack(">IIBB", head[:10])
    in_all = _pixels(width, height)
    if colour not in CHANNELS:
        raise _invalid("damaged")
    row = 1 + (width * depth * CHANNELS[colour] + 7) // 8
    most = row * height + 16 * (width + height)  # woven images have some more rows, each with its first byte
    unpacking = zlib.decompressobj()
    try:
        pixels = unpacking.decompress(b"".join(chunk for kind, chunk in chunks if kind == b"IDAT"), most + 1)
    except zlib.error:
        raise _invalid("damaged") from None
    if len(pixels) > most or len(pixels) < row * height or not unpacking.eof:
        raise _invalid("damaged")
    return in_all


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        kind, chunk = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        at += 12 + length
        if at > len(content):
            break
        if struct.unpack_from(">I", content, at - 4)[0] != zlib.crc32(kind + chunk):
            raise _invalid("damaged")
        yield kind, chunk
        if kind == b"IEND":
            return
    raise _invalid("cut_off")


def _check_jpeg(content: bytes) -> int:
    """Its segments lead to a size and to pixels, and it ends. Returns the number of pixels."""
    at, pixels = 2, 0
    while at + 4 <= len(content):
        marker, kind = content[at], content[at + 1]
        (length,) = struct.unpack_from(">H", content, at + 2)
        if marker != 0xFF or length < 2:
            raise _invalid("damaged")
        if kind == 0xFF:  # padding before a marker
            at += 1
            continue
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            if at + 9 > len(content):
                break
            height, width = struct.unpack_from(">HH", content, at + 5)
            pixels = _pixels(width, height)
        if kind == 0xDA:
            if not pixels:
                raise _invalid("damaged")
            if b"\xff\xd9" not in content[at:]:
                break
            return pixels
        at += 2 + length
    raise _invalid("cut_off")


CHECKS: Mapping[str, Callable[[bytes], int]] = {PDF: _check_pdf, PNG: _check_png, JPEG: _check_jpeg}
