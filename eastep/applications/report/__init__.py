"""The result of a placement as a file: one plain document, and the sheets and texts that are made from it."""

from eastep.applications.reasons import country
from eastep.applications.report.document import (
    FORMAT,
    About,
    Document,
    document,
    standards_hash,
    stay_of,
    stays,
    summary,
)
from eastep.applications.report.inputs import write_inputs
from eastep.applications.report.sheets import summary_rows, write

__all__ = [
    "FORMAT",
    "About",
    "Document",
    "country",
    "document",
    "standards_hash",
    "stay_of",
    "stays",
    "summary",
    "summary_rows",
    "write",
    "write_inputs",
]
