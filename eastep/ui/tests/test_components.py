"""The components as HTML, and the markup of form fields."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation
from lxml import html

from eastep.core.money import Money
from eastep.core.text import Text
from eastep.ui.comparing import Row
from eastep.ui.listing import Page
from eastep.ui.steps import Step


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


class Applicant(forms.Form):
    name = forms.CharField(help_text="As in the passport.")
    term = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect, required=False)
    agreed = forms.BooleanField()
    sheet = forms.FileField(required=False)


def test_what_people_write_is_never_markup() -> None:
    hostile = "<script>x</script>"
    source = (
        "{% panel title=t %}{{ t }}{% endpanel %}{% notice 'problem' title=t %}{% endnotice %}{% badge t %}"
        "{% nothing t %}{% endnothing %}{% facts %}{% fact t %}{{ t }}{% endfact %}{% endfacts %}{% name p %}"
        "{% table caption=t %}{% endtable %}{% button t %}{% link_button '/' t %}"
        "{% steps s %}{% back_link '/' t %}{% side title=t %}{% endside %}{% comparison r t t t %}"
        "{% select k t %}{% letter %}{{ t }}{% endletter %}"
    )
    step = Step(name=hostile, note=hostile, url=hostile)
    row = Row(hostile, hostile, 2)
    shown = render(source, t=hostile, s=[step], p=hostile, r=[row], k=SimpleNamespace(pk=hostile))
    assert "<script" not in shown


@pytest.mark.parametrize(
    ("native", "reading", "shown"),
    [
        ("박지민", "", '<span lang="ko">박지민</span>'),
        ("髙﨑 さくら", "", '<span lang="ja">髙﨑 さくら</span>'),
        ("朴智旻", "박", '<span lang="ko">朴智旻</span>'),
        ("佐藤 結衣", "さとう", '<span lang="ja">佐藤 結衣</span>'),
        ("O'Neil", "", "O&#x27;Neil"),
    ],
)
def test_a_name_is_marked_with_its_language(native: str, reading: str, shown: str) -> None:
    class Person:
        family_reading = reading

        def __str__(self) -> str:
            return native

    assert render("{% name person %}", person=Person()) == shown


def test_a_text_is_marked_with_the_language_that_it_is_written_in() -> None:
    with translation.override("ko"):
        assert render("{% text t %}", t=Text(ja="早稲田大学")) == '<span lang="ja">早稲田大学</span>'


def test_money_is_written_for_the_reader_and_for_programs() -> None:
    with translation.override("en"):
        shown = render("{% money m %}", m=Money(Decimal(80000), "JPY"))
    assert shown == '<data class="figure" value="80000 JPY">¥80,000</data>'


def test_a_state_is_said_in_words_with_its_sign() -> None:
    thing = SimpleNamespace(get_state_display=lambda: "Placed", tone="good")
    assert render("{% state t %}", t=thing) == (
        '<span class="badge good"><span aria-hidden="true">✓</span> Placed</span>'
    )


@pytest.mark.parametrize("source", ["{% badge 'x' 'pink' %}", "{% button 'x' 'huge' %}"])
def test_a_tone_that_nobody_knows_is_an_error(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        render(source)


def test_the_heading_of_the_sorted_column_says_which_way() -> None:
    page: Page[Any] = Page(
        rows=[], count=0, capped=False, sort="-name", sorts={"name": "?sort=name", "age": "?sort=age"}
    )
    sorted_column = html.fromstring(render("{% sorted_by p 'name' 'Name' %}", p=page))
    other = html.fromstring(render("{% sorted_by p 'age' 'Age' number=True %}", p=page))
    assert (sorted_column.get("aria-sort"), other.get("aria-sort"), other.get("class")) == (
        "descending",
        None,
        "number",
    )


def test_the_pager_counts_in_words() -> None:
    def counted(count: int = 1, capped: bool = False) -> str:
        page: Page[Any] = Page(rows=["row"], count=count, capped=capped, sort="pk")
        return str(html.fromstring(render("{% pager p %}", p=page)).xpath("string(.//p)")).strip()

    with translation.override("en"):
        assert counted() == "1 entry"
        assert counted(count=2345) == "2,345 entries"
        assert counted(count=10_000, capped=True) == "More than 10,000 entries"


def test_steps_say_where_one_is() -> None:
    taken = [
        Step(name="a", state="done", url="/a/"),
        Step(name="b", state="now", url="/b/", note="3 rows to mend"),
        Step(name="c"),
    ]
    with translation.override("en"):
        items = html.fromstring(render("{% steps s %}", s=taken)).xpath("//li")
    assert [" ".join(item.text_content().split()) for item in items] == [
        "Done: a",
        "Now: b 3 rows to mend",
        "Later: c",
    ]
    assert [item.get("aria-current") for item in items] == [None, "step", None]
    assert [item.xpath("string(.//a/@href)") for item in items] == ["/a/", "/b/", ""]


def test_a_comparison_says_what_is_different() -> None:
    rows = [
        Row("Placed", 544, 1560),
        Row("Score", Decimal("81.5"), Decimal("80.25")),
        Row("Seed", "2027", "2028"),
        Row("Applicants", 900, 900),
    ]
    with translation.override("en"):
        lines = html.fromstring(render("{% comparison r 'A' 'B' 'Both' %}", r=rows)).xpath("//tbody/tr")
    assert [[" ".join(cell.text_content().split()) for cell in line] for line in lines] == [
        ["Placed", "544", "1,560", "+1,016"],
        ["Score", "81.5", "80.25", "−1.25"],
        ["Seed", "2027", "2028", "differs"],
        ["Applicants", "900", "900", "the same"],
    ]


def test_a_letter_is_marked_with_the_language_it_is_written_in() -> None:
    shown = render("{% language 'ko' %}{% letter %}x{% endletter %}{% endlanguage %}")
    assert shown == '<article class="letter" lang="ko">x</article>'


def test_the_boxes_of_a_list_belong_to_its_form_and_have_names() -> None:
    kind = SimpleNamespace(pk=7)
    with translation.override("en"):
        cell = html.fromstring(f"<table><tr>{render('{% select k n %}', k=kind, n='<Kim>')}</tr></table>")
    box = cell.xpath("//input")[0]
    assert (box.get("name"), box.get("value"), box.get("form")) == ("row", "7", "bulk")
    assert cell.text_content().strip() == "Select: <Kim>"


def test_progress_asks_as_often_as_it_is_told() -> None:
    shown = html.fromstring(render("{% progress url='/job/' text='Placing' done=3 total=9 every=5 %}"))
    bar = shown.xpath("//progress")[0]
    assert (shown.get("hx-get"), shown.get("hx-trigger"), bar.get("value"), bar.get("max")) == (
        "/job/",
        "every 5s",
        "3",
        "9",
    )
    assert shown.xpath("string(//noscript//a/@href)") == ""  # without JavaScript: this page again


def test_each_error_belongs_to_its_field() -> None:
    with translation.override("en"):
        fields = html.fromstring(f"<form>{Applicant({'name': ''})}</form>")
    control = fields.get_element_by_id("id_name")
    described = [fields.get_element_by_id(id_) for id_ in str(control.get("aria-describedby")).split()]
    assert [element.text_content().strip() for element in described] == [
        "As in the passport.",
        "This field is required.",
    ]
    assert control.get("aria-invalid") == "true"
    every_id = [element.get("id") for element in fields.iter() if element.get("id")]
    assert len(every_id) == len(set(every_id))


def test_every_control_has_a_label_and_required_is_a_word() -> None:
    with translation.override("en"):
        fields = html.fromstring(f"<form>{Applicant()}</form>")
    labels = {label.get("for"): " ".join(label.text_content().split()) for label in fields.iter("label")}
    assert labels == {
        "id_name": "Name required",
        "id_term_0": "A",
        "id_agreed": "Agreed required",
        "id_sheet": "Sheet",
    }
    assert [" ".join(legend.text_content().split()) for legend in fields.iter("legend")] == ["Term"]


def test_placeholders_are_left_out() -> None:
    class Login(forms.Form):
        name = forms.CharField(
            widget=forms.TextInput(attrs={"placeholder": "Name", "autocomplete": "username"})
        )

    shown = str(Login())
    assert ("placeholder" in shown, 'autocomplete="username"' in shown) == (False, True)
