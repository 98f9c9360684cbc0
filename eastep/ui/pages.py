"""How every view answers: a whole page, or the part of it that HTMX asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from eastep.people.models import User


class PersonRequest(HttpRequest):
    """The request of somebody who has signed in: for annotations in views behind `login_required`."""

    user: User


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    fragment: str | None = None,
    status: int | None = None,
) -> HttpResponse:
    """The page, or only its partial *fragment* when HTMX asks for a part; 422 where a form in it has errors.

    Where `listing()` has made a download, that is the answer.
    """
    context = dict(context or {})
    if isinstance(download := context.get("download"), HttpResponseBase):
        return download  # type: ignore[return-value]
    if status is None and any(map(_has_errors, _forms_in(context.values()))):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    name = f"{template}#{fragment}" if fragment and wants_part(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Request-Type"])
    return response


def wants_part(request: HttpRequest) -> bool:
    """Whether HTMX will put the answer into a part of the page that is there already."""
    return request.headers.get("HX-Request-Type") == "partial"


def own_address(request: HttpRequest, default: str = "/", name: str = "next") -> str:
    """Where the form asks to go on, if that is an address of ours; *default* for any other."""
    then = request.POST.get(name, "")
    return (
        then if url_has_allowed_host_and_scheme(then, {request.get_host()}, request.is_secure()) else default
    )


def _forms_in(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        yield from value if isinstance(value, list | tuple) else [value]


def _has_errors(value: Any) -> bool:
    return isinstance(value, BaseForm | BaseFormSet) and value.is_bound and not value.is_valid()
