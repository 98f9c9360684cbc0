"""`eastep verify`: is a result what its two sheets give? No database."""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
from django.utils import translation
from django.utils.translation import gettext as _

from eastep.applications.records import canonical
from eastep.applications.verifying import NotAResult, is_same, verify
from eastep.core.errors import Refused
from eastep.institutions.register import Register, University, shipped_universities
from eastep.institutions.seasons import start_of
from eastep.website.place import read

SHOWN = 20  # differences in the shell


def verify_result(result: Path, places: Path, applicants: Path, language: str) -> bool:
    """Compute *result* again from the two sheets and print "the same", or in what it differs. True if the same."""
    with translation.override(language):
        with click.progressbar(length=3, label=_("Computing again"), file=sys.stderr) as bar:
            content = result.read_bytes()
            said = _loaded(content)
            bar.update(1)
            contents = {"places": places.read_bytes(), "applicants": applicants.read_bytes()}
            intake = read(places, applicants, contents, _register(said))
            bar.update(1)
            try:
                differences = verify(
                    said,
                    intake.places.rows,
                    intake.applicants.rows,
                    standards=intake.standards,
                    start_of=start_of,
                )
            except NotAResult as error:
                raise _no_result() from error
            bar.update(1)
        click.echo(_("SHA-256 of the result: {hash}").format(hash=sha256(content).hexdigest()))
        if is_same(differences):
            click.echo(
                _(
                    "The same: {applicants} applicants and {places} rows of places give this result again."
                ).format(applicants=len(said["applicants"]), places=len(said["places"]))
            )
            for difference in differences:
                click.echo(f"{difference} {_('Nothing in this result depends on what they differ in.')}")
            return True
        click.echo(_("Not the same. Differences: {number}.").format(number=len(differences)))
        for difference in differences[:SHOWN]:
            click.echo(str(difference))
        if len(differences) > SHOWN:
            click.echo(_("The first {number} are shown.").format(number=SHOWN))
        return False


def _loaded(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content, object_pairs_hook=_each_once)
        canonical(said).encode()  # whatever cannot be written again cannot be compared
    except (ValueError, RecursionError) as error:
        raise _no_result() from error
    if not isinstance(said, dict):
        raise _no_result()
    return said


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are there once: of two values, one program would take the first, another the last."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _no_result() -> Refused:
    return Refused(
        _("This file is no result that can be verified. Take the JSON file of a result, format 3."),
        code="no_result",
    )


def _register(said: dict[str, Any]) -> Register:
    """The shipped institutions, and those that only the server of the result knew: these by their key alone."""
    keys = set()
    for row in _dicts(said.get("places")):
        keys |= {row.get("home"), row.get("host")}
    for own in _dicts(said.get("applicants")):
        keys |= {own.get("home"), *(wish.get("host") for wish in _dicts(own.get("choices")))}
    known = Register.shipped()
    unknown = sorted(key for key in keys if isinstance(key, str) and key not in known.by_key)
    if not unknown:
        return known
    return Register([*shipped_universities(), *(University(key=key, name_en=key) for key in unknown)])


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
