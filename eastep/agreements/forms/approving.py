"""What is asked of whoever approves, refuses or records."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eastep.agreements.forms.conditions import day_field
from eastep.agreements.forms.papers import MediaField
from eastep.agreements.models import Seal
from eastep.agreements.states import PaperKind, Way
from eastep.core.text import no_direction_marks


class SeenForm(forms.Form):
    """A form that names, in a hidden field, what the person has read."""

    def see(self, **seen: object) -> None:
        """Show what was typed once more; it counts as typed in sight of what is *seen* now."""
        self.data = {**dict(self.data.items()), **seen}


class ApproveForm(SeenForm):
    """*sha256* is of what the person has read."""

    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    signed_name = forms.CharField(
        label=gettext_lazy("Name of who signs"), max_length=200, validators=[no_direction_marks]
    )
    signed_position = forms.CharField(
        label=gettext_lazy("Position of who signs"),
        max_length=200,
        required=False,
        validators=[no_direction_marks],
    )
    way = forms.ChoiceField(label=gettext_lazy("How this side signs"), widget=forms.RadioSelect)
    scan = MediaField(
        label=gettext_lazy("Scan of the signed paper"),
        help_text=gettext_lazy("Only for a signature on paper. PDF, PNG or JPEG; at most 20 MB."),
        required=False,
    )
    signed_on = day_field(
        gettext_lazy("Date on the paper"), gettext_lazy("Only for a signature on paper."), required=False
    )

    def __init__(self, *args: Any, seal: Seal | None, **given: Any) -> None:
        """*seal* is the person's own at this institution, if there is one."""
        super().__init__(*args, **given)
        self.seal = seal
        ways = [Way.EASTEP, Way.SEAL, Way.INK] if seal else [Way.EASTEP, Way.INK]
        field: Any = self.fields["way"]
        field.choices = [(way.value, way.label) for way in ways]
        self.initial.setdefault("way", Way.EASTEP)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("way") == Way.INK:
            if not given.get("scan") and "scan" not in self.errors:
                self.add_error("scan", _("Choose the scan of the signed paper."))
            if not given.get("signed_on") and "signed_on" not in self.errors:
                self.add_error("signed_on", _("Give the date on the signed paper."))
        return given


class RefuseForm(SeenForm):
    """Why this side does not agree."""

    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The partner reads it. Say what should be different."),
        max_length=2_000,
        validators=[no_direction_marks],
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RecordForm(SeenForm):
    """That the content was signed outside EASTEP: when, by whom, and the paper that shows it."""

    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    signed_name = forms.CharField(
        label=gettext_lazy("Who signed for your side"), max_length=200, validators=[no_direction_marks]
    )
    signed_position = forms.CharField(
        label=gettext_lazy("Position of who signed"),
        max_length=200,
        required=False,
        validators=[no_direction_marks],
    )
    effective_on = day_field(
        gettext_lazy("Date of the last signature"),
        gettext_lazy("From this day on the agreement is in effect, if its period has begun."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("The paper is"),
        choices=[(kind.value, kind.label) for kind in (PaperKind.SIGNED, PaperKind.SCAN)],
    )
    file = MediaField(label=gettext_lazy("Signed paper"))
    compared = forms.BooleanField(
        label=gettext_lazy("I have compared the content with the signed paper: both say the same."),
        error_messages={"required": gettext_lazy("Compare the two first. Your name stays with it.")},
    )
    field_order = ("edition", "effective_on", "signed_name", "signed_position", "kind", "file", "compared")

    def clean_effective_on(self) -> Any:
        day = self.cleaned_data["effective_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The last signature cannot lie in the future. Correct its date."))
        return day
