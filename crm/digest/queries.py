"""What is in a digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.activities import queries as activity_queries
from crm.activities.models import Activity
from crm.appointments import queries as appointment_queries
from crm.appointments.models import Appointment
from crm.core.clock import now
from crm.core.db import db
from crm.core.listing import Place
from crm.core.periodic import was_done
from crm.deals import queries as deal_queries
from crm.deals.models import Deal
from crm.digest.policies import is_mailed
from crm.expiring import queries as expiring_queries
from crm.notifications import queries as notification_queries
from crm.notifications.models import Notice
from crm.questions import queries as question_queries
from crm.questions.models import Question
from crm.services import queries as service_queries

RUN = "digest"
MONDAY, SATURDAY = 0, 5
SHOWN = 10


@dataclass(frozen=True)
class Digest:
    """What one account has to see to on a day, and what happened since the last working day's digest.

    At most ten of a kind; `unread` counts to 100. `expiring`: rows as `expiring.queries` yields them, on Mondays only.
    """

    day: date
    tasks: Sequence[Activity] = ()
    steps: Sequence[Any] = ()
    services: Sequence[Any] = ()
    moved: Sequence[Deal] = ()
    questions: Sequence[Question] = ()
    appointments: Sequence[Appointment] = ()
    notices: Sequence[Notice] = ()
    unread: int = 0
    expiring: Sequence[Any] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to tell."""
        asked = self.questions or self.appointments
        return not (asked or self.tasks or self.steps or self.services or self.moved or self.notices or self.expiring)


def digest_of(account: Account, day: date) -> Digest:
    """The digest of an account on a day, as things stand."""
    return Digest(
        day=day,
        tasks=activity_queries.tasks_of(account.id, until=day, limit=SHOWN),
        steps=deal_queries.next_steps_of(account, day, SHOWN),
        services=service_queries.planned_due(account, day, SHOWN),
        moved=deal_queries.moved_since(account, last_working_day(day), SHOWN),
        questions=question_queries.waiting_for(account, now(), SHOWN),
        appointments=appointment_queries.waiting_for(account, now(), SHOWN),
        notices=notification_queries.unread(account, SHOWN),
        unread=notification_queries.count_unread(account),
        expiring=expiring_queries.expiring(account, Place(), day).rows[:SHOWN] if day.weekday() == MONDAY else [],
    )


def last_working_day(day: date) -> date:
    """The weekday before a day: on Monday it is Friday."""
    before = day - timedelta(days=1)
    while before.weekday() >= SATURDAY:
        before -= timedelta(days=1)
    return before


def still_to_mail(day: date) -> Sequence[Account]:
    """The accounts whose digest of a day has not been written yet."""
    waiting = sa.select(Account).where(is_mailed(), sa.not_(was_done(RUN, day, Account.id)))
    return db.session.scalars(waiting.order_by(Account.id)).all()
