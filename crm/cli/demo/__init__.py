"""`crm demo`: invented data to look at: records of a ledger, two years of work, and an account of each role."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

from crm.accounts import actions as account_actions
from crm.accounts.models import Account, Role, System
from crm.cli.context import application, stop
from crm.cli.demo.competitors import mark_competitors
from crm.cli.demo.confidentiality import agree
from crm.cli.demo.dashboard import arrange_dashboard
from crm.cli.demo.dollars import add_dollar_funds
from crm.cli.demo.events import Events
from crm.cli.demo.figures import enter_late, report_figures
from crm.cli.demo.flows import Flows
from crm.cli.demo.founders import Founders
from crm.cli.demo.notices import make_unread
from crm.cli.demo.portal import Portal
from crm.cli.demo.publications import Publications
from crm.cli.demo.records import Records
from crm.cli.demo.rooms import Rooms
from crm.cli.demo.rounds import Endings
from crm.cli.demo.story import Story
from crm.cli.demo.theses import Theses
from crm.cli.revisions import refuse_other_revisions
from crm.core.clock import day_of, now
from crm.core.db import db, unit_of_work
from crm.deals import actions as deal_actions
from crm.deals import queries as deal_queries
from crm.imports.actions import Ledger, import_ledger, read_ledger
from crm.imports.layout import FUNDS, INSTITUTIONS, STARTUPS
from crm.institutions.models import Institution
from crm.people.queries import founders_of
from crm.services import queries as service_queries
from crm.services.models import FINANCE_LINE
from crm.startups.models import Startup

LEDGER = Path(__file__).with_name("ledger.xlsx")
RECORDED_BEFORE = timedelta(days=760)  # the ledger was there before the two years of work
PASSWORD = "walnut harbour ferry"  # noqa: S105 - demonstration only, refused in production
PEOPLE = (
    ("finance", "林予安", Role.FINANCE),
    ("zhou", "周牧之", Role.FINANCE),
    ("manager", "陈晏清", Role.MANAGER),
    ("leader", "顾明远", Role.LEADER),
    ("admin", "系统管理员", Role.ADMIN),
    ("investor", "沈知行", Role.INVESTOR),
    ("founder", "许望舒", Role.FOUNDER),
)


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
        refuse_other_revisions()
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

    def load(self) -> None:
        """Everything, in the caller's unit of work."""
        today, chance = day_of(self.at), random.Random(2026)  # noqa: S311 - invented data, no secret
        self.read_the_ledger()
        startups = list(db.session.scalars(sa.select(Startup).order_by(Startup.id)))
        institutions = list(db.session.scalars(sa.select(Institution).order_by(Institution.id)))
        people = self.add_accounts(institutions[0])
        records = Records(today, self.at, chance, people["zhou"])
        records.institutions(institutions)
        records.funds()
        records.startups(startups)
        Theses(random.Random(11)).tell(institutions, startups)  # noqa: S311 - invented data, no secret
        told = Flows(today, self.at, random.Random(5)).tell()  # noqa: S311 - invented data, no secret
        click.echo(f"  flows of {told} funds")
        owners = (people["finance"], people["zhou"])
        for startup, owner in zip(startups, cycle(owners), strict=False):
            startup.owner_id = owner.id
        story = Story(today, startups, institutions, list(service_queries.types()), owners, chance)
        click.echo(f"  two years of work: {story.tell()} introductions, moves and services")
        newcomers = [one for one in startups if one not in story.served][2:6]
        Endings(today, random.Random(2027), people["zhou"]).tell(newcomers, story.served[-1])  # noqa: S311 - invented data, no secret
        held = Events(today, self.at, people["zhou"], random.Random(7))  # noqa: S311 - invented data, no secret
        click.echo(f"  {held.tell(startups, institutions)} events")
        click.echo(f"  {mark_competitors(by=people['zhou'], at=self.at)} pairs of competitors")
        published = records.present(story.served)
        signers = [founders_of(startup)[0].name for startup in published]
        written = Publications(today, self.at, random.Random(11), people["zhou"], people["manager"])  # noqa: S311 - invented data, no secret
        written.tell(published, signers, institutions, people["investor"])
        note = "想先了解制造业客户的部署情况，方便的话下周约一次线上。"
        deal_actions.express_interest(published[0], institutions[0], None, note, by=people["investor"], at=self.at)
        agree(people["manager"], people["investor"], self.at)
        Portal(people["zhou"], people["investor"], self.at).tell(published, institutions)
        of_founders = Founders(today, self.at, random.Random(13))  # noqa: S311 - invented data, no secret
        click.echo(f"  {of_founders.confirm(people['zhou'])} confirmations")
        busiest = max(published, key=lambda one: len(deal_queries.deals_of_startup(one, 50)))
        founder = self.add_account("founder", "许望舒", Role.FOUNDER, startup_id=busiest.id)
        of_founders.propose(busiest, founder, people["zhou"])
        told = Rooms(people["zhou"], people["manager"], people["investor"], self.at).tell(published, institutions[0])
        click.echo(f"  {told} data rooms")
        add_dollar_funds(institutions, today, by=people["zhou"], at=self.at)
        make_unread(people, self.at)
        arrange_dashboard(people["manager"], today, self.at)
        reported = report_figures(people["manager"], today, self.at)
        kind = next(one for one in service_queries.types() if one.category.line == FINANCE_LINE)
        enter_late(story.served[0], kind, reported, by=people["zhou"], at=self.at + timedelta(seconds=1))

    def read_the_ledger(self) -> None:
        """The institutions, funds and startups of a desk's workbook; what it did follows from the story."""
        ledger = read_ledger(LEDGER.read_bytes())
        records = {layout: ledger.of(layout) for layout in (INSTITUTIONS, FUNDS, STARTUPS)}
        outcome = import_ledger(Ledger(records, ledger.names), by=System(), at=self.at - RECORDED_BEFORE)
        click.echo(f"  a ledger: {sum(outcome.counts['added'].values())} institutions, funds and startups")

    def add_accounts(self, institution: Institution) -> dict[str, Account]:
        """One account of each role but the founder, whose startup is still to come, and a second one for finance."""
        return {
            username: self.add_account(
                username, name, role, institution_id=institution.id if role == Role.INVESTOR else None
            )
            for username, name, role in PEOPLE
            if role != Role.FOUNDER
        }

    def add_account(self, username: str, name: str, role: Role, **belonging: int | None) -> Account:
        told: dict[str, Any] = {"username": username, "name": name, "role": role, **belonging}
        return account_actions.add_account(**told, password=PASSWORD, by=System(), at=self.at)
