"""`eastep place`: two sheets in, a placement out. No database."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
from django.utils import translation
from django.utils.translation import gettext as _

from eastep.applications import reasons, report
from eastep.applications.intake import Intake, take_in
from eastep.applications.placing import country_of
from eastep.applications.ruling import check_rule, rule_of
from eastep.applications.simulating import Basis, Impossible, Simulated, simulate
from eastep.core.errors import Refused
from eastep.institutions.register import Register
from eastep.institutions.seasons import start_of
from eastep.standards.facts import Standards

SHOWN = 50  # problems in the shell
FORMATS = (".xlsx", ".csv", ".json")


def place_sheets(
    places: Path,
    applicants: Path,
    seed: str,
    out: Path | None,
    language: str,
    *,
    rule: Mapping[str, Any],
) -> None:
    """Read, place by *rule* (a record as in ruling.py), print the summary and write the result.

    Raises Refused with every reason.
    """
    register = Register.shipped()
    with translation.override(language):
        with click.progressbar(length=4, label=_("Placing"), file=sys.stderr) as bar:
            files = {"places": places, "applicants": applicants}
            contents = {kind: file.read_bytes() for kind, file in files.items()}
            bar.update(1)
            intake = read(places, applicants, contents, register)
            bar.update(1)
            result = report.document(
                placed(intake, seed, rule, register),
                report.About(
                    files=[
                        {
                            "kind": kind,
                            "name": file.name,
                            "sha256": sha256(contents[kind]).hexdigest(),
                        }
                        for kind, file in files.items()
                    ]
                ),
            )
            bar.update(1)
            if out:
                content = io.BytesIO()  # whole or not at all
                report.write(result, out.suffix[1:], content, name_of=name_of(register, language))
                out.write_bytes(content.getvalue())
            bar.update(1)
        for name, taken in ((places.name, intake.places), (applicants.name, intake.applicants)):
            click.echo(
                f"{name}: {taken.detected and taken.detected.sentence}, {_('good rows: {number}').format(number=len(taken.rows))}"
            )
        for problem in intake.problems[:SHOWN]:
            click.echo(f"{problem.place}: {problem.sentence}", err=True)
        for name, value in report.summary_rows(result, name_of(register, language)):
            click.echo(f"{name}: {value}")
        if out:
            click.echo(_("Written: {file}").format(file=out))


def placed(intake: Intake, seed: str, rule: Mapping[str, Any], register: Register) -> Simulated:
    """What was read, placed. Raises Refused where *rule* cannot place it."""
    institutions = {one.home for one in intake.places.rows} | {one.host for one in intake.places.rows}
    try:
        checked = check_rule(
            rule,
            countries={country_of(key) for key in institutions},
            institutions=register.by_key,
            is_programme=len({one.home for one in intake.places.rows}) > 1,
        )
        return simulate(basis(intake), seed=seed, rule=rule_of(checked))
    except Impossible as error:
        raise Refused(error.sentence, code=error.code) from error


def basis(intake: Intake) -> Basis:
    """What was read, to be placed from."""
    return Basis(
        places=intake.places.rows,
        applicants=intake.applicants.rows,
        standards=intake.standards,
        start_of=start_of,
    )


def read(places: Path, applicants: Path, contents: dict[str, bytes], register: Register) -> Intake:
    """Both sheets. Raises Refused with the first errors."""
    intake = take_in(
        (places.name, contents["places"]),
        (applicants.name, contents["applicants"]),
        register=register,
        standards=Standards.shipped(),
    )
    if intake.errors:
        errors = [problem for problem in intake.problems if problem.severity == "error"]
        lines = [f"{problem.place}: {problem.sentence}" for problem in errors[:SHOWN]]
        lines.append(_("Errors: {number}. Nothing was placed.").format(number=intake.errors))
        raise Refused("\n".join(lines), code="sheets_have_errors")
    return intake


def name_of(register: Register, language: str) -> reasons.NameOf:
    """The names of the shipped institutions in *language*."""
    return lambda key: register.by_key[key].name(language)
