"""A person who has signed in reads in the language they chose, on any machine."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation


class OwnLanguage:
    """Activates the signed-in person's language; for everybody else the cookie and the browser decide."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)
