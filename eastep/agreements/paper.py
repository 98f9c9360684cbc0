"""A version of an agreement on paper: what both sides approved, who approved it, and the approved bytes within."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from babel import Locale
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from eastep.agreements import in_words, queries
from eastep.agreements.content import Condition
from eastep.agreements.in_words import Words
from eastep.agreements.models import Approval, Party, Version
from eastep.agreements.states import Level, VersionState, Way
from eastep.core.text import LANGUAGES, Text
from eastep.documents.typesetting import Attachment, typeset, written

TEMPLATE = "agreements/agreement.typ"
RECORD = "agreement.json"  # the canonical bytes, attached
type Row = list[Any]


def agreement_as_pdf(version: Version, *, language: str) -> bytes:
    """The version in *language*: the same bytes as long as nothing happens to it."""
    approvals = queries.approvals_of(version)
    with translation.override(language):
        data = _data(version, approvals)
        attachments = list(_record_attached(version))
    return typeset(
        TEMPLATE,
        data,
        language=language,
        title=data["title"],
        made_at=max([version.moved_at, version.edited_at, *(approval.at for approval in approvals)]),
        attachments=attachments,
        images={f"{one.seal.pk}": bytes(one.seal.image) for one in approvals if one.seal},
    )


def _record_attached(version: Version) -> Iterator[Attachment]:
    """The approved bytes; a draft has none."""
    if version.canonical is not None:
        yield Attachment(
            name=RECORD,
            content=bytes(version.canonical),
            media_type="application/json",
            description=_("The record that the approvals are for, in its canonical form (RFC 8785)"),
        )


def _data(version: Version, approvals: list[Approval]) -> dict[str, Any]:
    content, words = version.content, Words.of(version.content)
    one, other = (words.institution(party["institution"]) for party in content["parties"])
    sides = version.agreement.parties.select_related("institution").order_by("position")
    return {
        "title": _("Agreement between {one} and {other}").format(one=one, other=other),
        "mark": _mark(version),
        "note": _("EASTEP, agreement {number}, version {version}").format(
            number=version.agreement_id, version=version.number
        ),
        "facts": list(_facts(version)),
        "headings": {
            "conditions": _("Conditions"),
            "balance": _("Balance"),
            "other": _("Other terms"),
            "approvals": _("Approvals"),
            "record": pgettext("of an agreement", "Approved record"),
        },
        "columns": [
            pgettext("number of a condition", "No."),
            *(words.label(("conditions", name)) for name in ("mobility", "fields", "levels")),
            *(words.label(("conditions", name)) for name in ("terms", "places", "months", "language")),
            words.label(("conditions", "minimum_gpa")),
        ],
        "directions": [
            {
                "title": str(direction),
                "rows": [_condition(row) for row in rows],
                "notes": list(_notes(words, direction.conditions)),
                "none": "" if rows else _("No condition in this direction."),
            }
            for direction, rows in words.directions(content)
        ],
        "balance": in_words.balance_rule(content),
        "other": _texts(content["other"]),
        "sides": [
            _side(side, next((one for one in approvals if one.party_id == side.pk), None)) for side in sides
        ],
        "record": _record(version),
        "sha256": version.sha256,
    }


def _mark(version: Version) -> str:
    """What stands across each page of what is not agreed."""
    match version.state:
        case VersionState.AGREED:
            return ""
        case VersionState.RECORDED:
            return pgettext("mark on a document", "Not confirmed")
        case VersionState.REPLACED:
            return pgettext("mark on a document", "Replaced")
        case VersionState.DISCARDED:
            return pgettext("mark on a document", "Discarded")
    return pgettext("mark on a document", "Draft")


def _facts(version: Version) -> Iterator[Row]:
    content = version.content
    for party in content["parties"]:
        names = _scripts(party["name"])
        if party["faculty"]:
            names += _scripts(party["faculty"])
        yield [_("Institution"), names]
    yield [pgettext("agreement", "Kind"), str(Level(content["level"]).label)]
    yield [pgettext("of an agreement", "Period"), in_words.period(content)]
    yield [_("Notice period"), in_words.months(content["notice_months"])]
    yield [pgettext("of an agreement", "State"), str(VersionState(version.state).label)]
    if version.effective_on:
        yield [_("Date of the last signature"), date_format(version.effective_on)]
    if version.in_force_from and version.state == VersionState.AGREED:
        yield [_("In force from"), date_format(version.in_force_from)]


def _scripts(name: dict[str, str]) -> list[dict[str, str]]:
    """A name in each language that it is known in, the reader's first, each in its own letters."""
    text = Text(**name)
    codes = sorted(LANGUAGES, key=lambda code: (code != text.written_in, LANGUAGES.index(code)))
    known = {getattr(text, code): code for code in codes[::-1] if getattr(text, code)}
    return [
        {"text": said, "lang": code}
        for said, code in sorted(known.items(), key=lambda one: codes.index(one[1]))
    ]


def _condition(row: dict[str, Any]) -> Row:
    mobility = str(row["mobility"])
    if row["blended"]:
        mobility = _("{mobility}, blended").format(mobility=mobility)
    shown = [row["fields"], row["levels"], row["terms"], row["places"], row["length"], row["language"]]
    return [str(row["id"]), mobility, *(one or in_words.NOTHING_SAID for one in [*shown, row["minimum_gpa"]])]


def _notes(words: Words, conditions: Iterable[Condition]) -> Iterator[Row]:
    """What a condition says beside its row in the table."""
    for condition in conditions:
        title = words.label(("conditions", condition["id"]))
        for text in filter(None, [condition["field_note"], in_words.years_of(condition)]):
            yield [title, text]
        yield from ([title, text] for text in _texts(condition["other"]))


def _texts(texts: dict[str, str]) -> list[dict[str, str]]:
    """A text in each language that it is written in: these are the terms, no translation replaces another."""
    return [{"text": text, "lang": code} for code, _name, text in in_words.texts(texts)]


def _side(side: Party, approval: Approval | None) -> dict[str, Any]:
    """Who approved for a side: in which role, when and how."""
    name = {"text": str(side.institution.name), "lang": side.institution.name.written_in}
    if approval is None:
        return {"name": name, "lines": [["", _("Not approved yet.")]], "seal": None}
    lines: list[Row] = [[_("Signed by"), _own_letters(approval.signed_name, side)]]
    if approval.signed_position:
        lines.append([_("Position"), _own_letters(approval.signed_position, side)])
    lines += [
        [_("Way to sign"), str(Way(approval.way).label)],
        [_dated_as(approval), date_format(approval.signed_on)],
        [_entered_as(approval), written(str(approval.by), approval.by.family_reading)],
        [_("Entered at"), date_format(timezone.localtime(approval.at), "DATETIME_FORMAT")],
    ]
    if approval.scan:
        lines.append([_("Paper"), approval.scan.name])
        lines.append([_("SHA-256 of the paper"), _cut(approval.scan.sha256)])
    seal = None
    if approval.seal:
        seal = {
            "file": f"/images/{approval.seal.pk}",
            "alt": _("Seal of {name}").format(name=approval.signed_name),
        }
    return {"name": name, "lines": lines, "seal": seal}


def _dated_as(approval: Approval) -> str:
    """What the date is of: of what was signed outside, only that of the last signature is known."""
    return _("Date of the last signature") if approval.way == Way.OUTSIDE else _("Date of the signature")


def _entered_as(approval: Approval) -> str:
    """In which role the person acted in EASTEP."""
    if approval.role == "office":
        return _("Entered by the international office")
    return _("Entered by the invited person")


def _own_letters(text: str, side: Party) -> dict[str, str]:
    """Han characters are drawn as in the country of the institution: by its most likely language (Unicode CLDR)."""
    language = Locale.parse(f"und_{side.institution.country}").language
    return written(text, side.institution.name.in_language(language))


def _record(version: Version) -> list[str]:
    if version.canonical is None:
        return [_("This is a draft: nobody has proposed or approved this text yet.")]
    return [
        _(
            "The record that the approvals are for is attached to this file as {name}, byte for byte. "
            "This document says the same in words."
        ).format(name=RECORD),
        _("SHA-256 of {name}:").format(name=RECORD),
    ]


def _cut(sha256: str) -> str:
    """In groups of eight, so that the lines of a narrow column can break."""
    return " ".join(sha256[at : at + 8] for at in range(0, len(sha256), 8))
