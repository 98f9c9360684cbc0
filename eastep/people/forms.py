"""What people tell about themselves."""

import re

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from eastep.core.text import no_direction_marks
from eastep.people.actions import NAME_FIELDS
from eastep.people.models import SavedView, User
from eastep.ui.listing import kept

RESIDENT_NUMBER = re.compile(r"\d{6}-?[1-8]\d{6}|\d{12}")


class NamesForm(forms.ModelForm):  # type: ignore[type-arg]
    """The forms of a name. At least one must be there, so that the person can be addressed."""

    class Meta:
        model = User
        fields = NAME_FIELDS
        help_texts = {
            "family_name": _(
                "As you write it at home: 髙﨑, 박, Müller. Leave it empty if you have a single name."
            ),
            "family_reading": _("Kana for a Japanese name."),
            "passport_surname": _(
                "In capital letters, exactly as in the two lines at the foot of the passport page."
            ),
            "hanja": _("Only if it is registered."),
            "alias": _("A name that a Japanese municipality has registered for you (通称)."),
            "preferred_name": _("Shown instead of your name wherever no document needs the full one."),
        }

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        written = [str(value) for value in given.values() if isinstance(value, str) and value]
        for value in written:
            no_direction_marks(value)
        if not written and not self.errors:
            raise forms.ValidationError(_("Give your name in at least one form."), code="no_name")
        if any(RESIDENT_NUMBER.search(value) for value in written):
            raise forms.ValidationError(
                _(
                    "This looks like a resident registration number or a My Number. EASTEP never asks for it: remove it."
                ),
                code="resident_number",
            )
        return given


class LanguageForm(forms.Form):
    """One of the three languages."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


class SavedViewForm(forms.ModelForm):  # type: ignore[type-arg]
    """A name for the filters and the sort of a list. Saving again under a name replaces what it stood for."""

    class Meta:
        model = SavedView
        fields = ("page", "name", "query")

    def clean_query(self) -> str:
        query = kept(QueryDict(self.cleaned_data["query"]))
        SavedView._meta.get_field("query").run_validators(query)
        return query
