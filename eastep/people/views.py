"""Pages about oneself."""

from copy import copy

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eastep.people import actions
from eastep.people.forms import LanguageForm, NamesForm, SavedViewForm
from eastep.people.models import SavedView
from eastep.ui.pages import PersonRequest, own_address, page


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie, and for a person who has signed in also with the person."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return redirect("home")
    language = form.cleaned_data["language"]
    if request.user.is_authenticated:
        actions.choose_language(request.user, by=request.user, language=language)
    response = redirect(own_address(request))
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


@login_required
@require_POST
def save_view(request: PersonRequest) -> HttpResponse:
    """Keep the filters and the sort of a list under a name, then show that list."""
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        for problem in [problem for problems in form.errors.values() for problem in problems]:
            messages.error(request, str(problem))
        return redirect(own_address(request))
    view = actions.save_view(request.user, by=request.user, **form.cleaned_data)
    messages.success(request, _("The view “{name}” is saved.").format(name=view.name))
    return redirect(own_address(request))


@login_required
@require_POST
def forget_view(request: PersonRequest, pk: int) -> HttpResponse:
    """Delete one of the person's own saved views; the list itself stays as it is."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    actions.forget_view(view, by=request.user)
    messages.success(request, _("The view “{name}” is deleted.").format(name=view.name))
    return redirect(own_address(request))
