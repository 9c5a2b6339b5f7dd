"""`crm demo`: invented data to look at: a year's ledger, this year's work since, and an account of each role."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import click
import sqlalchemy as sa

from crm.accounts import actions as account_actions
from crm.accounts.models import Account, Role, System
from crm.cli.context import application, stop
from crm.core.clock import day_of, now
from crm.core.db import db, unit_of_work
from crm.deals import actions as deal_actions
from crm.deals.actions import DealValues, Move, RoundValues
from crm.deals.models import Deal, DealStatus
from crm.deals.queries import deal_between, find_deal, open_rounds_of, round_called
from crm.imports.actions import import_ledger, read_ledger
from crm.institutions.models import Institution
from crm.lib.money import WAN_YUAN, Amount
from crm.services import actions as service_actions
from crm.services import queries as service_queries
from crm.services.actions import ServiceValues
from crm.services.models import ServiceState
from crm.settings.queries import label
from crm.startups import actions as startup_actions
from crm.startups.models import Startup

LEDGER = Path(__file__).parent / "demo_ledger.xlsx"
PASSWORD = "walnut harbour ferry"  # noqa: S105 - demonstration only, refused in production
PEOPLE = (
    ("finance", "林予安", Role.FINANCE),
    ("zhou", "周牧之", Role.FINANCE),
    ("manager", "陈晏清", Role.MANAGER),
    ("leader", "顾明远", Role.LEADER),
    ("admin", "系统管理员", Role.ADMIN),
    ("investor", "沈知行", Role.INVESTOR),
)
LADDER = (
    "referred",
    "interested",
    "met",
    "pitched",
    "due_diligence",
    "term_sheet",
    "committee",
    "signed",
    "funded",
)
ROUNDS = ("angel", "pre-a", "a", "a+", "b")
SIZES = (500, 1000, 2000, 3000, 5000, 8000)
NEXT_STEPS = ("约技术负责人", "补财务底稿", "发 BP 第二版", "回条款意见", "安排实地走访", "催投决排期")
CHIEFS = ("许望舒", "季明野", "顾南乔", "沈砚秋", "陆云起", "叶知秋", "旻晟", "喆远")


@click.group()
def demo() -> None:
    """Load demonstration data."""


@demo.command()
@click.option("--if-empty", is_flag=True, help="Do nothing but print the accounts when there is data already.")
def load(if_empty: bool) -> None:
    """Load demonstration data into an empty database; refused in production."""
    app = application()
    if app.config["ENV_NAME"] == "production":
        stop("demonstration data is refused in production")
    with app.app_context():
        with unit_of_work(write=False) as session:
            loaded = session.scalar(sa.select(Account.id).where(Account.username == "finance")) is not None
            empty = session.scalar(sa.select(sa.func.count(Account.id))) == 0
        if not empty and not if_empty:
            stop("the database is not empty")
        if empty:
            click.echo("Loading demonstration data …")
            with unit_of_work(write=True):
                Demonstration(now()).load()
            loaded = True
    if loaded:
        print_accounts()


def print_accounts() -> None:
    click.echo(f"Demonstration accounts, password “{PASSWORD}”:")
    for username, name, role in PEOPLE:
        click.echo(f"  {username:<10} {role.value:<9} {name}")


@dataclass
class Demonstration:
    """The invented data; the same at every start on the same day."""

    at: datetime

    def __post_init__(self) -> None:
        self.today = day_of(self.at)
        self.random = random.Random(2026)  # noqa: S311 - invented data, no secret
        self.since = max(date(self.today.year, 1, 5), self.today - timedelta(days=330))

    def load(self) -> None:
        """Everything, in the caller's unit of work."""
        outcome = import_ledger(read_ledger(LEDGER.read_bytes()), by=System(), at=self.at)
        click.echo(f"  ledger of 2025: {sum(outcome.counts['added'].values())} records added")
        self.startups = list(db.session.scalars(sa.select(Startup).order_by(Startup.id)))
        self.institutions = list(db.session.scalars(sa.select(Institution).order_by(Institution.id)))
        self.people = self.add_people()
        self.publish_profiles()
        self.log_deals()
        self.log_services()
        self.express_interest()

    def add_people(self) -> dict[str, Account]:
        """One account of each role, and a second one for finance."""
        people = {}
        for username, name, role in PEOPLE:
            institution_id = self.institutions[0].id if role == Role.INVESTOR else None
            people[username] = account_actions.add_account(
                username=username,
                name=name,
                role=role,
                institution_id=institution_id,
                password=PASSWORD,
                by=System(),
                at=self.at,
            )
        return people

    def publish_profiles(self) -> None:
        """Two dozen startups that investors can read, each with an open round."""
        for startup in self.random.sample(self.startups, 24):
            self.describe(startup)
            startup_actions.publish(
                startup,
                authorised_by=self.random.choice(CHIEFS),
                authorised_until=self.today + timedelta(days=self.random.randint(90, 300)),
                by=self.people["manager"],
                at=self.at,
            )
            name = self.random.choice(ROUNDS)
            if round_called(startup, name) is None:
                values = RoundValues(
                    sought=Amount.exactly(self.random.choice(SIZES) * WAN_YUAN),
                    valuation=self.random.choice((3, 5, 8, 12)) * 10_000 * WAN_YUAN,
                    use_of_proceeds="研发投入 50%，交付团队 30%，市场与认证 20%",
                    opened_on=self.some_day(),
                    closes_on=self.today + timedelta(days=self.random.randint(40, 200)),
                )
                deal_actions.open_round(startup, name, values, by=self.people["zhou"], at=self.at)

    def describe(self, startup: Startup) -> None:
        layer = label("sector_layer", startup.sector_layer, "zh_CN")
        vertical = label("sector_vertical", startup.sector_vertical, "zh_CN")
        startup.profile = (
            f"{startup.short_name}面向{vertical}行业提供{layer}产品，已在 {self.random.randint(4, 40)} 家客户落地。\n\n"
            f"客户不必更换现有系统即可接入，平均部署周期 {self.random.randint(2, 9)} 周，"
            f"续约率 {self.random.randint(80, 97)}%。"
        )
        first, second = self.random.sample(CHIEFS, 2)
        startup.team = f"{first}，创始人、CEO，{layer}方向博士\n{second}，CTO，十二年行业研发经验"

    def some_day(self) -> date:
        return self.since + timedelta(days=self.random.randint(0, (self.today - self.since).days))

    def log_deals(self) -> None:
        """Sixty introductions of this year, at every stage."""
        for _ in range(60):
            startup, institution = self.random.choice(self.startups), self.random.choice(self.institutions)
            rounds = open_rounds_of(startup)
            name = rounds[0].name if rounds else self.random.choice(ROUNDS)
            if rounds and deal_between(rounds[0].id, institution.id) is not None:
                continue
            owner = self.people[self.random.choice(("finance", "zhou"))]
            day = self.some_day()
            values = DealValues(
                owner_id=owner.id,
                intended=Amount.exactly(self.random.choice(SIZES) * WAN_YUAN),
                next_step=self.random.choice(NEXT_STEPS),
                next_step_on=self.today + timedelta(days=self.random.randint(-6, 20)),
            )
            sought = Amount() if rounds else Amount.exactly(self.random.choice(SIZES) * WAN_YUAN)
            first = Move("referred", DealStatus.ACTIVE, day)
            deal = deal_actions.log_deal(startup, name, institution, first, values, sought=sought, by=owner, at=self.at)
            service_actions.record_introduction(deal, startup, institution, by=owner, at=self.at)
            self.carry_on(deal, day, owner)

    def carry_on(self, deal: Deal, day: date, owner: Account) -> None:
        """Some steps up the ladder, as far as the year has gone."""
        amount = self.random.choice(SIZES) * WAN_YUAN
        for stage in LADDER[1 : 1 + self.random.randint(0, len(LADDER) - 1)]:
            day += timedelta(days=self.random.randint(3, 28))
            kept = find_deal(System(), deal.id)
            if kept is None or day > self.today:
                return
            passed = self.random.random() < 0.08
            move = Move(
                kept.stage if passed else stage,
                DealStatus.PASSED if passed else DealStatus.COMPLETED if stage == "funded" else DealStatus.ACTIVE,
                day,
                reason=self.random.choice(("valuation", "stage", "sector", "timing")) if passed else None,
                signed=amount if stage == "signed" and not passed else None,
                received=amount // 2 if stage == "funded" and not passed else None,
            )
            deal_actions.move_deal(kept, move, version=None, by=owner, at=self.at)
            if passed:
                return

    def log_services(self) -> None:
        """Eighty services of this year, and a few that are planned."""
        types = [one for one in service_queries.types() if one.category.line == "finance"]
        for number in range(88):
            planned = number % 11 == 0
            values = ServiceValues(
                happened_on=self.today + timedelta(days=self.random.randint(2, 30)) if planned else self.some_day(),
                state=ServiceState.PLANNED if planned else ServiceState.COMPLETED,
                content=self.random.choice(("现场", "线上", "电话")),
                outcome="" if planned else self.random.choice(("签署意向", "获批", "已出具方案", "已交付并签收")),
                handler=self.random.choice(("服务一组", "服务二组")),
            )
            owner = self.people[self.random.choice(("finance", "zhou"))]
            kind = self.random.choice(types)
            service_actions.log_service(self.random.choice(self.startups), kind, values, by=owner, at=self.at)

    def express_interest(self) -> None:
        """One notice that waits for finance staff."""
        startup = next(one for one in self.startups if one.published_at is not None)
        institution = self.institutions[0]
        note = "想先了解制造业客户的部署情况，方便的话下周约一次线上。"
        deal_actions.express_interest(startup, institution, None, note, by=self.people["investor"], at=self.at)
