"""Fields that choose from what is handed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import Field, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs lag behind 3.3
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, Select

from crm.web.compiling import shown
from crm.web.fields.texts import optional, required
from crm.web.language import lazy_gettext

Choices = Sequence[tuple[str, str]]


class Offer(list[tuple[str, str]]):
    """What a vocabulary offers, [(code, word)], and the retired words that a field keeps where it holds one."""

    def __init__(self, offered: Iterable[tuple[str, str]], retired: Choices = ()) -> None:
        super().__init__(offered)
        self.retired = retired

    def kept_in(self, field: Field) -> list[tuple[str, str]]:
        """The retired words that a field's record holds."""
        held = field.object_data
        codes = held if isinstance(held, (tuple, list)) else (held,)
        return [(code, word) for code, word in self.retired if code in codes]


def offered_to(field: Field, choices: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The choices of a field, with those retired ones that its record holds."""
    return [*choices, *(choices.kept_in(field) if isinstance(choices, Offer) else ())]


def select_choices(choices: Sequence[tuple[Any, ...]]) -> list[SelectChoice]:
    """Choices as WTForms wants them, of (value, label) or (value, label, attributes)."""
    return [SelectChoice(str(value), str(label), *attributes) for value, label, *attributes in choices]


class PlainSelect(Select):
    """A select that writes its options as they are: WTForms took half of a form's time to put each together."""

    @classmethod
    def render_option(cls, choice: Any, **attributes: Any) -> Any:  # type: ignore[override]  # the stubs lag behind 3.3
        """One option."""
        if attributes or choice.render_kw:
            return super().render_option(choice, **attributes)
        selected = " selected" if choice.selected else ""
        return f'<option{selected} value="{shown(choice.value)}">{shown(choice.label or choice.value)}</option>'


class ChoiceField(SelectField):
    """One of a few; choices are handed in, with an empty first one unless a value is needed."""

    widget = PlainSelect()

    def __init__(self, label: Any, *, needed: bool = False, **kwargs: Any) -> None:
        self.needed = needed
        validators = [required()] if needed else [optional()]
        super().__init__(label, validators, coerce=str, validate_choice=True, **kwargs)

    def offer(self, choices: Choices, *, empty: str | None = None) -> None:
        """Set what may be chosen; `empty` is the text of the choice of nothing."""
        self.choices = select_choices(([("", empty)] if empty is not None else []) + offered_to(self, choices))

    def pre_validate(self, form: Any) -> None:
        offered: Any = self.choices or ()
        allowed = {choice.value for choice in offered}
        if self.data and self.data not in allowed:
            raise ValidationError(lazy_gettext("Choose one of the list."))


class PicksField(RadioField):
    """One of a few, all visible at once."""

    widget_kind = "picks"

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, [required()], coerce=str, validate_choice=False, **kwargs)
        self.choices: Any = []

    def offer(self, choices: Sequence[tuple[Any, ...]]) -> None:
        """Set what may be chosen, as (value, label) or (value, label, attributes)."""
        self.choices = select_choices(offered_to(self, choices))

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.data and self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(lazy_gettext("Choose one of the list."))


class CodesField(SelectMultipleField):
    """Several of a vocabulary, as ticks. Its value is a tuple of codes."""

    data: Any
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
    widget_kind = "ticks"

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, [optional()], coerce=str, validate_choice=False, **kwargs)
        self.choices: Any = []

    def offer(self, choices: Choices) -> None:
        """Set what may be ticked."""
        self.choices = select_choices(offered_to(self, choices))

    def process_formdata(self, valuelist: list[str]) -> None:
        offered = [choice.value for choice in self.choices] if self.choices else valuelist
        self.data = tuple(code for code in offered if code in valuelist)
