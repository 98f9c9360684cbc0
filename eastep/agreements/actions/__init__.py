"""The verbs of agreements."""

from eastep.agreements.actions.approving import (
    Recorded,
    approve,
    confirm,
    confirm_many,
    record_agreement,
    record_agreements,
    refuse,
)
from eastep.agreements.actions.calendar import make_calendar_address, revoke_calendar_address
from eastep.agreements.actions.inviting import (
    change_expiry,
    invite,
    mail_invitation,
    prove_address,
    renew_invitation,
    revoke,
    send_code,
)
from eastep.agreements.actions.ledger import post, reverse
from eastep.agreements.actions.living import (
    change_signatory,
    give_notice,
    name_responsible,
    remark,
    set_reference,
    take_back_notice,
)
from eastep.agreements.actions.locking import settle_begun
from eastep.agreements.actions.papers import (
    approve_on_paper,
    attach_paper,
    check_paper,
    keep_seal,
    record_signed,
    retire_seal,
)
from eastep.agreements.actions.past import PastYear, Posted, post_past_exchanges
from eastep.agreements.actions.reminding import (
    ask_for_version,
    remind_of_ends,
    remind_partner,
    remind_partners,
)
from eastep.agreements.actions.writing import (
    amend,
    begin_agreement,
    discard_draft,
    earliest_end,
    edit_draft,
    propose,
    recall,
    renew,
)
from eastep.agreements.actions.years import close_year, reopen_year

__all__ = [
    "PastYear",
    "Posted",
    "Recorded",
    "amend",
    "approve",
    "approve_on_paper",
    "ask_for_version",
    "attach_paper",
    "begin_agreement",
    "change_expiry",
    "change_signatory",
    "check_paper",
    "close_year",
    "confirm",
    "confirm_many",
    "discard_draft",
    "earliest_end",
    "edit_draft",
    "give_notice",
    "invite",
    "keep_seal",
    "mail_invitation",
    "make_calendar_address",
    "name_responsible",
    "post",
    "post_past_exchanges",
    "propose",
    "prove_address",
    "recall",
    "record_agreement",
    "record_agreements",
    "record_signed",
    "refuse",
    "remark",
    "remind_of_ends",
    "remind_partner",
    "remind_partners",
    "renew",
    "renew_invitation",
    "reopen_year",
    "retire_seal",
    "reverse",
    "revoke",
    "revoke_calendar_address",
    "send_code",
    "set_reference",
    "settle_begun",
    "take_back_notice",
]
