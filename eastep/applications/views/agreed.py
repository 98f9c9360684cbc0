"""The page on which places are taken from agreements into a round."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from eastep.agreements.models import Agreement, Party
from eastep.applications import actions, in_words, queries
from eastep.applications.agreed_places import Agreed
from eastep.applications.forms.agreed import SeasonsForm, TakeAgreedForm
from eastep.applications.models import Round, RoundFile
from eastep.core.errors import Refused
from eastep.core.permissions import authorise
from eastep.imports.queries import Compared
from eastep.institutions.queries import names_of
from eastep.institutions.seasons import Season
from eastep.ui.pages import PersonRequest, page

AHEAD = 4  # terms from now on that can be chosen
SHOWN = 200  # rows of each kind on the page
FIRST_OF_AUTUMN = 8  # month in which one plans the next year's spring at the latest
NOTES: dict[str, Any] = {
    "no_number": gettext_lazy(
        "The agreement says no number of places. Add the row by hand, if there are any."
    ),
    "gpa": gettext_lazy("The minimum GPA cannot be read, and is left out: {text}"),
    "language": gettext_lazy("The language requirement cannot be read, and is left out: {text}"),
    "differs": gettext_lazy(
        "Two conditions give places of the same kind, but ask different things. The first one counts."
    ),
    "not_confirmed": pgettext_lazy(
        "agreement", "Recorded by the home institution, not confirmed by the partner"
    ),
}


@login_required
def take_agreement_places(request: PersonRequest, pk: int) -> HttpResponse:
    """Choose the terms, look at what would change, take it over."""
    found = get_object_or_404(Round.objects.visible_to(request.user).select_related("home"), pk=pk)
    authorise(request.user, "applications.bring_in", found)
    offered = _offered(found)
    if request.method == "POST":
        form = TakeAgreedForm(request.POST, offered=offered)
        if form.is_valid():
            try:
                actions.take_agreement_places(found, by=request.user, **form.cleaned_data)
            except Refused as refused:
                if refused.code != "changed":
                    raise
                messages.warning(request, str(refused))
                chosen = form.cleaned_data["seasons"]
            else:
                messages.success(request, _("The places of the agreements have been taken over."))
                return redirect("round_places", pk)
        else:
            chosen = []
    else:
        chosen = _asked_for(request, found, offered)
    return _preview(request, found, offered, chosen)


def _preview(
    request: PersonRequest, found: Round, offered: list[Season], chosen: list[Season]
) -> HttpResponse:
    codes = [season.code for season in chosen]
    context: dict[str, Any] = {
        "round": found,
        "choose": SeasonsForm(offered=offered, initial={"seasons": codes}),
        "taken": queries.taken_from_agreements(found),
    }
    if chosen:
        agreed = queries.agreed_for(found, chosen)
        compared = queries.compare_agreed(found, agreed, chosen)
        initial = {"seasons": codes, "seen": agreed.fingerprint}
        context |= {
            "form": TakeAgreedForm(offered=offered, initial=initial),
            "chosen": codes,
            **_in_words(compared, agreed, request),
        }
    return page(request, "applications/agreed/take.html", context)


def _offered(found: Round) -> list[Season]:
    """The terms from now on, and those that the round has rows for."""
    today = timezone.localdate()
    season = Season(today.year, 1 if today.month < FIRST_OF_AUTUMN else 2)
    seasons = {
        Season.of(start) for start in found.places.order_by().values_list("start", flat=True).distinct()
    }
    for _n in range(AHEAD):
        season = season.next
        seasons.add(season)
    return sorted(seasons)


def _asked_for(request: PersonRequest, found: Round, offered: list[Season]) -> list[Season]:
    """The terms in the address; where it says none, those that were taken before, else those of the round's rows."""
    if "seasons" in request.GET:
        asked = set(request.GET.getlist("seasons"))
    elif taken := queries.taken_from_agreements(found):
        asked = set(taken.seasons)
    else:
        asked = set(found.places.counting().order_by().values_list("start", flat=True).distinct())
        asked = asked or {offered[0].code}
    return [season for season in offered if season.code in asked]


def _in_words(compared: Compared, agreed: Agreed, request: PersonRequest) -> dict[str, Any]:
    """The difference as it is shown for a file, with the agreements that each row comes from."""
    kind, change, held = RoundFile.Kind.PLACES, compared.found, compared.held
    shown = [*change.new[:SHOWN], *list(change.changed)[:SHOWN]]
    records = [agreed.records[key] for key in shown] + [held[key] for key in change.missing[:SHOWN]]
    keys = in_words.institutions_in(records) | {note.host for note in agreed.notes}
    name_of = names_of(keys)
    wanted = {pk for key in shown for pk in agreed.sources[key]} | {note.agreement for note in agreed.notes}
    named = _agreements(request, wanted)

    def sources(key: str) -> list[tuple[int, str]]:
        return [(pk, named[pk]) for pk in agreed.sources[key] if pk in named]

    return {
        "changes": change,
        "count": {
            "new": len(change.new),
            "changed": len(change.changed),
            "same": change.same,
            "missing": len(change.missing),
        },
        "new": [
            (
                in_words.title(kind, agreed.records[key], name_of),
                in_words.all_values(kind, agreed.records[key], name_of),
                sources(key),
            )
            for key in change.new[:SHOWN]
        ],
        "changed": [
            (
                in_words.title(kind, agreed.records[key], name_of),
                [
                    (
                        in_words.label(kind, field),
                        in_words.value(field, before, name_of),
                        in_words.value(field, now, name_of),
                    )
                    for field, before, now in change.changed[key]
                ],
                sources(key),
            )
            for key in list(change.changed)[:SHOWN]
        ],
        "missing": [in_words.title(kind, held[key], name_of) for key in change.missing[:SHOWN]],
        "notes": [
            (
                note.agreement,
                named.get(note.agreement, ""),
                name_of(note.host),
                str(NOTES[note.code]).format(text=note.text),
            )
            for note in agreed.notes[:SHOWN]
        ],
    }


def _agreements(request: PersonRequest, wanted: set[int]) -> dict[int, str]:
    """What the agreements are called that the person may open: by the own reference number, else by their number."""
    visible = Agreement.objects.visible_to(request.user).filter(pk__in=wanted)
    references = dict(
        Party.objects.seen_by(request.user)
        .filter(agreement__in=wanted)
        .exclude(reference="")
        .values_list("agreement", "reference")
    )
    return {
        pk: references.get(pk) or _("Agreement {number}").format(number=pk)
        for pk in visible.values_list("pk", flat=True)
    }
