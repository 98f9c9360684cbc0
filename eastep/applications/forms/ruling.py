"""The rule of placement, as it is asked for: by which mechanism, between whom balance is held, what is carried over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from eastep.applications import promises, queries
from eastep.applications.forms.simulations import SeenForm
from eastep.applications.models import Round
from eastep.applications.reasons import country
from eastep.applications.ruling import MOST, RULES, UNITS
from eastep.applications.simulating import Impossible
from eastep.core.text import joined, no_direction_marks
from eastep.imports.cells import Unreadable, whole_between
from eastep.imports.problems import SENTENCES
from eastep.imports.queries import remembered_names
from eastep.imports.university_cells import key_of_name, university
from eastep.institutions.queries import registered

SEPARATORS = ";；\t"
MINUS = str.maketrans(dict.fromkeys("−–▲△", "-"))
OF_BALANCE = ("unit", "tolerance", "carried", "lines")
FIELD_OF = {  # where it is told that a rule cannot be
    "needs_countries": "unit",
    "unknown_unit": "unit",
    "not_a_tolerance": "tolerance",
    "not_a_carried_balance": "lines",
}


class RuleForm(forms.Form):
    """The rule of *round_*; ``cleaned_data["rule"]`` is its record. A round of one home has no choice."""

    mechanism = forms.ChoiceField(label=gettext_lazy("Rule of placement"), widget=forms.RadioSelect)
    unit = forms.ChoiceField(
        label=gettext_lazy("Balance between"),
        help_text=gettext_lazy(
            "Whose stays are to be as many there as back. A stay counts once, however long it is."
        ),
        choices=[(unit, promises.UNITS[unit]) for unit in UNITS],
        initial="country",
        required=False,
        widget=forms.RadioSelect,
    )
    tolerance = forms.IntegerField(
        label=gettext_lazy("Tolerance"),
        help_text=gettext_lazy(
            "By how many stays each may have sent more or fewer than it received. 0: exactly balanced."
        ),
        min_value=0,
        max_value=MOST,
        initial=0,
        required=False,
    )
    carried = forms.IntegerField(min_value=-MOST, max_value=MOST, required=False)
    lines = forms.CharField(
        label=gettext_lazy("What universities carry over from earlier years"),
        help_text=gettext_lazy(
            "A line for each: name; how many stays it has sent beyond those that it received, with a minus sign where it "
            "received more. Such as: Waseda University; -3. Those that are not named carry nothing."
        ),
        max_length=200_000,
        required=False,
        validators=[no_direction_marks],
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, round_: Round, rule: dict[str, Any], **given: Any) -> None:
        initial = given["initial"] = {**_initial(rule), **(given.get("initial") or {})}
        self.round, self.rule = round_, rule
        self.countries = queries.countries_of(round_)
        two = self.countries if len(self.countries) == 2 and rule.get("unit") != "institution" else []
        if two:
            initial["carried"] = rule.get("carried", {}).get(two[0]) or None
        if rule.get("carried") and not two:
            initial["lines"] = "\n".join(self._written(rule))
        super().__init__(*args, **given)
        if round_.home_id:
            for name in RuleForm.base_fields:
                del self.fields[name]
            return
        mechanism: Any = self.fields["mechanism"]
        mechanism.choices = [(name, self._explained(name)) for name in self._mechanisms()]
        carried = self.fields["carried"]
        if len(self.countries) == 2:
            facts = dict(zip(("one", "other"), map(country, self.countries), strict=True))
            carried.label = _(
                "Carried over from earlier years: stays that {one} sent beyond those received"
            ).format(**facts)
            carried.help_text = _(
                "12: {one} has sent 12 more than it received, so this round may send 12 fewer. −12, with a minus sign: "
                "{one} has received 12 more. For {other} it is the same number with the other sign. Empty: nothing."
            ).format(**facts)
        else:
            del self.fields["carried"]

    def fill_carried(self, ledger: Mapping[str, Mapping[str, int]]) -> None:
        """Show what the ledger carries instead of what the rule says: by country, and by institution."""
        if "carried" in self.fields:
            self.initial["carried"] = ledger["country"].get(self.countries[0]) or None
        if "lines" in self.fields:
            rule = {"unit": "institution", "carried": ledger["institution"]}
            self.initial["lines"] = "\n".join(self._written(rule))

    def _mechanisms(self) -> Iterator[str]:
        """Those that the round can have."""
        for name in RULES:
            if name != "balanced_deferred_acceptance" or len(self.countries) == 2:
                yield name

    def _explained(self, name: str) -> str:
        """The name of a rule, and what it means for an applicant."""
        rule = {"mechanism": name, "unit": self.rule.get("unit", "country"), "tolerance": 0, "carried": {}}
        sentences = promises.sentences(
            {} if name == "deferred_acceptance" else rule, most_choices=self.round.most_choices
        )
        return format_html(
            "<span><strong>{}</strong>{}</span>",
            promises.NAMES[name],
            format_html_join("", '<br><span class="quiet">{}</span>', ((one,) for one in sentences)),
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        mechanism = given.pop("mechanism", "") or "deferred_acceptance"
        unit, tolerance = given.pop("unit", "") or "country", given.pop("tolerance", 0) or 0
        number, lines = given.pop("carried", None), given.pop("lines", "")
        if mechanism == "deferred_acceptance":
            for name in OF_BALANCE:  # not in sight, and of no account
                self.errors.pop(name, None)
        if self.errors or mechanism == "deferred_acceptance":
            given["rule"] = {}
            return given
        rule = {"mechanism": mechanism, "unit": unit, "tolerance": tolerance}
        if unit == "country" and "carried" in self.fields:
            rule["carried"] = {self.countries[0]: number} if number else {}
        else:
            rule["carried"] = self._carried(lines, unit)
        if not self.errors:
            try:
                given["rule"] = queries.checked_rule(rule, self.round)
            except Impossible as error:
                self.add_error(FIELD_OF.get(error.code, "mechanism"), error.sentence)
        return given

    def _carried(self, lines: str, unit: str) -> dict[str, int]:
        """What the lines say by unit; a problem about each line that cannot be read."""
        read_name = (
            university(registered(), remembered_names(None)) if unit == "institution" else self._country
        )
        read_number = whole_between(-MOST, MOST)
        found: dict[str, int] = {}
        for number, line in enumerate(lines.splitlines(), 1):
            if not line.strip():
                continue
            at = max(line.rfind(one) for one in SEPARATORS)
            text = ""
            try:
                if at < 0:
                    self._told(
                        number, _("Write a name, a semicolon and a number, such as: Waseda University; -3.")
                    )
                    continue
                text = line[:at].strip()
                key = read_name(text)
                text = line[at + 1 :].strip()
                value = read_number(text.translate(MINUS))
            except Unreadable as error:
                wording = error.wording or SENTENCES[error.code]
                self._told(number, str(wording).format(**{"value": text, **error.facts}))
                continue
            if key in found:
                self._told(
                    number, _("“{name}” stands in an earlier line already.").format(name=line[:at].strip())
                )
            found[key] = value
        return found

    def _told(self, line: int, sentence: str) -> None:
        self.add_error("lines", _("Line {number}: {problem}").format(number=line, problem=sentence))

    def _country(self, text: str) -> str:
        """A country of the round by its code or its name in the reader's language."""
        for code in self.countries:
            if text.casefold() in (code.casefold(), country(code).casefold()):
                return code
        raise Unreadable(
            "unknown_country", wording=UNKNOWN_COUNTRY, countries=joined(map(country, self.countries))
        )

    def _written(self, rule: dict[str, Any]) -> Iterator[str]:
        """The lines for what is carried: names that lead back to the same one, else codes."""
        if rule["unit"] == "country":
            yield from (f"{country(code)}; {count}" for code, count in rule["carried"].items())
            return
        register, names = registered(), remembered_names(None)
        for key, count in rule["carried"].items():
            name = register.by_key[key].name((get_language() or "en")[:2]) if key in register.by_key else key
            found = register.resolve(name).university
            back = key_of_name(name, names) or (found and found.key)
            yield f"{name if back == key and not any(one in name for one in SEPARATORS) else key}; {count}"


UNKNOWN_COUNTRY = gettext_lazy("“{value}” is no country of this round. Write one of these: {countries}.")


def _initial(rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "mechanism": rule.get("mechanism", "deferred_acceptance"),
        "unit": rule.get("unit", "country"),
        "tolerance": rule.get("tolerance", 0),
    }


class SimulationRuleForm(SeenForm, RuleForm):
    """The rule of a draft."""
