"""Pages after the freezing: who accepted, who would be next, and the second round with what is left."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from eastep.applications import actions, queries, reasons, report
from eastep.applications.following import Left, left_by_row, rule_after, waits_for
from eastep.applications.forms.following import AnswerFilter, PasteForm, SecondRoundForm, WaitingFilter
from eastep.applications.models import Frozen, Option, Outcome, Round
from eastep.applications.states import Answer
from eastep.applications.views.words import stay_words
from eastep.core.permissions import authorise
from eastep.core.sheets import write_csv
from eastep.ui.listing import listing, selected
from eastep.ui.pages import PersonRequest, own_address, page

ROWS = 20  # rows of places on one page of waiting lists
FIRST = 10  # of a waiting list on the page of all
TONES = {"": "plain", Answer.ACCEPTED: "good", Answer.DECLINED: "warning"}
NOT_SHOWN = (
    *("grams", "search_key"),
    *(f"{side}__{name}" for side in ("home", "host") for name in ("grams", "aliases", "source")),
)


# Answers


@login_required
def answers(request: PersonRequest, pk: int) -> HttpResponse:
    found, frozen = _round(request, pk)
    context: dict[str, Any] = {"round": found, "frozen": frozen, "second": _second(found)}
    if frozen is None:
        return page(request, "applications/following/answers.html", context)
    rows = _placed(frozen)
    context |= listing(
        request,
        rows,
        AnswerFilter,
        sorts={"number": ("applicant",), "position": ("position",)},
        export=_answer_columns(),
    )
    if "page" in context:
        name_of = _names(context["page"])
        for row in context["page"]:
            row.stay, row.tone_of_answer = _stay(row, name_of), TONES[row.answer]
            row.answer_in_words = _answer(row.answer)
    context |= {
        "figures": queries.answer_figures(frozen),
        "before": queries.answered_before(frozen).count(),
        "may_answer": _may(request, found, "enter_answers") and not context["second"],
    }
    return page(request, "applications/following/answers.html", context, fragment="rows")


@login_required
@require_POST
def enter_answers(request: PersonRequest, pk: int) -> HttpResponse:
    found, frozen = _round(request, pk)
    try:
        answer = Answer(request.POST.get("answer", ""))
    except ValueError as error:
        raise Http404 from error
    numbers = _chosen(request, frozen)
    number = actions.enter_answers(
        found, by=request.user, applicants=numbers, answer=answer, seen=_seen(request)
    )
    return _entered(request, pk, number, answer)


@login_required
@require_POST
def take_back_answers(request: PersonRequest, pk: int) -> HttpResponse:
    found, frozen = _round(request, pk)
    numbers = _chosen(request, frozen)
    number = actions.take_back_answers(found, by=request.user, applicants=numbers, seen=_seen(request))
    said = ngettext("{number} answer was taken back.", "{number} answers were taken back.", number)
    return _done(request, pk, said.format(number=number))


@login_required
def paste_answers(request: PersonRequest, pk: int) -> HttpResponse:
    found, frozen = _round(request, pk)
    authorise(request.user, "applications.enter_answers", found)
    if frozen is None or _second(found):
        return redirect("answers", pk)
    form = PasteForm(
        request.POST or None,
        placed=queries.placed_of(frozen),
        everybody=frozen.simulation.outcomes.all(),
        initial={"answer": Answer.ACCEPTED},
    )
    if form.is_valid():
        given = form.cleaned_data
        answer = Answer(given["answer"])
        number = actions.enter_answers(
            found, by=request.user, applicants=given["numbers"], answer=answer, seen=_seen(request)
        )
        return _entered(request, pk, number, answer)
    context = {"round": found, "frozen": frozen, "form": form}
    return page(request, "applications/following/paste_answers.html", context)


def _entered(request: PersonRequest, pk: int, number: int, answer: Answer) -> HttpResponse:
    said = {
        Answer.ACCEPTED: ngettext(
            "{number} applicant has accepted.", "{number} applicants have accepted.", number
        ),
        Answer.DECLINED: ngettext(
            "{number} applicant has declined.", "{number} applicants have declined.", number
        ),
    }
    return _done(request, pk, said[answer].format(number=number))


def _done(request: PersonRequest, pk: int, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect(own_address(request, f"/rounds/{pk}/answers/"))


def _chosen(request: PersonRequest, frozen: Frozen | None) -> list[str]:
    """The numbers of those who were ticked, or of all that match; nobody where nothing is frozen (any more)."""
    if frozen is None:
        return []
    rows = selected(request, queries.placed_of(frozen), AnswerFilter)
    return list(rows.order_by().values_list("applicant", flat=True))


def _answer_columns() -> list[tuple[object, Callable[[Any], Any]]]:
    return [
        (_("Applicant number"), lambda row: row.applicant),
        (_("Name"), lambda row: row.name),
        (_("Home institution"), lambda row: str(row.home)),
        (_("Score"), lambda row: row.score),
        (_("Host institution"), lambda row: str(row.host)),
        (_("Start term"), lambda row: reasons.season(_held(row)["start"])),
        (_("Length"), lambda row: reasons.length(_held(row)["length"])),
        (_("Row of places"), lambda row: row.row),
        (_("Answer"), lambda row: _answer(row.answer)),
        (_("Entered at"), lambda row: row.answered_at),
    ]


def _answer(answer: str) -> str:
    return str(Answer(answer).label) if answer else pgettext("answer", "None yet")


# Waiting lists


@login_required
def waiting(request: PersonRequest, pk: int) -> HttpResponse:
    found, frozen = _round(request, pk)
    context: dict[str, Any] = {"round": found, "frozen": frozen, "second": _second(found)}
    if frozen is None:
        return page(request, "applications/following/waiting.html", context)
    context["is_balanced"] = bool(frozen.simulation.rule)
    rows = queries.with_first_waiting(_options(frozen), FIRST + 1)
    context |= listing(request, rows, WaitingFilter, sorts={"row": ("row",)}, per_page=ROWS)
    options: list[Any] = list(context["page"])
    left = _left(frozen, options)
    people = _people(frozen, {key for one in options for key in one.first_waiting})
    name_of = _names(people.values())
    context["lists"] = [
        {
            **_option(one, left[one.row]),
            "people": [_person(people[key], name_of) for key in one.first_waiting[:FIRST]],
            "has_more": len(one.first_waiting) > FIRST,
        }
        for one in options
    ]
    return page(request, "applications/following/waiting.html", context, fragment="rows")


@login_required
def waiting_list(request: PersonRequest, pk: int, row: int) -> HttpResponse:
    """Everybody who waits for one row of places."""
    found, frozen = _of_frozen(request, pk)
    one = get_object_or_404(_options(frozen, everything=True), row=row)
    context = listing(
        request,
        _waiting(frozen, one),
        sorts={"position": ("position",)},
        export=_waiting_columns(queries.names_of() if "export" in request.GET else str),
    )
    if "page" in context:
        name_of = _names(context["page"])
        context["people"] = [_person(person, name_of) for person in context["page"]]
    own = _option(one, _left(frozen, [one])[one.row])
    context |= {"round": found, "frozen": frozen, "option": one, "own": own, "words": own["words"]}
    return page(request, "applications/following/waiting_list.html", context, fragment="rows")


@login_required
def waiting_file(request: PersonRequest, pk: int) -> HttpResponseBase:
    """All waiting lists in one file: one line for each applicant in each list."""
    _found, frozen = _of_frozen(request, pk)
    columns = _waiting_columns(queries.names_of())
    of_row: list[tuple[object, Callable[[Any], Any]]] = [
        (_("Row of places"), lambda one: one.row),
        (_("Home institution"), lambda one: str(one.home)),
        (_("Host institution"), lambda one: str(one.host)),
        (_("Start term"), lambda one: reasons.season(one.details["start"])),
        (_("Length"), lambda one: reasons.length(one.details["length"])),
    ]
    left = _left(frozen, None)
    people = _all_waiting(frozen)

    def lines() -> Iterator[list[Any]]:
        for one in _options(frozen).order_by("row").iterator():
            own = [value(one) for _heading, value in of_row]
            waiting = (person for person in people[one.row] if person.home_id == one.home_id)
            for number, person in enumerate(waiting, 1):
                yield [*own, left[one.row][0].open, number, *(value(person) for _heading, value in columns)]

    headings = [heading for heading, _value in of_row]
    headings += [_("Free now"), _("Place in the list"), *(heading for heading, _value in columns)]
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_csv(list(map(str, headings)), lines(), file)
    file.seek(0)
    name = f"eastep-round-{pk}-waiting.csv"
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


def _options(frozen: Frozen, *, everything: bool = False) -> QuerySet[Option]:
    """The rows of places of the frozen result that somebody was refused, or all."""
    rows = Option.objects.filter(simulation=frozen.simulation_id).select_related("home", "host")
    rows = rows.defer(*(name for name in NOT_SHOWN if "__" in name))
    return rows if everything else rows.filter(refused__gt=0)


def _waiting(frozen: Frozen, option: Option) -> QuerySet[Outcome]:
    """Those who wait for *option* with what they answered to the place that they hold, if any."""
    rows = queries.waiting_for(frozen.simulation, option)
    return queries.with_answers(rows, frozen).select_related("simulation").defer(*NOT_SHOWN[:2])


def _all_waiting(frozen: Frozen) -> dict[int, list[Outcome]]:
    """Those whom `_waiting` gives for each row, and those of other homes: all lists in one reading."""
    rows = frozen.simulation.outcomes.exclude(touched=Outcome.Touched.MOVED).order_by("position")
    people = queries.with_answers(rows, frozen).select_related("simulation").defer(*NOT_SHOWN[:2])
    found: dict[int, list[Outcome]] = defaultdict(list)
    for person in people.iterator():
        for row in waits_for(person.details):
            found[row].append(person)
    return found


def _people(frozen: Frozen, keys: Iterable[int]) -> dict[int, Outcome]:
    rows = Outcome.objects.filter(pk__in=keys).select_related("simulation").defer(*NOT_SHOWN[:2])
    return {person.pk: person for person in queries.with_answers(rows, frozen)}


def _left(frozen: Frozen, options: Sequence[Option] | None) -> dict[int, tuple[Left, int]]:
    """What the rows have left now, and how many places were freed by declining; None is all rows.

    Quotas are shared by rows of one home at one host only, so no others are read.
    """
    rows = Option.objects.filter(simulation=frozen.simulation_id)
    placed = queries.placed_of(frozen)
    if options is not None:
        pairs = {"home__in": {one.home_id for one in options}, "host__in": {one.host_id for one in options}}
        rows, placed = rows.filter(**pairs), placed.filter(**pairs)
    places = queries.places_of(rows)
    ours = {place.row for place in places}
    held = [one for one in placed.values_list("row", "answer") if one[0] in ours]
    now = left_by_row(places, (row for row, answer in held if answer != Answer.DECLINED))
    before = left_by_row(places, (row for row, _answer in held))
    return {row: (left, left.own - before[row].own) for row, left in now.items()}


def _option(option: Option, left: tuple[Left, int]) -> dict[str, Any]:
    """A row of places, and how it stands after the answers."""
    now, declined = left
    return {
        "option": option,
        "words": reasons.choice(option.details, lambda _key: str(option.host)),
        "kept": option.places - now.own,
        "declined": declined,
        "open": now.open,
        "is_tight": now.open < now.own,  # a term holds fewer than the year
    }


def _person(person: Outcome, name_of: reasons.NameOf) -> dict[str, Any]:
    """Somebody who waits: what they hold now, and whether they would move up."""
    declined = person.answer == Answer.DECLINED  # type: ignore[attr-defined]
    return {
        "outcome": person,
        "own": person.details,
        "holds": _stay(person, name_of),
        "is_without": person.row is None,
        "has_declined": declined,
    }


def _waiting_columns(name_of: reasons.NameOf) -> list[tuple[object, Callable[[Any], Any]]]:
    return [
        (_("Order of service"), lambda row: row.position),
        (_("Applicant number"), lambda row: row.applicant),
        (_("Name"), lambda row: row.name),
        (_("Score"), lambda row: row.score),
        (_("Lottery number"), lambda row: row.details["lottery"]),
        (_("Holds now"), lambda row: _stay(row, name_of)),
        (_("Answer"), lambda row: _answer(row.answer) if row.row else ""),
    ]


# The second round


@login_required
def open_second_round(request: PersonRequest, pk: int) -> HttpResponse:
    found, frozen = _round(request, pk)
    authorise(request.user, "applications.open_second_round", found)
    second = _second(found)
    context: dict[str, Any] = {"round": found, "frozen": frozen, "second": second}
    if frozen is None or second:
        return page(request, "applications/following/open_second_round.html", context)
    proposed = _("{title}, second round").format(title=found.title[:180])
    form = SecondRoundForm(request.POST or None, initial={"title": proposed})
    if form.is_valid():
        title = form.cleaned_data["title"]
        made = actions.open_second_round(found, by=request.user, title=title, seen=_seen(request))
        messages.success(request, _("The second round is open. Simulate it as you did the first."))
        return redirect(made)
    context |= {"form": form, "figures": queries.answer_figures(frozen), **_outlook(frozen)}
    context["old"] = queries.answered_before(frozen).filter(answer=Answer.DECLINED).count()
    return page(request, "applications/following/open_second_round.html", context)


def _outlook(frozen: Frozen) -> dict[str, Any]:
    """What a second round would begin with."""
    standing = queries.standing(frozen)
    left = left_by_row(standing.places, standing.kept)
    rule = frozen.simulation.rule
    after = rule_after(rule, standing.stays)
    return {
        "takes_part": sum(not one.stay and not one.by_hand for one in standing.without.values()),
        "left_by_hand": sum(one.by_hand for one in standing.without.values()),
        "rows_with_places": sum(one.own > 0 for one in left.values()),
        "rows_without": sum(one.own == 0 for one in left.values()),
        "carried": _carried(rule, after),
    }


def _carried(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """How the balance moves on: each unit by name, with what it carried and will carry; sent more is above 0."""
    if not after:
        return []
    units = sorted({*before["carried"], *after["carried"]})
    name_of = report.country if after["unit"] == "country" else queries.names_of(units)
    return [(name_of(one), before["carried"].get(one, 0), after["carried"].get(one, 0)) for one in units]


# What the pages share


def _round(request: PersonRequest, pk: int) -> tuple[Round, Frozen | None]:
    """The round, if the person may see it, and what is frozen of it."""
    rows = Round.objects.visible_to(request.user).select_related("home", "follows")
    found = get_object_or_404(rows, pk=pk)
    frozen = queries.frozen_of(found) if found.is_frozen else None
    return found, frozen


def _of_frozen(request: PersonRequest, pk: int) -> tuple[Round, Frozen]:
    """The same where there is nothing to see or do without a frozen result."""
    found, frozen = _round(request, pk)
    if frozen is None:
        raise Http404
    return found, frozen


def _seen(request: PersonRequest) -> int | None:
    """The key of the frozen result that was on the page."""
    sent = request.POST.get("frozen", "")
    return int(sent) if sent.isdecimal() else None


def _second(found: Round) -> Round | None:
    return Round.objects.filter(follows=found).first()


def _may(request: PersonRequest, found: Round, verb: str) -> bool:
    return request.user.has_perm(f"applications.{verb}", found)


def _placed(frozen: Frozen) -> QuerySet[Outcome]:
    return queries.placed_of(frozen).select_related("home", "host", "simulation").defer(*NOT_SHOWN)


def _held(row: Outcome) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], report.stay_of(row.details))


def _stay(row: Outcome, name_of: reasons.NameOf) -> str:
    return stay_words(report.stay_of(row.details), name_of)


def _names(rows: Iterable[Outcome]) -> reasons.NameOf:
    """The names of the hosts of these applicants, in one query."""
    return queries.names_of({stay["host"] for row in rows if (stay := report.stay_of(row.details))})
