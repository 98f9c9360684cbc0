"""Pages about oneself."""

from copy import copy

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eastep.people import actions
from eastep.people.forms import LanguageForm, NamesForm
from eastep.ui.pages import PersonRequest, page


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie, and for a person who has signed in also with the person."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return redirect("home")
    language, then = form.cleaned_data["language"], form.cleaned_data["next"]
    if request.user.is_authenticated:
        actions.choose_language(request.user, by=request.user, language=language)
    if not url_has_allowed_host_and_scheme(then, {request.get_host()}, request.is_secure()):
        then = "/"
    response = redirect(then)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        httponly=True,
    )
    return response


@login_required
def myself(request: PersonRequest) -> HttpResponse:
    """The person's own names."""
    form = NamesForm(request.POST or None, instance=copy(request.user))
    if form.is_valid():
        actions.edit_names(request.user, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("myself")
    return page(request, "people/myself.html", {"form": form})
