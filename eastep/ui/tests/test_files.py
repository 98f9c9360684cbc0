"""Several files at once: all good ones, and each bad one by its name."""

from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from lxml import html

from eastep.ui.files import SheetsField


class Sheets(forms.Form):
    sheets = SheetsField(most=2, largest=3 * 2**20)


def hand_in(*files: tuple[str, int]) -> Sheets:
    made: list[Any] = [SimpleUploadedFile(name, b"x" * size) for name, size in files]
    return Sheets({}, MultiValueDict({"sheets": made}))


def test_all_files_arrive_in_their_order() -> None:
    form = hand_in(("places.xlsx", 3 * 2**20), ("志願者.csv", 1))
    assert form.is_valid()
    assert [file.name for file in form.cleaned_data["sheets"]] == ["places.xlsx", "志願者.csv"]


@pytest.mark.parametrize(
    ("files", "errors"),
    [
        ([], ["This field is required."]),
        ([("a.csv", 0), ("b.csv", 1)], ["“a.csv” is empty."]),
        (
            [("a.csv", 3 * 2**20 + 1)],
            ["“a.csv” is larger than 3 MB. Take out pictures and sheets that are not needed, and try again."],
        ),
        ([("a.csv", 1), ("b.csv", 1), ("c.csv", 1)], ["Choose at most 2 files at once."]),
    ],
)
def test_each_bad_file_is_named(files: list[tuple[str, int]], errors: list[str]) -> None:
    with translation.override("en"):
        assert hand_in(*files).errors == {"sheets": errors}


def test_none_is_an_empty_list_where_none_is_needed() -> None:
    class Optional(forms.Form):
        sheets = SheetsField(required=False)

    form = Optional({}, MultiValueDict())
    assert (form.is_valid(), form.cleaned_data) == (True, {"sheets": []})


def test_the_limits_are_told_before_anything_is_sent() -> None:
    with translation.override("en"):
        shown = html.fromstring(f"<form>{Sheets()}</form>")
    control = shown.get_element_by_id("id_sheets")
    told = shown.get_element_by_id(str(control.get("aria-describedby"))).text_content().strip()
    assert told == "XLSX, XLS, ODS, CSV or TSV; at most 2 files of 3 MB each."
    assert ("multiple" in control.attrib, control.get("data-largest"), control.get("data-most")) == (
        True,
        "3145728",
        "2",
    )
    assert str(control.get("data-too-large")).startswith("“{name}” is larger than 3 MB.")
    assert len(shown.xpath("//div[@class='drop']/div[@role='status']")) == 1
