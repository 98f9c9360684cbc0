"""What balance costs, and what it means: rules compared, one used, its reasons read. On a telephone."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import JOB, accessible, fits, read_in

PROGRAMME = "takasaki@demo.eastep.example"
LIMIT_EXACT = 1  # the row of balanced deferred acceptance without tolerance


def test_from_the_price_of_balance_to_the_reasons(visit):
    page = visit(PROGRAMME, width=390)
    read_in(page, "ko")
    page.goto("/rounds/1/")
    page.locator("main a[href='/rounds/1/balance/']").click()
    page.fill("input[name=tolerance]", "5")
    page.fill("input[name=carried_KR]", "12")
    page.locator("main form:has(input[name=tolerance]) button").click()
    page.wait_for_url(re.compile(r"/balance/\d+/$"))
    use = page.locator("form[action$='/use/']")
    expect(use.first).to_be_visible(timeout=JOB)
    expect(use).to_have_count(
        7
    )  # without balance; limits and exchange of countries, exchange of universities: exact, ±5
    expect(page.locator("figure.chart svg.drawing")).to_have_count(3)
    accessible(page)
    fits(page)
    printed(page)
    for name in ("csv", "json"):
        with page.expect_download() as download:
            page.locator(f"main a[href$='table.{name}']").click()
        assert download.value.path().stat().st_size > 500

    placed = (
        page.locator("main table").first.locator("tbody tr").nth(LIMIT_EXACT).locator("td").first.inner_text()
    )
    use.nth(LIMIT_EXACT).locator("button").click()
    page.wait_for_url(re.compile(r"/simulations/\d+/$"))
    expect(page.locator("main a[href$='result.xlsx']")).to_be_visible(timeout=JOB)
    fits(page)
    result = page.request.get(f"{page.url}result.json").json()
    assert re.sub(r"\D.*", "", placed) == str(result["summary"]["placed"])
    sent = {flow["from"]: flow["placed"] for flow in result["summary"]["flows"]}
    assert sent["KR"] + 12 == sent["JP"]  # Korea had sent 12 more: now they are even

    kept_out = next(
        own
        for own in result["applicants"]
        if any(full["direction"] for choice in own["choices"] for full in choice["full"])
    )
    page.goto(f"{page.url}applicants/{kept_out['position']}/")
    expect(page.locator("h1")).to_contain_text(kept_out["name"])
    accessible(page)
    fits(page)


def printed(page):
    """On paper the whole table stands on the page, without its buttons."""
    screen = page.viewport_size
    page.set_viewport_size({"width": 720, "height": 1000})  # A4 with its margins, at 96 dots an inch
    page.emulate_media(media="print")
    table = page.locator("main table").first
    assert table.evaluate("table => table.scrollWidth - table.parentElement.clientWidth") <= 0
    expect(table.locator("form").first).to_be_hidden()
    page.emulate_media(media="screen")
    page.set_viewport_size(screen)
