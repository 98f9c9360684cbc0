"""Papers and seals that people hand in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from eastep.agreements.models import Version
from eastep.agreements.states import PaperKind
from eastep.core.text import joined_lazy
from eastep.documents.media import ENDINGS, IMAGES, LARGEST, PAPERS, CheckedFile, checked_file

SEAL_LARGEST = 2 * 2**20  # bytes


class MediaField(forms.FileField):
    """One file, judged by what it holds: cleaned to a `CheckedFile`, or None."""

    def __init__(self, *, kinds: Collection[str] = PAPERS, largest: int = LARGEST, **given: Any) -> None:
        self.kinds, self.largest = kinds, largest
        offered = joined_lazy(sorted(kind.partition("/")[2].upper() for kind in kinds))
        limits = format_lazy(_("{kinds}; at most {megabytes} MB."), kinds=offered, megabytes=largest // 2**20)
        given.setdefault("help_text", limits)
        super().__init__(**given)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        accepted = ",".join(ending for kind in self.kinds for ending in ENDINGS[kind])
        return {**super().widget_attrs(widget), "accept": accepted}

    def clean(self, data: Any, initial: Any = None) -> CheckedFile | None:
        upload = super().clean(data, initial)
        return checked_file(upload, kinds=self.kinds, largest=self.largest) if upload else None


class PaperForm(forms.Form):
    """A file for one of the versions."""

    version = forms.ModelChoiceField(label=_("Version"), queryset=Version.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label=_("Kind of paper"), choices=PaperKind.choices)
    file = MediaField(label=_("File"))
    checked = forms.BooleanField(
        label=_("I have compared this paper with the content of that version: both say the same."),
        required=False,
    )

    def __init__(self, *args: Any, versions: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        field: Any = self.fields["version"]
        field.queryset = versions.order_by("-number")
        field.label_from_instance = lambda version: f"{version.number} · {version.get_state_display()}"


class SealForm(forms.Form):
    """The image of one's own seal."""

    image = MediaField(
        label=_("Image of your seal"),
        kinds=IMAGES,
        largest=SEAL_LARGEST,
        help_text=_("PNG or JPEG; at most 2 MB. Best a PNG with nothing behind the seal."),
    )
