"""Draws time against the number of students: ``python -m bench.placement --growth | python -m bench.picture``.

Reads the JSON lines of `bench.placement --growth` and writes docs/images/growth.svg, and the table of the same figures
to standard output. Needs matplotlib: ``uv pip install --group bench``.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from matplotlib import pyplot as plt

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "growth.svg"
NAMES = {
    "ours": "EASTEP",
    "ours_in_plain_python": "EASTEP, plain Python",
    "heapq_loop": "20 lines with heapq",
    "heaps_one_by_one": "compiled heaps, one by one",
    "matching_package": "matching",
    "algmatch_package": "algmatch",
}


def read(lines: Iterable[str]) -> dict[str, dict[int, float]]:
    """CPU seconds by solver and number of students."""
    points: dict[str, dict[int, float]] = defaultdict(dict)
    for line in lines:
        if line.startswith("{") and (point := json.loads(line))["case"] == "growth":
            points[point["solver"]][point["students"]] = point["cpu_seconds"]
    return points


def draw(points: dict[str, dict[int, float]]) -> None:
    """One line a solver, both axes logarithmic; lines differ in marker, so that colour is not needed."""
    figure, axes = plt.subplots(figsize=(9, 4.5))
    for (solver, own), marker in zip(points.items(), "osD^vX", strict=False):
        axes.plot(list(own), list(own.values()), marker=marker, linewidth=2, label=NAMES.get(solver, solver))
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    axes.set(xscale="log", yscale="log", xlabel="students", ylabel="CPU seconds")
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(PICTURE, bbox_inches="tight", metadata={"Date": None})


def table(points: dict[str, dict[int, float]]) -> str:
    sizes = sorted({students for own in points.values() for students in own})
    rows = [["students", *(NAMES.get(solver, solver) for solver in points)], ["---"] * (len(points) + 1)]
    rows += [
        [f"{students:,}", *(f"{own[students]:.3g}" if students in own else "" for own in points.values())]
        for students in sizes
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    found = read(sys.stdin)
    draw(found)
    print(table(found))
