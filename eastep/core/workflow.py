"""States as a table: which verb may start from which states, and where it leads."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from eastep.core.errors import Refused


class Workflow[State: str]:
    """The table of moves of one kind of thing: ``{verb: ((may start from, ...), leads to)}``."""

    def __init__(self, moves: Mapping[str, tuple[tuple[State, ...], State]]) -> None:
        self.moves = dict(moves)

    def after(self, state: str, verb: str) -> State:
        """The state that *verb* leads to. Raises Refused where the verb may not start from *state*."""
        starts, target = self.moves[verb]
        if state not in starts:
            raise Refused(
                _("This is not possible any more, because things have moved on."), code="wrong_state"
            )
        return target

    def open_to(self, state: str) -> list[str]:
        """The verbs that may start from *state*."""
        return [verb for verb, (starts, _target) in self.moves.items() if state in starts]

    def mermaid(self) -> str:
        """The diagram for the documentation."""
        lines = [
            f"    {start} --> {target}: {verb}"
            for verb, (starts, target) in self.moves.items()
            for start in starts
        ]
        return "\n".join(["stateDiagram-v2", *lines])
