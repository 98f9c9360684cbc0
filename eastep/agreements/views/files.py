"""Pages of the files that an office brings in about its agreements (imports.views has the rest)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from eastep.agreements import file_words
from eastep.agreements.actions.bringing import INBOX
from eastep.agreements.models import AgreementFile
from eastep.agreements.models.agreements import STAFF
from eastep.imports.views.pages import FilePages
from eastep.institutions.models import Institution
from eastep.people.models import User
from eastep.ui.pages import PersonRequest, page


def _institutions(user: User) -> QuerySet[Any]:
    """Whose files the person sees: as for the files themselves."""
    if user.roles & {(None, "auditor")}:
        return Institution.objects.defer("grams")
    places = [place for place, role in user.roles if place and role in STAFF]
    return Institution.objects.defer("grams").filter(pk__in=places)


def _files(user: User) -> QuerySet[AgreementFile]:
    return AgreementFile.objects.visible_to(user)


PAGES = FilePages(
    inbox=INBOX,
    templates="agreements/files",
    into_visible_to=_institutions,
    files_visible_to=_files,
    list_name="agreement_files",
    words=file_words,
    name="institution",
)


@login_required
def bring_in_agreements(request: PersonRequest) -> HttpResponse:
    """To the files of the person's office; who works for several chooses one."""
    places = [place for place, role in request.user.roles if place and role in STAFF]
    found = list(Institution.objects.defer("grams").filter(pk__in=places).order_by("sort_key", "pk"))
    if not found:
        raise PermissionDenied(_("The office of an institution brings in its own lists."))
    if len(found) == 1:
        return redirect(PAGES.list_address(found[0]))
    return page(request, "agreements/files/whose.html", {"institutions": found})
