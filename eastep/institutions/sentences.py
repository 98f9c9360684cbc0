"""Words for values that know no language: what is wrong with a row of institutions, and seasons."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from eastep.institutions.incoming import RowProblem
from eastep.institutions.seasons import Season

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
