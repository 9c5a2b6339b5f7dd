"""What the desk wrote down about every deal of the profile "bench": in turn a meeting, a call, a note or a task."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from crm.activities.models import ActivityKind, Part
from crm.cli.seed_bench.plan import Plan

TALKS = (ActivityKind.MEETING, ActivityKind.CALL, ActivityKind.NOTE, ActivityKind.TASK)
SAID = (
    "首次会面，对方关注毛利与交付周期",
    "电话沟通，会后补材料",
    "企业财务负责人变更",
    "补交财务底稿",
    "邮件发出尽调清单",
)
OPEN_OF = 40  # one task in ten is still to be done


class Talked(NamedTuple):
    """A deal by its number from 0, what holds it, who owns it, and the day of its last move."""

    number: int
    round_id: int
    startup_id: int
    institution_id: int
    owner_id: int
    day: date
    at: datetime


def talked(plan: Plan) -> Iterator[Talked]:
    """Each deal on the day of its last move, with who owns it."""
    for number, ((round_id, institution_id), days) in enumerate(zip(plan.pairs, plan.days, strict=True)):
        holders = (round_id, plan.startup_of_round(round_id), institution_id)
        yield Talked(number, *holders, plan.owner(number), days[-1], plan.recorded(days[-1]))


def activities(plan: Plan) -> Iterator[dict[str, Any]]:
    """One activity for each deal."""
    for deal in talked(plan):
        is_task = deal.number % len(TALKS) == TALKS.index(ActivityKind.TASK)
        done = is_task and deal.number % OPEN_OF != TALKS.index(ActivityKind.TASK)
        yield {
            "kind": TALKS[deal.number % len(TALKS)],
            "text": SAID[deal.number % len(SAID)],
            "happened_on": deal.day,
            "by_id": deal.owner_id,
            "due_on": deal.day + timedelta(days=7) if is_task else None,
            "assignee_id": deal.owner_id if is_task else None,
            "done_at": deal.at if done else None,
            "done_by_id": deal.owner_id if done else None,
            "created_at": deal.at,
        }


def links(plan: Plan) -> Iterator[dict[str, Any]]:
    """Each is about its deal, within its round, its startup and its institution."""
    for deal in talked(plan):
        linked = (
            ("deal", deal.number + 1, Part.ABOUT),
            ("round", deal.round_id, Part.WITHIN),
            ("startup", deal.startup_id, Part.WITHIN),
            ("institution", deal.institution_id, Part.WITHIN),
        )
        for record_type, record_id, part in linked:
            yield {
                "activity_id": deal.number + 1,
                "record_type": record_type,
                "record_id": record_id,
                "part": part,
                "happened_on": deal.day,
            }
