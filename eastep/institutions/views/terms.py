"""Pages with the terms of an institution: the dates of each, and until when partners have time."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eastep.core.errors import Refused
from eastep.core.permissions import authorise
from eastep.institutions import actions
from eastep.institutions.forms import TermForm
from eastep.institutions.models import Institution
from eastep.institutions.queries import TermDates, terms_of
from eastep.institutions.seasons import Season, SeasonError
from eastep.institutions.views.institutions import seasons_from
from eastep.ui.comparing import Row
from eastep.ui.pages import PersonRequest, page

YEARS = 4  # this one and the three after it


def terms(request: HttpRequest, key: str) -> HttpResponse:
    """The terms of this year and the three after it."""
    found = get_object_or_404(Institution.objects.visible_to(request.user), key=key)
    context = {
        "institution": found,
        "terms": terms_of(found, _offered()),
        "may_change": request.user.has_perm("institutions.set_term", found),
    }
    return page(request, "institutions/terms.html", context)


@login_required
def set_term(request: PersonRequest, key: str, season: str) -> HttpResponse:
    found = get_object_or_404(Institution.objects.visible_to(request.user), key=key)
    authorise(request.user, "institutions.set_term", found)
    term, now = _term(found, season), None
    form = TermForm(request.POST or None, initial=_initial(term))
    if form.is_valid():
        try:
            actions.set_term(
                found, by=request.user, season=term.season, version=form.seen_version, **form.given
            )
        except ValidationError as error:
            form.add_error(None, error)
        except Refused as refused:
            term = _term(found, season)
            form.add_error(None, str(refused))
            form.see(term.own.version if term.own else 0)
            now = _both(term, form)
        else:
            messages.success(request, _("The dates of the term have been saved."))
            return redirect("terms", found.key)
    context = {"institution": found, "term": term, "form": form, "now": now}
    return page(request, "institutions/set_term.html", context, status=409 if now else None)


def _offered() -> list[Season]:
    return seasons_from(Season(timezone.localdate().year, 1), 2 * YEARS)


def _term(found: Institution, code: str) -> TermDates:
    """One of the terms that are offered; 404 for any other."""
    try:
        season = Season.of(code)
    except SeasonError as error:
        raise Http404 from error
    if season not in _offered():
        raise Http404
    return terms_of(found, [season])[0]


def _initial(term: TermDates) -> dict[str, object]:
    """The institution's own dates; where it has none, the usual ones to begin with."""
    if term.own:
        return {name: getattr(term.own, name) for name in (*TermForm.DATES, "version")}
    return {"starts_on": term.starts_on, "ends_on": term.ends_on, "version": 0}


def _both(term: TermDates, form: TermForm) -> list[Row]:
    """What the term says now beside what was typed."""
    there = _initial(term)
    return [Row(form[name].label, _said(there.get(name)), _said(form.given[name])) for name in TermForm.DATES]


def _said(value: object) -> str:
    return "–" if not value else value if isinstance(value, str) else date_format(value)  # type: ignore[arg-type]
