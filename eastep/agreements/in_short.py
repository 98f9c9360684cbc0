"""One agreement in a row of the list, in words: where it stands for the reader's side, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from html import escape  # Django's own takes ten times as long: it looks for lazy texts
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from eastep.agreements.content import later
from eastep.agreements.models import Agreement, Party
from eastep.agreements.standing import tone
from eastep.agreements.states import Level, Standing, VersionState, WaitsFor
from eastep.ui.templatetags.ui import badge

SOON = 12  # months before the end, in which somebody should think of renewing
QUIET = '<br><span class="quiet">{}</span>'
TICK = (
    '<td class="tick"><label><input type="checkbox" name="row" value="{}" form="bulk" autocomplete="off">'
    '<span class="visually-hidden">{}</span></label></td>'
)
CELLS = (  # one string a row: a template that writes cell by cell takes as long as all the rest of the page
    '<th scope="row"><a href="{url}"{lang}>{name}</a>{level}{faculties}</th><td class="unbroken">{reference}</td>'
    '<td>{badge}{more}</td><td>{period}</td><td class="number">{places}</td><td class="number">{balance}{sent}</td>'
    "<td>{next_step}</td><td><time>{changed}</time></td>"
)


@dataclass(frozen=True, kw_only=True)
class InShort:
    """What one row says, all of it text."""

    side: Party
    name: str
    language: str  # of the name
    faculties: str
    reference: str
    level: str
    standing: str
    tone: str
    more: str  # who has recorded it; about a new version, while an older one stands
    period: tuple[str, ...]  # first and last day
    places: str  # out / in
    balance: str
    balance_words: str
    next_step: str
    changed: str


def in_short(sides: Iterable[Any], *, today: date, for_all: bool) -> Iterator[InShort]:
    """The row of each side (`lists.with_names`); *for_all* words it for those who belong to no side."""
    here, zone = get_language() or "en", timezone.get_current_timezone()
    words = _words(here, for_all=for_all, soon=later(today, SOON))
    for side in sides:
        agreement: Agreement = side.agreement
        standing = agreement.standing(today)
        name = side.partner_name.in_language(here)
        names = (side.own_name.in_language(here), name)
        yield InShort(
            side=side,
            name=" – ".join(names) if for_all else name,
            language="" if for_all else side.partner_name.written_in,
            faculties=_faculties(side),
            reference=side.reference,
            level=words.levels.get(agreement.level, ""),
            standing=words.standing(side, standing, names),
            tone=tone(standing),
            more=words.more(side, agreement, names),
            period=words.period(agreement),
            places=f"{_number(side.places_out)} / {_number(side.places_in)}",
            balance=f"{side.balance:+d}".replace("-", "−") if side.balance else "0",
            balance_words=words.balance(side.balance, names),
            next_step=words.next_step(side, standing, names),
            changed=agreement.moved_at.astimezone(zone).date().isoformat(),
        )


def as_rows(sides: Iterable[Party], *, today: date, url: str, for_all: bool, tick: bool) -> list[SafeString]:
    """The cells of each side's row, as HTML. *url* is the address of agreement 0; *tick* puts a box before it."""
    before, after = url.split("0", 1)
    select = _("Select: {name}")
    rows = []
    for row in in_short(sides, today=today, for_all=for_all):
        cells = CELLS.format(
            url=f"{before}{row.side.agreement_id}{after}",
            lang=f' lang="{escape(row.language)}"' if row.language else "",
            name=escape(row.name),
            faculties=_quiet(row.faculties),
            reference=escape(row.reference),
            level=_quiet(row.level),
            badge=_badge(row.standing, row.tone),
            more=_quiet(row.more),
            period=_period(row.side.agreement, row.period),
            places=row.places,
            balance=row.balance,
            sent=_quiet(row.balance_words),
            next_step=escape(row.next_step),
            changed=row.changed,
        )
        box = TICK.format(row.side.pk, escape(select.format(name=row.name))) if tick else ""
        rows.append(SafeString(box + cells))
    return rows


_badge = lru_cache(500)(badge)


def _period(agreement: Agreement, period: tuple[str, ...]) -> str:
    """The days as HTML, each on a line of its own."""
    if not period:
        return "–"
    first, last = f"<time>{period[0]}</time>", escape(period[1])
    return f"{first}&nbsp;–<br>" + (f"<time>{last}</time>" if agreement.ends_on else last)


def _quiet(text: str) -> str:
    return QUIET.format(escape(text)) if text else ""


def _number(said: int | None) -> str:
    return "–" if said is None else str(said)


def _faculties(side: Any) -> str:
    """The faculties of both sides, the partner's first."""
    return " · ".join(str(name) for name in (side.partner_faculty, side.own_faculty) if name)


class Words:
    """The sentences of a list in the reader's language, looked up once. *names* are own side and partner."""

    def __init__(self, *, for_all: bool, soon: date) -> None:
        self.for_all, self.soon = for_all, soon
        self.waits = {one.value: str(one.label) for one in WaitsFor}
        self.standings = {one: str(one.label) for one in Standing}
        self.levels = {one.value: str(one.label) for one in Level}
        self.waits_for = _("Waiting for {name}")
        self.recorded = _("Recorded by {first}, not confirmed by {second}")
        self.draft_in_work, self.in_work = _("New version: draft"), _("New version: {state}")
        self.without_end = pgettext("agreement", "without end")
        self.balanced = pgettext("balance", "balanced")
        self.name_sent = _("{name} sent {number} more")
        self.we_sent, self.they_sent = _("we sent {number} more"), _("the partner sent {number} more")
        self.renew = _("Renew it, or let it end")
        self.ours = {
            VersionState.DRAFT: _("Finish the draft and propose it"),
            VersionState.PROPOSED: _("Read it and decide"),
            VersionState.RECORDED: _("Check it and confirm"),
        }
        self.theirs = {
            VersionState.DRAFT: _("The partner changes the draft"),
            VersionState.PROPOSED: _("The partner decides"),
            VersionState.RECORDED: _("The partner confirms"),
        }

    def period(self, agreement: Agreement) -> tuple[str, ...]:
        """First and last day as ISO 8601 writes them, so that the column stays narrow."""
        if agreement.starts_on is None:
            return ()
        last = agreement.ends_on.isoformat() if agreement.ends_on else self.without_end
        return (agreement.starts_on.isoformat(), last)

    def waiting(self, side: Party, names: tuple[str, str]) -> str:
        """Who has the next word."""
        if self.for_all and side.waits_for in (WaitsFor.US, WaitsFor.PARTNER):
            return self.waits_for.format(name=names[side.waits_for == WaitsFor.PARTNER])
        return self.waits[side.waits_for]

    def standing(self, side: Party, standing: Standing, names: tuple[str, str]) -> str:
        """Where it stands, as this side says it."""
        if standing == Standing.PROPOSED and side.waits_for:
            return self.waiting(side, names)
        return self.standings[standing]

    def _recorded(self, side: Party, names: tuple[str, str]) -> str:
        """Who has recorded it, and who has not confirmed it."""
        first, second = names if side.waits_for == WaitsFor.PARTNER else names[::-1]
        return self.recorded.format(first=first, second=second)

    def more(self, side: Party, agreement: Agreement, names: tuple[str, str]) -> str:
        """Who has recorded it, or what is known to this side about a new version while an older one stands."""
        if not agreement.is_agreed:
            return self._recorded(side, names) if side.work_state == VersionState.RECORDED else ""
        match side.work_state:
            case VersionState.DRAFT:
                return self.draft_in_work
            case VersionState.PROPOSED:
                return self.in_work.format(state=self.waiting(side, names))
            case VersionState.RECORDED:
                return self.in_work.format(state=self._recorded(side, names))
        return ""

    def balance(self, balance: int, names: tuple[str, str]) -> str:
        """Who has sent more than it received."""
        if balance == 0:
            return self.balanced
        if self.for_all:
            return self.name_sent.format(name=names[balance < 0], number=abs(balance))
        return (self.we_sent if balance > 0 else self.they_sent).format(number=abs(balance))

    def next_step(self, side: Party, standing: Standing, names: tuple[str, str]) -> str:
        """What has to be done, and by whom where that is not the reader's side; "–" for nothing."""
        if side.work_state and side.waits_for:
            if self.for_all:
                return self.waiting(side, names)
            steps = self.theirs if side.waits_for == WaitsFor.PARTNER else self.ours
            return steps[VersionState(side.work_state)]
        ends_on = side.agreement.ends_on
        if standing == Standing.IN_EFFECT and ends_on and ends_on <= self.soon:
            return self.renew
        return "–"


@lru_cache(24)
def _words(_language: str, *, for_all: bool, soon: date) -> Words:
    """Those of a day, made once: the language is what the cache goes by."""
    return Words(for_all=for_all, soon=soon)
