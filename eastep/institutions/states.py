"""Roles, kinds of contacts, and the states of a claim with their table of moves."""

from django.db import models
from django.utils.translation import pgettext_lazy

from eastep.core.workflow import Workflow


class Role(models.TextChoices):
    """The roles that a person can have: at an institution, or in the programme itself."""

    STUDENT = "student", pgettext_lazy("role", "Student")
    OFFICE = "office", pgettext_lazy("role", "International office")
    COORDINATOR = "coordinator", pgettext_lazy("role", "Departmental coordinator")
    PROGRAMME = "programme", pgettext_lazy("role", "Programme administrator")
    AUDITOR = "auditor", pgettext_lazy("role", "Auditor")


class ContactRole(models.TextChoices):
    """What somebody at an institution is asked about."""

    HEAD = "head", pgettext_lazy("contact", "Head of the international office")
    AGREEMENTS = "agreements", pgettext_lazy("contact", "Agreements")
    OUTGOING = "outgoing", pgettext_lazy("contact", "Outgoing students")
    INCOMING = "incoming", pgettext_lazy("contact", "Incoming students")
    COORDINATOR = "coordinator", pgettext_lazy("contact", "Departmental coordinator")
    EMERGENCY = "emergency", pgettext_lazy("contact", "Emergencies")
    OTHER = "other", pgettext_lazy("contact", "Other")


class ClaimState(models.TextChoices):
    """Where a claim lies."""

    ASKED = "asked", pgettext_lazy("claim", "With the programme")
    GRANTED = "granted", pgettext_lazy("claim", "Granted")
    REFUSED = "refused", pgettext_lazy("claim", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("claim", "Withdrawn")


S = ClaimState
CLAIM = Workflow(
    {
        "grant": ((S.ASKED,), S.GRANTED),
        "refuse": ((S.ASKED,), S.REFUSED),
        "withdraw": ((S.ASKED,), S.WITHDRAWN),
    }
)
