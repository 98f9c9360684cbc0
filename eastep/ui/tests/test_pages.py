"""Whole pages, parts, 422, and the three errors."""

import json

import pytest
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import include, path

from eastep.core.errors import Refused
from eastep.ui.middleware import RefusalsAsPages
from eastep.ui.pages import page
from eastep.ui.views import examples

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
WHOLE = {"HX-Request": "true", "HX-Request-Type": "full"}
ERRORS: dict[str, Exception] = {
    "refused": Refused("All places are taken.", code="no_places"),
    "denied": PermissionDenied("You are not the host."),
    "invalid": ValidationError({"end": ["The end lies before the start."]}),
}


class NameForm(forms.Form):
    name = forms.CharField()


def example(request: HttpRequest) -> HttpResponse:
    form = NameForm(request.POST if request.method == "POST" else None)
    return page(request, "ui/components.html", {**examples(), "form": form, "done": 100}, fragment="job")


def broken(request: HttpRequest, error: str) -> HttpResponse:
    raise ERRORS[error]


urlpatterns = [
    path("example/", example),
    path("broken/<error>/", broken),
    path("", include("eastep.website.urls")),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.mark.parametrize(("headers", "whole"), [({}, True), (WHOLE, True), (PART, False)])
def test_htmx_gets_the_part_it_asks_for(client, headers, whole) -> None:
    answer = client.get("/example/", headers=headers)
    assert (answer.status_code, "<html" in answer.content.decode()) == (200, whole)
    assert "All applicants are placed." in answer.content.decode()
    assert {"HX-Request", "HX-Request-Type"} <= {name.strip() for name in answer["Vary"].split(",")}


def test_a_form_with_errors_is_422_and_an_untouched_one_is_not(rf: RequestFactory) -> None:
    def status(*values: object) -> int:
        return page(
            rf.get("/"), "ui/post_button.html", {"values": list(values), "one": values[0]}
        ).status_code

    formset = forms.formset_factory(NameForm)
    assert status(NameForm()) == 200
    assert status(NameForm({"name": "Kim"})) == 200
    assert status(NameForm({"name": ""})) == 422
    assert status("x", NameForm({"name": ""})) == 422
    wrong = {"f-TOTAL_FORMS": "1", "f-INITIAL_FORMS": "1", "f-0-name": ""}
    assert status(formset(wrong, prefix="f")) == 422


def test_the_status_can_be_said(rf: RequestFactory) -> None:
    assert page(rf.get("/"), "ui/post_button.html", {"form": NameForm({})}, status=200).status_code == 200


@pytest.mark.parametrize(
    ("error", "status", "code", "reason"),
    [
        ("refused", 409, "no_places", "All places are taken."),
        ("denied", 403, "not_permitted", "You are not the host."),
        ("invalid", 422, "invalid", "end: The end lies before the start."),
    ],
)
def test_an_error_says_its_reason_as_page_and_as_json(client, error, status, code, reason) -> None:
    answer = client.get(f"/broken/{error}/")
    assert answer.status_code == status
    assert reason in answer.content.decode()
    answer = client.get(f"/broken/{error}/", headers={"Accept": "application/json"})
    assert (answer.status_code, json.loads(answer.content)) == (status, {"error": code, "message": reason})


def test_an_error_replaces_the_whole_page_when_htmx_asked_for_a_part(client) -> None:
    assert client.get("/broken/refused/", headers=PART)["HX-Retarget"] == "body"


def test_another_error_is_left_to_be_seen(rf: RequestFactory) -> None:
    assert (
        RefusalsAsPages(lambda _request: HttpResponse()).process_exception(rf.get("/"), KeyError("x")) is None
    )


@pytest.mark.parametrize("language", ["en", "ja", "ko"])
def test_a_failure_has_a_page_that_needs_no_database(client, language, monkeypatch) -> None:
    client.raise_request_exception = False
    monkeypatch.setitem(ERRORS, "refused", RuntimeError("a bug"))
    answer = client.get("/broken/refused/", headers={"Accept-Language": language})
    assert (answer.status_code, f'<html lang="{language}"' in answer.content.decode()) == (500, True)


def test_every_page_is_under_the_strict_policy(client) -> None:
    answer = client.get("/ui/")
    text = answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert not [
        found for found in (" style=", "<style", " onclick=", "hx-on", "javascript:") if found in text
    ]


def test_the_example_of_a_job_ends_and_never_stumbles(client) -> None:
    assert client.get("/ui/progress/").status_code == 302  # without HTMX there is only the whole page
    assert "?done=40" in client.get("/ui/progress/?done=30", headers=PART).content.decode()
    assert "?done=10" in client.get("/ui/progress/?done=x", headers=PART).content.decode()
    assert "All applicants are placed." in client.get("/ui/progress/?done=90", headers=PART).content.decode()


@override_settings(DEMO=True)
def test_the_demonstration_says_that_it_is_one(client) -> None:
    assert "This is a demonstration." in client.get("/ui/").content.decode()


def test_a_button_beneath_a_list_gets_the_rows_that_were_chosen(client) -> None:
    posted = {"which": "all", "query": "text=savedview", "next": "/ui/list/?text=savedview"}
    answer = client.post("/ui/list/chosen/", posted)
    assert (answer.status_code, answer["Location"]) == (302, "/ui/list/?text=savedview")
    assert "The button got 1 row." in client.get("/ui/list/").content.decode()
    assert client.post("/ui/list/chosen/", {"which": "ticked"}).status_code == 422


def test_the_part_of_a_list_is_the_list_alone(client) -> None:
    part = client.get("/ui/list/?text=savedview", headers=PART).content.decode()
    assert ("<html" in part, 'id="rows"' in part, 'id="bulk"' in part) == (False, True, True)


def test_the_end_of_a_job_answers_with_its_part_alone(client) -> None:
    part = client.get("/ui/progress/?done=90", headers=PART).content.decode()
    assert ("<html" in part, "hx-get" in part, "All applicants are placed." in part) == (False, False, True)
