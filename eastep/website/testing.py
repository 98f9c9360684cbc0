"""A pytest plugin (pyproject.toml names it): the database runs before pytest-django reads the settings."""

import atexit
import os
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from eastep.website import database


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Start it, or join it; the processes of pytest-xdist find its address in the environment."""
    needed = ExitStack()
    atexit.register(needed.close)
    os.environ["DATABASE_URL"] = needed.enter_context(database.running())
    os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off")  # nobody misses what a crashed test wrote
    return (yield)
