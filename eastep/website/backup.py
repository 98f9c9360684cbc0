"""The whole database in one file, and back.

The file is a ZIP of `database.dump`, which PostgreSQL's own pg_restore reads too, and `manifest.json`, which
counts and hashes the rows of every table as of the same moment. A restore is one transaction: the old tables
go, the new ones come, their rows are compared with the manifest, and only then is any of it kept.

A backup holds personal data, so the file is made readable by its owner alone.
"""

import hashlib
import json
import os
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from django.utils.translation import gettext as _
from psycopg import pq, sql

from eastep.core.errors import Refused
from eastep.website import database

FORMAT = "eastep-backup-1"
DUMP, MANIFEST = "database.dump", "manifest.json"
DIFFERS, LOCKED = "EA001", "55P03"  # SQLSTATE; the first is ours

TABLES = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
# Every row in one way of writing, hashed; the hashes in order, hashed: whatever order the rows are stored in.
WRITING = (
    "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'iso_8601'; SET bytea_output = 'hex';"
)
ROWS = """
SELECT json_build_object('rows', count(*),
                         'sha256', encode(sha256(coalesce(string_agg(hash, '' ORDER BY hash), '')), 'hex'))
FROM (SELECT sha256(convert_to(whole_row::text, 'UTF8')) AS hash FROM public.%I AS whole_row) AS hashes
"""
BEFORE = "SET lock_timeout = '10s'; SET client_min_messages = warning; DROP SCHEMA public CASCADE;"
AFTER = f"""
ALTER SCHEMA public OWNER TO pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
{WRITING}
DO $compare$
DECLARE
    wanted json := current_setting('eastep.tables');
    found json;
    name text;
BEGIN
    FOR name IN SELECT json_object_keys(wanted) UNION {TABLES} LOOP
        IF wanted -> name IS NOT NULL AND to_regclass(format('public.%I', name)) IS NOT NULL THEN
            EXECUTE format($rows${ROWS}$rows$, name) INTO found;
            CONTINUE WHEN found::jsonb = (wanted -> name)::jsonb;
        END IF;
        RAISE EXCEPTION USING ERRCODE = '{DIFFERS}', MESSAGE = name;
    END LOOP;
END $compare$;
"""

type Progress = Callable[[int, int], None]


class BackupError(Refused):
    """The file or the database is not fit for this; nothing was changed."""


def backup(url: str, path: Path, *, progress: Progress = lambda done, total: None) -> None:
    """Write the database at *url* into *path*, which does not exist until it is whole.

    *progress* is told how many steps are done, of how many.
    """
    with psycopg.connect(url) as connection, tempfile.TemporaryDirectory() as folder:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = one(connection, "SELECT pg_export_snapshot()")
        connection.execute(WRITING)
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "eastep": version("eastep"),
            "postgresql": one(connection, "SHOW server_version"),
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "tables": {},
        }
        names = sorted(name for (name,) in connection.execute(TABLES))
        steps = len(names) + 1
        for number, name in enumerate(names):
            progress(number, steps)
            manifest["tables"][name] = one(connection, rows_of(name))
        progress(len(names), steps)
        dump = Path(folder, DUMP)
        alone = ("--format=custom", "--schema=public", "--no-owner", "--no-privileges")
        run("pg_dump", *alone, f"--snapshot={snapshot}", f"--file={dump}", url=url)
        with dump.open("rb") as file:
            manifest["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
        write(path, dump, json.dumps(manifest, indent=1))
        progress(steps, steps)


def restore(
    url: str, path: Path, *, replace: bool = False, progress: Progress = lambda done, total: None
) -> None:
    """Put the backup *path* into the database at *url*: all of it, equal to the original, or nothing.

    Without *replace*, a database that holds any row is left alone.
    """
    steps = 3
    progress(0, steps)
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder, DUMP)
        manifest = read(path, dump)
        if not replace and holds_rows(url):
            raise BackupError(
                _("The database holds data already. Say --replace to put the backup in their place."),
                code="not_empty",
            )
        progress(1, steps)
        script = Path(folder, "script.sql")
        run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dump))
        progress(2, steps)
        tables = sql.Literal(json.dumps(manifest["tables"])).as_string()
        Path(folder, "before.sql").write_text(BEFORE)
        Path(folder, "after.sql").write_text(f"SET eastep.tables = {tables};\n{AFTER}")
        files = [f"--file={Path(folder, name)}" for name in ("before.sql", "script.sql", "after.sql")]
        strict = ("--set=ON_ERROR_STOP=1", "--set=VERBOSITY=verbose", "--quiet", "--output=/dev/null")
        run("psql", "--no-psqlrc", "--single-transaction", *strict, *files, url=url)
    progress(steps, steps)


def holds_rows(url: str) -> bool:
    """Whether any table of the database has a row."""
    with psycopg.connect(url) as connection:
        for (name,) in connection.execute(TABLES).fetchall():
            if one(connection, sql.SQL("SELECT EXISTS (SELECT FROM public.{})").format(sql.Identifier(name))):
                return True
    return False


def write(path: Path, dump: Path, manifest: str) -> None:
    """Put both into *path*, which gets its name last."""
    half_made = path.with_name(f"{path.name}.part")
    half_made.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(half_made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                archive.writestr(MANIFEST, manifest)
                archive.write(dump, DUMP)
            file.flush()
            os.fsync(file.fileno())
        half_made.replace(path)
    finally:
        half_made.unlink(missing_ok=True)


def read(path: Path, dump: Path) -> dict[str, Any]:
    """The manifest of the backup *path*, whose dump is written to *dump*."""
    other = BackupError(
        _("{path} is not a backup of EASTEP, or is only a part of one.").format(path=path), code="format"
    )
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            if not isinstance(manifest, dict) or not str(manifest.get("format")).startswith("eastep-backup-"):
                raise other
            if manifest["format"] != FORMAT or as_numbers(manifest["eastep"]) > as_numbers(version("eastep")):
                raise BackupError(
                    _("The backup was made by EASTEP {its}, which is newer than this one, {ours}.").format(
                        its=manifest["eastep"], ours=version("eastep")
                    ),
                    code="newer",
                )
            with archive.open(DUMP) as source, dump.open("wb") as target:
                while piece := source.read(2**20):
                    target.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError) as error:
        raise other from error
    with dump.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != manifest["sha256"]:
            raise BackupError(_("{path} was changed after it was made.").format(path=path), code="changed")
    return manifest


def as_numbers(release: str) -> list[int]:
    """A version, YYYY.N, to compare."""
    return [int(part) for part in release.split(".")]


def rows_of(table: str) -> sql.Composed:
    """The query that counts and hashes the rows of *table*."""
    return sql.SQL(ROWS.replace("%I", "{}")).format(sql.Identifier(table))


def one(connection: psycopg.Connection[Any], query: LiteralString | sql.Composed) -> Any:
    """The only value that *query* returns."""
    (row,) = connection.execute(query).fetchall()
    return row[0]


def run(program: str, *arguments: str, url: str = "") -> None:
    """Run one of PostgreSQL's programs; the address goes by the environment, where others cannot read it."""
    environment = dict(os.environ)
    for option in pq.Conninfo.parse(url.encode()):
        if option.envvar and option.val:
            environment[option.envvar.decode()] = option.val.decode()
    ended = subprocess.run(
        [database.programs() / program, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode == 0:
        return
    words = ended.stderr.strip()
    if f"{DIFFERS}: " in words:
        table = words.partition(f"{DIFFERS}: ")[2].splitlines()[0]
        raise BackupError(
            _(
                "The rows of the table {table} differ from those backed up. The database was left as it was."
            ).format(table=table),
            code="differs",
        )
    if f"{LOCKED}: " in words:
        raise BackupError(
            _("The database is in use. Stop EASTEP everywhere, then restore again."), code="in_use"
        )
    raise BackupError(
        _("PostgreSQL's {program} failed: {words}").format(program=program, words=words), code="failed"
    )
