"""The `eastep` command. Exit codes: 0 done, 1 refused (with reasons), 2 wrong usage."""

import os
import secrets
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from eastep.website import backup as backups
from eastep.website import database, serving

NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


def set_up_django() -> None:
    """Read the settings; DATABASE_URL must be in the environment by now if the command needs a database."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eastep.website.settings")
    django.setup()


def with_database[**P, R](command: Callable[P, R]) -> Callable[P, R]:
    """Run the command with the database that DATABASE_URL names, else with the embedded one."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with database.running() as url:
            os.environ["DATABASE_URL"] = url
            set_up_django()
            return command(*args, **kwargs)

    return run


def migrate() -> None:
    """Bring the tables to this version and load the shipped standards and institutions. Repeatable."""
    from django.core.management import call_command

    from eastep.website import ground

    call_command("migrate", verbosity=0, interactive=False)
    ground.lay()


class Programme(click.Group):
    """Turns every refusal into its sentence and exit code 1."""

    def invoke(self, context: click.Context) -> object:
        from eastep.core.errors import Refused

        try:
            return super().invoke(context)
        except (Refused, database.DatabaseUnavailable, serving.DidNotStart) as refusal:
            click.echo(f"{refusal}", err=True)
            sys.exit(1)


@click.group(
    cls=Programme, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="eastep")
def main() -> None:
    """EASTEP: student exchange between Japan and South Korea.

    \b
    Examples:
      eastep demo                                        a realistic programme to look at
      eastep place --places p.xlsx --applicants a.xlsx   a placement from two sheets
      eastep compare --places p.xlsx --applicants a.xlsx what balance would cost
      eastep verify result.json --places p.xlsx --applicants a.xlsx
      eastep serve                                       web server and worker
      eastep backup programme.eastep                     everything in one file
    """


@main.command()
@click.option("--host", default=serving.HOST, show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port; the next free one if it is taken.")
@click.option("--workers", default=1, show_default=True, help="Processes of the web server.")
@with_database
def serve(host: str, port: int, workers: int) -> None:
    """Run the web server and the worker.

    \b
    Examples:
      eastep serve
      DATABASE_URL=postgresql://eastep@db/eastep EASTEP_ENV=production eastep serve --workers 4
    """
    from django.conf import settings
    from django.core.management import call_command

    migrate()
    if settings.PRODUCTION:
        call_command("collectstatic", verbosity=0, interactive=False)
    port = serving.free_port(port, host)
    if not settings.PRODUCTION:
        os.environ.setdefault("EASTEP_ADDRESS", f"http://localhost:{port}")
    with serving.processes(serving.web(host, port, workers), serving.worker()) as started:
        serving.wait_until_answering(f"http://{host}:{port}/health/", started[0])
        click.echo(f"EASTEP is ready: http://localhost:{port}")
        sys.exit(serving.wait_for_end(started))


@main.command()
@with_database
def worker() -> None:
    """Run a worker for background jobs alone (on a machine of its own).

    \b
    Example:
      DATABASE_URL=postgresql://eastep@db/eastep eastep worker
    """
    from django.core.management import call_command

    call_command("procrastinate", "worker", "--concurrency=2")


@main.command()
@click.option("--port", default=8000, show_default=True, help="Port; the next free one if it is taken.")
@click.option("--load-only", is_flag=True, help="Load the programme and write its sheets, then stop.")
def demo(port: int, load_only: bool) -> None:
    """Load a realistic programme, serve it, and say who to sign in as.

    \b
    Examples:
      eastep demo
      eastep demo --port 8080
    """
    os.environ.setdefault("EASTEP_ENV", "demo")
    _demo(port, load_only)


@with_database
def _demo(port: int, load_only: bool) -> None:
    from eastep.website import demonstration

    click.echo("Preparing the demo programme …")
    migrate()
    loaded = demonstration.load(progress=click.progressbar)
    if load_only:
        return
    port = serving.free_port(port)
    os.environ.setdefault("EASTEP_ADDRESS", f"http://localhost:{port}")
    with serving.processes(serving.web(serving.HOST, port, 1), serving.worker()) as started:
        serving.wait_until_answering(f"http://{serving.HOST}:{port}/health/", started[0])
        click.echo(
            f"\nEASTEP is ready: http://localhost:{port}\n\nSign in as (password for all: {loaded.password}):\n"
        )
        for person in loaded.people:
            click.echo(f"  {person.email:34} {person.role_in_words}")
        click.echo(f"\nSheets to place: {loaded.sheets}\nStop with Ctrl-C.")
        sys.exit(serving.wait_for_end(started))


@main.command()
@click.option("--places", required=True, type=FILE, help="Sheet of places: XLSX, XLS, ODS, CSV or TSV.")
@click.option("--applicants", required=True, type=FILE, help="Sheet of applicants; may be the same file.")
@click.option("--seed", help="Seed of the lottery: any word or number. Without it one is drawn and printed.")
@click.option("--out", type=NEW_FILE, help="Where the result goes: FILE.xlsx, FILE.csv or FILE.json.")
@click.option(
    "--mechanism",
    type=click.Choice(["deferred_acceptance", "balanced_deferred_acceptance", "balanced_exchange"]),
    default="deferred_acceptance",
    show_default=True,
    help="The rule of placement; the first keeps no balance.",
)
@click.option(
    "--unit",
    type=click.Choice(["country", "institution"]),
    default="country",
    show_default=True,
    help="Between whom balance is kept.",
)
@click.option(
    "--tolerance",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="By how many stays each may have sent more or fewer than it received.",
)
@click.option(
    "--carried",
    multiple=True,
    metavar="UNIT=NUMBER",
    help="What a country or institution (by its code) has sent beyond what it received in earlier years. Repeatable.",
)
@click.option("--language", type=click.Choice(["en", "ja", "ko"]), default="en", show_default=True)
def place(
    *,
    places: Path,
    applicants: Path,
    seed: str | None,
    out: Path | None,
    mechanism: str,
    unit: str,
    tolerance: int,
    carried: tuple[str, ...],
    language: str,
) -> None:
    """Place applicants by score and lottery, from two sheets. Needs no database.

    \b
    Examples:
      eastep place --places var/demo/places-en.xlsx --applicants var/demo/applicants-en.xlsx
      eastep place --places p.csv --applicants a.csv --seed 2027 --out result.xlsx --language ko
      eastep place --places p.csv --applicants a.csv \\
        --mechanism balanced_deferred_acceptance --tolerance 5 --carried KR=12
    """
    os.environ["EASTEP_ENV"] = "local"  # it serves nobody, so it needs none of what production asks for
    set_up_django()
    from eastep.website.place import FORMATS, place_sheets

    if out and out.suffix not in FORMATS:
        raise click.BadParameter("Write a name that ends with .xlsx, .csv or .json.", param_hint="--out")
    if mechanism == "deferred_acceptance" and (tolerance or carried):
        raise click.UsageError(
            "--tolerance and --carried are of a rule that keeps balance: give --mechanism as well."
        )
    rule = {"mechanism": mechanism, "unit": unit, "tolerance": tolerance, "carried": _carried(carried)}
    place_sheets(places, applicants, seed or str(secrets.randbelow(10**9)), out, language, rule=rule)


@main.command()
@click.option("--places", required=True, type=FILE, help="Sheet of places of both directions.")
@click.option("--applicants", required=True, type=FILE, help="Sheet of applicants; may be the same file.")
@click.option(
    "--tolerance",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="By how many stays each country, or university, may send more or fewer than it receives.",
)
@click.option(
    "--carried",
    multiple=True,
    metavar="COUNTRY=STAYS",
    help="What a country sent in earlier years beyond what it received: KR=12. Repeatable.",
)
@click.option("--seed", help="Seed of the lottery: any word or number. Without it one is drawn and printed.")
@click.option("--out", type=NEW_FILE, help="Where the table goes: FILE.csv or FILE.json.")
@click.option("--language", type=click.Choice(["en", "ja", "ko"]), default="en", show_default=True)
def compare(
    *,
    places: Path,
    applicants: Path,
    tolerance: int,
    carried: tuple[str, ...],
    seed: str | None,
    out: Path | None,
    language: str,
) -> None:
    """Place applicants by several rules and show what balance would cost. Needs no database.

    \b
    Examples:
      eastep compare --places var/demo/places-en.xlsx --applicants var/demo/applicants-en.xlsx
      eastep compare --places p.csv --applicants a.csv --tolerance 20 --carried KR=12 --language ko
    """
    os.environ["EASTEP_ENV"] = "local"
    set_up_django()
    from eastep.website.compare import FORMATS, compare_rules

    if out and out.suffix not in FORMATS:
        raise click.BadParameter("Write a name that ends with .csv or .json.", param_hint="--out")
    compare_rules(
        places,
        applicants,
        tolerance=tolerance,
        carried=_carried(carried),
        seed=seed or str(secrets.randbelow(10**9)),
        out=out,
        language=language,
    )


def _carried(given: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for text in given:
        country, _equals, stays = text.partition("=")
        try:
            number = int(stays)
        except ValueError:
            number = None
        if number is None or not country or country.upper() in found:
            raise click.BadParameter(
                f"“{text}”: write a country once, and a whole number of stays: KR=12.", param_hint="--carried"
            )
        found[country.upper()] = number
    return found


@main.command()
@click.argument("result", type=FILE)
@click.option("--places", required=True, type=FILE, help="The sheet of places that it was made from.")
@click.option("--applicants", required=True, type=FILE, help="The sheet of applicants.")
@click.option("--language", type=click.Choice(["en", "ja", "ko"]), default="en", show_default=True)
def verify(result: Path, places: Path, applicants: Path, language: str) -> None:
    """Compute RESULT (JSON) again from its two sheets: the same, or exit code 1 and the differences.

    The seed, the rule of placement, the changes, the waivers and the moves by hand are those that RESULT names. Needs
    no database.

    \b
    Examples:
      eastep verify result.json --places places.csv --applicants applicants.csv
      eastep verify result.json --places p.xlsx --applicants a.xlsx --language ja
    """
    os.environ["EASTEP_ENV"] = "local"
    set_up_django()
    from eastep.website.verify import verify_result

    if not verify_result(result, places, applicants, language):
        sys.exit(1)


@main.group("import")
def import_() -> None:
    """Bring in a file."""


@import_.command()
@click.argument("file", type=FILE)
@with_database
def institutions(file: Path) -> None:
    """Add or update institutions from a sheet (XLSX, ODS, CSV): all of its rows, or none.

    \b
    Example:
      eastep import institutions universities.csv
    """
    from django.core.exceptions import ValidationError

    from eastep.core.errors import Refused
    from eastep.imports.institutions import read_institutions
    from eastep.institutions.actions import import_institutions
    from eastep.institutions.sentences import sentence
    from eastep.people.actions import system_user

    migrate()
    try:
        rows, problems, errors = read_institutions(file.read_bytes(), file.name)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), code=str(error.code)) from error
    if errors:
        raise Refused("\n".join(f"{one.place}: {one.sentence}" for one in problems), code="sheet_has_errors")
    done = import_institutions(rows, by=system_user())
    if done.problems:
        lines = (f"Row {one.row}, {one.column}: {sentence(one)}" for one in done.problems)
        raise Refused("\n".join(lines), code="sheet_has_errors")
    click.echo(f"Added: {done.added}, changed: {done.changed}, unchanged: {done.unchanged}.")


@main.command()
@click.argument("email")
@click.option("--name", prompt=True, help="How the person is called.")
@click.option("--language", type=click.Choice(["en", "ja", "ko"]), default="en", show_default=True)
@click.password_option(help="At least 12 characters; asked for where it is not given.")
@with_database
def administrator(email: str, name: str, language: str, password: str) -> None:
    """Add a programme administrator: the first person of a new installation.

    \b
    Example:
      eastep administrator hanako@example.ac.jp --name "髙﨑 花" --language ja
    """
    from django.core.exceptions import ValidationError

    from eastep.core.errors import Refused
    from eastep.institutions.actions import give_role
    from eastep.institutions.states import Role
    from eastep.people.actions import add_person, system_user

    migrate()
    try:
        person = add_person(
            email, by=system_user(), password=password, preferred_name=name, language=language
        )
    except ValidationError as error:
        raise Refused(" ".join(error.messages), code="invalid") from error
    give_role(person, by=system_user(), role=Role.PROGRAMME)
    click.echo(f"{person.email} can sign in.")


@main.command()
@click.argument("file", type=NEW_FILE)
@with_database
def backup(file: Path) -> None:
    """Write the whole database into FILE.

    \b
    Example:
      eastep backup programme-2027-03-01.eastep
    """
    with click.progressbar(length=100, label="Backing up", file=sys.stderr) as bar:
        backups.backup(os.environ["DATABASE_URL"], file, progress=_steps(bar))
    click.echo(f"Written: {file}")


@main.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Replace what the database holds.")
@with_database
def restore(file: Path, replace: bool) -> None:
    """Put a backup back, and check that it equals the original.

    \b
    Examples:
      eastep restore programme-2027-03-01.eastep
      eastep restore --replace programme-2027-03-01.eastep
    """
    with click.progressbar(length=100, label="Restoring", file=sys.stderr) as bar:
        backups.restore(os.environ["DATABASE_URL"], file, replace=replace, progress=_steps(bar))
    migrate()  # the backup may come from an earlier release
    click.echo("Restored, and equal to the original: every table has the rows and the hash of the backup.")


def _steps(bar: Any) -> Callable[[int, int], None]:
    """Shows so many steps done, of how many, on a bar of a hundred."""
    return lambda done, total: bar.update(100 * done // total - bar.pos)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@with_database
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own commands, for developers: `eastep manage makemigrations`."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["eastep manage", *arguments])


if __name__ == "__main__":
    main()
