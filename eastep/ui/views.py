"""The page that shows every component once: for those who build pages, and for the test of how they look."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from eastep.core.money import Money
from eastep.core.text import Text
from eastep.ui.charts import bars, histogram
from eastep.ui.comparing import Row
from eastep.ui.files import SheetsField
from eastep.ui.listing import COUNTED, Page, listing, selected
from eastep.ui.pages import own_address, page, wants_part
from eastep.ui.steps import Step


@dataclass(frozen=True)
class Example:
    """A person as far as `name` needs one."""

    written: str
    family_reading: str = ""

    def __str__(self) -> str:
        return self.written


class ExampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        label=gettext_lazy("Title of the round"), help_text=gettext_lazy("As applicants will see it.")
    )
    places = forms.IntegerField(label=pgettext_lazy("capacity", "Places"), min_value=1)
    term = forms.ChoiceField(
        label=gettext_lazy("Term"), choices=[("2027-spring", "2027-spring"), ("2027-autumn", "2027-autumn")]
    )
    length = forms.ChoiceField(
        label=gettext_lazy("Length of the stay"),
        choices=[("term", gettext_lazy("one term")), ("year", gettext_lazy("an academic year"))],
        widget=forms.RadioSelect,
        required=False,
    )
    note = forms.CharField(
        label=pgettext_lazy("remark", "Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    sheet = forms.FileField(
        label=gettext_lazy("Sheet of places"),
        help_text=gettext_lazy("XLSX, XLS, ODS or CSV."),
        required=False,
    )
    results = SheetsField(label=gettext_lazy("Sheets of language results"), required=False)
    checked = forms.BooleanField(
        label=gettext_lazy("The figures were checked by a second person."), required=False
    )


def ui(request: HttpRequest) -> HttpResponse:
    """All components. Sent with nothing filled in, the form shows its errors."""
    form = ExampleForm(request.POST, request.FILES) if request.method == "POST" else ExampleForm()
    return page(request, "ui/components.html", {"form": form, **examples()})


def ui_progress(request: HttpRequest) -> HttpResponse:
    """The example of a job: each question finds it a tenth further."""
    if not wants_part(request):
        return redirect("ui")
    done = request.GET.get("done", "")
    further = min(int(done) + 10, 100) if done.isdecimal() else 10
    return page(request, "ui/components.html", {"done": further}, fragment="job")


class KindFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The filter of the example of a list."""

    text = django_filters.CharFilter(
        "model",
        "icontains",
        label=gettext_lazy("Name contains"),
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    class Meta:
        model = ContentType
        fields = ("text",)


def ui_list(request: HttpRequest) -> HttpResponse:
    """A list with all that lists have, of what every installation has: the kinds of its records."""
    found = listing(
        request,
        ContentType.objects.all(),
        KindFilter,
        sorts={"name": ("model", "pk"), "app": ("app_label", "model", "pk")},
        export=[(_("Name"), lambda kind: kind.model), (_("App"), lambda kind: kind.app_label)],
        per_page=10,
    )
    return page(request, "ui/list.html", found, fragment="rows")


@require_POST
def ui_chosen(request: HttpRequest) -> HttpResponse:
    """What a button beneath the example does: it counts the rows it got."""
    number = selected(request, ContentType.objects.all(), KindFilter).count()
    sentence = ngettext("The button got {number} row.", "The button got {number} rows.", number)
    messages.success(request, sentence.format(number=number))
    return redirect(own_address(request, reverse("ui_list")))


def ui_letters(request: HttpRequest) -> HttpResponse:
    """The layout of pages that are printed and given to people, each in their language."""
    host = Text(en="Waseda University", ja="早稲田大学", ko="와세다대학")
    return page(request, "ui/letters_example.html", {"languages": ["ja", "ko", "en"], "host": host})


def examples() -> dict[str, Any]:
    """What the components show."""
    directions = [(_("Japan to Korea"), (212, 180)), (_("Korea to Japan"), (688, 196))]
    ranks = [("1", 171), ("2", 88), ("3", 40), ("4", 21), ("5–20", 18)]
    universities: list[Any] = [
        ("東京大学", "ja", 12),
        ("연세대학교", "ko", 9),
        ("Waseda University", "en", 31),
    ]
    return {
        "people": [
            Example("박지민"),
            Example("髙﨑 さくら"),
            Example("朴智旻", "박지민"),
            Example("Park Jimin"),
        ],
        "title_text": Text(en="Autumn round", ja="秋学期の募集", ko="가을학기 모집"),
        "only_japanese": Text(ja="早稲田大学"),
        "amount": Money(Decimal(80000), "JPY"),
        "steps": [
            Step(name=_("Bring in"), state="done", url=reverse("ui")),
            Step(name=_("Check"), state="now", url=reverse("ui_list"), note=_("3 rows to mend")),
            Step(name=_("Simulate")),
            Step(name=_("Adjust and freeze")),
            Step(name=_("Take away")),
        ],
        "compared": [
            Row(_("Placed"), 544, 1560),
            Row(_("Not placed"), 356, 340),
            Row(_("Seed of the lottery"), "2027", "2028"),
            Row(_("Applicants"), 900, 900),
        ],
        "example": Page(
            rows=universities,
            count=COUNTED,
            capped=True,
            sort="name",
            next="?after=example",
            sorts={"name": "?sort=-name", "places": "?sort=places"},
            downloads={"xlsx": "?export=xlsx", "csv": "?export=csv"},
        ),
        "by_direction": bars(
            _("Applicants and places by direction"),
            directions,
            [_("Applicants"), pgettext("capacity", "Places")],
        ),
        "by_rank": histogram(_("Which choice the placed applicants got"), ranks, _("Applicants")),
    }
