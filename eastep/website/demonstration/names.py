"""Names of people who do not exist: parts put together by chance."""

import tomllib
from functools import cache
from pathlib import Path
from random import Random

NATIONS = {  # which names are met at the universities of a country; the numbers are out of a hundred
    "JP": {"japanese": 86, "chinese": 3, "pinyin": 2, "korean": 3, "katakana": 2, "vietnamese": 2, "indonesian": 1, "mononym": 1},
    "KR": {"korean": 87, "pinyin": 5, "chinese": 1, "vietnamese": 3, "mongolian": 2, "indonesian": 1, "japanese": 1},
}  # fmt: skip


@cache
def _parts() -> dict[str, tuple[str, list[str], list[str]]]:
    """For each kind of names: how they are joined, family names, given names."""
    kinds = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
    return {
        kind: (parts["join"], *([part.strip() for part in parts[which].split(",")] for which in ("family", "given")))
        for kind, parts in kinds.items()
    }


def make_name(random: Random, country: str) -> tuple[str, str]:
    """A kind of names, and a name as its bearer writes it; the front of a list of parts is drawn more often."""
    kinds = NATIONS[country]
    [kind] = random.choices(list(kinds), list(kinds.values()))
    join, families, givens = _parts()[kind]
    [family] = random.choices(families, [1 / (position + 6) for position in range(len(families))])
    return kind, join.format(family=family, given=random.choice(givens))
