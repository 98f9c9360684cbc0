"""What offices do on the pages of an agreement, click by click, in whatever language they read."""

import re
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from django.db.models import Choices
from django.utils import timezone, translation
from playwright.sync_api import Page, expect

OFFICE_OF_WASEDA, OFFICE_OF_YONSEI = "onodera@demo.eastep.example", "sunwoo@demo.eastep.example"
AGREEMENT = re.compile(r"/agreements/\d+/$")


def begin(page: Page, partner: str, *, start: str, end: str, reference: str = "", to: str = "new") -> str:
    """A draft with *partner*, as somebody types its name, open for editing; the agreement's address."""
    page.goto(f"/agreements/{to}/")
    page.fill("main input[name=partner]", partner)
    page.press("main input[name=partner]", "Enter")
    write(page, {"starts_on": start, "ends_on": end, "reference": reference})
    press(page, "main form[method=post] .actions button")
    page.wait_for_url(re.compile(r"/agreements/\d+/edit/"))
    return page.url.partition("edit/")[0]


def write(page: Page, fields: Mapping[str, str]) -> None:
    for name, text in fields.items():
        page.locator(f"main [name='{name}']").fill(text)


def press(page: Page, button: str) -> None:
    """Press the first such *button* and wait for the page that follows."""
    with page.expect_navigation():
        page.locator(button).first.click()


def do(page: Page, verb: str) -> None:
    """The button of the edit form that rearranges conditions: "turn:1"."""
    press(page, f"main button[name=do][value='{verb}']")


def propose(page: Page, address: str) -> None:
    page.goto(f"{address}propose/")
    press(page, "main form[method=post] .actions button")


def approve(page: Page, address: str, *, way: str = "eastep", scan: Path | None = None) -> None:
    page.goto(f"{address}approve/")
    page.locator(f"main input[name=way][value={way}]").check()
    if scan:
        page.set_input_files("main input[name=scan]", scan)
        write(page, {"signed_on": timezone.localdate().isoformat()})
    press(page, "main form[enctype] .actions button")
    expect(page).to_have_url(address)


def record(page: Page, partner: str, *, start: str, end: str, reference: str, paper: Path) -> str:
    """What is signed already, in three steps: partner, content, paper. The agreement's address."""
    address = begin(page, partner, start=start, end=end, reference=reference, to="record")
    write(page, {"c1-places": "2", "c2-places": "2"})
    press(page, "main button[name=then][value=record]")
    signed_on = timezone.localdate() - timedelta(days=1)
    write(page, {"effective_on": signed_on.isoformat(), "signed_name": "髙﨑 愛子"})
    page.set_input_files("main input[name=file]", paper)
    page.check("main input[name=compared]")
    press(page, "main form[enctype] .actions button")
    expect(page).to_have_url(address)
    return address


def stands(page: Page, address: str, standing: Choices) -> None:
    """The agreement's page says where it stands, in the reader's language."""
    page.goto(address)
    with translation.override(page.locator("html").get_attribute("lang")):
        expect(page.locator("main .title .badge").first).to_contain_text(str(standing.label))


def hash_shown(page: Page, address: str) -> str:
    """The SHA-256 of what is approved first on the page, or is to be."""
    page.goto(address)
    return page.locator("main code.long").first.inner_text()


def bytes_of(page: Page, address: str, version: int) -> bytes:
    """The canonical JSON, as the link on the version's page gives it."""
    page.goto(f"{address}versions/{version}/")
    with page.expect_download() as download:
        page.locator("main a[href$='/content.json']").first.click()
    return download.value.path().read_bytes()


def hash_of(content: bytes) -> str:
    return sha256(content).hexdigest()


def on_paper(page: Page, folder: Path, name: str = "協定書.pdf") -> Path:
    """The page that is open, as a PDF: something to attach."""
    path = folder / name
    page.pdf(path=path)
    return path
