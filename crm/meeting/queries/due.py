"""What is due: overdue, and within the seven days that follow, as the records say it today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.activities import queries as activities
from crm.activities.models import LONGEST_TITLE, Activity, ActivityLink, Part, Ref
from crm.activities.policies import visible_to
from crm.core.db import db
from crm.core.expressions import in_bin
from crm.deals.models import Deal, DealStatus, Round, RoundState
from crm.expiring import queries as expiring
from crm.meeting.queries.parts import Few, Point, deal_point, first_deals, first_rows
from crm.meeting.week import Week
from crm.services.models import Service, ServiceState, ServiceType
from crm.startups.models import Startup


@dataclass(frozen=True)
class Due:
    """Tasks, next steps of deals, planned services, rounds that are meant to close, what expires; each by day."""

    tasks: Few[Point]
    steps: Few[Point]
    services: Few[Point]
    rounds: Few[Point]
    expiring: Few[Point]

    @property
    def lists(self) -> Sequence[Few[Point]]:
        """All of them, in the order in which they are told."""
        return self.tasks, self.steps, self.services, self.rounds, self.expiring


def read_due(actor: Actor, week: Week) -> Due:
    """What this actor may read of it."""
    return Due(
        open_tasks(actor, week), next_steps(week), planned_services(week), closing_rounds(week), ending(actor, week)
    )


def open_tasks(actor: Actor, week: Week) -> Few[Point]:
    """Everybody's tasks that are not done, up to the last day; those overdue too."""
    columns: list[Any] = [
        Activity.id,
        Activity.text,
        Activity.due_on,
        sa.func.coalesce(Account.name, "").label("owner"),
    ]
    statement = (
        sa.select(*columns)
        .outerjoin(Account, Account.id == Activity.assignee_id)
        .where(activities.open_tasks(), visible_to(actor), Activity.due_on <= week.until)
    )
    rows, count = first_rows(statement, Activity.due_on, Activity.id)
    links = activities.links_of([row.id for row in rows])
    return Few(tuple(task_point(row, links.get(row.id, ())) for row in rows), count)


def task_point(row: Any, links: Sequence[ActivityLink]) -> Point:
    """A task opens the first record that it is about, or itself."""
    about = next((link.ref for link in links if link.part == Part.ABOUT), Ref("activity", row.id))
    return Point("task", title_of(row.text), (about.record_type, about.record_id), row.owner, row.due_on)


def title_of(text: str) -> str:
    """The first line of a task."""
    return text.strip().partition("\n")[0].strip()[:LONGEST_TITLE]


def next_steps(week: Week) -> Few[Point]:
    """Of active deals, up to the last day; those overdue too."""
    found = sa.select(Deal.id.label("deal_id"), Deal.next_step, Deal.next_step_on).where(
        Deal.status == DealStatus.ACTIVE, Deal.next_step_on <= week.until
    )
    rows, count = first_deals(found, Deal.next_step_on, Deal.id)
    return Few(tuple(deal_point("step", deal, row.next_step_on, row.next_step) for deal, row in rows), count)


def planned_services(week: Week) -> Few[Point]:
    """Services that are planned or in progress, up to the last day."""
    statement = (
        sa.select(
            Service.id,
            Startup.shown_name.label("startup"),
            (ServiceType.name_zh + "|" + ServiceType.name_en).label("name"),
            Service.handler,
            Service.happened_on,
        )
        .join(Startup, Startup.id == Service.startup_id)
        .join(ServiceType, ServiceType.id == Service.type_id)
        .where(
            Service.archived_at.is_(None),
            Startup.archived_at.is_(None),
            Service.state == ServiceState.PLANNED,
            Service.happened_on <= week.until,
        )
    )
    rows, count = first_rows(statement, Service.happened_on, Service.id)
    return Few(
        tuple(
            Point(
                "service",
                row.startup,
                ("service", row.id),
                row.handler,
                row.happened_on,
                row.name,
            )
            for row in rows
        ),
        count,
    )


def closing_rounds(week: Week) -> Few[Point]:
    """Open rounds that are meant to close in the days that follow."""
    return rounds(Round.closes_on.between(week.as_of, week.until))


def rounds(*conditions: sa.ColumnElement[bool]) -> Few[Point]:
    """Open rounds, the first to close first."""
    binned = sa.select(Startup.id).where(Startup.archived_at.is_not(None))
    found = sa.select(Round.id, Round.startup_id, Round.name, Round.closes_on).where(
        Round.state == RoundState.OPEN,
        in_bin(Round.archived_at, False, few=True),
        Round.startup_id.not_in(binned),
        *conditions,
    )
    rows, count = first_rows(found, Round.closes_on, Round.id)
    named = sa.select(Startup.id, Startup.shown_name.label("name")).where(
        Startup.id.in_([row.startup_id for row in rows])
    )
    names = {row.id: row.name for row in db.session.execute(named)}
    points = (Point("round", names[row.startup_id], ("round", row.id), "", row.closes_on, row.name) for row in rows)
    return Few(tuple(points), count)


def ending(actor: Actor, week: Week) -> Few[Point]:
    """What expires: authorisations, admissions, labels, consents and the like."""
    found = expiring.everything(actor, week.as_of, "")
    statement = sa.select(found).where(found.c.day <= week.until)
    rows, count = first_rows(statement, found.c.day, found.c.row_id)
    return Few(
        tuple(Point(row.kind, row.name, ("expiring", row.record_id), "", row.day, row.detail) for row in rows), count
    )
