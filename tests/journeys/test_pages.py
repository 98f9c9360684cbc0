"""Every page of the demo: nothing that axe-core finds, nothing that runs out of the page, in each language."""

import pytest

from tests.journeys.conftest import accessible, fits

ADMINISTRATOR, OFFICE = "takasaki@demo.eastep.example", "onodera@demo.eastep.example"
COMMON = ["/", "/about/", "/rounds/", "/rounds/open/", "/institutions/", "/institutions/?text=わせだ",
          "/institutions/KR:0000149/", "/people/me/", "/ui/", "/account/2fa/webauthn/", "/account/password/change/"]  # fmt: skip
FROZEN = ["", "history/", "files/", "places/", "places/1/", "applicants/", "simulations/", "simulations/1/",
          "simulations/1/applicants/", "simulations/1/applicants/450/", "simulations/1/applicants/450/letter/",
          "simulations/1/options/", "simulations/1/options/3/", "unfreeze/", "answers/", "answers/paste/",
          "waiting/", "waiting/1/", "second/", "balance/", "balance/1/", "balance/1/discard/"]  # fmt: skip
IN_WORK = ["", "settings/", "discard/", "files/", "files/3/", "files/6/", "files/6/columns/", "places/", "places/add/",
           "places/1/", "applicants/", "applicants/add/", "applicants/901/", "applicants/901/edit/", "simulations/",
           "simulations/make/", "simulations/compare/?a=2&b=3", "simulations/3/", "simulations/3/applicants/",
           "simulations/3/applicants/20/", "simulations/3/letters/", "simulations/3/freeze/",
           "balance/"]  # fmt: skip
PAGES = {
    ADMINISTRATOR: [*COMMON, *(f"/rounds/1/{page}" for page in FROZEN)],
    OFFICE: [f"/rounds/2/{page}" for page in IN_WORK],
}


@pytest.mark.parametrize("who", PAGES)
def test_every_page_is_accessible(visit, who):
    page = visit(who)
    for path in PAGES[who]:
        page.emulate_media(color_scheme="light")
        assert page.goto(path).status == 200, path
        accessible(page)
        page.emulate_media(color_scheme="dark")
        accessible(page, rules=["color-contrast"])  # all else is the same in the dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_for_nobody_are_accessible(visit, scheme):
    nobody = visit(scheme=scheme)
    for path in ["/", "/account/login/", "/account/password/reset/", "/no-such-page/"]:
        nobody.goto(path)
        accessible(nobody)


@pytest.mark.parametrize("who", PAGES)
@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_every_page_fits_in_every_language(visit, who, language):
    page = visit(who)
    page.locator(f"header form button[value={language}]").click()
    for path in PAGES[who]:
        page.goto(path)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            fits(page)
        assert page.locator("html").get_attribute("lang") == language
