"""The form of a briefing's text: figures stand in it by their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from wtforms import BooleanField

from crm.reports.kinds.briefing.texts import CASES, missing_from, proposed, typed_in, unknown_in
from crm.reports.naming import similar
from crm.web.fields import ChoiceField, DayField, LongTextField, TextField
from crm.web.form import EditingForm
from crm.web.language import gettext
from crm.web.language import lazy_gettext as _

OWN = ("title", "unit", "issue", "headline", "situation", "results", "problems", "next_steps", "matters")
SHARED = ("contact", "filled_by", "checked_by", "issued_by")
TEXTS = ("headline", "situation", "results", "case1", "case2", "case3", "problems", "next_steps", "matters")


class BriefingForm(EditingForm):
    title = TextField(_("Title of the document"), length=60, needed=True)
    unit = TextField(_("Unit"), length=60, description=_("The platform, unless another unit signs."))
    issue = TextField(_("Issue"), length=40, description=_("Stands in the plain heading, such as 2026 No. 6."))
    written_on = DayField(_("Date of the document"))
    headline = LongTextField(_("Bold sentence"), length=600, rows=4, needed=True)
    situation = LongTextField(_("Overall situation"), length=1500, rows=4, needed=True)
    results = LongTextField(
        _("Main results"),
        length=2000,
        rows=6,
        needed=True,
        description=_("A line each; what stands before its first full stop is bold."),
    )
    startup1 = ChoiceField(_("Case 1"))
    case1 = LongTextField(_("Text of case 1"), length=600, rows=3)
    startup2 = ChoiceField(_("Case 2"))
    case2 = LongTextField(_("Text of case 2"), length=600, rows=3)
    startup3 = ChoiceField(_("Case 3"))
    case3 = LongTextField(_("Text of case 3"), length=600, rows=3)
    problems = LongTextField(_("Problems"), length=1000, rows=3, description=_("A line each."))
    next_steps = LongTextField(_("Next steps"), length=1000, rows=3, description=_("A line each."))
    matters = LongTextField(_("To be coordinated"), length=1000, rows=3, description=_("A line each."))
    contact = TextField(_("Contact"), length=80)
    filled_by = TextField(_("Filled in by"), length=40)
    checked_by = TextField(_("Reviewed by"), length=40)
    issued_by = TextField(_("Signed off by"), length=40)
    is_meant = BooleanField(_("Leave them out, and take the numbers that were typed"))

    text_language = "zh"

    def suit(self, language: str, startups: Sequence[tuple[str, str]]) -> None:
        """The language of the text, and the startups that may be told of."""
        self.text_language = language
        for place in range(1, CASES + 1):
            self[f"startup{place}"].offer(startups)

    def validate(self, extra_validators: Any = None) -> bool:
        """Beside each field's own rules: every figure is known, and none is left out or typed unless that is meant."""
        fine: bool = super().validate(extra_validators)
        for name in TEXTS:
            unknown = list(map(told_unknown, unknown_in(self[name].data, of_case=name.startswith("case"))))
            self[name].errors = [*self[name].errors, *unknown]
            fine = fine and not unknown
        notes = [*self.left_out(), *self.typed()]
        if notes and not self.is_meant.data:
            self.is_meant.errors = notes
            return False
        return fine

    def left_out(self) -> list[str]:
        """The figures of the proposed text that were taken out."""
        missing = [one for name in TEXTS if not name.startswith("case") for one in self.missing_from(name)]
        return [gettext("Left out: %(names)s.", names=", ".join(f"{{{one}}}" for one in missing))] if missing else []

    def missing_from(self, name: str) -> list[str]:
        return missing_from(self[name].data, name, self.text_language)

    def typed(self) -> list[str]:
        """Numbers that were typed where figures of the registry could stand."""
        found = [one for name in TEXTS for one in self.numbers_in(name)]
        return [gettext("Typed by hand: %(numbers)s.", numbers=", ".join(found))] if found else []

    def numbers_in(self, name: str) -> list[str]:
        usual = typed_in(proposed(name, self.text_language))
        return [one for one in typed_in(self[name].data) if one not in usual]

    def words(self, before: dict[str, Any]) -> dict[str, Any]:
        """What was written, in place of what was written before in this language."""
        chosen = [(self[f"startup{place}"].data, self[f"case{place}"].data) for place in range(1, CASES + 1)]
        cases = [(int(startup), text) for startup, text in chosen if startup]
        own = {name: self[name].data for name in OWN}
        own |= {f"case{place}": text for place, (_startup, text) in enumerate(cases, 1) if text}
        return {
            **before,
            self.text_language: own,
            "cases": [startup for startup, _text in cases],
            "written_on": self.written_on.data.isoformat() if self.written_on.data else "",
            "by_hand": [*self.left_out(), *self.typed()],
            **{name: self[name].data for name in SHARED},
        }


def told_unknown(name: str) -> str:
    near = similar(name)
    if near:
        return gettext(
            "No figure is called %(name)s. Did you mean %(near)s?", name=f"{{{name}}}", near=" / ".join(near)
        )
    return gettext("No figure is called %(name)s.", name=f"{{{name}}}")


def filled(words: dict[str, Any], language: str, texts: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """What stands in each field before anybody types."""
    own, cases = words.get(language, {}), words.get("cases", [])
    yield from texts.items()
    for name in ("unit", "issue"):
        yield name, own.get(name, "")
    for name in SHARED:
        yield name, words.get(name, "")
    for place in range(1, CASES + 1):
        yield f"startup{place}", str(cases[place - 1]) if place <= len(cases) else ""
