"""The register of universities: found by any of their names, resolved only when certain."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from eastep.institutions.folding import fold, grams, plain

_SHORT_ENDINGS = (  # how newspapers and students shorten a name, longest ending first
    ("외국어대학교", ("외국어대", "외대")),
    ("외국어대학", ("외국어대", "외대")),
    ("여자대학교", ("여자대", "여대")),
    ("여자대학", ("여자대", "여대")),
    ("교육대학교", ("교육대", "교대")),
    ("과학기술대학교", ("과학기술대", "과기대")),
    ("대학교", ("대",)),
    ("대학", ("대",)),
    ("外国語大学", ("外国語大", "外大")),
    ("女子大学", ("女子大", "女大")),
    ("大学校", ("大",)),
    ("大学", ("大",)),
)
_CAMPUS = re.compile("캠퍼스|분교|キャンパス|campus", re.IGNORECASE)
_LIKE = 0.5  # share of common pairs of characters from which a name counts as similar


@dataclass(frozen=True, kw_only=True)
class University:
    """One row of a national list. *key* is country and national code: ``JP:F113…``, ``KR:0000149``."""

    key: str
    name_ja: str = ""
    name_ko: str = ""
    name_en: str = ""
    reading: str = ""
    aliases: tuple[str, ...] = ()
    city: str = ""
    domain: str = ""
    reviewed: bool = False

    @property
    def country(self) -> str:
        return self.key.partition(":")[0]

    @property
    def code(self) -> str:
        return self.key.partition(":")[2]

    @property
    def is_campus(self) -> bool:
        """A second or branch campus with a row of its own; the plain name of a university never means one."""
        return bool(_CAMPUS.search(f"{self.name_ko} {self.name_en}"))

    def name(self, language: str) -> str:
        """The name in *language* (``ja``, ``ko``, ``en``), else in English, else what there is."""
        own = {"ja": self.name_ja, "ko": self.name_ko}.get(language[:2], "")
        return own or self.name_en or self.name_ja or self.name_ko

    def forms(self) -> Iterator[str]:
        """Every way to write it: the names, the reading, aliases, and the usual short forms of the names."""
        yield from filter(None, (self.name_ja, self.name_ko, self.name_en, self.reading, *self.aliases))
        for name in filter(None, (self.name_ja, self.name_ko)):
            for ending, shorts in _SHORT_ENDINGS:
                if name.endswith(ending):
                    yield from (name.removesuffix(ending) + short for short in shorts)
                    break

    def grams(self) -> list[str]:
        """What a search index holds of it, sorted."""
        return sorted({gram for form in self.forms() for gram in grams(fold(form))})


@dataclass(frozen=True)
class Resolution:
    """Which university a cell of a sheet means: one, none (``unknown``) or several (``ambiguous``)."""

    candidates: tuple[University, ...]

    @property
    def university(self) -> University | None:
        """The one that is meant, or None: nobody guesses."""
        return self.candidates[0] if len(self.candidates) == 1 else None

    @property
    def code(self) -> str:
        """``""`` when it is one, else ``"unknown"`` or ``"ambiguous"``."""
        return "" if self.university else "ambiguous" if self.candidates else "unknown"


@dataclass(frozen=True)
class _Form:
    number: int  # of the university
    plain: str
    stem: str
    size: int  # number of grams


class Register:
    """An index over universities. It never changes: make another for other universities."""

    def __init__(self, universities: Iterable[University]) -> None:
        self.universities = tuple(universities)
        self.by_key = {university.key: university for university in self.universities}
        self._identifiers: dict[str, list[int]] = defaultdict(list)
        self._plain: dict[str, set[int]] = defaultdict(set)
        self._stems: dict[str, set[int]] = defaultdict(set)
        self._openings: dict[str, set[int]] = defaultdict(
            set
        )  # "Korea University" opens "Korea University of ..."
        self._forms: list[_Form] = []
        self._by_gram: dict[str, list[int]] = defaultdict(list)
        for number, university in enumerate(self.universities):
            self._add(number, university)
        self._longer: dict[str, set[int]] = defaultdict(set)  # "関西" begins "関西外国"
        for stem, numbers in self._stems.items():
            for end in range(1, len(stem)):
                if stem[:end] in self._stems:
                    self._longer[stem[:end]] |= numbers

    @staticmethod
    @cache
    def shipped() -> Register:
        """The register of the package's own files, read once."""
        return Register(shipped_universities())

    def search(self, text: str, limit: int = 10) -> list[University]:
        """What *text* may mean, best first: the same name, then names that begin so, then similar ones.

        >>> [found.name_en for found in Register.shipped().search("わせだ", limit=1)]
        ['Waseda University']
        """
        whole, stem = plain(text), fold(text)
        wanted = grams(stem)
        best = dict.fromkeys(self._identifiers.get(_identifier(text), ()), (0.0, 0))
        shared = Counter[int]()
        for gram in wanted:
            shared.update(self._by_gram.get(gram, ()))
        for position, common in shared.items():
            form = self._forms[position]
            likeness = 2 * common / (len(wanted) + form.size) if common > 1 else 0.0
            rank = _rank(whole, stem, form, likeness)
            if rank is not None and rank < best.get(form.number, (9.0, 0)):
                best[form.number] = rank
        order = sorted(best, key=lambda number: self._order(number, best[number]))
        return [self.universities[number] for number in order[:limit]]

    def resolve(self, text: str) -> Resolution:
        """The university that a sheet means by *text*: by key, code, domain or any name, never by likeness.

        A name cut off after "Univ." is ambiguous if other names go on from there, and so is a name without
        the word for university if others begin with it.

        >>> Register.shipped().resolve("早大").university.name_en
        'Waseda University'
        >>> Register.shipped().resolve("Korea Univ.").code
        'ambiguous'
        """
        whole, stem = plain(text), fold(text)
        if found := self._identifiers.get(_identifier(text)):
            return self._resolution(found)
        if not stem:
            return Resolution(())
        if re.search(r"\buniv\.?\s*$", text, re.IGNORECASE):
            return self._resolution(self._openings.get(whole, set()) or self._stems.get(stem, set()))
        if found_plain := self._plain.get(whole):
            return self._resolution(found_plain)
        meant = self._stems.get(stem, set())
        if meant and whole == stem:
            others = {n for n in self._longer.get(stem, ()) if not self.universities[n].is_campus}
            return self._resolution(meant | others)
        return self._resolution(meant)

    def _add(self, number: int, university: University) -> None:
        for identifier in (university.key, university.code, university.domain):
            if identifier:
                self._identifiers[_identifier(identifier)].append(number)
        for form in dict.fromkeys(university.forms()):
            whole, stem = plain(form), fold(form)
            self._plain[whole].add(number)
            self._stems[stem].add(number)
            if not university.is_campus and "university" in whole:
                self._openings[whole[: whole.rindex("university") + len("university")]].add(number)
            pairs = grams(stem)
            for gram in pairs:
                self._by_gram[gram].append(len(self._forms))
            self._forms.append(_Form(number, whole, stem, len(pairs)))

    def _order(self, number: int, rank: tuple[float, int]) -> tuple[object, ...]:
        university = self.universities[number]
        return (rank[0], university.is_campus, not university.reviewed, rank[1], university.key)

    def _resolution(self, numbers: Iterable[int]) -> Resolution:
        found = sorted(
            set(numbers),
            key=lambda number: self._order(number, (0.0, len(self.universities[number].name("en")))),
        )
        return Resolution(tuple(self.universities[number] for number in found))


def _rank(whole: str, stem: str, form: _Form, likeness: float) -> tuple[float, int] | None:
    """How well a form answers the text, smaller is better, and how long it is; None for not at all."""
    if form.plain == whole:
        return (0.0, len(form.stem))
    if form.stem == stem:
        return (1.0, len(form.stem))
    if form.plain.startswith(whole):
        return (2.0, len(form.stem))
    if form.stem.startswith(stem):
        return (3.0, len(form.stem))
    if len(stem) > 1 and stem in form.stem:
        return (4.0, len(form.stem))
    return (6.0 - likeness, len(form.stem)) if likeness >= _LIKE else None


def _identifier(text: str) -> str:
    return "".join(text.split()).casefold()


def shipped_universities() -> tuple[University, ...]:
    """The rows of ``universities.csv``, with what ``reviewed.csv`` mends. See ``shipped/README.md``."""
    mended = {_key(row): row for row in read_shipped("reviewed.csv")}
    return tuple(_university(row, mended.get(_key(row))) for row in read_shipped("universities.csv"))


def shipped_faculties() -> dict[str, tuple[str, ...]]:
    """The Japanese names of the faculties of reviewed universities, by the university's key."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in read_shipped("faculties.csv"):
        found[_key(row)].append(row["name_ja"])
    return {key: tuple(names) for key, names in found.items()}


def shipped_sources() -> dict[str, str]:
    """Where each shipped row comes from, by the university's key."""
    lists = {
        "JP": "List of universities of MEXT (Japan), fiscal 2022",
        "KR": "Korean school register, as of oyc0401/pubuk 4b1b4ed",
    }
    found = {_key(row): lists[row["country"]] for row in read_shipped("universities.csv")}
    return found | {_key(row): row["source"] for row in read_shipped("reviewed.csv")}


def read_shipped(name: str) -> list[dict[str, str]]:
    """The rows of one shipped file."""
    text = (files("eastep.institutions") / "shipped" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _key(row: dict[str, str]) -> str:
    return f"{row['country']}:{row['code']}"


def _university(row: dict[str, str], mended: dict[str, str] | None) -> University:
    key = _key(row)
    native = row["name_ja"] or row["name_ko"]
    if mended is None:
        return University(
            key=key,
            name_ja=row["name_ja"],
            name_ko=row["name_ko"],
            name_en=row["name_en"],
            aliases=_without_place(native),
            city=row["city"],
            domain=row["domain"],
        )
    given = ";".join(mended[column] for column in ("aliases_ja", "aliases_ko", "aliases_en")).split(";")
    kept = [native] if native not in (mended["name_ja"], mended["name_ko"]) else []
    return University(
        key=key,
        name_ja=mended["name_ja"],
        name_ko=mended["name_ko"],
        name_en=mended["name_en"],
        reading=mended["reading"],
        aliases=tuple(dict.fromkeys(alias for alias in (*given, *kept) if alias)),
        city=row["city"],
        domain=mended["domain"],
        reviewed=True,
    )


def _without_place(name: str) -> tuple[str, ...]:
    """``가야대학교(김해)`` is also called 가야대학교; a branch, ``[분교]``, is not called by its stem."""
    return (name.partition("(")[0],) if "(" in name and "[" not in name else ()
