"""Forms of confirmations: what staff ask, and what a party answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.confirmations.actions import Answer, Claim
from crm.web.fields import CodesField, PicksField, TextField, optional
from crm.web.form import CreatingForm, Form
from crm.web.language import gettext
from crm.web.language import lazy_gettext as _

NOT_SO, LATER = "not_so", ""
ROLE, WORD = "role_", "word_"


class AskForm(CreatingForm):
    sides = CodesField(_("Who is asked"))
    role = PicksField(_("Role of the platform"), description=_("Where a service does not say what was claimed."))

    def value(self) -> Claim:
        """What is asked."""
        return Claim(self.sides.data or (), self.role.data)


class AnswerField(PicksField):
    """A role, "not so", or nothing yet."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, default=LATER, **kwargs)
        self.validators, self.flags.required = [optional()], False


class AnswersForm(Form):
    """One question for each confirmation; made by `answers_form`."""

    asked: tuple[int, ...] = ()

    def value(self) -> dict[int, Answer]:
        """{confirmation: what was answered}, of those that were."""
        given = {number: self[f"{ROLE}{number}"].data for number in self.asked}
        return {
            number: Answer(None if role == NOT_SO else role, self[f"{WORD}{number}"].data)
            for number, role in given.items()
            if role
        }


class NamedAnswersForm(AnswersForm):
    name = TextField(_("Your name"), length=80, needed=True, render_kw={"autocomplete": "name"})


def answers_form(kind: type[AnswersForm], numbers: Sequence[int], roles: Sequence[tuple[str, str]], **told: Any) -> Any:
    """A form with a role and a word for each confirmation, of which some may stay open."""
    fields: dict[str, Any] = {}
    for number in numbers:
        fields[f"{ROLE}{number}"] = AnswerField(_("The platform's role"))
        fields[f"{WORD}{number}"] = TextField(_("In words"), length=400)
    form = type(kind.__name__, (kind,), {**fields, "asked": tuple(numbers)})(**told)
    for number in numbers:
        form[f"{ROLE}{number}"].offer([*roles, (NOT_SO, gettext("Not so")), (LATER, gettext("Answer later"))])
    return form
