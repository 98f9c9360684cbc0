"""Lists: filtered, sorted, in pages, counted up to a limit, chosen from, and taken out as CSV or XLSX."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import FileResponse, HttpRequest, QueryDict
from django.utils.translation import gettext as _

from eastep.core.sheets import SheetOut, write_csv, write_xlsx
from eastep.ui.keyset import keys_of, read_page

COUNTED = 10_000  # beyond this nobody wants the number enough to wait for it
PER_PAGE = 50
DOWNLOADS = ("xlsx", "csv")
PLACE = ("after", "before", "export")  # in the address: where one is in a list, not which list it is

type Getter = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Page[Row: Model]:
    """One page of a list: iterate over it. Addresses are query strings that keep the filters; "" is none."""

    rows: Sequence[Row]
    count: int
    capped: bool  # there are more than `count`
    sort: str
    query: str = ""  # filters and sort: what a saved view keeps, and what "all that match" means
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
    show: Callable[[QuerySet[Row]], QuerySet[Row]] = lambda rows: rows,
    per_page: int = PER_PAGE,
) -> dict[str, Any]:
    """The context of a list page: ``page``, ``filters`` and, if a file was asked for, ``download``.

    *filters* is a FilterSet. *sorts* maps a key in the address to fields, the first being the default; an
    index on exactly these fields and the primary key makes every page cost the same. *export* is heading and
    value of each column. *show* adds to the rows what only their cells need, so that counting does without it.
    """
    chosen = filters(request.GET, queryset=queryset, request=request) if filters else None
    if chosen is not None:
        queryset = chosen.qs if chosen.is_valid() else queryset.none()
    orders = dict(sorts or {"pk": ("pk",)})
    sort, usual = request.GET.get("sort", ""), next(iter(orders))
    if sort.removeprefix("-") not in orders:
        sort = usual
    keys = keys_of(queryset, orders[sort.removeprefix("-")], reverse=sort.startswith("-"))
    context: dict[str, Any] = {"filters": chosen}

    kind = request.GET.get("export", "")
    if export and kind in DOWNLOADS:
        order = [f"-{key.path}" if key.descending else key.path for key in keys]
        return {**context, "download": download(request, show(queryset).order_by(*order), export, kind)}

    rows, previous, following = read_page(
        show(queryset),
        keys,
        size=per_page,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    count = queryset.order_by().values("pk")[: COUNTED + 1].count()  # of keys: nothing annotated is computed
    return {
        **context,
        "page": Page(
            rows=rows,
            count=min(count, COUNTED),
            capped=count > COUNTED,
            sort=sort,
            query=kept(request.GET, without="sort" if sort == usual else ""),
            previous=_address(request.GET, before=previous) if previous else "",
            next=_address(request.GET, after=following) if following else "",
            sorts={key: _address(request.GET, sort=f"-{key}" if key == sort else key) for key in orders},
            downloads={kind: _address(request.GET, export=kind) for kind in DOWNLOADS if export},
        ),
    }


def selected[Row: Model](
    request: HttpRequest, queryset: QuerySet[Row], filters: type[Any] | None = None
) -> QuerySet[Row]:
    """The rows of *queryset* that the person chose with `bulk`: the ticked ones, the page, or all that match.

    Give the queryset and the filters of the list itself: what lies outside them cannot be chosen, whatever
    is sent. Raises ValidationError where nothing was ticked.
    """
    which = request.POST.get("which", "")
    if which == "all":
        if filters is None:
            return queryset
        match = filters(QueryDict(request.POST.get("query", "")), queryset=queryset, request=request)
        return match.qs if match.is_valid() else queryset.none()
    keys = request.POST.get("shown", "").split(",") if which == "page" else request.POST.getlist("row")
    if not any(keys):
        raise ValidationError(_("Select at least one row."))
    return queryset.filter(pk__in=[queryset.model._meta.pk.to_python(key) for key in keys])


def kept(query: QueryDict, without: str = "") -> str:
    """The filters and the sort in an address, said in one way: nothing empty, by name. Equal lists have equal ones."""
    left = sorted((name, sorted(filter(None, values))) for name, values in query.lists())
    return urlencode([(name, values) for name, values in left if name not in (*PLACE, without)], doseq=True)


def _address(query: QueryDict, **changes: str) -> str:
    """The query string with *changes*, its filters and sort kept, its place forgotten."""
    left = [(name, values) for name, values in query.lists() if name not in (*PLACE, *changes)]
    return f"?{urlencode([*left, *changes.items()], doseq=True)}"


def download(
    request: HttpRequest, rows: QuerySet[Any], export: Sequence[tuple[object, Getter]], kind: str
) -> FileResponse:
    """All *rows* as a file, which is whole on the disk before the first piece is sent.

    Rows are read in pieces; memory holds the packed workbook at most (12 MB for 100,000 rows of ten columns).
    """
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
