"""Reading activities and tasks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account, Actor
from crm.activities.holding import names_told
from crm.activities.models import Activity, ActivityKind, ActivityLink, Part, Ref, title_of
from crm.activities.policies import visible_to
from crm.core.db import db
from crm.core.expressions import within
from crm.core.listing import PAGE_SIZE, Place, Slice, Sort, slice_of
from crm.core.prepared import PreparedAmong
from crm.search.models import ENTRY

# Tasks without a due day come after all others. Written out, not bound, so that the index of it serves.
DUE = sa.func.coalesce(Activity.due_on, sa.literal_column("'9999-12-31'", sa.Date))
MOST_COUNTED = 99
TASK_VIEWS = ("mine", "team", "overdue", "done")
WITH_PEOPLE = (joinedload(Activity.by), joinedload(Activity.assignee))


def find_activity(actor: Actor, activity_id: int) -> Activity | None:
    """An activity that this actor may see, with who wrote it and whose task it is."""
    return db.session.scalar(
        sa.select(Activity).options(*WITH_PEOPLE).where(Activity.id == activity_id, visible_to(actor))
    )


def find_task(actor: Actor, activity_id: int) -> Activity | None:
    """A task that this actor may see."""
    found = find_activity(actor, activity_id)
    return found if found is not None and found.is_task else None


def links_of(activity_ids: Collection[int]) -> dict[int, list[ActivityLink]]:
    """{activity: its links, those first that it is about}, without what they lie within."""
    found: dict[int, list[ActivityLink]] = {}
    if not activity_ids:
        return found
    links = db.session.scalars(
        sa.select(ActivityLink)
        .where(ActivityLink.activity_id.in_(activity_ids), ActivityLink.part != Part.WITHIN)
        .order_by(ActivityLink.part, ActivityLink.id)
    )
    for link in links:
        found.setdefault(link.activity_id, []).append(link)
    return found


def names_of(refs: Iterable[Ref]) -> dict[Ref, str]:
    """{record: what it is called today}; nothing of records that are gone."""
    by_kind: dict[str, set[int]] = {}
    for ref in refs:
        by_kind.setdefault(ref.record_type, set()).add(ref.record_id)
    found = {Ref("account", one.id): one.name for one in accounts_named(by_kind.pop("account", set()))}
    noted = by_kind.pop("activity", set())
    found |= {Ref("activity", one): name for one, name in titles_of(noted).items()}
    if by_kind:
        found.update(searched_names(by_kind))
    for record_type, ids in by_kind.items():
        missing = [one for one in ids if Ref(record_type, one) not in found]
        found |= {Ref(record_type, one): name for one, name in names_told(record_type, missing).items()}
    return found


def searched_names(by_kind: Mapping[str, Collection[int]]) -> dict[Ref, str]:
    """The titles that searching shows."""
    entries = sa.or_(
        *(sa.and_(ENTRY.c.record_type == kind, ENTRY.c.record_id.in_(ids)) for kind, ids in by_kind.items())
    )
    rows = db.session.execute(sa.select(ENTRY.c.record_type, ENTRY.c.record_id, ENTRY.c.title).where(entries))
    return {Ref(row.record_type, row.record_id): row.title for row in rows}


def titles_of(ids: Collection[int]) -> dict[int, str]:
    """{id: how a note, a talk or a task begins}."""
    rows = db.session.execute(sa.select(Activity.id, Activity.text).where(Activity.id.in_(ids))) if ids else ()
    return {row.id: title_of(row.text) for row in rows}


def accounts_named(ids: Collection[int]) -> Sequence[Account]:
    return db.session.scalars(sa.select(Account).where(Account.id.in_(ids))).all() if ids else []


def open_tasks(account_id: Any = None) -> sa.ColumnElement[bool]:
    """Tasks that are still to be done, somebody's or everybody's."""
    mine = Activity.assignee_id == account_id if account_id is not None else Activity.kind == ActivityKind.TASK
    return sa.and_(mine, Activity.archived_at.is_(None), Activity.done_at.is_(None))


def tasks(
    actor: Actor, place: Place, *, show: str, today: date, assignee_id: int | None = None, size: int = PAGE_SIZE
) -> Slice:
    """The list of tasks with who wrote them and whose they are: one's own, the team's, the late ones, or those done."""
    assignee = actor.id if show == "mine" else assignee_id
    wanted = [visible_to(actor), Activity.kind == ActivityKind.TASK, Activity.archived_at.is_(None)]
    if assignee is not None:
        wanted.append(Activity.assignee_id == assignee)
    wanted.append(Activity.done_at.is_not(None) if show == "done" else Activity.done_at.is_(None))
    if show == "overdue":
        wanted.append(today > DUE)
    statement = sa.select(Activity).options(*WITH_PEOPLE).where(*wanted)
    sorts = {"done": Sort(Activity.done_at, True)} if show == "done" else {"due": Sort(DUE)}
    return slice_of(statement, Activity.id, sorts, place, size)


def tasks_of(account_id: int, *, until: date | None = None, limit: int = 100) -> Sequence[Activity]:
    """Somebody's open tasks, the earliest due first, at most `limit`; with `until` only those due up to that day."""
    statement = OPEN_TASKS if until is None else TASKS_DUE
    return db.session.scalars(statement, {"account": account_id, "until": until, "most": limit}).all()


OPEN_TASKS = (
    sa.select(Activity)
    .options(*WITH_PEOPLE)
    .where(open_tasks(sa.bindparam("account")))
    .order_by(DUE, Activity.id)
    .limit(sa.bindparam("most"))
)
TASKS_DUE = OPEN_TASKS.where(sa.bindparam("until") >= DUE)


def tasks_due_on(day: date) -> Sequence[Activity]:
    """Everybody's open tasks that are due on a day."""
    due = sa.and_(open_tasks(), Activity.due_on == day, Activity.assignee_id.is_not(None))
    return db.session.scalars(sa.select(Activity).where(due).order_by(Activity.id)).all()


def count_open_tasks(account_id: int) -> int:
    """How many tasks somebody has still to do."""
    return counted(open_tasks(account_id))


def count_overdue_of(account_id: Any) -> sa.ScalarSelect[int]:
    """How many of an account's open tasks were due before `:today`, to 99; for any statement to carry along."""
    late = sa.select(Activity.id).where(open_tasks(account_id), sa.bindparam("today") > DUE).correlate(Account)
    return sa.select(sa.func.count()).select_from(late.limit(MOST_COUNTED).subquery()).scalar_subquery()


def counted(condition: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Activity).where(condition)) or 0


def open_tasks_of(owner: Account | None, among: Collection[int] | None = None) -> Sequence[Activity]:
    """Every task that somebody, or nobody yet, has still to do."""
    own = sa.and_(open_tasks(), Activity.assignee_id == (owner.id if owner else None))
    return db.session.scalars(sa.select(Activity).where(own, within(Activity.id, among)).order_by(Activity.id)).all()


def follower_of(task: Activity) -> Activity | None:
    """The task that completing this one made."""
    return db.session.scalar(sa.select(Activity).where(Activity.follows_id == task.id))


def last_said_about(record_type: str, record_ids: Collection[int]) -> dict[int, Any]:
    """{record: the day and the text of the latest note, meeting, call or mail about it}, in one query."""
    return {row.record_id: row for row in said_about(record_type).all(tuple(record_ids))}


@cache
def said_about(record_type: str) -> PreparedAmong:
    said = (
        sa.select(ActivityLink.record_id, Activity.happened_on, Activity.text)
        .join(Activity, Activity.id == ActivityLink.activity_id)
        .where(
            ActivityLink.record_type == record_type,
            ActivityLink.part == Part.ABOUT,
            Activity.kind != ActivityKind.TASK,
            Activity.archived_at.is_(None),
        )
        .order_by(ActivityLink.happened_on, ActivityLink.activity_id)
    )
    return PreparedAmong(said, ActivityLink.record_id)


def activities_with(ref: Ref) -> Sequence[Activity]:
    """Every activity that a record is linked with, those put away too, newest first."""
    linked: sa.Select[Any] = sa.select(ActivityLink.activity_id).where(
        ActivityLink.record_type == ref.record_type, ActivityLink.record_id == ref.record_id
    )
    newest = sa.select(Activity).where(Activity.id.in_(linked))
    return db.session.scalars(newest.order_by(Activity.happened_on.desc(), Activity.id.desc())).all()
