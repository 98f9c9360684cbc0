"""Who may work with placement rounds."""

from eastep.core.permissions import allow
from eastep.people.rules import is_programme

allow("applications.open_round", to=is_programme)
allow("applications.replace_sheets", to=is_programme)
allow("applications.check_round", to=is_programme)
allow("applications.start_round", to=is_programme)
allow("applications.finish_round", to=is_programme)
allow("applications.discard_round", to=is_programme)
