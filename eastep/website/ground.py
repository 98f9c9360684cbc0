"""What every installation stands on once its tables are there."""

from eastep.institutions import actions as institutions
from eastep.people.actions import system_user
from eastep.standards import actions as standards


def lay() -> None:
    """The system user, and what this release ships: standards and institutions. Repeatable."""
    system = system_user()
    standards.load_shipped(by=system)
    institutions.load_shipped(by=system)
