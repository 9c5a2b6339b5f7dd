"""Writing down what happened and what is to be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.activities.holding import holders_of
from crm.activities.models import Activity, ActivityKind, ActivityLink, Part, Ref, Repeat
from crm.activities.queries import activities_with, follower_of, links_of, names_of
from crm.activities.repeats import next_due
from crm.activities.telling import tell_assignee, tell_named, tell_tasks
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.lib.text import N_
from crm.notifications.actions import forget as forget_notices

Links = dict[Ref, tuple[Part, str]]
FILLED = ("kind", "text", "starts_at", "place", "due_on", "repeats")


@dataclass(frozen=True)
class ActivityValues:
    """What the log box says. `mentioned`: {record: how the text calls it}. `happened_on` None is today."""

    kind: ActivityKind
    text: str
    about: Sequence[Ref] = ()
    mentioned: Mapping[Ref, str] = field(default_factory=dict)
    participants: Sequence[Ref] = ()
    happened_on: date | None = None
    starts_at: time | None = None
    place: str = ""
    due_on: date | None = None
    assignee_id: int | None = None
    repeats: Repeat | None = None


def log(values: ActivityValues, *, by: Actor, at: datetime) -> Activity:
    """A note, meeting, call, mail or task. Raises Refusal."""
    activity = write(values, by=by, at=at)
    tell_named(activity, linked(values), by=by, at=at)
    tell_assignee(activity, by=by, at=at)
    return activity


def write(values: ActivityValues, *, by: Actor, at: datetime) -> Activity:
    """An activity of which nobody is told."""
    check(values, at)
    activity = Activity(
        happened_on=values.happened_on or day_of(at), assignee_id=values.assignee_id, by_id=by.id, created_at=at
    )
    fill(activity, values)
    db.session.add(activity)
    db.session.flush()  # the links need the activity's id
    add_links(activity, linked(values))
    audit.record(activity, "created", by=by, at=at, name=activity.title)
    return activity


def add_task(
    text: str,
    *,
    about: Sequence[Ref],
    due_on: date | None,
    assignee_id: int | None,
    by: Actor,
    at: datetime,
    repeats: Repeat | None = None,
) -> Activity:
    """A task about some records. Raises Refusal."""
    told = {"about": about, "due_on": due_on, "assignee_id": assignee_id, "repeats": repeats}
    return log(ActivityValues(ActivityKind.TASK, text, **told), by=by, at=at)  # type: ignore[arg-type]


def add_tasks(
    drafts: Sequence[tuple[str, Sequence[Ref]]],
    *,
    after: str,
    due_on: date | None,
    assignee_id: int | None,
    by: Actor,
    at: datetime,
) -> list[Activity]:
    """Several tasks, (text, about which records), for one colleague, who gets one notice. `after`: what they follow."""
    task = ActivityValues(ActivityKind.TASK, "", due_on=due_on, assignee_id=assignee_id)
    tasks = [write(replace(task, text=text, about=about), by=by, at=at) for text, about in drafts]
    tell_tasks(tasks, after, by=by, at=at)
    return tasks


def edit(activity: Activity, values: ActivityValues, *, version: int | None, by: Actor, at: datetime) -> None:
    """Change an activity and what it is linked with. Raises Refusal, Conflict."""
    activity.expect_version(version)
    check(values, at)
    before, after = kept_links(activity), linked(values)
    with db.session.no_autoflush:
        more = assignment(activity, values.assignee_id) + relinking(before, after)
        fill(activity, values)
        activity.happened_on = values.happened_on or activity.happened_on
        changes = [*audit.pending_changes(activity), *more]
        is_given = activity.assignee_id != values.assignee_id
        activity.assignee_id = values.assignee_id
        if more:
            activity.version = activity.version + 1
    if changes:
        audit.record(activity, "changed", by=by, at=at, name=activity.title, changes=changes)
    set_links(activity, after)
    tell_named(activity, set(after) - set(before), by=by, at=at)
    if is_given:
        tell_assignee(activity, by=by, at=at)


def complete_task(task: Activity, *, by: Actor, at: datetime) -> Activity | None:
    """Tick a task off; returns the next one where it repeats. Raises Refusal for a task that is done already."""
    if task.done_at is not None:
        raise Refusal({"": N_("This task is done already.")})
    task.done_at, task.done_by_id = at, by.id
    audit.record(task, "completed", by=by, at=at, name=task.title)
    return follow(task, task.repeats, task.due_on, by=by, at=at) if task.repeats and task.due_on else None


def follow(task: Activity, repeat: Repeat, due_on: date, *, by: Actor, at: datetime) -> Activity:
    """The next task of a series, about the same records."""
    links = links_of([task.id]).get(task.id, [])
    series_from = task.repeats_from or due_on
    values = ActivityValues(
        ActivityKind.TASK,
        task.text,
        about=[link.ref for link in links if link.part == Part.ABOUT],
        mentioned={link.ref: link.label for link in links if link.part == Part.MENTIONED},
        due_on=next_due(repeat, series_from, due_on, day_of(at)),
        assignee_id=task.assignee_id,
        repeats=repeat,
    )
    following = log(values, by=by, at=at)
    following.follows_id, following.repeats_from = task.id, series_from
    return following


def reopen_task(task: Activity, *, by: Actor, at: datetime) -> None:
    """A task is to be done after all: the next one of its series goes, unless it is done itself."""
    task.done_at = task.done_by_id = None
    audit.record(task, "reopened", by=by, at=at, name=task.title)
    following = follower_of(task)
    if following is not None:
        following.follows_id = None  # ticked off again, the task makes another one
        if following.done_at is None and following.archived_at is None:
            archive(following, by=by, at=at)


def postpone(task: Activity, due_on: date, *, by: Actor, at: datetime) -> None:
    """Give a task another due day; a series goes on from its first one."""
    with db.session.no_autoflush:
        task.due_on = due_on
        audit.record_change(task, by=by, at=at, name=task.title)


def assign(task: Activity, to: Account | None, *, by: Actor, at: datetime) -> None:
    """Give a task to somebody else, or to nobody yet."""
    if give(task, to, by=by, at=at):
        tell_assignee(task, by=by, at=at)


def give(task: Activity, to: Account | None, *, by: Actor, at: datetime) -> bool:
    changes = assignment(task, to.id if to else None)
    if changes:
        task.assignee_id = to.id if to else None
        audit.record(task, "changed", by=by, at=at, name=task.title, changes=changes)
    return bool(changes)


def archive(activity: Activity, *, by: Actor, at: datetime) -> None:
    """Put away what was written by mistake."""
    activity.archived_at = at
    audit.record(activity, "archived", by=by, at=at, name=activity.title)


def restore(activity: Activity, *, by: Actor, at: datetime) -> None:
    """Bring an activity back."""
    activity.archived_at = None
    audit.record(activity, "restored", by=by, at=at, name=activity.title)


def forget(ref: Ref, name: str, *, by: Actor, at: datetime) -> None:
    """Take a person out of every activity, on the person's request: the links, the name in the texts, their history.

    The deletion itself is for the caller to record.
    """
    activities = activities_with(ref)
    audit.scrub("activity", [activity.id for activity in activities], by=by, at=at)
    forget_notices("activity", [activity.id for activity in activities])
    for activity in activities:
        activity.text = activity.text.replace(name, "…") if name else activity.text
    db.session.execute(
        sa.delete(ActivityLink).where(
            ActivityLink.record_type == ref.record_type, ActivityLink.record_id == ref.record_id
        )
    )


def check(values: ActivityValues, at: datetime) -> None:
    if not values.text.strip():
        raise Refusal({"text": N_("Write what happened, or what is to be done.")})
    is_task = values.kind == ActivityKind.TASK
    if not is_task and not (values.about or values.mentioned or values.participants):
        raise Refusal({"text": N_("Say whom it is about: @ names a startup, an institution or a person, # a deal.")})
    lies_behind = values.kind in (ActivityKind.NOTE, ActivityKind.CALL, ActivityKind.MAIL)
    if lies_behind and values.happened_on is not None and values.happened_on > day_of(at):
        raise Refusal({"happened_on": N_("This day has not come yet.")})
    if values.repeats and values.due_on is None:
        raise Refusal({"due_on": N_("A task that repeats needs a due day.")})


def fill(activity: Activity, values: ActivityValues) -> None:
    was_due, repeated = activity.due_on, activity.repeats
    for name in FILLED:
        setattr(activity, name, getattr(values, name))
    if values.repeats is None:
        activity.repeats_from = None
    elif (was_due, repeated) != (values.due_on, values.repeats):
        activity.repeats_from = values.due_on


def linked(values: ActivityValues) -> Links:
    """Every record that an activity names, once, by the strongest part that it has, and how the text calls it."""
    parts = {
        **dict.fromkeys(values.mentioned, Part.MENTIONED),
        **dict.fromkeys(values.participants, Part.PARTICIPANT),
        **dict.fromkeys(values.about, Part.ABOUT),
    }
    return {ref: (part, values.mentioned.get(ref, "")[:200]) for ref, part in parts.items()}


def kept_links(activity: Activity) -> Links:
    """What an activity is linked with now."""
    return {link.ref: (link.part, link.label) for link in links_of([activity.id]).get(activity.id, [])}


def set_links(activity: Activity, links: Links) -> None:
    """Link an activity with these records and with whatever holds them, and with nothing else."""
    for link in db.session.scalars(sa.select(ActivityLink).where(ActivityLink.activity_id == activity.id)):
        db.session.delete(link)
    db.session.flush()  # or the same records would be linked twice
    add_links(activity, links)


def add_links(activity: Activity, links: Links) -> None:
    within = {ref: (Part.WITHIN, "") for ref in holders_of(links) if ref not in links}
    db.session.add_all(
        ActivityLink(
            activity_id=activity.id,
            record_type=ref.record_type,
            record_id=ref.record_id,
            part=part,
            label=label,
            happened_on=activity.happened_on,
        )
        for ref, (part, label) in {**links, **within}.items()
    )


def relinking(before: Links, after: Links) -> list[audit.Change]:
    """How the links change, in names; `back` holds those before."""
    if before == after:
        return []
    names = names_of({*before, *after})
    told = [[names.get(ref, "") for ref in links] for links in (before, after)]
    back = [[*ref, part.value, label] for ref, (part, label) in before.items()]
    return [audit.change("links", *told, back=back)]


def assignment(task: Activity, to_id: int | None) -> list[audit.Change]:
    """How the assignee changes, in names; `back` holds the one before."""
    if task.assignee_id == to_id:
        return []
    refs = [Ref("account", one) if one else None for one in (task.assignee_id, to_id)]
    names = names_of(filter(None, refs))
    before, after = (names.get(ref) if ref else None for ref in refs)
    return [audit.change("assignee_id", before, after, back=task.assignee_id)]
