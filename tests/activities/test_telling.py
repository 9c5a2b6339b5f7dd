"""Who is told of activities: colleagues that they name, whoever has a task, and on its day that it is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import time_machine
from flask import Flask

from crm.accounts.models import Account, Role
from crm.activities import actions
from crm.activities.actions import ActivityValues
from crm.activities.models import Activity, ActivityKind, Ref
from crm.core.db import db
from crm.digest.jobs import morning
from crm.handover.actions import give
from crm.notifications.models import Notice, NoticeKind
from crm.notifications.sentences import sentence
from tests.conftest import Work
from tests.factories import AT, BY, a_startup, an_account, writing

DAY = date(2026, 6, 13)  # a Saturday
NINE = datetime(2026, 6, 13, 1, tzinfo=UTC)


def told(work: Work) -> list[tuple[int, str]]:
    """Every notice: who is told, and in which words."""
    with work() as session:
        found = session.scalars(db.select(Notice).order_by(Notice.id)).all()
        return [(one.account_id, sentence(one, str, "en")) for one in found]


def a_task(assignee: Account | None, by: Account | None = None, due_on: date | None = DAY) -> Activity:
    with writing():
        return actions.add_task(
            "催投决排期", about=[], due_on=due_on, assignee_id=assignee.id if assignee else None, by=by or BY, at=AT
        )


def test_who_is_named_learns_of_it_once(work: Work) -> None:
    me, named, later = an_account(), an_account(), an_account(Role.LEADER)
    startup = Ref("startup", a_startup("衡汐智能").id)
    mentioned = {Ref("account", one.id): one.name for one in (me, named)}
    values = ActivityValues(ActivityKind.NOTE, "补财务底稿\n下周二上会", about=[startup], mentioned=mentioned)
    with work():
        note = actions.log(values, by=me, at=AT)
        more = {**mentioned, Ref("account", later.id): later.name}
        changed = ActivityValues(ActivityKind.NOTE, "补财务底稿", about=[startup], mentioned=more)
        actions.edit(note, changed, version=None, by=me, at=AT)
    assert told(work) == [(one.id, "You were mentioned: 补财务底稿") for one in (named, later)]


def test_a_task_tells_whoever_it_is_given_to_and_nobody_who_takes_it(work: Work) -> None:
    me, other = an_account(), an_account()
    task = a_task(other, by=me)
    a_task(me, by=me)
    with work() as session:
        kept = session.get_one(Activity, task.id)
        actions.assign(kept, session.get_one(Account, me.id), by=other, at=AT)
    assert told(work) == [(other.id, "A task for you: 催投决排期"), (me.id, "A task for you: 催投决排期")]


def test_whoever_takes_over_tasks_gets_one_notice(work: Work) -> None:
    leaving, heir = an_account(name="周牧之"), an_account()
    for _ in range(3):
        a_task(leaving, by=leaving)
    with work():
        give("tasks", leaving, heir, by=BY, at=AT)
    assert told(work) == [(heir.id, "3 tasks of 周牧之 are yours now")]


def test_a_task_that_is_due_is_told_once_on_its_day_weekend_or_not(work: Work, app: Flask) -> None:
    me = an_account()
    for due_on in (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)):
        a_task(me, by=me, due_on=due_on)
    a_task(None)
    with app.app_context():
        for moment in (NINE - timedelta(hours=2), NINE, NINE + timedelta(hours=1)):
            with time_machine.travel(moment):
                morning(time(8), moment)
    with work() as session:
        (notice,) = session.scalars(db.select(Notice).where(Notice.kind == NoticeKind.TASK_DUE))
        assert (notice.account_id, notice.day, notice.times) == (me.id, DAY, 1)
        assert notice.at == NINE
