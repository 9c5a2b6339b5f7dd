"""What an investor may read: profiles that were published to it, and its own institution's deals about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.accounts.policies import is_investor, is_manager
from crm.core.clock import day_of, now
from crm.core.db import db
from crm.core.expressions import unindexed
from crm.core.keeping import kept
from crm.core.listing import LASTING, Count, Place, Slice, Sort, slice_of
from crm.core.prepared import Prepared
from crm.deals.models import Deal, Round
from crm.deals.policies import visible_to
from crm.publishing import queries as publishing
from crm.publishing.models import Publication
from crm.publishing.policies import readable_by
from crm.startups import queries as startups
from crm.startups.models import Startup


def find_startup(actor: Account, startup_id: int) -> Startup | None:
    """A startup whose profile this investor may read today; none while its institution is not admitted."""
    return startup_of(publication) if (publication := find_publication(actor, startup_id)) else None


def find_publication(actor: Account, startup_id: int) -> Publication | None:
    """What this investor may read of a startup today."""
    return publishing.readable(actor, startup_id, day_of(now()))


def startup_of(publication: Publication) -> Startup:
    """The startup that a publication is about."""
    return db.session.get_one(Startup, publication.startup_id)


def find_pictured(actor: Account, startup_id: int) -> Startup | None:
    """A startup whose pictures this investor may see; for managers any."""
    return find_startup(actor, startup_id) or (startups.find_startup(actor, startup_id) if is_manager(actor) else None)


def my_deals(actor: Account, day: date, place: Place) -> Slice:
    """The deals of the investor's institution about startups that it may read, as rows, the latest move first.

    They are not counted: to find which of thousands are about published startups takes longer than the page. Kept until
    something is written.
    """
    statement = deals_told(visible_to(actor), actor.institution_id, day)
    moved = {"moved": Sort(Deal.moved_on, True)}
    return kept(("deals told", statement, place), lambda: slice_of(statement, Deal.id, moved, place, count=Count.NONE))


@lru_cache(LASTING)
def deals_told(seen: sa.ColumnElement[bool], institution_id: int | None, day: date) -> sa.Select[Any]:
    return MY_DEALS.where(seen, readable_by(institution_id, day))


SHOWN: tuple[Any, ...] = (
    Deal.id,
    Deal.stage,
    Deal.status,
    Deal.introduced_on,
    Deal.moved_on,
    Deal.institution_step,
    Round.name.label("round_name"),
    Round.startup_id,
    Publication.shown_name.label("startup_name"),
)
MY_DEALS = (
    sa.select(*SHOWN)
    .join(Deal.round)
    .join(Publication, Publication.startup_id == Round.startup_id)
    .where(Deal.archived_at.is_(None))
)


def my_deals_about(actor: Account, startup_id: int) -> Sequence[Any]:
    """The deals of the investor's institution about one startup, as rows of `STANDS`."""
    if not is_investor(actor):
        return ()
    return DEALS_ABOUT.all(ours=actor.institution_id, about=startup_id)


STANDS: tuple[Any, ...] = (Deal.moved_on, Round.name.label("round_name"), Deal.stage, Deal.status)
DEALS_ABOUT = Prepared(
    sa.select(*STANDS)
    .join(Deal.round)
    .where(unindexed(Deal.institution_id) == sa.bindparam("ours"), unindexed(Deal.archived_at).is_(None))
    .where(Round.startup_id == sa.bindparam("about"))
    .order_by(Deal.moved_on.desc(), Deal.id.desc())
)
