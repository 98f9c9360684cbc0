"""Pages of institutions."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from eastep.institutions.models import Institution
from eastep.institutions.queries import find_institutions, term_dates
from eastep.institutions.seasons import Season
from eastep.institutions.sentences import season_in_words
from eastep.ui.listing import listing
from eastep.ui.pages import PersonRequest, page


@login_required
def institutions(request: PersonRequest) -> HttpResponse:
    """All institutions by name; with a text, what it may mean, best first."""
    text = request.GET.get("text", "").replace("\0", "").strip()
    rows = Institution.objects.visible_to(request.user)
    found = listing(request, rows, sorts={"name": ("sort_key", "pk")})
    context = {**found, "text": text, "shown": find_institutions(text, limit=30) if text else found["page"]}
    return page(request, "institutions/institutions.html", context, fragment="rows")


@login_required
def institution(request: PersonRequest, key: str) -> HttpResponse:
    """One institution: its names, faculties and the dates of its next terms."""
    found = get_object_or_404(Institution.objects.visible_to(request.user), key=key)
    context = {"institution": found, "faculties": found.faculties.order_by("pk"), "terms": next_terms(found)}
    return page(request, "institutions/institution.html", context)


def next_terms(found: Institution) -> list[dict[str, Any]]:
    """The four terms from the running one on: the institution's own dates, else those of its country's calendar."""
    today = timezone.localdate()
    season = Season(today.year, 1 if today.month < 7 else 2)
    rows = []
    for _ in range(4):
        starts_on, ends_on = term_dates(found, season)
        own = found.terms.filter(season=season.code).exists()
        rows.append({"name": season_in_words(season), "starts_on": starts_on, "ends_on": ends_on, "own": own})
        season = season.next
    return rows
