"""Names of people who do not exist: parts put together by chance."""

import tomllib
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


@cache
def _parts() -> dict[str, tuple[str, list[str], list[float], list[str]]]:
    """For each kind of names: how they are joined, family names with their weights, given names."""
    kinds = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
    known = {}
    for kind, parts in kinds.items():
        families, givens = (
            [part.strip() for part in parts[which].split(",")] for which in ("family", "given")
        )
        weights = [1 / (place + parts["flat"]) for place in range(1, len(families) + 1)]
        known[kind] = (parts["join"], families, weights, givens)
    return known


def make_name(random: Random, country: str) -> tuple[str, str]:
    """A kind of names, and a name as its bearer writes it."""
    kinds = NATIONS[country]
    [kind] = random.choices(list(kinds), list(kinds.values()))
    join, families, weights, givens = _parts()[kind]
    [family] = random.choices(families, weights)
    return kind, join.format(family=family, given=random.choice(givens))
