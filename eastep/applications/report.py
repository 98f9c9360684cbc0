"""The result of a placement as a file: one plain document, and the sheets and text formats made from it."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from hashlib import sha256
from importlib.metadata import version
from typing import Any, BinaryIO

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from eastep.applications import reasons
from eastep.applications.eligibility import Place
from eastep.applications.placing import Outcome, Result, Verdict, quotas_of
from eastep.core.sheets import SheetOut, write_csv, write_xlsx
from eastep.standards.fields import format_fields
from eastep.standards.gpa import format_gpa
from eastep.standards.languages import format_requirement, format_results

type Document = dict[str, Any]
FLOW = ("applicants", "placed", "places", "taken")


def document(result: Result, inputs: Mapping[str, bytes]) -> Document:
    """All of a result in plain JSON values: institutions by key, scores as text, reasons as codes and facts.

    *inputs* are the files it was made from, by kind; their hashes let anybody check which files these were.
    """
    return {
        "eastep": version("eastep"),
        "seed": result.seed,
        "inputs": {kind: sha256(content).hexdigest() for kind, content in inputs.items()},
        "summary": summary(result),
        "applicants": [_applicant(outcome) for outcome in result.outcomes],
        "places": [
            {
                "row": used.place.row,
                "home": used.place.home,
                "host": used.place.host,
                "fields": format_fields(used.place.fields),
                "levels": "; ".join(map(str, used.place.levels)),
                "start": str(used.place.start),
                "length": used.place.length,
                "places": used.place.places,
                "minimum_gpa": format_gpa(used.place.minimum_gpa) if used.place.minimum_gpa else "",
                "language": format_requirement(used.place.language),
                "taken": used.taken,
                "lowest": _text(used.lowest),
            }
            for used in result.used
        ],
    }


def summary(result: Result) -> Document:
    """The figures of a result.

    A flow counts applicants by the country of their first choice, and places by term: a stay for the academic
    year takes two of these.
    """
    met = Counter(outcome.placed.number for outcome in result.outcomes if outcome.placed)
    flows: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    dropped: Counter[str] = Counter()
    for outcome in result.outcomes:
        home = _country(outcome.applicant.home)
        if outcome.verdicts:
            flows[home, _country(outcome.verdicts[0].choice.host)]["applicants"] += 1
        if outcome.placed:
            choice = outcome.placed.choice
            flows[home, _country(choice.host)]["placed"] += 1
            flows[home, _country(choice.host)]["taken"] += 2 if choice.length == "year" else 1
        for verdict in outcome.verdicts:
            dropped.update({against.code for against in verdict.objections})
    rows: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for used in result.used:
        rows[_country(used.place.home), _country(used.place.host)].append(used.place)
    for way, places in rows.items():
        quotas = quotas_of(places)
        flows[way]["places"] = sum(quotas.capacity[name] for name in quotas.term)
    return {
        "applicants": len(result.outcomes),
        "placed": met.total(),
        "at_choice": {str(number): met[number] for number in sorted(met)},
        "without_open_choice": sum(
            all(verdict.code == "ineligible" for verdict in outcome.verdicts) for outcome in result.outcomes
        ),
        "dropped": dict(sorted(dropped.items(), key=lambda one: (-one[1], one[0]))),
        "flows": [
            {"from": home, "to": host} | {name: flows[home, host][name] for name in FLOW}
            for home, host in sorted(flows)
        ],
    }


def _applicant(outcome: Outcome) -> Document:
    applicant = outcome.applicant
    return {
        "id": applicant.id,
        "name": applicant.name,
        "home": applicant.home,
        "field": applicant.field,
        "level": applicant.level,
        "gpa": format_gpa(applicant.gpa) if applicant.gpa else "",
        "languages": format_results(applicant.languages),
        "score": _text(applicant.score),
        "lottery": str(outcome.lottery),  # up to 20 digits: as a number, other programs would round it
        "position": outcome.position,
        "placed": outcome.placed.number if outcome.placed else None,
        "choices": [_choice(verdict) for verdict in outcome.verdicts],
    }


def _choice(verdict: Verdict) -> Document:
    return {
        "number": verdict.number,
        "host": verdict.choice.host,
        "start": str(verdict.choice.start),
        "length": verdict.choice.length,
        "code": verdict.code,
        "row": verdict.row,
        "objections": [{"code": against.code, "facts": against.facts} for against in verdict.objections],
        "full": [
            {
                "row": full.row,
                "term": full.term,
                "places": full.places,
                "score": _text(full.score),
                "lottery": None if full.lottery is None else str(full.lottery),
            }
            for full in verdict.full
        ],
    }


def _text(score: object) -> str | None:
    return None if score is None else f"{score:f}"


def _country(key: str) -> str:
    return key.partition(":")[0]


# The document as sheets, in the reader's language


def write(result: Document, kind: str, to: BinaryIO, *, name_of: reasons.NameOf) -> None:
    """Write a result as ``xlsx`` (all sheets), ``csv`` (one row an applicant) or ``json`` (the document itself)."""
    match kind:
        case "json":
            to.write(json.dumps(result, ensure_ascii=False, indent=1).encode())
        case "csv":
            write_csv(_applicant_headings(), _applicant_rows(result, name_of), to)
        case "xlsx":
            write_xlsx(_sheets(result, name_of), to)
        case _:
            raise ValueError(f"a result is written as xlsx, csv or json, not as {kind!r}")


def _sheets(result: Document, name_of: reasons.NameOf) -> Iterator[SheetOut]:
    yield SheetOut(name=_("Results"), headings=_applicant_headings(), rows=_applicant_rows(result, name_of))
    yield SheetOut(name=_("Choices"), headings=_choice_headings(), rows=_choice_rows(result, name_of))
    yield SheetOut(name=_("Places"), headings=_place_headings(), rows=_place_rows(result, name_of))
    yield SheetOut(name=_("Summary"), headings=[_("Figure"), _("Value")], rows=summary_rows(result))


def _applicant_headings() -> list[str]:
    return [
        *(_("Order of service"), _("Applicant number"), _("Name"), _("Home institution"), _("Score")),
        *(_("Lottery number"), _("Choice that was met"), _("Host institution"), _("Start term"), _("Length")),
        _("Why no better choice"),
    ]


def _applicant_rows(result: Document, name_of: reasons.NameOf) -> Iterator[list[Any]]:
    for own in result["applicants"]:
        met = own["placed"] and next(wish for wish in own["choices"] if wish["number"] == own["placed"])
        better = [wish for wish in own["choices"] if wish["code"] in ("full", "ineligible")]
        why = [f"{wish['number']}: {' '.join(reasons.verdict(wish, own))}" for wish in better]
        stay = (
            [name_of(met["host"]), reasons.season(met["start"]), reasons.length(met["length"])]
            if met
            else [""] * 3
        )
        yield [
            *(
                own["position"],
                own["id"],
                own["name"],
                name_of(own["home"]),
                Decimal(own["score"]),
                own["lottery"],
            ),
            *(own["placed"] or _("not placed"), *stay, "\n".join(why)),
        ]


def _choice_headings() -> list[str]:
    return [
        *(_("Applicant number"), _("Name"), _("Choice"), _("Host institution"), _("Start term"), _("Length")),
        *(_("Outcome"), _("Reason")),
    ]


def _choice_rows(result: Document, name_of: reasons.NameOf) -> Iterator[list[Any]]:
    for own in result["applicants"]:
        for wish in own["choices"]:
            yield [
                *(
                    own["id"],
                    own["name"],
                    wish["number"],
                    name_of(wish["host"]),
                    reasons.season(wish["start"]),
                ),
                *(reasons.length(wish["length"]), reasons.outcome(wish["code"])),
                " ".join(reasons.verdict(wish, own)),
            ]


def _place_headings() -> list[str]:
    return [
        *(_("Row"), _("Home institution"), _("Host institution"), _("Field (ISCED-F)"), _("Level (EQF)")),
        *(_("Start term"), _("Length"), _("Places"), _("Minimum GPA"), _("Language requirement"), _("Taken")),
        _("Lowest score placed"),
    ]


def _place_rows(result: Document, name_of: reasons.NameOf) -> Iterator[list[Any]]:
    for row in result["places"]:
        yield [
            *(row["row"], name_of(row["home"]), name_of(row["host"]), row["fields"], row["levels"]),
            *(reasons.season(row["start"]), reasons.length(row["length"]), row["places"], row["minimum_gpa"]),
            *(row["language"], row["taken"], row["lowest"] and Decimal(row["lowest"])),
        ]


def summary_rows(result: Document) -> Iterator[list[Any]]:
    """The figures with their names, then what the result was made with."""
    figures = result["summary"]
    yield [_("Applicants"), figures["applicants"]]
    yield [_("Placed"), figures["placed"]]
    yield [_("Not placed"), figures["applicants"] - figures["placed"]]
    yield [_("Without any choice that was open to them"), figures["without_open_choice"]]
    for number, count in figures["at_choice"].items():
        yield [_("Placed at choice {number}").format(number=number), count]
    for flow in figures["flows"]:
        way = {"home": country(flow["from"]), "host": country(flow["to"])}
        yield [_("{home} → {host}: applicants by first choice").format(**way), flow["applicants"]]
        yield [_("{home} → {host}: applicants placed").format(**way), flow["placed"]]
        yield [_("{home} → {host}: places, counted by term").format(**way), flow["places"]]
        yield [_("{home} → {host}: places taken, counted by term").format(**way), flow["taken"]]
    yield [_("Seed of the lottery"), result["seed"]]
    yield [_("Version of EASTEP"), result["eastep"]]
    yield [_("SHA-256 of the sheet of places"), result["inputs"]["places"]]
    yield [_("SHA-256 of the sheet of applicants"), result["inputs"]["applicants"]]


def write_problems(problems: Iterable[Mapping[str, Any]], to: BinaryIO) -> None:
    """The kept problems of two sheets, in the reader's language, as CSV."""
    language = (get_language() or "en")[:2]
    kinds = {"error": _("Error"), "notice": _("Notice")}
    rows = (
        [kinds[one["severity"]], one["place"][language], one["value"], one["sentence"][language]]
        for one in problems
    )
    write_csv([_("Kind"), _("Place"), _("Value"), _("What is wrong and what to do")], rows, to)


def country(code: str) -> str:
    """A country's name from its ISO 3166-1 code, by CLDR."""
    return str(Locale((get_language() or "en")[:2]).territories.get(code, code))
