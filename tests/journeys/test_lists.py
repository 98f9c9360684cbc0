"""What lists give to somebody who works in them all day: keys, selection, saved views, files to drop. In Chromium."""

from itertools import product

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import accessible, fits

AUDITOR = "auditor@demo.eastep.example"  # reads English
FOCUSED = "document.activeElement.closest('tr')?.querySelector('th')?.textContent.trim() ?? document.activeElement.name"


def names(page: Page) -> list[str]:
    return [name.strip() for name in page.locator("#rows tbody th").all_text_contents()]


def test_a_list_is_walked_with_the_keyboard(visit):
    page = visit()
    page.goto("/ui/list/")
    first = names(page)
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate(FOCUSED) == first[1]
    page.keyboard.press("x")
    assert page.locator("#id_which option").first.text_content() == "the ticked rows (1)"
    page.keyboard.press("Control+j")  # belongs to the browser
    assert page.evaluate(FOCUSED) == first[1]
    page.keyboard.press("n")
    page.wait_for_url("**after=**")
    assert names(page) != first
    page.keyboard.press("p")
    page.wait_for_url("**before=**")
    assert names(page) == first
    page.keyboard.press("/")
    page.keyboard.type("jx?n")  # typing is typing
    assert page.input_value("[name=text]") == "jx?n"
    page.fill("[name=text]", "")
    page.goto("/ui/list/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ui/#*")


def test_letters_can_be_switched_off_and_arrows_go_on(visit):
    page = visit()
    page.goto("/ui/list/")
    page.keyboard.press("?")
    assert page.locator("dialog.keys").is_visible()
    accessible(page)
    page.uncheck("[data-keys-on]")
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate(FOCUSED) is None
    page.locator("#rows tbody a").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) == names(page)[1]
    page.click("[data-keys]")
    page.check("[data-keys-on]")
    page.click("dialog.keys button")
    page.keyboard.press("?")
    assert page.locator("dialog.keys").is_visible()


def test_a_keyboard_set_to_hangul_moves_too(visit):
    page = visit()
    page.goto("/ui/list/")
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ㅓ', code: 'KeyJ', bubbles: true}))"
    )
    assert page.evaluate(FOCUSED) == names(page)[0]


def test_rows_are_chosen_and_the_button_gets_them(visit):
    page = visit()
    page.goto("/ui/list/?text=e")
    button = page.get_by_role("button", name="Count them")
    button.click()  # nothing is ticked: the browser says so, nothing is sent
    assert (
        page.evaluate("document.querySelector('#id_which').validationMessage") == "Select at least one row."
    )
    page.get_by_label("Select all on this page").check()
    assert page.locator("#id_which option").first.text_content() == "the ticked rows (10)"
    page.locator("#rows tbody input").first.uncheck()
    page.keyboard.press("Enter")  # in a box: opens the row, and presses no button
    page.wait_for_url("**/ui/#*")
    page.go_back()
    page.locator("#rows tbody input").nth(2).check()
    button.click()
    assert page.get_by_text("The button got 1 row.").is_visible()
    whole = int(page.locator(".pager p").first.text_content().split()[0])  # "17 entries"
    page.select_option("#id_which", "all")
    button.click()
    assert page.get_by_text(f"The button got {whole} rows.").is_visible()
    assert page.url.endswith("/ui/list/?text=e")


def test_a_view_is_saved_after_filtering_without_a_reload_and_deleted(visit):
    page = visit(AUDITOR)
    page.goto("/ui/list/")
    page.fill("[name=text]", "saved")
    page.keyboard.press("Tab")
    page.wait_for_url("**text=saved**")
    page.get_by_text("Save this view").click()
    page.fill("#id_view_name", "Only saved ones")
    page.keyboard.press("Enter")
    view = page.get_by_role("link", name="Only saved ones")
    view.wait_for()
    assert (view.get_attribute("href"), view.get_attribute("aria-current")) == ("?text=saved", "page")
    accessible(page)
    page.get_by_role("link", name="All", exact=True).click()
    view.click()
    assert names(page) == ["savedview"]
    page.get_by_role("button", name="Delete the view “Only saved ones”").click()
    page.get_by_text("The view “Only saved ones” is deleted.").wait_for()
    assert view.count() == 0


def test_without_javascript_rows_are_chosen_and_keys_are_not_promised(site, chromium):
    page = chromium.new_page(java_script_enabled=False, base_url=site, locale="en")
    page.goto("/ui/list/?text=e")
    assert [page.locator(one).is_visible() for one in ("[data-keys]", "[data-tick-all]")] == [False, False]
    page.locator("#rows tbody input").nth(1).check()
    page.get_by_role("button", name="Count them").click()
    assert page.get_by_text("The button got 1 row.").is_visible()
    page.select_option("#id_which", "page")
    page.get_by_role("button", name="Count them").click()
    assert page.get_by_text("The button got 10 rows.").is_visible()
    page.close()


def test_files_are_listed_and_one_too_large_is_told_before_it_is_sent(visit, tmp_path):
    (tmp_path / "places.csv").write_bytes(b"x" * 2048)
    with (tmp_path / "huge.xlsx").open("wb") as file:
        file.truncate(51 * 2**20)
    page = visit()
    page.goto("/ui/")
    page.set_input_files("#id_results", [tmp_path / "places.csv"])
    told = page.locator(".drop:has(#id_results) .files")
    assert told.locator("p").all_text_contents() == ["places.csv · 2 kB"]
    page.set_input_files("#id_results", [tmp_path / "places.csv", tmp_path / "huge.xlsx"])
    assert told.locator("p").all_text_contents() == [
        "places.csv · 2 kB",
        "huge.xlsx · 51 MB",
        "“huge.xlsx” is larger than 50 MB. Take out pictures and sheets that are not needed, and try again.",
    ]
    assert not page.evaluate("document.querySelector('#id_results').checkValidity()")
    accessible(page)


def test_files_are_dropped_on_the_zone(visit):
    page = visit()
    page.goto("/ui/")
    page.evaluate(
        """() => {
          const zone = document.querySelector(".drop:has(#id_results)");
          const dropped = new DataTransfer();
          dropped.items.add(new File(["x"], "志願者.csv"));
          dropped.items.add(new File(["y"], "정원.csv"));
          zone.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
        }"""
    )
    assert page.evaluate("[...document.querySelector('#id_results').files].map(file => file.name)") == [
        "志願者.csv",
        "정원.csv",
    ]
    assert page.locator(".drop:has(#id_results) .files p").count() == 2


def test_the_menu_of_the_person_closes(visit):
    page = visit(AUDITOR)
    menu = page.locator("details.person")
    menu.locator("summary").click()
    menu.locator("a").first.focus()
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    menu.locator("summary").click()
    page.locator("h1").click()
    assert menu.get_attribute("open") is None


@pytest.mark.parametrize("path", ["/ui/", "/ui/list/?text=e", "/ui/letters/"])
def test_the_building_blocks_are_accessible_and_fit(visit, path):
    page = visit(AUDITOR)
    page.goto(path)
    for width, scheme in product((1280, 390), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        accessible(page)
        fits(page)


def test_each_letter_is_a_sheet_of_its_own(visit):
    page = visit(AUDITOR)
    page.goto("/ui/letters/")
    page.emulate_media(media="print")
    shown = "selector => [...document.querySelectorAll(selector)].filter(one => one.checkVisibility()).length"
    assert page.evaluate(shown, ".top, .demo, .title, .bottom, .skip, button") == 0
    assert page.evaluate(shown, ".letter") == 3
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 3
