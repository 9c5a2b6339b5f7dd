"""Controls of forms in pages: which one a field is, and its attributes. A form has twenty, each with eight."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Flask
from markupsafe import Markup
from wtforms.widgets import Input, core

from crm.web.compiling import shown


def init_app(app: Flask) -> None:
    """Let templates ask `kind_of(field)`, and WTForms write attributes in our way, a fifth of the work of its own."""
    app.jinja_env.globals["kind_of"] = kind_of
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
