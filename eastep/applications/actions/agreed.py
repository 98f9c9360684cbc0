"""The verb that brings the places of agreements into a round."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eastep.applications import events, queries
from eastep.applications.actions.locking import locked, to_change
from eastep.applications.actions.taking import take_places
from eastep.applications.models import AgreedPlaces, Round
from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.institutions.seasons import Season
from eastep.people.models import User

FROM_AGREEMENTS = "agreements:"  # stands where the name of a file would, in what rows said earlier


@transaction.atomic
def take_agreement_places(
    round_: Round,
    *,
    by: User,
    seasons: Iterable[Season],
    seen: str | None = None,
    remove_missing: bool = False,
) -> Round:
    """Write the places that agreements give for stays which begin in *seasons*, as new or changed rows.

    *seen* is the fingerprint of what the person saw: Refused(code="changed") if agreements give something else now.
    With *remove_missing*, rows for these terms that no agreement gives are withdrawn.
    """
    round_ = locked(round_, by=by, permission="applications.bring_in")
    chosen = sorted(seasons)
    agreed = queries.agreed_for(round_, chosen)
    if seen not in (None, agreed.fingerprint):
        raise Refused(
            _("The agreements have changed meanwhile. Look at the difference once more, and take it over."),
            code="changed",
        )
    compared = queries.compare_agreed(round_, agreed, chosen)
    gone = compared.found.missing if remove_missing else ()
    round_ = to_change(round_, by=by, permission="applications.bring_in")
    take_places(round_, compared, gone, by, FROM_AGREEMENTS)
    AgreedPlaces.objects.update_or_create(
        round=round_,
        defaults={
            "seasons": [season.code for season in chosen],
            "records": agreed.records,
            "sources": agreed.sources,
            "taken_by": by,
            "taken_at": timezone.now(),
        },
    )
    record(
        events.AGREED_PLACES_TAKEN, round_, by=by, new=len(compared.found.new), changed=len(compared.found.changed),
        same=compared.found.same, gone=len(gone),
    )  # fmt: skip
    return round_
