"""The pages that belong to no app: the first page, what EASTEP is, and whether it is alive."""

from django.db import connection
from django.http import HttpRequest, HttpResponse

from eastep.agreements.models import Party
from eastep.agreements.queries.guests import guest_invitations
from eastep.agreements.queries.lists import waits_for_us
from eastep.applications.models import Round
from eastep.institutions.models import Claim, Institution
from eastep.ui.pages import page


def home(request: HttpRequest) -> HttpResponse:
    """What EASTEP is; for a person who has signed in, what to do next in each of their roles."""
    if not request.user.is_authenticated:
        return page(request, "website/welcome.html")
    person = request.user
    memberships = person.memberships.select_related("institution").order_by("pk")
    roles = [(one.role, one) for one in memberships]
    context = {
        "roles": roles,
        "rounds": Round.objects.visible_to(person).order_by("-opened_at")[:5],
        "guest_of": guest_invitations(person),
        "waiting_agreements": Party.objects.acted_for_by(person).filter(waits_for_us()).count(),
        "own_claims": person.claims.select_related("institution").order_by("-pk")[:5],
        "open_claims": Claim.objects.open().count() if person.has_perm("institutions.grant_claim") else 0,
    }
    return page(request, "website/home.html", context)


def about(request: HttpRequest) -> HttpResponse:
    """What EASTEP is for, where its data come from, and its licence."""
    return page(request, "website/about.html", {"institutions": Institution.objects.count()})


def health(request: HttpRequest) -> HttpResponse:
    """Answers when the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
