"""What people write about institutions: contacts, faculties, dates of terms, claims, roles; and what lists are filtered by."""

from __future__ import annotations

import unicodedata
from typing import Any, cast

import django_filters
from django import forms
from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from eastep.core.text import LANGUAGES, Text, no_direction_marks
from eastep.institutions.models import Claim, Contact, Faculty, Institution
from eastep.institutions.sentences import country_in_words
from eastep.institutions.states import ClaimState, ContactRole, Role
from eastep.people.models import User

_ANY = gettext_lazy("All")
ACTING = (Role.OFFICE, Role.COORDINATOR)  # who of the institution can be linked with a contact


class DayInput(forms.DateInput):
    """A day, typed or chosen."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SeenForm(forms.Form):
    """A form that edits a row; *version* is that of the row which the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    @property
    def seen_version(self) -> int:
        """0 if the form does not say."""
        return self.cleaned_data["version"] or 0

    def see(self, version: int) -> None:
        """Show what was typed once more; it counts as typed in sight of *version*."""
        typed = cast(QueryDict, self.data).copy()
        typed["version"] = str(version)
        self.data = typed


class ContactForm(SeenForm, forms.ModelForm):  # type: ignore[type-arg]
    """One contact of an institution. *given* are the fields of the contact, typed."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages spoken"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Contact
        fields = (
            *("role", "role_text", "faculty", "name", "reading", "latin_name"),
            *("email", "phone", "languages", "is_public", "valid_until", "person"),
        )
        widgets = {"valid_until": DayInput()}
        labels = {"is_public": gettext_lazy("Show to everybody, also to those who have not signed in")}
        help_texts = {
            "role_text": gettext_lazy(
                "Needed for “Other”. For another role it may say more, such as: graduate students."
            ),
            "faculty": gettext_lazy("Only if the contact is for one faculty."),
            "name": gettext_lazy("In its own script: 髙﨑 花, 박지민, Müller."),
            "phone": gettext_lazy("With the country code, as in +82 2-2123-6494."),
            "is_public": gettext_lazy(
                "Everybody sees the role, the name, the e-mail address and the telephone number. Ask the person first."
            ),
            "valid_until": gettext_lazy("After this day only your office and the programme see the contact."),
            "person": gettext_lazy("Somebody who acts for the institution here."),
        }

    def __init__(self, *args: Any, institution: Institution, **given: Any) -> None:
        super().__init__(*args, **given)
        self.instance.institution = institution
        for name in ("faculty", "person"):
            self.fields[name].empty_label = "–"  # type: ignore[attr-defined]
        self.fields["faculty"].queryset = institution.faculties.order_by("pk")  # type: ignore[attr-defined]
        acting = Q(memberships__institution=institution, memberships__role__in=ACTING)
        self.fields["person"].queryset = (  # type: ignore[attr-defined]
            User.objects.filter(acting | Q(pk=self.instance.person_id)).distinct().order_by("sort_name", "pk")
        )

    def clean_phone(self) -> str:
        """Full-width digits and dashes become plain ones."""
        written = unicodedata.normalize("NFKC", self.cleaned_data["phone"])
        return " ".join(written.replace("‐", "-").replace("–", "-").replace("−", "-").split())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("role") == ContactRole.OTHER and not given.get("role_text"):
            self.add_error("role_text", _("Say the role in your own words."))
        if not given.get("email") and not given.get("phone") and not self.errors.keys() & {"email", "phone"}:
            self.add_error("email", _("Give an e-mail address or a telephone number."))
        return given

    @property
    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


def _name(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=200, validators=[no_direction_marks])


class FacultyForm(SeenForm):
    """The name of a faculty in up to three languages, and its code."""

    name_ja = _name(gettext_lazy("Name in Japanese"))
    name_ko = _name(gettext_lazy("Name in Korean"))
    name_en = _name(gettext_lazy("Name in English"))
    code = forms.CharField(
        label=gettext_lazy("Unit code"),
        help_text=gettext_lazy("A code of your own or a national one, if the faculty has one."),
        required=False,
        max_length=40,
        validators=[no_direction_marks],
    )
    field_order = ("name_ja", "name_ko", "name_en", "code", "version")

    def __init__(self, *args: Any, faculty: Faculty, **given: Any) -> None:
        super().__init__(*args, **given)
        self.faculty = faculty

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        name = Text(**{language: given.get(f"name_{language}", "") for language in LANGUAGES})
        others = Faculty.objects.filter(institution=self.faculty.institution).exclude(pk=self.faculty.pk)
        if not str(name):
            self.add_error("name_en", _("Give the name in at least one language."))
        elif others.filter(name=name).exists():
            self.add_error("name_en", _("There is already a faculty of this name."))
        if given.get("code") and others.filter(code=given["code"]).exists():
            self.add_error("code", _("There is already a faculty with this code."))
        return {**given, "name": name}

    @property
    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "code")}


def _day(label: Any, help_text: Any = "", *, required: bool = False) -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, required=required, widget=DayInput())


class TermForm(SeenForm):
    """The dates of one term. Which of them can be is said by the action."""

    starts_on = _day(gettext_lazy("First day"), required=True)
    ends_on = _day(gettext_lazy("Last day"), required=True)
    nomination_on = _day(
        gettext_lazy("Nominations due"),
        gettext_lazy("The last day on which partners may nominate students for this term."),
    )
    application_on = _day(
        gettext_lazy("Applications due"),
        gettext_lazy("The last day on which nominated students may apply."),
    )
    arrival_on = _day(
        gettext_lazy("Arrival from"), gettext_lazy("The first day on which students may arrive.")
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("Where the dates are published, such as an address in the web."),
        required=False,
        max_length=500,
        validators=[no_direction_marks],
    )
    field_order = (
        "starts_on",
        "ends_on",
        "nomination_on",
        "application_on",
        "arrival_on",
        "source",
        "version",
    )
    DATES = field_order[:-1]

    @property
    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.DATES}


class ClaimForm(forms.ModelForm):  # type: ignore[type-arg]
    """Why somebody should act for an institution."""

    class Meta:
        model = Claim
        fields = ("note",)
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "note": gettext_lazy(
                "Your post, and how the programme can check it, such as a page of your office."
            )
        }


class RefuseForm(forms.Form):
    """Why a claim is refused."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The person reads it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[no_direction_marks],
    )


class RoleForm(forms.Form):
    """Who gets which role at an institution."""

    email = forms.EmailField(label=gettext_lazy("E-mail address of the person"))
    role = forms.ChoiceField(
        label=pgettext_lazy("membership", "Role"),
        choices=[(role.value, role.label) for role in (Role.OFFICE, Role.COORDINATOR, Role.AUDITOR)],
    )
    person: User

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        person = User.objects.filter(email=email, is_active=True).first()
        if person is None:
            raise forms.ValidationError(
                _("Nobody with this e-mail address has an account here."), code="unknown_person"
            )
        self.person = person
        return email


# Filters


class InstitutionSearch(forms.Form):
    """What institutions are searched by: a name in any script, and the country."""

    text = forms.CharField(
        label=gettext_lazy("Name, short form or code"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        codes = Institution.objects.order_by("country").values_list("country", flat=True).distinct()
        named = sorted(((code, country_in_words(code)) for code in codes), key=lambda pair: pair[1])
        self.fields["country"].choices = [("", _ANY), *named]  # type: ignore[attr-defined]


class ClaimFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Which claims: those who decide see first what waits for them."""

    state = django_filters.ChoiceFilter(
        label=capfirst(pgettext_lazy("claim", "state")), choices=ClaimState, empty_label=_ANY
    )

    class Meta:
        model = Claim
        fields = ("state",)

    def __init__(self, data: Any = None, *args: Any, **given: Any) -> None:
        decides = given["request"].user.has_perm("institutions.grant_claim")
        if decides and "state" not in data:
            data = {**data.dict(), "state": ClaimState.ASKED}
        super().__init__(data, *args, **given)
