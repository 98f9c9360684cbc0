"""The demo as a newcomer starts it: a command of its own, its own database, a real browser."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from eastep.website.serving import free_port, wait_until_answering
from eastep.website.testing import browser as path_of_browser

PASSWORD = "eastep-demo-2027"
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
JOB = 90_000  # milliseconds for a job on a busy machine
VIOLATIONS = """async only => {
    const told = await axe.run({runOnly: only, resultTypes: ["violations"]});
    return told.violations.map(one => [one.id, one.nodes.map(node => node.html)]);
}"""  # and nothing else: all that axe tells takes twice as long
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """`eastep demo` on a database that is made for this run and thrown away after it."""
    if path_of_browser() is None:
        pytest.skip("this machine has no Chromium")
    folder = Path(tempfile.mkdtemp(prefix="eastep-journey-"))
    folder.chmod(0o755)  # the server's own user must be able to enter
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "PGOPTIONS")
    }
    environment |= {"EASTEP_DATA": str(folder / "data"), "EASTEP_ENV": "demo"}
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    port = free_port(8300 + 40 * process)  # two that look for one at the same moment would find the same
    command = [sys.executable, "-m", "eastep.website.cli", "demo", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://localhost:{port}"
    try:
        wait_until_answering(f"{address}/health/", server, seconds=180)
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(
    scope="module"
)  # Playwright's event loop, while it runs, keeps Django's own tests from the database
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path_of_browser(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(site: str, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page as nobody, or as somebody who signs in by password. What the browser complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        who: str | None = None, *, width: int = 1280, scheme: str = "light", locale: str = "en"
    ) -> Page:
        context = chromium.new_context(
            base_url=site,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            locale=locale,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",  # but for the status of the page itself, which a test may want
            lambda said: (
                complaints.append(said.text)
                if said.type == "error" and said.location["url"] != page.url
                else None
            ),
        )
        if who:
            page.goto("/account/login/")
            page.fill("input[name=login]", who)
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_url("**/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def read_in(page: Page, language: str) -> None:
    """Choose the language, as people do; it is remembered for whoever is signed in."""
    page.locator(f"header form button[value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def accessible(page: Page) -> None:
    """axe-core finds nothing against WCAG 2.2 AA on this page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate(VIOLATIONS, tags)
    assert found == [], page.url


def fits(page: Page) -> None:
    """Nothing runs out of the page sideways."""
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, page.url
