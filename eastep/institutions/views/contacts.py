"""Pages on which an office keeps the contacts of its institution."""

from __future__ import annotations

from copy import copy

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from eastep.core.errors import Refused
from eastep.core.permissions import authorise
from eastep.institutions import actions
from eastep.institutions.forms import ContactForm
from eastep.institutions.models import Contact, Institution
from eastep.ui.comparing import Row
from eastep.ui.pages import PersonRequest, page


@login_required
def add_contact(request: PersonRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Institution.objects.visible_to(request.user), key=key)
    authorise(request.user, "institutions.add_contact", found)
    form = ContactForm(request.POST or None, institution=found)
    if form.is_valid():
        actions.add_contact(found, by=request.user, **form.given)
        messages.success(request, _("The contact has been added."))
        return redirect(found)
    return page(request, "institutions/add_contact.html", {"institution": found, "form": form})


@login_required
def edit_contact(request: PersonRequest, key: str, pk: int) -> HttpResponse:
    contact = _contact(request, key, pk)
    authorise(request.user, "institutions.edit_contact", contact.institution)
    now = None
    form = ContactForm(
        request.POST or None,
        institution=contact.institution,
        instance=copy(contact),
        initial={"version": contact.version},
    )
    if form.is_valid():
        try:
            actions.edit_contact(contact, by=request.user, version=form.seen_version, **form.given)
        except Refused as refused:
            contact = _contact(request, key, pk)
            form.add_error(None, str(refused))
            form.see(contact.version)
            now = _both(contact, form.instance)
        else:
            messages.success(request, _("Saved."))
            return redirect(contact.institution)
    context = {"institution": contact.institution, "contact": contact, "form": form, "now": now}
    return page(request, "institutions/edit_contact.html", context, status=409 if now else None)


@login_required
def remove_contact(request: PersonRequest, key: str, pk: int) -> HttpResponse:
    """Asks first."""
    contact = _contact(request, key, pk)
    authorise(request.user, "institutions.remove_contact", contact.institution)
    if request.method == "POST":
        actions.remove_contact(contact, by=request.user)
        messages.success(request, _("The contact has been removed."))
        return redirect(contact.institution)
    context = {"institution": contact.institution, "contact": contact}
    return page(request, "institutions/remove_contact.html", context)


def _contact(request: PersonRequest, key: str, pk: int) -> Contact:
    rows = Contact.objects.visible_to(request.user).select_related("institution", "faculty", "person")
    return get_object_or_404(rows, pk=pk, institution__key=key)


def _both(there: Contact, typed: Contact) -> list[Row]:
    """What the contact says now beside what was typed."""
    labels = {name: capfirst(Contact._meta.get_field(name).verbose_name) for name in ContactForm.Meta.fields}  # type: ignore[union-attr]
    first, second = _in_words(there), _in_words(typed)
    return [Row(label, first[name], second[name]) for name, label in labels.items()]


def _in_words(contact: Contact) -> dict[str, str]:
    said = {name: str(getattr(contact, name) or "–") for name in ContactForm.Meta.fields}
    return said | {
        "role": str(contact.get_role_display()),
        "languages": contact.languages_in_words or "–",
        "is_public": _("yes") if contact.is_public else _("no"),
    }
