"""What the list of notices is filtered by, and the choice of mails."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from eastep.notices.models import MailChoice, Notice


class Notices(django_filters.FilterSet):  # type: ignore[misc]
    """All, or those that are read or not."""

    read = django_filters.ChoiceFilter(
        label=_("Show"),
        empty_label=pgettext_lazy("notices", "All"),
        choices=[
            ("no", pgettext_lazy("notices", "Not read yet")),
            ("yes", pgettext_lazy("notices", "Read")),
        ],
        method="by_reading",
    )

    class Meta:
        model = Notice
        fields = ("read",)

    def by_reading(self, rows: QuerySet[Notice], name: str, value: str) -> QuerySet[Notice]:
        return rows.filter(read_at__isnull=value == "no")


class MailChoiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Notices by mail, or on the page alone."""

    class Meta:
        model = MailChoice
        fields = ("by_mail",)
