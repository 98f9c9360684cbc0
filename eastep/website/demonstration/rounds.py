"""The rounds of the demo: the programme's, frozen, and Waseda's own in the middle of the work. Made as people would make them."""

from collections.abc import Mapping
from pathlib import Path

from eastep.applications import actions
from eastep.applications.models import Round, RoundFile, Simulation
from eastep.applications.states import Answer
from eastep.imports import Layout
from eastep.institutions.models import Institution
from eastep.people.models import User
from eastep.website.demonstration.offices import (
    WASEDA_APPLICANTS,
    WASEDA_LANGUAGES,
    WASEDA_NEWER,
    WASEDA_PLACES,
)
from eastep.website.demonstration.people import WASEDA
from eastep.website.demonstration.programme import SEED

HEADINGS = {  # what Waseda's office confirmed of its own headings
    RoundFile.Kind.PLACES: {
        "協定校": ("host", 0),
        "派遣時期": ("start", 0),
        "枠": ("places", 0),
        "対象課程": ("level", 0),
        "対象分野": ("field", 0),
        "GPA条件": ("gpa", 0),
        "語学条件": ("language", 0),
    },
    RoundFile.Kind.APPLICANTS: {
        "学籍番号": ("id", 0),
        "専攻（ISCED）": ("field", 0),
        "累積GPA": ("gpa", 0),
        **{f"第{n}志望": ("hosts", n) for n in range(1, 6)},
        **{f"第{n}志望 時期": ("starts", n) for n in range(1, 6)},
    },
    RoundFile.Kind.LANGUAGES: {"学籍番号": ("applicant", 0), "級・点": ("value", 0), "取得日": ("date", 0)},
}
TOLERANCE, CARRIED_BY_JAPAN = 20, 12  # stays; invented
NAMES = {"中央大": "KR:0000175", "ソウル大": "KR:0000019"}  # whom Waseda means by a name that could be two


def frozen_round(by: User, sheets: Path) -> Round:
    """The round of the programme: 900 applicants of 24 homes, one score, rules compared, one result that is frozen."""
    round_ = actions.open_round(
        by=by,
        title=SEED,
        seed=SEED,
        scoring="GPA 50 / 面接 30 / 語学 10 / 計画 10 · 성적 50 / 면접 30 / 어학 10 / 계획 10",
    )
    for kind in (RoundFile.Kind.PLACES, RoundFile.Kind.APPLICANTS):
        _bring_in(round_, by, sheets / f"{kind}-ja.xlsx", kind)
    _rules_compared(round_, by)
    result = _computed(round_, by, "最終案")
    actions.freeze_round(round_, by=by, simulation=result)
    _answered(round_, by, result)
    return round_


def _answered(round_: Round, by: User, result: Simulation) -> None:
    """Six in ten of those who were placed have accepted by now, one in twelve has declined, the others are asked still."""
    placed = result.outcomes.filter(row__isnull=False).order_by("position")
    numbers = list(placed.values_list("applicant", flat=True))
    accepted = [number for n, number in enumerate(numbers) if n % 12 < 7]
    actions.enter_answers(round_, by=by, applicants=accepted, answer=Answer.ACCEPTED)
    actions.enter_answers(round_, by=by, applicants=numbers[9::12], answer=Answer.DECLINED)


def round_in_work(by: User, sheets: Path) -> Round:
    """Waseda's own round: two simulations, a move, and a newer list of applicants that waits with three errors."""
    home = Institution.objects.get(key=WASEDA)
    round_ = actions.open_round(by=by, title="2027年度 韓国派遣", seed="waseda-2027", home=home)
    _bring_in(round_, by, sheets / WASEDA_PLACES, RoundFile.Kind.PLACES)
    _bring_in(round_, by, sheets / WASEDA_APPLICANTS, RoundFile.Kind.APPLICANTS, scale="4.0")
    _bring_in(round_, by, sheets / WASEDA_LANGUAGES, RoundFile.Kind.LANGUAGES)
    _move_somebody(_computed(round_, by, "現状のまま"), by)
    row = round_.places.filter(host__key="KR:0000149").order_by("number").values_list("number", "places")[0]
    _computed(round_, by, "延世大学校を3名増やした場合", {"places": {str(row[0]): {"places": row[1] + 3}}})
    _read(round_, by, sheets / WASEDA_NEWER, RoundFile.Kind.APPLICANTS, scale="4.0")
    return round_


def _rules_compared(round_: Round, by: User) -> None:
    """What balance would cost. Japan has sent more in earlier years, so a few more than otherwise may come to it."""
    comparison = actions.compare_rules(
        round_, by=by, seed=round_.seed, tolerance=TOLERANCE, carried={"JP": CARRIED_BY_JAPAN}
    )
    actions.compute_comparison(comparison, by=by, run=comparison.run)


def _move_somebody(simulation: Simulation, by: User) -> None:
    """The first who found the first choice full gets it by hand: whoever held it last goes elsewhere, and the page says so."""
    refused = next(
        one for one in simulation.outcomes.order_by("position") if one.details["choices"][0]["full"]
    )
    move = actions.move_applicant(
        simulation,
        by=by,
        run=simulation.run,
        applicant=refused.applicant,
        row=refused.details["choices"][0]["full"][0]["row"],
        reason="指導教員の共同研究が先方で予定されているため（国際課長承認）",
    )
    actions.compute_simulation(simulation, by=by, run=move.simulation.run)


def _bring_in(round_: Round, by: User, path: Path, kind: RoundFile.Kind, **constants: str) -> None:
    """A file as far as it goes: handed in, its columns and names confirmed, the good rows taken over."""
    file = _read(round_, by, path, kind, **constants)
    written = {one["written"] for one in file.unknown_names} & NAMES.keys()
    if written:
        names = {name: Institution.objects.get(key=NAMES[name]) for name in written}
        file = actions.confirm_names(file, by=by, run=file.run, names=names)
        file = actions.read_file(file, by=by, run=file.run)
    file = actions.take_file(file, by=by, run=file.run, only_good=True, remove_missing=False)
    actions.finish_file(file, by=by, run=file.run)


def _read(round_: Round, by: User, path: Path, kind: RoundFile.Kind, **constants: str) -> RoundFile:
    """Hand a file in, and confirm the columns whose headings are the office's own."""
    [file] = actions.hand_in(round_, by=by, files=[(path.name, path.read_bytes())], kind=kind)
    file = actions.read_file(file, by=by, run=file.run)
    headings = {one["heading"]: HEADINGS[kind].get(one["heading"]) for one in file.proposal["columns"]}
    known = {heading: source for heading, source in headings.items() if source}
    if not known:
        return file
    layout = _confirmed(file, known, constants)
    file = actions.map_columns(file, by=by, run=file.run, kind=kind, layout=layout, headings=known)
    return actions.read_file(file, by=by, run=file.run)


def _confirmed(
    file: RoundFile, headings: Mapping[str, tuple[str, int]], constants: Mapping[str, str]
) -> Layout:
    """The layout that was proposed, with what the office knows better."""
    proposal = file.proposal
    columns = {
        column["position"]: headings.get(column["heading"], (column["name"], column["n"]))
        for column in proposal["columns"]
    }
    return Layout(
        sheet=proposal["sheet"],
        heading_row=proposal["heading_row"],
        columns=columns,
        constants={**proposal["constants"], **constants},
    )


def _computed(round_: Round, by: User, name: str, changes: Mapping[str, object] | None = None) -> Simulation:
    simulation = actions.make_simulation(round_, by=by, name=name, seed=round_.seed)
    if changes:
        simulation = actions.change_simulation(
            simulation,
            by=by,
            run=simulation.run,
            name=name,
            seed=simulation.seed,
            rule=simulation.rule,
            changes=dict(changes),
        )
    simulation = actions.start_simulation(simulation, by=by, run=simulation.run)
    return actions.compute_simulation(simulation, by=by, run=simulation.run)
