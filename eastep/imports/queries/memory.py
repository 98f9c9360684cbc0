"""What was confirmed before about the sheets of an institution, or (None) of the programme."""

from eastep.imports.layout import Source
from eastep.imports.models import HeadingMeaning, NameMeaning
from eastep.institutions.models import Institution


def remembered_headings(institution: Institution | None, kind: str) -> dict[str, Source]:
    """Folded heading: which column of ours it is, ("", 0) to leave out."""
    found = HeadingMeaning.objects.filter(**_of(institution), kind=kind)
    return {heading: (column, n) for heading, column, n in found.values_list("heading", "column", "number")}


def remembered_names(institution: Institution | None) -> dict[str, str]:
    """Name as `folding.plain` makes it: the key of the institution that is meant."""
    return dict(NameMeaning.objects.filter(**_of(institution)).values_list("written", "meant__key"))


def _of(institution: Institution | None) -> dict[str, object]:
    return {"institution": institution} if institution else {"institution__isnull": True}
