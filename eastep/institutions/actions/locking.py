"""What verbs begin with: the row as it is now, locked, so that two people at once lose nothing."""

from django.db.models import Model
from django.utils.translation import gettext as _

from eastep.core.errors import Refused


def locked[Row: Model](row: Row) -> Row:
    """The row as it is now, for this transaction alone; Refused if it was removed meanwhile."""
    found = type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None:
        raise Refused(_("Somebody else has removed this meanwhile."), code="gone")
    return found
