"""What is asked for an invitation, and of a guest."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from eastep.agreements.actions.inviting import DAYS
from eastep.core.text import no_direction_marks

LASTS = (14, 30, 60, 90, 180, 366)  # days


def _lasts() -> list[tuple[int, str]]:
    return [(days, ngettext("{number} day", "{number} days", days).format(number=days)) for days in LASTS]


class ExpiryForm(forms.Form):
    """How long an invitation lasts, counted from today."""

    days = forms.TypedChoiceField(label=_("Lasts from today"), choices=_lasts, coerce=int, initial=DAYS)


class InviteForm(ExpiryForm):
    """Who is invited, where the mail goes, and in which language."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        validators=[no_direction_marks],
        help_text=_("As the person writes it: 髙﨑 愛子, 박지민, Maria Müller."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The person proves this address by a code. Nobody else gets in by the link."),
    )
    position = forms.CharField(
        label=_("Position"), max_length=200, required=False, validators=[no_direction_marks]
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)
    field_order = ("name", "position", "email", "language", "days")


class CodeForm(forms.Form):
    """The six digits out of the mail; spaces and full-width digits are fine."""

    code = forms.CharField(
        label=_("Code of six digits"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
    )

    def clean_code(self) -> str:
        """The digits alone, as they were sent."""
        return "".join(str(int(sign)) for sign in self.cleaned_data["code"] if sign.isdecimal())
