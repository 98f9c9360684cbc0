"""Pages on which an office keeps the faculties of its institution."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from eastep.core.errors import Refused
from eastep.core.permissions import authorise
from eastep.core.text import LANGUAGES
from eastep.institutions import actions
from eastep.institutions.forms import FacultyForm
from eastep.institutions.models import Faculty, Institution
from eastep.ui.comparing import Row
from eastep.ui.pages import PersonRequest, page


@login_required
def add_faculty(request: PersonRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Institution.objects.visible_to(request.user), key=key)
    authorise(request.user, "institutions.add_faculty", found)
    form = FacultyForm(request.POST or None, faculty=Faculty(institution=found))
    if form.is_valid():
        actions.add_faculty(found, by=request.user, **form.given)
        messages.success(request, _("The faculty has been added."))
        return redirect(found)
    return page(request, "institutions/add_faculty.html", {"institution": found, "form": form})


@login_required
def rename_faculty(request: PersonRequest, key: str, pk: int) -> HttpResponse:
    faculty = _faculty(request, key, pk)
    authorise(request.user, "institutions.rename_faculty", faculty.institution)
    now = None
    form = FacultyForm(
        request.POST or None, faculty=faculty, initial={**_said(faculty), "version": faculty.version}
    )
    if form.is_valid():
        try:
            actions.rename_faculty(faculty, by=request.user, version=form.seen_version, **form.given)
        except Refused as refused:
            faculty = _faculty(request, key, pk)
            form.add_error(None, str(refused))
            form.see(faculty.version)
            now = [
                Row(form[name].label, said or "–", form.cleaned_data[name] or "–")
                for name, said in _said(faculty).items()
            ]
        else:
            messages.success(request, _("Saved."))
            return redirect(faculty.institution)
    context = {"institution": faculty.institution, "faculty": faculty, "form": form, "now": now}
    return page(request, "institutions/rename_faculty.html", context, status=409 if now else None)


@login_required
def remove_faculty(request: PersonRequest, key: str, pk: int) -> HttpResponse:
    """Asks first."""
    faculty = _faculty(request, key, pk)
    authorise(request.user, "institutions.remove_faculty", faculty.institution)
    if request.method == "POST":
        actions.remove_faculty(faculty, by=request.user)
        messages.success(request, _("The faculty has been removed."))
        return redirect(faculty.institution)
    context = {"institution": faculty.institution, "faculty": faculty}
    return page(request, "institutions/remove_faculty.html", context)


def _faculty(request: PersonRequest, key: str, pk: int) -> Faculty:
    rows = Faculty.objects.visible_to(request.user).select_related("institution")
    return get_object_or_404(rows, pk=pk, institution__key=key)


def _said(faculty: Faculty) -> dict[str, str]:
    names = {f"name_{language}": getattr(faculty.name, language) for language in sorted(LANGUAGES)}
    return {**names, "code": faculty.code}
