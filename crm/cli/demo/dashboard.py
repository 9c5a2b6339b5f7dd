"""What managers aim at this year, what others publish, and a view that one of them shares."""

from __future__ import annotations

from datetime import date, datetime

from crm.accounts.models import Account
from crm.dashboard.actions import TargetValues, keep_view, set_target
from crm.metrics.references import ReferenceValues, add_reference

YI = 10**10  # 分
PLAN = "年度工作计划"
TARGETS = (
    ("companies_served", 160),
    ("introductions_this_year", 240),
    ("amount_signed_this_year", 12 * YI),
    ("institutions_attracted", 110),
)
MORNING = ("headline", "targets", "flow", "activity")


def arrange_dashboard(manager: Account, today: date, at: datetime) -> None:
    """Targets of the year, two figures of others, and the view for the Monday meeting."""
    for metric, value in TARGETS:
        set_target(TargetValues(metric, today.year, value, PLAN), by=manager, at=at)
    quarter = date(today.year, 1 + 3 * ((today.month - 1) // 3), 1)
    filings = ReferenceValues(
        "社区企业完成大模型备案数，占全市", 43, "市网信办公告", quarter, 70, name_en="Model filings, of the city's"
    )
    own_funds = ReferenceValues(
        "获自有及合作孵化资金投资的在孵企业，占在孵企业",
        17,
        "孵化器年度火炬统计",
        date(today.year, 1, 1),
        132,
        name_en="Incubatees invested by own or joint funds",
        beside="incubator_own_funds",
    )
    for values in (filings, own_funds):
        add_reference(values, by=manager, at=at)
    keep_view("周一例会", MORNING, is_shared=True, by=manager, at=at)
