"""Who acts for an institution: its office reads it, the programme changes it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eastep.core.permissions import authorise
from eastep.institutions import actions
from eastep.institutions.forms import RoleForm
from eastep.institutions.models import Institution, Membership
from eastep.institutions.states import Role
from eastep.ui.listing import listing
from eastep.ui.pages import PersonRequest, page


@login_required
def institution_people(request: PersonRequest, key: str) -> HttpResponse:
    return _people(request, _institution(request, key))


@login_required
@require_POST
def give_role(request: PersonRequest, key: str) -> HttpResponse:
    found = _institution(request, key)
    authorise(request.user, "institutions.give_role", found)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _people(request, found, form)
    role = Role(form.cleaned_data["role"])
    actions.give_role(form.person, by=request.user, role=role, institution=found)
    messages.success(
        request, _("{person} has the role “{role}” now.").format(person=form.person, role=role.label)
    )
    return redirect("institution_people", found.key)


@login_required
def take_role(request: PersonRequest, key: str, pk: int) -> HttpResponse:
    """Asks first."""
    rows = Membership.objects.visible_to(request.user).select_related("institution", "user")
    membership = get_object_or_404(rows, pk=pk, institution__key=key)
    authorise(request.user, "institutions.take_role", membership.institution)
    if request.method == "POST":
        actions.take_role(membership, by=request.user)
        messages.success(request, _("The role has been taken away."))
        return redirect("institution_people", key)
    context = {"institution": membership.institution, "membership": membership}
    return page(request, "institutions/take_role.html", context)


def _institution(request: PersonRequest, key: str) -> Institution:
    found = get_object_or_404(Institution.objects.visible_to(request.user), key=key)
    authorise(request.user, "institutions.see_people", found)
    return found


def _people(request: PersonRequest, found: Institution, form: RoleForm | None = None) -> HttpResponse:
    """Students are enrolled, they do not act for the institution."""
    acting = Membership.objects.visible_to(request.user).filter(institution=found).exclude(role=Role.STUDENT)
    may_change = request.user.has_perm("institutions.give_role", found)
    context = {
        **listing(
            request,
            acting.select_related("user"),
            sorts={"name": ("user__sort_name",), "newest": ("-given_at",)},
        ),
        "institution": found,
        "form": form or (RoleForm() if may_change else None),
        "may_change": may_change,
    }
    return page(request, "institutions/people.html", context, fragment="rows")
