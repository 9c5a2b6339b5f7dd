"""Form fields that read what people type: amounts, days, names. Each gives one typed value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from flask import url_for
from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs lag behind 3.3
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, Select, TextInput

from crm.core.clock import day_of, now
from crm.lib.colours import read_colour
from crm.lib.dates import read_typed_day
from crm.lib.identifiers import read_credit_code
from crm.lib.mail import read_address
from crm.lib.money import Amount, format_money, parse_form_amount
from crm.lib.names import name_key, split_names
from crm.lib.numbers import read_number
from crm.lib.text import Unreadable, tidy
from crm.lib.times import read_time
from crm.web.compiling import shown
from crm.web.language import current_language, lazy_gettext, translate

Choices = Sequence[tuple[str, str]]
LONGEST_NAME = 200
MOST_NAMES = 50
LONGEST_LIST = LONGEST_NAME * MOST_NAMES


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


class Needed(InputRequired):
    """The field must hold something that can be seen."""

    def __call__(self, form: Any, field: Any) -> None:
        if isinstance(field.data, str) and not tidy(field.data):
            raise StopValidation(str(self.message))
        super().__call__(form, field)


def required() -> Needed:
    """The field must hold something."""
    return Needed(lazy_gettext("Fill this in."))


def optional() -> Optional:
    """The field may stay empty."""
    return Optional()


def tidied(value: str | None) -> str:
    """One line of text without invisible characters and superfluous white space, "" for none."""
    return tidy(value or "")


def stripped(value: str | None) -> str:
    """Text without white space at its ends, "" for none."""
    return (value or "").strip()


class Fits:
    """A text that its column holds, as typed and as it is searched for: one character may stand for several."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __call__(self, form: Any, field: Any) -> None:
        if max(len(field.data), len(name_key(field.data))) > self.length:
            raise ValidationError(too_long(self.length))


class TextField(StringField):
    """One line of text, tidied."""

    data: Any

    def __init__(self, label: Any, *, length: int, needed: bool = False, **kwargs: Any) -> None:
        validators = [required() if needed else optional(), Fits(length)]
        super().__init__(label, validators, filters=[tidied], **kwargs)


class LongTextField(TextAreaField):
    """Several lines of text, trimmed."""

    data: Any

    def __init__(self, label: Any, *, length: int = 5000, rows: int = 3, needed: bool = False, **kwargs: Any) -> None:
        validators = [required() if needed else optional(), Length(max=length, message=too_long(length))]
        render = {"rows": rows, **kwargs.pop("render_kw", {})}
        super().__init__(label, validators, filters=[stripped], render_kw=render, **kwargs)


def too_long(length: int) -> Any:
    return lazy_gettext("Write at most %(length)s characters.", length=length)


class NameField(TextField):
    """The name, short name or credit code of a record; the page completes what is typed."""

    def __init__(self, label: Any, *, suggest: str, **kwargs: Any) -> None:
        render = {"data-suggest": url_for(suggest), **kwargs.pop("render_kw", {})}
        super().__init__(label, length=kwargs.pop("length", 400), render_kw=render, **kwargs)


class TypedField(Field):
    """Text in, one typed value out; keeps what was typed when it cannot be read."""

    widget = TextInput()

    def __init__(self, label: Any, *, needed: bool = False, **kwargs: Any) -> None:
        super().__init__(label, [required() if needed else optional()], **kwargs)
        self.typed: str | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = self.empty()
        if self.typed:
            try:
                self.data = self.read(self.typed)
            except Unreadable as error:
                raise ValueError(translate(error.message)) from error

    def _value(self) -> str:
        return self.typed if self.typed is not None else self.write(self.data)

    def empty(self) -> Any:
        """The value of an empty field."""
        return None

    def read(self, text: str) -> Any:
        """The value of a text. Raises Unreadable."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """The text that shows a value in the field."""
        raise NotImplementedError


class AddressField(TypedField):
    """One mail address; "" for none."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        render = {"inputmode": "email", "autocomplete": "email", **kwargs.pop("render_kw", {})}
        super().__init__(label, render_kw=render, **kwargs)

    def empty(self) -> str:
        return ""

    def read(self, text: str) -> str:
        return read_address(text)

    def write(self, value: str | None) -> str:
        return value or ""


class NamesField(TypedField):
    """Several names, separated by 、. Its value is a tuple of them."""

    def empty(self) -> tuple[str, ...]:
        return ()

    def read(self, text: str) -> tuple[str, ...]:
        names = tuple(split_names(text[:LONGEST_LIST]))
        if len(text) > LONGEST_LIST or len(names) > MOST_NAMES:
            raise ValueError(lazy_gettext("Write at most %(most)s names.", most=MOST_NAMES))
        if any(max(len(name), len(name_key(name))) > LONGEST_NAME for name in names):
            raise ValueError(too_long(LONGEST_NAME))
        return names

    def write(self, value: tuple[str, ...] | None) -> str:
        return "、".join(value or ())


class DayField(TypedField):
    """A day: 2026-06-12, 6.12, 明天, 下周三."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        render = {
            "inputmode": "numeric",
            "autocomplete": "off",
            "placeholder": lazy_gettext("YYYY-MM-DD"),
            **kwargs.pop("render_kw", {}),
        }
        super().__init__(label, render_kw=render, **kwargs)

    def read(self, text: str) -> date:
        return read_typed_day(text, day_of(now()))

    def write(self, value: date | None) -> str:
        return value.isoformat() if value else ""


class TimeField(TypedField):
    """A time of day: 14:00, 1430, 下午2点. Its value is a time or None."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        render = {"inputmode": "numeric", "autocomplete": "off", "placeholder": "14:00", **kwargs.pop("render_kw", {})}
        super().__init__(label, render_kw=render, **kwargs)

    def read(self, text: str) -> time:
        return read_time(text)

    def write(self, value: time | None) -> str:
        return f"{value:%H:%M}" if value else ""


class AmountField(TypedField):
    """An amount as written: 3000万, 0.3亿, 500-1000万, 数千万. Its value is an Amount."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        render = {"autocomplete": "off", "placeholder": lazy_gettext("30M"), **kwargs.pop("render_kw", {})}
        super().__init__(label, render_kw=render, **kwargs)

    def empty(self) -> Amount:
        return Amount.undisclosed()

    def read(self, text: str) -> Amount:
        return parse_form_amount(text)

    def write(self, value: Amount | None) -> str:
        if value is None:
            return ""
        if value.text:
            return value.text
        return write_fen(value.exact)


class MoneyField(TypedField):
    """An exact amount; its value is 分 or None."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        render = {"autocomplete": "off", "placeholder": lazy_gettext("30M"), **kwargs.pop("render_kw", {})}
        super().__init__(label, render_kw=render, **kwargs)

    def read(self, text: str) -> int | None:
        amount = parse_form_amount(text)
        if amount.disclosure == "approximate":
            raise ValueError(lazy_gettext("Write one exact amount, such as 3000万 or 0.3亿."))
        return amount.exact

    def write(self, value: int | None) -> str:
        return write_fen(value)


class NumberField(TypedField):
    """A plain number of at least 0: 12, 3.85, 1,200. Its value is a Decimal or None."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        render = {"inputmode": "decimal", "autocomplete": "off", **kwargs.pop("render_kw", {})}
        super().__init__(label, render_kw=render, **kwargs)

    def read(self, text: str) -> Decimal:
        return read_number(text)

    def write(self, value: Decimal | None) -> str:
        return "" if value is None else f"{value:f}"


class WholeNumberField(NumberField):
    """A whole number from 1 to the most that is allowed. Its value is an int or None."""

    def __init__(self, label: Any, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(label, **kwargs)

    def read(self, text: str) -> Any:
        number = super().read(text)
        if number != int(number) or not 1 <= number <= self.most:
            raise ValueError(lazy_gettext("Write a whole number from 1 to %(most)s.", most=f"{self.most:,}"))
        return int(number)

    def write(self, value: Any) -> str:
        return "" if value is None else str(value)


class ColourField(TypedField):
    """A colour: #0b5f61. Its value is #rrggbb, or "" for none."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        render = {"autocomplete": "off", "spellcheck": "false", "placeholder": "#0b5f61", **kwargs.pop("render_kw", {})}
        super().__init__(label, render_kw=render, **kwargs)

    def empty(self) -> str:
        return ""

    def read(self, text: str) -> str:
        return read_colour(text)

    def write(self, value: str) -> str:
        return value


class CreditCodeField(TypedField):
    """A unified social credit code; its value is the normalised code or None."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        render = {
            "autocomplete": "off",
            "spellcheck": "false",
            "maxlength": 40,
            **kwargs.pop("render_kw", {}),
        }
        super().__init__(label, render_kw=render, **kwargs)

    def read(self, text: str) -> str:
        return read_credit_code(text)

    def write(self, value: str | None) -> str:
        return value or ""


def write_fen(fen: int | None) -> str:
    """分 as somebody would type it, without losing anything: 3000万, 1.2亿, 123456.78元."""
    if fen is None:
        return ""
    short = format_money(fen, current_language()).replace("CNY", "").replace("¥", "").replace(",", "").replace(" ", "")
    return short if short and parse_back(short) == fen else f"{fen // 100}.{fen % 100:02d}元"


def parse_back(text: str) -> int | None:
    try:
        return parse_form_amount(text).exact
    except Unreadable:
        return None


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
