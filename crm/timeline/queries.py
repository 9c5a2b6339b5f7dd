"""Reading what happened to a record: talks, moves of deals, money, services, events, papers, changes, newest first."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.accounts.models import Account, Actor
from crm.accounts.policies import may_see_contacts
from crm.activities.holding import names_told
from crm.activities.models import Activity, ActivityKind, ActivityLink, Part, Ref
from crm.activities.policies import may_see
from crm.audit.models import AuditEntry
from crm.core.db import Base, db
from crm.core.keeping import kept
from crm.core.prepared import PreparedAmong
from crm.deals.models import Deal, DealEvent, Receipt, Round
from crm.documents.models import Document
from crm.documents.policies import visible_to as documents_visible_to
from crm.events.models import Arrival, Event
from crm.institutions.models import Institution
from crm.people.models import Person
from crm.search.models import ENTRY
from crm.services.models import Service, ServiceType
from crm.startups.models import Startup
from crm.timeline.models import SHOWN, Day, Line, Linked, Paper, Place, Source, Talk, Task, Timeline
from crm.timeline.statements import latest

PAGE = 15
LONGEST_CURSOR = 200
SOURCES = {int(source): source for source in Source}


def timeline(actor: Actor, about: Ref, *, show: str = "", after: str = "", size: int = PAGE) -> Timeline:
    """A page of what happened to a record; an unknown choice shows everything, a broken cursor the newest."""
    shown = show if show in SHOWN else ""
    start = read_cursor(after)
    places = places_of(about, SHOWN[shown], start, size + 1) if may_see(actor) else []
    lines = told(actor, places[:size])
    days = tuple(Day(day, tuple(of_day)) for day, of_day in groupby(lines, key=day_of_line))
    earlier = write_cursor(places[size - 1]) if len(places) > size else ""
    return Timeline(about, shown, days, earlier, start is None, may_see_contacts(actor))


def of_record(actor: Actor, record: Base, asked: Mapping[str, str]) -> Timeline:
    """The page of a record's timeline that an address asks for: `show`, `earlier`."""
    about = Ref(record.__tablename__, record.id)
    return timeline(actor, about, show=asked.get("show", ""), after=asked.get("earlier", ""))


def places_of(about: Ref, sources: tuple[Source, ...], after: Place | None, most: int) -> list[Place]:
    """The places of the next lines, newest first. One statement."""
    asked, place = latest(about.record_type, sources, after=after)
    if asked is None:
        return []
    rows = kept(("timeline", about, sources, after, most), lambda: asked.all(id=about.record_id, most=most, **place))
    return [Place(day, at, SOURCES[source], row) for day, at, source, row in rows]


def told(actor: Actor, places: Sequence[Place]) -> list[Line]:
    """The lines at some places, each with what it shows: one statement for each source."""
    ids: dict[Source, list[int]] = {}
    for place in places:
        ids.setdefault(place.source, []).append(place.id)
    things = {(source, one.id): one for source in ids if source in LOADERS for one in LOADERS[source].all(ids[source])}
    links, with_papers = links_named(ids.get(Source.ACTIVITY, ()))
    papers = papers_of(actor, ids.get(Source.DOCUMENT, ()), with_papers)
    things |= {(Source.DOCUMENT, one.id): one for one in papers.get(None, ())}
    lines = []
    for place in places:
        thing = things.get((place.source, place.id))
        if thing is not None and place.source == Source.ACTIVITY:
            named, its_papers = tuple(links.get(place.id, ())), tuple(papers.get(place.id, ()))
            lines.append(Line(place, shown_activity(thing, named, its_papers), named, its_papers))
        elif thing is not None:
            lines.append(Line(place, thing))
    return lines


def day_of_line(line: Line) -> date:
    return line.place.day


def shown_activity(row: Any, links: tuple[Linked, ...], papers: tuple[Paper, ...]) -> Task | Talk:
    """A row of `ACTIVITIES` as its line shows it."""
    if row.kind == ActivityKind.TASK:
        return Task(row.id, row.kind, row.text, row.starts_at, row.created_at, row.due_on, row.done_at, row.assignee)
    return Talk(row.id, row.kind, row.by_name, row.place, row.starts_at, row.created_at, row.text, links, papers)


def with_names(found: Any) -> Any:
    """What is read of deals, with what a line shows of them."""
    startup = Startup.shown_name.label("startup_name")
    institution = Institution.name.label("institution_name"), Institution.short_name.label("institution_short_name")
    return (
        found.add_columns(Deal.id.label("deal_id"), startup, *institution)
        .join(Round, Round.id == Deal.round_id)
        .join(Startup, Startup.id == Round.startup_id)
        .join(Institution, Institution.id == Deal.institution_id)
    )


EVENTS: Any = with_names(
    sa.select(
        DealEvent.id,
        DealEvent.from_stage,
        DealEvent.to_stage,
        DealEvent.from_status,
        DealEvent.to_status,
        DealEvent.reason,
        DealEvent.note,
        DealEvent.stages_version,
        DealEvent.reverses_id,
        DealEvent.recorded_at,
        Account.name.label("by_name"),
    )
    .join(Deal, Deal.id == DealEvent.deal_id)
    .join(Account, Account.id == DealEvent.by_id, isouter=True)
)
RECEIPTS: Any = with_names(
    sa.select(Receipt.id, Receipt.amount, Receipt.recorded_at).join(Deal, Deal.id == Receipt.deal_id)
)
SERVICES: Any = (
    sa.select(
        Service.id,
        Service.startup_id,
        Service.state,
        Service.content,
        Service.outcome,
        Service.created_at,
        Startup.shown_name.label("startup_name"),
        ServiceType.name_zh.label("type_zh"),
        ServiceType.name_en.label("type_en"),
    )
    .join(Startup, Startup.id == Service.startup_id)
    .join(ServiceType, ServiceType.id == Service.type_id)
)
ARRIVALS: Any = (
    sa.select(
        Arrival.id,
        Arrival.event_id,
        Arrival.person_id,
        Arrival.arrived_at,
        Event.name.label("event_name"),
        Event.place,
        Person.name.label("person_name"),
    )
    .join(Event, Event.id == Arrival.event_id)
    .join(Person, Person.id == Arrival.person_id, isouter=True)
)
CHANGES: Any = sa.select(
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.actor_id,
    AuditEntry.actor_name,
    AuditEntry.verb,
    AuditEntry.record_type,
    AuditEntry.record_name,
    sa.cast(AuditEntry.changes, sa.Text).label("changes"),
)
ASSIGNEE = aliased(Account)
ACTIVITIES: Any = (
    sa.select(
        Activity.id,
        Activity.kind,
        Activity.text,
        Activity.place,
        Activity.starts_at,
        Activity.created_at,
        Activity.due_on,
        Activity.done_at,
        sa.func.coalesce(Account.name, "").label("by_name"),
        sa.func.coalesce(ASSIGNEE.name, "").label("assignee"),
    )
    .join(Account, Account.id == Activity.by_id, isouter=True)
    .join(ASSIGNEE, ASSIGNEE.id == Activity.assignee_id, isouter=True)
)
LOADERS: dict[Source, PreparedAmong] = {
    Source.ACTIVITY: PreparedAmong(ACTIVITIES, Activity.id),
    Source.EVENT: PreparedAmong(EVENTS, DealEvent.id),
    Source.RECEIPT: PreparedAmong(RECEIPTS, Receipt.id),
    Source.SERVICE: PreparedAmong(SERVICES, Service.id),
    Source.ATTENDANCE: PreparedAmong(ARRIVALS, Arrival.id),
    Source.AUDIT: PreparedAmong(CHANGES, AuditEntry.id),
}


LINKS = PreparedAmong(
    sa.select(
        ActivityLink.activity_id,
        ActivityLink.record_type,
        ActivityLink.record_id,
        ActivityLink.part,
        ActivityLink.label,
        sa.func.coalesce(ENTRY.c.title, Account.name).label("name"),
        sa.exists()
        .where(
            Document.record_type == "activity",
            Document.record_id == ActivityLink.activity_id,
            Document.archived_at.is_(None),
        )
        .label("has_papers"),
    )
    .join(
        ENTRY,
        sa.and_(ENTRY.c.record_type == ActivityLink.record_type, ENTRY.c.record_id == ActivityLink.record_id),
        isouter=True,
    )
    .join(Account, sa.and_(ActivityLink.record_type == "account", Account.id == ActivityLink.record_id), isouter=True)
    .where(ActivityLink.part != Part.WITHIN)
    .order_by(ActivityLink.id),
    ActivityLink.activity_id,
)


def links_named(activity_ids: Sequence[int]) -> tuple[dict[int, list[Linked]], set[int]]:
    """{activity: the records that it names, with what they are called today}, and the activities that have papers.

    Services cost another statement.
    """
    if not activity_ids:
        return {}, set()
    rows = LINKS.all(activity_ids)
    unnamed = {row.record_id for row in rows if row.record_type == "service"}
    services = names_told("service", unnamed) if unnamed else {}
    found: dict[int, list[Linked]] = {}
    for row in rows:
        called = row.name or services.get(row.record_id, "") or row.label
        link = Linked(Ref(row.record_type, row.record_id), row.part.value, row.label, called)
        found.setdefault(row.activity_id, []).append(link)
    return found, {row.activity_id for row in rows if row.has_papers}


def papers_of(
    actor: Actor, document_ids: Collection[int], activity_ids: Collection[int]
) -> dict[int | None, list[Paper]]:
    """{activity: its papers, None: the others} of what this actor may see."""
    if not document_ids and not activity_ids:
        return {}
    attached = sa.and_(
        Document.record_type == "activity", Document.record_id.in_(activity_ids), Document.archived_at.is_(None)
    )
    rows: Any = db.session.execute(
        sa.select(Document.record_type, Document.record_id, Document.id, Document.name, Document.created_at)
        .where(sa.or_(Document.id.in_(document_ids), attached), documents_visible_to(actor))
        .order_by(Document.id)
    )
    found: dict[int | None, list[Paper]] = {}
    for record_type, record_id, *shown in rows:
        paper = Paper(*shown)
        if record_type == "activity":
            found.setdefault(record_id, []).append(paper)
        if paper.id in document_ids:
            found.setdefault(None, []).append(paper)
    return found


def write_cursor(place: Place) -> str:
    """A place as an opaque text."""
    plain = [place.day.isoformat(), place.at.isoformat(), int(place.source), place.id]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def read_cursor(text: str) -> Place | None:
    """The place that a cursor names, or None for no or a broken one."""
    if not text or len(text) > LONGEST_CURSOR:
        return None
    try:
        day, at, source, row = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        place = Place(date.fromisoformat(day), datetime.fromisoformat(at), Source(source), int(row))
    except (ValueError, TypeError, KeyError, binascii.Error, RecursionError, OverflowError):
        return None
    return place if place.at.tzinfo is not None and abs(place.id) < 2**63 and 1 < place.day.year < 9999 else None
