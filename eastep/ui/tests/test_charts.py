from xml.etree import ElementTree

import pytest
from django.utils import translation

from eastep.ui.charts import bars, both_ways, histogram

ROWS = [("Japan to Korea", (50, 25)), ("Korea to Japan", (200, 0))]


def rectangles(svg: str) -> list[tuple[str, str, str]]:
    return [
        (r.attrib["class"], r.attrib["width"], r.attrib["height"])
        for r in ElementTree.fromstring(svg).iter("rect")
    ]


def test_bars_are_as_long_as_their_figures() -> None:
    """The longest, 200, takes 84 % of the width: so 50 takes 21 %, 25 takes 10.5 %."""
    chart = bars("Directions", ROWS, ["Applicants", "Places"])
    assert rectangles(chart.svg) == [
        ("series-1", "21%", "18"),
        ("series-2", "10.5%", "18"),
        ("series-1", "84%", "18"),
        ("series-2", "0%", "18"),
    ]
    assert chart.rows == [("Japan to Korea", (50, 25)), ("Korea to Japan", (200, 0))]


def test_columns_are_as_high_as_their_figures_and_stand_on_the_line() -> None:
    """140 pixels for the largest, 8; two columns of 50 % each, of which the bar takes 70 %."""
    chart = histogram("Ranks", [("1", 8), ("2", 2)], "Applicants")
    assert rectangles(chart.svg) == [("series-1", "35%", "140"), ("series-1", "35%", "35")]
    tops = [
        (float(r.attrib["y"]), float(r.attrib["height"]))
        for r in ElementTree.fromstring(chart.svg).iter("rect")
    ]
    assert [y + height for y, height in tops] == [160, 160]


def test_both_ways_from_the_middle() -> None:
    """The longest, 4, takes 42 % of the width to its side: so 2 takes 21 % to the right, 4 from 8 % to the middle."""
    chart = both_ways("By year", [("2026", (2, 4)), ("2027", (0, 1))], ["Sent", "Received"])
    drawn = [
        (r.attrib["class"], r.attrib["x"], r.attrib["width"])
        for r in ElementTree.fromstring(chart.svg).iter("rect")
    ]
    assert drawn == [
        ("series-1", "50%", "21%"),
        ("series-2", "8%", "42%"),
        ("series-1", "50%", "0%"),
        ("series-2", "39.5%", "10.5%"),
    ]
    assert chart.rows == [("2026", (2, 4)), ("2027", (0, 1))]


def test_every_figure_is_written_and_the_drawing_has_a_name() -> None:
    with translation.override("ko"):
        svg = ElementTree.fromstring(bars("방향", [("가", (1234,))], ["지원자"]).svg)
    assert [text.text for text in svg.iter("text")] == ["가", "1,234"]
    assert (svg.attrib["role"], svg.attrib["aria-label"]) == ("img", "방향")


def test_nothing_to_draw_is_drawn() -> None:
    assert rectangles(bars("None", [], ["a"]).svg) == []
    assert rectangles(histogram("Zero", [("1", 0)], "a").svg) == [("series-1", "70%", "0")]


def test_what_people_write_cannot_become_markup() -> None:
    hostile = "<script>x</script>\"'&"
    chart = bars(hostile, [(hostile, (1,))], [hostile])
    assert [element.tag for element in ElementTree.fromstring(chart.svg).iter()] == [
        "svg",
        "text",
        "rect",
        "text",
    ]


@pytest.mark.parametrize(
    ("rows", "series"),
    [([("a", (1, 2))], ["x"]), ([("a", (-1,))], ["x"]), ([], []), ([("a", (1, 2, 3, 4))], list("wxyz"))],
)
def test_nonsense_is_refused(rows: list[tuple[str, tuple[float, ...]]], series: list[str]) -> None:
    with pytest.raises(ValueError, match=r"series|negative"):
        bars("x", rows, series)
