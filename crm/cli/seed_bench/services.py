"""What the platform did, and with whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.cli.seed_bench.plan import Plan
from crm.services.models import ServiceState, ServiceType

STATES = (ServiceState.COMPLETED,) * 8 + (ServiceState.IN_PROGRESS, ServiceState.CANCELLED)
CONTENTS = ("现场", "线上", "电话", "线上会议，逐页修改材料", "到访企业，与财务负责人核对底稿")
OUTCOMES = ("签署意向", "获批", "已出具方案", "已交付并签收", "")


def service_rows(plan: Plan, session: orm.Session) -> Iterator[dict[str, Any]]:
    """The introduction of every deal, and as many services of the other types."""
    kinds = session.execute(sa.select(ServiceType.id, ServiceType.code).order_by(ServiceType.id)).all()
    introduction = next(kind.id for kind in kinds if kind.code is not None)
    others = [kind.id for kind in kinds if kind.code is None]
    for number in range(plan.services):
        deal = number if number < plan.deals else None
        day = plan.days[deal][0] if deal is not None else plan.some_day()
        startup = plan.startup_of_round(plan.pairs[deal][0]) if deal is not None else plan.some_startup()
        yield {
            "startup_id": startup,
            "type_id": introduction if deal is not None else plan.one_of(others),
            "happened_on": day,
            "state": ServiceState.COMPLETED if deal is not None else plan.one_of(STATES),
            "content": plan.one_of(CONTENTS),
            "outcome": plan.one_of(OUTCOMES),
            "handler": "服务一组" if number % 2 else "服务二组",
            "owner_id": plan.owner(number),
            "deal_id": deal + 1 if deal is not None else None,
            "created_at": plan.recorded(day),
        }


def partner_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    for number, ((_, institution_id), days) in enumerate(zip(plan.pairs, plan.days, strict=True), start=1):
        told = {"happened_on": days[0], "deal_id": number}
        yield {"service_id": number, "institution_id": institution_id, **told}
