"""The programme's refusal. The other two errors are Django's own: PermissionDenied and ValidationError."""

from django.utils.translation import gettext as _


class Refused(Exception):
    """The programme's rules say no: the message tells why and what can be done, in the reader's language.

    *code* is stable and meant for programs. A page answers it with 409.
    """

    def __init__(self, message: object, *, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code

    def __str__(self) -> str:
        return str(self.message)


def refuse_stale(held: int, seen: int) -> None:
    """Raise Refused unless the person saw what is there: somebody else may have changed it meanwhile."""
    if held != seen:
        raise Refused(
            _("Somebody else has changed this meanwhile. Compare with what is there now, and save again."),
            code="changed",
        )
