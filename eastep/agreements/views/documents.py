"""A version of an agreement to take away: as a PDF in three languages, and as the bytes that were approved."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from eastep.agreements.models import Version
from eastep.agreements.paper import RECORD, agreement_as_pdf
from eastep.core.text import LANGUAGES
from eastep.documents.media import PDF, file_response
from eastep.ui.pages import PersonRequest


@login_required
@require_GET
def agreement_pdf(request: PersonRequest, pk: int, number: int, language: str) -> HttpResponse:
    """The version on paper, with its record attached."""
    if language not in LANGUAGES:
        raise Http404
    version = _version(request, pk, number)
    name = f"agreement-{pk}-{number}-{language}.pdf"
    return file_response(name, agreement_as_pdf(version, language=language), PDF)


@login_required
@require_GET
def agreement_record(request: PersonRequest, pk: int, number: int) -> HttpResponse:
    """The canonical bytes, whose SHA-256 both sides see."""
    version = _version(request, pk, number)
    if version.canonical is None:
        raise Http404
    return file_response(f"{pk}-{number}-{RECORD}", version.canonical, "application/json")


def _version(request: PersonRequest, pk: int, number: int) -> Version:
    versions = Version.objects.visible_to(request.user).select_related("agreement")
    return get_object_or_404(versions, agreement=pk, number=number)
