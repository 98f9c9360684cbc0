import pytest

from eastep.core.errors import Refused
from eastep.core.workflow import Workflow

DOOR = Workflow(
    {"open": (("shut",), "open"), "shut": (("open",), "shut"), "break": (("open", "shut"), "broken")}
)


@pytest.mark.parametrize(
    ("state", "verbs"), [("shut", ["open", "break"]), ("open", ["shut", "break"]), ("broken", [])]
)
def test_the_table_says_what_may_be_done(state, verbs):
    assert DOOR.open_to(state) == verbs


def test_a_verb_leads_on_and_is_refused_elsewhere():
    assert DOOR.after("shut", "open") == "open"
    with pytest.raises(Refused) as refusal:
        DOOR.after("broken", "open")
    assert refusal.value.code == "wrong_state"


def test_a_verb_that_is_not_in_the_table_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        DOOR.after("open", "paint")


def test_the_diagram_has_an_arrow_for_each_move():
    assert DOOR.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    shut --> open: open",
        "    open --> shut: shut",
        "    open --> broken: break",
        "    shut --> broken: break",
    ]
