"""What each rule of placement promises, said to a student; and the rule itself in words. In the reader's language.

The codes are those of `eastep.placement.mechanisms`. A promise that depends on the unit of balance has its unit behind
the code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from eastep.applications import reasons
from eastep.applications.ruling import rule_of
from eastep.placement import MECHANISMS

NAMES = {
    "deferred_acceptance": _("By score and lottery, without balance"),
    "serial_dictatorship": _("By score and lottery, one after the other"),
    "balanced_deferred_acceptance": _(
        "By score and lottery, each direction limited so that it stays in balance"
    ),
    "balanced_exchange": _("Places in exchange for places"),
    "maximum_balanced": _("As many as possible in balance (for planning only)"),
}
HOW = {  # what a letter says of the way to the result
    "deferred_acceptance": _(
        "Everybody is served in the order of the scores; between equal scores the lottery decides. Each gets the best "
        "choice that is still open."
    ),
    "serial_dictatorship": _(
        "Everybody is served in the order of the scores; between equal scores the lottery decides. Each gets the best "
        "choice that is still open."
    ),
    "balanced_deferred_acceptance": _(
        "Everybody is served in the order of the scores; between equal scores the lottery decides. Each gets the best "
        "choice that is still open. How many may go in each direction is limited by how many come in the other, so that "
        "the exchange stays in balance."
    ),
    "balanced_exchange": _(
        "A place abroad is given in exchange for a place here: one goes where another one comes from, directly or in a "
        "ring. Among the applicants from one side the score decides who goes first, between equal scores the lottery. "
        "So the exchange stays in balance."
    ),
    "maximum_balanced": _(
        "A computer looks for the placement in balance that places the most. Nobody's score decides."
    ),
}
PROMISES = {
    "strategy_proof": _(
        "The best that an applicant can do is to list what he or she really wants, in the true order. No other list "
        "leads to a better place."
    ),
    "no_envy": _(
        "Nobody with a lower score gets a place that was open to the applicant and that the applicant wanted more. "
        "Between equal scores the lottery decides."
    ),
    "no_envy_at_home country": _(
        "Among applicants from the same country, nobody with a lower score gets a place that was open to the applicant "
        "and that the applicant wanted more. Between equal scores the lottery decides."
    ),
    "no_envy_at_home institution": _(
        "Among applicants from the same university, nobody with a lower score gets a place that was open to the "
        "applicant and that the applicant wanted more. Between equal scores the lottery decides."
    ),
    "no_waste": _(
        "No place stays empty that was open to an applicant who wanted it more than what he or she got."
    ),
    "balanced country": _(
        "Each country sends as many as it receives, up to the tolerance and with what earlier years have left. Where "
        "that is too much for one round, it comes as near as possible."
    ),
    "balanced institution": _(
        "Each university sends as many as it receives, up to the tolerance and with what earlier years have left. Where "
        "that is too much for one round, it comes as near as possible."
    ),
    "most_placed": _("No other placement in balance places more."),
}
NOT_PROMISED = {  # what an applicant should know where a promise is not given
    "strategy_proof": _("Whoever lists choices by tactics can gain: never use it to decide."),
    "no_envy": _(
        "An applicant from elsewhere may get the place with a lower score, because somebody came from there in exchange."
    ),
    "no_waste": _("Places may stay empty although somebody wants them, for the sake of balance."),
    "balanced": _("One country or university may send many more than it receives."),
}
LIMITED = {  # where a list may hold so many choices only
    True: _(
        "A list may hold {number} choices at most. Whoever would accept more than these does not always do best with the "
        "true list: the choices that are left out cannot be met. For all others the true list is the best."
    ),
    False: _("A list may hold {number} choices at most."),
}
UNITS = {
    "country": pgettext_lazy("unit of balance", "Countries"),
    "institution": pgettext_lazy("unit of balance", "Universities"),
}
OF_UNIT = {
    "country": _("{rule}, between countries"),
    "institution": _("{rule}, between universities"),
}

type NameOf = Callable[[str], str]


def sentences(record: Mapping[str, Any], most_choices: int | None = None) -> list[str]:
    """What the rule means for an applicant: what it promises, then what it does not, a sentence each.

    Where a list may hold *most_choices* only, nobody is told that the true list is always the best.
    """
    rule = rule_of(record)
    found = []
    for code in rule.promises:
        if code == "strategy_proof" and most_choices:
            found.append(limited(most_choices, is_honest_best=True))
        else:
            found.append(str(PROMISES.get(code) or PROMISES[f"{code} {rule.balance.unit}"]))
    missing = [code for code in NOT_PROMISED if code not in rule.promises]
    if "most_placed" in rule.promises:
        missing.remove("no_envy")  # no claim counts at all
        missing.remove("no_waste")
    found += [str(NOT_PROMISED[code]) for code in missing]
    if most_choices and "strategy_proof" not in rule.promises:
        found.append(limited(most_choices, is_honest_best=False))
    return found


def limited(most_choices: int, *, is_honest_best: bool = True) -> str:
    """What a limit of the number of choices means."""
    return str(LIMITED[is_honest_best]).format(number=most_choices)


def kind_name(record: Mapping[str, Any]) -> str:
    """What the rule is called, with its unit of balance."""
    rule = rule_of(record)
    name = str(NAMES[rule.mechanism])
    return str(OF_UNIT[rule.balance.unit]).format(rule=name) if is_balanced(record) else name


def rule_name(record: Mapping[str, Any]) -> str:
    """The same with its tolerance."""
    if not is_balanced(record):
        return kind_name(record)
    tolerance = record["tolerance"]
    wording = gettext("{rule}, within {number}") if tolerance else gettext("{rule}, exactly")
    return wording.format(rule=kind_name(record), number=tolerance)


def is_balanced(record: Mapping[str, Any]) -> bool:
    """Whether the rule keeps a balance."""
    return MECHANISMS[rule_of(record).mechanism].is_balanced


def how(record: Mapping[str, Any]) -> str:
    """How the places were given, in a sentence or two for a letter."""
    return str(HOW[rule_of(record).mechanism])


def in_words(record: Mapping[str, Any], name_of: NameOf) -> Iterator[tuple[str, str]]:
    """The rule as facts: what each is called, and what it says. *name_of* is for institutions that carry a balance."""
    rule = rule_of(record)
    yield gettext("Rule of placement"), str(NAMES[rule.mechanism])
    if not is_balanced(record):
        return
    balance = rule.balance
    yield gettext("Balance between"), str(UNITS[balance.unit])
    yield gettext("Tolerance"), str(balance.tolerance)
    name = reasons.country if balance.unit == "country" else name_of
    for unit, count in sorted(balance.carried.items()):
        yield gettext("Carried over: {unit}").format(unit=name(unit)), carried(count)


def carried(count: int) -> str:
    """What a unit carries from earlier years, in words.

    >>> carried(3)
    'has sent 3 more than it received'
    """
    if not count:
        return gettext("nothing")
    wording = (
        gettext("has sent {number} more than it received")
        if count > 0
        else gettext("has received {number} more than it sent")
    )
    return wording.format(number=abs(count))
