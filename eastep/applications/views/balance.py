"""Pages of what balance costs: rules of placement side by side, before one is chosen."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eastep.applications import actions, charts, prices, queries
from eastep.applications.forms.balance import CARRIED, BalanceForm
from eastep.applications.forms.simulations import SeenForm
from eastep.applications.models import Round, RuleComparison
from eastep.applications.simulating import USUALLY_DONE_IN
from eastep.applications.states import COMPARISON, ComparisonState
from eastep.applications.views.ledger import ledger_read
from eastep.applications.weighing import UNITS
from eastep.core.errors import Refused
from eastep.core.permissions import authorise
from eastep.ui.listing import listing
from eastep.ui.pages import PersonRequest, page

MAY = "applications.simulate"
TOLERANCE = 10  # what the form proposes where the round has no rule yet
ROWS = 20  # comparisons on a page: each is read with all of its figures
INSTITUTIONS = 50  # the most uneven ones on the page; all are in the downloads
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@login_required
def price_of_balance(request: PersonRequest, pk: int) -> HttpResponse:
    """What can be compared, and what has been."""
    found = get_object_or_404(Round.objects.visible_to(request.user).select_related("home"), pk=pk)
    context: dict[str, Any] = {"round": found, "may": request.user.has_perm(MAY, found)}
    if found.home_id is None:
        rows = RuleComparison.objects.visible_to(request.user).filter(round=found).select_related("made_by")
        context |= listing(request, rows, sorts={"newest": ("-made_at", "-pk")}, per_page=ROWS)
        for one in context["page"]:
            one.round = found
        context["rows"] = [
            (one, prices.settings(one.rules), prices.span(one.result)) for one in context["page"]
        ]
        context["is_filled"] = found.places.counting().exists() and found.applicants.counting().exists()
    if found.home_id is None and context["may"] and context["is_filled"]:
        ledger = context["ledger"] = ledger_read(request, found)
        form = BalanceForm(
            request.POST or None, countries=queries.countries_of(found), initial=_initial(found, ledger)
        )
        if form.is_valid():
            try:
                return redirect(actions.compare_rules(found, by=request.user, **form.cleaned_data))
            except Refused as refused:
                form.add_error(None, str(refused))
        context["form"] = form
    elif request.method == "POST":
        authorise(request.user, MAY, found)
        return redirect("price_of_balance", pk)
    return page(request, "applications/balance/price.html", context, fragment="rows")


@login_required
def rule_comparison(request: PersonRequest, pk: int, comparison: int) -> HttpResponse:
    """One comparison: being computed, not possible, or its figures as table, pictures and sentences."""
    found = _comparison(request, pk, comparison)
    may = request.user.has_perm(MAY, found.round)
    context: dict[str, Any] = {
        "round": found.round,
        "comparison": found,
        "settings": prices.settings(found.rules),
        "may": may,
        "verbs": COMPARISON.open_to(found.state) if may else (),
        "is_late": timezone.now() - found.moved_at > USUALLY_DONE_IN,
    }
    if found.state == ComparisonState.COMPUTED:
        name_of = queries.names_of(prices.institutions_in(found.result))
        priced = prices.priced(
            found.result, name_of, most_institutions=INSTITUTIONS, most_choices=found.round.most_choices
        )
        context |= {"priced": priced, **charts.charts_of_rules(priced)}
    return page(request, "applications/balance/comparison.html", context, fragment="now")


@login_required
@require_POST
def start_comparison(request: PersonRequest, pk: int, comparison: int) -> HttpResponse:
    found = _comparison(request, pk, comparison)
    form = SeenForm(request.POST)
    run = form.cleaned_data["run"] if form.is_valid() else 0
    actions.start_comparison(found, by=request.user, run=run)
    return redirect(found)


@login_required
@require_POST
def use_rule(request: PersonRequest, pk: int, comparison: int) -> HttpResponse:
    """A simulation by one of the rules; it is computed at once."""
    found = _comparison(request, pk, comparison)
    sent = request.POST.get("number", "")
    number = int(sent) if sent.isdecimal() and len(sent) < 4 else -1
    named = prices.rule_name(found.rules[number]) if 0 <= number < len(found.rules) else _("Rule")
    name = queries.free_name(found.round, named[:80] + " ({number})", start=1)
    return redirect(actions.use_rule(found, by=request.user, number=number, name=name))


@login_required
def discard_comparison(request: PersonRequest, pk: int, comparison: int) -> HttpResponse:
    found = _comparison(request, pk, comparison)
    authorise(request.user, MAY, found.round)
    if request.method == "POST":
        actions.discard_comparison(found, by=request.user)
        messages.success(request, _("The comparison has been deleted."))
        return redirect("price_of_balance", pk)
    context = {"round": found.round, "comparison": found, "settings": prices.settings(found.rules)}
    return page(request, "applications/balance/discard.html", context)


@login_required
def comparison_table(request: PersonRequest, pk: int, comparison: int, kind: str) -> HttpResponseBase:
    """The table as a file; of JSON, the figures as they are kept."""
    found = _comparison(request, pk, comparison)
    if found.state != ComparisonState.COMPUTED:
        return redirect(found)
    content = BytesIO()
    name_of = queries.names_of(prices.institutions_in(found.result))
    prices.write(found.result, kind, content, name_of=name_of)
    content.seek(0)
    name = f"eastep-round-{pk}-balance-{found.pk}.{kind}"
    return FileResponse(content, as_attachment=True, filename=name, content_type=TYPES[kind])


def _comparison(request: PersonRequest, pk: int, comparison: int) -> RuleComparison:
    rows = RuleComparison.objects.visible_to(request.user).select_related("round__home", "made_by")
    return get_object_or_404(rows, round=pk, pk=comparison)


def _initial(round_: Round, ledger: dict[str, Any] | None) -> dict[str, Any]:
    """What the round's own rule says, where it has one; what is carried as the *ledger* says, where it was read."""
    rule = round_.rule
    carried = {f"{CARRIED}{code}": value for code, value in rule.get("carried", {}).items()}
    return {
        "units": UNITS,
        "tolerance": rule.get("tolerance", TOLERANCE),
        "seed": round_.seed,
        **(carried if rule.get("unit", "country") == "country" else {}),
        **{
            f"{CARRIED}{code}": value
            for code, value in (ledger["carried"]["country"] if ledger else {}).items()
        },
    }
