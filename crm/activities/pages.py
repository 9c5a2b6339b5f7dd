"""How activities look on every page: where a named record is read, the text with its names as links, late in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from babel.dates import format_date
from flask import Flask

from crm.activities import mentions
from crm.activities.models import Ref
from crm.activities.reading import Reading
from crm.search.registry import registry
from crm.settings.choices import choices, word
from crm.web.addresses import address
from crm.web.filters import day
from crm.web.language import current_language, ngettext
from crm.web.language import gettext as _
from crm.web.pieces import new_form_key

MONDAY = date(2026, 1, 5)
# Kinds of records with a page of their own that searching does not know.
PAGES: Mapping[str, tuple[str, str]] = {
    "service": ("services.show_service", "service_id"),
    "activity": ("activities.show_activity", "activity_id"),
}


def init_app(app: Flask) -> None:
    """Let templates draw log boxes, and lead from an activity to its records."""
    app.jinja_env.globals.update(
        record_href=record_href,
        named=named,
        due_told=due_told,
        due_on_told=due_on_told,
        weekday=weekday,
        vocabulary=choices,
        new_form_key=new_form_key,
    )


def record_href(ref: Ref) -> str:
    """Where a record is read; "" for accounts and whatever has no page."""
    kind = registry.kinds.get(ref.record_type)
    endpoint, argument = (kind.endpoint, kind.argument) if kind else PAGES.get(ref.record_type, ("", ""))
    return address(endpoint, **{argument: ref.record_id}) if endpoint and ref.record_type != "account" else ""


def named(text: str, links: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """The text in pieces (text, address of the record that it names, "" for none)."""
    labels = {link.label: link.ref for link in links if link.label}
    return ((piece, record_href(ref) if ref else "") for piece, ref in mentions.pieces(text, labels))


def weekday(value: date) -> str:
    """The day of the week, short: 周三, Wed."""
    return day_of_week(value.weekday(), current_language())


@cache
def day_of_week(number: int, language: str) -> str:
    return format_date(MONDAY + timedelta(days=number), "EEE", locale=language)


def due_told(task: Any, today: date) -> str:
    """When a task is due, and how late it is: 06-05，逾期 7 天; 今天; 明天; 06-18 周四."""
    if task.due_on is None:
        return str(_("no due day"))
    return short(task.due_on, today) if task.done_at is not None else due_on_told(task.due_on, today)


def due_on_told(due_on: date, today: date) -> str:
    """When something is due that is still to be done, and how late it is."""
    told, ahead = short(due_on, today), (due_on - today).days
    if ahead < 0:
        return str(ngettext("%(day)s, %(num)s day late", "%(day)s, %(num)s days late", -ahead, day=told))
    if ahead <= 1:
        return str(_("tomorrow") if ahead else _("today"))
    return f"{told} {weekday(due_on)}"


def short(value: date, today: date) -> str:
    """A day without its year where that is this year: 06-05."""
    return day(value) if value.year != today.year else day(value)[5:]


def told_reading(reading: Reading, *, is_task: bool) -> str:
    """How the box read the words: Due 2026-12-02 Wed, weekly; "" where they say nothing."""
    parts = []
    if reading.day is not None:
        told = f"{day(reading.day)} {weekday(reading.day)}"
        parts.append(_("Due %(day)s", day=told) if is_task else _("On %(day)s", day=told))
    if reading.at is not None:
        parts.append(reading.at.strftime("%H:%M"))
    if reading.repeats is not None:
        parts.append(word("task_repeat", reading.repeats))
    return " · ".join(parts)
