"""Everything that a Monday meeting talks about, as plain values: the page and the PDF tell the same."""

from __future__ import annotations

from dataclasses import dataclass

from crm.accounts.models import Actor
from crm.accounts.policies import may_see_contacts
from crm.core.keeping import until_written
from crm.meeting.queries.decisions import Decisions, read_decisions
from crm.meeting.queries.due import Due, read_due
from crm.meeting.queries.moved import Moved, read_moved
from crm.meeting.queries.parts import Few
from crm.meeting.queries.stuck import Stuck, read_stuck
from crm.meeting.week import Week
from crm.settings.queries import all_terms


@dataclass(frozen=True)
class Meeting:
    """What moved in the week, what is stuck, what is due, what needs a decision."""

    week: Week
    moved: Moved
    stuck: Few[Stuck]
    due: Due
    decisions: Decisions


def meeting(actor: Actor, week: Week) -> Meeting:
    """The meeting about a week, as this actor may read it."""
    limits = tuple((code, word.position, word.limit_days) for code, word in all_terms()["deal_stage"].items())
    question = ("meeting", week, may_see_contacts(actor), limits)
    return until_written(
        question,
        lambda: Meeting(week, read_moved(week), read_stuck(week), read_due(actor, week), read_decisions(week)),
    )
