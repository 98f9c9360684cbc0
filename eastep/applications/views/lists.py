"""Pages of what a round holds: its rows of places and its applicants, each with what it said before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from eastep.applications import actions, in_words, queries, reasons
from eastep.applications.actions.agreed import FROM_AGREEMENTS
from eastep.applications.eligibility import WAIVABLE, Choice, Judged, Objection, Place, judge
from eastep.applications.forms.lists import (
    ApplicantFilter,
    ApplicantForm,
    PlaceFilter,
    PlaceForm,
    ProgrammeApplicantFilter,
    ProgrammePlaceFilter,
    RowForm,
    WaiveForm,
    WithdrawForm,
    as_typed,
)
from eastep.applications.models import Round, RoundApplicant, RoundFile, RoundPlace, Waiver
from eastep.applications.records import Record, on_offer, to_applicant, to_place
from eastep.core.errors import Refused
from eastep.core.permissions import authorise
from eastep.imports.difference import difference
from eastep.institutions.models import Institution
from eastep.institutions.seasons import start_of
from eastep.people.models import User
from eastep.standards import sentences
from eastep.standards.cells import Unreadable
from eastep.standards.queries import standards_in_force
from eastep.ui.comparing import Row as Compared
from eastep.ui.listing import Getter, listing, selected
from eastep.ui.pages import PersonRequest, own_address, page

PLACES, APPLICANTS = RoundFile.Kind.PLACES, RoundFile.Kind.APPLICANTS
PLACE_SORTS = {"row": ("number",), "host": ("host__sort_key", "number")}
APPLICANT_SORTS = {"number": ("applicant",), "score": ("-score", "applicant")}
# What a list reads: a row holds much more, and an institution still more.
OF_PLACE = (
    *("round", "number", "home__name", "host__name", "start", "length"),
    *("places", "record", "withdrawn"),
)
OF_APPLICANT = (
    *("round", "applicant", "name", "home__name", "score", "choices"),
    *("record", "results", "withdrawn", "reason"),
)
SHORT = 60  # characters of language results in a list
NAMED = 20  # rows that a page asks about by name; of the others it tells how many


# Rows of places


@login_required
def round_places(request: PersonRequest, pk: int) -> HttpResponse:
    found = _round(request, pk)
    rows = found.places.select_related("home", "host").only(*OF_PLACE)
    context = listing(request, rows, _place_filter(found), sorts=PLACE_SORTS, export=_place_columns())
    for row in context.get("page", ()):
        row.term_in_words, row.length_in_words = reasons.season(row.start), reasons.length(row.length)
        row.on_offer, row.carried_words = on_offer(row.record), in_words.carried_words(row.record)
        row.levels_in_words = in_words.value("levels", row.record["levels"], str)
    context |= {"round": found, "may_change": _may_change(request, found)}
    return page(request, "applications/lists/places.html", context, fragment="rows")


@login_required
def add_place(request: PersonRequest, pk: int) -> HttpResponse:
    found = _round(request, pk)
    authorise(request.user, "applications.edit_rows", found)
    form = PlaceForm(request.POST or None, round_=found, initial=_usual(found))
    if form.is_valid():
        try:
            row = actions.add_place(found, by=request.user, fields=form.record)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Row {row} of places has been added.").format(row=row.number))
            return redirect("round_places", found.pk)
    context = {"round": found, "form": form, "hosts": _partners(found, None)}
    return page(request, "applications/lists/add_place.html", context)


@login_required
def round_place(request: PersonRequest, pk: int, number: int) -> HttpResponse:
    rows = RoundPlace.objects.visible_to(request.user).select_related("round__home", "home", "host")
    row = get_object_or_404(rows, round=pk, number=number)
    form = now = None
    if request.method == "POST":
        authorise(request.user, "applications.edit_rows", row.round)
        form = PlaceForm(request.POST, round_=row.round)
        if form.is_valid():
            try:
                actions.edit_place(row, by=request.user, version=form.seen_version, fields=form.record)
            except Refused as refused:
                row = rows.get(pk=row.pk)
                now = _refused(form, refused, row, PLACES)
            else:
                messages.success(request, _("Saved."))
                return redirect(row)
    elif _may_change(request, row.round):
        typed = as_typed(row.record, row.round)
        form = PlaceForm(round_=row.round, initial={**typed, "version": row.version})
    context = {
        "place": row,
        "round": row.round,
        "form": form,
        "now": now,
        "hosts": _partners(row.round, None) if form else [],
        "may_change": _may_change(request, row.round),
        **_contents(PLACES, row),
    }
    return page(request, "applications/lists/place.html", context, status=409 if now else None)


@login_required
@require_POST
def withdraw_places(request: PersonRequest, pk: int) -> HttpResponse:
    found = _round(request, pk)
    rows = selected(request, found.places.all(), _place_filter(found))
    number = actions.withdraw_places(found, by=request.user, rows=rows)
    said = ngettext("{number} row was withdrawn.", "{number} rows were withdrawn.", number)
    return _done(request, said.format(number=number), reverse("round_places", args=[pk]))


@login_required
@require_POST
def readmit_places(request: PersonRequest, pk: int) -> HttpResponse:
    found = _round(request, pk)
    rows = selected(request, found.places.all(), _place_filter(found))
    number = actions.readmit_places(found, by=request.user, rows=rows)
    said = ngettext("{number} row counts again.", "{number} rows count again.", number)
    return _done(request, said.format(number=number), reverse("round_places", args=[pk]))


# Applicants


@login_required
def round_applicants(request: PersonRequest, pk: int) -> HttpResponse:
    found = _round(request, pk)
    rows = found.applicants.select_related("home").only(*OF_APPLICANT)
    context = listing(
        request,
        rows,
        _applicant_filter(found),
        sorts=APPLICANT_SORTS,
        export=_applicant_columns(request, found),
    )
    for row in context.get("page", ()):
        results = "; ".join(filter(None, [row.record["languages"], *row.results.values()]))
        row.languages_in_short = Truncator(results).chars(SHORT)
    context |= {"round": found, "may_change": _may_change(request, found)}
    return page(request, "applications/lists/applicants.html", context, fragment="rows")


@login_required
def add_applicant(request: PersonRequest, pk: int) -> HttpResponse:
    found = _round(request, pk)
    authorise(request.user, "applications.edit_rows", found)
    form = ApplicantForm(request.POST or None, round_=found, initial=_usual(found))
    if form.is_valid():
        try:
            row = actions.add_applicant(found, by=request.user, fields=form.record)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("Applicant {applicant} has been added.").format(applicant=row.applicant)
            )
            return redirect(row)
    context = {"round": found, "form": form, "hosts": _partners(found, found.home)}
    return page(request, "applications/lists/add_applicant.html", context)


@login_required
def round_applicant(request: PersonRequest, pk: int, applicant: int) -> HttpResponse:
    return _applicant_page(request, _applicant(request, pk, applicant))


@login_required
def edit_applicant(request: PersonRequest, pk: int, applicant: int) -> HttpResponse:
    row = _applicant(request, pk, applicant)
    authorise(request.user, "applications.edit_rows", row.round)
    now = None
    typed = {**as_typed(row.record, row.round), "version": str(row.version)}
    form = ApplicantForm(request.POST or None, round_=row.round, initial=typed)
    if form.is_valid():
        try:
            actions.edit_applicant(row, by=request.user, version=form.seen_version, fields=form.record)
        except Refused as refused:
            row = _applicant(request, pk, applicant)
            now = _refused(form, refused, row, APPLICANTS)
        else:
            messages.success(request, _("Saved."))
            return redirect(row)
    context = {
        "applicant": row,
        "round": row.round,
        "form": form,
        "now": now,
        "hosts": _partners(row.round, row.home),
        "may_change": _may_change(request, row.round),
    }
    return page(request, "applications/lists/edit_applicant.html", context, status=409 if now else None)


@login_required
@require_POST
def withdraw_applicants(request: PersonRequest, pk: int) -> HttpResponse:
    """Asks for the reason first, with the rows that it will be for."""
    found = _round(request, pk)
    authorise(request.user, "applications.edit_rows", found)
    rows = selected(request, found.applicants.all(), _applicant_filter(found))
    back = own_address(request, reverse("round_applicants", args=[pk]))
    form = WithdrawForm(request.POST if "reason" in request.POST else None)
    if form.is_valid():
        number = actions.withdraw_applicants(
            found, by=request.user, rows=rows, reason=form.cleaned_data["reason"]
        )
        said = ngettext("{number} applicant was withdrawn.", "{number} applicants were withdrawn.", number)
        return _done(request, said.format(number=number), back)
    counting = rows.filter(withdrawn="")
    number = counting.count()
    context = {
        "round": found,
        "form": form,
        "number": number,
        "applicants": counting.order_by("applicant").only("applicant", "name")[:NAMED],
        "more": max(number - NAMED, 0),
        "back": back,
        "chosen": [
            (name, value)
            for name in ("which", "query", "shown", "row", "next")
            for value in request.POST.getlist(name)
        ],
    }
    return page(request, "applications/lists/withdraw_applicants.html", context)


@login_required
@require_POST
def readmit_applicants(request: PersonRequest, pk: int) -> HttpResponse:
    found = _round(request, pk)
    rows = selected(request, found.applicants.all(), _applicant_filter(found))
    number = actions.readmit_applicants(found, by=request.user, rows=rows)
    said = ngettext("{number} applicant counts again.", "{number} applicants count again.", number)
    return _done(request, said.format(number=number), reverse("round_applicants", args=[pk]))


# Waivers


@login_required
@require_POST
def waive_objection(request: PersonRequest, pk: int, applicant: int) -> HttpResponse:
    row = _applicant(request, pk, applicant)
    authorise(request.user, "applications.waive_objection", row.round)
    form = WaiveForm(request.POST)
    if not form.is_valid():
        return _applicant_page(request, row, form)
    given = form.cleaned_data
    given["host"] = get_object_or_404(Institution, key=given["host"])
    actions.waive_objection(row, by=request.user, **given)
    messages.success(request, _("Waived. The reason stays in sight wherever the choice is shown."))
    return redirect(row)


@login_required
@require_POST
def end_waiver(request: PersonRequest, pk: int, waiver: int) -> HttpResponse:
    rows = Waiver.objects.visible_to(request.user).select_related("applicant__round")
    found = get_object_or_404(rows, pk=waiver, applicant__round=pk)
    actions.end_waiver(found, by=request.user)
    messages.success(request, _("Taken back."))
    return redirect(found.applicant)


# The page of an applicant


def _applicant_page(
    request: PersonRequest, row: RoundApplicant, refused: WaiveForm | None = None
) -> HttpResponse:
    """*refused* is the reason for a waiver that could not be taken as it was."""
    found, wishes = row.round, row.record["choices"]
    waivers = list(row.waivers.select_related("host", "by", "ended_by").order_by("pk"))
    in_force = [waiver for waiver in waivers if not waiver.ended_at]
    names = _names(APPLICANTS, row, {waiver.host.key for waiver in waivers})
    choices, problem = [], ""
    try:
        for number, (wish, judged) in enumerate(zip(wishes, _judged(row, in_force), strict=True), 1):
            own = [waiver for waiver in in_force if _wish(waiver) == wish]
            choices.append(_told(number, wish, judged, waivers=own, names=names, refused=refused))
    except Unreadable as error:
        problem = sentences.sentence(error)
    numbered = found.applicants.only("pk", "round", "applicant", "name")
    context = {
        "applicant": row,
        "round": found,
        "refused": refused,
        "choices": choices,
        "problem": problem,
        "other_waivers": [
            (one, reasons.choice(_wish(one), names)) for one in in_force if _wish(one) not in wishes
        ],
        "ended": [(one, reasons.choice(_wish(one), names)) for one in waivers if one.ended_at],
        "previous": numbered.filter(applicant__lt=row.applicant).order_by("-applicant").first(),
        "next": numbered.filter(applicant__gt=row.applicant).order_by("applicant").first(),
        "may_change": _may_change(request, found),
        **_contents(APPLICANTS, row, names),
    }
    return page(request, "applications/lists/applicant.html", context)


def _judged(row: RoundApplicant, waivers: Sequence[Waiver]) -> list[Judged]:
    """Each choice of the applicant against the round's rows of places, of which only those that matter are read.

    Raises `standards.cells.Unreadable` where the standards do not know any more what a record says.
    """
    standards = standards_in_force()
    applicant = to_applicant(row.record, row=0, standards=standards, extra_results=row.results.values())
    rows = row.round.places.counting().filter(home=row.home_id)
    rows = rows.filter(host__key__in={choice.host for choice in applicant.choices}).order_by("number")
    offered: dict[tuple[str, Choice], list[Place]] = {}
    for number, content in rows.values_list("number", "record"):
        place = to_place(content, row=number, standards=standards)
        kind = Choice(host=place.host, start=place.start, length=place.length)
        offered.setdefault((place.home, kind), []).append(place)
    return [
        judge(
            applicant,
            choice,
            offered,
            standards=standards,
            start_of=start_of,
            waivers={one.code: one.reason for one in waivers if _wish(one) == wish},
        )
        for choice, wish in zip(applicant.choices, row.record["choices"], strict=True)
    ]


def _told(
    number: int,
    wish: Record,
    judged: Judged,
    *,
    waivers: Sequence[Waiver],
    names: in_words.NameOf,
    refused: WaiveForm | None,
) -> dict[str, Any]:
    """One choice for the page: the rows that it may use or what speaks against it, and what was waived."""
    objections = {
        aside.objection.code: _sentence(aside.objection)
        for asides in judged.waived.values()
        for aside in asides
    }
    return {
        "number": number,
        "words": reasons.choice(wish, names),
        "rows": [place.row for place in judged.rows],
        "against": [
            {
                "code": one.code,
                "sentence": _sentence(one),
                "form": _waive_form(number, wish, one.code, refused),
            }
            for one in judged.against
        ],
        "waivers": [(one, objections.get(one.code, "")) for one in waivers],
    }


def _waive_form(number: int, wish: Record, code: str, refused: WaiveForm | None) -> WaiveForm | None:
    """What asks for the reason; the form that was sent, if it was for this objection. None if nobody can waive it."""
    asked = {**wish, "code": code}
    was_sent = refused is not None and all(refused.data.get(name) == value for name, value in asked.items())
    data = refused.data if refused is not None and was_sent else None
    return WaiveForm(data, initial=asked, auto_id=f"id_{number}_{code}_%s") if code in WAIVABLE else None


def _sentence(objection: Objection) -> str:
    return reasons.objection({"code": objection.code, "facts": objection.facts})


def _wish(waiver: Waiver) -> Record:
    return {"host": waiver.host.key, "start": waiver.start, "length": waiver.length}


# What a row says and said


def _contents(
    kind: str, row: RoundPlace | RoundApplicant, names: in_words.NameOf | None = None
) -> dict[str, Any]:
    """The facts of the row, and its changes, the newest first: when, by whom, from which file, which fields."""
    names = names or _names(kind, row)
    people = User.objects.in_bulk({one["by"] for one in row.earlier})
    contents = [*(one["record"] for one in row.earlier), row.record]
    changes = [
        {
            "at": datetime.fromisoformat(one["until"]),
            "by": people.get(one["by"], ""),
            "file": one["file"],
            "from_agreements": one["file"] == FROM_AGREEMENTS,
            "fields": _changed(kind, contents[number], contents[number + 1], names),
        }
        for number, one in enumerate(row.earlier)
    ]
    return {"said": in_words.all_values(kind, row.record, names), "changes": changes[::-1]}


def _changed(kind: str, before: Record, after: Record, names: in_words.NameOf) -> list[tuple[str, str, str]]:
    """The fields that differ, in words: what each is called, said before and says after."""
    found = difference({"": before}, {"": after}).changed.get("", ())
    return [
        (_label(kind, field), _value(field, was, names), _value(field, now, names))
        for field, was, now in found
    ]


def _label(kind: str, field: str) -> str:
    name, _space, number = field.partition(" ")
    return _("Choice {number}").format(number=number) if name == "choice" else in_words.label(kind, field)


def _value(field: str, said: Any, names: in_words.NameOf) -> str:
    return reasons.choice(said, names) if isinstance(said, dict) else in_words.value(field, said, names)


def _names(kind: str, row: RoundPlace | RoundApplicant, more: Collection[str] = ()) -> in_words.NameOf:
    """The names of all institutions that the row names or named."""
    records = [row.record, *(one["record"] for one in row.earlier)]
    return queries.names_of(in_words.institutions_in(records) | set(more))


def _refused(
    form: RowForm, refused: Refused, row: RoundPlace | RoundApplicant, kind: str
) -> list[Compared] | None:
    """Say why it was not saved. If the row has gone on meanwhile: what it says now beside what was typed."""
    form.add_error(None, str(refused))
    if refused.code != "changed":
        return None
    form.see(row.version)
    names = queries.names_of(in_words.institutions_in([row.record, form.record]))
    now, typed = (dict(_by_label(kind, record, names)) for record in (row.record, form.record))
    return [Compared(label, now.get(label, "–"), typed.get(label, "–")) for label in now | typed]


def _by_label(kind: str, record: Record, names: in_words.NameOf) -> list[tuple[str, str]]:
    """Every field in words, each choice by itself."""
    plain = {**record, "choices": []} if "choices" in record else record
    choices = enumerate(record.get("choices", ()), 1)
    return [
        *in_words.all_values(kind, plain, names),
        *((_label(kind, f"choice {number}"), reasons.choice(choice, names)) for number, choice in choices),
    ]


# What the pages share


def _round(request: PersonRequest, pk: int) -> Round:
    return get_object_or_404(Round.objects.visible_to(request.user).select_related("home"), pk=pk)


def _applicant(request: PersonRequest, pk: int, applicant: int) -> RoundApplicant:
    rows = RoundApplicant.objects.visible_to(request.user).select_related("round__home", "home")
    return get_object_or_404(rows.defer("search_key", "grams"), round=pk, pk=applicant)


def _may_change(request: PersonRequest, found: Round) -> bool:
    return request.user.has_perm("applications.edit_rows", found) and not found.is_frozen


def _done(request: PersonRequest, said: str, default: str) -> HttpResponse:
    messages.success(request, said)
    return redirect(own_address(request, default))


def _usual(found: Round) -> dict[str, str]:
    """What a new row begins with: the home, where the round has only one."""
    return {"home": str(found.home)} if found.home else {}


def _partners(found: Round, home: Institution | None) -> QuerySet[Institution]:
    """The hosts that have places for *home*, or for any home, in the round: to choose from while typing."""
    rows = found.places.filter(home=home) if home else found.places.all()
    return (
        Institution.objects.filter(pk__in=rows.values("host")).only("name", "sort_key").order_by("sort_key")
    )


def _place_filter(found: Round) -> type[PlaceFilter]:
    return PlaceFilter if found.home_id else ProgrammePlaceFilter


def _applicant_filter(found: Round) -> type[ApplicantFilter]:
    return ApplicantFilter if found.home_id else ProgrammeApplicantFilter


# Files of a list, with headings that a file which is brought in may have


def _place_columns() -> list[tuple[object, Getter]]:
    return [
        (_("Row"), lambda row: row.number),
        (_("Home institution"), lambda row: str(row.home)),
        (_("Host institution"), lambda row: str(row.host)),
        (_("Field (ISCED-F)"), _of_record("fields")),
        (_("Level (EQF)"), _of_record("levels")),
        (_("Start term"), lambda row: reasons.season(row.start)),
        (_("Length"), lambda row: reasons.length(row.length)),
        (pgettext("capacity", "Places"), lambda row: row.places),
        (_("Carried over"), lambda row: row.record.get("carried")),
        (_("Minimum GPA"), _of_record("minimum_gpa")),
        (_("Language requirement"), _of_record("language")),
        (_("State"), lambda row: row.get_withdrawn_display()),
    ]


def _applicant_columns(request: PersonRequest, found: Round) -> list[tuple[object, Getter]]:
    """With as many columns of choices as the applicant with most of them needs."""
    most = 0
    name_of: Callable[[str], str] = str
    if "export" in request.GET:
        most = found.applicants.aggregate(most=Max("choices"))["most"] or 0
        name_of = queries.names_of()
    choices: list[tuple[object, Getter]] = []
    for n in range(1, most + 1):
        choices += [
            (_("Choice {n}: host").format(n=n), _of_choice(n, "host", name_of)),
            (_("Choice {n}: start term").format(n=n), _of_choice(n, "start", reasons.season)),
            (_("Choice {n}: length").format(n=n), _of_choice(n, "length", reasons.length)),
        ]
    return [
        (_("Applicant number"), lambda row: row.applicant),
        (_("Name"), lambda row: row.name),
        (_("Home institution"), lambda row: str(row.home)),
        (_("Field (ISCED-F)"), _of_record("field")),
        (_("Level (EQF)"), _of_record("level")),
        (_("GPA"), _of_record("gpa")),
        (_("Language results"), _of_record("languages")),
        (_("Further language results"), lambda row: "; ".join(row.results.values())),
        (_("Score"), lambda row: row.record["score"]),
        (_("Language of letters"), _of_record("language")),
        *choices,
        (_("State"), lambda row: row.get_withdrawn_display()),
        (_("Reason"), lambda row: row.reason),
    ]


def _of_record(name: str) -> Getter:
    return lambda row: row.record.get(name, "")


def _of_choice(n: int, name: str, word: Callable[[str], str]) -> Getter:
    def value(row: RoundApplicant) -> str:
        choices = row.record["choices"]
        return word(choices[n - 1][name]) if len(choices) >= n else ""

    return value
