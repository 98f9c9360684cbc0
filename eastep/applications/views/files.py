"""Pages of the files that are brought into a round: from the drop zone to what was taken over."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from eastep.applications import actions, in_words, queries
from eastep.applications.actions.files import compare
from eastep.applications.forms.files import (
    HandInForm,
    RunForm,
    typed_in,
)
from eastep.applications.models import Round, RoundFile
from eastep.applications.sheets import columns_of_sheets
from eastep.applications.states import FILE, FileState
from eastep.applications.views.file_columns import columns_form, constant_fields, laid_out_as, missing_labels
from eastep.applications.views.file_page import file_page, mend_form, names_form, progress, take_form
from eastep.core.errors import Refused
from eastep.core.permissions import authorise
from eastep.core.sheets import write_csv
from eastep.core.text import Text
from eastep.institutions.models import Institution
from eastep.standards.queries import standards_in_force
from eastep.ui.listing import listing
from eastep.ui.pages import PersonRequest, page, wants_part

# The list and the drop zone


@login_required
def round_files(request: PersonRequest, pk: int) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.visible_to(request.user).select_related("home"), pk=pk)
    form = HandInForm(request.POST, request.FILES) if request.method == "POST" else HandInForm()
    if form.is_valid():
        files = [(file.name or "", file.read()) for file in form.cleaned_data["sheets"]]
        made = actions.hand_in(round_, by=request.user, files=files, kind=form.cleaned_data["kind"])
        return redirect(made[0]) if len(made) == 1 else redirect("round_files", pk=pk)
    rows = (
        RoundFile.objects.visible_to(request.user)
        .filter(round=round_)
        .without_bulk()
        .defer("difference", "layout")
        .select_related("handed_in_by")
        .annotate(new=F("difference__new"), changed=F("difference__changed"))
    )
    found = listing(request, rows, sorts={"newest": ("-handed_in_at", "-pk")})
    context = {
        **found,
        "round": round_,
        "form": form,
        "sheets": columns_of_sheets(),
        "is_working": any(file.is_working for file in found["page"]),
        "may_change": request.user.has_perm("applications.bring_in", round_),
    }
    return page(request, "applications/files/round_files.html", context, fragment="rows")


# One file


@login_required
def round_file(request: PersonRequest, pk: int, file: int) -> HttpResponse:
    found = _found(request, pk, file)
    return progress(request, found) if wants_part(request) else file_page(request, found)


@login_required
def confirm_names(request: PersonRequest, pk: int, file: int) -> HttpResponse:
    return _step(request, pk, file, partial(_mend, request, asked="names"))


@login_required
def mend_rows(request: PersonRequest, pk: int, file: int) -> HttpResponse:
    return _step(request, pk, file, partial(_mend, request, asked="rows"))


def _mend(request: PersonRequest, found: RoundFile, *, asked: str) -> HttpResponse | None:
    """Names and rows are one form with two buttons: what was filled in of either is kept, whichever is pressed."""
    _refuse_stale(found, request)
    names = names_form(found, request.POST, request.GET)
    mend = mend_form(found, request.POST, request.GET)
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
            request, found, names=names if with_names else None, mend=mend if with_rows else None
        )
    if names and with_names:
        meant = Institution.objects.in_bulk(set(names.meant.values()), field_name="key")
        found = actions.confirm_names(
            found,
            by=request.user,
            run=found.run,
            names={written: meant[key] for written, key in names.meant.items()},
            left_out=names.left_out,
        )
        messages.success(request, _("The names are remembered. The file is read again with them."))
    if with_rows:
        actions.mend_rows(
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
def take_file(request: PersonRequest, pk: int, file: int) -> HttpResponse:
    def act(found: RoundFile) -> HttpResponse | None:
        _refuse_stale(found, request)
        form = take_form(found, request.POST)
        if not form.is_valid():
            return file_page(request, found, take=form)
        try:
            actions.take_file(
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
            return file_page(request, found, take=form)
        return None

    return _step(request, pk, file, act)


@login_required
def read_again(request: PersonRequest, pk: int, file: int) -> HttpResponse:
    def act(found: RoundFile) -> HttpResponse | None:
        actions.read_again(found, by=request.user, run=_run(request))
        return None

    return _step(request, pk, file, act)


@login_required
def drop_file(request: PersonRequest, pk: int, file: int) -> HttpResponse:
    found = _found(request, pk, file)
    if request.method == "POST":
        actions.drop_file(found, by=request.user, run=_run(request))
        messages.success(request, _("The file “{name}” has been set aside.").format(name=found.name))
        return redirect("round_files", pk=pk)
    return redirect(found)


@login_required
def map_columns(request: PersonRequest, pk: int, file: int) -> HttpResponse:
    found = _found(request, pk, file)
    authorise(request.user, "applications.bring_in", found.round)
    if "read" not in FILE.open_to(found.state):
        return redirect(found)
    try:
        laid_out = laid_out_as(found, request.POST if request.method == "POST" else request.GET)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(found)
    if not laid_out["columns"]:
        messages.error(request, _("There is nothing on this sheet. Choose another one."))
        return redirect(found)
    form = columns_form(found, laid_out, request.POST if request.method == "POST" else None)
    stale, status = "", None
    if form.is_valid():
        try:
            actions.map_columns(
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
            found = _found(request, pk, file)
            form = columns_form(found, laid_out, _now_at(request.POST, found))
        else:
            messages.success(request, _("The columns are remembered. The file is read again with them."))
            return redirect(found)
    context = {
        "file": found,
        "round": found.round,
        "form": form,
        "laid_out": laid_out,
        "kinds": RoundFile.Kind.choices,
        "columns": [(column, form[f"column-{column.position}"]) for column in laid_out["columns"]],
        "constants": constant_fields(form, laid_out),
        "missing": missing_labels(laid_out),
        "stale": stale,
    }
    return page(request, "applications/files/map_columns.html", context, status=status)


# Downloads


@login_required
def file_problems(request: PersonRequest, pk: int, file: int) -> HttpResponse:
    found = _found(request, pk, file)
    kinds = {"error": _("Error"), "notice": _("Notice")}
    problems: list[dict[str, Any]] = found.problems
    rows: list[list[Any]] = [
        [
            kinds[one["severity"]],
            one["row"] or "",
            str(Text(**one["place"])),
            one["value"],
            str(Text(**one["sentence"])),
        ]
        for one in problems
    ]
    told = sum(one["severity"] == "error" for one in problems)
    if found.errors > told:
        rows.append(
            [
                "",
                "",
                "",
                "",
                _("Further errors that are not listed: {number}").format(number=found.errors - told),
            ]
        )
    headings = [_("Kind"), _("Row"), _("Place"), _("Value"), _("What is wrong and what to do")]
    return _csv(headings, rows, f"eastep-file-{found.pk}-problems.csv")


@login_required
def file_difference(request: PersonRequest, pk: int, file: int) -> HttpResponse:
    """All that taking the file over now would change."""
    found = _found(request, pk, file)
    if found.state != FileState.CHECKED:
        return redirect(found)
    headings = [_("Difference"), _("Row"), _("What"), _("Before"), _("In this file")]
    return _csv(headings, _difference_rows(found), f"eastep-file-{found.pk}-difference.csv")


def _difference_rows(file: RoundFile) -> Iterator[list[str]]:
    records = [record for _row, record in queries.unpacked(file)]
    compared = compare(file, records, standards_in_force())
    name_of = queries.names_of()

    def titled(record: Mapping[str, Any]) -> str:
        return in_words.title(file.kind, dict(record), name_of)

    for key in compared.found.new:
        record = compared.brought[key]
        told = "; ".join(f"{name}: {said}" for name, said in in_words.all_values(file.kind, record, name_of))
        yield [_("New"), titled(record), "", "", told]
    for key, fields in compared.found.changed.items():
        for field, old, new in fields:
            before, now = (in_words.value(field, said, name_of) for said in (old, new))
            yield [_("Changed"), titled(compared.brought[key]), in_words.label(file.kind, field), before, now]
    for key in compared.found.missing:
        yield [_("Not in this file"), titled(compared.held[key]), "", "", ""]


def _csv(headings: Sequence[str], rows: Any, name: str) -> HttpResponse:
    content = io.BytesIO()
    write_csv(headings, rows, content)
    return HttpResponse(
        content.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# What the steps have in common


def _found(request: PersonRequest, pk: int, file: int) -> RoundFile:
    rows = RoundFile.objects.visible_to(request.user).select_related("round__home", "handed_in_by")
    return get_object_or_404(rows.without_bulk(), round=pk, pk=file)


def _step(
    request: PersonRequest, pk: int, file: int, act: Callable[[RoundFile], HttpResponse | None]
) -> HttpResponse:
    """One step of a file by POST; back to its page. Who was not the first sees it as it is now, with all they typed."""
    found = _found(request, pk, file)
    if request.method != "POST":
        return redirect(found)
    authorise(request.user, "applications.bring_in", found.round)
    try:
        return act(found) or redirect(found)
    except Refused as refused:
        if refused.code != "changed":
            raise
        return _stale_page(request, _found(request, pk, file), str(refused))


def _stale_page(request: PersonRequest, found: RoundFile, sentence: str) -> HttpResponse:
    data = _now_at(request.POST, found)
    names = [one["written"] for one in found.unknown_names]
    typed = typed_in(request.POST, names, (get_language() or "en")[:2])
    return file_page(request, found, stale=sentence, typed=typed, data=data, status=HTTPStatus.CONFLICT)


def _now_at(data: QueryDict, found: RoundFile) -> QueryDict:
    """What was sent, as if for the file as it is now: the person has been told, and sends it again or not."""
    changed = data.copy()
    changed["run"] = str(found.run)
    return changed


def _refuse_stale(found: RoundFile, request: HttpRequest) -> None:
    """Before the form is read: what it asked about may be gone."""
    if _run(request) != found.run:
        raise Refused(_("Somebody else has worked on this file meanwhile. Look at it again."), code="changed")


def _run(request: HttpRequest) -> int:
    form = RunForm(request.POST)
    if not form.is_valid():
        raise ValidationError(_("The form is not complete. Open the page of the file again."))
    return int(form.cleaned_data["run"])
