from collections.abc import Generator
from typing import Any

import pytest
from django.db import connection

from eastep.ui.tests.things import Thing


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Generator[None]:
    """The table of things, made once, beside the tables of the project."""
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Thing)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Thing)
