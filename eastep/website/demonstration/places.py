"""The places of the demo: invented agreements between real universities. Pure: the random source is given.

Nothing in here is a fact about a university: appeal, grade scale, requirements and numbers are made up to
look like what offices publish (JLPT N2 or JPT 540 to 550, GPA 2.8 to 3.5).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from random import Random

from eastep.applications.eligibility import Length, Place
from eastep.institutions.seasons import Season
from eastep.standards.facts import Standards
from eastep.standards.gpa import Gpa
from eastep.standards.languages import parse_requirement

SPRING, AUTUMN = Season(2027, 1), Season(2027, 2)
FIRST_ROW = 2  # of a sheet, under the headings
HANYANG, TOKYO = "KR:0000203", "JP:F113110102700"

ASKS = {
    "ja strict": "JLPT N1 / JPT 700",
    "ja": "JLPT N2 / JPT 550",
    "ja or en": "JLPT N2 / TOEFL iBT 80 / IELTS 6 / Native Japanese",
    "ja or teacher": "JLPT N2 / JPT 540 / EJU 220 / Teacher's certificate",
    "ja easy": "JLPT N3 / JPT 430 / CEFR Japanese B1 / Teacher's certificate",
    "ko strict": "TOPIK 5 / TOEFL iBT 88 / Native Korean",
    "ko": "TOPIK 4 / HANGUL 準2 / Native Korean",
    "ko or en": "TOPIK 4 / TOEFL iBT 79 / IELTS 6 / Native Korean",
    "ko or teacher": "TOPIK 4 / CEFR Korean B2 / Teacher's certificate",
    "ko easy": "TOPIK 3 / HANGUL 3 / Teacher's certificate",
    "en": "TOEFL iBT 79 / TOEIC 750 / IELTS 6",
}

type Stays = tuple[tuple[Season, Length], ...]

TERMS: Stays = ((SPRING, "term"), (AUTUMN, "term"))
ALL: Stays = (*TERMS, (SPRING, "year"), (AUTUMN, "year"))
OFFERED: tuple[Stays, ...] = (  # by an agreement; most offer all four
    *[ALL] * 6,
    *[TERMS] * 2,
    ((AUTUMN, "term"), (AUTUMN, "year")),
    ((SPRING, "year"),),
)
LEVELS: tuple[tuple[int, ...], ...] = (*[(6,)] * 4, *[(6, 7)] * 3, *[()] * 3)
OF_A_FACULTY = ("041", "0231", "07", "0311", "0312", "061", "0222")


@dataclass(frozen=True, kw_only=True)
class University:
    """A university as the demo plays it."""

    key: str
    appeal: int  # how often students of the other country name it
    applicants: int
    scale: str  # of its grade averages
    asks: str  # of ASKS
    strictness: int  # of its minimum GPA, in percent of the best grade

    @property
    def country(self) -> str:
        return self.key[:2]


def universities() -> tuple[University, ...]:
    """The twelve of each country, as universities.csv lists them."""
    with Path(__file__).with_name("universities.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            University(
                key=row["key"],
                appeal=int(row["appeal"]),
                applicants=int(row["applicants"]),
                scale=row["scale"],
                asks=row["asks"],
                strictness=int(row["strictness"]),
            )
            for row in csv.DictReader(file)
        )


def make_places(random: Random, known: tuple[University, ...], standards: Standards) -> tuple[Place, ...]:
    """The rows of the sheet of places, ordered by home and host.

    An agreement is reciprocal: both sides open the same stays, the same number of them.
    """
    rows: list[Place] = []
    for one in known:
        for other in known:
            if one.country < other.country and random.random() < 0.27 + 0.03 * (one.appeal + other.appeal):
                rows += _agreement(random, one, other, standards)
    number = {university.key: position for position, university in enumerate(known)}
    rows.sort(key=lambda place: (number[place.home], number[place.host]))
    return tuple(replace(place, row=row) for row, place in enumerate(rows, FIRST_ROW))


def _agreement(random: Random, one: University, other: University, standards: Standards) -> Iterator[Place]:
    stays, levels = random.choice(OFFERED), random.choice(LEVELS)
    places = random.choice((1, 2, 2, 3, 3, 4))
    faculty = random.choice(OF_A_FACULTY) if random.random() < 0.2 else ""
    for home, host in ((one, other), (other, one)):
        is_host_scale = random.random() < 0.06 or (home.key, host.key) == (HANYANG, TOKYO)
        common = Place(
            row=0,
            home=home.key,
            host=host.key,
            levels=levels,
            start=SPRING,
            length="term",
            places=places,
            minimum_gpa=_minimum(host.scale if is_host_scale else home.scale, host.strictness, standards),
            language=parse_requirement(ASKS[host.asks], standards),
        )
        for start, length in stays:
            year_stays = (places + 1) // 2
            yield replace(
                common, start=start, length=length, places=places if length == "term" else year_stays
            )
        if faculty:  # a second agreement, of two faculties
            for start in (SPRING, AUTUMN):
                yield replace(common, fields=(faculty,), start=start, places=2, minimum_gpa=None)


def _minimum(scale: str, percent: int, standards: Standards) -> Gpa:
    best = next(known.maximum for known in standards.scales if known.code == scale)
    return Gpa(as_typed(best * percent / 100, places=0 if best == 100 else 1), scale)


def as_typed(number: Decimal, *, places: int) -> Decimal:
    """*number* with at most so many places, and without the zeros at the end that nobody types.

    >>> as_typed(Decimal("3.02"), places=1), as_typed(Decimal("79.6"), places=0)
    (Decimal('3'), Decimal('80'))
    """
    return round(number, places).normalize() + 0
