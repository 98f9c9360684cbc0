"""A file that an office brings in: what every app's files have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from eastep.core.text import TrilingualField
from eastep.imports.states import FileState

if TYPE_CHECKING:
    from eastep.institutions.models import Institution


BULK = (
    "content",
    "records",
    "problems",
    "proposal",
    "mends",
    "left_out",
    "unknown_names",
)  # can hold megabytes

STEPS = {  # verb: where it stands below the address of the file
    "map_columns": "columns/",
    "confirm_names": "names/",
    "mend_rows": "mend/",
    "take_file": "take/",
    "read_again": "again/",
    "drop_file": "drop/",
    "file_problems": "problems.csv",
    "file_difference": "difference.csv",
}


class SheetFileQuerySet[F: SheetFile](models.QuerySet[F]):
    def without_bulk(self) -> Self:
        """For lists and for polling."""
        return self.defer(*BULK)


class SheetFile(models.Model):
    """A file as it was handed in, byte for byte, and what is known of it; nothing of it counts before it is taken over.

    An app's own model says what its files are brought into (INTO), whose memory of headings and names they are
    read with (OFFICE), what kinds there are (choices of *kind*), where each has its page, and who sees it.
    """

    INTO: ClassVar[str]  # the name of the foreign key: "round"
    OFFICE: ClassVar[str]  # the way to the institution whose sheets they are: "round__home"

    kind = models.CharField(_("kind"), max_length=10, blank=True)  # "": to be found out
    name = models.CharField(_("file name"), max_length=255)
    content = models.BinaryField(_("content"))
    sha256 = models.CharField("SHA-256", max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=FileState, default=FileState.READING)
    run = models.PositiveIntegerField(default=1)  # counts the jobs: a late job changes nothing
    rows_read = models.PositiveIntegerField(default=0)  # by the job that is running
    rows_total = models.PositiveIntegerField(default=0)
    # How it is read: what was proposed (imports.proposal), and what the office has said (imports.layout).
    proposal = models.JSONField(default=dict)
    layout = models.JSONField(default=dict)
    mends = models.JSONField(default=list)  # [row, position, text]: what a cell should say
    left_out = models.JSONField(default=list)  # rows that the office leaves out
    # What the last reading found.
    detected = TrilingualField(_("how it was read"))
    errors = models.PositiveIntegerField(_("errors"), default=0)
    problems = models.JSONField(_("problems"), default=list)
    unknown_names = models.JSONField(default=list)
    good = models.PositiveIntegerField(_("good rows"), default=0)
    records = models.BinaryField(default=bytes)  # the good rows, [row, record] as JSON, compressed by zlib
    difference = models.JSONField(default=dict)  # to what was held at that edition (queries/comparing.py)
    edition = models.PositiveIntegerField(default=0)
    remove_missing = models.BooleanField(_("withdraw what is not in this file"), default=False)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handed in by")
    )
    handed_in_at = models.DateTimeField(_("handed in at"), auto_now_add=True)
    moved_at = models.DateTimeField(_("in this state since"), auto_now_add=True)

    class Meta:
        abstract = True
        verbose_name = _("file")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page; an app puts the steps below it."""
        raise NotImplementedError

    @property
    def addresses(self) -> dict[str, str]:
        """Of each step."""
        return {verb: f"{self.get_absolute_url()}{below}" for verb, below in STEPS.items()}

    @property
    def into(self) -> Any:
        """What it is brought into."""
        return getattr(self, self.INTO)

    @into.setter
    def into(self, found: Any) -> None:
        setattr(self, self.INTO, found)

    @property
    def office(self) -> Institution | None:
        """Whose sheet it is; None: the programme's."""
        found: Any = self
        for name in self.OFFICE.split("__"):
            found = getattr(found, name)
        return found  # type: ignore[no-any-return]

    @property
    def tone(self) -> str:
        return {"unreadable": "problem", "unclear": "warning", "checked": "info", "taken": "good"}.get(
            self.state, "plain"
        )

    @property
    def is_working(self) -> bool:
        """Whether a job is at it."""
        return self.state in (FileState.READING, FileState.TAKING)

    @property
    def changes(self) -> dict[str, Any]:
        """The counts of the difference, by name."""
        return {name: self.difference.get(name, 0) for name in ("new", "changed", "same", "missing")}
