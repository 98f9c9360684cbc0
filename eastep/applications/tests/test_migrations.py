"""A database of the time when a round was two sheets is brought to rounds that hold rows."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from eastep.applications.models import Round, RoundFile

BEFORE = [("applications", "0001_initial")]


@pytest.mark.django_db(transaction=True)
def test_the_sheets_of_an_earlier_round_are_files_to_be_read():
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes("applications")
    executor.migrate(BEFORE)
    apps = executor.loader.project_state(BEFORE).apps
    person = apps.get_model("people", "User").objects.create(email="kim@yonsei.example")
    old = apps.get_model("applications", "Round").objects.create(
        title="2027", seed="7", state="faulty", errors=2, problems=[{}], opened_by=person
    )
    apps.get_model("applications", "RoundSheet").objects.create(
        round=old, kind="places", name="places.csv", content=b"Home,Host", sha256="0" * 64, rows=3
    )
    executor = MigrationExecutor(connection)
    executor.migrate(latest)

    assert list(Round.objects.values_list("title", "seed", "state", "home")) == [("2027", "7", "open", None)]
    [file] = RoundFile.objects.all()
    assert (file.kind, file.name, bytes(file.content), file.state) == (
        "places",
        "places.csv",
        b"Home,Host",
        "reading",
    )
    assert (file.handed_in_by_id, file.handed_in_at) == (person.pk, Round.objects.get().opened_at)
