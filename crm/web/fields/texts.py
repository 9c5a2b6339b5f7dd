"""Fields of text, and the checks that all fields share."""

from __future__ import annotations

from typing import Any

from flask import url_for
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from crm.lib.names import name_key
from crm.lib.text import tidy
from crm.web.language import lazy_gettext


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
    """Text without white space at its ends, "" for none. Browsers send other ends of lines than they were given."""
    return (value or "").replace("\r\n", "\n").strip()


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
