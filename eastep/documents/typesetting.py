"""Documents as PDF/A-3: one template, plain values, and the same bytes for the same input.

A template is a file ``eastep/<app>/typst/<name>.typ``. It finds what it was given with ``json("/data.json")``
and shares ``/documents/letter.typ``. What people wrote is data, never Typst: ``#panic()`` prints as it stands.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from eastep.ui.templatetags.ui import name_language

FRAME = "documents/frame.typ"
SHARED = (FRAME, "documents/letter.typ")
UNPRINTABLE = re.compile(r"the text `\"(?P<text>.+)\"` could not be displayed")
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
PRIVATE = re.compile(
    "[\ue000-\uf8ff\U000f0000-\U0010fffd]"
)  # signs that look different on each machine (外字)
MISSING = "〓"  # what printers set where they have no type
MOST_MISSING = 500  # different signs; a text of more is in a script that our fonts lack


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file within the PDF, byte for byte. *description* says in the reader's language what it is.

    The *name* is in plain ASCII: old readers of PDF show no other signs.
    """

    name: str
    content: bytes
    media_type: str
    description: str
    relationship: str = "source"  # of ISO 32000-2: source, data, alternative, supplement


@dataclass(frozen=True, kw_only=True)
class _Given:
    """What a template sees beside its data."""

    title: str
    language: str
    made_at: datetime
    attachments: Sequence[Attachment] = field(default_factory=tuple)

    def as_json(self) -> bytes:
        made_at = self.made_at.astimezone(UTC)
        with translation.override(self.language):
            words = {"page": _("Page {page} of {pages}")}
        value = {
            "title": self.title,
            "language": self.language,
            "made_at": [
                getattr(made_at, unit) for unit in ("year", "month", "day", "hour", "minute", "second")
            ],
            "words": words,
            "attachments": [
                {
                    "name": attachment.name,
                    "media_type": attachment.media_type,
                    "description": attachment.description,
                    "relationship": attachment.relationship,
                }
                for attachment in self.attachments
            ],
        }
        return _json(value)


def typeset(
    template: str,
    data: Mapping[str, Any],
    *,
    language: str,
    title: str,
    made_at: datetime,
    attachments: Sequence[Attachment] = (),
    images: Mapping[str, bytes] | None = None,
) -> bytes:
    """The PDF/A-3b that *template* (``agreements/agreement.typ``) makes of *data*, JSON values all.

    *made_at* is the date of the document, said by the caller: no clock is asked, so that the same input gives
    the same bytes. A template shows *images* with ``picture("/images/<name>")``. Signs that no font of ours has are printed
    as 〓 (a PDF/A may not refer to what is not there); the attachments keep what was written.
    """
    given = _Given(title=title, language=language, made_at=made_at, attachments=attachments)
    sources = {
        "main": _source(FRAME),
        **{f"/{name}": _source(name) for name in (*SHARED, template)},
        "/template.typ": f'#include "/{template}"\n'.encode(),
        "/given.json": given.as_json(),
        "/data.json": _json(data),
        **{f"/attachments/{n}": _numbers(attachment.content) for n, attachment in enumerate(attachments)},
        **{f"/images/{name}": _numbers(image) for name, image in (images or {}).items()},
    }
    missing: set[str] = set()
    while len(missing) < MOST_MISSING:
        try:
            return _compile(sources, made_at)
        except typst.TypstError as error:
            signs = _unprintable(error) - missing
            if not signs:
                raise
            missing |= signs
            for name in ("/given.json", "/data.json"):
                sources[name] = _without(sources[name], signs)
    raise ValueError("The text is in a script that the fonts lack.")


def prints(image: bytes) -> bool:
    """Whether the image can stand in a document: it is printed once, and thrown away."""
    try:
        _compile(
            {"main": _source("documents/image.typ"), "/image": _numbers(image)},
            datetime(2000, 1, 1, tzinfo=UTC),
        )
    except typst.TypstError:
        return False
    return True


def written(text: str, reading: str = "") -> dict[str, str]:
    """A name for a template, with the language whose letters it is drawn in: 朴 is not the same in Japan and Korea.

    >>> written("朴智旻", "박지민")
    {'text': '朴智旻', 'lang': 'ko'}
    """
    return {"text": text, "lang": name_language(text, reading)}


def _compile(sources: Mapping[str, bytes], made_at: datetime) -> bytes:
    """One document. What the compiler has learnt of fonts and templates stays in the process, for all threads."""
    compiler = typst.Compiler(dict(sources), font_paths=_fonts(), ignore_system_fonts=True)  # type: ignore[type-var]
    made: Any = compiler.compile(format="pdf", pdf_standards=["a-3b"], timestamp=int(made_at.timestamp()))
    return bytes(made)


@cache
def _fonts() -> typst.Fonts:
    """Those of the wheel, for three scripts, and Typst's own for rare Latin letters; none of the machine's."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(files("manimgx_fonts_cjk"))])


@cache
def _source(name: str) -> bytes:
    """A template: ``agreements/agreement.typ`` lies in ``eastep/agreements/typst``."""
    app, file = name.split("/")
    return (files("eastep") / app / "typst" / file).read_bytes()


def _json(value: Mapping[str, Any]) -> bytes:
    return PRIVATE.sub(MISSING, json.dumps(value, ensure_ascii=False)).encode()


def _numbers(content: bytes) -> bytes:
    """Bytes as a list of numbers: the compiler takes text alone from us."""
    return json.dumps(list(content)).encode()


def _unprintable(error: typst.TypstError) -> set[str]:
    """The signs that the compiler complains of, if that is its complaint."""
    found = UNPRINTABLE.search(error.message)
    return set(ESCAPED.sub(lambda code: chr(int(code[1], 16)), found["text"])) if found else set()


def _without(source: bytes, signs: set[str]) -> bytes:
    """The JSON with 〓 in place of *signs* and of the marks set upon them, in values and not in their escapes."""

    def replaced(value: Any) -> Any:
        match value:
            case str():
                return "".join(_signs_left(value, signs))
            case list():
                return [replaced(one) for one in value]
            case dict():
                return {key: replaced(one) for key, one in value.items()}
        return value

    return _json(replaced(json.loads(source)))


def _signs_left(text: str, signs: set[str]) -> Iterator[str]:
    """What is set upon a missing sign, or joins it to the next, goes with it (Unicode's M and C, but for the ends of lines)."""
    is_missing = False
    for sign in text:
        is_joined = unicodedata.category(sign)[0] in "MC" and sign not in "\n\t"
        if is_joined and (is_missing or MISSING in signs):
            continue
        is_missing = sign in signs
        yield MISSING if is_missing else sign
