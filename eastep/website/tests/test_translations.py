"""What is collected from code and templates, and what a catalog may lack."""

import gettext
from pathlib import Path
from threading import Thread

import pytest
from babel.messages.catalog import Catalog, Message

from eastep.website import translations

CODE = '''

HEADING = gettext_lazy("Places")
MAY = pgettext_lazy("month", "May")

def words(count, name, variable):
    """_("not in a docstring")"""
    # Translators: seen on the door
    door = _("Open, {name}")
    long = _("one "
             "sentence")
    ngettext("{count} place", "{count} places", count)
    npgettext("seat", "one place", "some places", count)
    pgettext("verb", "May")
    return _(variable), f"{_('inside an f-string')}"
'''
TEMPLATE = """
{% load i18n %}<h1 title="{% translate "May" context "month" %}">{% translate "It's 100%" %}</h1>
      {% blocktranslate trimmed with name=user.name %}
        Dear {{ name }},
        you are "in".
      {% endblocktranslate %}
  {% blocktranslate trimmed context "seat" count number=rows|length %}
    {{ number }} row
  {% plural %}
    {{ number }} rows
  {% endblocktranslate %}
 {% panel title=_("Documents") %}{{ note|default:_("none yet") }}{% endpanel %}
{% comment %}{% translate "commented out" %}{% endcomment %}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A package with one module, one page and what is to be passed over."""
    package = tmp_path / "package"
    files = {
        "app/words.py": CODE,
        "app/templates/app/page.html": TEMPLATE,
        "app/templates/app/mail.txt": '{% translate "Your place" %}',
        "app/tests/test_words.py": '_("in a test")',
        "app/migrations/0001_first.py": '_("in a migration")',
        "app/static/app/page.js": '_("in a script")',
    }
    for name, text in files.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text, encoding="utf-8")
    return package


def test_collects_code_and_templates(source: Path) -> None:
    found = {
        (message.context, message.id, tuple(place for place, _line in message.locations))
        for message in translations.collect(source)
        if message.id
    }
    words, page, mail = (
        "package/app/words.py",
        "package/app/templates/app/page.html",
        "package/app/templates/app/mail.txt",
    )
    assert found == {
        (None, "Places", (words,)),
        ("month", "May", (page, words)),
        ("verb", "May", (words,)),
        (None, "Open, {name}", (words,)),
        (None, "one sentence", (words,)),
        (None, ("{count} place", "{count} places"), (words,)),
        ("seat", ("one place", "some places"), (words,)),
        (None, "inside an f-string", (words,)),
        (None, "It's 100%%", (page,)),
        (None, 'Dear %(name)s, you are "in".', (page,)),
        ("seat", ("%(number)s row", "%(number)s rows"), (page,)),
        (None, "Documents", (page,)),
        (None, "none yet", (page,)),
        (None, "Your place", (mail,)),
    }


def test_keeps_remarks_to_translators(source: Path) -> None:
    message = translations.collect(source).get("Open, {name}")
    assert message is not None
    assert message.auto_comments == ["Translators: seen on the door"]


@pytest.mark.parametrize(
    ("source", "translated", "flags", "lacks"),
    [
        ("Hello", "こんにちは", (), ""),
        ("Hello", "", (), "is not translated"),
        (
            "Hello",
            "さようなら",
            ("fuzzy",),
            "was changed; look at the translation again, then remove the word fuzzy",
        ),
        ("Hello, {name}", "{name}さん、こんにちは", (), ""),
        ("Hello, {name}", "こんにちは", (), "has other placeholders than the translation 'こんにちは'"),
        ("%(n)s rows", "{n}行", (), "has other placeholders than the translation '{n}行'"),
        (("One row", "{n} rows"), ("{n}行",), (), ""),
        (("One row", "{n} rows"), ("",), (), "is not translated"),
        (("One row", "{n} rows"), ("一行",), (), "has other placeholders than the translation '一行'"),
    ],
)
def test_what_a_translation_can_lack(
    source: str | tuple[str, str], translated: str | tuple[str], flags: tuple[str, ...], lacks: str
) -> None:
    assert translations.lack(Message(source, translated, flags=flags)) == lacks


def test_catalog_must_hold_what_the_source_holds() -> None:
    source, catalog = Catalog(), Catalog(locale="ja")
    source.add("May", context="month", locations=[("app/words.py", 3)])
    source.add("May", context="verb", locations=[("app/words.py", 4)])
    catalog.add("May", "5月", context="month")
    catalog.add("June", "6月")
    assert list(translations.problems(source, "ja", catalog)) == [
        "ja: 'May' (app/words.py) is not in the catalog; run bin/messages",
        "ja: 'June' is in the catalog, but in no source; run bin/messages",
    ]


def test_updated_and_compiled_catalogs_are_read_by_django(
    source: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = source.rename(source.with_name("eastep"))
    monkeypatch.setattr(translations, "ROOT", package.parent)
    assert translations.main("update") == 0
    assert translations.main("check") == 1

    words = translations.file("ko")
    text = words.read_text(encoding="utf-8")
    assert '"Plural-Forms: nplurals=1; plural=0;\\n"' in text
    text = text.replace('msgid "Places"\nmsgstr ""', 'msgid "Places"\nmsgstr "자리"')
    text = text.replace(
        'msgid_plural "{count} places"\nmsgstr[0] ""',
        'msgid_plural "{count} places"\nmsgstr[0] "{count}자리"',
    )
    text = text.replace(
        'msgctxt "month"\nmsgid "May"\nmsgstr ""', 'msgctxt "month"\nmsgid "May"\nmsgstr "5월"'
    )
    words.write_text(text, encoding="utf-8")
    assert translations.main("update") == 0  # keeps what is translated

    with words.with_suffix(".mo").open("rb") as compiled:
        korean = gettext.GNUTranslations(compiled)
    assert korean.gettext("Places") == "자리"
    assert korean.ngettext("{count} place", "{count} places", 2) == "{count}자리"
    assert korean.pgettext("month", "May") == "5월"
    assert korean.pgettext("verb", "May") == "May"
    assert "14 sentences, 11 to translate" in capsys.readouterr().out


def test_a_second_update_changes_nothing(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "ROOT", source.rename(source.with_name("eastep")).parent)
    translations.main("update")
    once = translations.file("ja").read_bytes()
    translations.main("update")
    assert translations.file("ja").read_bytes() == once


def test_of_two_updates_at_once_the_second_waits(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = source.rename(source.with_name("eastep"))
    monkeypatch.setattr(translations, "ROOT", package.parent)
    other = Thread(target=translations.main, args=["update"])
    with translations.alone():
        other.start()
        other.join(0.2)
        assert other.is_alive()
        assert not translations.file("ja").exists()
    other.join()
    assert translations.main("check") == 1  # untranslated, but whole
