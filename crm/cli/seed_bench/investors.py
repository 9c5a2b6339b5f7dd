"""Accounts, institutions, their funds, who committed to these, and what flowed since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from crm.accounts.models import Role
from crm.accounts.passwords import hash_password
from crm.cli.demo import PASSWORD
from crm.cli.seed_bench.plan import DAYS, SIZES, Plan
from crm.cli.seed_names import PLACES, called, credit_code
from crm.funds.models import Measure
from crm.lib.money import WAN_YUAN, YI_YUAN
from crm.lib.names import name_key
from crm.lib.returns import FlowKind

TENTH, HUNDREDTH, FIFTEENTH, FORTIETH = 10, 100, 15, 40
FLOWS = (FlowKind.COMMITMENT, FlowKind.CALL, FlowKind.CALL, FlowKind.CALL, FlowKind.DISTRIBUTION, FlowKind.DISTRIBUTION)
PARTS = (10, 4, 3, 2, 1, 2)  # tenths of what was committed, of each flow


def accounts(plan: Plan) -> Iterator[dict[str, Any]]:
    """The accounts of the demonstration, and more finance staff."""
    password = hash_password(PASSWORD)
    for username, name, role in plan.people:
        yield {
            "username": username,
            "name": name,
            "role": role,
            "institution_id": 1 if role == Role.INVESTOR else None,
            "startup_id": 1 if role == Role.FOUNDER else None,
            "password_hash": password,
            "created_at": plan.moments[DAYS],
        }


def institution_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    for number, (name, short) in enumerate(plan.institution_names, start=1):
        joined = plan.some_day()
        yield {
            **called(name, short),
            "credit_code": credit_code("91310104M", number),
            "kind": plan.one_of(plan.codes["kind"]),
            "city": plan.one_of(PLACES),
            "assets": plan.one_of(SIZES) * YI_YUAN // 100,
            "joined_on": joined,
            "growth_stages": (plan.one_of(plan.codes["growth_stage"]),),
            "sectors": (plan.one_of(plan.codes["sector_layer"]),),
            "created_at": plan.recorded(joined),
        }


def fund_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    """Every tenth is a fund of funds, every fifteenth is in dollars; one in three says itself what it invests in."""
    for number, committed in enumerate(plan.committed, start=1):
        name = f"{plan.institution_names[manager_of(plan, number) - 1][1]}{number}号创业投资合伙企业（有限合伙）"
        dollars, own = number % FIFTEENTH == 0, number % 3 == 0
        ticket = plan.one_of(SIZES) * WAN_YUAN
        yield {
            "name": name,
            "name_key": name_key(name),
            "amac_code": f"S{number:05}",
            "kind": "fund_of_funds" if number % TENTH == 0 else "direct",
            "currency": "USD" if dollars else "CNY",
            "cny_rate": 7_100_000 if dollars else 1_000_000,
            "vintage": plan.today.year - number % 8,
            "target": committed * 5 // 4,
            "committed": committed,
            "paid_in": committed * 2 // 3,
            "invested": committed // 2,
            "reserved": committed // 10 if number % FORTIETH else None,
            "growth_stages": (plan.one_of(plan.codes["growth_stage"]),) if own else (),
            "sectors": (plan.one_of(plan.codes["sector_layer"]), plan.one_of(plan.codes["sector_layer"]))
            if own
            else (),
            "verticals": (plan.one_of(plan.codes["sector_vertical"]),) if number % 7 == 0 else (),
            "ticket_low": ticket,
            "ticket_high": ticket * 5,
            "currencies": ("CNY",) if number % 4 == 0 else (),
            "investment_ends_on": plan.today + timedelta(days=int(plan.random.random() * DAYS)),
            "created_at": plan.moments[DAYS],
        }


def manager_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    for number in range(1, plan.funds + 1):
        yield {"fund_id": number, "institution_id": manager_of(plan, number)}


def manager_of(plan: Plan, fund_id: int) -> int:
    return (fund_id - 1) % plan.institutions + 1


def commitment_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    """Three to each fund: a fifth each from two funds of funds, the rest from outside. Three levels make no cycle:
    every hundredth fund gives to every tenth, and both give to the others."""
    tops = range(HUNDREDTH, plan.funds + 1, HUNDREDTH)
    middles = [one for one in range(TENTH, plan.funds + 1, TENTH) if one % HUNDREDTH]
    for number, committed in enumerate(plan.committed, start=1):
        top = plan.one_of(tops) if tops and number % HUNDREDTH else None
        middle = plan.one_of(middles) if number % TENTH else None
        for giver in (top, middle, None):
            amount = committed // 5 if giver else committed // 4
            unknown = giver is not None and (number + giver) % FORTIETH == 0
            yield {
                "fund_id": number,
                "from_fund_id": giver,
                "investor_name": "" if giver else plan.one_of(plan.institution_names)[0],
                "amount_low": None if unknown else amount,
                "amount_high": None if unknown else amount,
                "paid_in": amount * 2 // 3,
                "committed_on": plan.some_day(),
                "created_at": plan.moments[DAYS],
            }


def flow_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    """Six to each fund, half a year apart."""
    for number, committed in enumerate(plan.committed, start=1):
        for place, (kind, part) in enumerate(zip(FLOWS, PARTS, strict=True)):
            day = plan.today - timedelta(days=DAYS - 170 * place - number % 90)
            yield {
                "fund_id": number,
                "happened_on": day,
                "kind": kind,
                "amount": committed * part // 10,
                "created_at": plan.recorded(day),
            }


def figure_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    """Net asset values of each fund at two days."""
    for number, committed in enumerate(plan.committed, start=1):
        for ago in (30, 395):
            day = plan.today - timedelta(days=ago)
            yield {
                "fund_id": number,
                "measure": Measure.NAV,
                "value": committed * 4 // 5,
                "as_of": day,
                "source": "季报",
                "created_at": plan.recorded(day),
            }
