"""The verbs of placement rounds: the only place that writes."""

from eastep.applications.actions.agreed import take_agreement_places
from eastep.applications.actions.answers import enter_answers, take_back_answers
from eastep.applications.actions.comparisons import (
    compare_rules,
    compute_comparison,
    discard_comparison,
    start_comparison,
    use_rule,
)
from eastep.applications.actions.following import open_second_round
from eastep.applications.actions.inbox import (
    confirm_names,
    drop_file,
    finish_file,
    hand_in,
    map_columns,
    mend_rows,
    read_again,
    read_file,
    take_file,
)
from eastep.applications.actions.lists import (
    add_applicant,
    add_place,
    edit_applicant,
    edit_place,
    readmit_applicants,
    readmit_places,
    withdraw_applicants,
    withdraw_places,
)
from eastep.applications.actions.rounds import (
    change_settings,
    discard_round,
    freeze_round,
    open_round,
    unfreeze_round,
)
from eastep.applications.actions.simulations import (
    change_simulation,
    compute_simulation,
    copy_simulation,
    discard_simulation,
    make_simulation,
    move_applicant,
    start_simulation,
    undo_move,
)
from eastep.applications.actions.waivers import end_waiver, waive_objection

__all__ = [
    "add_applicant",
    "add_place",
    "change_settings",
    "change_simulation",
    "compare_rules",
    "compute_comparison",
    "compute_simulation",
    "confirm_names",
    "copy_simulation",
    "discard_comparison",
    "discard_round",
    "discard_simulation",
    "drop_file",
    "edit_applicant",
    "edit_place",
    "end_waiver",
    "enter_answers",
    "finish_file",
    "freeze_round",
    "hand_in",
    "make_simulation",
    "map_columns",
    "mend_rows",
    "move_applicant",
    "open_round",
    "open_second_round",
    "read_again",
    "read_file",
    "readmit_applicants",
    "readmit_places",
    "start_comparison",
    "start_simulation",
    "take_agreement_places",
    "take_back_answers",
    "take_file",
    "undo_move",
    "unfreeze_round",
    "use_rule",
    "waive_objection",
    "withdraw_applicants",
    "withdraw_places",
]
