"""The three errors, each as a page, as JSON, or as a part of a page: never silent."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from eastep.core.errors import Refused


class RefusalsAsPages:
    """Refused is 409, PermissionDenied 403, ValidationError 422, each with its reason in words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:  # no address of ours; the database takes no such text
            raise Http404
        response = self.get_response(request)
        if "HX-Request" in request.headers and response.status_code >= HTTPStatus.BAD_REQUEST:
            response["HX-Retarget"] = "body"  # a page that refuses replaces the page, not the part asked for
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match exception:
            case Refused():
                return _answer(request, HTTPStatus.CONFLICT, exception.code, [str(exception)])
            case PermissionDenied():
                return _answer(request, HTTPStatus.FORBIDDEN, "not_permitted", [str(exception)])
            case ValidationError():
                return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", _sentences(exception))
        return None


def _sentences(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return error.messages
    return [
        message if name == NON_FIELD_ERRORS else f"{name}: {message}"
        for name, messages in error.message_dict.items()
        for message in messages
    ]


def _answer(request: HttpRequest, status: HTTPStatus, code: str, reasons: list[str]) -> HttpResponse:
    reasons = [reason for reason in reasons if reason]
    if not request.accepts("text/html"):
        return JsonResponse({"error": code, "message": " ".join(reasons)}, status=status)
    return render(request, f"{status.value}.html", {"reasons": reasons, "code": code}, status=status)
