"""What is asked of somebody who brings a file in: the file itself, and at the end the last word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from eastep.ui.files import SheetsField


class HandInForm(forms.Form):
    """The drop zone."""

    sheets = SheetsField(label=gettext_lazy("Files"))
    kind = forms.ChoiceField(
        label=gettext_lazy("What the files hold"),
        required=False,
    )

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        """*kinds* are the choices of the model of the files."""
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", pgettext_lazy("kind of file", "Find out")), *kinds]  # type: ignore[attr-defined]


class RunForm(forms.Form):
    """What every step of a file sends: which reading of it the person saw."""

    run = forms.IntegerField(widget=forms.HiddenInput)


class TakeForm(RunForm):
    """The last word: what is taken over."""

    which = forms.ChoiceField(
        label=gettext_lazy("What is taken over"),
        choices=[
            ("all", gettext_lazy("All rows, once every problem is mended")),
            ("good", gettext_lazy("The good rows now; the rows with problems stay away")),
        ],
        widget=forms.RadioSelect,
    )
    remove_missing = forms.BooleanField(required=False)

    def __init__(self, *args: Any, removal: str, has_errors: bool, **kwargs: Any) -> None:
        """*removal* says what becomes of what is not in the file; "" where nothing is offered."""
        super().__init__(*args, **kwargs)
        if not has_errors:
            del self.fields["which"]
        if removal:
            self.fields["remove_missing"].label = removal
        else:
            del self.fields["remove_missing"]
