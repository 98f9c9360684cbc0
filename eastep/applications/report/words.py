"""Words that several sheets of a result need."""

from functools import lru_cache

from babel import Locale
from django.utils.translation import get_language


def country(code: str) -> str:
    """A country's name from its ISO 3166-1 code, by CLDR."""
    return _country(code, (get_language() or "en")[:2])


@lru_cache(maxsize=1_000)
def _country(code: str, language: str) -> str:
    return str(Locale(language).territories.get(code, code))
