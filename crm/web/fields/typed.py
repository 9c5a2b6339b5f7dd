"""Fields whose text stands for one typed value: days, amounts, numbers, codes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from wtforms import Field
from wtforms.widgets import TextInput

from crm.core.clock import SHANGHAI, day_of, now
from crm.lib.colours import read_colour
from crm.lib.dates import read_typed_day
from crm.lib.identifiers import read_credit_code
from crm.lib.mail import read_address
from crm.lib.money import Amount, format_money, parse_form_amount
from crm.lib.names import name_key, split_names
from crm.lib.numbers import read_number
from crm.lib.text import N_, Unreadable
from crm.lib.times import read_time
from crm.web.fields.texts import optional, required, too_long
from crm.web.language import current_language, lazy_gettext, translate

LONGEST_NAME = 200
MOST_NAMES = 50
LONGEST_LIST = LONGEST_NAME * MOST_NAMES


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


class MomentField(TypedField):
    """A day and a time in Shanghai, from the browser's own picker or typed: 12-03 14:00. Its value is in UTC."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, render_kw={"type": "datetime-local", **kwargs.pop("render_kw", {})}, **kwargs)

    def read(self, text: str) -> datetime:
        day, _, clock = text.replace("T", " ").partition(" ")
        if not clock:
            raise Unreadable(N_("Write the time too: 2026-12-03 14:00."))
        return datetime.combine(read_typed_day(day, day_of(now())), read_time(clock), SHANGHAI).astimezone(UTC)

    def write(self, value: datetime | None) -> str:
        return f"{value.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}" if value else ""


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
            raise ValueError(lazy_gettext("Write one exact amount, such as 30M or 0.3B."))
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
