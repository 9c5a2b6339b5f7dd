"""The first page after signing in."""

from __future__ import annotations

from datetime import timedelta
from operator import itemgetter
from typing import Any

from flask import Blueprint, request

from crm.accounts import policies as account_policies
from crm.accounts.models import Role
from crm.activities import queries as activity_queries
from crm.appointments import queries as appointment_queries
from crm.audit import queries as audit_queries
from crm.audit.pages import told
from crm.core.clock import day_of
from crm.deals import queries as deal_queries
from crm.expiring import queries as expiring_queries
from crm.lib.charts import sparkline
from crm.metrics.courses import courses
from crm.metrics.trends import ends_of_months
from crm.paste import queries as paste_queries
from crm.questions import queries as question_queries
from crm.services import queries as service_queries
from crm.timeline import queries as timeline_queries
from crm.web.answers import as_of_day, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.pieces import made_once
from crm.web.sessions import beside_account

bp = Blueprint("home", __name__)

NEXT_DAYS = timedelta(days=7)
GROWING = (
    "institutions_attracted",
    "companies_served",
    "introductions_to_date",
    "amount_signed_to_date",
    "amount_received_to_date",
)
SHOWN = (
    *GROWING,
    "institutions_present",
    "brands_attracted",
    "companies_served_by_introduction_or_roadshow",
    "introductions_this_year",
    "amount_signed_this_year",
    "amount_received_this_year",
    "fund_matrix_gross",
    "fund_matrix_inside",
    "fund_matrix_net",
)
MOST_TASKS, MOST_BESIDE = 12, 6


@bp.get("/")
@requires(account_policies.is_signed_in)
def show_home() -> Any:
    if actor().role == Role.INVESTOR:
        return see_other("portal.show_home")
    if actor().role == Role.FOUNDER:
        return see_other("founders.show_home")
    if actor().role == Role.ADMIN:
        return see_other("accounts.list_accounts")
    typed = request.args.get("as_of", "")
    return page(
        "home/show_home.html",
        content=made_once("home/_overview.html", (actor().id, typed), lambda: overview(typed)),
    )


def overview(typed: str) -> dict[str, Any]:
    """What the page shows its reader on the day that the address names."""
    as_of, wrong = as_of_day(typed)
    course = courses(tuple(ends_of_months(as_of)), SHOWN)
    growing = {name: [one.value for one in course[name]] for name in GROWING}
    own_only = actor().role == Role.FINANCE
    return {
        "as_of": as_of,
        "typed": typed,
        "wrong": wrong,
        "today": day_of(now()),
        "headline": {name: told[-1].value for name, told in course.items()},
        "trends": {name: (values, sparkline(values)) for name, values in growing.items()},
        "funds": course["fund_matrix_gross"][-1].count,
        "deals": deal_queries.active_deals(actor() if own_only else None, limit=9),
        "own_only": own_only,
        "reader_id": actor().id,
        "interests": deal_queries.waiting_interests(),
        "expiring": expiring_queries.count_expiring(actor(), day_of(now())),
        "entries": told(audit_queries.latest(5, without=untold_types())),
        "may_write": account_policies.may_write_records(actor()),
        "pastes": paste_queries.waiting(actor(), limit=5),
        "may_report": account_policies.is_manager(actor()),
        **my_day(),
    }


def my_day() -> dict[str, Any]:
    """What the reader has to do until next week: tasks, planned services, next steps, what investors asked
    for; nothing for leaders."""
    if not account_policies.may_write_records(actor()):
        return {"agenda": [], "links": {}}
    until = day_of(now()) + NEXT_DAYS
    tasks = activity_queries.tasks_of(actor().id, until=until, limit=MOST_TASKS)
    planned = service_queries.planned_due(actor(), until, limit=MOST_BESIDE)
    steps = deal_queries.next_steps_of(actor(), until, limit=MOST_BESIDE)
    asked = requests() if beside_account().requests else []
    due = [
        *((day_of(one.waits_since), kind, one) for kind, one in asked),
        *((task.due_on, "task", task) for task in tasks),
        *((deal.next_step_on, "step", deal) for deal in steps),
        *((service.happened_on, "service", service) for service in planned),
    ]
    links, _papers = timeline_queries.links_named([task.id for task in tasks])
    return {"agenda": sorted(due, key=itemgetter(0)), "links": links}


def requests() -> list[tuple[str, Any]]:
    """What investors asked for and the reader has to see to."""
    questions = question_queries.waiting_for(actor(), now(), MOST_BESIDE)
    appointments = appointment_queries.waiting_for(actor(), now(), MOST_BESIDE)
    return [*(("question", one) for one in questions), *(("appointment", one) for one in appointments)]


OF_WRITERS = ("person", "acceptance", "room", "room_folder", "room_document", "room_grant")


def untold_types() -> tuple[str, ...]:
    """What the latest changes leave out: accounts, check-ins, views; for leaders people and data rooms too."""
    never = ("account", "event_arrival", "saved_view")
    return never if account_policies.may_see_contacts(actor()) else (*never, *OF_WRITERS)
