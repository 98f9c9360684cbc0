"""Many agreements at once: an office brings in the list that it has, and confirms what its partner has recorded."""

import re

from playwright.sync_api import expect

from eastep.agreements.states import Standing
from eastep.agreements.tests.messy import Trouble, messy_list
from eastep.core.sheets import read_workbook
from eastep.institutions.register import Register
from tests.journeys.at_the_desk import (
    OFFICE_OF_WASEDA,
    OFFICE_OF_YONSEI,
    on_paper,
    press,
    record,
    stands,
)
from tests.journeys.conftest import JOB, accessible, fits, read_in

COUNT = 500


def test_a_signed_paper_is_recorded_and_the_partner_confirms_several_at_once(visit, tmp_path):
    yonsei, waseda = visit(OFFICE_OF_YONSEI), visit(OFFICE_OF_WASEDA)
    for page in (yonsei, waseda):
        read_in(page, "ko")
    paper = on_paper(yonsei, tmp_path, "협정서.pdf")
    addresses = [
        record(yonsei, "와세다대", start="2022-03-01", end="2032-02-28", reference=reference, paper=paper)
        for reference in ("협정-1", "협정-2")
    ]
    waseda.goto(addresses[0])
    with waseda.expect_download() as download:
        waseda.locator("main a", has_text="협정서.pdf").first.click()
    assert download.value.path().read_bytes() == paper.read_bytes()

    waseda.goto(f"/agreements/?standing={Standing.RECORDED}&text=연세")
    rows = [
        waseda.locator("#rows tr", has=waseda.locator(f"a[href='/{one.split('/', 3)[3]}']"))
        for one in addresses
    ]
    for row in rows:
        row.locator("input[type=checkbox]").check()
    accessible(waseda)
    press(waseda, "main button[formaction$='/agreements/confirm/']")
    accessible(waseda)
    press(waseda, "main button[name=sure]")
    for address in addresses:
        stands(waseda, address, Standing.IN_EFFECT)
        stands(yonsei, address, Standing.IN_EFFECT)


def test_a_list_grown_over_twenty_years_is_brought_in_and_searched(visit, tmp_path, site, chromium):
    universities = [one for one in Register.shipped().universities if one.country == "KR" and one.reviewed][
        :40
    ]
    names = [one.name_ja for one in universities]
    sheet = tmp_path / "協定一覧.xlsx"
    sheet.write_bytes(messy_list([*names, "ヨンゼ大"], COUNT, trouble=Trouble(places=2, days=0, unknown=0)))

    page = visit(OFFICE_OF_WASEDA)
    read_in(page, "ja")
    page.goto("/agreements/import/")
    page.set_input_files("main input[type=file]", sheet)
    press(page, "main form[enctype] .actions button")
    expect(page.locator("main a[href$='/columns/']").first).to_be_visible(timeout=JOB)
    press(page, "main a[href$='/columns/']")
    assert page.locator("select[name=kind]").input_value() == "agreements"
    assert page.locator("main tbody select[name^=column]").count() == 18  # every column of the sheet is there
    press(page, "form[action$='/columns/'] .actions button")

    take = page.locator("form[action$='/take/']")
    expect(take).to_be_visible(timeout=JOB)
    assert page.locator("form.mending section > h3").all_inner_texts() == ["ヨンゼ大"]
    page.check("form.mending input[type=radio][value='KR:0000149']")
    [troubled] = page.locator("form.mending tbody tr").all()  # both rows at once: they have the same trouble
    troubled.locator("input[type=text]").fill("3")
    press(page, "form.mending button:text('読み直す'), form.mending section:has(table) .actions button")
    expect(take).to_be_visible(timeout=JOB)
    expect(page.locator("form.mending section > h3")).to_have_count(0)
    fits(page)
    accessible(page)
    take.locator("button").last.click()
    expect(page.locator("main a.button.primary[href='/agreements/']")).to_be_visible(timeout=3 * JOB)
    press(page, "main a.button.primary[href='/agreements/']")

    pusan = Register.shipped().by_key["KR:0000014"]
    for name in (pusan.name_ja, pusan.name_ko, pusan.name_en):
        page.fill("main input[name=text]", name)
        page.press("main input[name=text]", "Enter")
        page.wait_for_url(re.compile("text="))
        expect(page.locator("#rows th a", has_text=re.compile(f"^{pusan.name_ja}$")).first).to_be_visible()
        expect(page.locator("#rows th a", has_text="慶熙大学校")).to_have_count(0)
    page.goto("/agreements/?text=問-001")
    expect(page.locator("#rows tbody tr")).to_have_count(1)  # the row that was mended
    fits(page)
    accessible(page)

    page.goto("/agreements/")
    with page.expect_download() as download:
        page.locator("main a[href*='export=xlsx']").click()
    book = read_workbook(download.value.path().read_bytes())
    rows = list(book.sheets[0].rows)
    assert len(rows) >= 1 + COUNT + 2

    page.goto("/agreements/calendar/")
    press(page, "main form[action$='/calendar/make/'] button")
    feed = chromium.new_context().request.get(
        page.locator("main code").first.inner_text()
    )  # a program, not signed in
    assert feed.headers["content-type"].startswith("text/calendar")
    assert feed.text().count("BEGIN:VEVENT") > COUNT / 2  # of those that have an end
