"""Who may change the dated facts."""

from eastep.core.permissions import allow
from eastep.people.rules import is_programme, is_system

allow("standards.add_fact", to=is_programme)
allow("standards.end_fact", to=is_programme)
allow("standards.load_shipped", to=is_programme | is_system)
