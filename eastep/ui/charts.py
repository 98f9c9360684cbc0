"""Rows -> an inline SVG that reads well on paper, on a telephone, in the dark and aloud.

Sizes along the width are percentages, those along the height pixels, and there is no viewBox: the drawing
fits any width while its letters keep their size. Colours come from the style sheet by class, because the CSP
forbids style attributes. Series differ in fill and outline, not in hue alone; every bar carries its figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

LONGEST = 84.0  # percent of the width that the longest bar takes; the rest is for its figure
LINE = 26  # pixels for a line of text
BAR = 18
GAP = 16


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A drawing and the figures that it shows; the component draws the table of them beneath."""

    title: str
    svg: SafeString
    series: Sequence[str]
    rows: Sequence[tuple[str, Sequence[float]]]


def bars(title: object, rows: Sequence[tuple[object, Sequence[float]]], series: Sequence[object]) -> Chart:
    """Lying bars, one group a row, one bar a series (up to three), from zero."""
    _check(rows, len(series), most_series=3)
    scale = LONGEST / (max((value for _label, values in rows for value in values), default=0) or 1)
    height_of_row = LINE + len(series) * (BAR + 4) + GAP
    parts = [
        format_html('<text class="label" x="0" y="{}">{}</text>', row * height_of_row + 17, label)
        + format_html_join(
            "",
            '<rect class="series-{}" x="0" y="{}" width="{}%" height="{}"/>'
            '<text x="{}%" dx="8" y="{}">{}</text>',
            (
                (
                    n + 1,
                    top,
                    _figure(value * scale),
                    BAR,
                    _figure(value * scale),
                    top + 14,
                    number_format(value, force_grouping=True),
                )
                for n, value in enumerate(values)
                for top in [row * height_of_row + LINE + n * (BAR + 4)]
            ),
        )
        for row, (label, values) in enumerate(rows)
    ]
    return _chart(title, rows, series, height=len(rows) * height_of_row - GAP, parts=parts)


def both_ways(
    title: object, rows: Sequence[tuple[object, Sequence[float]]], series: Sequence[object]
) -> Chart:
    """Lying bars from a line in the middle: the first of two series to the right, the second to the left."""
    _check(rows, len(series), most_series=2)
    half = LONGEST / 2
    scale = half / (max((value for _label, values in rows for value in values), default=0) or 1)
    height_of_row = LINE + BAR + GAP
    parts = []
    for row, (label, values) in enumerate(rows):
        top = row * height_of_row + LINE
        parts.append(format_html('<text class="label" x="0" y="{}">{}</text>', top - LINE + 17, label))
        for n, (value, way) in enumerate(zip(values, (1, -1), strict=False)):
            end = 50 + way * value * scale
            parts.append(
                format_html(
                    '<rect class="series-{}" x="{}%" y="{}" width="{}%" height="{}"/>'
                    '<text x="{}%" dx="{}" y="{}" text-anchor="{}">{}</text>',
                    n + 1,
                    _figure(min(50, end)),
                    top,
                    _figure(value * scale),
                    BAR,
                    _figure(end),
                    way * 8,
                    top + 14,
                    "start" if way > 0 else "end",
                    number_format(value, force_grouping=True),
                )
            )
        parts.append(format_html('<line x1="50%" x2="50%" y1="{}" y2="{}"/>', top - 3, top + BAR + 3))
    return _chart(title, rows, series, height=len(rows) * height_of_row - GAP + 4, parts=parts)


def histogram(title: object, rows: Sequence[tuple[object, float]], series: object) -> Chart:
    """Standing bars side by side, in the order given: how many got their first choice, and so on."""
    _check([(label, [value]) for label, value in rows], 1, most_series=1)
    tall = 140
    scale = tall / (max((value for _label, value in rows), default=0) or 1)
    step = 100 / max(len(rows), 1)
    parts = [
        format_html(
            '<rect class="series-1" x="{}%" y="{}" width="{}%" height="{}"/>'
            '<text class="middle" x="{}%" y="{}">{}</text>'
            '<text class="middle label" x="{}%" y="{}">{}</text>',
            _figure(n * step + step * 0.15),
            _figure(20 + tall - value * scale),
            _figure(step * 0.7),
            _figure(value * scale),
            _figure((n + 0.5) * step),
            _figure(14 + tall - value * scale),
            number_format(value, force_grouping=True),
            _figure((n + 0.5) * step),
            tall + 40,
            label,
        )
        for n, (label, value) in enumerate(rows)
    ]
    parts.append(format_html('<line x1="0" x2="100%" y1="{}" y2="{}"/>', 20 + tall, 20 + tall))
    return _chart(title, [(label, [value]) for label, value in rows], [series], height=tall + 48, parts=parts)


def _chart(
    title: object,
    rows: Sequence[tuple[object, Sequence[float]]],
    series: Sequence[object],
    *,
    height: int,
    parts: Sequence[SafeString],
) -> Chart:
    svg = format_html(
        '<svg class="drawing" role="img" aria-label="{}" width="100%" height="{}">{}</svg>',
        title,
        max(height, 0),
        format_html_join("", "{}", ((part,) for part in parts)),
    )
    return Chart(
        title=str(title),
        svg=svg,
        series=[str(name) for name in series],
        rows=[(str(label), values) for label, values in rows],
    )


def _check(rows: Sequence[tuple[object, Sequence[float]]], series: int, *, most_series: int) -> None:
    if not 1 <= series <= most_series:
        raise ValueError(f"a chart of this kind shows 1 to {most_series} series, not {series}")
    if any(len(values) != series for _label, values in rows):
        raise ValueError("every row needs one value a series")
    if any(value < 0 for _label, values in rows for value in values):
        raise ValueError("bars start at zero: there can be no negative value")


def _figure(value: float) -> str:
    """A length in SVG: always with a point, whatever the reader's language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
