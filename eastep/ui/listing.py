"""Lists: filtered, sorted, in pages, counted up to a limit, and taken out as CSV or XLSX."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.http import FileResponse, HttpRequest, QueryDict

from eastep.core.sheets import SheetOut, write_csv, write_xlsx
from eastep.ui.keyset import keys_of, read_page

COUNTED = 10_000  # beyond this nobody wants the number enough to wait for it
PER_PAGE = 50
DOWNLOADS = ("xlsx", "csv")

type Getter = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Page[Row: Model]:
    """One page of a list: iterate over it. Addresses are query strings that keep the filters; "" is none."""

    rows: Sequence[Row]
    count: int
    capped: bool  # there are more than `count`
    sort: str
    previous: str = ""
    next: str = ""
    sorts: Mapping[str, str] = field(
        default_factory=dict
    )  # key: address that sorts by it, or the other way round
    downloads: Mapping[str, str] = field(default_factory=dict)  # kind of file: address

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def listing[Row: Model](
    request: HttpRequest,
    queryset: QuerySet[Row],
    filters: type[Any] | None = None,
    *,
    sorts: Mapping[str, Sequence[str]] | None = None,
    export: Sequence[tuple[object, Getter]] = (),
    per_page: int = PER_PAGE,
) -> dict[str, Any]:
    """The context of a list page: ``page``, ``filters`` and, if a file was asked for, ``download``.

    *filters* is a FilterSet. *sorts* maps a key in the address to fields, the first being the default; an
    index on exactly these fields and the primary key makes every page cost the same. *export* is heading and
    value of each column.
    """
    chosen = filters(request.GET, queryset=queryset, request=request) if filters else None
    if chosen is not None:
        queryset = chosen.qs if chosen.is_valid() else queryset.none()
    orders = dict(sorts or {"pk": ("pk",)})
    sort = request.GET.get("sort", "")
    if sort.removeprefix("-") not in orders:
        sort = next(iter(orders))
    keys = keys_of(queryset, orders[sort.removeprefix("-")], reverse=sort.startswith("-"))
    context: dict[str, Any] = {"filters": chosen}

    kind = request.GET.get("export", "")
    if export and kind in DOWNLOADS:
        order = [f"-{key.path}" if key.descending else key.path for key in keys]
        return {**context, "download": _download(request, queryset.order_by(*order), export, kind)}

    rows, previous, following = read_page(
        queryset,
        keys,
        size=per_page,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    count = queryset.order_by()[: COUNTED + 1].count()
    return {
        **context,
        "page": Page(
            rows=rows,
            count=min(count, COUNTED),
            capped=count > COUNTED,
            sort=sort,
            previous=_address(request.GET, before=previous) if previous else "",
            next=_address(request.GET, after=following) if following else "",
            sorts={key: _address(request.GET, sort=f"-{key}" if key == sort else key) for key in orders},
            downloads={kind: _address(request.GET, export=kind) for kind in DOWNLOADS if export},
        ),
    }


def _address(query: QueryDict, **changes: str) -> str:
    """The query string with *changes*, its filters and sort kept, its place forgotten."""
    kept = query.copy()
    for name in ("after", "before", "export", *changes):
        kept.pop(name, None)
    for name, value in changes.items():
        kept[name] = value
    return f"?{kept.urlencode()}"


def _download(
    request: HttpRequest, rows: QuerySet[Any], export: Sequence[tuple[object, Getter]], kind: str
) -> FileResponse:
    """All filtered rows as a file, which is whole on the disk before the first piece is sent."""
    headings = [str(heading) for heading, _value in export]
    lines: Iterable[list[Any]] = (
        [value(row) for _heading, value in export] for row in rows.iterator(chunk_size=2000)
    )
    name = request.resolver_match.url_name if request.resolver_match else None
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    if kind == "csv":
        write_csv(headings, lines, file)
    else:
        write_xlsx([SheetOut(name=name or "list", headings=headings, rows=lines)], file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name or 'list'}.{kind}")
