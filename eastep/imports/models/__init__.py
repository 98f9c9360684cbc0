"""What is known of the sheets of an office: what it has confirmed once, and what every file that it brings in has."""

from eastep.imports.models.files import BULK, SheetFile, SheetFileQuerySet
from eastep.imports.models.memory import (
    HeadingMeaning,
    HeadingMeaningQuerySet,
    NameMeaning,
    NameMeaningQuerySet,
)

__all__ = [
    "BULK",
    "HeadingMeaning",
    "HeadingMeaningQuerySet",
    "NameMeaning",
    "NameMeaningQuerySet",
    "SheetFile",
    "SheetFileQuerySet",
]
