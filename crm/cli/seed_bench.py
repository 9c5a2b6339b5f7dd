"""The profile "bench": as many records as a desk has after decades, the same ones at every start on the same day."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from itertools import chain, count
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.accounts.models import Account, Role, System
from crm.accounts.passwords import hash_password
from crm.activities.models import Activity, ActivityLink
from crm.audit.models import AuditEntry
from crm.cli import seed_talks
from crm.cli.demo import PASSWORD, PEOPLE
from crm.cli.seed_names import PLACES, called, credit_code, institution_name, startup_name
from crm.core.clock import day_of
from crm.core.db import Base
from crm.deals import rollup
from crm.deals.actions import entered_stage_on
from crm.deals.models import (
    FUNDED_STAGE,
    Deal,
    DealEvent,
    DealStatus,
    Participation,
    Receipt,
    Round,
    RoundEvent,
    RoundState,
)
from crm.funds.models import Commitment, Fund, FundManager
from crm.imports.actions.writing import Writer
from crm.institutions.models import Institution
from crm.lib.money import WAN_YUAN, YI_YUAN
from crm.lib.names import name_key
from crm.search import actions as search
from crm.services.models import Service, ServicePartner, ServiceState, ServiceType
from crm.settings.queries import terms
from crm.startups.models import PastRound, Startup

HANDLERS = 20
DAYS = 1095
ROUND_NAMES = ("angel", "pre-a", "a", "a+", "b")
SIZES = (500, 1000, 2000, 3000, 5000, 8000)
REASONS = ("valuation", "stage", "sector", "timing", "ticket", "team")
ACTIVE, PASSED, COMPLETED = DealStatus.ACTIVE, DealStatus.PASSED, DealStatus.COMPLETED
PATHS: tuple[tuple[tuple[str, DealStatus], ...], ...] = (
    (("referred", ACTIVE),),
    (("referred", ACTIVE), ("interested", ACTIVE)),
    (("referred", ACTIVE), ("interested", ACTIVE), ("met", ACTIVE)),
    (("referred", ACTIVE), ("met", ACTIVE), ("due_diligence", ACTIVE), ("term_sheet", ACTIVE)),
    (("referred", ACTIVE), ("met", ACTIVE), ("due_diligence", ACTIVE), ("signed", ACTIVE), ("funded", COMPLETED)),
    (("referred", ACTIVE),),
    (("referred", ACTIVE), ("referred", PASSED)),
    (("referred", ACTIVE), ("interested", ACTIVE), ("interested", PASSED)),
    (("referred", ACTIVE), ("interested", ACTIVE), ("met", ACTIVE), ("met", PASSED)),
    (
        ("referred", ACTIVE),
        ("interested", ACTIVE),
        ("due_diligence", ACTIVE),
        ("committee", ACTIVE),
        ("signed", ACTIVE),
    ),
)  # three events a deal, taken in turn
STATES = (ServiceState.COMPLETED,) * 8 + (ServiceState.IN_PROGRESS, ServiceState.CANCELLED)
CONTENTS = ("现场", "线上", "电话", "线上会议，逐页修改材料", "到访企业，与财务负责人核对底稿")
OUTCOMES = ("签署意向", "获批", "已出具方案", "已交付并签收", "")


class Bench:
    """Fills the tables one after the other, in the caller's unit of work. Ids run from 1."""

    def __init__(self, session: orm.Session, startups: int, *, at: datetime) -> None:
        self.session, self.at, self.today = session, at, day_of(at)
        self.random = random.Random(2026)  # noqa: S311 - invented data, no secret
        self.writer = Writer(session, by=System(), at=at, dry_run=False)
        self.startups = startups
        self.institutions = max(20, startups // 50)
        self.funds = self.institutions
        self.rounds = startups * 6 // 5
        self.deals = startups * 2
        self.services = startups * 4
        self.codes = {name: tuple(terms(name)) for name in ("sector_layer", "sector_vertical", "growth_stage")}
        self.codes["kind"] = tuple(code for code in terms("institution_kind") if code != "other")
        self.moments = [self.moment_before(days) for days in range(DAYS + 1)]
        self.made: dict[str, int] = {}

    def fill(self) -> dict[str, int]:
        """Every table; returns how many rows each got."""
        self.startup_names = [startup_name(number) for number in range(1, self.startups + 1)]
        self.institution_names = [institution_name(number) for number in range(1, self.institutions + 1)]
        self.insert(Institution, self.institution_rows())
        self.insert(Account, self.accounts())
        self.insert(Fund, self.fund_rows())
        self.insert(FundManager, ({"fund_id": one, "institution_id": one} for one in self.numbers(self.funds)))
        self.insert(Commitment, self.commitment_rows())
        self.insert(Startup, self.startup_rows())
        self.insert(PastRound, self.past_round_rows())
        self.insert(Round, self.round_rows())
        self.insert(RoundEvent, self.round_event_rows())
        self.plan_deals()
        self.insert(Deal, self.deal_rows())
        rollup.rebuild()
        self.insert(DealEvent, self.event_rows())
        self.insert(Receipt, self.receipt_rows())
        self.insert_participations()
        self.insert(Service, self.service_rows())
        self.insert(ServicePartner, self.partner_rows())
        self.insert(Activity, seed_talks.activities(self.talked()))
        self.insert(ActivityLink, seed_talks.links(self.talked()))
        self.insert(AuditEntry, self.audit_rows())
        self.refresh_statistics()
        self.made["search_entry"] = search.rebuild()
        return self.made

    def insert(self, model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
        """Rows of one table, all with the same keys, numbered from 1."""
        waiting = iter(rows)
        first = next(waiting)
        numbers = count(1)
        numbered = ((next(numbers), *row.values()) for row in chain([first], waiting))
        self.writer.insert(model, ["id", *first], numbered)
        self.made[model.__tablename__] = next(numbers) - 1

    def refresh_statistics(self) -> None:
        """Let new records continue the numbers, and the planner know the tables."""
        if self.session.get_bind().dialect.name == "postgresql":
            for name, last in self.made.items():
                sequence = sa.func.pg_get_serial_sequence(name, "id")
                self.session.execute(sa.select(sa.func.setval(sequence, last)))
        self.session.execute(sa.text("ANALYZE"))

    # --- what rows are made of

    def numbers(self, count: int) -> range:
        return range(1, count + 1)

    def moment_before(self, days: int) -> datetime:
        return datetime.combine(self.today - timedelta(days=days), clock_time(3, 30), UTC)

    def some_day(self) -> date:
        return self.today - timedelta(days=int(self.random.random() * DAYS))

    def recorded(self, day: date) -> datetime:
        """The moment at which something of a day was written down."""
        return self.moments[min((self.today - day).days, DAYS)]

    def one_of(self, values: Sequence[Any]) -> Any:
        return values[int(self.random.random() * len(values))]

    def some_institution(self) -> int:
        """A few institutions take part in much, most in little."""
        return 1 + int(self.institutions * self.random.random() ** 2)

    # --- the tables

    def accounts(self) -> Iterator[dict[str, Any]]:
        """The accounts of the demonstration, and more finance staff."""
        password = hash_password(PASSWORD)
        more = tuple((f"finance{number:02}", f"专员{number:02}", Role.FINANCE) for number in range(3, HANDLERS + 1))
        self.handlers = [
            number for number, (_, _, role) in enumerate((*PEOPLE, *more), start=1) if role == Role.FINANCE
        ]
        for username, name, role in (*PEOPLE, *more):
            yield {
                "username": username,
                "name": name,
                "role": role,
                "institution_id": 1 if role == Role.INVESTOR else None,
                "password_hash": password,
                "created_at": self.moments[DAYS],
            }

    def institution_rows(self) -> Iterator[dict[str, Any]]:
        for number, (name, short) in enumerate(self.institution_names, start=1):
            joined = self.some_day()
            yield {
                **called(name, short),
                "credit_code": credit_code("91310104M", number),
                "kind": self.one_of(self.codes["kind"]),
                "city": self.one_of(PLACES),
                "assets": self.one_of(SIZES) * YI_YUAN // 100,
                "joined_on": joined,
                "growth_stages": (self.one_of(self.codes["growth_stage"]),),
                "sectors": (self.one_of(self.codes["sector_layer"]),),
                "created_at": self.recorded(joined),
            }

    def fund_rows(self) -> Iterator[dict[str, Any]]:
        for number, (_, short) in enumerate(self.institution_names, start=1):
            name = f"{short}{number}号创业投资合伙企业（有限合伙）"
            committed = self.one_of(SIZES) * 10 * WAN_YUAN
            yield {
                "name": name,
                "name_key": name_key(name),
                "amac_code": f"S{number:05}",
                "kind": "fund_of_funds" if number % 10 == 0 else "direct",
                "vintage": self.today.year - number % 8,
                "target": committed * 5 // 4,
                "committed": committed,
                "paid_in": committed * 2 // 3,
                "invested": committed // 2,
                "investment_ends_on": self.today + timedelta(days=int(self.random.random() * DAYS)),
                "created_at": self.moments[DAYS],
            }

    def commitment_rows(self) -> Iterator[dict[str, Any]]:
        """Every tenth fund is a fund of funds and gives to three later ones: no cycles."""
        for giver in range(10, self.funds + 1, 10):
            for taker in (giver + 1, giver + 3, giver + 7):
                if taker <= self.funds:
                    amount = self.one_of(SIZES) * WAN_YUAN
                    yield {
                        "fund_id": taker,
                        "from_fund_id": giver,
                        "amount_low": amount,
                        "amount_high": amount,
                        "committed_on": self.some_day(),
                        "created_at": self.moments[DAYS],
                    }

    def startup_rows(self) -> Iterator[dict[str, Any]]:
        for number, (name, short) in enumerate(self.startup_names, start=1):
            joined = self.some_day()
            seeking = self.one_of(SIZES) * WAN_YUAN
            published = number % 10 == 0
            yield {
                **called(name, short),
                "credit_code": credit_code("91310112M", number),
                "founded_on": joined - timedelta(days=400),
                "joined_on": joined,
                "sector_layer": self.one_of(self.codes["sector_layer"]),
                "sector_vertical": self.one_of(self.codes["sector_vertical"]),
                "growth_stage": self.one_of(self.codes["growth_stage"]),
                "headcount": 5 + int(self.random.random() * 300),
                "seeking_low": seeking,
                "seeking_high": seeking,
                "summary": f"{short}让大模型在业务现场跑起来",
                "profile": f"{short}为行业客户提供智能产品，平均部署周期 6 周。" if published else "",
                "published_at": self.recorded(joined) if published else None,
                "authorised_by": "许望舒" if published else "",
                "created_at": self.recorded(joined),
            }

    def past_round_rows(self) -> Iterator[dict[str, Any]]:
        for number in range(3, self.startups + 1, 3):
            amount = self.one_of(SIZES) * WAN_YUAN
            yield {
                "startup_id": number,
                "round_name": "seed",
                "happened_on": self.some_day(),
                "amount": amount,
                "created_at": self.at,
            }

    def round_rows(self) -> Iterator[dict[str, Any]]:
        for number in range(self.rounds):
            sought, opened = self.one_of(SIZES) * WAN_YUAN, self.some_day()
            yield {
                "startup_id": self.startup_of_round(number + 1),
                "name": ROUND_NAMES[number // self.startups],
                "state": self.state_of_round(number),
                "sought_low": sought,
                "sought_high": sought,
                "opened_on": opened,
                "closes_on": opened + timedelta(days=180),
                "created_at": self.recorded(opened),
            }

    def round_event_rows(self) -> Iterator[dict[str, Any]]:
        for number in range(self.rounds):
            opened = self.today - timedelta(days=number % DAYS)
            yield {
                "round_id": number + 1,
                "to_state": self.state_of_round(number),
                "happened_on": opened,
                "recorded_at": self.recorded(opened),
            }

    def insert_participations(self) -> None:
        """The funded deals of closed rounds."""
        table = Participation.__table__.c
        funded = (
            sa.select(Deal.id, Deal.round_id, Deal.institution_id, Deal.signed, Deal.moved_on, Deal.created_at)
            .join(Round, Round.id == Deal.round_id)
            .where(Round.state == RoundState.CLOSED, Deal.stage == FUNDED_STAGE)
            .order_by(Deal.id)
        )
        columns = [table.deal_id, table.round_id, table.institution_id, table.signed, table.happened_on]
        self.session.execute(sa.insert(Participation).from_select([*columns, table.created_at], funded))
        counted = sa.select(sa.func.count()).select_from(Participation)
        self.made[Participation.__tablename__] = self.session.scalar(counted) or 0

    def state_of_round(self, number: int) -> RoundState:
        return RoundState.CLOSED if number % 3 == 2 else RoundState.OPEN

    def startup_of_round(self, round_id: int) -> int:
        return (round_id - 1) % self.startups + 1

    def plan_deals(self) -> None:
        """Which institution hears of which round, and the days on which each deal moves."""
        self.pairs: list[tuple[int, int]] = []
        self.days: list[tuple[date, ...]] = []
        known: set[tuple[int, int]] = set()
        for number in range(self.deals):
            pair = (number * self.rounds // self.deals + 1, self.some_institution())
            while pair in known:
                pair = (pair[0], pair[1] % self.institutions + 1)
            known.add(pair)
            self.pairs.append(pair)
            day = self.some_day()
            days = [day]
            for _ in PATHS[number % len(PATHS)][1:]:
                day = min(self.today, day + timedelta(days=3 + int(self.random.random() * 25)))
                days.append(day)
            self.days.append(tuple(days))

    def path(self, number: int) -> tuple[tuple[str, DealStatus], ...]:
        return PATHS[number % len(PATHS)]

    def owner(self, number: int) -> int:
        return self.handlers[number % len(self.handlers)]

    def deal_rows(self) -> Iterator[dict[str, Any]]:
        for number, ((round_id, institution_id), days) in enumerate(zip(self.pairs, self.days, strict=True)):
            path = self.path(number)
            stages = [stage for stage, _ in path]
            signed = self.one_of(SIZES) * WAN_YUAN if "signed" in stages else None
            intended = self.one_of(SIZES) * WAN_YUAN
            stage, status = path[-1]
            yield {
                "round_id": round_id,
                "institution_id": institution_id,
                "stage": stage,
                "status": status,
                "owner_id": self.owner(number),
                "introduced_on": days[0],
                "moved_on": days[-1],
                "entered_on": entered_stage_on(list(zip(days, stages, strict=True))),
                "intended_low": intended,
                "intended_high": intended,
                "signed": signed,
                "signed_on": days[stages.index("signed")] if signed else None,
                "pass_reason": self.one_of(REASONS) if status == PASSED else None,
                "next_step": "约技术负责人" if status == ACTIVE else "",
                "next_step_on": days[-1] + timedelta(days=14) if status == ACTIVE else None,
                "created_at": self.recorded(days[0]),
            }

    def event_rows(self) -> Iterator[dict[str, Any]]:
        for number, days in enumerate(self.days):
            before: tuple[str | None, DealStatus | None] = (None, None)
            for (stage, status), day in zip(self.path(number), days, strict=True):
                yield {
                    "deal_id": number + 1,
                    "from_stage": before[0],
                    "to_stage": stage,
                    "from_status": before[1],
                    "to_status": status,
                    "happened_on": day,
                    "recorded_at": self.recorded(day),
                    "by_id": self.owner(number),
                    "reason": "timing" if status == PASSED else None,
                }
                before = (stage, status)

    def receipt_rows(self) -> Iterator[dict[str, Any]]:
        """Two tranches for each deal that was funded."""
        for number, days in enumerate(self.days):
            if self.path(number)[-1][0] == "funded":
                for _ in range(2):
                    yield {
                        "deal_id": number + 1,
                        "amount": self.one_of(SIZES) * WAN_YUAN // 4,
                        "received_on": days[-1],
                        "recorded_at": self.recorded(days[-1]),
                        "by_id": self.owner(number),
                    }

    def service_rows(self) -> Iterator[dict[str, Any]]:
        """The introduction of every deal, and as many services of the other types."""
        kinds = self.session.execute(sa.select(ServiceType.id, ServiceType.code).order_by(ServiceType.id)).all()
        introduction = next(kind.id for kind in kinds if kind.code is not None)
        others = [kind.id for kind in kinds if kind.code is None]
        for number in range(self.services):
            deal = number if number < self.deals else None
            day = self.days[deal][0] if deal is not None else self.some_day()
            startup = self.startup_of_round(self.pairs[deal][0]) if deal is not None else self.some_startup()
            yield {
                "startup_id": startup,
                "type_id": introduction if deal is not None else self.one_of(others),
                "happened_on": day,
                "state": ServiceState.COMPLETED if deal is not None else self.one_of(STATES),
                "content": self.one_of(CONTENTS),
                "outcome": self.one_of(OUTCOMES),
                "handler": "服务一组" if number % 2 else "服务二组",
                "owner_id": self.owner(number),
                "deal_id": deal + 1 if deal is not None else None,
                "created_at": self.recorded(day),
            }

    def some_startup(self) -> int:
        """A few startups receive many services, most a few."""
        return 1 + int(self.startups * self.random.random() ** 1.5)

    def partner_rows(self) -> Iterator[dict[str, Any]]:
        for number, (_, institution_id) in enumerate(self.pairs, start=1):
            yield {"service_id": number, "institution_id": institution_id}

    def talked(self) -> Iterator[seed_talks.Talked]:
        """Each deal on the day of its last move, with who owns it."""
        for number, ((round_id, institution_id), days) in enumerate(zip(self.pairs, self.days, strict=True)):
            holders = (round_id, self.startup_of_round(round_id), institution_id)
            yield seed_talks.Talked(number, *holders, self.owner(number), days[-1], self.recorded(days[-1]))

    def audit_rows(self) -> Iterator[dict[str, Any]]:
        """A line for each record made and for each move of a deal, by whoever answers for it."""
        for kind, names in (("institution", self.institution_names), ("startup", self.startup_names)):
            for number, (name, _) in enumerate(names, start=1):
                yield self.audit_row(number, "created", kind, number, name, self.moments[DAYS], [])
        for number, ((round_id, institution_id), days) in enumerate(zip(self.pairs, self.days, strict=True)):
            startup = self.startup_names[self.startup_of_round(round_id) - 1][1]
            name = f"{startup} · {self.institution_names[institution_id - 1][0]}"
            before = None
            for (stage, _), day in zip(self.path(number), days, strict=True):
                changes = [{"field": "stage", "before": before, "after": stage}]
                verb = "moved" if before else "created"
                yield self.audit_row(number, verb, "deal", number + 1, name, self.recorded(day), changes)
                before = stage

    def audit_row(  # noqa: PLR0917 - in the order of the columns
        self, number: int, verb: str, kind: str, record_id: int, name: str, at: datetime, changes: list[Any]
    ) -> dict[str, Any]:
        return {
            "at": at,
            "actor_id": self.owner(number),
            "actor_name": "专员",
            "verb": verb,
            "record_type": kind,
            "record_id": record_id,
            "record_name": name,
            "changes": changes,
        }
