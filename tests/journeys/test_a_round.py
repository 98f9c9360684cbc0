"""The work of two offices from their own messy sheets to a frozen result that anybody can check.

Japanese: one row an applicant, choices side by side. Korean: one row a choice. English: the Japanese office on a telephone.
What axe-core says about the other pages is in test_pages.
"""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from eastep.core.sheets import read_workbook
from eastep.website.demonstration import SHEETS
from eastep.website.demonstration import offices as files
from tests.journeys.conftest import JOB, accessible, fits, read_in


@dataclass(frozen=True)
class Office:
    """One office, and what it knows about its own sheets."""

    who: str
    language: str
    width: int
    places: str
    applicants: str
    columns: dict[str, str]  # heading: our column
    constants: dict[str, str]
    names: dict[str, str]  # as written: the institution's key
    mends: dict[str, str]  # as written: what it should say
    counts: tuple[int, int]  # rows of places, applicants
    languages: str = ""  # a list of its own


WASEDA = {
    "who": "onodera@demo.eastep.example",
    "places": files.WASEDA_PLACES,
    "applicants": files.WASEDA_NEWER,
    "languages": files.WASEDA_LANGUAGES,
    "columns": {"枠": "places", "累積GPA": "gpa", **{f"第{n}志望 時期": f"starts:{n}" for n in range(1, 6)}},
    "constants": {"scale": "4.0"},
    "names": {"中央大": "KR:0000175", "ヨンゼ大": "KR:0000149"},
    "mends": {"八十": "80", "来年春": "2027年度前期"},
    "counts": (38, 40),
}
JAPANESE = Office(**WASEDA, language="ja", width=1280)
ON_A_TELEPHONE = Office(**WASEDA, language="en", width=390)
KOREAN = Office(
    who="sunwoo@demo.eastep.example",
    language="ko",
    width=1280,
    places=files.YONSEI_PLACES,
    applicants=files.YONSEI_APPLICANTS,
    columns={"TO": "places"},
    constants={},
    names={"오사까대": "JP:F127110107852"},
    mends={"구십": "", "내년 봄": "2027년 1학기"},
    counts=(35, 82),
)


@pytest.mark.parametrize("office", [KOREAN, ON_A_TELEPHONE], ids=lambda office: office.language)
def test_messy_sheets_are_brought_in(visit, office):
    page = visit(office.who, width=office.width)
    bring_in_all(page, office)


def test_from_messy_sheets_to_a_frozen_result(visit, tmp_path):
    page = visit(JAPANESE.who)
    round_ = bring_in_all(page, JAPANESE)

    first = simulate(page, round_, "A")
    full = page.locator("main th a[href*='/options/']").first.get_attribute("href")  # with the most refused
    simulate(page, round_, "B", row=int(full.split("/")[-2]), places=50)
    page.goto(f"{round_}simulations/")
    page.select_option("select[name=a]", label="A")
    page.select_option("select[name=b]", label="B")
    page.locator("form[action$='/compare/'] button").click()
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("#rows tbody tr").count() > 0  # more places at the first partner move somebody
    fits(page)

    moved = move_somebody(page, first)
    freeze(page, first)
    check_what_is_taken_away(page, first, moved, tmp_path)

    page.goto(f"{round_}applicants/")
    page.locator("#rows tbody th a").first.click()
    expect(page.locator("main form[action$='/waive/']")).to_have_count(0)  # nothing can be changed any more


def bring_in_all(page: Page, office: Office) -> str:
    """A round of the office's own with all that it has; its address."""
    read_in(page, office.language)
    round_ = open_round(page, f"Journey {office.language}")
    for name in filter(None, (office.places, office.applicants, office.languages)):
        bring_in(page, round_, office, name)
    for name, count in zip(("places", "applicants"), office.counts, strict=True):
        page.goto(f"{round_}{name}/")
        expect(page.locator("#rows")).to_contain_text(str(count))
        fits(page)
    return round_


def open_round(page: Page, title: str) -> str:
    """A round of the office's own; its address."""
    page.goto("/rounds/open/")
    page.fill("input[name=title]", title)
    page.fill("input[name=seed]", "2027")
    page.select_option("select[name=whose]", index=0)
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/rounds/\d+/$"))
    fits(page)
    return page.url


def bring_in(page: Page, round_: str, office: Office, name: str) -> None:
    """Hand a file in; confirm its columns and names, mend its rows, take it over."""
    page.goto(f"{round_}files/")
    page.set_input_files("main input[type=file]", SHEETS / name)
    page.locator("main form[enctype] button[type=submit], main form[enctype] button:not([type])").last.click()
    page.wait_for_url(re.compile(r"/files/\d+/$"))
    columns = page.locator("main a[href$='/columns/']")
    expect(columns.first).to_be_visible(timeout=JOB)
    columns.first.click()
    fits(page)
    for heading, ours in office.columns.items():
        row = page.locator(
            "tbody tr", has=page.locator("th bdi", has_text=re.compile(f"^{re.escape(heading)}$"))
        )
        if row.count():
            row.locator("select").select_option(ours)
    for ours, text in office.constants.items():
        if (
            page.locator(f"input[name='constant-{ours}']").count()
            and "applicants" in page.locator("select[name=kind]").input_value()
        ):
            page.fill(f"input[name='constant-{ours}']", text)
    page.locator("form[action$='/columns/'] button").last.click()
    page.wait_for_url(re.compile(r"/files/\d+/$"))

    take = page.locator("form[action$='/take/']")
    expect(take).to_be_visible(timeout=JOB)
    fits(page)
    mend = page.locator("form.mending")
    while mend.locator("input[type=radio], tbody tr").count():
        for panel in mend.locator("section:has(> h3)").all():
            key = office.names[panel.locator("h3").inner_text()]
            panel.locator(f"input[type=radio][value='{key}']").check()
        for row in mend.locator("tbody tr").all():
            text = row.locator("input[type=text]")
            better = office.mends.get(text.input_value(), "") if text.count() else ""
            if better:
                text.fill(better)
            else:
                row.locator("input[type=checkbox]").check()
        with page.expect_navigation():
            mend.locator("button").last.click()
        expect(take).to_be_visible(timeout=JOB)
    take.locator("button").last.click()
    expect(page.locator("main a[href$='/places/'], main a[href$='/applicants/']").first).to_be_visible(
        timeout=JOB
    )


def simulate(page: Page, round_: str, name: str, *, row: int = 0, places: int = 0) -> str:
    """A simulation, with other *places* in one *row* where it is named; its address."""
    page.goto(f"{round_}simulations/make/")
    page.fill("input[name=name]", name)
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/simulations/\d+/$"))
    address = page.url
    if row:
        page.goto(f"{address}?row={row}")
        page.fill("input[name=places][type=number]", str(places))
        page.locator("form[action$='/change/']:has(input[name=places]) button").click()
        page.wait_for_url(address)
    fits(page)
    accessible(page)
    page.locator("form[action$='/start/'] button").first.click()
    expect(page.locator("main a[href$='result.xlsx']")).to_be_visible(timeout=JOB)
    fits(page)
    return address


def move_somebody(page: Page, simulation: str) -> str:
    """Take the place of the best applicant away by hand; the applicant's number."""
    page.goto(f"{simulation}applicants/1/")
    fits(page)
    number = page.locator("dl dd, .facts dd, table.facts td").first.inner_text()
    form = page.locator("form[action$='/move/']")
    form.locator("input[type=radio][value=none]").check()
    form.locator("textarea[name=reason]").fill("ご家族の事情 / 가정 사정")
    form.locator("button").last.click()
    page.goto(simulation)
    undo = page.locator("form[action$='/undo/'] button")
    expect(undo).to_be_visible(timeout=JOB)
    fits(page)
    return number


def freeze(page: Page, simulation: str) -> None:
    page.goto(f"{simulation}freeze/")
    fits(page)
    page.locator("main form button").last.click()
    expect(page.locator("main code", has_text=re.compile("^[0-9a-f]{64}$")).first).to_be_visible()


def check_what_is_taken_away(page: Page, simulation: str, moved: str, folder: Path) -> None:
    """The bytes hash to what the page says, the workbook reads back, and `eastep verify` computes the same again."""
    page.goto(simulation)
    told = page.locator("main code", has_text=re.compile("^[0-9a-f]{64}$")).first.inner_text()
    for name in ("result.json", "result.xlsx", "inputs-places.csv", "inputs-applicants.csv"):
        with page.expect_download() as download:
            page.locator(f"main a[href$='{name}']").first.click()
        download.value.save_as(folder / name)
    content = (folder / "result.json").read_bytes()
    assert sha256(content).hexdigest() == told
    result = json.loads(content)
    assert [move["applicant"] for move in result["settings"]["moves"]] == [moved]
    book = read_workbook((folder / "result.xlsx").read_bytes())
    assert len(book.sheets) == 5
    assert len(list(book.sheets[0].rows)) == 1 + len(result["applicants"])
    verify = [
        *(sys.executable, "-m", "eastep.website.cli", "verify", str(folder / "result.json")),
        *(
            "--places",
            str(folder / "inputs-places.csv"),
            "--applicants",
            str(folder / "inputs-applicants.csv"),
        ),
    ]
    said = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr

    page.goto(f"{simulation}applicants/2/letter/")
    expect(page.locator("article").first).to_be_visible()
    fits(page)
