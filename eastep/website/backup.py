"""The whole database in one file, and back.

The file is a ZIP of `database.dump`, which PostgreSQL's own pg_restore reads too, and `manifest.json`, which
counts and hashes the rows of every table as of the same moment. A restore is one transaction: the old tables go,
the new ones come, their hashes are compared with the manifest, and only then is any of it kept.

A backup holds personal data: the file is made readable by its owner alone.
"""

import hashlib
import json
import os
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from django.utils.translation import gettext as _
from psycopg import pq, sql

from eastep.core.errors import Refused
from eastep.website import database

FORMAT = "eastep-backup-1"
DUMP, MANIFEST = "database.dump", "manifest.json"
DIFFERS, BUSY = "EA001", "55P03"  # SQLSTATE: ours, and "lock not available"

TABLES = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
# The rows in a fixed writing, each hashed; the hashes in order, hashed: whatever order the rows are stored in.
WRITING = "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'iso_8601'; SET bytea_output = 'hex'"
ROWS = """
SELECT json_build_object('rows', count(*), 'sha256', encode(sha256(coalesce(string_agg(row, '' ORDER BY row), '')), 'hex'))
FROM (SELECT sha256(convert_to(whole_row::text, 'UTF8')) AS row FROM public.%I AS whole_row) AS hashed
"""
COMPARE = f"""
{WRITING};
DO $compare$
DECLARE
    wanted json := current_setting('eastep.tables');
    found json;
    name text;
BEGIN
    FOR name IN SELECT json_object_keys(wanted) UNION ({TABLES}) LOOP
        IF wanted -> name IS NULL OR to_regclass(format('public.%I', name)) IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = '{DIFFERS}', MESSAGE = name;
        END IF;
        EXECUTE format($rows${ROWS}$rows$, name) INTO found;
        IF found::jsonb <> (wanted -> name)::jsonb THEN
            RAISE EXCEPTION USING ERRCODE = '{DIFFERS}', MESSAGE = name;
        END IF;
    END LOOP;
END $compare$;
"""
EMPTY = """
SET lock_timeout = '10s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""


class BackupError(Refused):
    """The file or the database is not fit for this; nothing was changed."""


def backup(url: str, path: Path, *, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Write the database at *url* into *path*, which is not there until it is whole.

    *progress* is told how many steps are done, of how many.
    """
    half_made = path.with_name(f"{path.name}.part")
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = one(connection, "SELECT pg_export_snapshot()")
        tables = [name for (name,) in connection.execute(TABLES)]
        connection.execute(WRITING)
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "eastep": version("eastep"),
            "postgresql": one(connection, "SHOW server_version"),
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "tables": {},
        }
        for number, name in enumerate(tables):
            progress(number, len(tables) + 1)
            query = one(connection, "SELECT format(%s, %s::text)", (ROWS, name))
            manifest["tables"][name] = one(connection, query)
        progress(len(tables), len(tables) + 1)
        try:
            with (
                os.fdopen(os.open(half_made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
                zipfile.ZipFile(out, "w") as archive,
            ):
                dump = ["--format=custom", "--schema=public", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
                manifest["sha256"] = _dump_into(archive, dump, url)
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
            half_made.replace(path)
        finally:
            half_made.unlink(missing_ok=True)
    progress(len(tables) + 1, len(tables) + 1)
