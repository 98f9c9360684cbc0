"""Every page of the demo, in English: nothing that axe-core finds, nothing that runs out of the page.

In turn in light on a desk and in dark on a telephone: `test_lists` has all the parts that pages are made of in both.
"""

from itertools import cycle

import pytest

from tests.journeys.conftest import accessible, fits, read_in
from tests.journeys.every_page import NOTHING_THERE, PAGES

LOOKS = (("light", 390), ("dark", 1280))  # and to which width it is changed then; the first begins at 1280


@pytest.mark.parametrize("who", PAGES)
def test_every_page_is_accessible(visit, who):
    page = visit(who)
    page.goto("/")
    read_in(page, "en")
    are_accessible(page, PAGES[who], status=200)


def test_pages_that_are_not_there_are_accessible(visit):
    are_accessible(visit(), NOTHING_THERE, status=404)


def are_accessible(page, paths, *, status):
    for path, (scheme, other_width) in zip(paths, cycle(LOOKS), strict=False):
        page.emulate_media(color_scheme=scheme)
        assert page.goto(path).status == status, path
        accessible(page)
        fits(page)
        page.set_viewport_size({"width": other_width, "height": 900})
        fits(page)
