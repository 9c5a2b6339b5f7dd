"""Reading startups."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from crm.accounts.models import Account, Actor
from crm.core import naming
from crm.core.bulk import to_change
from crm.core.db import db
from crm.core.expressions import in_bin, within
from crm.core.listing import BELOW_ZERO, FIRST_DAY, LASTING, Count, Place, Slice, Sort, slice_of
from crm.core.named import NamedList, named_list
from crm.core.prepared import record_seen
from crm.documents.models import Document
from crm.institutions.models import Institution
from crm.lib.text import N_, Message
from crm.search import queries as search_queries
from crm.settings.queries import terms
from crm.startups.models import (
    PARTS,
    Competition,
    Filing,
    FilingKind,
    PastRound,
    Product,
    ReportedMetric,
    Startup,
    StartupLabel,
)
from crm.startups.policies import published_on, visible_to


def find_startup(actor: Actor, startup_id: int) -> Startup | None:
    """A startup that this actor may see."""
    return record_seen(BY_ID, visible_to(actor), startup_id)


BY_ID = sa.select(Startup).where(Startup.id == sa.bindparam("id"))


# What the list shows of a startup: a page of whole records takes several times as long to load.
SHOWN: tuple[Any, ...] = (
    Startup.id,
    Startup.name,
    Startup.short_name,
    Startup.shown_name.label("shown_name"),
    Startup.sector_layer,
    Startup.sector_vertical,
    Startup.growth_stage,
    Startup.seeking_low,
    Startup.seeking_high,
    Startup.seeking_text,
    Startup.headcount,
    Startup.headcount_text,
    Startup.joined_on,
    Startup.published_at,
    Startup.credit_code,
    Startup.furthest_stage,
    Startup.open_deals,
    Startup.completed_services,
    Startup.last_activity_on,
    Account.name.label("owner_name"),
)


QUIET_AFTER = timedelta(days=90)


class Wanted(NamedTuple):
    """What a list of startups is narrowed to. `stage`: the furthest that one of their deals came to; `quiet`: nothing
    happened for 90 days."""

    sector: str = ""
    vertical: str = ""
    growth_stage: str = ""
    stage: str = ""
    owner_id: int = 0
    open_round: bool = False
    unserved: bool = False
    quiet: bool = False
    published: bool = False
    archived: bool = False


def startups(actor: Actor, place: Place, day: date, wanted: Wanted = Wanted(), text: str = "") -> Slice:  # noqa: B008 - immutable
    """The list of startups, as rows of `SHOWN` with whether investors read them on a day."""
    statement = partial(listed, visible_to(actor), day, wanted)
    if wanted.quiet and not place.sort:
        place = replace(place, sort="last_activity", descending=False)
    if not text:
        return slice_of(statement(few=False), Startup.id, SORTS, place, count=Count.ALONE)
    found = search_queries.matching("startup", text)
    return search_queries.page_of(found, statement, Startup.id, SORTS, place, nothing_else=not any(wanted))


@lru_cache(LASTING)
def listed(seen: sa.ColumnElement[bool], day: date, wanted: Wanted, *, few: bool) -> sa.Select[Any]:
    statement = sa.select(*SHOWN, published_on(day).label("is_published")).join(
        Account, Account.id == Startup.owner_id, isouter=True
    )
    return statement.where(seen, in_bin(Startup.archived_at, wanted.archived, few=few), *conditions(wanted, day))


def conditions(wanted: Wanted, day: date) -> list[sa.ColumnElement[bool]]:
    """What a list is narrowed by, besides the bin."""
    asked = (
        (wanted.sector, Startup.sector_layer == wanted.sector),
        (wanted.vertical, Startup.sector_vertical == wanted.vertical),
        (wanted.growth_stage, Startup.growth_stage == wanted.growth_stage),
        (wanted.stage, Startup.furthest_stage == wanted.stage),
        (wanted.owner_id, Startup.owner_id == wanted.owner_id),
        (wanted.open_round, Startup.has_open_round.is_(True)),
        (wanted.unserved, Startup.completed_services == 0),
        (wanted.quiet, day - QUIET_AFTER > LAST_ACTIVITY),
        (wanted.published, Startup.published_at.is_not(None)),
    )
    return [condition for is_asked, condition in asked if is_asked]


def startups_to_change(actor: Actor, ids: Collection[int]) -> Sequence[Startup]:
    """Startups as they are now, kept from others until this unit ends."""
    return to_change(Startup, ids, visible_to(actor))


def startups_of(owner: Account) -> sa.ColumnElement[bool]:
    return sa.and_(Startup.owner_id == owner.id, Startup.archived_at.is_(None))


def count_owned(owner: Account) -> int:
    """For how many startups somebody answers."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Startup).where(startups_of(owner))) or 0


def owned(owner: Account, among: Collection[int] | None = None) -> Sequence[Startup]:
    """The startups that somebody answers for, or those among some."""
    found = sa.select(Startup).where(startups_of(owner), within(Startup.id, among))
    return db.session.scalars(found.order_by(Startup.id)).all()


def startups_called(actor: Actor, ids: Collection[int]) -> Sequence[Startup]:
    """Startups by their ids, by name."""
    found = sa.select(Startup).where(Startup.id.in_(ids), visible_to(actor)).order_by(Startup.name_key, Startup.id)
    return db.session.scalars(found).all() if ids else ()


LAST_ACTIVITY = sa.func.coalesce(Startup.last_activity_on, FIRST_DAY)
SORTS = {
    "name": Sort(Startup.name_key),
    "joined": Sort(sa.func.coalesce(Startup.joined_on, FIRST_DAY), True),
    "seeking": Sort(sa.func.coalesce(Startup.seeking_low, BELOW_ZERO), True),
    "last_activity": Sort(LAST_ACTIVITY, True),
}


def suggestions(text: str) -> Sequence[Startup]:
    """The first few startups that a typed text may mean."""
    return search_queries.suggested(Startup, text)


def suggestions_by_name(text: str) -> list[tuple[Startup, str]]:
    """The same, each with the former name by which it was found; "" for a present one."""
    found = suggestions(text)
    former = naming.found_formerly(found, text)
    return [(one, former.get(one.id, "")) for one in found]


def competitors_of(startup: Startup) -> Sequence[Startup]:
    """The startups that the desk says compete with one, by name."""
    ids = competitor_ids([startup.id]).get(startup.id, frozenset())
    return db.session.scalars(sa.select(Startup).where(Startup.id.in_(ids)).order_by(Startup.name_key)).all()


def competitor_ids(startup_ids: Collection[int] | None = None) -> dict[int, frozenset[int]]:
    """{startup: those that compete with it}, of all or of some."""
    pairs = sa.select(Competition.startup_id, Competition.other_id)
    if startup_ids is not None:
        pairs = pairs.where(sa.or_(Competition.startup_id.in_(startup_ids), Competition.other_id.in_(startup_ids)))
    return competing((one, other) for one, other in db.session.execute(pairs))


def competing(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    """{startup: those that compete with it}, of pairs of ids."""
    found: dict[int, set[int]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {one: frozenset(others) for one, others in found.items()}


def resolve(text: str, *, field: str) -> Startup:
    """The one startup that a credit code, a full name or a short name means. Raises Refusal at the field."""
    return naming.resolve(Startup, text, field=field, missing=unknown(text))


def named(text: str, chosen: Mapping[str, str]) -> NamedList[Startup]:
    """The startups that the names of a list mean. `chosen`: {typed: the full name that it means}."""
    return named_list(Startup, text, chosen, missing=unknown, guess=suggestions)


def unknown(name: str) -> Message:
    """Why a name means nothing."""
    return N_("No startup is called “%(name)s”. Choose one of the list, or add it first.", name=name)


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    """{id: name} of some startups."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    rows = db.session.execute(sa.select(Startup.id, Startup.name).where(Startup.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def startup_of(institution: Institution) -> Startup | None:
    """The startup that is the same legal person as an institution."""
    return db.session.scalar(sa.select(Startup).where(Startup.institution_id == institution.id))


def institution_of(startup: Startup) -> Institution | None:
    """The institution that is the same legal person as a startup."""
    return db.session.get(Institution, startup.institution_id) if startup.institution_id else None


def likely_institution(startup: Startup) -> Institution | None:
    """The institution with a startup's credit code, while nobody said yet that both are one."""
    if not startup.credit_code or startup.institution_id:
        return None
    found = db.session.scalar(sa.select(Institution).where(Institution.credit_code == startup.credit_code))
    return found if found is not None and startup_of(found) is None else None


def namesakes_of_startup(startup_id: Any) -> sa.Select[Any]:
    """The institutions with a startup's credit code, to be counted."""
    same = Institution.credit_code == Startup.credit_code
    return sa.select(Institution.id).join(Startup, same).where(Startup.id == startup_id)


def namesakes_of_institution(institution_id: Any) -> sa.Select[Any]:
    """The startups with an institution's credit code, to be counted."""
    same = Institution.credit_code == Startup.credit_code
    return sa.select(Startup.id).join(Institution, same).where(Institution.id == institution_id)


def twins_of_institution(institution_id: Any) -> sa.Select[Any]:
    """The startup that is the same legal person as an institution, to be counted."""
    return sa.select(Startup.id).where(Startup.institution_id == institution_id)


def likely_startup(institution: Institution) -> Startup | None:
    """The startup with an institution's credit code, while nobody said of either that it is one with another."""
    if not institution.credit_code:
        return None
    same = sa.and_(Startup.credit_code == institution.credit_code, Startup.institution_id.is_(None))
    return db.session.scalar(sa.select(Startup).where(same))


P = TypeVar("P", bound=Any)


def find_part(kind: type[P]) -> Callable[[Actor, int], P | None]:
    """Finds a part of one kind, with its startup, for those who may see the startup."""

    def find(actor: Actor, part_id: int) -> P | None:
        found: P | None = db.session.scalar(
            sa.select(kind)
            .join(kind.startup)
            .options(contains_eager(kind.startup))
            .where(kind.id == part_id, visible_to(actor))
        )
        return found

    return find


find_past_round = find_part(PastRound)
find_label = find_part(StartupLabel)
find_filing = find_part(Filing)
find_metric = find_part(ReportedMetric)
find_product = find_part(Product)

ORDERS: dict[type[Any], tuple[Any, ...]] = {
    PastRound: (PastRound.happened_on.is_(None), PastRound.happened_on.desc(), PastRound.id),
    StartupLabel: (StartupLabel.id,),
    Filing: (Filing.filed_on.is_(None), Filing.filed_on.desc(), Filing.id),
    ReportedMetric: (ReportedMetric.as_of.desc(), ReportedMetric.id.desc()),
    Product: (Product.position, Product.id),
}


def parts_of(kind: type[P], startup: Startup) -> Sequence[P]:
    """The parts of one kind that a startup has, in their order."""
    return db.session.scalars(
        sa.select(kind).where(kind.startup_id == startup.id, kind.archived_at.is_(None)).order_by(*ORDERS[kind])
    ).all()


def past_rounds_of(startup: Startup) -> Sequence[PastRound]:
    """The rounds that a startup closed before, the latest known first."""
    return parts_of(PastRound, startup)


def labels_of(startup: Startup) -> Sequence[StartupLabel]:
    """The labels of a startup, expired ones too."""
    return parts_of(StartupLabel, startup)


def filings_of(startup: Startup) -> dict[FilingKind, list[Filing]]:
    """A startup's filings and registrations by kind."""
    return by_kind(parts_of(Filing, startup))


def by_kind(filings: Iterable[Filing]) -> dict[FilingKind, list[Filing]]:
    """Filings and registrations by kind: three lists that nobody adds up."""
    found: dict[FilingKind, list[Filing]] = {kind: [] for kind in FilingKind}
    for filing in filings:
        found[filing.kind].append(filing)
    return found


def metrics_of(startup: Startup) -> dict[str, list[ReportedMetric]]:
    """{metric: what was reported, the latest first}, in the order of the vocabulary."""
    return by_metric(parts_of(ReportedMetric, startup))


def by_metric(reported: Iterable[ReportedMetric]) -> dict[str, list[ReportedMetric]]:
    """{metric: what was reported, the latest first}, in the order of the vocabulary."""
    order = {code: place for place, code in enumerate(terms("reported_metric"))}
    found: dict[str, list[ReportedMetric]] = {}
    for one in sorted(reported, key=lambda one: order.get(one.metric, len(order))):
        found.setdefault(one.metric, []).append(one)
    return found


def products_of(startup: Startup) -> Sequence[Product]:
    """The products of a startup in their order."""
    return parts_of(Product, startup)


def picture_of(startup: Startup, document_id: int) -> Document | None:
    """A picture of one of a startup's products, put away or not: a publication keeps what it showed."""
    return db.session.scalar(
        sa.select(Document)
        .join(Product, sa.and_(Document.record_type == Product.__tablename__, Document.record_id == Product.id))
        .where(
            Document.id == document_id,
            Document.media_type.startswith("image/"),
            Product.startup_id == startup.id,
        )
    )


def parts_about(kind: type[Any], startup_id: Any) -> sa.Select[Any]:
    """The parts of one kind that a startup has, to be counted."""
    return sa.select(kind.id).where(kind.startup_id == startup_id, kind.archived_at.is_(None))


def parts_ever(startup: Startup) -> dict[str, list[int]]:
    """{table: ids} of all that ever belonged to a startup, for its history."""
    parts = [sa.select(sa.literal(kind.__tablename__), kind.id).where(kind.startup_id == startup.id) for kind in PARTS]
    found: dict[str, list[int]] = {}
    for table, part_id in db.session.execute(sa.union_all(*parts)):
        found.setdefault(table, []).append(part_id)
    return found
