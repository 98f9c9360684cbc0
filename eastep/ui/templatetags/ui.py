"""The components. Each is shown on /ui/; all are built in, no {% load %} is needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from eastep.core.text import joined

if TYPE_CHECKING:
    from eastep.core.money import Money
    from eastep.core.text import Text
    from eastep.people.names import Named
    from eastep.ui.charts import Chart
    from eastep.ui.comparing import Row
    from eastep.ui.listing import Page
    from eastep.ui.steps import Step

register = template.Library()

TONES = {  # tone: (sign, word that is read out)
    "info": ("i", _("For your information")),
    "good": ("✓", _("Done")),
    "warning": ("!", _("Please note")),
    "problem": ("×", _("Problem")),
}
BADGES = ("plain", *TONES)
BUTTONS = ("primary", "plain", "danger")
HANGUL = re.compile(r"[\u1100-\u11ff\uac00-\ud7a3]")
KANA = re.compile(r"[\u3040-\u30ff\uff66-\uff9f]")
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


# What wraps something


@register.simple_block_tag
def panel(content: SafeString, title: object = "", level: int = 2) -> SafeString:
    """A part of the page with a heading."""
    heading = format_html("<h{}>{}</h{}>", level, title, level) if title else ""
    return format_html('<section class="panel">{}{}</section>', heading, content)


@register.simple_block_tag
def notice(content: SafeString, tone: str = "info", title: object = "") -> SafeString:
    """A box that says something; its tone is said in words, too, never by colour alone."""
    sign, word = TONES[tone]
    heading = title or word
    return format_html(
        '<div class="notice {}" role="{}"><span class="sign" aria-hidden="true">{}</span>'
        "<div><p><strong>{}</strong></p>{}</div></div>",
        tone,
        "alert" if tone == "problem" else "status",
        sign,
        heading,
        content,
    )


@register.simple_block_tag
def nothing(content: SafeString, text: object) -> SafeString:
    """What stands where a list is still empty, with what can be done about it."""
    return format_html('<div class="nothing"><p><strong>{}</strong></p>{}</div>', text, content)


@register.simple_block_tag
def facts(content: SafeString) -> SafeString:
    """A list of names and values, made of `fact`."""
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_block_tag
def fact(content: SafeString, name: object) -> SafeString:
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", name, content)


@register.simple_block_tag
def table(content: SafeString, caption: object) -> SafeString:
    """A table that scrolls sideways by itself, never the page; also with the keyboard."""
    return format_html(
        '<div class="scroll" role="region" aria-label="{}" tabindex="0">'
        "<table><caption>{}</caption>{}</table></div>",
        caption,
        caption,
        content,
    )


@register.simple_block_tag
def actions(content: SafeString) -> SafeString:
    """The buttons beneath a form or a panel, the main one first."""
    return format_html('<div class="actions">{}</div>', content)


@register.simple_block_tag
def sides(content: SafeString) -> SafeString:
    """Two things to compare, each a `side`: beside each other, on a telephone one beneath the other."""
    return format_html('<div class="sides">{}</div>', content)


@register.simple_block_tag
def side(content: SafeString, title: object, level: int = 2) -> SafeString:
    """One of the two `sides`."""
    return panel(content, title, level)


@register.simple_block_tag
def letter(content: SafeString) -> SafeString:
    """One letter on paper of its own, in the language that is active where it stands: `{% language code %}`."""
    return format_html('<article class="letter" lang="{}">{}</article>', get_language(), content)


@register.inclusion_tag("ui/comparison.html")
def comparison(rows: Iterable[Row], first: object, second: object, caption: object) -> dict[str, Any]:
    """The same facts of two things, row by row, with what is different between them."""
    return {"rows": rows, "first": first, "second": second, "caption": caption}


# Buttons and links


@register.simple_tag
def button(text: object, kind: str = "primary", name: str = "", value: str = "", url: str = "") -> SafeString:
    """The button that sends the form around it, to *url* if one is given."""
    sent = format_html(' name="{}" value="{}"', name, value) if name else ""
    to = format_html(' formaction="{}"', url) if url else ""
    return format_html('<button class="{}"{}{}>{}</button>', _one_of(BUTTONS, kind), sent, to, text)


@register.simple_tag
def link_button(url: str, text: object, kind: str = "plain") -> SafeString:
    """A link that looks like a button."""
    return format_html('<a class="button {}" href="{}">{}</a>', _one_of(BUTTONS, kind), url, text)


@register.inclusion_tag("ui/post_button.html")
def post_button(url: str, text: object, kind: str = "primary") -> dict[str, Any]:
    """One POST without any field, as a form of its own."""
    return {"url": url, "text": text, "kind": _one_of(BUTTONS, kind)}


@register.simple_tag
def back_link(url: str, text: object) -> SafeString:
    """The way back to the list, above the heading."""
    return format_html('<p class="back"><a href="{}"><span aria-hidden="true">←</span> {}</a></p>', url, text)


# States and values


@register.simple_tag
def badge(text: object, tone: str = "plain") -> SafeString:
    """A word in a box; its tone has a sign as well as a colour."""
    sign = TONES[tone][0] if _one_of(BADGES, tone) in TONES else ""
    mark = format_html('<span aria-hidden="true">{}</span> ', sign) if sign else ""
    return format_html('<span class="badge {}">{}{}</span>', tone, mark, text)


@register.simple_tag
def state(thing: Any) -> SafeString:
    """The state of *thing* in words; its property `tone`, if it has one, colours it."""
    return badge(thing.get_state_display(), getattr(thing, "tone", "plain"))


@register.simple_tag
def money(amount: Money) -> SafeString:
    """An amount as it is written in the reader's language."""
    return format_html('<data class="figure" value="{} {}">{}</data>', amount.amount, amount.currency, amount)


@register.filter
def grouped(number: float) -> str:
    """A figure with its thousands set apart in the reader's way and a minus sign that is no hyphen; not for names."""
    return number_format(number, force_grouping=True).replace("-", "−")


register.filter("joined", joined)


@register.simple_tag
def name(person: Named) -> SafeString:
    """The person's name, marked with its language: fonts and screen readers depend on it."""
    shown = str(person)
    language = name_language(shown, getattr(person, "family_reading", ""))
    return (
        format_html('<span lang="{}">{}</span>', language, shown) if language else conditional_escape(shown)
    )


def name_language(shown: str, reading: str = "") -> str:
    """The language whose letters a name is drawn with: "ja", "ko", or "" for all others.

    >>> [name_language("박지민"), name_language("朴智旻", "박"), name_language("髙﨑"), name_language("Park")]
    ['ko', 'ko', 'ja', '']
    """
    if HANGUL.search(shown):
        return "ko"
    if KANA.search(shown):
        return "ja"
    if HAN.search(shown):
        return "ko" if HANGUL.search(reading) else "ja"
    return ""


@register.simple_tag
def text(written: Text) -> SafeString:
    """A text of staff's, marked with its language where that is not the reader's."""
    return format_html('<span lang="{}">{}</span>', written.written_in, written)


# Lists


@register.inclusion_tag("ui/filter_form.html", takes_context=True)
def filter_form(context: Context, target: str = "rows") -> dict[str, Any]:
    """The form of the filters, for the context of `listing()`; with HTMX it replaces the element *target*."""
    return {"filters": context["filters"], "page": context["page"], "target": target}


@register.simple_tag
def sorted_by(page: Page[Any], key: str, heading: object, number: bool = False) -> SafeString:
    """The heading of a column by which the list can be sorted."""
    ways = {key: ("ascending", "▲"), f"-{key}": ("descending", "▼")}
    way, sign = ways.get(page.sort, ("", "↕"))
    return format_html(
        '<th scope="col"{}{}><a href="{}">{} <span aria-hidden="true">{}</span></a></th>',
        SafeString(' class="number"' if number else ""),
        format_html(' aria-sort="{}"', way) if way else "",
        page.sorts[key],
        heading,
        sign,
    )


@register.inclusion_tag("ui/pager.html")
def pager(page: Page[Any]) -> dict[str, Any]:
    """How many there are, the pages before and after, and the downloads."""
    return {"page": page}


@register.simple_tag
def keys() -> SafeString:
    """The button that shows with which keys a list can be used."""
    return _keys(get_language())


@lru_cache
def _keys(_language: str | None) -> SafeString:
    """The same on every list: made once a language."""
    return render_to_string("ui/keys.html")


@register.inclusion_tag("ui/saved_views.html", takes_context=True)
def saved_views(context: Context, list_name: str) -> dict[str, Any]:
    """The person's saved views of the list, and what saves or deletes the one that is shown.

    Place it within #rows. *list_name* says which kind of list it is, such as "applicants": a view that was
    saved in one round serves the next.
    """
    request, page = context["request"], context["page"]
    user = getattr(request, "user", None)
    views = None
    if user and user.is_authenticated:
        views = list(user.saved_views.filter(page=list_name).order_by("name"))
    return {
        "views": views,
        "current": next((view for view in views or [] if view.query == page.query), None),
        "page": page,
        "list_name": list_name,
        "here": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def select_page() -> SafeString:
    """The heading above the boxes of `select`: with JavaScript it ticks all of the page."""
    return format_html(
        '<th scope="col" class="tick"><label class="scripted"><input type="checkbox" data-tick-all>'
        '<span class="visually-hidden">{0}</span></label><span class="visually-hidden">{1}</span></th>',
        _("Select all on this page"),
        _("Selection"),
    )


@register.simple_tag
def select(row: Any, name: object = "") -> SafeString:
    """The box that selects *row* for the `bulk` form; *name* is what it is called to those who do not see it."""
    return format_html(
        '<td class="tick"><label><input type="checkbox" name="row" value="{}" form="bulk" autocomplete="off">'
        '<span class="visually-hidden">{}</span></label></td>',
        row.pk,
        _("Select: {name}").format(name=name or row),
    )


@register.simple_block_tag(takes_context=True)
def bulk(context: Context, content: SafeString) -> SafeString:
    """The bar beneath a list that says for which rows, and holds the buttons, each with its `url`.

    The view behind a button gets the rows from `eastep.ui.listing.selected`.
    """
    page: Page[Any] = context["page"]
    if not page.rows:
        return SafeString("")
    shown = ",".join(str(row.pk) for row in page)
    values = {"page": page, "shown": shown, "buttons": content, "here": context["request"].get_full_path()}
    return render_to_string("ui/bulk.html", values, context["request"])


# What takes time


@register.inclusion_tag("ui/steps.html")
def steps(steps: Iterable[Step]) -> dict[str, Any]:
    """The steps of a longer task, each with its state in words, and a link where there is something to open."""
    return {"steps": steps}


@register.inclusion_tag("ui/progress.html")
def progress(url: str, text: object, done: int = 0, total: int = 0, every: int = 1) -> dict[str, Any]:
    """How far a job is (without *total*: that it runs). It asks *url* *every* so many seconds.

    The answer replaces it: this tag again, or what follows when the job is done. Answer with the fragment
    alone, `page(request, …, fragment="job")`, and without reading more than the figures. It is not read out
    each time; the notice that follows it is.
    """
    return {"url": url, "done": done, "total": total, "text": text, "every": every}


@register.inclusion_tag("ui/chart.html")
def chart(chart: Chart, table: bool = True) -> dict[str, Any]:
    """A drawing with its legend, and always the table of its figures beneath; without *table* the page has a fuller one there."""
    return {"chart": chart, "table": table}


# The shell


@register.simple_tag(takes_context=True)
def again(context: Context, block: str) -> SafeString:
    """The content of a block once more: the title of the page is also its heading."""
    rendered: SafeString = context.render_context[BLOCK_CONTEXT_KEY].get_block(block).render(context)
    return rendered


@register.filter
def tone(level: str) -> str:
    """The tone of a notice for a level of Django's messages."""
    return {"success": "good", "warning": "warning", "error": "problem"}.get(level, "info")


@register.inclusion_tag("ui/languages.html", takes_context=True)
def languages(context: Context) -> dict[str, Any]:
    """The switch of languages, each in its own name; works without JavaScript."""
    request: HttpRequest = context["request"]
    return {
        "languages": settings.LANGUAGES,
        "current": (get_language() or settings.LANGUAGE_CODE)[:2],
        "here": request.get_full_path() if request.method == "GET" else request.path,
        "csrf_token": context.get("csrf_token"),
    }


def _one_of(known: Sequence[str], given: str) -> str:
    if given not in known:
        raise template.TemplateSyntaxError(f"{given!r} is none of {', '.join(known)}")
    return given
