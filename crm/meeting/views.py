"""The page for the Monday meeting: one week, or the week of any day."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, request

from crm.accounts import policies as account_policies
from crm.core.clock import day_of
from crm.core.keeping import until_written
from crm.events import policies as event_policies
from crm.expiring import queries as expiring_queries
from crm.meeting import policies, queries, words
from crm.meeting.queries.parts import Point
from crm.meeting.week import Week, week_of
from crm.reports import policies as report_policies
from crm.web.addresses import address
from crm.web.answers import now, page
from crm.web.guards import actor, requires
from crm.web.pieces import made_once

bp = Blueprint("meeting", __name__, url_prefix="/monday")

PAGES = {
    "deal": ("deals.show_deal", "deal_id"),
    "startup": ("startups.show_startup", "startup_id"),
    "round": ("deals.show_round", "round_id"),
    "service": ("services.show_service", "service_id"),
    "institution": ("institutions.show_institution", "institution_id"),
    "fund": ("funds.show_fund", "fund_id"),
    "person": ("people.show_person", "person_id"),
    "event": ("events.show_event", "event_id"),
    "arrivals": ("events.list_arrivals", "event_id"),
    "activity": ("activities.show_activity", "activity_id"),
}


@bp.get("/")
@requires(policies.may_see)
def show_meeting() -> Any:
    today = day_of(now())
    week = week_of(day_asked(), today)
    scope = (account_policies.may_see_contacts(actor()), event_policies.may_write(actor()))
    return page(
        "meeting/show_meeting.html",
        week=week,
        content=made_once("meeting/_meeting.html", (week, scope), lambda: told(week), until_written),
        following=week.after(today),
        words=words,
        may_report=report_policies.may_make(actor()),
    )


def told(week: Week) -> dict[str, Any]:
    """What the page says about a week."""
    return {"meeting": queries.meeting(actor(), week), "href": record_href, "words": words}


def day_asked() -> date | None:
    """A day of the week that the address names."""
    try:
        return date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        return None


def record_href(point: Point) -> str:
    """The page of what a point is about; "" where it is about nothing."""
    kind, record_id = point.record
    if kind == "arrivals" and not event_policies.may_write(actor()):
        kind = "event"
    if kind not in PAGES and point.kind not in expiring_queries.SOURCES:
        return ""
    endpoint, name = PAGES[kind] if kind in PAGES else expiring_queries.SOURCES[point.kind].opens
    return address(endpoint, **{name: record_id})
