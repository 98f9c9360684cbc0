"""Pages of a sorted queryset that cost the same at row ten and at row one million: no OFFSET.

A cursor holds the sort values of the row where a page ends. What lies beyond it falls into a few ranges of
the order (equal in all columns but the last, equal in all but the last two, …, larger in the first), each
one contiguous range of an index on those columns. They are read nearest first until the page is full. This
holds for mixed directions and for NULLs, which PostgreSQL sorts as the largest value.

django-cursor-pagination (last release 2024-07) and django-keyset-pagination-plus (2026-03) were read: both
ask for all ranges in one OR, where PostgreSQL walks through the ties from the first; one knows no NULL.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Model, QuerySet
from django.http import Http404


@dataclass(frozen=True, kw_only=True)
class Key:
    """One column of an order."""

    path: str
    descending: bool
    field: Field[Any, Any]
    nullable: bool


def keys_of[Row: Model](
    queryset: QuerySet[Row], fields: Sequence[str], *, reverse: bool = False
) -> list[Key]:
    """The order that *fields* name (``-`` descends), made complete by the primary key."""
    if fields[-1].lstrip("-") not in ("pk", queryset.model._meta.pk.name):
        fields = [*fields, "-pk" if fields[-1].startswith("-") else "pk"]
    keys = []
    for name in fields:
        path = name.removeprefix("-")
        field, nullable = _field(queryset, path)
        keys.append(
            Key(path=path, descending=name.startswith("-") != reverse, field=field, nullable=nullable)
        )
    return keys


def read_page[Row: Model](
    queryset: QuerySet[Row], keys: Sequence[Key], *, size: int, after: str = "", before: str = ""
) -> tuple[list[Row], str, str]:
    """Up to *size* rows, with the cursors of the page before them and after ("" where there is none)."""
    queryset = queryset.annotate(**{f"sort_key_{n}": F(key.path) for n, key in enumerate(keys)})
    backwards = bool(before)
    cursor = before or after
    rows: list[Row] = []
    for part in _beyond(queryset, keys, _decode(cursor, keys), backwards) if cursor else [queryset]:
        rows += part.order_by(*_order(keys, backwards))[: size + 1 - len(rows)]
        if len(rows) > size:
            break
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return [], "", ""
    previous = _encode(rows[0], keys) if (more if backwards else cursor) else ""
    following = _encode(rows[-1], keys) if (backwards or more) else ""
    return rows, previous, following


def _field(queryset: QuerySet[Any], path: str) -> tuple[Field[Any, Any], bool]:
    """The column behind *path*, and whether it can be NULL there."""
    if path in queryset.query.annotations:
        return queryset.query.annotations[path].output_field, True
    meta, nullable = queryset.model._meta, False
    for part in path.split("__"):
        found: Any = meta.pk if part == "pk" else meta.get_field(part)
        if not hasattr(found, "to_python"):
            raise FieldDoesNotExist(f"{path} is not one value a row")
        nullable = nullable or found.null
        if found.related_model:
            meta = found.related_model._meta
    return found, nullable


def _order(keys: Sequence[Key], backwards: bool) -> list[str]:
    return [f"-{key.path}" if key.descending != backwards else key.path for key in keys]


def _beyond[Row: Model](
    queryset: QuerySet[Row], keys: Sequence[Key], values: Sequence[Any], backwards: bool
) -> Iterator[QuerySet[Row]]:
    """The ranges beyond the row with *values*, the nearest first."""
    for n in reversed(range(len(keys))):
        equal = {
            key.path if value is not None else f"{key.path}__isnull": value if value is not None else True
            for key, value in zip(keys[:n], values[:n], strict=True)
        }
        key, value = keys[n], values[n]
        falling = key.descending != backwards
        if value is not None:
            yield queryset.filter(**equal, **{f"{key.path}__{'lt' if falling else 'gt'}": value})
        if key.nullable and falling == (value is None):
            yield queryset.filter(**equal, **{f"{key.path}__isnull": not falling})


def _encode(row: Any, keys: Sequence[Key]) -> str:
    values = [getattr(row, f"sort_key_{n}") for n in range(len(keys))]
    text = json.dumps(values, default=str, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str, keys: Sequence[Key]) -> list[Any]:
    """The values in a cursor. Whatever else stands in the address is no page of ours."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or "\\u0000" in json.dumps(values):
            raise Http404
        return [
            None if value is None else key.field.to_python(value)
            for key, value in zip(keys, values, strict=True)
        ]
    except (binascii.Error, ValueError, TypeError, OverflowError, ValidationError) as error:
        raise Http404 from error
