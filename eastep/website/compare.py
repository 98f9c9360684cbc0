"""`eastep compare`: two sheets in, what each rule of placement would give out. No database."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import click
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from eastep.applications import prices
from eastep.applications.placing import country_of
from eastep.applications.simulating import Impossible
from eastep.applications.weighing import rules_to_weigh, weigh
from eastep.core.errors import Refused
from eastep.institutions.register import Register
from eastep.website.place import basis, name_of, read

FORMATS = (".csv", ".json")
NARROW = 9  # columns of the shell that a heading may take before it is broken


def compare_rules(
    places: Path,
    applicants: Path,
    *,
    tolerance: int,
    carried: Mapping[str, int],
    seed: str,
    out: Path | None,
    language: str,
) -> None:
    """Read, place by every rule worth comparing, print the table and what each rule means. Raises Refused."""
    register = Register.shipped()
    with translation.override(language):
        with click.progressbar(length=3, label=_("Comparing rules"), file=sys.stderr) as bar:
            contents = {"places": places.read_bytes(), "applicants": applicants.read_bytes()}
            taken = basis(read(places, applicants, contents, register))
            bar.update(1)
            countries = {country_of(key) for one in taken.places for key in (one.home, one.host)}
            try:
                rules = rules_to_weigh(countries=countries, tolerance=tolerance, carried=carried)
                result = weigh(taken, seed=seed, rules=rules)
            except Impossible as error:
                raise Refused(error.sentence, code=error.code) from error
            bar.update(1)
            if out:
                content = io.BytesIO()  # whole or not at all
                prices.write(result, out.suffix[1:], content, name_of=name_of(register, language))
                out.write_bytes(content.getvalue())
            bar.update(1)
        found = prices.priced(result, name_of(register, language))
        for line in _told(found):
            click.echo(line)
        click.echo(_("Seed of the lottery: {seed}").format(seed=seed))
        if out:
            click.echo(_("Written: {file}").format(file=out))


def _told(found: prices.Prices) -> Iterator[str]:
    headings, rows = prices.headings(found)[:-1], [row[:-1] for row in prices.cells(found)]
    yield from aligned(headings, [[_shown(value) for value in row] for row in rows])
    yield ""
    for why in dict.fromkeys(row.problem for row in found.rows if row.problem):
        names = ", ".join(row.name for row in found.rows if row.problem == why)
        yield f"{names}: {why}"
    for kind in found.guarantees:
        yield from ("", f"{kind.name}: {kind.long_name}")
        yield from (f"  - {sentence}" for sentence in kind.sentences)
    yield ""


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    return number_format(value, force_grouping=True) if isinstance(value, int | Decimal) else str(value)


def aligned(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table for the shell, where a Chinese character takes two columns: the first column left, all others right.

    >>> for line in aligned(["Rule", "Placed, in percent"], [["없음", "5"], ["Exchange", "12"]]):
    ...     print(line)
              Placed,
                   in
    Rule      percent
    -----------------
    없음            5
    Exchange       12
    """
    broken = [[headings[0]], *map(_broken, headings[1:])]
    depth = max(map(len, broken))
    head = list(zip(*([""] * (depth - len(lines)) + lines for lines in broken), strict=True))
    widths = [max(map(width, column)) for column in zip(*head, *rows, strict=True)]

    def padded(cells: Sequence[str]) -> str:
        space = [" " * (wide - width(cell)) for wide, cell in zip(widths, cells, strict=True)]
        others = [blank + cell for blank, cell in zip(space[1:], cells[1:], strict=True)]
        return "  ".join([cells[0] + space[0], *others]).rstrip()

    yield from map(padded, head)
    yield "-" * (sum(widths) + 2 * (len(widths) - 1))
    yield from map(padded, rows)


def width(text: str) -> int:
    """How many columns of a shell *text* takes.

    >>> width("교환 exchange")
    13
    """
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _broken(text: str) -> list[str]:
    """*text* in lines of at most `NARROW` columns where it can be: between words, in Japanese between any two signs."""
    lines = [""]
    for part in _parts(text):
        if lines[-1] and width(lines[-1] + part.rstrip()) > NARROW:
            lines.append("")
        lines[-1] += part
    return [line.strip() for line in lines]


def _parts(text: str) -> Iterable[str]:
    words = text.split(" ")
    spaced = [f"{word} " for word in words[:-1]] + words[-1:]
    for word in spaced:
        yield from word if width(word) > 2 * NARROW or (not word.isascii() and " " not in text) else [word]
