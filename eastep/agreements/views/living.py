"""Pages of an agreement in effect: end it with notice, change who signs and who is reminded, say something."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eastep.agreements import actions, queries
from eastep.agreements.forms.living import (
    NoticeForm,
    ReferenceForm,
    RemarkForm,
    ResponsibleForm,
    SignatoryForm,
)
from eastep.agreements.in_words import months
from eastep.agreements.models import Party
from eastep.agreements.views.agreement import agreement_page
from eastep.agreements.views.sides import agreement_and_side
from eastep.agreements.views.writing import CONFLICT
from eastep.core.errors import Refused
from eastep.core.text import joined
from eastep.institutions.forms import SeenForm
from eastep.people.models import User
from eastep.ui.comparing import Row
from eastep.ui.pages import PersonRequest, page


@login_required
def give_notice(request: PersonRequest, pk: int) -> HttpResponse:
    found, party = agreement_and_side(request, pk)
    today = timezone.localdate()
    held = queries.in_force(found, today) or queries.last_agreed(found)
    if held is None:
        return redirect(found)
    form = NoticeForm(request.POST or None, earliest=actions.earliest_end(party, today=today))
    status = None
    if form.is_valid():
        try:
            actions.give_notice(party, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(
                "ending_on" if refused.code in ("too_early", "ends_before") else None, str(refused)
            )
            status = CONFLICT
        else:
            messages.success(request, _("Notice given. The partner has been told."))
            return redirect(found)
    context = {
        "agreement": found,
        "party": party,
        "form": form,
        "notice": months(held.content["notice_months"]),
        "ends_on": found.ends_on,
    }
    return page(request, "agreements/notice.html", context, status=status)


@login_required
@require_POST
def take_back_notice(request: PersonRequest, pk: int) -> HttpResponse:
    found, party = agreement_and_side(request, pk)
    actions.take_back_notice(party, by=request.user)
    messages.success(request, _("The notice was taken back. The agreement goes on as before."))
    return redirect(found)


@login_required
def change_signatory(request: PersonRequest, pk: int) -> HttpResponse:
    _agreement, party = agreement_and_side(request, pk)
    now = {"name": party.signatory_name, "position": party.signatory_position}
    form = SignatoryForm(request.POST or None, initial={**now, "version": party.edition})
    save = partial(actions.change_signatory, party, by=request.user)
    saved = _("Saved. What was signed before keeps the name that signed it.")
    return _one_form(request, party, form, template="signatory", save=save, saved=saved)


@login_required
def name_responsible(request: PersonRequest, pk: int) -> HttpResponse:
    _agreement, party = agreement_and_side(request, pk)
    now = {"people": list(party.responsible.all()), "version": party.edition}
    form = ResponsibleForm(request.POST or None, party=party, initial=now)
    save = partial(actions.name_responsible, party, by=request.user)
    return _one_form(request, party, form, template="responsible", save=save, saved=_("Saved."))


@login_required
def set_reference(request: PersonRequest, pk: int) -> HttpResponse:
    _agreement, party = agreement_and_side(request, pk)
    now = {"reference": party.reference, "version": party.edition}
    form = ReferenceForm(request.POST or None, initial=now)
    save = partial(actions.set_reference, party, by=request.user)
    return _one_form(request, party, form, template="reference", save=save, saved=_("Saved."))


def _one_form(
    request: PersonRequest,
    party: Party,
    form: SeenForm,
    *,
    template: str,
    save: Callable[..., Party],
    saved: str,
) -> HttpResponse:
    """A form about what is one side's own; a stale one comes back with what is there now beside what was typed."""
    now = None
    if form.is_valid():
        typed = {name: said for name, said in form.cleaned_data.items() if name != "version"}
        try:
            save(**typed, edition=form.seen_version)
        except Refused as refused:
            form.add_error(None, str(refused))
            form.see(party.edition)
            now = [
                Row(str(form.fields[name].label), _in_words(form.initial[name]), _in_words(said))
                for name, said in typed.items()
            ]
        else:
            messages.success(request, saved)
            return redirect(party.agreement)
    context = {"agreement": party.agreement, "party": party, "form": form, "now": now}
    return page(request, f"agreements/{template}.html", context, status=CONFLICT if now else None)


def _in_words(said: str | Iterable[User]) -> str:
    return (said if isinstance(said, str) else joined(said)) or "–"


@login_required
@require_POST
def remark(request: PersonRequest, pk: int) -> HttpResponse:
    found, party = agreement_and_side(request, pk, "agreements.remark")
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return agreement_page(request, found, form)
    actions.remark(party, by=request.user, text=form.cleaned_data["text"])
    messages.success(request, _("Your remark is there for both sides."))
    return redirect(found)
