"""How a person's name is shown, sorted and found. No form of a name is ever made from another."""

import re
import unicodedata
from typing import Protocol

_HANGUL = re.compile(r"[\uac00-\ud7a3]")


class Named(Protocol):
    """What a name is kept in: see :class:`eastep.people.models.User`."""

    family_name: str
    given_name: str
    family_reading: str
    given_reading: str
    passport_surname: str
    passport_given_names: str
    hanja: str
    alias: str
    former_names: list[str]
    preferred_name: str
    given_name_first: bool


def native_name(person: Named) -> str:
    """The name in its own script: Hangul without a space, all else with one; a single name alone."""
    parts = [part for part in (person.family_name, person.given_name) if part]
    if person.given_name_first:
        parts.reverse()
    return ("" if all(map(_HANGUL.search, parts)) else " ").join(parts)


def passport_name(person: Named) -> str:
    """Surname and given names as in the passport's machine-readable zone; either may be missing."""
    parts = [part for part in (person.passport_surname, person.passport_given_names) if part]
    if person.given_name_first:
        parts.reverse()
    return " ".join(parts)


def display_name(person: Named) -> str:
    """What the person wants to be called, else the name in its own script, else that in the passport."""
    return person.preferred_name or native_name(person) or passport_name(person)


def sort_key(person: Named) -> str:
    """Kana for Japanese, Hangul for Korean, the surname for Latin names; compared code point by code point."""
    reading = f"{person.family_reading} {person.given_reading}".strip()
    return search_form(
        reading or f"{person.family_name} {person.given_name}".strip() or passport_name(person)
    )


def search_form(text: str) -> str:
    """One form for all widths and cases, half-width kana included.

    >>> search_form("ﾀｶｻｷ　ＰＡＲＫ")
    'タカサキ park'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def variants(person: Named) -> list[str]:
    """Every form of the name that was given, ready to be searched: 朴, 박, PARK and パク lead to one person."""
    forms = [
        f"{person.family_name}{person.given_name}",
        f"{person.family_name} {person.given_name}",
        f"{person.family_reading}{person.given_reading}",
        f"{person.passport_surname} {person.passport_given_names}",
        f"{person.passport_given_names} {person.passport_surname}",
        person.hanja,
        person.alias,
        person.preferred_name,
        *person.former_names,
    ]
    return sorted({search_form(form) for form in forms} - {""})
