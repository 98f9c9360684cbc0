"""The faculties of an institution."""

from collections import Counter
from dataclasses import asdict

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from eastep.core.errors import Refused, refuse_stale
from eastep.core.events import record
from eastep.core.permissions import authorise
from eastep.core.text import Text, joined
from eastep.institutions import events
from eastep.institutions.actions.locking import locked
from eastep.institutions.models import Faculty, Institution
from eastep.people.models import User


@transaction.atomic
def add_faculty(institution: Institution, *, by: User, name: Text, code: str = "") -> Faculty:
    """One more faculty; *code* is the institution's own or a national one."""
    institution = locked(institution)
    authorise(by, "institutions.add_faculty", institution)
    faculty = Faculty(institution=institution, name=name, code=code)
    faculty.full_clean()
    faculty.save()
    record(events.FACULTY_ADDED, institution, by=by, faculty=asdict(name))
    return faculty


@transaction.atomic
def rename_faculty(faculty: Faculty, *, by: User, version: int, name: Text, code: str = "") -> Faculty:
    """Another name or code. *version* is what the person saw; Refused if the faculty has gone on."""
    faculty = locked(faculty)
    authorise(by, "institutions.rename_faculty", faculty.institution)
    if (faculty.name, faculty.code) == (name, code):
        return faculty
    refuse_stale(faculty.version, version)
    before = faculty.name
    faculty.name, faculty.code = name, code
    faculty.version += 1
    faculty.full_clean()
    faculty.save()
    record(
        events.FACULTY_RENAMED,
        faculty.institution,
        by=by,
        before=asdict(before),
        faculty=asdict(name),
        code=code,
    )
    return faculty


@transaction.atomic
def remove_faculty(faculty: Faculty, *, by: User) -> None:
    """Remove a faculty that nothing uses; Refused, with what does, for any other."""
    faculty = locked(faculty)
    authorise(by, "institutions.remove_faculty", faculty.institution)
    institution, name = faculty.institution, faculty.name
    try:
        with transaction.atomic():
            faculty.delete()
    except ProtectedError as used:
        raise Refused(
            _("The faculty is still used: {uses}. Change that first, or rename the faculty.").format(
                uses=_counted(used)
            ),
            code="in_use",
        ) from used
    record(events.FACULTY_REMOVED, institution, by=by, faculty=asdict(name))


def _counted(used: ProtectedError) -> str:
    """What uses it: how many of which kind."""
    counts = Counter(str(row._meta.verbose_name_plural) for row in used.protected_objects)
    return joined(f"{kind} ({number})" for kind, number in sorted(counts.items()))
