"""Rows of people, found by any part of a name or number."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from eastep.institutions.folding import grams, letters


class NamedQuerySet[Row: models.Model](models.QuerySet[Row]):
    def named(self, text: str) -> Self:
        """Those whose name or number holds *text*, in any width, case or kana; one letter is what it begins with."""
        wanted = letters(text)
        pairs = [gram for gram in grams(wanted) if not gram.startswith("^")] or sorted(grams(wanted))
        return self.filter(grams__contains=pairs, search_key__contains=wanted)


class Named(models.Model):
    """Somebody with a number and a name."""

    applicant = models.CharField(_("applicant number"), max_length=60)
    name = models.CharField(_("name"), max_length=300)
    search_key = models.TextField(editable=False)
    grams = ArrayField(models.CharField(max_length=4), editable=False)

    class Meta:
        abstract = True


def search_fields(number: str, name: str) -> dict[str, Any]:
    """What `NamedQuerySet.named` searches, of one row."""
    return {
        "search_key": f"{letters(name)} {letters(number)}",
        "grams": sorted(grams(letters(name)) | grams(letters(number))),
    }
