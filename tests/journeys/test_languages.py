"""Every page of the demo in the two other languages: nothing runs out of the page (test_pages has the English ones)."""

import pytest

from tests.journeys.conftest import fits_everywhere, read_in
from tests.journeys.every_page import PAGES


@pytest.mark.parametrize("who", PAGES)
@pytest.mark.parametrize("language", ["ja", "ko"])
def test_every_page_fits(visit, who, language):
    page = visit(who)
    page.goto("/")
    read_in(page, language)
    for path in PAGES[who]:
        page.goto(path)
        fits_everywhere(page)
        assert page.locator("html").get_attribute("lang") == language
