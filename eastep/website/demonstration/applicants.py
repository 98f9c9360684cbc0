"""The applicants of the demo. Pure, from a random source that is given; every person is invented."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

from eastep.applications.eligibility import Applicant, Choice, Length, Place, judge
from eastep.institutions.seasons import Season, start_of
from eastep.standards.facts import Standards
from eastep.standards.gpa import Gpa
from eastep.standards.languages import LanguageResult
from eastep.website.demonstration.names import make_name
from eastep.website.demonstration.places import AUTUMN, FIRST_ROW, SPRING, University, as_typed

# How many go which way. Students present on one day: 14,579 Koreans in Japan (1 May 2024, JASSO, with
# language schools) and 5,733 Japanese in Korea (1 April 2022, Ministry of Education): 2.5 to 1. Travellers in
# 2023: 6.96 against 2.32 million (JNTO, KTO), 3.0 to 1. Hence the column "applicants" of universities.csv:
# 645 at the Korean and 255 at the Japanese universities. These counts include degree students; for exchange
# alone there is one series, 8,384 Japanese whom their institutions sent to Korea in fiscal 2023 (JASSO, short
# stays included), and no Korean counterpart was found. So the direction is a likely one, not a known one.

FIELDS = {  # ISCED-F codes and how often they are studied
    "0231": 14, "0311": 10, "0312": 9, "0413": 11, "0321": 7, "0421": 6, "0222": 5, "0223": 3, "0313": 5,
    "0314": 5, "0410": 3, "0414": 4, "0613": 6, "0714": 4, "0711": 2, "0732": 3, "0511": 2, "0213": 3,
}  # fmt: skip
NUMBER_OF_CHOICES = {1: 5, 2: 8, 3: 26, 4: 24, 5: 22, 6: 6, 7: 3, 8: 4, 14: 1, 20: 1}
EWHA = "KR:0000163"
TAUGHT = {"JP": "ja", "KR": "ko"}
NATIVES = {"japanese": "ja", "korean": "ko"}

JLPT_DAYS = ((2023, 12, 3), (2024, 7, 7), (2024, 12, 1), (2025, 7, 6), (2025, 12, 7), (2026, 7, 5))
TOPIK_DAYS = (
    (2024, 5, 30),
    (2024, 12, 12),
    (2025, 5, 29),
    (2025, 8, 21),
    (2025, 12, 11),
    (2026, 5, 28),
    (2026, 8, 20),
)


def make_applicants(
    random: Random, known: tuple[University, ...], places: tuple[Place, ...], standards: Standards
) -> tuple[Applicant, ...]:
    """The rows of the sheet of applicants, home by home."""
    market = _Market(known, places, standards)
    homes = [home for home in known for _ in range(home.applicants)]
    return tuple(_applicant(random, number, home, market) for number, home in enumerate(homes, 1))


class _Market:
    """What an applicant can look up: who offers what."""

    def __init__(
        self, known: tuple[University, ...], places: tuple[Place, ...], standards: Standards
    ) -> None:
        self.standards = standards
        self.partners: dict[str, list[University]] = {}
        self.strangers: dict[str, list[University]] = {}
        self.offered: dict[tuple[str, Choice], list[Place]] = defaultdict(list)
        self.stays: dict[tuple[str, str], list[Choice]] = defaultdict(list)
        for place in places:
            choice = Choice(host=place.host, start=place.start, length=place.length)
            self.offered[place.home, choice].append(place)
            if choice not in self.stays[place.home, place.host]:
                self.stays[place.home, place.host].append(choice)
        for home in known:
            abroad = [host for host in known if host.country != home.country]
            self.partners[home.key] = [host for host in abroad if (home.key, host.key) in self.stays]
            self.strangers[home.key] = [host for host in abroad if (home.key, host.key) not in self.stays]


def _applicant(random: Random, number: int, home: University, market: _Market) -> Applicant:
    """Somebody from *home*. Most of those whom hardly any place is open to do not apply at all."""
    while True:
        person = _person(random, number, home, market.standards)
        wished, are_open = _wishes(random, person, market)
        if are_open > 1 or random.random() < 0.2:
            return replace(person, choices=tuple(_choices(random, wished, person, market)))


def _person(random: Random, number: int, home: University, standards: Standards) -> Applicant:
    kind, name = make_name(random, home.country, for_women=home.key == EWHA)
    diligence, gift = _bell(random), random.random()
    wanted = TAUGHT["KR" if home.country == "JP" else "JP"]
    return Applicant(
        row=number + FIRST_ROW - 1,
        id=f"A{number:04}",
        name=name,
        home=home.key,
        field=_drawn(random, FIELDS),
        level=_drawn(random, {6: 89, 7: 9, 8: 2}),
        gpa=_gpa(random, home.scale, diligence, standards),
        languages=tuple(_languages(random, wanted, NATIVES.get(kind, ""), gift)),
        score=_score(random, diligence, gift),
    )


def _bell(random: Random) -> float:
    """Between 0 and 1, most often about the middle. Only sums, so that every machine gets the same."""
    return (random.random() + random.random() + random.random()) / 3


def _drawn[T](random: Random, weights: dict[T, int]) -> T:
    return random.choices(list(weights), list(weights.values()))[0]


def _score(random: Random, diligence: float, gift: float) -> Decimal:
    """Of 100, in halves as committees give them: equal scores are common."""
    return Decimal(round(2 * (50 + 30 * diligence + 10 * gift + 10 * random.random()))) / 2


def _gpa(random: Random, scale: str, diligence: float, standards: Standards) -> Gpa | None:
    if random.random() < 0.02:
        return None  # a transcript that has not come yet
    if random.random() < 0.02:
        scale = "100" if scale != "100" else "4.0"  # from the university attended before
    best = float(next(known.maximum for known in standards.scales if known.code == scale))
    part = 0.66 + 0.34 * (0.75 * diligence + 0.25 * random.random())
    return Gpa(as_typed(Decimal(best * part), places=1 if best == 100 else 2), scale)


# Languages


def _languages(random: Random, wanted: str, native: str, gift: float) -> Iterator[LanguageResult]:
    """What the person can show: some results are too old by the time the stay begins, some have no date."""
    if wanted == native:
        yield LanguageResult("Native Japanese" if wanted == "ja" else "Native Korean")
    elif random.random() < 0.93:
        yield _japanese(random, gift) if wanted == "ja" else _korean(random, gift)
    if wanted == "ja" and random.random() < 0.25:
        yield LanguageResult("JPT", Decimal(5 * round(70 + 110 * gift)), _some_day(random))
    if random.random() < 0.12:
        yield LanguageResult("Teacher's certificate")
    if random.random() < 0.4:
        english = random.random()
        yield random.choice(
            (
                LanguageResult("TOEFL iBT", Decimal(round(62 + 48 * english)), _some_day(random)),
                LanguageResult("TOEIC", Decimal(5 * round(120 + 75 * english)), _some_day(random)),
                LanguageResult("IELTS", Decimal(round(10 + 6 * english)) / 2, _some_day(random)),
            )
        )


def _japanese(random: Random, gift: float) -> LanguageResult:
    level = next(
        level for least, level in ((0.72, "N1"), (0.2, "N2"), (0.06, "N3"), (0, "N4")) if gift >= least
    )
    return LanguageResult("JLPT", level, _or_undated(random, date(*random.choice(JLPT_DAYS))))


def _korean(random: Random, gift: float) -> LanguageResult:
    if random.random() < 0.15:
        level = next(level for least, level in ((0.6, "2"), (0.2, "準2"), (0, "3")) if gift >= least)
        return LanguageResult("HANGUL", level, _or_undated(random, date(2026, 6, 7)))
    level = next(
        level
        for least, level in ((0.85, "6"), (0.6, "5"), (0.18, "4"), (0.05, "3"), (0, "2"))
        if gift >= least
    )
    return LanguageResult("TOPIK", level, _or_undated(random, date(*random.choice(TOPIK_DAYS))))


def _some_day(random: Random) -> date | None:
    month = random.randrange(34)  # from January 2024 to October 2026
    return _or_undated(random, date(2024 + month // 12, month % 12 + 1, random.randrange(1, 29)))


def _or_undated(random: Random, day: date) -> date | None:
    return day if random.random() < 0.9 else None


# Choices


def _wishes(random: Random, person: Applicant, market: _Market) -> tuple[list[Choice], int]:
    """Hosts by appeal and taste, and how many of these are open to the person.

    Most people look up what a host asks for; some hope, and a few name a stay that is not offered.
    """
    start: Season = random.choice((SPRING, SPRING, AUTUMN))
    length: Length = random.choice(("term", "term", "year"))
    wished, are_open = [], 0
    for host in _by_taste(random, market.partners[person.home]):
        stays = sorted(
            market.stays[person.home, host.key],
            key=lambda stay: (stay.start != start, stay.length != length),
        )
        for stay in stays[: _drawn(random, {1: 70, 2: 20, 4: 10})]:
            judged = judge(person, stay, market.offered, standards=market.standards, start_of=start_of)
            rows = judged.rows
            are_open += bool(rows)
            if rows or random.random() < 0.08:
                wished.append(stay)
    if random.random() < 0.03 and (strangers := market.strangers[person.home]):
        stay = Choice(host=random.choice(strangers).key, start=start, length=length)
        wished.insert(random.randrange(len(wished) + 1), stay)
    return wished, are_open


def _choices(random: Random, wished: list[Choice], person: Applicant, market: _Market) -> Iterator[Choice]:
    """The front of *wished*. Whoever would go anywhere goes on with every stay that the home offers."""
    most = _drawn(random, NUMBER_OF_CHOICES)
    everything = [
        stay for host in market.partners[person.home] for stay in market.stays[person.home, host.key]
    ]
    if most > 8 or not wished:
        wished = list(dict.fromkeys([*wished, *everything]))
    yield from wished[:most]


def _by_taste(random: Random, hosts: list[University]) -> Iterator[University]:
    left = list(hosts)
    while left:
        [host] = random.choices(left, [host.appeal * host.appeal for host in left])
        left.remove(host)
        yield host
