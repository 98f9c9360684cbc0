"""The tables of agreements."""

from eastep.agreements.models.agreements import (
    Agreement,
    AgreementQuerySet,
    Party,
    PartyQuerySet,
    Version,
    VersionQuerySet,
)
from eastep.agreements.models.approvals import Approval, Paper, Remark, Seal
from eastep.agreements.models.calendar import CalendarAddress, CalendarAddressQuerySet
from eastep.agreements.models.files import AgreementFile, AgreementFileQuerySet
from eastep.agreements.models.guests import Invitation
from eastep.agreements.models.ledger import LedgerLine, LedgerLineQuerySet

__all__ = [
    "Agreement",
    "AgreementFile",
    "AgreementFileQuerySet",
    "AgreementQuerySet",
    "Approval",
    "CalendarAddress",
    "CalendarAddressQuerySet",
    "Invitation",
    "LedgerLine",
    "LedgerLineQuerySet",
    "Paper",
    "Party",
    "PartyQuerySet",
    "Remark",
    "Seal",
    "Version",
    "VersionQuerySet",
]
