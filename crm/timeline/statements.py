"""The SQL of a timeline: one statement that reads the latest lines of every source along its index.

Each source gives its own newest lines in the order of the timeline, so that the newest of all are among them.
Statements are built once for each kind of record and choice of sources; ids, places and limits are parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from crm.activities.models import Activity, ActivityLink
from crm.audit.models import AuditEntry
from crm.audit.vocabulary import LOGGED
from crm.core.clock import SHANGHAI
from crm.core.db import UtcDateTime
from crm.core.expressions import is_one_of, shanghai_day, unindexed
from crm.core.prepared import Prepared
from crm.deals.models import Deal, DealEvent, Receipt, Round
from crm.deals.queries import stands
from crm.documents.models import Document
from crm.events.models import Arrival, Event, Guest
from crm.services.models import Service, ServicePartner
from crm.timeline.models import Place, Source

ID, MOST = sa.bindparam("id", type_=sa.BigInteger), sa.bindparam("most", type_=sa.Integer)
DAY, AT = sa.bindparam("day", type_=sa.Date), sa.bindparam("at", type_=UtcDateTime())
SOURCE, ROW = sa.bindparam("source", type_=sa.Integer), sa.bindparam("row", type_=sa.BigInteger)
BEFORE = sa.bindparam("before", type_=UtcDateTime())
NO_DAY = sa.null().cast(sa.Date)
# Readings change nothing, and the rest is told by a line of its own.
TOLD_ELSEWHERE = ("revealed", "exported", "took", *LOGGED)
CHANGES = ("changed", "archived", "restored")
Branch = Callable[[str, bool], Iterator[sa.Select[Any]]]


def latest(
    record_type: str, sources: tuple[Source, ...], *, after: Place | None
) -> tuple[Prepared | None, dict[str, Any]]:
    """The statement for a kind of record and its parameters, without the record's id and the limit."""
    if after is None:
        return statement(record_type, sources, False), {}
    begins = datetime.combine(after.day, time(), SHANGHAI)
    before = min(max(after.at, begins), begins + timedelta(days=1))
    place = {"day": after.day, "at": after.at, "source": int(after.source), "row": after.id, "before": before}
    return statement(record_type, sources, True), place


@cache
def statement(record_type: str, sources: tuple[Source, ...], follows: bool) -> Prepared | None:
    """The lines of some sources as places, newest first; `follows`: those after a place."""
    parts = [part for source in sources for part in BRANCHES[source](record_type, follows)]
    if sources == (Source.DOCUMENT,):
        parts.append(attached(record_type, follows))
    if not parts:
        return None
    limited = [sa.select(part.limit(MOST).subquery()) for part in parts]
    lines = (limited[0] if len(limited) == 1 else sa.union(*limited)).subquery().c
    day = sa.func.coalesce(lines.day, shanghai_day(lines.at), type_=sa.Date).label("day")
    place = (day, lines.at, lines.source, lines.row)
    return Prepared(sa.select(*place).order_by(*map(sa.desc, place)).limit(MOST))


def happened(source: Source, row: Any, day: Any, at: Any, follows: bool) -> sa.Select[Any]:
    """Lines that tell of a day: by it, then by when they were written down."""
    lines = sa.select(sa.literal(int(source)).label("source"), row.label("row"), day.label("day"), at.label("at"))
    if follows:
        earlier = sa.or_(at < AT, sa.and_(at == AT, later_source(source, row)))
        lines = lines.where(day <= DAY, sa.or_(day < DAY, earlier))
    return lines.order_by(day.desc(), at.desc(), row.desc())


def written(source: Source, row: Any, at: Any, follows: bool) -> sa.Select[Any]:
    """Lines that tell of the moment at which they were written down; their day follows from it."""
    lines = sa.select(sa.literal(int(source)).label("source"), row.label("row"), NO_DAY.label("day"), at.label("at"))
    if follows:
        same = sa.and_(at == AT, BEFORE == AT, later_source(source, row))
        lines = lines.where(sa.or_(at < BEFORE, same))
    return lines.order_by(at.desc(), row.desc())


def later_source(source: Source, row: Any) -> sa.ColumnElement[bool]:
    mine = sa.literal(int(source))
    return sa.or_(mine < SOURCE, sa.and_(mine == SOURCE, row < ROW))


def activities(record_type: str, follows: bool) -> Iterator[sa.Select[Any]]:
    link = ActivityLink
    lines = happened(Source.ACTIVITY, link.activity_id, link.happened_on, Activity.created_at, follows)
    yield (
        lines.select_from(link)
        .join(Activity, Activity.id == link.activity_id)
        .where(link.record_type == record_type, link.record_id == ID, Activity.archived_at.is_(None))
    )


def events(record_type: str, follows: bool) -> Iterator[sa.Select[Any]]:
    """Moves of deals; those that were taken back are told by the deal's own timeline only."""
    deals = deals_of(record_type, latest_only=not follows)
    if deals is not None:
        lines = happened(Source.EVENT, DealEvent.id, DealEvent.happened_on, DealEvent.recorded_at, follows)
        lines = lines.where(is_one_of(DealEvent.deal_id, deals))
        yield lines if record_type == "deal" else lines.where(stands())


def receipts(record_type: str, follows: bool) -> Iterator[sa.Select[Any]]:
    """Money that came in; of an institution that has thousands of deals, only signed ones are looked at."""
    deals = deals_of(record_type)
    if record_type == "institution":
        deals = deals.where(Deal.signed.is_not(None))
    if deals is not None:
        lines = happened(Source.RECEIPT, Receipt.id, Receipt.received_on, Receipt.recorded_at, follows)
        yield lines.where(is_one_of(Receipt.deal_id, deals))


def services(record_type: str, follows: bool) -> Iterator[sa.Select[Any]]:
    """Services, but for those that an introduction recorded: its event tells it."""
    if record_type == "startup":
        lines = happened(Source.SERVICE, Service.id, Service.happened_on, Service.created_at, follows)
        yield lines.where(Service.startup_id == ID, Service.archived_at.is_(None), unindexed(Service.deal_id).is_(None))
    elif record_type == "institution":
        partner = ServicePartner
        lines = happened(Source.SERVICE, partner.service_id, partner.happened_on, Service.created_at, follows)
        lines = lines.join(Service, Service.id == partner.service_id)
        yield lines.where(partner.institution_id == ID, partner.deal_id.is_(None), Service.archived_at.is_(None))


def attendance(record_type: str, follows: bool) -> Iterator[sa.Select[Any]]:
    """Who came to an event: of an organisation each one who came for it."""
    whose = {"startup": Guest.startup_id, "institution": Guest.institution_id, "person": Arrival.person_id}
    if record_type in whose:
        lines = written(Source.ATTENDANCE, Arrival.id, Arrival.arrived_at, follows).select_from(Arrival)
        lines = lines.join(Event, Event.id == Arrival.event_id).join(Guest, Guest.id == Arrival.guest_id)
        yield lines.where(whose[record_type] == ID, Arrival.archived_at.is_(None), Event.archived_at.is_(None))


def documents(record_type: str, follows: bool) -> Iterator[sa.Select[Any]]:
    lines = written(Source.DOCUMENT, Document.id, Document.created_at, follows)
    for kind, ids in parts_of(record_type):
        yield lines.where(Document.record_type == kind, of(Document.record_id, ids), Document.archived_at.is_(None))


def attached(record_type: str, follows: bool) -> sa.Select[Any]:
    """The papers of talks, which stand beside their talk where talks are shown."""
    link = ActivityLink
    talks = sa.select(link.activity_id).where(link.record_type == record_type, link.record_id == ID)
    lines = written(Source.DOCUMENT, Document.id, Document.created_at, follows)
    return lines.where(
        Document.record_type == "activity", Document.record_id.in_(talks), Document.archived_at.is_(None)
    )


def audit(record_type: str, follows: bool) -> Iterator[sa.Select[Any]]:
    lines = written(Source.AUDIT, AuditEntry.id, AuditEntry.at, follows)
    for kind, ids in parts_of(record_type):
        told = AuditEntry.verb.in_(CHANGES) if kind in ("deal", "service") else AuditEntry.verb.not_in(TOLD_ELSEWHERE)
        yield lines.where(AuditEntry.record_type == kind, of(AuditEntry.record_id, ids), told)


def parts_of(record_type: str) -> Iterator[tuple[str, Any]]:
    """(kind, ids) of the record and of what belongs to it, whose papers and changes are told; None: its own id."""
    if record_type == "person":
        return  # who reads what of a person is for the person's own page to say
    yield record_type, None
    if record_type == "startup":
        yield "round", sa.select(Round.id).where(Round.startup_id == ID)
        of_no_deal = unindexed(Service.deal_id).is_(None)
        yield "service", sa.select(Service.id).where(Service.startup_id == ID, of_no_deal)
    if record_type in ("startup", "round"):
        yield "deal", deals_of(record_type)


def of(column: Any, ids: Any) -> sa.ColumnElement[bool]:
    return column == ID if ids is None else column.in_(ids)  # type: ignore[no-any-return]


def deals_of(record_type: str, *, latest_only: bool = False) -> Any:
    """The deals of a record; None where a record has none.

    `latest_only`: of an institution those that moved last, since the newest of its events are among theirs.
    """
    deals = sa.select(Deal.id).where(Deal.archived_at.is_(None))
    if record_type == "deal":
        return sa.select(Deal.id).where(Deal.id == ID)
    if record_type == "round":
        return deals.where(Deal.round_id == ID)
    if record_type == "startup":
        return deals.where(Deal.round_id.in_(sa.select(Round.id).where(Round.startup_id == ID)))
    if record_type != "institution":
        return None
    mine = deals.where(Deal.institution_id == ID)
    if not latest_only:
        return mine
    newest = sa.select(Deal.moved_on).where(Deal.institution_id == ID, Deal.archived_at.is_(None))
    newest = newest.order_by(Deal.moved_on.desc()).limit(MOST)
    oldest = sa.select(sa.func.min(newest.subquery().c.moved_on)).scalar_subquery()
    return mine.where(Deal.moved_on >= oldest)


BRANCHES: dict[Source, Branch] = {
    Source.ACTIVITY: activities,
    Source.EVENT: events,
    Source.RECEIPT: receipts,
    Source.SERVICE: services,
    Source.ATTENDANCE: attendance,
    Source.DOCUMENT: documents,
    Source.AUDIT: audit,
}
