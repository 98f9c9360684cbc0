"""Pages of the files that are brought into a round: what the round says of them itself (imports.views has the rest)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import ngettext

from eastep.applications import in_words
from eastep.applications.actions.inbox import INBOX
from eastep.applications.models import Round, RoundFile
from eastep.imports.views.pages import FilePages
from eastep.people.models import User


def _rounds(user: User) -> QuerySet[Any]:
    return Round.objects.visible_to(user).select_related("home")


def _files(user: User) -> QuerySet[RoundFile]:
    return RoundFile.objects.visible_to(user)


def _removal(missing: int) -> str:
    return ngettext(
        "Withdraw {number} row that is not in this file; it can be brought back",
        "Withdraw {number} rows that are not in this file; they can be brought back",
        missing,
    ).format(number=missing)


PAGES = FilePages(
    inbox=INBOX,
    templates="applications/files",
    into_visible_to=_rounds,
    files_visible_to=_files,
    list_name="round_files",
    words=in_words,
    name="round",
    removal=_removal,
)
