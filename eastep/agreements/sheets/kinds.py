"""The two kinds of sheet with which an office begins: its agreements, and the exchanges of past years."""

from django.utils.translation import gettext_lazy as _

from eastep.agreements.sheets.agreements import agreement_kind
from eastep.agreements.sheets.exchanges import exchange_kind
from eastep.imports.kinds import SheetKinds

KINDS = SheetKinds(
    kinds={"agreements": agreement_kind, "exchanges": exchange_kind},
    titles={"agreements": _("List of agreements"), "exchanges": _("Exchanges of past years")},
)
