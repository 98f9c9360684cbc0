"""An agreement between two offices, from the first draft through a change and a renewal to its end. Each in its language."""

import json
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from eastep.agreements.states import Standing
from eastep.core.text import LANGUAGES
from tests.journeys.at_the_desk import (
    OFFICE_OF_WASEDA,
    OFFICE_OF_YONSEI,
    approve,
    begin,
    bytes_of,
    do,
    hash_of,
    hash_shown,
    on_paper,
    press,
    propose,
    record,
    stands,
    write,
)
from tests.journeys.conftest import accessible, fits, read_in

YEAR = timezone.localdate().year
PERIOD = {"start": f"{YEAR - 1}-04-01", "end": f"{YEAR + 4}-03-31"}
REASON = "정원이 너무 많습니다. 양쪽 2명으로 해 주십시오."


def test_from_a_draft_through_a_refusal_to_a_change_in_effect(visit, tmp_path):
    waseda, yonsei = visit(OFFICE_OF_WASEDA), visit(OFFICE_OF_YONSEI)
    read_in(waseda, "ja")
    read_in(yonsei, "ko")

    address = begin(waseda, "延世大学校", reference="交-2027-髙", **PERIOD)
    do(waseda, "remove:2")
    write(
        waseda,
        {"c1-places": "3", "c1-fields_": "0421", "c1-language": "TOPIK 4", "c1-minimum_gpa": "3.0/4.5"},
    )
    do(waseda, "turn:1")  # the same in the other direction
    write(waseda, {"c3-language": "JLPT N2", "other_ja": "宿舎は受入大学が紹介する。"})
    accessible(waseda)
    press(waseda, "main button[name=then][value=propose]")
    press(waseda, "main form[method=post] .actions button")
    first = hash_shown(waseda, address)

    yonsei.goto("/agreements/?standing=waits_us&text=와세다")
    link = yonsei.locator(f"#rows th a[href='{path(address)}']")
    expect(link).to_have_count(1)
    link.click()
    assert hash_shown(yonsei, address) == first
    press(yonsei, f"main a[href='{path(address)}refuse/']")
    write(yonsei, {"reason": REASON})
    press(yonsei, "main form[method=post] .actions button")

    waseda.goto(f"{address}edit/")
    expect(waseda.locator("main .notice.warning")).to_contain_text(REASON)
    write(waseda, {"c1-places": "2", "c3-places": "2"})
    press(waseda, "main button[name=then][value=agreement]")
    propose(waseda, address)
    approve(waseda, address, way="ink", scan=on_paper(waseda, tmp_path))
    expect(waseda.locator("main a", has_text="協定書.pdf").first).to_be_visible()

    seal = tmp_path / "seal.png"
    yonsei.locator("header .wordmark").screenshot(path=seal)
    yonsei.goto("/agreements/seals/")
    yonsei.set_input_files("main input[name=image]", seal)
    press(yonsei, "main form[enctype] .actions button")
    approve(yonsei, address, way="seal")
    expect(yonsei.locator("main img[src*='/seal/']")).to_have_js_property("complete", True)
    for page in (waseda, yonsei):
        stands(page, address, Standing.IN_EFFECT)
        fits(page)
    agreed = hash_shown(waseda, address)
    assert hash_shown(yonsei, address) == agreed != first
    content = bytes_of(yonsei, address, 1)
    assert hash_of(content) == agreed
    assert [(one["places"], one["language"]) for one in json.loads(content)["conditions"]] == [
        (2, "TOPIK 4"),
        (2, "JLPT N2"),
    ]
    for language in LANGUAGES:
        paper = waseda.request.get(f"{address}versions/1/agreement-{language}.pdf").body()
        assert (paper[:5], len(paper) > 10_000) == (b"%PDF-", True), language

    change(waseda, yonsei, address, agreed)


def change(waseda, yonsei, address, agreed):
    """A new version, typed in two tabs; the old one holds until both have approved the new one."""
    waseda.goto(address)
    press(waseda, "main form[action$='/amend/'] button")
    other_tab = waseda.context.new_page()
    other_tab.goto(f"{address}edit/")
    write(waseda, {"c1-places": "4"})
    press(waseda, "main button[name=then][value=agreement]")
    write(other_tab, {"c1-places": "5", "c3-places": "5"})
    press(other_tab, "main button[name=then][value=agreement]")
    expect(other_tab.locator("main input[name=c1-places]")).to_have_value("5")  # what was typed is kept
    expect(other_tab.locator("main table tbody tr")).to_have_count(2)  # and stands beside what is there now
    accessible(other_tab)
    press(other_tab, "main button[name=then][value=propose]")
    press(other_tab, "main form[method=post] .actions button")
    other_tab.close()

    stands(yonsei, address, Standing.IN_EFFECT)
    assert agreed in yonsei.locator("main code.long").all_inner_texts()  # beside that of the new version
    different = yonsei.locator("main table", has=yonsei.locator("caption")).first.locator("tbody tr")
    assert [row.locator("td").all_inner_texts() for row in different.all()] == [["2", "5"], ["2", "5"]]
    approve(yonsei, address)
    stands(yonsei, address, Standing.IN_EFFECT)
    assert json.loads(bytes_of(yonsei, address, 1))["conditions"][0]["places"] == 2
    approve(waseda, address)
    content = bytes_of(waseda, address, 2)
    assert hash_of(content) == hash_shown(yonsei, address) == hash_shown(waseda, address)
    assert [one["places"] for one in json.loads(content)["conditions"]] == [5, 5]
    stands(yonsei, address, Standing.IN_EFFECT)


def test_renewed_in_one_click_then_ended_with_notice_which_is_taken_back(visit, tmp_path):
    waseda, yonsei = visit(OFFICE_OF_WASEDA, width=390), visit(OFFICE_OF_YONSEI)
    for page in (waseda, yonsei):
        read_in(page, "en")
    soon = timezone.localdate() + timedelta(days=100)
    paper = on_paper(waseda, tmp_path)
    address = record(
        waseda, "Yonsei University", start="2022-04-01", end=soon.isoformat(), reference="R-1", paper=paper
    )
    stands(waseda, address, Standing.RECORDED)
    stands(yonsei, address, Standing.RECORDED)
    press(yonsei, "main form[action$='/confirm/'] button")
    stands(yonsei, address, Standing.IN_EFFECT)

    waseda.goto(address)
    fits(waseda)
    press(waseda, "main form[action$='/renew/'] button")
    approve(yonsei, address)
    approve(waseda, address)
    renewed = json.loads(bytes_of(waseda, address, 2))
    assert renewed["starts_on"] == (soon + timedelta(days=1)).isoformat()
    assert renewed["conditions"] == json.loads(bytes_of(yonsei, address, 1))["conditions"]
    stands(waseda, address, Standing.IN_EFFECT)

    press(waseda, f"main a[href='{path(address)}notice/']")
    fits(waseda)
    write(waseda, {"reason": "The programme moves to another campus."})
    press(waseda, "main form[method=post] .actions button")
    for page in (waseda, yonsei):
        stands(page, address, Standing.ENDING)
        expect(page.locator("main")).to_contain_text("The programme moves to another campus.")
    expect(yonsei.locator("main form[action$='/take-back-notice/']")).to_have_count(0)  # it is not theirs
    waseda.goto(address)
    press(waseda, "main form[action$='/take-back-notice/'] button")
    for page in (waseda, yonsei):
        stands(page, address, Standing.IN_EFFECT)


def path(address: str) -> str:
    """Without the site."""
    return "/" + address.split("/", 3)[3]
