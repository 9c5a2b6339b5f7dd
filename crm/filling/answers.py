"""A filled copy: the form's file with the figures that its report kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from crm.core.storage import storage
from crm.filling.form_file import filled
from crm.lib.sheets import Kind
from crm.reports.data import Data, from_json
from crm.reports.models import Report
from crm.reports.naming import Name, Number, read_name
from crm.reports.places import PLACE, UNITS
from crm.reports.words import DASH, figure_told
from crm.reports.workbook import LOCALES
from crm.web.language import force_locale

FORMATS = {Kind.MONEY: "#,##0.00", Kind.SHARE: "0.0%", Kind.COUNT: "#,##0", Kind.DAY: "yyyy-mm-dd"}


def filled_copy(report: Report) -> bytes:
    """The form of a report that is made. Raises Refusal, FileNotFoundError."""
    if report.edition is None or report.edition.data_key is None:
        raise FileNotFoundError
    [data, *_others] = from_json(storage.get(report.edition.data_key))
    with force_locale(LOCALES[data["language"]]):
        return filled(storage.get(report.words["file_key"]), list(values(report, data)))


def values(report: Report, data: Data) -> Iterator[tuple[str, str, Any, str]]:
    """(sheet, cell, value, number format) of each cell."""
    figures: dict[str, Number] = {one["name"]: one["value"] for one in data["figures"]}
    figures |= {"as_of": report.to_day, "begins": report.from_day}
    for sheet, cell, text in report.words["places"]:
        whole = PLACE.fullmatch(text)
        if whole:
            name = known(whole[1])
            yield sheet, cell, typed(figures[whole[1]], name.unit, whole[2] or ""), FORMATS[name.unit]
        else:
            yield sheet, cell, PLACE.sub(lambda found: in_words(figures[found[1]], found[1], found[2] or ""), text), "@"


def known(word: str) -> Name:
    name = read_name(word)
    if name is None:
        raise FileNotFoundError(word)
    return name


def typed(value: Number, unit: Kind, shown_in: str) -> Any:
    """A value as a cell holds it: yuan or the unit that was asked for, a part of one, a day; a dash for none."""
    if value is None:
        return DASH
    if isinstance(value, date):
        return (value.year, value.month, value.day)
    if shown_in == "%":
        return 100 * value
    return value / UNITS[shown_in or "元"] if unit == Kind.MONEY else value


def in_words(value: Number, word: str, shown_in: str) -> str:
    """A value inside a text."""
    unit = known(word).unit
    if not shown_in or value is None:
        return figure_told(value, unit)
    return f"{typed(value, unit, shown_in):,.2f}".rstrip("0").rstrip(".")
