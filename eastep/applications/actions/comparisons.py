"""The verbs of comparisons of rules: what balance would cost in a round, before anybody decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eastep.applications import events, queries
from eastep.applications.actions.locking import defer, locked
from eastep.applications.actions.simulations import make_simulation, start_simulation
from eastep.applications.models import Round, RuleComparison, Simulation
from eastep.applications.simulating import Impossible
from eastep.applications.states import COMPARISON, ComparisonState
from eastep.applications.weighing import UNITS, is_for_planning, rules_to_weigh, weigh
from eastep.core.errors import Refused
from eastep.core.events import record
from eastep.core.text import in_all_languages
from eastep.people.models import User


@transaction.atomic
def compare_rules(
    round_: Round,
    *,
    by: User,
    seed: str,
    units: Sequence[str] = UNITS,
    tolerance: int = 0,
    carried: Mapping[str, int] | None = None,
) -> RuleComparison:
    """Have the round's applicants placed by every rule worth comparing; a job does it, and publishes nothing.

    *units* are those between which balance is weighed, *carried* is by country. Refused in a round of one home, and
    where the tolerance or what is carried cannot be.
    """
    round_ = locked(round_, by=by, permission="applications.simulate")
    if round_.home_id:
        raise Refused(
            _(
                "A round of one home sends in one direction only. Balance is weighed in a round of the programme."
            ),
            code="one_home",
        )
    try:
        rules = rules_to_weigh(
            countries=queries.countries_of(round_), units=units, tolerance=tolerance, carried=carried
        )
    except Impossible as error:
        raise Refused(error.sentence, code=error.code) from error
    comparison = RuleComparison.objects.create(round=round_, seed=seed, rules=rules, made_by=by)
    record(events.RULES_COMPARED, round_, by=by, rules=len(rules))
    defer("compute_comparison", comparison, by)
    return comparison


@transaction.atomic
def start_comparison(comparison: RuleComparison, *, by: User, run: int) -> RuleComparison:
    """Have it computed again with what the round holds now. *run* is what the person saw."""
    comparison = _locked(comparison, by=by)
    if comparison.run != run:
        raise Refused(_("Somebody else has started this comparison again meanwhile."), code="changed")
    comparison.state = COMPARISON.after(comparison.state, "start")
    comparison.run += 1
    _moved(comparison, "run")
    defer("compute_comparison", comparison, by)
    return comparison


def compute_comparison(comparison: RuleComparison, *, by: User, run: int) -> RuleComparison:
    """Compute and keep all of it, or nothing. Nothing happens if job *run* is not the latest."""
    round_ = Round.objects.get(pk=comparison.round_id)
    edition = round_.edition
    try:
        weighed = weigh(queries.basis_of(round_), seed=comparison.seed, rules=comparison.rules)
    except Impossible as error:
        return _fail(comparison, error, run=run)
    with transaction.atomic():
        if (found := _still_computing(comparison, run)) is None:
            return comparison
        comparison = found
        comparison.state = COMPARISON.after(comparison.state, "finish")
        comparison.edition, comparison.result = edition, weighed
        _moved(comparison, "edition", "result")
        placed = [row["placed"] for row in weighed["rows"] if not row["problem"]] or [0]
        record(
            events.COMPARISON_COMPUTED, round_, by=by,
            fewest=min(placed), most=max(placed), applicants=weighed["applicants"],
        )  # fmt: skip
    return comparison


@transaction.atomic
def use_rule(comparison: RuleComparison, *, by: User, number: int, name: str) -> Simulation:
    """A simulation by the rule in row *number* of a comparison, which is computed at once.

    Refused for a rule that is for planning only, and for one that this round cannot be placed by.
    """
    comparison = _locked(comparison, by=by)
    rows = comparison.result.get("rows", [])
    if not 0 <= number < len(rows):
        raise Refused(
            _("The comparison has been computed again meanwhile. Look at it again."), code="changed"
        )
    rule, problem = rows[number]["rule"], rows[number]["problem"]
    if is_for_planning(rule):
        raise Refused(
            _("This is a figure for planning. It is open to manipulation, so no round is placed by it."),
            code="planning",
        )
    if problem:
        raise Refused(_("This round cannot be placed by this rule."), code="not_possible")
    simulation = make_simulation(comparison.round, by=by, name=name, seed=comparison.seed, rule=rule)
    return start_simulation(simulation, by=by, run=simulation.run)


@transaction.atomic
def discard_comparison(comparison: RuleComparison, *, by: User) -> None:
    """Delete it with its figures; simulations that were made from it stay."""
    comparison = _locked(comparison, by=by)
    record(
        events.COMPARISON_DISCARDED, comparison.round, by=by,
        made_at=timezone.localtime(comparison.made_at).strftime("%Y-%m-%d %H:%M"),
    )  # fmt: skip
    comparison.delete()


def _locked(comparison: RuleComparison, *, by: User) -> RuleComparison:
    """The comparison as it is now. Refused if it was deleted."""
    round_ = locked(comparison.round, by=by, permission="applications.simulate")
    found = RuleComparison.objects.select_for_update(of=("self",)).filter(pk=comparison.pk).first()
    if found is None:
        raise Refused(_("The comparison has been deleted meanwhile."), code="gone")
    found.round = round_
    return found


def _fail(comparison: RuleComparison, error: Impossible, *, run: int) -> RuleComparison:
    with transaction.atomic():
        if (found := _still_computing(comparison, run)) is None:
            return comparison
        found.state = COMPARISON.after(found.state, "fail")
        found.problem = in_all_languages(lambda: error.sentence)
        _moved(found, "problem")
    return found


def _still_computing(comparison: RuleComparison, run: int) -> RuleComparison | None:
    """The comparison, locked; None if job *run* is not its latest, or it was deleted meanwhile."""
    rows = RuleComparison.objects.select_for_update(of=("self",))
    return rows.filter(pk=comparison.pk, run=run, state=ComparisonState.COMPUTING).first()


def _moved(comparison: RuleComparison, *changed: str) -> None:
    comparison.moved_at = timezone.now()
    comparison.save(update_fields=["state", "moved_at", *changed])
