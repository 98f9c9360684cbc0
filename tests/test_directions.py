"""Apps that import each other both ways would be one app in two folders: there are none."""

from itertools import combinations

import grimp

APPS = [
    "agreements",
    "applications",
    "core",
    "documents",
    "imports",
    "institutions",
    "notices",
    "people",
    "placement",
    "standards",
    "ui",
    "website",
]


def test_no_two_apps_import_each_other():
    graph = grimp.build_graph("eastep", exclude_type_checking_imports=True)
    assert {f"eastep.{app}" for app in APPS} == graph.find_children("eastep")
    both_ways = [
        (one, other)
        for one, other in combinations(APPS, 2)
        if graph.find_shortest_chain(f"eastep.{one}", f"eastep.{other}", as_packages=True)
        and graph.find_shortest_chain(f"eastep.{other}", f"eastep.{one}", as_packages=True)
    ]
    assert both_ways == []
