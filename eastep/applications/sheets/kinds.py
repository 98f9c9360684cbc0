"""The three kinds of sheet of a round: what columns each has, how a file is probably laid out, what it holds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from eastep.applications.eligibility import Applicant, Place
from eastep.applications.sheets.applicants import applicant_kind
from eastep.applications.sheets.languages import language_kind
from eastep.applications.sheets.places import place_kind
from eastep.imports.kinds import SheetKinds, Taken, take
from eastep.institutions.register import Register
from eastep.standards.facts import Standards

KINDS = SheetKinds(
    kinds={"places": place_kind, "applicants": applicant_kind, "languages": language_kind},
    titles={
        "places": _("Sheet of places"),
        "applicants": _("Sheet of applicants"),
        "languages": _("Sheet of language results"),
    },
)
columns_of, propose_layout, read_sheet = KINDS.columns_of, KINDS.propose_layout, KINDS.read_sheet
columns_of_sheets = KINDS.explained


def read_places(content: bytes, name: str, *, register: Register, standards: Standards) -> Taken[Place]:
    """The sheet of places. A file that is no sheet is one error."""
    return take(place_kind(register, standards, {}), content, name)


def read_applicants(
    content: bytes, name: str, *, register: Register, standards: Standards
) -> Taken[Applicant]:
    """The sheet of applicants. A file that is no sheet is one error."""
    return take(applicant_kind(register, standards, {}), content, name)
