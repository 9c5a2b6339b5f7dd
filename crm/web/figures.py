"""Figures as forms show them."""

from __future__ import annotations

from crm.lib.figures import Unit, show_figure
from crm.web.fields import write_fen


def write_figure(value: int | None, unit: Unit) -> str:
    """A figure in its unit as somebody would type it, without losing anything."""
    if value is None:
        return ""
    if unit == Unit.MONEY:
        return ("-" if value < 0 else "") + write_fen(abs(value))
    return show_figure(value, unit, "zh")
