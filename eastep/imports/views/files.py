"""Pages of the files that are brought in: from the drop zone to what was taken over.

An app puts them below its own addresses: ``path("…/files/<int:file>/", files.one_file, {"pages": PAGES}, name=…)``.
The steps stand below the address of the file: columns/, names/, mend/, take/, again/, drop/, problems.csv,
difference.csv (`urls.py` has them all).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from eastep.core.errors import Refused
from eastep.core.permissions import authorise
from eastep.imports import actions
from eastep.imports.forms.files import HandInForm, RunForm
from eastep.imports.forms.rows import typed_in
from eastep.imports.models import BULK, SheetFile
from eastep.imports.states import FILE
from eastep.imports.views.file_columns import columns_form, constant_fields, laid_out_as, missing_labels
from eastep.imports.views.file_page import file_page, mend_form, names_form, progress, take_form
from eastep.imports.views.pages import FilePages
from eastep.institutions.models import Institution
from eastep.ui.listing import listing
from eastep.ui.pages import PersonRequest, page, wants_part

# The list and the drop zone


@login_required
def files(request: PersonRequest, pages: FilePages[Any], pk: int) -> HttpResponse:
    into, inbox = pages.found_into(request, pk), pages.inbox
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = HandInForm(*sent, kinds=pages.kinds)
    if form.is_valid():
        brought = [(file.name or "", file.read()) for file in form.cleaned_data["sheets"]]
        made = actions.hand_in(inbox, into, by=request.user, files=brought, kind=form.cleaned_data["kind"])
        return redirect(made[0] if len(made) == 1 else pages.list_address(into))
    rows = (
        pages.files_visible_to(request.user)
        .filter(**{inbox.model.INTO: into})
        .defer(*BULK, "difference", "layout")
        .select_related("handed_in_by")
        .annotate(new=F("difference__new"), changed=F("difference__changed"))
    )
    found = listing(request, rows, sorts={"newest": ("-handed_in_at", "-pk")})
    context = {
        **found,
        **pages.context(into),
        "form": form,
        "sheets": inbox.kinds.explained(),
        "empty_sheets": [
            (title, f"{pages.list_address(into)}empty-{kind}.xlsx")
            for kind, title in inbox.kinds.titles.items()
        ],
        "is_working": any(file.is_working for file in found["page"]),
        "may_change": request.user.has_perm(inbox.permission, into),
    }
    template = "imports/files/files.html" if wants_part(request) else pages.template("files.html")
    return page(request, template, context, fragment="rows")


# One file


@login_required
def one_file(request: PersonRequest, pages: FilePages[Any], pk: int, file: int) -> HttpResponse:
    found = pages.found(request, pk, file)
    return progress(request, pages, found) if wants_part(request) else file_page(request, pages, found)


@login_required
def confirm_names(request: PersonRequest, pages: FilePages[Any], pk: int, file: int) -> HttpResponse:
    return _step(request, pages, pk, file, partial(_mend, request, pages, asked="names"))


@login_required
def mend_rows(request: PersonRequest, pages: FilePages[Any], pk: int, file: int) -> HttpResponse:
    return _step(request, pages, pk, file, partial(_mend, request, pages, asked="rows"))


def _mend(
    request: PersonRequest, pages: FilePages[Any], found: SheetFile, *, asked: str
) -> HttpResponse | None:
    """Names and rows are one form with two buttons: what was filled in of either is kept, whichever is pressed."""
    _refuse_stale(found, request)
    names = names_form(found, request.POST, request.GET)
    columns = pages.inbox.kinds.columns_in_words(found.kind)
    mend = mend_form(columns, found, request.POST, request.GET)
    is_mended = mend.has_changed()
    is_named = any(value for name, value in request.POST.items() if name.startswith(("meant-", "other-")))
    with_names = names is not None and (
        names.has_changed() or (asked == "names" and (is_named or not is_mended))
    )
    with_rows = is_mended or not with_names
    wanted: list[Any] = [form for form, is_wanted in ((names, with_names), (mend, with_rows)) if is_wanted]
    are_valid = [form.is_valid() for form in wanted]  # all of them, so that each tells its errors
    if not all(are_valid):
        return file_page(
            request,
            pages,
            found,
            names=names if with_names else None,
            mend=mend if with_rows else None,
        )
    if names and with_names:
        meant = Institution.objects.in_bulk(set(names.meant.values()), field_name="key")
        found = actions.confirm_names(
            pages.inbox,
            found,
            by=request.user,
            run=found.run,
            names={written: meant[key] for written, key in names.meant.items()},
            left_out=names.left_out,
        )
        messages.success(request, _("The names are remembered. The file is read again with them."))
    if with_rows:
        actions.mend_rows(
            pages.inbox,
            found,
            by=request.user,
            run=found.run,
            mends=mend.mends(),
            left_out=mend.left_out(),
            put_back=mend.put_back(),
            undo=mend.undone(),
        )
    return None


@login_required
def take_file(request: PersonRequest, pages: FilePages[Any], pk: int, file: int) -> HttpResponse:
    def act(found: SheetFile) -> HttpResponse | None:
        _refuse_stale(found, request)
        form = take_form(pages, found, request.POST)
        if not form.is_valid():
            return file_page(request, pages, found, take=form)
        try:
            actions.take_file(
                pages.inbox,
                found,
                by=request.user,
                run=form.cleaned_data["run"],
                only_good=form.cleaned_data.get("which") == "good",
                remove_missing=form.cleaned_data.get("remove_missing", False),
            )
        except Refused as refused:
            if refused.code != "bad_rows":
                raise
            form.add_error("which", str(refused))
            return file_page(request, pages, found, take=form)
        return None

    return _step(request, pages, pk, file, act)


@login_required
def read_again(request: PersonRequest, pages: FilePages[Any], pk: int, file: int) -> HttpResponse:
    def act(found: SheetFile) -> HttpResponse | None:
        actions.read_again(pages.inbox, found, by=request.user, run=_run(request))
        return None

    return _step(request, pages, pk, file, act)


@login_required
def drop_file(request: PersonRequest, pages: FilePages[Any], pk: int, file: int) -> HttpResponse:
    found = pages.found(request, pk, file)
    if request.method == "POST":
        actions.drop_file(pages.inbox, found, by=request.user, run=_run(request))
        messages.success(request, _("The file “{name}” has been set aside.").format(name=found.name))
        return redirect(pages.list_address(found.into))
    return redirect(found)


@login_required
def map_columns(request: PersonRequest, pages: FilePages[Any], pk: int, file: int) -> HttpResponse:
    found = pages.found(request, pk, file)
    authorise(request.user, pages.inbox.permission, found.into)
    if "read" not in FILE.open_to(found.state):
        return redirect(found)
    try:
        laid_out = laid_out_as(pages.inbox, found, request.POST if request.method == "POST" else request.GET)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(found)
    if not laid_out["columns"]:
        messages.error(request, _("There is nothing on this sheet. Choose another one."))
        return redirect(found)
    form = columns_form(pages, found, laid_out, request.POST if request.method == "POST" else None)
    stale, status = "", None
    if form.is_valid():
        try:
            actions.map_columns(
                pages.inbox,
                found,
                by=request.user,
                run=form.cleaned_data["run"],
                kind=form.cleaned_data["kind"],
                layout=form.layout,
                headings=form.headings,
            )
        except Refused as refused:
            if refused.code != "changed":
                raise
            stale, status = str(refused), HTTPStatus.CONFLICT
            found = pages.found(request, pk, file)
            form = columns_form(pages, found, laid_out, _now_at(request.POST, found))
        else:
            messages.success(request, _("The columns are remembered. The file is read again with them."))
            return redirect(found)
    context = {
        **pages.context(found.into),
        "file": found,
        "form": form,
        "laid_out": laid_out,
        "kinds": pages.kinds,
        "columns": [(column, form[f"column-{column.position}"]) for column in laid_out["columns"]],
        "constants": constant_fields(form, laid_out),
        "missing": missing_labels(pages.inbox, laid_out),
        "stale": stale,
    }
    return page(request, pages.template("map_columns.html"), context, status=status)


# What the steps have in common


def _step(
    request: PersonRequest,
    pages: FilePages[Any],
    pk: int,
    file: int,
    act: Callable[[SheetFile], HttpResponse | None],
) -> HttpResponse:
    """One step of a file by POST; back to its page. Who was not the first sees it as it is now, with all they typed."""
    found = pages.found(request, pk, file)
    if request.method != "POST":
        return redirect(found)
    authorise(request.user, pages.inbox.permission, found.into)
    try:
        return act(found) or redirect(found)
    except Refused as refused:
        if refused.code != "changed":
            raise
        return _stale_page(request, pages, pages.found(request, pk, file), str(refused))


def _stale_page(
    request: PersonRequest, pages: FilePages[Any], found: SheetFile, sentence: str
) -> HttpResponse:
    data = _now_at(request.POST, found)
    names = [one["written"] for one in found.unknown_names]
    typed = typed_in(request.POST, names, (get_language() or "en")[:2])
    return file_page(
        request, pages, found, stale=sentence, typed=typed, data=data, status=HTTPStatus.CONFLICT
    )


def _now_at(data: QueryDict, found: SheetFile) -> QueryDict:
    """What was sent, as if for the file as it is now: the person has been told, and sends it again or not."""
    changed = data.copy()
    changed["run"] = str(found.run)
    return changed


def _refuse_stale(found: SheetFile, request: HttpRequest) -> None:
    """Before the form is read: what it asked about may be gone."""
    if _run(request) != found.run:
        raise Refused(_("Somebody else has worked on this file meanwhile. Look at it again."), code="changed")


def _run(request: HttpRequest) -> int:
    form = RunForm(request.POST)
    if not form.is_valid():
        raise ValidationError(_("The form is not complete. Open the page of the file again."))
    return int(form.cleaned_data["run"])
