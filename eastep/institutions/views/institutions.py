"""What everybody sees of institutions, signed in or not: the list, one institution, and what happened to it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from eastep.core.events import history, sentences
from eastep.core.permissions import authorise
from eastep.institutions.forms import InstitutionSearch
from eastep.institutions.models import Claim, Contact, Institution
from eastep.institutions.queries import find_institutions, terms_of
from eastep.institutions.seasons import Season
from eastep.institutions.sentences import country_in_words
from eastep.institutions.states import ContactRole, Role
from eastep.ui.listing import PER_PAGE, Page, listing
from eastep.ui.pages import PersonRequest, page

FOUND = 200  # what is less alike is not what anybody looks for
NEXT = 4  # terms that the page of an institution shows


def institutions(request: HttpRequest) -> HttpResponse:
    """All institutions by name; with a text, what it may mean, best first."""
    form = InstitutionSearch({key: str(value).replace("\0", "") for key, value in request.GET.items()})
    form.is_valid()  # what is not is said beside the field, and not searched by
    text, country = (form.cleaned_data.get(name, "") for name in ("text", "country"))
    if text:
        context: dict[str, Any] = {"page": _found(request, text, country)}
    else:
        rows = Institution.objects.visible_to(request.user)
        rows = rows.filter(country=country) if country else rows
        context = listing(request, rows, sorts={"name": ("sort_key", "pk")})
    for row in context["page"]:
        row.country_in_words = country_in_words(row.country)
    context |= {"form": form, "text": text}
    return page(request, "institutions/institutions.html", context, fragment="rows", status=200)


def institution(request: HttpRequest, key: str) -> HttpResponse:
    """One institution: names, contacts, faculties, terms; for whoever acts for it also what changes them."""
    found = get_object_or_404(Institution.objects.visible_to(request.user), key=key)
    contacts = Contact.objects.visible_to(request.user).filter(institution=found).select_related("faculty")
    context = {
        "institution": found,
        "country": country_in_words(found.country),
        "contacts": sorted(contacts, key=lambda one: (ContactRole.values.index(one.role), one.pk)),
        "faculties": found.faculties.order_by("pk"),
        "terms": terms_of(found, seasons_from(this_season(), NEXT)),
        "may_change": request.user.has_perm("institutions.add_contact", found),
        "may_see_people": request.user.has_perm("institutions.see_people", found),
        **_claiming(request, found),
    }
    return page(request, "institutions/institution.html", context)


@login_required
def institution_history(request: PersonRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Institution.objects.visible_to(request.user), key=key)
    authorise(request.user, "institutions.see_history", found)
    listed = listing(request, history(found), sorts={"newest": ("-pk",)})
    context = {**listed, "institution": found, "entries": sentences(listed["page"])}
    return page(request, "institutions/history.html", context, fragment="rows")


def this_season() -> Season:
    """The one that runs: spring is the first half of the year."""
    today = timezone.localdate()
    return Season(today.year, 1 if today.month <= 6 else 2)


def seasons_from(first: Season, number: int) -> list[Season]:
    seasons = [first]
    while len(seasons) < number:
        seasons.append(seasons[-1].next)
    return seasons


def _found(request: HttpRequest, text: str, country: str) -> Page[Institution]:
    """A page of what was found, the best first. Its number is in the address."""
    rows = find_institutions(text, FOUND, country=country)
    given = request.GET.get("page", "")
    number = int(given) if given.isdecimal() and len(given) < 3 else 0
    start = number * PER_PAGE

    def address(other: int) -> str:
        query = request.GET.copy()
        query["page"] = str(other)
        return f"?{query.urlencode()}"

    return Page(
        rows=rows[start : start + PER_PAGE],
        count=len(rows),
        capped=False,
        sort="",
        previous=address(number - 1) if number else "",
        next=address(number + 1) if start + PER_PAGE < len(rows) else "",
    )


def _claiming(request: HttpRequest, found: Institution) -> dict[str, Any]:
    """Whether the person may ask to act for the institution, or has asked."""
    user = request.user
    if not user.is_authenticated:
        return {}
    may_claim = (found.pk, Role.OFFICE) not in user.roles
    return {
        "may_claim": may_claim,
        "claim": Claim.objects.open().filter(institution=found, person=user).first() if may_claim else None,
    }
