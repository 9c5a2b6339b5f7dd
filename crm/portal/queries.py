"""What an investor may read: profiles that were published to it, and its own institution's deals about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from crm.accounts.models import Account
from crm.accounts.policies import is_investor, is_manager
from crm.core.clock import day_of, now
from crm.core.db import db
from crm.core.listing import Count, Place, Slice, Sort, slice_of
from crm.deals.models import Deal, Round
from crm.deals.policies import visible_to
from crm.publishing import queries as publishing
from crm.publishing.models import Publication
from crm.publishing.policies import readable_by
from crm.startups import queries as startups
from crm.startups.models import Startup


def find_startup(actor: Account, startup_id: int) -> Startup | None:
    """A startup whose profile this investor may read today; none while its institution is not admitted."""
    publication = find_publication(actor, startup_id)
    return publication.startup if publication else None


def find_publication(actor: Account, startup_id: int) -> Publication | None:
    """What this investor may read of a startup today, with the startup."""
    return publishing.readable(actor, startup_id, day_of(now()))


def find_pictured(actor: Account, startup_id: int) -> Startup | None:
    """A startup whose pictures this investor may see; for managers any."""
    return find_startup(actor, startup_id) or (startups.find_startup(actor, startup_id) if is_manager(actor) else None)


def my_deals(actor: Account, day: date, place: Place) -> Slice:
    """The deals of the investor's institution about startups that it may read, as rows, the latest move first.

    They are not counted: to find which of thousands are about published startups takes longer than the page.
    """
    statement = MY_DEALS.where(visible_to(actor), readable_by(actor.institution_id, day))
    return slice_of(statement, Deal.id, {"moved": Sort(Deal.moved_on, True)}, place, count=Count.NONE)


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


def my_deals_about(actor: Account, startup: Startup) -> Sequence[Deal]:
    """The deals of the investor's institution about one startup."""
    if not is_investor(actor):
        return ()
    return db.session.scalars(DEALS_ABOUT, {"ours": actor.institution_id, "about": startup.id}).all()


DEALS_ABOUT = (
    sa.select(Deal)
    .join(Deal.round)
    .options(contains_eager(Deal.round))
    .where(Deal.institution_id == sa.bindparam("ours"), Deal.archived_at.is_(None))
    .where(Round.startup_id == sa.bindparam("about"))
    .order_by(Deal.moved_on.desc(), Deal.id.desc())
)
