"""The base of every form: CSRF, the record's version, the key that makes a form count once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from crm.core.errors import Refusal
from crm.web.language import gettext, translate
from crm.web.pieces import new_form_key

UNSEEN = ("CSRFTokenField", "HiddenField", "ReadField")


class Overlay:
    """A record whose attributes are overruled by what the view hands to the form."""

    def __init__(self, record: Any, values: dict[str, Any]) -> None:
        self._record, self._values = record, values

    def __getattr__(self, name: str) -> Any:
        return self._values[name] if name in self._values else getattr(self._record, name)


class Form(FlaskForm):  # type: ignore[misc]  # flask_wtf is untyped
    """A form whose refusals, from the domain too, stand beside the field that caused them."""

    refusal: Refusal | None = None
    first_sight: tuple[str, ...] = ()  # the fields that are seen at once; all for none

    def __init__(self, *args: Any, obj: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, obj=Overlay(obj, kwargs) if obj is not None else None, **kwargs)

    def refuse(self, refusal: Refusal) -> None:
        """Attach what the domain refused to its fields."""
        self.refusal = refusal
        for name, message in refusal.fields.items():
            text = translate(message)
            if name in self._fields:
                self._fields[name].errors = [*self._fields[name].errors, text]
            else:
                self.form_errors.append(text)

    def focus(self, *names: str) -> None:
        """Let the cursor start in the first of these fields that is still empty."""
        empty = next((name for name in names if not self[name].data), None)
        if empty is not None:
            self[empty].render_kw = {**(self[empty].render_kw or {}), "autofocus": True}

    @property
    def apart(self) -> tuple[str, ...]:
        """The fields that the page shows by itself."""
        return ()

    @property
    def in_order(self) -> tuple[Sequence[str], Sequence[str]]:
        """The fields that are seen at once, among them those that hold more than their default or are wrong, and those
        that unfold."""
        names = [
            field.name for field in self if field.type not in UNSEEN and field.name not in ("version", *self.apart)
        ]
        first = self.first_sight or names
        rest = [name for name in names if name not in first]
        seen = [name for name in rest if self[name].errors or told(self[name])]
        return [*first, *seen], [name for name in rest if name not in seen]

    @property
    def takes_files(self) -> bool:
        """True when files can be sent with it."""
        return any(field.type in ("FileField", "MultipleFileField") for field in self)

    @property
    def wrong_fields(self) -> list[Any]:
        """The fields that must be mended, in their order."""
        return [field for field in self if field.errors]


def told(field: Any) -> bool:
    ticked = isinstance(field, BooleanField)  # whose text is y, ticked or not
    text = field.data if ticked or not hasattr(field, "_value") else field._value()
    return bool(text) and field.data != field.default


class CreatingForm(Form):
    """A form that makes a record: its key makes sure that sending it twice makes one."""

    form_key = HiddenField("")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.form_key.data:
            self.form_key.data = new_form_key()


def typed_text(field: Any) -> str:
    """What stands in a field, as somebody would type it."""
    if isinstance(field.data, (tuple, list)) and not hasattr(field, "typed"):
        return "|".join(str(code) for code in field.data)
    text = field._value() if hasattr(field, "_value") else str(field.data or "")
    return str(text).replace("\r\n", "\n").strip()


def fingerprint(field: Any) -> str:
    return hashlib.blake2s(typed_text(field).encode(), digest_size=4).hexdigest()


class ReadField(HiddenField):
    """What every field of its form said when the editor read it, as `name:fingerprint` pairs."""

    form: Any = None

    def _value(self) -> str:
        if self.data:
            return str(self.data)
        return " ".join(
            f"{field.name}:{fingerprint(field)}"
            for field in self.form
            if field.type not in ("CSRFTokenField", "HiddenField", "IntegerField", "ReadField")
        )


class EditingForm(Form):
    """A form that changes a record: it carries the version that its editor had read, and what it said then."""

    version = IntegerField("", widget=HiddenInput())
    read = ReadField("")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"read": "", **kwargs})
        self["read"].form = self

    def is_untouched(self, field: Any) -> bool:
        """True when the editor left a field as it was read."""
        return f"{field.name}:{fingerprint(field)}" in str(self["read"].data or "").split()

    def validate_version(self, field: IntegerField) -> None:
        """A form without its version cannot tell whether it overwrites somebody's work."""
        if not field.raw_data:
            raise ValidationError(gettext("This form is incomplete: open the page again."))
