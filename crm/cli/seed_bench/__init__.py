"""The profile "bench": as many records as a desk has after decades, the same ones at every start on the same day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import chain, count
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.accounts.models import Account, System
from crm.activities.models import Activity, ActivityLink
from crm.audit.chain import CHAINED, TOLD, linked
from crm.audit.models import AuditEntry
from crm.cli.seed_bench import deals, history, investors, services, startups, talks
from crm.cli.seed_bench.plan import Plan
from crm.core.db import Base
from crm.core.sizes import learn_sizes
from crm.deals import rollup
from crm.deals.models import Deal, DealEvent, Participation, Receipt, Round, RoundEvent
from crm.funds.models import Commitment, Fund, FundFigure, FundFlow, FundManager
from crm.imports.actions.writing import Writer
from crm.institutions.models import Institution
from crm.publishing import actions as publishing
from crm.publishing.models import Authorisation, Publication
from crm.search import actions as search
from crm.services import standing
from crm.services.models import Service, ServicePartner
from crm.startups.models import PastRound, Startup


class Bench:
    """Fills the tables one after the other, in the caller's unit of work."""

    def __init__(self, session: orm.Session, startups: int, *, at: datetime) -> None:
        self.session, self.plan = session, Plan(startups, at=at)
        self.writer = Writer(session, by=System(), at=at, dry_run=False)
        self.made: dict[str, int] = {}

    def fill(self) -> dict[str, int]:
        """Every table; returns how many rows each got."""
        plan = self.plan
        self.insert(Institution, investors.institution_rows(plan))
        self.insert(Fund, investors.fund_rows(plan))
        self.insert(FundManager, investors.manager_rows(plan))
        self.insert(Commitment, investors.commitment_rows(plan))
        self.insert(FundFlow, investors.flow_rows(plan))
        self.insert(FundFigure, investors.figure_rows(plan))
        self.insert(Startup, startups.startup_rows(plan))
        self.insert(Account, investors.accounts(plan))
        self.insert(Authorisation, startups.authorisation_rows(plan))
        self.insert(PastRound, startups.past_round_rows(plan))
        self.insert(Round, startups.round_rows(plan))
        self.insert(RoundEvent, startups.round_event_rows(plan))
        self.insert(Deal, deals.deal_rows(plan))
        rollup.rebuild()
        self.insert(DealEvent, deals.event_rows(plan))
        self.insert(Receipt, deals.receipt_rows(plan))
        self.made[Participation.__tablename__] = deals.insert_participations(self.session)
        self.insert(Service, services.service_rows(plan, self.session))
        self.insert(ServicePartner, services.partner_rows(plan))
        self.insert(Activity, talks.activities(plan))
        self.insert(ActivityLink, talks.links(plan))
        standing.keep()
        self.made[Publication.__tablename__] = publishing.carry_over(at=plan.at)
        self.insert_history()
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

    def insert_history(self) -> None:
        """The lines of the history, chained."""
        rows = ([row[name] for name in TOLD] for row in history.audit_rows(self.plan))
        self.insert(AuditEntry, (dict(zip(CHAINED, row, strict=True)) for row in linked(self.session, rows)))

    def refresh_statistics(self) -> None:
        """Let new records continue the numbers, and the planner know the tables."""
        if self.session.get_bind().dialect.name == "postgresql":
            for name, last in self.made.items():
                sequence = sa.func.pg_get_serial_sequence(name, "id")
                self.session.execute(sa.select(sa.func.setval(sequence, last)))
        learn_sizes()
