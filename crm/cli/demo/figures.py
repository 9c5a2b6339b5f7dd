"""What was reported of the figures, and one service that was entered after it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crm.accounts.models import Account
from crm.lib.dates import quarter_begins
from crm.metrics.actions import SubmittedValues, submit
from crm.metrics.definitions import METRICS
from crm.services import actions as service_actions
from crm.services.actions import ServiceValues
from crm.services.models import ServiceType
from crm.startups.models import Startup

REPORTED = ("institutions_attracted", "companies_served", "services_to_date", "fund_matrix_gross")


def report_figures(manager: Account, today: date, at: datetime) -> date:
    """The headline at the end of the last quarter, as it was reported to the district; returns that day."""
    values = SubmittedValues(quarter_begins(today) - timedelta(days=1), "区金融服务办公室", today, "季度报表")
    for name in REPORTED:
        submit(METRICS[name], values, by=manager, at=at)
    return values.as_of


def enter_late(startup: Startup, type: ServiceType, day: date, *, by: Account, at: datetime) -> None:
    """A service of the quarter that nobody had written down in time."""
    service_actions.log_service(startup, type, ServiceValues(happened_on=day, content="季度后补录"), by=by, at=at)
