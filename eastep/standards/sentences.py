"""What cannot be read, and why a requirement is not met, in the reader's language and with the remedy."""

from django.utils.translation import gettext_lazy as _

from eastep.standards.cells import Unreadable

UNREADABLE = {
    "field_unknown": _(
        "“{value}” is not a field of education. Write its ISCED-F code of two to four digits, such as 0311."
    ),
    "field_ambiguous": _("“{value}” can mean several fields ({known}). Write the code with all its zeros."),
    "field_conflict": _(
        "Code {code} and the title “{title}” name two different fields. Correct one of them."
    ),
    "language_test_unknown": _("“{value}” names no language test that is known here. Known are: {known}."),
    "language_level_unknown": _("The level or score in “{value}” cannot be read. Possible are: {known}."),
    "language_score_out_of_range": _("The test has no such score as in “{value}”. Possible are: {known}."),
    "language_date_unreadable": _(
        "The day in “{value}” cannot be read. Write year, month and day: 2025-12-07."
    ),
    "language_needed": _("“{value}” does not say of which language. Write one of: {known}."),
    "language_and": _(
        "“{value}” seems to ask for several tests at once. Only alternatives can be read: put / between them."
    ),
    "gpa_unreadable": _("“{value}” is not a grade point average. Write it with its scale, such as 3.8/4.5."),
    "gpa_scale_missing": _("“{value}” has no scale. Write it such as 3.8/4.5; known scales are: {known}."),
    "gpa_scale_unknown": _("“{value}” is not a scale that is known here. Known are: {known}."),
    "gpa_out_of_range": _("“{value}” is more than {maximum}, the highest mark of the scale."),
    "gpa_conflict": _(
        "“{value}” names another scale than the scale given beside it ({scale}). Correct one of them."
    ),
    "level_unknown": _("“{value}” is not a level of study. Write one of: {known}."),
    "level_ambiguous": _("“{value}” can mean master or doctorate. Write 7 for a master, 8 for a doctorate."),
}


def sentence(problem: Unreadable) -> str:
    """What is wrong with the cell, and what to write instead."""
    return str(UNREADABLE[problem.code]).format(value=problem.value, **problem.facts)
