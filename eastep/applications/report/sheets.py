"""A result document as a workbook, as CSV and as canonical JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from eastep.applications import promises, reasons
from eastep.applications.reasons import country
from eastep.applications.records import canonical, on_offer
from eastep.applications.report.document import Document, stay_of
from eastep.core.sheets import SheetOut, write_csv, write_xlsx

LISTS = ("applicants", "places")


def write(result: Document, kind: str, to: BinaryIO, *, name_of: reasons.NameOf) -> None:
    """Write a result as ``xlsx`` (all sheets), ``csv`` (one row an applicant) or ``json`` (the document itself).

    The JSON is canonical: the same document gives the same bytes, so that they have a hash.
    """
    name_of = cache(name_of)
    match kind:
        case "json":
            for part in _canonical_parts(result):
                to.write(part)
        case "csv":
            write_csv(_result_headings(result), _result_rows(result, name_of), to)
        case "xlsx":
            write_xlsx(_sheets(result, name_of), to)
        case _:
            raise ValueError(f"a result is written as xlsx, csv or json, not as {kind!r}")


def _canonical_parts(result: Document) -> Iterator[bytes]:
    """`canonical` in pieces, so that a large result is never in memory twice."""
    for number, name in enumerate(sorted(result)):
        yield f'{"," if number else "{"}"{name}":'.encode()
        if name in LISTS:
            for position, own in enumerate(result[name]):
                yield f"{',' if position else '['}{canonical(own)}".encode()
            yield b"]" if result[name] else b"[]"
        else:
            yield canonical(result[name]).encode()
    yield b"}"


def _sheets(result: Document, name_of: reasons.NameOf) -> Iterator[SheetOut]:
    yield SheetOut(name=_("Results"), headings=_result_headings(result), rows=_result_rows(result, name_of))
    yield SheetOut(name=_("Options"), headings=_option_headings(), rows=_option_rows(result, name_of))
    yield SheetOut(name=_("Reasons"), headings=_reason_headings(), rows=_reason_rows(result, name_of))
    yield SheetOut(name=_("Balance"), headings=_balance_headings(), rows=_balance_rows(result, name_of))
    if result["summary"]["imbalance"]:
        yield SheetOut(name=_("Balance kept"), headings=_kept_headings(), rows=_kept_rows(result, name_of))
    yield SheetOut(name=_("Settings"), headings=_setting_headings(), rows=_setting_rows(result, name_of))


def _stay_headings() -> list[str]:
    return [_("Host institution"), _("Start term"), _("Length")]


type Cells = Callable[[Mapping[str, Any] | None], tuple[str, str, str]]


def _stay_cells(name_of: reasons.NameOf) -> Cells:
    """What says host, term and length of a stay or a choice in the reader's language; each worded once."""

    @cache
    def worded(host: str, start: str, length: str) -> tuple[str, str, str]:
        return name_of(host), reasons.season(start), reasons.length(length)

    def cells(stay: Mapping[str, Any] | None) -> tuple[str, str, str]:
        return worded(stay["host"], stay["start"], stay["length"]) if stay else ("", "", "")

    return cells


def _result_headings(result: Document) -> list[str]:
    by_hand = (
        [_("By hand"), *(_("By the rule alone: {column}").format(column=one) for one in _stay_headings())]
        if result["settings"]["moves"]
        else []
    )
    return [
        *(_("Order of service"), _("Applicant number"), _("Name"), _("Home institution"), _("Score")),
        *(_("Lottery number"), _("Choice that was met"), *_stay_headings(), _("Row of places")),
        *(*by_hand, _("Why no better choice")),
    ]


def _result_rows(result: Document, name_of: reasons.NameOf) -> Iterator[list[Any]]:
    touched = {
        "": "",
        "moved": _("moved by hand"),
        "gains": _("gains by a move"),
        "loses": _("loses by a move"),
        "changes": _("changed by a move"),
    }
    not_placed, off_list = _("not placed"), _("not on the list")
    with_moves = bool(result["settings"]["moves"])
    cells = _stay_cells(name_of)
    for own in result["applicants"]:
        stay = stay_of(own)
        why = [
            f"{wish['number']}: {' '.join(reasons.verdict(wish, own))}"
            for wish in own["choices"]
            if wish["code"] in ("full", "no_exchange", "ineligible")
            and not (own["placed"] and wish["number"] > own["placed"])
        ]
        by_hand = [touched[own["touched"]], *cells(own["computed"])] if with_moves else []
        yield [
            *(own["position"], own["id"], own["name"], name_of(own["home"]), Decimal(own["score"])),
            *(own["lottery"], own["placed"] or (off_list if stay else not_placed)),
            *(*cells(stay), own["placed_row"], *by_hand, "\n".join(why)),
        ]


def _reason_headings() -> list[str]:
    return [
        *(_("Applicant number"), _("Name"), _("Score"), _("Choice"), *_stay_headings(), _("Outcome")),
        *(_("Reason"), _("What would have been enough")),
    ]


def _reason_rows(result: Document, name_of: reasons.NameOf) -> Iterator[list[Any]]:
    off_list = _("not on the list")
    cells, outcome = _stay_cells(name_of), cache(reasons.outcome)
    for own in result["applicants"]:
        score = Decimal(own["score"])
        for wish in own["choices"]:
            yield [
                *(own["id"], own["name"], score, wish["number"] or off_list, *cells(wish)),
                *(outcome(wish["code"]), " ".join(reasons.verdict(wish, own)), reasons.enough(wish)),
            ]


def _option_headings() -> list[str]:
    return [
        *(_("Row of places"), _("Home institution"), _("Host institution"), _("Field (ISCED-F)")),
        *(_("Level (EQF)"), _("Start term"), _("Length"), _("Places"), _("Carried over")),
        *(_("Places that can be given"), _("Minimum GPA")),
        *(_("Language requirement"), _("Taken"), _("Taken by hand"), _("Cut-off"), _("Lowest score placed")),
        *(_("Refused"), _("Highest score refused"), _("Full and wanted by more"), _("Changed from")),
    ]


def _option_rows(result: Document, name_of: reasons.NameOf) -> Iterator[list[Any]]:
    yes, still_open, cells = _("yes"), _("open"), _stay_cells(name_of)
    for row in result["places"]:
        cutoff = row["cutoff"] and Decimal(row["cutoff"])
        yield [
            *(row["row"], name_of(row["home"]), name_of(row["host"]), row["fields"], row["levels"]),
            *(*cells(row)[1:], row["places"], row.get("carried"), on_offer(row)),
            *(row["minimum_gpa"], row["language"]),
            *(row["taken"], row["by_hand"], cutoff if row["is_full"] else still_open),
            *(row["lowest"] and Decimal(row["lowest"]), row["refused"]),
            row["highest_refused"] and Decimal(row["highest_refused"]),
            yes if row["binds"] else "",
            "; ".join(f"{_field(name)}: {value}" for name, value in row["was"].items()),
        ]


def _field(name: str) -> str:
    return {
        "places": _("Places"),
        "carried": _("Carried over"),
        "minimum_gpa": _("Minimum GPA"),
        "language": _("Language requirement"),
    }[name]


def _asked(code: str) -> str:
    """What an objection of this code is about, as the column of places says it."""
    return {
        "field": _("Field (ISCED-F)"),
        "level": _("Level (EQF)"),
        "gpa": _("Minimum GPA"),
        "language": _("Language requirement"),
    }[code.partition("_")[0]]


def _imbalance_rows(imbalance: Mapping[str, Any] | None) -> Iterator[list[Any]]:
    """What balance allowed, and where each country ended; institutions have a sheet of their own."""
    for limit in (imbalance or {}).get("limits", ()):
        way = reasons.ways(limit)
        yield [_("{home} → {host}: stays that balance allowed").format(**way), limit["places"]]
    if imbalance and imbalance["unit"] == "country":
        for one in imbalance["units"]:
            name = _("{country}: imbalance after this round").format(country=country(one["unit"]))
            yield [name, one["imbalance"]]


def _kept_headings() -> list[str]:
    return [
        *(_("Unit of balance"), pgettext("balance", "Carried over"), _("Stays sent"), _("Stays received")),
        *(_("Imbalance"), _("Within the tolerance")),
    ]


def _kept_rows(result: Document, name_of: reasons.NameOf) -> Iterator[list[Any]]:
    imbalance, yes, no = result["summary"]["imbalance"], _("yes"), _("no")
    name = country if imbalance["unit"] == "country" else name_of
    for one in imbalance["units"]:
        figures = (one[column] for column in ("carried", "sent", "received", "imbalance"))
        yield [name(one["unit"]), *figures, yes if one["in_band"] else no]


def _balance_headings() -> list[str]:
    return [
        *(_("Between"), _("and"), _("Persons there"), _("Persons back"), _("More there than back")),
        *(_("Terms there"), _("Terms back"), _("More terms there than back")),
    ]


def _balance_rows(result: Document, name_of: reasons.NameOf) -> Iterator[list[Any]]:
    balance = result["summary"]["balance"]
    for table, name in (("countries", country), ("institutions", name_of)):
        for pair in balance[table]:
            yield [
                *(name(pair["one"]), name(pair["other"])),
                *(pair[column] for column in ("there", "back", "difference")),
                *(pair[column] for column in ("there_terms", "back_terms", "difference_terms")),
            ]


def _setting_headings() -> list[str]:
    return [_("Setting"), _("Value"), _("Reason")]


def _setting_rows(result: Document, name_of: reasons.NameOf) -> Iterator[list[Any]]:
    """The figures, then all that the result was made with."""
    settings = result["settings"]
    if result["title"]:
        yield [_("Placement round"), result["title"], ""]
    if result["scoring"]:
        yield [_("How the score is made"), result["scoring"], ""]
    for name, value in summary_rows(result, name_of):
        yield [name, value, ""]
    if settings["most_choices"]:
        yield [_("Most choices"), settings["most_choices"], ""]
    for file in result["inputs"]["files"]:
        yield [_("File {name} (SHA-256)").format(name=file["name"]), file["sha256"], ""]
    if settings["students_see"] == "cutoffs":
        seen = _("Cut-offs of options that at least {number} got").format(number=settings["minimum_cell"])
    else:
        seen = _("Whether the own score was enough")
    yield [_("Students see"), seen, ""]
    for row, change in settings["changes"].get("places", {}).items():
        for name, value in change.items():
            yield [_("Changed: row {row}, {field}").format(row=row, field=_field(name)), value, ""]
    for number in settings["changes"].get("withdrawn", ()):
        yield [_("Left out of the simulation"), number, ""]
    for waiver in settings["waivers"]:
        waived = _("{applicant}: {choice}").format(
            applicant=waiver["applicant"], choice=reasons.choice(waiver, name_of)
        )
        yield [_("Waived: {field}").format(field=_asked(waiver["code"])), waived, waiver["reason"]]
    for move in settings["moves"]:
        to = _("not placed") if move["row"] is None else _("Row of places: {row}").format(row=move["row"])
        yield [_("Moved by hand: {applicant}").format(applicant=move["applicant"]), to, move["reason"]]


def summary_rows(result: Document, name_of: reasons.NameOf) -> Iterator[list[Any]]:
    """The figures with their names, then what the result was made with."""
    figures = result["summary"]
    yield from map(list, promises.in_words(result["settings"]["rule"], name_of))
    yield [_("Applicants"), figures["applicants"]]
    yield [_("Placed"), figures["placed"]]
    yield [_("Not placed"), figures["applicants"] - figures["placed"]]
    yield [_("Without any choice that was open to them"), figures["without_open_choice"]]
    for number, count in sorted(figures["at_choice"].items(), key=lambda one: int(one[0])):
        yield [_("Placed at choice {number}").format(number=number), count]
    if figures["by_hand"]:
        yield [_("Moved by hand"), figures["by_hand"]]
        yield [_("Placed on a row that is not on the list"), figures["off_list"]]
    yield [_("Rows of places that were full and wanted by more"), figures["binding"]]
    for flow in figures["flows"]:
        way = {"home": country(flow["from"]), "host": country(flow["to"])}
        yield [_("{home} → {host}: applicants by first choice").format(**way), flow["applicants"]]
        yield [_("{home} → {host}: applicants placed").format(**way), flow["placed"]]
        yield [_("{home} → {host}: places, counted by term").format(**way), flow["places"]]
        yield [_("{home} → {host}: places taken, counted by term").format(**way), flow["taken"]]
    yield from _imbalance_rows(figures["imbalance"])
    yield [_("Seed of the lottery"), result["seed"]]
    yield [_("Version of EASTEP"), result["eastep"]]
    yield [_("SHA-256 of the records of places"), result["inputs"]["places"]]
    yield [_("SHA-256 of the records of applicants"), result["inputs"]["applicants"]]
    yield [_("SHA-256 of the standards"), result["inputs"]["standards"]]
