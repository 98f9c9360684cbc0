"""What an app says of its pages for the files that are brought into it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse

from eastep.imports.inbox import Inbox, Record
from eastep.imports.models import BULK, SheetFile
from eastep.people.models import User
from eastep.ui.pages import PersonRequest

type NameOf = Callable[[str], str]  # an institution's key: its name


class Words(Protocol):
    """A module that puts records into words: what a row is about, its fields, and what they say."""

    def institutions_in(self, records: Iterable[Record], /) -> set[str]: ...
    def institutions_in_changes(self, fields: Iterable[tuple[str, Any, Any]], /) -> set[str]: ...
    def title(self, kind: str, record: Record, name_of: NameOf, /) -> str: ...
    def label(self, kind: str, field: str, /) -> str: ...
    def value(self, field: str, said: Any, name_of: NameOf, /) -> str: ...
    def all_values(self, kind: str, record: Record, name_of: NameOf, /) -> list[tuple[str, str]]: ...


def _no_removal(_missing: int) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class FilePages[F: SheetFile]:
    """The pages of an inbox. Its templates lie in the folder *templates*; what is not there, `imports/files/` has.

    A template of an app extends the one of the same name in `imports/files/` and fills its blocks.
    """

    inbox: Inbox[F]
    templates: str
    into_visible_to: Callable[
        [User], QuerySet[Any]
    ]  # what files are brought into, as far as the user sees it
    files_visible_to: Callable[[User], QuerySet[F]]
    list_name: str  # of the address of the list of files
    words: Words
    name: str  # what *into* is called in the templates
    removal: Callable[[int], str] = (
        _no_removal  # what becomes of rows that are not in a file, to be agreed to
    )

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        """The kinds of file, to choose from."""
        return list(self.inbox.model._meta.get_field("kind").choices or ())  # type: ignore[union-attr]

    def template(self, name: str) -> str:
        try:
            get_template(f"{self.templates}/{name}")
        except TemplateDoesNotExist:
            return f"imports/files/{name}"
        return f"{self.templates}/{name}"

    def list_address(self, into: Any) -> str:
        return reverse(self.list_name, args=[into.pk])

    def context(self, into: Any) -> dict[str, Any]:
        """What every template has; *base* is what the page of a file in each state extends."""
        return {
            self.name: into,
            "into": into,
            "files_url": self.list_address(into),
            "base": self.template("file.html"),
        }

    def found_into(self, request: PersonRequest, pk: int) -> Any:
        return get_object_or_404(self.into_visible_to(request.user), pk=pk)

    def found(self, request: PersonRequest, pk: int, file: int) -> F:
        rows = self.files_visible_to(request.user).select_related(self.inbox.model.OFFICE, "handed_in_by")
        found = rows.defer(*BULK).filter(**{self.inbox.model.INTO: pk}, pk=file).first()
        if found is None:
            raise Http404
        return found
