"""How the Monday meeting says things, on its page and in its PDF."""

from __future__ import annotations

from datetime import date
from typing import Any

from crm.expiring.queries import SOURCES
from crm.meeting.queries.moved import Move
from crm.meeting.queries.parts import Few, Point
from crm.meeting.week import Week
from crm.settings.choices import term
from crm.web.filters import day, in_language
from crm.web.language import gettext as _
from crm.web.language import ngettext, translate

WAITING = ("interest", "held", "stepless", "walk_in")  # what is told by how long it waits


def week_days(week: Week) -> str:
    return _("%(first)s to %(last)s", first=day(week.first), last=day(week.last))


def group_name(name: str) -> str:
    """The heading of a group of what moved."""
    return {
        "introduced": _("New introductions"),
        "forward": _("Moved forward"),
        "back": _("Moved back"),
        "changed": _("Held or taken up again"),
        "ended": _("Ended"),
    }[name]


def step(move: Move) -> str:
    """From where to where; the stage alone where it did not change."""
    after = term("deal_stage", move.after)
    return after if move.before == move.after else f"{term('deal_stage', move.before)} → {after}"


def outcome(move: Move) -> str:
    """The status that a deal got and why; "" for one that goes on."""
    if move.status == "active":
        return ""
    status = term("deal_status", move.status)
    return _("%(name)s: %(value)s", name=status, value=term("pass_reason", move.reason)) if move.reason else status


def when(point: Point, as_of: date) -> str:
    """How long a point waits, or when it is due."""
    if point.day is None:
        return ""
    return waiting(point.day, as_of) if point.kind in WAITING else due_in(point.day, as_of)


def due_in(due: date, as_of: date) -> str:
    """When something is due, seen from a day."""
    left = (due - as_of).days
    if left < 0:
        return ngettext("%(num)s day overdue", "%(num)s days overdue", -left)
    return ngettext("in %(num)s day", "in %(num)s days", left) if left else _("today")


def waiting(since: date, as_of: date) -> str:
    days = (as_of - since).days
    return ngettext("for %(num)s day", "for %(num)s days", days) if days > 0 else _("since today")


def kind_name(point: Point) -> str:
    """What kind of thing a point is."""
    if point.kind in SOURCES:
        return translate(SOURCES[point.kind].title)
    return {
        "step": _("Next step"),
        "task": _("Task"),
        "service": _("Planned service"),
        "round": _("Target close"),
        "interest": _("Interest from an institution"),
        "held": _("On hold"),
        "stepless": _("No next step"),
        "walk_in": _("Visitors to confirm"),
    }[point.kind]


def list_name(few: Few[Point]) -> str:
    """The heading of a list of points of one kind."""
    return _("Expiring") if few.rows[0].kind in SOURCES else kind_name(few.rows[0])


def detail(point: Point) -> str:
    """What is said of a point beside its name."""
    if point.kind in SOURCES:
        vocabulary = SOURCES[point.kind].vocabulary
        return " ".join(filter(None, (kind_name(point), term(vocabulary, point.detail) if point.detail else "")))
    if point.kind == "service":
        return in_language(*point.detail.split("|"))
    if point.kind == "walk_in":
        return ngettext("%(num)s visitor", "%(num)s visitors", int(point.detail))
    if point.kind == "round":
        return term("round_name", point.detail)
    return term("deal_stage", point.detail) if point.kind in ("held", "stepless") else point.detail


def and_more(few: Few[Any], shown: int | None = None) -> str:
    """How many a list leaves out; "" for none. `shown`: where fewer stand than were read."""
    left = few.count - min(len(few.rows), len(few.rows) if shown is None else shown)
    return ngettext("and %(num)s more", "and %(num)s more", left) if left > 0 else ""
