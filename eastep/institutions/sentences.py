"""Words for values that know no language: what is wrong with a row of institutions, seasons, and codes in entries."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from babel import Locale
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from eastep.core.text import Text, joined
from eastep.institutions.incoming import RowProblem
from eastep.institutions.seasons import Season
from eastep.institutions.states import ContactRole, Role

_SENTENCES = {
    "not_a_country": _("“{value}” is not a country code. Write two capital letters, such as JP or KR."),
    "code_missing": _("The national code is missing. It tells the institution from all others."),
    "same_code": _("The code {value} is already in row {fact}. Leave one of the two rows out."),
    "zeros_lost": _("The code {value} has lost its zeros: write {fact}, in a column of the format text."),
    "name_missing": _("A new institution needs a name in at least one language."),
    "too_long": _("“{value}” is too long. At most {fact} characters are kept."),
    "not_a_domain": _(
        "“{value}” is not an internet domain. Write it as in waseda.jp, without http and slashes."
    ),
    "domain_taken": _("The domain {value} belongs to {fact}. Leave it empty or correct one of the two."),
}


def sentence(problem: RowProblem) -> str:
    """What is wrong and what to do."""
    return str(_SENTENCES[problem.code]).format(value=problem.value, fact=problem.fact)


def season_in_words(season: Season) -> str:
    """``Spring 2027``, in the reader's language."""
    if season.kind == "spring":
        return pgettext("season", "Spring {year}").format(year=season.year)
    return pgettext("season", "Autumn {year}").format(year=season.year)


def country_in_words(code: str) -> str:
    """``South Korea``, in the reader's language; the code itself where it is no country's."""
    return _territories((get_language() or "en")[:2]).get(code, code)


@cache
def _territories(language: str) -> Mapping[str, str]:
    return dict(Locale.parse(language).territories)


# What entries keep as codes

_CONTACT_FIELDS = {
    "faculty": _("faculty"),
    "name": _("name"),
    "reading": _("reading"),
    "latin_name": _("name in Latin letters"),
    "role": pgettext_lazy("contact", "role"),
    "role_text": _("role in your own words"),
    "email": _("e-mail address"),
    "phone": _("telephone"),
    "languages": _("languages spoken"),
    "is_public": _("public"),
    "valid_until": _("valid until"),
    "person": _("account in EASTEP"),
}


def role_in_words(code: str) -> object:
    return Role(code).label


def contact_role_in_words(code: str) -> object:
    return ContactRole(code).label


def contact_fields_in_words(names: Iterable[str]) -> str:
    return joined(_CONTACT_FIELDS[name] for name in names)


def faculty_in_words(name: Mapping[str, str]) -> str:
    return str(Text(**name))


def season_code_in_words(code: str) -> str:
    return season_in_words(Season.of(code))


def day_in_words(iso: str) -> str:
    """A day as it is written in the reader's language; a dash for none."""
    return date_format(date.fromisoformat(iso)) if iso else "–"


def given_or_dash(text: str) -> str:
    return text or "–"
