"""Every page of the demo on a telephone, in turn in Japanese and in Korean: nothing runs out of the page.

`test_pages` has all of them in English, on a desk, too. A third of them in each language costs a third of the time and
finds the same: texts of the same length in the same parts.
"""

import pytest

from tests.journeys.conftest import fits, read_in
from tests.journeys.every_page import PAGES


@pytest.mark.parametrize("who", PAGES)
@pytest.mark.parametrize(("language", "first"), [("ja", 0), ("ko", 1)])
def test_every_page_fits(visit, who, language, first):
    page = visit(who, width=390)
    page.goto("/")
    read_in(page, language)
    for path in PAGES[who][first::3]:
        page.goto(path)
        fits(page)
        assert page.locator("html").get_attribute("lang") == language
