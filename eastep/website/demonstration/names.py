"""Names of people who do not exist: parts put together by chance."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

NATIONS = {  # which names are met at the universities of a country, and how many of a hundred
    "JP": {
        **{"japanese": 86, "chinese": 3, "pinyin": 2, "korean": 3},
        **{"katakana": 2, "vietnamese": 2, "indonesian": 1, "mononym": 1},
    },
    "KR": {
        **{"korean": 87, "pinyin": 5, "chinese": 1, "vietnamese": 3},
        **{"mongolian": 2, "indonesian": 1, "japanese": 1},
    },
}


@dataclass(frozen=True, kw_only=True)
class Parts:
    """One kind of names."""

    join: str
    families: list[str]
    weights: list[float]
    women: list[str]
    men: list[str]


@cache
def _kinds() -> dict[str, Parts]:
    kinds = {}
    text = Path(__file__).with_name("names.toml").read_text(encoding="utf-8")
    for kind, found in tomllib.loads(text).items():
        families, women, men = (_split(found[which]) for which in ("family", "women", "men"))
        kinds[kind] = Parts(
            join=found["join"],
            families=families,
            weights=[1 / (place + found["flat"]) for place in range(1, len(families) + 1)],
            women=women,
            men=men,
        )
    return kinds


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def make_name(random: Random, country: str, *, for_women: bool = False) -> tuple[str, str]:
    """A kind of names, and a name as its bearer writes it. A university for women has no men's names."""
    shares = NATIONS[country]
    [kind] = random.choices(list(shares), list(shares.values()))
    parts = _kinds()[kind]
    [family] = random.choices(parts.families, parts.weights)
    given = random.choice(parts.women if for_women else parts.women + parts.men)
    return kind, parts.join.format(family=family, given=given)
