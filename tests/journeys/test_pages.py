"""Every page of the demo, in English: nothing that axe-core finds in light and dark, nothing that runs out of the page."""

import pytest

from tests.journeys.conftest import accessible, fits_everywhere, read_in
from tests.journeys.every_page import NOTHING_THERE, PAGES


@pytest.mark.parametrize("who", PAGES)
def test_every_page_is_accessible(visit, who):
    page = visit(who)
    page.goto("/")
    read_in(page, "en")
    for path in PAGES[who]:
        assert page.goto(path).status == 200, path
        in_both_schemes(page)
        fits_everywhere(page)


def test_pages_that_are_not_there_are_accessible(visit):
    page = visit()
    for path in NOTHING_THERE:
        assert page.goto(path).status == 404, path
        in_both_schemes(page)
        fits_everywhere(page)


def in_both_schemes(page):
    page.emulate_media(color_scheme="light")
    accessible(page)
    page.emulate_media(color_scheme="dark")
    accessible(page, rules=["color-contrast"])  # all else is the same in the dark
