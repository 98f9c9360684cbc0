"""The verbs of institutions: the only place that writes."""

from eastep.institutions.actions.claims import (
    claim_institution,
    grant_claim,
    refuse_claim,
    withdraw_claim,
)
from eastep.institutions.actions.contacts import add_contact, edit_contact, remove_contact
from eastep.institutions.actions.faculties import add_faculty, remove_faculty, rename_faculty
from eastep.institutions.actions.register import Imported, import_institutions, load_shipped
from eastep.institutions.actions.roles import give_role, take_role
from eastep.institutions.actions.terms import set_term

__all__ = [
    "Imported",
    "add_contact",
    "add_faculty",
    "claim_institution",
    "edit_contact",
    "give_role",
    "grant_claim",
    "import_institutions",
    "load_shipped",
    "refuse_claim",
    "remove_contact",
    "remove_faculty",
    "rename_faculty",
    "set_term",
    "take_role",
    "withdraw_claim",
]
