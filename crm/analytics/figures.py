"""Every figure of deals by its name: what it counts, said on the page, and the condition that number and list share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import sqlalchemy as sa

from crm.analytics.filters import Filters
from crm.analytics.history import MET_STAGE, Condition, History, histories, present, stages, true_where
from crm.deals.models import DealStatus
from crm.lib.text import N_, Message

OPEN = (DealStatus.ACTIVE, DealStatus.ON_HOLD)


@dataclass(frozen=True)
class Figure:
    """One figure. `of`: the vocabulary of its argument, "" where it has none. `reads`: a deal's events,
    the days of the institution's answers too, or only what the deal says today."""

    name: str
    title: Message
    text: Message
    where: Callable[[History, str], Condition]
    of: Literal["", "deal_stage", "pass_reason"] = ""
    reads: Literal["events", "answers", "deals"] = "events"

    def takes(self, at: str) -> bool:
        """Whether the figure can be asked for that argument."""
        if self.of == "deal_stage":
            return at in stages()
        return self.of == "pass_reason" or not at


def before_meeting() -> tuple[str, ...]:
    """The stages before the first meeting."""
    known = stages()
    met = known.get(MET_STAGE)
    return tuple(code for code, word in known.items() if met is not None and word.position < met.position)


def unmet(history: History) -> Condition:
    return true_where(history.table.c.stage.in_(before_meeting()))


def status_in(*statuses: DealStatus) -> Callable[[History, str], Condition]:
    def where(history: History, _: str) -> Condition:
        return true_where(history.table.c.status.in_(statuses))

    return where


FIGURES: dict[str, Figure] = {
    figure.name: figure
    for figure in (
        Figure(
            "introduced",
            N_("Introduced"),
            N_("Every deal, by the day of its introduction: one round introduced to one institution."),
            lambda history, at: sa.true(),
            reads="deals",
        ),
        Figure(
            "stood",
            N_("Was at the stage"),
            N_("Deals of which an event names the stage. A stage that was skipped is not invented."),
            lambda history, at: history.stood(at),
            of="deal_stage",
        ),
        Figure(
            "reached",
            N_("Got this far"),
            N_("Deals of which an event names the stage or a later one, even if they were moved back since."),
            lambda history, at: history.reached(at),
            of="deal_stage",
        ),
        Figure(
            "moved-on",
            N_("Moved on"),
            N_(
                "Of the deals that were at the stage: those that were at a stage beyond it later. "
                "Term sheet and due diligence come in either order: each counts as beyond the other."
            ),
            lambda history, at: history.moved_on(at),
            of="deal_stage",
        ),
        Figure(
            "funded-after",
            N_("Funded afterwards"),
            N_("Of the deals that were at the stage: those on which money was received later."),
            lambda history, at: history.funded_after(at),
            of="deal_stage",
        ),
        Figure(
            "decided",
            N_("Outcome known"),
            N_(
                "Of the deals that were at the stage: those that were funded afterwards or are over (passed, declined, "
                "lapsed or completed). Deals that are still open say nothing yet."
            ),
            lambda history, at: history.decided(at),
            of="deal_stage",
        ),
        Figure(
            "here",
            N_("Active at the stage now"),
            N_("Active deals whose latest event names the stage."),
            lambda history, at: history.here(at),
            of="deal_stage",
            reads="deals",
        ),
        Figure(
            "left",
            N_("Days at the stage known"),
            N_(
                "Deals that were at the stage and then at another one, forward or back; their first stay counts. "
                "Deals that still stand there, or ended there, are not timed."
            ),
            lambda history, at: history.left(at),
            of="deal_stage",
        ),
        Figure(
            "open",
            N_("Still open"),
            N_("Deals that are active or on hold today."),
            status_in(*OPEN),
            reads="deals",
        ),
        Figure(
            "passed",
            N_("Passed by the institution"),
            N_(
                "Deals on which the institution passed, as they stand today. "
                "One that was taken up again does not count."
            ),
            lambda history, at: history.passed(at),
            of="pass_reason",
            reads="deals",
        ),
        Figure(
            "passed-unmet",
            N_("Passed before the first meeting"),
            N_("Of the deals that the institution passed: those that stood before the meeting."),
            lambda history, at: sa.and_(history.passed(at), unmet(history)),
            of="pass_reason",
            reads="deals",
        ),
        Figure(
            "passed-met",
            N_("Passed after meeting"),
            N_("Of the deals that the institution passed: those that stood at the meeting or later."),
            lambda history, at: sa.and_(history.passed(at), sa.not_(unmet(history))),
            of="pass_reason",
            reads="deals",
        ),
        Figure(
            "declined",
            N_("Declined by the startup"),
            N_("Deals that the startup declined, as they stand today."),
            status_in(DealStatus.DECLINED),
            reads="deals",
        ),
        Figure(
            "lapsed",
            N_("Lapsed"),
            N_("Deals that lapsed without an answer, as they stand today."),
            status_in(DealStatus.LAPSED),
            reads="deals",
        ),
        Figure(
            "judged",
            N_("Introduced long enough ago"),
            N_(
                "Deals introduced at least as many days ago as the first stage allows. "
                "Before that, silence is no answer yet."
            ),
            lambda history, at: history.judged(),
            reads="deals",
        ),
        Figure(
            "replied",
            N_("Replied"),
            N_(
                "Of the deals introduced long enough ago: those of which an event names a later stage than the "
                "introduction, or that the institution passed or put on hold."
            ),
            lambda history, at: history.replied(),
            reads="answers",
        ),
        Figure(
            "timed",
            N_("Time to first meeting known"),
            N_(
                "Deals that were introduced first and met later. Deals that were first recorded at the meeting "
                "or later are left out: their introduction is not known."
            ),
            lambda history, at: history.timed(),
            reads="answers",
        ),
    )
}


def basis_of(figure: Figure, filters: Filters, as_of: date) -> History:
    """The deals among which a figure counts, with no more of their events than it needs."""
    if figure.reads == "deals":
        return present(filters, as_of)
    return histories(filters, as_of, answers=figure.reads == "answers")
