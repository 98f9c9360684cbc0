"""A pytest plugin (pyproject.toml names it): the database runs before pytest-django reads the settings."""

import atexit
import os
import shutil
from collections.abc import Generator
from contextlib import ExitStack

import pytest
from django.utils import translation

from eastep.website import database

BROWSERS = (  # the first, the same without windows, takes a quarter less time for a page
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"
)  # fmt: skip


def browser() -> str | None:
    """The Chromium of this machine; the tests that need one are skipped without it."""
    return os.environ.get("EASTEP_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Start it, or join it; the processes of pytest-xdist find its address in the environment."""
    needed = ExitStack()
    atexit.register(needed.close)
    os.environ["DATABASE_URL"] = needed.enter_context(database.running())
    os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off")  # nobody misses what a crashed test wrote
    return (yield)


def pytest_runtest_setup() -> None:
    """A test begins in the usual language, whatever the person of the test before it reads."""
    translation.deactivate()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Files are not named by their bytes: a workbook holds the time at which it was made, and the processes must agree."""
    return argname if isinstance(val, bytes) else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what this machine left untested."""
    if browser() is None:
        terminalreporter.section("no browser", yellow=True)
        terminalreporter.line("The tests in a browser were skipped: this machine has no Chromium.")
        terminalreporter.line(
            "Install it (Debian: apt install chromium-headless-shell), or name it in EASTEP_CHROMIUM."
        )
