"""What is asked after the freezing: answers, whose waiting list, the name of a second round."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eastep.applications.forms.results import SEARCH, like
from eastep.applications.forms.rounds import SettingsForm
from eastep.applications.models import Option, Outcome, PlaceAnswer
from eastep.applications.models.simulations import OptionQuerySet, OutcomeQuerySet
from eastep.applications.states import Answer
from eastep.imports.cells import plain_text

MOST_LINES = 20_000
TOLD = 20  # lines with an error that are named; the others are counted


class AnswerFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Find those who were placed, and by what they answered; the queryset is `queries.placed_of`."""

    text = django_filters.CharFilter(label=gettext_lazy("Number or name"), method="find", widget=SEARCH)
    answer = django_filters.ChoiceFilter(
        label=gettext_lazy("Answer"),
        method="by_answer",
        empty_label=gettext_lazy("All"),
        choices=[
            ("none", gettext_lazy("No answer yet")),
            *Answer.choices,
            ("before", gettext_lazy("Entered before this result was frozen")),
        ],
    )

    class Meta:
        model = Outcome
        fields: list[str] = []

    def find(self, rows: OutcomeQuerySet, _name: str, text: str) -> OutcomeQuerySet:
        return rows.named(text)

    def by_answer(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        if value == "before":
            return rows.filter(answered_at__lt=F("frozen_at"))
        return rows.filter(answer="" if value == "none" else value)


class PasteForm(forms.Form):
    """Applicant numbers out of a sheet, one a line, and what these applicants said."""

    numbers = forms.CharField(
        label=gettext_lazy("Applicant numbers"),
        help_text=gettext_lazy("One a line, as they stand in a column of your sheet."),
        widget=forms.Textarea(attrs={"rows": 12, "autocomplete": "off", "spellcheck": "false"}),
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("Their answer"), choices=Answer.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, placed: QuerySet[Any], everybody: QuerySet[Outcome], **given: Any) -> None:
        """*placed* are those who can answer, *everybody* all of the result, so that an error says what is wrong."""
        super().__init__(*args, **given)
        self.placed, self.everybody = placed, everybody

    def clean_numbers(self) -> list[str]:
        """The numbers, each once. Each line that is none is an error of its own; nothing is entered then."""
        lines = [
            (line, number)
            for line, text in enumerate(self.cleaned_data["numbers"].splitlines(), 1)
            if (number := plain_text(text))
        ]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(
                _("There are {number} lines; at most {most} are read at once.").format(
                    number=len(lines), most=MOST_LINES
                )
            )
        numbers = list(dict.fromkeys(number for _line, number in lines))
        placed = set(self.placed.filter(applicant__in=numbers).values_list("applicant", flat=True))
        wrong = [(line, number) for line, number in lines if number not in placed]
        if wrong:
            known = set(
                self.everybody.filter(applicant__in=[number for _line, number in wrong]).values_list(
                    "applicant", flat=True
                )
            )
            errors = [self._wrong(line, number, number in known) for line, number in wrong[:TOLD]]
            if len(wrong) > TOLD:
                errors.append(_("Lines with an error in all: {number}.").format(number=len(wrong)))
            raise forms.ValidationError([forms.ValidationError(error) for error in errors])
        return numbers

    def _wrong(self, line: int, number: str, is_known: bool) -> str:
        said = (
            _("Line {line}: {number} has no place in the frozen result. Take the line out.")
            if is_known
            else _(
                "Line {line}: “{number}” is no applicant number of this round. Correct it, or take the line out."
            )
        )
        return said.format(line=line, number=number[:80])


class WaitingFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Find rows of places by number or institution, or those that a place may have been freed of."""

    text = django_filters.CharFilter(label=gettext_lazy("Institution or row"), method="find", widget=SEARCH)

    declined = django_filters.ChoiceFilter(
        label=gettext_lazy("Show"),
        method="where_declined",
        empty_label=gettext_lazy("All waiting lists"),
        choices=[("yes", gettext_lazy("Where somebody declined a place of the same host"))],
    )

    class Meta:
        model = Option
        fields: list[str] = []

    def where_declined(self, rows: OptionQuerySet, _name: str, _value: str) -> QuerySet[Option]:
        said = PlaceAnswer.objects.filter(
            round=OuterRef("simulation__round"), applicant=OuterRef("applicant"), answer=Answer.DECLINED
        )
        held = Outcome.objects.filter(
            Exists(said), simulation=OuterRef("simulation"), home=OuterRef("home"), host=OuterRef("host")
        )
        return rows.filter(Exists(held))

    def find(self, rows: OptionQuerySet, _name: str, text: str) -> OptionQuerySet:
        return rows.filter(like(text, "row"))


class SecondRoundForm(forms.Form):
    """What the second round is called."""

    title = SettingsForm.base_fields["title"]
