"""What weighing.py found, in the reader's words: for the page, the shell and the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from eastep.applications import promises, reasons
from eastep.applications.records import canonical
from eastep.applications.report import country
from eastep.applications.ruling import RuleRecord
from eastep.applications.weighing import Document, is_for_planning
from eastep.core.sheets import write_csv

NAMES = {  # short enough for a table; promises.py has the long ones
    "deferred_acceptance": pgettext_lazy("rule of placement", "Without balance"),
    "balanced_deferred_acceptance": pgettext_lazy("rule of placement", "Limit each way"),
    "balanced_exchange": pgettext_lazy("rule of placement", "Exchange"),
    "maximum_balanced": pgettext_lazy("rule of placement", "Most possible"),
}
PROBLEMS = {
    "no_solver": gettext_lazy(
        "This figure cannot be computed on this server: OR-Tools, which computes it, is not installed. The other rules do "
        "not need it."
    ),
    "too_large": gettext_lazy(
        "This figure cannot be computed here: there are more applicants with choices than the method can take."
    ),
    "other": gettext_lazy(
        "This rule cannot be applied here. Why is in the JSON file, in English; please report it as a fault of EASTEP."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Priced:
    """One rule with its figures; without them where it cannot be applied, and then *problem* says why."""

    number: int  # its row, from 0
    rule: RuleRecord
    name: str
    problem: str
    figures: Document
    flows: Sequence[int] = ()  # as the ways
    difference: str = ""  # placed, against the first rule
    open_balances: Sequence[tuple[str, str]] = ()  # country, imbalance with its sign

    @property
    def is_for_planning(self) -> bool:
        return is_for_planning(self.rule)

    @property
    def is_usable(self) -> bool:
        """Whether a round can be placed by it."""
        return not self.problem and not self.is_for_planning

    @property
    def open_stays(self) -> int:
        """Stays that the countries still owe each other afterwards, with what was carried over."""
        return sum(max(0, one["imbalance"]) for one in self.figures["countries"]["units"].values())

    @property
    def share(self) -> Decimal:
        return percent(self.figures["share_placed"])

    @property
    def first_share(self) -> Decimal:
        return percent(self.figures["share_first"])

    @property
    def mean_rank(self) -> str:
        mean = self.figures["mean_rank"]
        return number_format(Decimal(mean)) if mean else "–"


@dataclass(frozen=True, kw_only=True)
class Prices:
    """A whole comparison in words."""

    applicants: int
    without_open_choice: int
    rows: Sequence[Priced]
    ways: Sequence[tuple[str, str]]  # the countries of each direction that anybody takes
    in_short: Sequence[tuple[str, str]]
    ranks: Sequence[tuple[str, Sequence[int | None]]]  # number of the choice: how many by each rule
    institutions: Sequence[tuple[str, Sequence[str]]]  # the most uneven ones: imbalance by each rule
    more_institutions: bool
    guarantees: Sequence[Guarantee]


@dataclass(frozen=True, kw_only=True)
class Guarantee:
    """What a kind of rule means for a student; it does not depend on the tolerance."""

    name: str
    long_name: str
    sentences: Sequence[str]
    is_for_planning: bool


def priced(
    result: Document,
    name_of: reasons.NameOf,
    *,
    most_institutions: int | None = None,
    most_choices: int | None = None,
) -> Prices:
    """*result* is what `weighing.weigh` gave; *most_choices* is the limit of the round, if it has one."""
    rows = [row for row in result["rows"] if not row["problem"]]
    ways = sorted({(flow["from"], flow["to"]) for row in rows for flow in row["flows"]})
    base = rows[0]["placed"] if rows else 0
    found = [_priced(number, row, ways, base) for number, row in enumerate(result["rows"])]
    institutions = _institutions(found)
    shown = institutions[:most_institutions]
    return Prices(
        applicants=result["applicants"],
        without_open_choice=result["without_open_choice"],
        rows=found,
        ways=[(country(one), country(other)) for one, other in ways],
        in_short=list(_in_short(found, result["applicants"])),
        ranks=list(_ranks(found)),
        institutions=[(name_of(key), values) for key, values in shown],
        more_institutions=len(shown) < len(institutions),
        guarantees=list(_guarantees(found, most_choices)),
    )


def rule_name(rule: RuleRecord) -> str:
    """What a rule is called in a table or a picture: "Exchange · Countries · ±10"."""
    if not rule:
        return kind_name(rule)
    tolerance = number_format(rule["tolerance"], force_grouping=True)
    return " · ".join(
        (kind_name(rule), f"±{tolerance}" if rule["tolerance"] else pgettext("tolerance", "exact"))
    )


def kind_name(rule: RuleRecord) -> str:
    """The same without its tolerance."""
    name = str(NAMES[rule.get("mechanism", "deferred_acceptance")])
    return f"{name} · {promises.UNITS[rule['unit']]}" if rule else name


def settings(rules: Sequence[RuleRecord]) -> dict[str, str]:
    """What was asked of all the rules: the widest tolerance, and what is carried over."""
    tolerance = max((rule.get("tolerance", 0) for rule in rules), default=0)
    carried: Mapping[str, int] = next((rule["carried"] for rule in rules if rule.get("carried")), {})
    return {
        "tolerance": number_format(tolerance, force_grouping=True),
        "carried": " · ".join(f"{country(code)} {signed(value)}" for code, value in carried.items()),
    }


def span(result: Document) -> tuple[int, int] | None:
    """The fewest and the most that any rule that a round can have places."""
    placed = [
        row["placed"]
        for row in result.get("rows", [])
        if not row["problem"] and not is_for_planning(row["rule"])
    ]
    return (min(placed), max(placed)) if placed else None


def institutions_in(result: Document) -> set[str]:
    """The keys of the institutions that send or receive by any rule."""
    return {key for row in result["rows"] if not row["problem"] for key in row["institutions"]["units"]}


def signed(number: int) -> str:
    """A figure with its sign: "+12", "−3", "0"."""
    sign = "" if not number else "+" if number > 0 else "−"
    return sign + number_format(abs(number), force_grouping=True)


def percent(share: str | None) -> Decimal:
    return (100 * Decimal(share or 0)).quantize(Decimal("0.1"))


def problem(why: Document | None) -> str:
    """Why a rule cannot be applied; "" where it can."""
    if not why:
        return ""
    if why["code"] in PROBLEMS:
        return str(PROBLEMS[why["code"]]).format(**why["facts"])
    return reasons.impossible(why["code"], why["facts"])


def _priced(number: int, row: Document, ways: Sequence[tuple[str, str]], base: int) -> Priced:
    rule, name = row["rule"], rule_name(row["rule"])
    if row["problem"]:
        return Priced(number=number, rule=rule, name=name, problem=problem(row["problem"]), figures={})
    stays = {(flow["from"], flow["to"]): flow["stays"] for flow in row["flows"]}
    countries = sorted(row["countries"]["units"].items())
    return Priced(
        number=number,
        rule=rule,
        name=name,
        problem="",
        figures=row,
        flows=[stays.get(way, 0) for way in ways],
        difference=signed(row["placed"] - base) if number else "",
        open_balances=[(country(code), signed(one["imbalance"])) for code, one in countries],
    )


def _in_short(rows: Sequence[Priced], applicants: int) -> Iterator[tuple[str, str]]:
    """The first rule, and for each unit and tolerance the usable rule that places most, with what it costs."""
    computed = [one for one in rows if one.is_usable]
    best: dict[tuple[str, int], Priced] = {}
    for one in computed[1:]:
        key = (one.rule["unit"], one.rule["tolerance"])
        if key not in best or one.figures["placed"] > best[key].figures["placed"]:
            best[key] = one
    for one in [*computed[:1], *best.values()]:
        wording = (
            _("{placed} of {all} placed ({difference}). Open between countries: {open}.")
            if one.difference
            else _("{placed} of {all} placed. Open between countries: {open}.")
        )
        yield (
            one.name,
            wording.format(
                placed=number_format(one.figures["placed"], force_grouping=True),
                all=number_format(applicants, force_grouping=True),
                difference=one.difference,
                open=number_format(one.open_stays, force_grouping=True),
            ),
        )


def _ranks(rows: Sequence[Priced]) -> Iterator[tuple[str, list[int | None]]]:
    computed = [one.figures["ranks"] for one in rows if not one.problem]
    numbers = sorted({number for ranks in computed for number in ranks if number}, key=int)
    for number in [*numbers, ""]:
        label = number or pgettext("choice that was met", "none")
        yield label, [None if one.problem else one.figures["ranks"].get(number, 0) for one in rows]


def _institutions(rows: Sequence[Priced]) -> list[tuple[str, list[str]]]:
    """Every institution that is uneven by some rule, the most uneven first: its imbalance by each rule."""
    units = [{} if one.problem else one.figures["institutions"]["units"] for one in rows]
    worst: dict[str, int] = {}
    for own in units:
        for key, one in own.items():
            worst[key] = max(worst.get(key, 0), abs(one["imbalance"]))
    return [
        (
            key,
            [
                "–" if row.problem else signed(own[key]["imbalance"] if key in own else 0)
                for row, own in zip(rows, units, strict=True)
            ],
        )
        for key in sorted(worst, key=lambda key: (-worst[key], key))
        if worst[key]
    ]


def _guarantees(rows: Iterable[Priced], most_choices: int | None) -> Iterator[Guarantee]:
    """Each kind of rule once."""
    told = set()
    for one in rows:
        if (name := kind_name(one.rule)) not in told:
            told.add(name)
            yield Guarantee(
                name=name,
                long_name=promises.kind_name(one.rule),
                sentences=promises.sentences(one.rule, most_choices),
                is_for_planning=one.is_for_planning,
            )


# As a table


def headings(found: Prices) -> list[str]:
    """What the columns of `cells` are called."""
    return [
        _("Rule of placement"),
        pgettext("figure", "Placed"),
        _("Difference"),
        _("Placed, in percent"),
        _("At the first choice"),
        _("At the first choice, in percent"),
        _("Mean choice"),
        *(f"{one} → {other}" for one, other in found.ways),
        _("Open between countries"),
        _("Surplus between universities"),
        _("Passed over"),
        _("Left empty"),
        _("Why it cannot be applied"),
    ]


def cells(found: Prices) -> Iterator[list[Any]]:
    """One line of figures for each rule; empty where it cannot be applied."""
    for row in found.rows:
        if row.problem:
            yield [row.name, *[None] * (10 + len(found.ways)), row.problem]
            continue
        own = row.figures
        yield [
            row.name,
            own["placed"],
            row.difference or None,
            row.share,
            own["first"],
            row.first_share,
            Decimal(own["mean_rank"]) if own["mean_rank"] else None,
            *row.flows,
            row.open_stays,
            own["institutions"]["uneven"],
            own["envy"],
            own["unfilled"],
            None,
        ]


def write(result: Document, kind: str, to: BinaryIO, *, name_of: reasons.NameOf) -> None:
    """Write the table as ``csv``, or the figures as canonical ``json``."""
    if kind == "json":
        to.write(canonical(result).encode())
        return
    found = priced(result, name_of)
    write_csv(headings(found), cells(found), to)
