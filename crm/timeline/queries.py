"""Reading what happened to a record: talks, moves of deals, money, services, events, papers, changes, newest first."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account, Actor
from crm.accounts.policies import may_see_contacts
from crm.activities.holding import names_told
from crm.activities.models import Activity, ActivityLink, Part, Ref
from crm.activities.policies import may_see
from crm.audit.models import AuditEntry
from crm.core.db import Base, db
from crm.deals.models import Deal, DealEvent, Receipt, Round
from crm.documents.models import Document
from crm.documents.policies import visible_to as documents_visible_to
from crm.events.models import Arrival, Event
from crm.institutions.models import Institution
from crm.people.models import Person
from crm.search.models import ENTRY
from crm.services.models import Service, ServiceType
from crm.startups.models import Startup
from crm.timeline.models import SHOWN, Day, Line, Linked, Place, Source, Talk, Timeline
from crm.timeline.statements import day_told, latest

PAGE = 15
LONGEST_CURSOR = 200
IDS: Any = sa.bindparam("ids", expanding=True)
Load = Callable[[Collection[int]], Sequence[Any]]


def timeline(actor: Actor, about: Ref, *, show: str = "", after: str = "", size: int = PAGE) -> Timeline:
    """A page of what happened to a record; an unknown choice shows everything, a broken cursor the newest."""
    shown = show if show in SHOWN else ""
    start = read_cursor(after)
    places = places_of(about, SHOWN[shown], start, size + 1) if may_see(actor) else []
    lines = told(actor, places[:size])
    days = [Day(day, list(of_day)) for day, of_day in groupby(lines, key=lambda line: line.place.day)]
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
    rows = db.session.execute(asked, {"id": about.record_id, "most": most, **place})
    found = {Place(day_told(row.day, row.at), row.at, Source(row.source), row.row) for row in rows}
    return sorted(found, reverse=True)[:most]


def told(actor: Actor, places: Sequence[Place]) -> list[Line]:
    """The lines at some places, each with what it shows: one statement for each source."""
    ids = {source: [place.id for place in places if place.source == source] for source in Source}
    things: dict[tuple[Source, int], Any] = {}
    for source, load in LOADERS.items():
        if ids[source]:
            things |= {(source, one.id): one for one in load(ids[source])}
    links, with_papers = links_named(ids[Source.ACTIVITY])
    papers = papers_of(actor, ids[Source.DOCUMENT], with_papers)
    lines = []
    for place in places:
        thing: Any
        if place.source == Source.DOCUMENT:
            thing = papers.get(("document", place.id), [None])[0]
        else:
            thing = things.get((place.source, place.id))
        if thing is None:
            continue
        if place.source != Source.ACTIVITY:
            lines.append(Line(place, thing))
            continue
        named, its_papers = links.get(place.id, ()), papers.get(("activity", place.id), ())
        lines.append(Line(place, thing if thing.is_task else talk(thing, named, its_papers), named, its_papers))
    return lines


def talk(activity: Activity, links: Sequence[Linked], papers: Sequence[Document]) -> Talk:
    """A talk as its line shows it."""
    return Talk(
        activity.id,
        activity.kind,
        activity.by.name if activity.by else "",
        activity.place,
        activity.starts_at,
        activity.created_at,
        activity.text,
        tuple(links),
        tuple((paper.id, paper.name) for paper in papers),
    )


def records(kind: Any, *options: Any) -> Load:
    """What loads the records of a kind by their ids; its statement is made once."""
    found = sa.select(kind).options(*options).where(kind.id.in_(IDS))
    return lambda ids: db.session.scalars(found, {"ids": ids}).all()


def rows(found: Any, id_column: Any) -> Load:
    """What loads rows of a statement by their ids."""
    wanted = found.where(id_column.in_(IDS))
    return lambda ids: db.session.execute(wanted, {"ids": ids}).all()


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
LOADERS: dict[Source, Load] = {
    Source.ACTIVITY: records(
        Activity, joinedload(Activity.by).load_only(Account.name), joinedload(Activity.assignee).load_only(Account.name)
    ),
    Source.EVENT: rows(EVENTS, DealEvent.id),
    Source.RECEIPT: rows(RECEIPTS, Receipt.id),
    Source.SERVICE: rows(SERVICES, Service.id),
    Source.ATTENDANCE: records(
        Arrival,
        joinedload(Arrival.event).load_only(Event.name, Event.place),
        joinedload(Arrival.person).load_only(Person.name),
    ),
    Source.AUDIT: records(AuditEntry),
}


LINKS = (
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
    .where(ActivityLink.activity_id.in_(IDS), ActivityLink.part != Part.WITHIN)
    .order_by(ActivityLink.id)
)


def links_named(activity_ids: Collection[int]) -> tuple[dict[int, list[Linked]], set[int]]:
    """{activity: the records that it names, with what they are called today}, and the activities that have papers.

    Services cost another statement.
    """
    if not activity_ids:
        return {}, set()
    rows = db.session.execute(LINKS, {"ids": list(activity_ids)}).all()
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
) -> dict[tuple[str, int], list[Document]]:
    """{("document", id): itself, ("activity", id): its papers} of what this actor may see."""
    if not document_ids and not activity_ids:
        return {}
    attached = sa.and_(
        Document.record_type == "activity", Document.record_id.in_(activity_ids), Document.archived_at.is_(None)
    )
    rows = db.session.scalars(
        sa.select(Document)
        .where(sa.or_(Document.id.in_(document_ids), attached), documents_visible_to(actor))
        .order_by(Document.id)
    )
    found: dict[tuple[str, int], list[Document]] = {}
    for one in rows:
        if one.record_type == "activity":
            found.setdefault(("activity", one.record_id), []).append(one)
        if one.id in document_ids:
            found[("document", one.id)] = [one]
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
