"""The main job on the page: two sheets in, a placement out, with the reasons of one applicant, in each language."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from eastep.core.sheets import read_workbook
from eastep.website.demonstration import SHEETS
from tests.journeys.conftest import accessible, fits

ADMIN = {"ja": "takasaki@demo.eastep.example", "ko": "park@demo.eastep.example"}


def hand_in(page: Page, title: str, places: Path, applicants: Path) -> None:
    page.goto("/rounds/open/")
    page.fill("input[name=title]", title)
    page.fill("input[name=seed]", "2027")
    page.set_input_files("input[name=places]", places)
    page.set_input_files("input[name=applicants]", applicants)
    page.locator("main form[enctype] button").last.click()
    page.wait_for_url(re.compile(r"/rounds/\d+/$"))


@pytest.mark.parametrize("language", ["ja", "ko"])
def test_the_sheets_of_the_demo_are_placed(visit, language, tmp_path):
    page = visit(ADMIN[language])
    hand_in(
        page,
        f"Journey {language}",
        SHEETS / f"places-{language}.xlsx",
        SHEETS / f"applicants-{language}.xlsx",
    )
    start = page.locator("form[action$='/start/'] button")
    expect(start).to_be_visible(timeout=60_000)
    start.click()
    outcomes = page.locator("main a[href$='/applicants/']")
    expect(outcomes).to_be_visible(timeout=60_000)

    with page.expect_download() as download:
        page.locator("a[href$='result.xlsx']").click()
    download.value.save_as(tmp_path / "result.xlsx")
    first, *rows = list(read_workbook((tmp_path / "result.xlsx").read_bytes()).sheets[0].rows)
    assert (len(first), len(rows)) == (11, 900)

    outcomes.click()
    somebody = rows[450]
    page.fill("input[name=text]", str(somebody[1]))
    page.locator("form.filters button").click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.locator("#rows tbody a").click()
    expect(page.locator("h1")).to_have_text(str(somebody[2]))
    expect(page.locator("ol.choices > li").first).to_be_visible()
    fits(page)


def test_errors_are_shown_by_row_and_column_and_nothing_is_placed(visit):
    page = visit(ADMIN["ja"])
    hand_in(page, "with errors", SHEETS / "places-ja.xlsx", SHEETS / "applicants-with-errors-ja.xlsx")
    table = page.locator("main table", has=page.get_by_text("八十"))
    expect(table).to_be_visible(timeout=60_000)
    expect(table).to_contain_text("80")
    expect(page.locator("form[action$='/start/']")).to_have_count(0)
    accessible(page)


PAGES = ["/", "/about/", "/rounds/", "/rounds/open/", "/rounds/1/", "/rounds/1/applicants/", "/rounds/1/applicants/450/",
         "/rounds/1/replace/", "/rounds/1/discard/", "/institutions/", "/institutions/?text=わせだ", "/institutions/KR:0000149/",
         "/people/me/", "/ui/", "/account/2fa/webauthn/", "/account/password/change/"]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(visit, scheme):
    page = visit(ADMIN["ja"], scheme=scheme)
    for path in PAGES:
        page.goto(path)
        accessible(page)
    nobody = visit(scheme=scheme)
    for path in ["/", "/account/login/", "/account/password/reset/", "/no-such-page/"]:
        nobody.goto(path)
        accessible(nobody)


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_fits_in_every_language(visit, language, width):
    page = visit("auditor@demo.eastep.example", width=width)
    page.locator(f"header form button[value={language}]").click()
    for path in PAGES:
        if page.goto(path).status == 200:
            fits(page)
            assert page.locator("html").get_attribute("lang") == language
