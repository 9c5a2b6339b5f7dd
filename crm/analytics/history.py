"""What the events of each deal say, one row a deal: the selectable that every figure counts and every list reads.

A deal counts unless it, its round, its startup or its institution lies in the bin. Events that were taken back, and
those that take them back, count nowhere. Stages that a deal skipped are not invented.

A deal's way is told in one text, `path`: a letter for the stage that each of its events names, in their order. That a
deal was at a stage and later at another is then a pattern, and 200,000 ways are few different ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.analytics.filters import COLUMNS, Filters
from crm.core.connections import read_in_transaction
from crm.core.db import db
from crm.core.expressions import days_between, joined_in_turn
from crm.deals.models import FIRST_STAGE, FUNDED_STAGE, Deal, DealEvent, DealStatus, Round
from crm.deals.queries import stands
from crm.metrics.definitions.deals import live_deals
from crm.settings.queries import Words, terms

MET_STAGE = "met"
EITHER_ORDER = ("due_diligence", "term_sheet")
OVER = (DealStatus.PASSED, DealStatus.DECLINED, DealStatus.LAPSED, DealStatus.COMPLETED)
ANSWERED = (DealStatus.PASSED, DealStatus.ON_HOLD)
DAYS_TO_REPLY = 14  # where the first stage has no limit
FIRST_LETTER = 0x4E00  # one letter a stage; none that a pattern of SQL or a database without case would confuse
EPOCH = date(2000, 1, 1)
ATTRIBUTES = (
    "stage", "status", "moved_on", "introduced_on", "institution_id", "owner_id", "pass_reason",
    "intended_low", "intended_high", "signed",
)  # fmt: skip
LAST = aliased(DealEvent, name="last")
Condition = sa.ColumnElement[bool]
Moves = list[tuple[str, int]]


def stages() -> Words:
    """The stages in their order; a retired one while the vocabulary keeps it."""
    return terms("deal_stage")


def beyond(code: str) -> tuple[str, ...]:
    """The stages that lie after one. Term sheet and due diligence come in either order: each lies after the other."""
    known = stages()
    later = {other for other, word in known.items() if word.position > known[code].position}
    if code in EITHER_ORDER:
        later |= {other for other in EITHER_ORDER if other != code and other in known}
    return tuple(other for other in known if other in later)


def from_on(code: str) -> tuple[str, ...]:
    """A stage and those after it in the order of the vocabulary; none where the vocabulary lost the stage."""
    known = stages()
    if code not in known:
        return ()
    return tuple(other for other, word in known.items() if word.position >= known[code].position)


def days_to_reply() -> int:
    """How many days an institution has before silence counts: what the desk allows a deal at the first stage."""
    first = stages().get(FIRST_STAGE)
    return (first.limit_days if first else None) or DAYS_TO_REPLY


def letter(code: str) -> str:
    """What stands for a stage in a path."""
    return chr(FIRST_LETTER + list(stages()).index(code))


def true_where(condition: Any) -> Condition:
    """A condition on columns whose types a subquery has lost."""
    return cast(Condition, condition)


@dataclass(frozen=True)
class History:
    """The deals that filters choose, as their events told it up to a day.

    `table` has one row a deal, or, condensed, one for equal deals, and `each` is how many deals a row stands for.

    What a deal says of itself (stage, status, reason, signed amount) is that of the filters' day, else of today.
    """

    table: Any
    as_of: date
    each: Any = 1

    def counted(self, condition: Condition) -> Any:
        """How many deals fit, as a column."""
        total = sa.func.sum(sa.case((condition, self.each), else_=0))
        return sa.cast(sa.func.coalesce(total, 0), sa.BigInteger)  # PostgreSQL adds whole numbers up to decimals

    def condensed(self) -> History:
        """Equal ways that ended alike in one row each."""
        same = [self.table.c[name] for name in ("path", "furthest", "stage", "status")]
        few = sa.select(*same, sa.func.count().label("deals")).group_by(*same).subquery("condensed")
        return History(few, self.as_of, few.c.deals)

    def stood(self, code: str) -> Condition:
        """An event names the stage."""
        return self.went(code)

    def reached(self, code: str) -> Condition:
        """An event names the stage or a later one of the order."""
        return true_where(self.table.c.furthest >= stages()[code].position)

    def moved_on(self, code: str) -> Condition:
        """It was at the stage and later at one beyond."""
        return sa.or_(sa.false(), *(self.went(code, other) for other in beyond(code)))

    def left(self, code: str) -> Condition:
        """It was at the stage and later at any other one: how long it stayed is known."""
        return sa.or_(sa.false(), *(self.went(code, other) for other in stages() if other != code))

    def funded_after(self, code: str) -> Condition:
        """It was at the stage and money came later."""
        return self.went(code, FUNDED_STAGE) if FUNDED_STAGE in stages() else sa.false()

    def went(self, *codes: str) -> Condition:
        """Events name these stages one after the other, whatever lies between."""
        return true_where(self.table.c.path.like("%".join(("", *map(letter, codes), ""))))

    def decided(self, code: str) -> Condition:
        """It was at the stage and its outcome is known: money came, or it is over."""
        return sa.and_(self.stood(code), sa.or_(self.funded_after(code), self.table.c.status.in_(OVER)))

    def here(self, code: str) -> Condition:
        """It is active and at the stage now."""
        return sa.and_(self.table.c.stage == code, self.table.c.status == DealStatus.ACTIVE)

    def passed(self, reason: str) -> Condition:
        """The institution passed, for a reason; "" for any, "-" for none given."""
        passed = true_where(self.table.c.status == DealStatus.PASSED)
        if not reason:
            return passed
        told = self.table.c.pass_reason.is_(None) if reason == "-" else self.table.c.pass_reason == reason
        return sa.and_(passed, told)

    def judged(self) -> Condition:
        """Introduced at least as long ago as an institution has to reply."""
        return true_where(self.table.c.introduced_on <= self.as_of - timedelta(days=days_to_reply()))

    def replied(self) -> Condition:
        """The institution did something after the introduction, which is long enough ago to judge."""
        return sa.and_(self.judged(), self.table.c.replied_on.is_not(None))

    def timed(self) -> Condition:
        """It met, and an event says that it was introduced before: the days between are known."""
        return true_where(self.table.c.before_meeting_on <= self.table.c.met_on)

    def days_to_meeting(self) -> Any:
        """From the introduction to the first event that names the meeting or a later stage."""
        return days_between(self.table.c.introduced_on, self.table.c.met_on)


def present(filters: Filters, as_of: date) -> History:
    """The deals that filters choose, without their events: for figures that ask what a deal says today."""
    return History(chosen(filters).subquery("history"), as_of)


def histories(filters: Filters, as_of: date, *, answers: bool = False, days: bool = False) -> History:
    """The deals that filters choose, with what their events say up to a day; with `answers`, the days on which the
    institution replied and met; with `days`, the day of each letter of the path."""
    told = told_by_events(filters, as_of, answers=answers, days=days)
    columns = [column for column in told.c if column.name != "told_id"]
    rows = chosen(filters, *columns).join(told, told.c.told_id == Deal.id)
    return History(rows.subquery("history"), as_of)


def chosen(filters: Filters, *columns: Any) -> sa.Select[Any]:
    """One row a deal that filters choose, with all that it says of itself, or what it said on the filters' day."""
    said = {name: getattr(Deal, name) for name in ATTRIBUTES} | (said_on(filters.at) if filters.at else {})
    deals = live_deals(
        Deal.id.label("deal_id"),
        *(column.label(name) for name, column in said.items()),
        *(COLUMNS[name].label(name) for name in ("layer", "vertical", "kind", "round")),
        Round.closes_on,
        *columns,
    ).where(*filters.conditions(stage=said["stage"]))
    return deals.join(LAST, LAST.id == last_event(filters.at)) if filters.at else deals


def said_on(day: date) -> dict[str, Any]:
    """What the latest event of a deal made of it, and what was signed by a day. Other amounts are those of today."""
    return {
        "stage": LAST.to_stage,
        "status": LAST.to_status,
        "moved_on": LAST.happened_on,
        "pass_reason": LAST.reason,
        "signed": sa.case((Deal.signed_on <= day, Deal.signed)),
    }


def last_event(day: date) -> Any:
    """The latest event of a deal up to a day: deals that were not introduced yet have none."""
    event = DealEvent
    events = sa.select(event.id).where(event.deal_id == Deal.id, event.happened_on <= day, stands())
    return events.order_by(event.happened_on.desc(), event.id.desc()).limit(1).correlate(Deal).scalar_subquery()


def told_by_events(filters: Filters, as_of: date, *, answers: bool, days: bool) -> sa.Subquery:
    known = stages()
    event = standing_events(filters, as_of).subquery("event").c
    in_turn = (event.happened_on, event.id)
    places = {code: word.position for code, word in known.items()}
    letters = {code: letter(code) for code in known}
    columns = [
        joined_in_turn(sa.case(letters, value=event.to_stage, else_="?"), *in_turn).label("path"),
        sa.func.max(sa.case(places, value=event.to_stage, else_=0)).label("furthest"),
    ]
    if days:
        day = sa.cast(days_between(sa.literal(EPOCH.isoformat()), event.happened_on), sa.String)
        columns.append(joined_in_turn(day.concat(","), *in_turn).label("days"))
    if answers:
        met = event.to_stage.in_(from_on(MET_STAGE))
        replied = sa.or_(event.to_stage != FIRST_STAGE, event.to_status.in_(ANSWERED))
        first = {"met_on": met, "before_meeting_on": sa.not_(met), "replied_on": replied}
        columns += [sa.func.min(sa.case((one, event.happened_on))).label(name) for name, one in first.items()]
    return sa.select(event.deal_id.label("told_id"), *columns).group_by(event.deal_id).subquery("told")


def standing_events(filters: Filters, as_of: date) -> sa.Select[Any]:
    """The events that count, deal by deal in their order."""
    event = DealEvent
    columns: list[Any] = [event.id, event.deal_id, event.to_stage, event.to_status, event.happened_on]
    events = (
        sa.select(*columns)
        .where(event.happened_on <= as_of, stands())
        .order_by(event.deal_id, event.happened_on, event.id)
    )
    known = tuple(one for one in filters.wanted if one[0] != "stage")  # where a deal stood is known after its events
    conditions = (replace(filters, wanted=known) if filters.at else filters).conditions()
    return events.where(event.deal_id.in_(live_deals(Deal.id).where(*conditions))) if conditions else events


def moves_of_deals(filters: Filters, as_of: date, through: str = "") -> Iterator[Moves]:
    """[(stage, day as a number)] of each deal that moved at all, in the order of its events; of those `through` a
    stage where one is named."""
    history = histories(filters, as_of, days=True)
    path, days = history.table.c.path, history.table.c.days
    found = sa.select(path, days).where(sa.func.length(path) > 1, history.stood(through) if through else sa.true())
    codes = {letter(code): code for code in stages()}
    read_in_transaction(db.session())
    for way, told in db.session.execute(found).yield_per(10_000):
        yield [(codes.get(one, ""), int(day)) for one, day in zip(way, told.split(","), strict=False)]


def first_stays(moves: Moves) -> dict[str, int]:
    """{stage: days} of the first time at each stage, until the deal was at another one; only of stays that ended."""
    found: dict[str, int] = {}
    here, since = moves[0]
    for stage, day in moves[1:]:
        if stage != here:
            found.setdefault(here, day - since)
            here, since = stage, day
    return found


def days_until(moves: Moves, goal: str) -> dict[str, int]:
    """{stage: days} from the first day at each stage to the first time afterwards at the goal."""
    first: dict[str, int] = {}
    found: dict[str, int] = {}
    for stage, day in moves:
        if stage == goal:
            for earlier, since in first.items():
                found.setdefault(earlier, day - since)
        first.setdefault(stage, day)
    return found


def histogram(each: Iterable[dict[str, int]]) -> dict[str, dict[int, int]]:
    """{stage: {days: how many deals}}."""
    found: dict[str, dict[int, int]] = {}
    for days in each:
        for stage, value in days.items():
            often = found.setdefault(stage, {})
            often[value] = often.get(value, 0) + 1
    return found
