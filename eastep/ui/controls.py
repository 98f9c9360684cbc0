"""The markup of form controls. A page with filters has dozens, and templates take ten times as long to write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.functional import Promise


class Controls(TemplatesSetting):
    """The form renderer (settings.FORM_RENDERER). What is not written here comes from templates."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        widget = context.get("widget")
        if widget is not None:
            widget["attrs"].pop(
                "placeholder", None
            )  # they vanish as one types, and allauth's repeat the label
            if write := WRITTEN.get(template_name):
                return write(widget)
        return super().render(template_name, context, request)


def _box(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{_safe(widget["value"])}"'
    return f'<input type="{_safe(widget["type"])}" name="{_safe(widget["name"])}"{value}{_attributes(widget["attrs"])}>'


def _select(widget: Mapping[str, Any]) -> str:
    groups = []
    for group, options, _index in widget["optgroups"]:
        written = "".join(
            f'<option value="{_safe(option["value"])}"{_attributes(option["attrs"])}>{_safe(option["label"])}</option>'
            for option in options
        )
        groups.append(f'<optgroup label="{_safe(group)}">{written}</optgroup>' if group else written)
    return f'<select name="{_safe(widget["name"])}"{_attributes(widget["attrs"])}>{"".join(groups)}</select>'


def _attributes(attributes: Mapping[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{_safe(value)}"'
        for name, value in attributes.items()
        if value is not False
    )


def _safe(value: object) -> str:
    """As HTML. Django's own way is slower."""
    if isinstance(value, Promise):
        value = str(value)
    written: str = value.__html__() if hasattr(value, "__html__") else escape(str(value))
    return written


FOLDER = "django/forms/widgets"
BOXES = ("text", "number", "email", "password", "hidden", "date", "search", "tel", "url")
WRITTEN: dict[str, Callable[[Mapping[str, Any]], str]] = {
    f"{FOLDER}/select.html": _select,
    **{f"{FOLDER}/{name}.html": _box for name in BOXES},
}
