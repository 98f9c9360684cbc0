"""Reads for everybody, signed in or not: the public facts of agreements in effect."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, QuerySet

from eastep.agreements.models import Agreement, Party, Version
from eastep.agreements.states import VersionState

SHOWN = (
    *("position", "institution__name", "institution__country", "institution__key", "institution__sort_key"),
    *("partner__name", "partner__country", "partner__key", "partner__sort_key"),
    *("agreement__starts_on", "agreement__ends_on", "agreement__level"),
)


def public_sides(today: date) -> QuerySet[Party]:
    """The sides of the agreements in effect: one row for each direction in which one can look.

    ``agreement.now`` holds the one version that is in force.
    """
    now = Version.objects.in_force(today).filter(state=VersionState.AGREED).only("agreement", "content")
    rows = Party.objects.filter(agreement__in=Agreement.objects.in_effect(today))
    return (
        rows.select_related("agreement", "institution", "partner")
        .only(*SHOWN)
        .prefetch_related(Prefetch("agreement__versions", queryset=now, to_attr="now"))
    )
