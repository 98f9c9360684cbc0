"""Pages of institutions."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from eastep.institutions.models import Institution
from eastep.institutions.queries import find_institutions
from eastep.ui.listing import listing
from eastep.ui.pages import PersonRequest, page


@login_required
def institutions(request: PersonRequest) -> HttpResponse:
    """All institutions by name; with a text, what it may mean, best first."""
    text = request.GET.get("text", "").strip()
    rows = Institution.objects.visible_to(request.user)
    found = listing(
        request, rows, sorts={"name": ("sort_key", "pk"), "country": ("country", "sort_key", "pk")}
    )
    best = find_institutions(text, limit=30) if text else None
    return page(
        request, "institutions/institutions.html", {**found, "text": text, "best": best}, fragment="rows"
    )


@login_required
def institution(request: PersonRequest, key: str) -> HttpResponse:
    """One institution: its names, faculties and terms."""
    found = get_object_or_404(Institution.objects.visible_to(request.user), key=key)
    context = {"institution": found, "faculties": found.faculties.order_by("pk"), "terms": found.terms.all()}
    return page(request, "institutions/institution.html", context)
