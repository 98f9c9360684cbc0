"""The catalogs of sentences in Japanese and Korean: collected from the source, checked, compiled.

Like Django's makemessages and compilemessages, but without GNU gettext, which a fresh machine lacks.
Called by `bin/messages` and `bin/check`, and by `bin/setup` to compile.
"""

import fcntl
import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("ja", "ko")
CALLS = {  # which arguments are text ("c": the context)
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SHOWN = 30  # problems at a time
PLACE = re.compile(r"%\(\w+\)\w|\{\w*\}")  # %(name)s in templates, {name} in code


def file(language: str) -> Path:
    """The catalog of *language*."""
    return ROOT / "eastep" / "locale" / language / "LC_MESSAGES" / "django.po"


def collect(folder: Path) -> Catalog:
    """Every sentence in the code and the templates below *folder*."""
    catalog = Catalog(domain="django")
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if "tests" in parts or "migrations" in parts:
            continue
        place = path.relative_to(folder.parent).as_posix()
        if path.suffix == ".py":
            source = path.read_bytes()
        elif "templates" in parts and path.suffix in {".html", ".txt"}:
            source = as_code(path.read_text(encoding="utf-8"), place)
        else:
            continue
        for line, text, comments, context in extract("python", io.BytesIO(source), CALLS, ["Translators:"]):
            catalog.add(text, locations=[(place, line)], auto_comments=comments, context=context)
    return catalog


def as_code(template: str, origin: str) -> bytes:
    """The template as Django shows it to gettext, calls among filler; without the indentation of HTML."""
    lines = templatize(template, origin=origin).split("\n")
    return "\n".join(line.strip() for line in lines).encode()


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else brings the catalogs up to date meanwhile: of two at once, the second waits."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "messages.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def update() -> None:
    """Bring the catalogs up to date; a sentence that was changed keeps its translation, marked fuzzy."""
    template = collect(ROOT / "eastep")
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(template, update_creation_date=False)
        file(language).parent.mkdir(parents=True, exist_ok=True)
        half_made = file(language).with_suffix(".half")
        with half_made.open("wb") as out:
            write_po(out, catalog, width=110, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
        half_made.replace(file(language))
        missing = sum(1 for message in catalog if message.id and lack(message))
        print(f"{file(language).relative_to(ROOT)}: {len(catalog)} sentences, {missing} to translate")


def problems(template: Catalog, language: str, catalog: Catalog) -> Iterator[str]:
    """What keeps *catalog* from being complete, one sentence each."""
    wanted = {(message.context, message.id): message for message in template if message.id}
    held = {(message.context, message.id): message for message in catalog if message.id}
    for key, message in wanted.items():
        where = ", ".join(sorted({place for place, _line in message.locations}))
        if lacks := lack(held[key]) if key in held else "is not in the catalog; run bin/messages":
            yield f"{language}: {message.id!r} ({where}) {lacks}"
    for _context, text in held.keys() - wanted.keys():
        yield f"{language}: {text!r} is in the catalog, but in no source; run bin/messages"


def lack(message: Message) -> str:
    """What is wrong with the translation of *message*, or nothing."""
    source = message.id if isinstance(message.id, str) else message.id[-1]
    translations = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    if not all(translations):
        return "is not translated"
    if message.fuzzy:
        return "was changed; look at the translation again, then remove the word fuzzy"
    if any(set(PLACE.findall(source)) != set(PLACE.findall(text)) for text in translations):
        return f"has other placeholders than the translation {translations[-1]!r}"
    return ""


def read(language: str) -> Catalog:
    """The catalog of *language*, empty where there is none yet."""
    if not file(language).exists():
        return Catalog(locale=language, domain="django", project="EASTEP", fuzzy=False)
    with file(language).open("rb") as source:
        return read_po(source, locale=language, domain="django")


def compile_all() -> None:
    """Write the binary catalogs that Django reads; what is not translated stays English."""
    for language in LANGUAGES:
        if file(language).exists():
            half_made = file(language).with_suffix(".new")
            with half_made.open("wb") as out:
                write_mo(out, read(language))
            half_made.replace(file(language).with_suffix(".mo"))


def main(verb: str = "update") -> int:
    """Do as `bin/messages` says."""
    match verb:
        case "compile":
            compile_all()
        case "check":
            template = collect(ROOT / "eastep")
            found = [line for language in LANGUAGES for line in problems(template, language, read(language))]
            print("\n".join([*found[:SHOWN], f"{len(found)} problems in {len(template)} sentences"]))
            return 1 if found else 0
        case "update":
            with alone():
                update()
                compile_all()
        case _:
            print("bin/messages [update|check|compile]", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
