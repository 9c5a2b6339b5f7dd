"""Deals, their moves and their money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.cli.seed_bench.plan import ACTIVE, PASSED, SIZES, Plan
from crm.deals.actions import entered_stage_on
from crm.deals.models import FUNDED_STAGE, Deal, DealStatus, Participation, Round, RoundState
from crm.lib.money import WAN_YUAN

REASONS = ("valuation", "stage", "sector", "timing", "ticket", "team")


def deal_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    for number, ((round_id, institution_id), days) in enumerate(zip(plan.pairs, plan.days, strict=True)):
        path = plan.path(number)
        stages = [stage for stage, _ in path]
        signed = plan.one_of(SIZES) * WAN_YUAN if "signed" in stages else None
        intended = plan.one_of(SIZES) * WAN_YUAN
        stage, status = path[-1]
        yield {
            "round_id": round_id,
            "institution_id": institution_id,
            "stage": stage,
            "status": status,
            "owner_id": plan.owner(number),
            "introduced_on": days[0],
            "moved_on": days[-1],
            "entered_on": entered_stage_on(list(zip(days, stages, strict=True))),
            "intended_low": intended,
            "intended_high": intended,
            "signed": signed,
            "signed_on": days[stages.index("signed")] if signed else None,
            "pass_reason": plan.one_of(REASONS) if status == PASSED else None,
            "next_step": "约技术负责人" if status == ACTIVE else "",
            "next_step_on": days[-1] + timedelta(days=14) if status == ACTIVE else None,
            "created_at": plan.recorded(days[0]),
        }


def event_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    for number, days in enumerate(plan.days):
        before: tuple[str | None, DealStatus | None] = (None, None)
        for (stage, status), day in zip(plan.path(number), days, strict=True):
            yield {
                "deal_id": number + 1,
                "from_stage": before[0],
                "to_stage": stage,
                "from_status": before[1],
                "to_status": status,
                "happened_on": day,
                "recorded_at": plan.recorded(day),
                "by_id": plan.owner(number),
                "reason": "timing" if status == PASSED else None,
            }
            before = (stage, status)


def receipt_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    """Two tranches for each deal that was funded."""
    for number, days in enumerate(plan.days):
        if plan.path(number)[-1][0] == "funded":
            for _ in range(2):
                yield {
                    "deal_id": number + 1,
                    "amount": plan.one_of(SIZES) * WAN_YUAN // 4,
                    "received_on": days[-1],
                    "recorded_at": plan.recorded(days[-1]),
                    "by_id": plan.owner(number),
                }


def insert_participations(session: orm.Session) -> int:
    """The funded deals of closed rounds; returns how many there are."""
    table = Participation.__table__.c
    funded = (
        sa.select(Deal.id, Deal.round_id, Deal.institution_id, Deal.signed, Deal.moved_on, Deal.created_at)
        .join(Round, Round.id == Deal.round_id)
        .where(Round.state == RoundState.CLOSED, Deal.stage == FUNDED_STAGE)
        .order_by(Deal.id)
    )
    columns = [table.deal_id, table.round_id, table.institution_id, table.signed, table.happened_on]
    session.execute(sa.insert(Participation).from_select([*columns, table.created_at], funded))
    counted = sa.select(sa.func.count()).select_from(Participation)
    return session.scalar(counted) or 0
