"""Reads of placement rounds that several callers share."""

from collections.abc import Callable, Collection

from eastep.applications.models import Outcome, Round
from eastep.applications.report import Document
from eastep.institutions.models import Institution


def result_document(round_: Round) -> Document:
    """The whole result of a placed round, as the shell writes it."""
    rows = Outcome.objects.filter(round=round_).order_by("position")
    return {**round_.result, "applicants": list(rows.values_list("details", flat=True))}


def names_of(keys: Collection[str] | None = None) -> Callable[[str], str]:
    """The names of the institutions with these keys, or of all, in the reader's language; one query."""
    rows = Institution.objects.all() if keys is None else Institution.objects.filter(key__in=keys)
    names = {key: str(name) for key, name in rows.values_list("key", "name")}
    return names.__getitem__
