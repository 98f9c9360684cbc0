"""The tables of institutions: public facts, and the people behind them."""

from eastep.institutions.models.institutions import Faculty, Institution, Term
from eastep.institutions.models.people import Claim, Contact, Membership

__all__ = ["Claim", "Contact", "Faculty", "Institution", "Membership", "Term"]
