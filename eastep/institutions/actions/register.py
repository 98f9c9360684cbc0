"""What fills the register: institutions from a file, and those that the package ships."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.utils import timezone

from eastep.core.events import record
from eastep.core.models import Entry
from eastep.core.permissions import authorise
from eastep.core.text import Text
from eastep.institutions import events
from eastep.institutions.folding import fold
from eastep.institutions.incoming import InstitutionRow, RowProblem, problems_in
from eastep.institutions.models import Faculty, Institution
from eastep.institutions.register import (
    University,
    shipped_faculties,
    shipped_sources,
    shipped_universities,
)
from eastep.people.models import User

_FIELDS = (
    "name",
    "reading",
    "aliases",
    "city",
    "domain",
    "source",
    "reviewed",
    "shipped",
    "grams",
    "sort_key",
)


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did or, with problems or as a trial, would have done."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: tuple[RowProblem, ...] = ()


@transaction.atomic
def import_institutions(rows: Sequence[InstitutionRow], *, by: User, trial: bool = False) -> Imported:
    """Add or update institutions by country and code: all rows, or, if one has a problem, none.

    An empty cell leaves what there is. The same rows a second time change nothing.
    """
    authorise(by, "institutions.import_institutions")
    known = _locked_institutions()
    universities = {key: institution.as_university() for key, institution in known.items()}
    if problems := problems_in(rows, universities):
        return Imported(problems=tuple(problems))
    wanted = [_merged(row, universities.get(row.key)) for row in rows]
    sources = {row.key: row.source for row in rows}
    added, changed = _compared(wanted, known, shipped=False, sources=sources)
    if not trial:
        _write(added, changed)
        for institution in added:
            record(events.INSTITUTION_ADDED, institution, by=by)
        for institution in changed:
            record(events.INSTITUTION_CHANGED, institution, by=by)
    return Imported(added=len(added), changed=len(changed), unchanged=len(rows) - len(added) - len(changed))


@transaction.atomic
def load_shipped(*, by: User) -> Imported:
    """Bring in the institutions and faculties that the package ships; what a person has imported stays."""
    authorise(by, "institutions.load_shipped")
    known = _locked_institutions()
    kept = {key for key, institution in known.items() if not institution.shipped}
    taken = {known[key].domain for key in kept}
    wanted = [
        replace(university, domain="") if university.domain in taken else university
        for university in shipped_universities()
        if university.key not in kept
    ]
    added, changed = _compared(wanted, known, shipped=True, sources=shipped_sources())
    _write(added, changed)
    _load_faculties()
    if added or changed:
        record(events.SHIPPED_LOADED, by, by=by, added=len(added), changed=len(changed))
    return Imported(added=len(added), changed=len(changed), unchanged=len(wanted) - len(added) - len(changed))


def _locked_institutions() -> dict[str, Institution]:
    """All of them, while nobody else adds or changes one."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Institution._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    return {institution.key: institution for institution in Institution.objects.all()}


def _merged(row: InstitutionRow, old: University | None) -> University:
    old = old or University(key=row.key)
    return University(
        key=row.key,
        name_ja=row.name_ja or old.name_ja,
        name_ko=row.name_ko or old.name_ko,
        name_en=row.name_en or old.name_en,
        reading=row.reading or old.reading,
        aliases=tuple(row.aliases_given()) or old.aliases,
        city=row.city or old.city,
        domain=row.domain or old.domain,
        reviewed=True,
    )


def _compared(
    wanted: Iterable[University], known: dict[str, Institution], *, shipped: bool, sources: dict[str, str]
) -> tuple[list[Institution], list[Institution]]:
    """What is to be added, and what differs and was changed in memory."""
    added: list[Institution] = []
    changed: list[Institution] = []
    for university in wanted:
        old = known.get(university.key)
        new = old or Institution(country=university.country, code=university.code)
        values = {
            "name": Text(en=university.name_en, ja=university.name_ja, ko=university.name_ko),
            "reading": university.reading,
            "aliases": list(university.aliases),
            "city": university.city,
            "domain": university.domain,
            "source": sources.get(university.key) or new.source,
            "reviewed": university.reviewed,
            "shipped": shipped,
            "grams": university.grams(),
            "sort_key": fold(university.name("en")),
        }
        if old is None or any(getattr(old, field) != values[field] for field in _FIELDS):
            for field in _FIELDS:
                setattr(new, field, values[field])
            new.changed_at = timezone.now()
            (changed if old else added).append(new)
    return added, changed


def _write(added: list[Institution], changed: list[Institution]) -> None:
    """Domains are emptied first, so that two institutions may exchange theirs."""
    Institution.objects.filter(pk__in=[institution.pk for institution in changed]).update(domain="")
    Institution.objects.bulk_update(changed, [*_FIELDS, "changed_at"])
    Institution.objects.bulk_create(added)


def _load_faculties() -> None:
    """Where a person has changed the faculties of an institution, none is added: they know better."""
    changes = [events.FACULTY_ADDED, events.FACULTY_RENAMED, events.FACULTY_REMOVED]
    changed = Entry.objects.filter(event__in=[event.name for event in changes]).values("subject_id")
    known_better = set(Institution.objects.filter(pk__in=changed).values_list("key", flat=True))
    wanted = {key: names for key, names in shipped_faculties().items() if key not in known_better}
    institutions = {row.key: row for row in Institution.objects.filter(key__in=wanted)}
    there = set(Faculty.objects.values_list("institution__key", "name__ja"))
    Faculty.objects.bulk_create(
        Faculty(institution=institutions[key], name=Text(ja=name))
        for key, names in wanted.items()
        for name in names
        if (key, name) not in there
    )
