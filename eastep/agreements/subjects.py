"""How agreements are called in notices about them."""

from __future__ import annotations

from collections.abc import Collection

from eastep.agreements.models import Agreement
from eastep.institutions.models import Institution
from eastep.notices.subjects import Names, names_subjects


@names_subjects("agreements.agreement")
def agreements(keys: Collection[int]) -> Names:
    """By the two sides."""
    rows = Agreement.objects.filter(pk__in=keys)
    rows = rows.prefetch_related("parties__institution", "parties__faculty")
    return {agreement.pk: agreement for agreement in rows}


@names_subjects("institutions.institution")
def institutions(keys: Collection[int]) -> Names:
    return Institution.objects.in_bulk(keys)
