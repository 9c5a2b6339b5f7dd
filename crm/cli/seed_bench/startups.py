"""Startups, what they raised before, and the rounds that they seek."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from crm.cli.seed_bench.plan import DAYS, SIZES, Plan
from crm.cli.seed_names import called, credit_code
from crm.lib.money import WAN_YUAN
from crm.publishing.groups import DEFAULT_LAYERS

PUBLISHED = 10  # every tenth
ROUND_NAMES = ("angel", "pre-a", "a", "a+", "b")


def startup_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    for number, (name, short) in enumerate(plan.startup_names, start=1):
        joined = plan.some_day()
        seeking = plan.one_of(SIZES) * WAN_YUAN
        published = number % PUBLISHED == 0
        yield {
            **called(name, short),
            "credit_code": credit_code("91310112M", number),
            "founded_on": joined - timedelta(days=400),
            "joined_on": joined,
            "sector_layer": plan.one_of(plan.codes["sector_layer"]),
            "sector_vertical": plan.one_of(plan.codes["sector_vertical"]),
            "growth_stage": plan.one_of(plan.codes["growth_stage"]),
            "headcount": 5 + int(plan.random.random() * 300),
            "seeking_low": seeking,
            "seeking_high": seeking,
            "summary": f"{short}让大模型在业务现场跑起来",
            "profile": f"{short}为行业客户提供智能产品，平均部署周期 6 周。" if published else "",
            "published_at": plan.recorded(joined) if published else None,
            "authorised_by": "许望舒" if published else "",
            "created_at": plan.recorded(joined),
        }


def authorisation_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    """One for each startup that is published."""
    for number in range(PUBLISHED, plan.startups + 1, PUBLISHED):
        yield {
            "startup_id": number,
            "signed_by": "许望舒",
            "signer_position": "创始人",
            "signed_on": plan.today,
            "layers": DEFAULT_LAYERS,
            "for_all": True,
            "documents": "",
            "recorded_at": plan.recorded(plan.today),
        }


def past_round_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    for number in range(3, plan.startups + 1, 3):
        amount = plan.one_of(SIZES) * WAN_YUAN
        yield {
            "startup_id": number,
            "round_name": "seed",
            "happened_on": plan.some_day(),
            "amount": amount,
            "created_at": plan.at,
        }


def round_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    for number in range(plan.rounds):
        sought, opened = plan.one_of(SIZES) * WAN_YUAN, plan.some_day()
        yield {
            "startup_id": plan.startup_of_round(number + 1),
            "name": ROUND_NAMES[number // plan.startups],
            "state": plan.state_of_round(number),
            "sought_low": sought,
            "sought_high": sought,
            "opened_on": opened,
            "closes_on": opened + timedelta(days=180),
            "created_at": plan.recorded(opened),
        }


def round_event_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    for number in range(plan.rounds):
        opened = plan.today - timedelta(days=number % DAYS)
        yield {
            "round_id": number + 1,
            "to_state": plan.state_of_round(number),
            "happened_on": opened,
            "recorded_at": plan.recorded(opened),
        }
