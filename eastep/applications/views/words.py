"""Words that several pages of results share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from eastep.applications import promises, queries, reasons
from eastep.applications.models import Round


def stay_words(stay: Mapping[str, Any] | None, name_of: reasons.NameOf) -> str:
    """Where somebody goes: the stay, which choice it was, and the row of places."""
    if stay is None:
        return _("Not placed")
    facts = {"stay": reasons.choice(stay, name_of), "row": stay["row"], "number": stay["choice"]}
    if stay["choice"]:
        return _("{stay} (choice {number}, row {row})").format(**facts)
    return _("{stay} (not among the choices, row {row})").format(**facts)


def rule_words(rule: Mapping[str, Any], round_: Round) -> dict[str, Any]:
    """A rule of placement as facts, and what it promises and does not promise an applicant of the round."""
    is_of_institutions = rule.get("unit") == "institution"
    name_of = queries.names_of(rule["carried"]) if is_of_institutions and rule["carried"] else str
    return {
        "rule_facts": list(promises.in_words(rule, name_of)),
        "rule_sentences": promises.sentences(rule, most_choices=round_.most_choices),
    }
