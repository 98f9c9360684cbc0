"""Lists: every row once, the same queries for any number of rows, and an index for every range."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import django_filters
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, QuerySet
from django.http import Http404, QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from eastep.ui.keyset import _beyond, _decode, _order, keys_of
from eastep.ui.listing import Page, kept, listing, selected
from eastep.ui.tests.things import Thing

pytestmark = pytest.mark.django_db
START = datetime(2027, 4, 1, 9, 0, 0, 123456, tzinfo=UTC)
ORDERS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "best": ("-score", "name"),
    "score": ("score", "-name", "pk"),
    "seen": ("seen_at", "-score"),
    "parent": ("parent__name", "score"),
}


class Things(django_filters.FilterSet):  # type: ignore[misc]
    name = django_filters.CharFilter(lookup_expr="startswith")
    score = django_filters.NumberFilter()

    class Meta:
        model = Thing
        fields = ("name", "score")


def ask(address: str = "", **given: Any) -> dict[str, Any]:
    return listing(RequestFactory().get(f"/things/{address}"), Thing.objects.all(), **given)


def make(rows: Sequence[tuple[str, int | None]]) -> None:
    """Things with ties and NULLs in every column but the key; half of them have a parent."""
    first: Thing | None = None
    for n, (name, score) in enumerate(rows):
        thing = Thing.objects.create(
            name=name,
            score=None if score is None else Decimal(score) / 8,
            seen_at=None if score is None else START + timedelta(microseconds=score),
            parent=first if n % 2 else None,
        )
        first = first or thing


def expected(order: tuple[str, ...], *, reverse: bool) -> list[int]:
    """The whole list at once, PostgreSQL's rule for NULL said explicitly: last going up, first going down."""
    if order[-1] != "pk":
        order = (*order, "-pk" if order[-1].startswith("-") else "pk")
    by = [
        F(name.lstrip("-")).desc(nulls_first=True)
        if name.startswith("-") != reverse
        else F(name.lstrip("-")).asc(nulls_last=True)
        for name in order
    ]
    return list(Thing.objects.order_by(*by).values_list("pk", flat=True))


def walk(sort: str, size: int) -> tuple[list[int], list[int]]:
    """All rows going forwards by the links, then all rows going back by the links."""
    address, forwards, page = f"?sort={sort}", list[int](), None
    while address:
        page = ask(address, sorts=ORDERS, per_page=size)["page"]
        forwards += [thing.pk for thing in page]
        address = page.next
    backwards = [thing.pk for thing in page] if page else []
    while page and page.previous:
        page = ask(page.previous, sorts=ORDERS, per_page=size)["page"]
        backwards = [thing.pk for thing in page] + backwards
    return forwards, backwards


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.sampled_from("あ가aA"), st.none() | st.integers(0, 3)), max_size=9),
    size=st.integers(1, 4),
)
def test_paging_both_ways_gives_each_row_once(rows: list[tuple[str, int | None]], size: int) -> None:
    Thing.objects.all().delete()
    make(rows)
    for key, order in ORDERS.items():
        for sort in (key, f"-{key}"):
            whole = expected(order, reverse=sort.startswith("-"))
            assert walk(sort, size) == (whole, whole), sort


@pytest.mark.parametrize("sort", list(ORDERS))
def test_three_rows_take_the_same_queries_as_one(sort: str) -> None:
    counts = []
    batches: list[list[tuple[str, int | None]]] = [[("a", 1)], [("b", 2), ("b", None)]]
    for rows in batches:
        make(rows)  # 1, then 3
        with CaptureQueriesContext(
            connection,
        ) as queries:
            list(ask(f"?sort={sort}", sorts=ORDERS, filters=Things)["page"])
        counts.append(len(queries))
    assert counts == [2, 2]  # the rows and the count


def visited(query: QuerySet[Thing]) -> int:
    """The rows that PostgreSQL touched, by its own count; all of them when it sorts or reads the table."""
    plan = json.loads(query.explain(format="json", analyze=True, timing=False))[0]["Plan"]
    rows, nodes = 0, [plan]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if "Sort" in node["Node Type"] or node["Node Type"] == "Seq Scan":
            return Thing.objects.count()
        if not node.get("Plans"):
            rows += node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return int(rows)


@pytest.mark.parametrize("order", [("name",), ("-name",), ("score",), ("-score",)])
def test_a_page_deep_in_the_list_visits_few_rows(order: tuple[str, ...]) -> None:
    """8,000 rows, half tied in name, a third each in score or its absence. OFFSET shows what to avoid."""
    Thing.objects.bulk_create(
        Thing(name="tie" if n % 2 else f"n{n:05}", score=(None, 1, 2)[n % 3]) for n in range(8_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ui_tests_thing")
    keys = keys_of(Thing.objects.all(), order)
    whole = Thing.objects.order_by(*_order(keys, False))
    assert visited(whole[6_000:6_051]) >= 6_000
    for place in (1_000, 6_000, 7_500):
        last = whole[place]
        values = [last.name if "name" in order[0] else last.score, last.pk]
        for backwards in (False, True):
            for part in _beyond(Thing.objects.all(), keys, values, backwards):
                query = part.order_by(*_order(keys, backwards))[:51]
                assert visited(query) <= 4 * 51, query.explain()


def test_the_count_stops_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eastep.ui.listing.COUNTED", 4)
    make([("x", n) for n in range(4)])
    assert (ask()["page"].count, ask()["page"].capped) == (4, False)
    make([("x", 5), ("x", 6)])
    assert (ask()["page"].count, ask()["page"].capped) == (4, True)


def test_links_keep_the_filters_and_forget_the_place() -> None:
    make([("a", n) for n in range(5)] + [("b", 1)])
    context = ask("?name=a&sort=-name", filters=Things, sorts=ORDERS, per_page=2)
    page: Page[Thing] = context["page"]
    assert page.count == 5
    query = parse_qs(page.next.removeprefix("?"))
    assert {**query, "after": None} == {"name": ["a"], "sort": ["-name"], "after": None}
    second: Page[Thing] = ask(page.next, filters=Things, sorts=ORDERS, per_page=2, export=[("Name", str)])[
        "page"
    ]
    assert second.sorts["name"] == "?name=a&sort=name"
    assert second.downloads == {
        "xlsx": "?name=a&sort=-name&export=xlsx",
        "csv": "?name=a&sort=-name&export=csv",
    }


def test_a_filter_that_cannot_be_read_shows_nothing_and_says_so() -> None:
    make([("a", 1)])
    context = ask("?score=many", filters=Things)
    assert list(context["page"]) == []
    assert list(context["filters"].errors) == ["score"]


@pytest.mark.parametrize(
    "address", ["?after=%25%25", "?after=WzFd", "?before=bm8", "?after=WyJcdTAwMDAiLDFd"]
)
def test_an_address_that_is_not_ours_is_no_page(address: str) -> None:
    """Not base64; too few values; not JSON; a NUL, which PostgreSQL cannot hold."""
    with pytest.raises(Http404):
        ask(address, sorts={"name": ("name",)})


def test_a_cursor_keeps_every_digit() -> None:
    make([("a", 1)])
    keys = keys_of(Thing.objects.all(), ("seen_at", "score"))
    make([("a", 2)])
    page = ask("?sort=seen", sorts={"seen": ("seen_at", "score")}, per_page=1)["page"]
    cursor = parse_qs(page.next.removeprefix("?"))["after"][0]
    assert _decode(cursor, keys)[:2] == [START + timedelta(microseconds=1), Decimal("0.125")]


def test_the_download_holds_all_filtered_rows_in_their_order() -> None:
    make([("a", 3), ("a", 1), ("b", 2), ("=1+1", 0)])
    columns = [("Name", lambda thing: thing.name), ("Score", lambda thing: thing.score)]
    given: dict[str, Any] = {
        "filters": Things,
        "sorts": {"score": ("score",)},
        "export": columns,
        "per_page": 1,
    }
    with ask("?name=a&sort=-score&export=csv", **given)["download"].file_to_stream as file:
        text = file.read().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [["Name", "Score"], ["a", "0.375"], ["a", "0.125"]]
    with ask("?export=xlsx", **given)["download"].file_to_stream as file:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.read()))
    assert book.get_sheet_by_index(0).to_python() == [
        ["Name", "Score"],
        ["=1+1", 0.0],
        ["a", 0.125],
        ["b", 0.25],
        ["a", 0.375],
    ]


def test_without_columns_to_export_there_is_no_download() -> None:
    assert "download" not in ask("?export=csv")


def test_what_a_saved_view_keeps_is_said_in_one_way() -> None:
    address = "?score=&name=b&after=WzFd&export=csv&name=a&sort=-name"
    assert kept(QueryDict(address.removeprefix("?"))) == "name=a&name=b&sort=-name"
    make([("a", 1)])
    given: dict[str, Any] = {"filters": Things, "sorts": ORDERS}
    queries = [
        ask(one, **given)["page"].query for one in ("?sort=name&score=", "?sort=nonsense", "?sort=-name")
    ]
    assert queries == ["", "", "sort=-name"]


def test_a_saved_view_is_the_same_list_and_the_same_file() -> None:
    make([("a", 3), ("a", 1), ("b", 2), ("a", 2)])
    given: dict[str, Any] = {
        "filters": Things,
        "sorts": {"name": ("name",), "score": ("score",)},
        "export": [("Score", lambda thing: thing.score)],
        "per_page": 2,
    }
    seen: Page[Thing] = ask("?sort=-score&name=a&score=", **given)["page"]
    saved: Page[Thing] = ask(f"?{seen.query}", **given)["page"]
    assert (saved.rows, saved.sort, saved.count) == (seen.rows, seen.sort, 3)
    with ask(saved.downloads["csv"], **given)["download"].file_to_stream as file:
        assert file.read().decode("utf-8-sig").split() == ["Score", "0.375", "0.250", "0.125"]


def choose(**posted: Any) -> list[str]:
    """The names of the things that the form of `bulk` gives; the list holds those with a name up to "x"."""
    things = Thing.objects.filter(name__lte="x")
    return sorted(thing.name for thing in selected(RequestFactory().post("/chosen/", posted), things, Things))


def test_ticked_rows_a_page_and_all_that_match_are_chosen() -> None:
    make([("a1", 1), ("a2", 1), ("b", 1), ("z", 1)])
    keys = dict(Thing.objects.values_list("name", "pk"))
    shown = f"{keys['a1']},{keys['b']}"
    assert choose(which="ticked", row=[keys["a2"]], shown=shown, query="") == ["a2"]
    assert choose(which="page", row=[keys["a2"]], shown=shown, query="") == ["a1", "b"]
    assert choose(which="all", shown=shown, query="name=a") == ["a1", "a2"]
    assert choose(which="all", query="") == ["a1", "a2", "b"]


def test_what_is_not_in_the_list_cannot_be_chosen() -> None:
    make([("a", 1), ("z", 1)])
    hidden = Thing.objects.get(name="z").pk
    assert choose(row=[hidden]) == []
    assert choose(which="page", shown=str(hidden)) == []
    assert choose(which="all", query="name=z") == []
    assert choose(which="all", query="score=many") == []  # a filter that cannot be read shows nothing either


@pytest.mark.parametrize(
    "posted", [{}, {"which": "ticked"}, {"which": "page", "shown": ""}, {"row": ["x"]}, {"row": ["1", "\0"]}]
)
def test_nothing_selected_or_a_key_that_is_none_is_told(posted: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        choose(**posted)


def test_choosing_all_of_many_rows_is_one_query() -> None:
    make([("a", n) for n in range(3)])
    with CaptureQueriesContext(connection) as queries:
        assert choose(which="all", query="name=a") == ["a", "a", "a"]
    assert len(queries) == 1
