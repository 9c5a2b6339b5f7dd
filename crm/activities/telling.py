"""Who is told of an activity: those whom it names, and whoever has a task."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from crm.accounts.models import Actor
from crm.activities.models import Activity, Ref
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind


def tell_named(activity: Activity, refs: Iterable[Ref], *, by: Actor, at: datetime) -> None:
    """The colleagues among the records that an activity names."""
    named = [ref.record_id for ref in refs if ref.record_type == "account"]
    tell(activity, named, NoticeKind.MENTIONED, by=by, at=at)


def tell_assignee(task: Activity, *, by: Actor, at: datetime) -> None:
    """Whoever was given a task by somebody else."""
    if task.is_task:
        tell(task, [task.assignee_id], NoticeKind.TASK_ASSIGNED, by=by, at=at)


def tell_tasks(tasks: Sequence[Activity], after: str, *, by: Actor, at: datetime) -> None:
    """Whoever was given several tasks at once, in one notice that leads to their tasks."""
    if tasks:
        notify(
            [tasks[0].assignee_id],
            NoticeKind.TASKS_ASSIGNED,
            record_type="activity",
            record_id=tasks[0].id,
            name=after,
            times=len(tasks),
            by=by,
            at=at,
        )


def tell_due(task: Activity, *, at: datetime) -> None:
    """Whoever has a task, on the day that it is due."""
    tell(task, [task.assignee_id], NoticeKind.TASK_DUE, by=None, at=at)


def tell(
    activity: Activity, account_ids: Collection[int | None], kind: NoticeKind, *, by: Actor | None, at: datetime
) -> None:
    words = activity.text.strip()
    note = words if words != activity.title and kind == NoticeKind.MENTIONED else ""
    notify(
        account_ids,
        kind,
        record_type="activity",
        record_id=activity.id,
        name=activity.title,
        note=note,
        by=by,
        at=at,
    )
