"""The faculties of the two sides, as offices choose them for a draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from eastep.agreements.content import Content
from eastep.core.text import Text
from eastep.institutions.models import Faculty

type Name = Mapping[str, str] | None  # as a content has it; None is the whole institution

WRITTEN = "written"


class FacultyField(forms.ChoiceField):
    """One faculty of *faculties*, by its name in a content. What is *written* there may stay, though nobody knows it."""

    def __init__(self, faculties: Iterable[Faculty], *, written: Name, **given: Any) -> None:
        self.names: dict[str, Name] = {"": None, **{str(one.pk): asdict(one.name) for one in faculties}}
        if written not in self.names.values():
            self.names[WRITTEN] = written
        choices = [
            (key, str(Text(**name)) if name else _("The whole institution"))
            for key, name in self.names.items()
        ]
        super().__init__(choices=choices, required=False, **given)

    def prepare_value(self, value: Any) -> str:
        """A name of a content, or what was chosen before."""
        if isinstance(value, str):
            return value
        return next((key for key, name in self.names.items() if name == value), WRITTEN)

    def clean(self, value: Any) -> Name:
        return self.names[super().clean(value)]


def faculty_fields(content: Content, names: Iterable[tuple[str, str]]) -> dict[str, FacultyField]:
    """One for each side: faculty_0, faculty_1. *names* are what the institutions are called, by their keys."""
    called, parties = dict(names), content["parties"]
    faculties = Faculty.objects.filter(institution__key__in=called).select_related("institution")
    known = sorted(faculties, key=lambda one: (str(one), one.pk))
    return {
        f"faculty_{number}": FacultyField(
            [one for one in known if one.institution.key == party["institution"]],
            written=party["faculty"],
            label=_("Faculty of {institution}").format(institution=called[party["institution"]]),
        )
        for number, party in enumerate(parties)
    }
