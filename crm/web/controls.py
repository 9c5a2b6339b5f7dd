"""Controls of forms in pages: which one a field is, and its attributes. A form has twenty, each with eight."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import cache
from secrets import token_hex
from typing import Any

from flask import Flask
from markupsafe import Markup
from wtforms.widgets import Input, core

from crm.web.addresses import root
from crm.web.compiling import shown
from crm.web.fields import ChoiceField, CodesField, PicksField

VALUE = token_hex(20)  # stands for what is typed in a control that is kept for all; nobody can guess and write it
REMEMBERED = 4_000  # fields, each of a kilobyte or, with many choices, of some
MADE: dict[Hashable, str] = {}


def init_app(app: Flask) -> None:
    """Let templates ask `kind_of(field)`, and WTForms write attributes in our way, a fifth of the work of its own."""
    app.jinja_env.globals.update(kind_of=kind_of, remembered_field=remembered_field)
    Input.html_params = staticmethod(attributes)  # type: ignore[method-assign]
    core.html_params = attributes  # what selects and text areas call


def kind_of(field: Any) -> str:
    """Which control a field is: "picks", "ticks", "select", "textarea", or the type of an input."""
    widget = field.widget
    kind = getattr(field, "widget_kind", "") or getattr(widget, "input_type", "")
    if kind:
        return str(kind)
    if hasattr(widget, "multiple"):
        return "select"
    return "picks" if hasattr(widget, "prefix_label") else "textarea"


def remembered_field(macro: Callable[..., str]) -> Callable[..., str]:
    """A macro that shows a field: made once as long as it says the same but for what is typed, which is put in its
    place each time. A field that is wrong is made each time."""
    language = object()  # each has its own macro

    def shown_field(field: Any, width: int = 6, hint: str | None = None) -> str:
        if field.errors:
            return macro(field, width, hint)
        key: Hashable = (language, root(), width, hint, type(hint), said(field))
        found = MADE.get(key)
        if found is None:
            if len(MADE) >= REMEMBERED:
                MADE.clear()
            with without_value(field):
                found = MADE[key] = macro(field, width, hint)
        return found.replace(VALUE, Markup(quoted(field._value()))) if VALUE in found else found  # noqa: S704

    return shown_field


def said(field: Any) -> Hashable:
    """All that a field says but for what is typed in it."""
    given, label, note = field.render_kw or {}, field.label.text, field.description
    attributes = (*given, *map(str, given.values()), *vars(field.flags).items())
    texts = (str(label), type(label), str(note), type(note))
    return type(field), type(field.widget), field.id, field.name, texts, attributes, chosen(field)


def chosen(field: Any) -> Hashable:
    """What can be chosen in a field, and what is; of a box whether it is ticked."""
    if not isinstance(field, (ChoiceField, PicksField, CodesField)):
        return bool(field.data) if kind_of(field) == "checkbox" else None
    choices: Any = field.choices or ()
    offered = [(one.value, one.label, *(one.render_kw.items() if one.render_kw else ())) for one in choices]
    return tuple(offered), tuple(field.data or ()) if isinstance(field, CodesField) else field.data


@contextmanager
def without_value(field: Any) -> Iterator[None]:
    """Inside, `VALUE` stands for what is typed in a field."""
    if not hasattr(field, "_value"):
        yield
        return
    field._value = lambda: VALUE
    try:
        yield
    finally:
        del field._value


def attributes(**given: Any) -> Markup:
    """Attributes of a control: True stands for one without a value, False for none."""
    told = [
        attribute(key) if value is True else f'{attribute(key)}="{quoted(value)}"'
        for key, value in sorted(given.items())
        if value is not False
    ]
    return Markup(" ".join(told))  # noqa: S704 - names of ours, and values that are escaped


attribute = cache(core.clean_key)  # type: ignore[attr-defined]  # missing in the stubs


def quoted(value: Any) -> str:
    return str.replace(shown(value), '"', "&quot;")
