"""Reading publications and their authorisations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account, Actor, Role
from crm.accounts.policies import is_investor
from crm.core.db import db
from crm.core.keeping import kept
from crm.core.listing import LASTING, Count, Place, Slice, Sort, first_rows, slice_of
from crm.core.prepared import Prepared, PreparedAmong
from crm.institutions.models import Institution
from crm.institutions.queries import is_let_in
from crm.publishing.models import AudienceMember, Authorisation, ProfileView, Publication, Reading
from crm.publishing.policies import in_force_on, may_see, readable_by
from crm.publishing.snapshot import Groups, digest_of, layered, snapshot_of
from crm.search import queries as search_queries
from crm.startups.models import Startup
from crm.watching.queries import passed_startups

# --- for readers


def readable(actor: Actor, startup_id: int, day: date) -> Publication | None:
    """The publication of a startup that this investor may read on a day; None while its institution is not admitted."""
    if not is_investor(actor):
        return None
    found: Publication | None = db.session.scalar(readable_one(actor.institution_id, day), {"about": startup_id})
    return found


@lru_cache(LASTING)
def readable_one(institution_id: int | None, day: date) -> sa.Select[Any]:
    """What an institution may read about the startup `about`."""
    mine = (readable_by(institution_id, day), is_let_in(institution_id))
    return sa.select(Publication).where(Publication.startup_id == sa.bindparam("about"), *mine)


def readable_of_all(actor: Actor, startup_ids: Sequence[int], day: date) -> list[Publication]:
    """Those of some startups that this investor may read on a day, in the order asked for."""
    if not is_investor(actor):
        return []
    mine = (readable_by(actor.institution_id, day), is_let_in(actor.institution_id))
    found = db.session.scalars(sa.select(Publication).where(Publication.startup_id.in_(startup_ids), *mine))
    return sorted(found, key=lambda one: startup_ids.index(one.startup_id))


def profiles(actor: Actor, place: Place, day: date, **wanted: str) -> Slice:
    """The profiles that an investor of an admitted institution may read on a day, as rows of `SHOWN`; `wanted`: as
    `found` takes it."""
    return slice_of(found(actor, day, **wanted), Publication.id, SORTS, place)


def found(
    actor: Actor,
    day: date,
    *,
    text: str = "",
    sector: str = "",
    vertical: str = "",
    growth_stage: str = "",
    passed: str = "",
) -> sa.Select[Any]:
    """The profiles that an investor may read. What its institution passed on is left out, unless `passed` says
    something."""
    statement = listed(actor.institution_id, day, not passed, sector, vertical, growth_stage)
    if text:
        statement = statement.where(search_queries.matches(Publication.id, "published_startup", text))
    return statement


@dataclass(frozen=True)
class Beside:
    """Where a profile stands in a list: its place from 1, how many there are (`capped`: more than that), and the
    profiles before and after it, with `startup_id` and `shown_name`."""

    place: int
    count: int
    capped: bool
    before: Any
    after: Any


def beside(actor: Actor, place: Place, day: date, publication: Publication, **wanted: str) -> Beside | None:
    """The neighbours of a profile in the list that the reader came from; None where it is not in that list. Kept until
    something is written."""
    about = (actor.institution_id, day, place, publication.id, *wanted.values())
    return kept(("beside", *about), lambda: find_beside(found(actor, day, **wanted), place, publication))


def find_beside(whole: sa.Select[Any], place: Place, publication: Publication) -> Beside | None:
    first = first_rows(whole, (Publication.id,), Publication.id, sorts=SORTS, place=place, most=MOST_BESIDE + 1)
    ids = [row[0] for row in first[:MOST_BESIDE]]
    if publication.id not in ids:
        return None
    here = ids.index(publication.id)
    around = [None, *ids, None]
    before, after = around[here], around[here + 2]
    named = {row.id: row for row in NAMES.all([one for one in (before, after) if one is not None])}
    return Beside(here + 1, len(ids), len(first) > MOST_BESIDE, named.get(before), named.get(after))


class Neighbour(NamedTuple):
    """A profile of a list, by name."""

    startup_id: int
    shown_name: str


def beside_among(whole: Sequence[Neighbour], startup_id: int) -> Beside | None:
    """The neighbours of a profile among these; None where it is not one of them."""
    here = next((place for place, one in enumerate(whole) if one.startup_id == startup_id), None)
    if here is None:
        return None
    around = [None, *whole, None]
    return Beside(here + 1, len(whole), False, around[here], around[here + 2])


MOST_BESIDE = 200
NAMED: tuple[Any, ...] = (Publication.id, Publication.startup_id, Publication.shown_name.label("shown_name"))
NAMES = PreparedAmong(sa.select(*NAMED), Publication.id)
SHOWN: tuple[Any, ...] = (
    Publication.id,
    Publication.startup_id,
    Publication.number,
    Publication.shown_name.label("shown_name"),
    Publication.published_at,
    Publication.summary,
    Publication.sector_layer,
    Publication.sector_vertical,
    Publication.growth_stage,
    Publication.digest,
)
SORTS = {"published": Sort(Publication.published_at, True), "name": Sort(Publication.name_key)}


@lru_cache(LASTING)
def listed(institution_id: int | None, day: date, hides_passed: bool, *codes: str) -> sa.Select[Any]:
    statement: sa.Select[Any] = sa.select(*SHOWN).where(readable_by(institution_id, day))
    if hides_passed:
        statement = statement.where(Publication.startup_id.not_in(passed_startups(institution_id)))
    columns = (Publication.sector_layer, Publication.sector_vertical, Publication.growth_stage)
    for column, code in zip(columns, codes, strict=True):
        if code:
            statement = statement.where(column == code)
    return statement


def layers_of(publication_ids: Collection[int]) -> dict[int, dict[str, Groups]]:
    """{publication id: its layers}, for lists that show a line of each."""
    found = db.session.execute(sa.select(Publication.id, Publication.layers).where(Publication.id.in_(publication_ids)))
    return {row.id: row.layers for row in found}


# --- for staff


def find_authorisation(actor: Actor, authorisation_id: int) -> Authorisation | None:
    """An authorisation with its startup, for staff."""
    if not may_see(actor):
        return None
    found = sa.select(Authorisation).options(joinedload(Authorisation.startup))
    return db.session.scalar(found.where(Authorisation.id == authorisation_id))


def publication_in_force(startup: Startup) -> Publication:
    """The publication of a startup that a guard has found readable."""
    return db.session.scalars(
        sa.select(Publication).where(Publication.startup_id == startup.id, Publication.ended_at.is_(None))
    ).one()


def find_version(startup: Startup, number: int) -> Publication | None:
    """One version of a startup's profile, in force or not."""
    return db.session.scalar(
        sa.select(Publication).where(Publication.startup_id == startup.id, Publication.number == number)
    )


def publication_of(startup: Startup) -> Publication | None:
    """The latest publication that did not end; it may have run out, or its startup be archived."""
    return db.session.scalar(
        sa.select(Publication).where(Publication.startup_id == startup.id, Publication.ended_at.is_(None))
    )


def publication_for(startup_id: int, institution: Institution | None, day: date) -> Publication | None:
    """The publication of a startup that an institution, or (none) every admitted one, may be told of on a day."""
    mine = sa.select(Publication).where(Publication.startup_id == startup_id)
    return db.session.scalar(mine.where(told_to(institution, day)))


def names_for(startup_ids: Collection[int], institution: Institution | None, day: date) -> dict[int, str]:
    """{startup id: its published name} of those that an institution, or (none) every admitted one, may be told of."""
    name = Publication.shown_name.label("name")
    found = sa.select(Publication.startup_id, name).where(Publication.startup_id.in_(startup_ids))
    return {row.startup_id: row.name for row in db.session.execute(found.where(told_to(institution, day)))}


def told_to(institution: Institution | None, day: date) -> sa.ColumnElement[bool]:
    if institution is not None:
        return readable_by(institution.id, day)
    return sa.and_(in_force_on(day), Publication.for_all)


def told_to_everybody(day: date) -> Sequence[Any]:
    """(startup_id, name) of what every admitted institution may read on a day, by name."""
    rows = sa.select(Publication.startup_id, Publication.shown_name.label("name")).where(told_to(None, day))
    return db.session.execute(rows.order_by(Publication.name_key, Publication.id)).all()


def publications_of(startup: Startup) -> Sequence[Publication]:
    """Every version, the latest first, with who published and ended it."""
    return db.session.scalars(
        sa.select(Publication)
        .options(joinedload(Publication.by), joinedload(Publication.ended_by), sa.orm.defer(Publication.layers))
        .where(Publication.startup_id == startup.id)
        .order_by(Publication.number.desc())
    ).all()


def authorisations_of(startup: Startup) -> Sequence[Authorisation]:
    """Every authorisation, the latest first, with who recorded and revoked it."""
    return db.session.scalars(
        sa.select(Authorisation)
        .options(joinedload(Authorisation.by), joinedload(Authorisation.revoked_by))
        .where(Authorisation.startup_id == startup.id)
        .order_by(Authorisation.id.desc())
    ).all()


def latest_authorisation(startup: Startup) -> Authorisation | None:
    """The authorisation that was recorded last and not revoked, valid or not."""
    return db.session.scalar(
        sa.select(Authorisation)
        .where(Authorisation.startup_id == startup.id, Authorisation.revoked_at.is_(None))
        .order_by(Authorisation.id.desc())
        .limit(1)
    )


def authorisation_of(startup: Startup, day: date) -> Authorisation | None:
    """The latest authorisation, while it is valid: to publish on an earlier one would go beyond the latest."""
    latest = latest_authorisation(startup)
    return latest if latest is not None and latest.is_valid(day) else None


def authorisation_on_trial(startup: Startup, publication: Publication | None, day: date) -> Authorisation | None:
    """The authorisation of a version, or the one on which the next would be published."""
    if publication is not None:
        return db.session.get_one(Authorisation, publication.authorisation_id)
    return authorisation_of(startup, day)


def possible_readers(authorisation: Authorisation) -> Sequence[Account]:
    """The investors whom an authorisation allows to read, by name."""
    named = sa.select(AudienceMember.institution_id).where(AudienceMember.authorisation_id == authorisation.id)
    investors = sa.select(Account).where(Account.role == Role.INVESTOR, Account.disabled_at.is_(None))
    if not authorisation.for_all:
        investors = investors.where(Account.institution_id.in_(named))
    return db.session.scalars(investors.order_by(Account.name, Account.id).limit(MOST_BESIDE)).all()


def audiences_of(authorisation_ids: Collection[int]) -> dict[int, list[Institution]]:
    """{authorisation id: the institutions that it names, by name}, in one query."""
    found: dict[int, list[Institution]] = {}
    rows = (
        sa.select(AudienceMember.authorisation_id, Institution)
        .join(Institution, Institution.id == AudienceMember.institution_id)
        .where(AudienceMember.authorisation_id.in_(authorisation_ids))
        .order_by(Institution.name_key)
    )
    for authorisation_id, institution in db.session.execute(rows):
        found.setdefault(authorisation_id, []).append(institution)
    return found


def draft_of(startup: Startup, authorisation: Authorisation) -> dict[str, Groups]:
    """What would be published now."""
    return layered(snapshot_of(startup), authorisation.layers)


def differs(draft: Mapping[str, Groups], publication: Publication | None) -> bool:
    """True when publishing would change what somebody reads."""
    return publication is None or digest_of(draft) != publication.digest


# --- who read it


def readings_lately(account: Account, what: Reading, at: datetime) -> set[tuple[int, bool]]:
    """{(publication, with its confidential part)} that somebody read in one way in the hour before."""
    found = LATELY.all(account_id=account.id, what=what, since=at - SAME_READING)
    return {(row.publication_id, row.is_confidential) for row in found}


SAME_READING = timedelta(hours=1)
READ: tuple[Any, ...] = (ProfileView.publication_id, ProfileView.is_confidential)
LATELY = Prepared(
    sa.select(*READ).where(
        ProfileView.account_id == sa.bindparam("account_id"),
        ProfileView.what == sa.bindparam("what"),
        ProfileView.at > sa.bindparam("since"),
    )
)


@dataclass(frozen=True)
class Readings:
    """How often a profile was read, by how many institutions, and how often since a moment."""

    times: int
    institutions: int
    lately: int


def readings_of(startup: Startup, since: datetime) -> Readings:
    """How often a startup's profile was read."""
    lately = sa.func.count(sa.case((ProfileView.at > since, 1)))
    counted = sa.select(sa.func.count(), sa.func.count(ProfileView.institution_id.distinct()), lately)
    return Readings(*db.session.execute(counted.where(ProfileView.startup_id == startup.id)).one())


def readers_of(startup: Startup, place: Place, *, institution_id: int | None = None, count: Count = Count.ALL) -> Slice:
    """Who read a startup's profile, the latest first: rows with `at`, `what`, `number`, `reader`, `institution`."""
    statement = READERS.where(ProfileView.startup_id == startup.id)
    if institution_id is not None:
        statement = statement.where(ProfileView.institution_id == institution_id)
    return slice_of(statement, ProfileView.id, {"at": Sort(ProfileView.at, True)}, place, count=count)


WHO_AND_WHEN: tuple[Any, ...] = (
    ProfileView.id,
    ProfileView.at,
    ProfileView.what,
    ProfileView.is_confidential,
    ProfileView.institution_id,
    Publication.number,
    Account.name.label("reader"),
    Institution.name.label("institution"),
)
READERS = (
    sa.select(*WHO_AND_WHEN)
    .join(Publication, Publication.id == ProfileView.publication_id)
    .join(Account, Account.id == ProfileView.account_id)
    .join(Institution, Institution.id == ProfileView.institution_id)
)
