"""How several processes share the tests, and the tables of their databases."""

import os
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

SECOND_HALF = ("test_agreements", "test_lists_of_agreements", "test_pages")  # of the journeys, by their time
LOCK = 20270401  # any number that nothing else locks


class ByFile(LoadFileScheduling):
    """Each file goes to one process. The journeys go in two halves, for each process of theirs loads a demo of its own."""

    def _split_scope(self, nodeid: str) -> str:
        file = Path(super()._split_scope(nodeid))
        if file.parent.name == "journeys":
            return f"journeys, {'second' if file.stem in SECOND_HALF else 'first'} half"
        return str(file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Copy the test database from one that has the tables. The first process makes it; it stays until a migration changes."""
    files = sorted(file for app in apps.get_app_configs() for file in Path(app.path).glob("migrations/*.py"))
    name = f"tables_{sha256(b''.join(file.read_bytes() for file in files)).hexdigest()[:16]}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server, django_db_blocker.unblock():
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'tables\\_%'")
        known = [row[0] for row in rows]
        if name not in known:
            for old in known:
                server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
            _make_tables(f"{name}_begun")
            begun, done = sql.Identifier(f"{name}_begun"), sql.Identifier(name)
            server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(begun, done))
    connection.settings_dict["TEST"]["TEMPLATE"] = name


def _make_tables(name: str) -> None:
    """By all migrations, as everywhere."""
    settings = connection.settings_dict
    database, test = settings["NAME"], settings["TEST"]["NAME"]
    settings["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    connection.close()
    settings["NAME"], settings["TEST"]["NAME"] = database, test
