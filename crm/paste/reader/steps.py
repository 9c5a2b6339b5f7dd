"""How far a deal came, how it ended, and what comes next, as far as an event says."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from crm.lib.days import Day
from crm.paste.reader import progress
from crm.paste.reader.amounts import amounts_in
from crm.paste.reader.events import Event
from crm.paste.reader.progress import Word
from crm.paste.reader.reading import Proposal, Told
from crm.paste.reader.text import Span, clauses, trimmed

STEP = 200  # characters of a next step


class Said(Protocol):
    """What a text tells about its parts."""

    text: str
    body: str

    def days(self, spans: list[Span]) -> list[Day]:
        """Every day in some parts."""

    def day(self, days: list[Day], *, ahead: bool, place: int) -> Told:
        """The first day that fits, else that of the message."""

    def is_planned(self, clause: Span) -> bool:
        """Whether a clause says what will be."""

    def today_at(self, place: int) -> date:
        """The day on which the text at a place was written."""


class Steps:
    """What an event says about its deal's way: how far it came, how it ended, what comes next."""

    def __init__(self, prose: Said, event: Event) -> None:
        self.prose, self.event = prose, event
        self.stage: Word | None = None
        self.status: Word | None = None
        self.planned_stage: Word | None = None
        self.stage_clause: Span | None = None
        self.next_clause: Span | None = None
        for spans in (event.own, event.common):
            if self.stage is None and self.status is None:
                for clause in (one for span in spans for one in clauses(prose.body, span)):
                    self._read(clause)

    def _read(self, clause: Span) -> None:
        body = self.prose.body
        if self.prose.is_planned(clause):
            stages = list(progress.stages_in(body, clause))
            self.planned_stage = self.planned_stage or next(iter(stages), None)
            has_day = bool(self.prose.days([clause]))
            if has_day or not (amounts_in(body, clause) or progress.OPENS.search(body, *clause)):
                held = self.next_clause is not None and self.prose.days([self.next_clause])
                self.next_clause = self.next_clause if held or (self.next_clause and not has_day) else clause
            return
        if progress.names_next_step(body[slice(*clause)]):
            self.next_clause = self.next_clause or clause
        status = progress.status_in(body, clause)
        self.status = status or self.status
        for word in progress.stages_in(body, clause):
            if status is not None and status.start <= word.start < status.end:
                continue
            later = progress.further(self.stage, word)
            if later is word:
                self.stage, self.stage_clause = word, clause

    def fill(self, deal: Proposal) -> None:
        """Tell the deal's stage, day, status with reason, and next step."""
        prose = self.prose
        default = "interested" if self.planned_stage else "referred"
        deal.tell("stage", Told(self.stage.code, self.stage.start, self.stage.end) if self.stage else Told(default))
        if self.status is not None:
            deal.tell("status", Told(self.status.code, self.status.start, self.status.end))
            if self.status.code == "passed":
                deal.tell("reason", self._reason())
        deal.tell("happened_on", self._happened_on())
        if self.next_clause is not None:
            span = progress.without_label(prose.body, trimmed(prose.body, self._about_own(self.next_clause)))
            deal.tell("next_step", Told(" ".join(prose.text[slice(*span)].split())[:STEP], *span))
            days = [day for day in prose.days([self.next_clause]) if day.ahead >= prose.today_at(span[0])]
            if days:
                deal.tell("next_step_on", Told(days[0].ahead.isoformat(), days[0].start, days[0].end))

    def _about_own(self, clause: Span) -> Span:
        """A clause without what stands before a colon that its institution follows: 推了三家：临渚约了周二."""
        who = self.event.institution
        if who is None or not clause[0] <= who.start < clause[1]:
            return clause
        colon = self.prose.body.rfind(":", clause[0], who.start)
        return (colon + 1, clause[1]) if colon >= 0 else clause

    def _reason(self) -> Told:
        status = self.status
        for span in self.event.own:
            if status is not None and span[0] <= status.start < span[1]:
                said = [one for one in clauses(self.prose.body, span) if not self.prose.is_planned(one)]
                found = [progress.reason_in(self.prose.body, one) for one in said]
                why = [one for one in found if one is not None]
                if why:
                    nearest = min(why, key=lambda one: abs(one.start - status.start))
                    return Told(nearest.code, nearest.start, nearest.end)
        return Told("other")

    def _happened_on(self) -> Told:
        spans = [self.stage_clause] if self.stage_clause else []
        more = [
            clause
            for span in (*self.event.own, *self.event.common, self.event.whole)
            for clause in clauses(self.prose.body, span)
            if not self.prose.is_planned(clause)
        ]
        place = self.stage.start if self.stage else self.event.own[0][0]
        for part in ([one] for one in (*spans, *more)):
            told = self.prose.day(self._own_days(part), ahead=False, place=place)
            if told.start >= 0:
                return told
        return self.prose.day([], ahead=False, place=place)

    def _own_days(self, part: list[Span]) -> list[Day]:
        """The days of a part; of those that are told one for each name (分别), the event's own."""
        days, event = self.prose.days(part), self.event
        each = any("分别" in self.prose.body[slice(*span)] for span in part)
        return [days[event.rank]] if each and event.among == len(days) else days
