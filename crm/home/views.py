"""The first page after signing in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from crm.accounts import policies as account_policies
from crm.accounts.models import Role
from crm.audit import queries as audit_queries
from crm.audit.pages import told
from crm.core.clock import day_of
from crm.deals import queries as deal_queries
from crm.expiring import queries as expiring_queries
from crm.metrics import queries as metric_queries
from crm.metrics.definitions import METRICS
from crm.paste import queries as paste_queries
from crm.web.answers import as_of_day, now, page, see_other
from crm.web.guards import actor, requires

bp = Blueprint("home", __name__)


@bp.get("/")
@requires(account_policies.is_signed_in)
def show_home() -> Any:
    if actor().role == Role.INVESTOR:
        return see_other("portal.list_startups")
    if actor().role == Role.ADMIN:
        return see_other("accounts.list_accounts")
    as_of, wrong = as_of_day(request.args.get("as_of", ""))
    own_only = actor().role == Role.FINANCE
    return page(
        "home/show_home.html",
        as_of=as_of,
        wrong=wrong,
        today=day_of(now()),
        headline=metric_queries.headline(as_of),
        funds=metric_queries.count_of(METRICS["fund_matrix_gross"], as_of),
        deals=deal_queries.active_deals(actor() if own_only else None, limit=9),
        own_only=own_only,
        interests=deal_queries.waiting_interests(),
        expiring=expiring_queries.count_expiring(actor(), day_of(now())),
        entries=told(audit_queries.latest(8, without=untold_types())),
        may_write=account_policies.may_write_records(actor()),
        pastes=paste_queries.waiting(actor(), limit=5),
        may_report=account_policies.is_manager(actor()),
    )


def untold_types() -> tuple[str, ...]:
    """What the latest changes leave out: accounts, check-ins, and contact data for those who may not see it."""
    never = ("account", "event_arrival")
    return never if account_policies.may_see_contacts(actor()) else (*never, "person")
