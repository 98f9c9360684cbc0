"""The verbs that a person may use on an agreement now: the buttons of its page. The actions check again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from eastep.agreements.content import later
from eastep.agreements.models import Agreement, Approval, Party, Version
from eastep.agreements.states import VERSION, Standing
from eastep.core.permissions import permitted
from eastep.people.models import User


def verbs(
    user: User,
    agreement: Agreement,
    party: Party | None,
    *,
    work: Version | None,
    last: Version | None,
    approvals: Collection[Approval],
    today: date,
) -> frozenset[str]:
    """What *user* may do for the side *party*. *work* is the version in work that the side knows, *last* the agreed one."""
    if party is None:
        return frozenset()
    may_write = permitted(user, "agreements.write", party)
    may_approve = permitted(user, "agreements.approve", party)
    found = set()
    if permitted(user, "agreements.remark", party):
        found.add("remark")
    if may_write:
        found |= {"attach", "signatory", "responsible", "reference"}
        found |= _of_agreed(agreement, party, last, has_work=work is not None, today=today)
    if work is not None:
        is_own = work.proposed_by_id == party.institution_id
        has_approved = any(party.pk == one.party_id or user.pk == one.by_id for one in approvals)
        for verb in VERSION.open_to(work.state):
            match verb:
                case "edit" | "propose" | "record" | "discard" if may_write:
                    found.add(verb)
                case "recall" if may_write and is_own:
                    found.add(verb)
                case "approve" if may_approve and not has_approved:
                    found.add(verb)
                case "confirm" if may_approve and not is_own and not has_approved:
                    found.add(verb)
                case "refuse" if may_approve and not is_own:
                    found.add(verb)
    return frozenset(found)


def _of_agreed(
    agreement: Agreement, party: Party, last: Version | None, *, has_work: bool, today: date
) -> set[str]:
    """Change, renew, end. A draft that the partner has not shared is in the way, too: trying tells so."""
    if agreement.ending_on:
        is_running = agreement.ending_on >= today
        return (
            {"take_back_notice"} if is_running and agreement.ending_by_id == party.institution_id else set()
        )
    if last is None:
        return set()
    found = set() if has_work else {"amend"}
    if last.content["ends_on"] and not has_work:
        found.add("renew")
    earliest = later(today, last.content["notice_months"])
    ends_first = agreement.ends_on is not None and agreement.ends_on <= earliest
    if agreement.standing(today) in (Standing.IN_EFFECT, Standing.COMING) and not ends_first:
        found.add("give_notice")
    return found
