"""The states of a version of an agreement, the table of its moves, and the kinds of things around it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from eastep.core.workflow import Workflow


class VersionState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("agreement", "Draft")
    PROPOSED = "proposed", pgettext_lazy("agreement", "Proposed")
    RECORDED = "recorded", pgettext_lazy("agreement", "Recorded by one side")
    AGREED = "agreed", pgettext_lazy("agreement", "Approved by both")
    REPLACED = "replaced", pgettext_lazy("agreement", "Replaced")
    DISCARDED = "discarded", pgettext_lazy("agreement", "Discarded")


S = VersionState
OPEN = (S.DRAFT, S.PROPOSED, S.RECORDED)  # an agreement has at most one version in these
VERSION = Workflow(
    {  # verb: (may start from, leads to)
        "edit": ((S.DRAFT,), S.DRAFT),
        "propose": ((S.DRAFT,), S.PROPOSED),
        "record": ((S.DRAFT,), S.RECORDED),
        "recall": ((S.PROPOSED, S.RECORDED), S.DRAFT),
        "refuse": ((S.PROPOSED, S.RECORDED), S.DRAFT),
        "approve": ((S.PROPOSED,), S.PROPOSED),  # by the first of the two sides
        "conclude": ((S.PROPOSED,), S.AGREED),  # by the approval of the second
        "confirm": ((S.RECORDED,), S.AGREED),
        "replace": ((S.AGREED,), S.REPLACED),  # by a newer one from the first day on
        "discard": ((S.DRAFT,), S.DISCARDED),
    }
)


class Standing(models.TextChoices):
    """Where an agreement stands on a day: what both sides read, from one record."""

    DRAFT = "draft", pgettext_lazy("agreement", "Draft")
    PROPOSED = "proposed", pgettext_lazy("agreement", "Proposed")
    RECORDED = "recorded", pgettext_lazy("agreement", "Recorded by one side")
    COMING = "coming", pgettext_lazy("agreement", "Approved, begins later")
    IN_EFFECT = "in_effect", pgettext_lazy("agreement", "In effect")
    ENDING = "ending", pgettext_lazy("agreement", "In effect, notice given")
    ENDED = "ended", pgettext_lazy("agreement", "Ended")
    DISCARDED = "discarded", pgettext_lazy("agreement", "Discarded")


class WaitsFor(models.TextChoices):
    """Who has the next word about a version in work, seen from one side."""

    NOBODY = "", pgettext_lazy("agreement", "Waiting for nobody")
    US = "us", pgettext_lazy("agreement", "Waiting for us")
    PARTNER = "partner", pgettext_lazy("agreement", "Waiting for the partner")
    BOTH = "both", pgettext_lazy("agreement", "Waiting for both")


class InvitationState(models.TextChoices):
    """What has become of an invitation."""

    SENT = "sent", pgettext_lazy("invitation", "Sent")
    OPENED = "opened", pgettext_lazy("invitation", "Opened")
    PROVED = "proved", pgettext_lazy("invitation", "Address proved")
    EXPIRED = "expired", pgettext_lazy("invitation", "Expired")
    REVOKED = "revoked", pgettext_lazy("invitation", "Revoked")


class Reminder(models.TextChoices):
    """What a partner is reminded of."""

    ANSWER = "answer", _("A proposal waits for its answer.")
    CONFIRM = "confirm", _("A record waits to be confirmed.")
    REWORK = "rework", _("A draft waits to be proposed again.")
    END = "end", _("The agreement ends soon.")
    VERSION = "version", _("A new version is being prepared, and the other side waits for it.")


class Way(models.TextChoices):
    """How a side has signed."""

    EASTEP = "eastep", pgettext_lazy("way to sign", "In EASTEP")
    SEAL = "seal", pgettext_lazy("way to sign", "In EASTEP, with a seal image")
    INK = "ink", pgettext_lazy("way to sign", "On paper, with a scan")
    OUTSIDE = "outside", pgettext_lazy("way to sign", "Outside EASTEP, recorded here")


class PaperKind(models.TextChoices):
    SIGNED = "signed", pgettext_lazy("paper", "Signed copy")
    SCAN = "scan", pgettext_lazy("paper", "Scan of the signed paper")
    OTHER = "other", pgettext_lazy("paper", "Other document")


class Level(models.TextChoices):
    UNIVERSITY = "university", _("Between universities")
    FACULTY = "faculty", _("Between faculties")
    MEMORANDUM = "memorandum", _("Memorandum")


class Mobility(models.TextChoices):
    STUDY = "study", pgettext_lazy("mobility", "Study")
    TRAINEESHIP = "traineeship", pgettext_lazy("mobility", "Traineeship")
    TEACHING = "teaching", pgettext_lazy("mobility", "Teaching")
    TRAINING = "training", pgettext_lazy("mobility", "Staff training")
    SPORT = "sport", pgettext_lazy("mobility", "Sport")


class Unit(models.TextChoices):
    """In what the balance is counted."""

    STAY = "stay", pgettext_lazy("balance", "Stays, whatever their length")
    TERM = "term", pgettext_lazy("balance", "Terms: a year counts two")


class LineKind(models.TextChoices):
    STAY = "stay", pgettext_lazy("ledger", "Stay")
    PAST = "past", pgettext_lazy("ledger", "Past year, from the office's list")
    CORRECTION = "correction", pgettext_lazy("ledger", "Correction")
    CARRIED = "carried", pgettext_lazy("ledger", "Carried over")
    EXPIRED = "expired", pgettext_lazy("ledger", "Expired")
