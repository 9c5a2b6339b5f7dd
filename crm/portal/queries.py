"""What an investor may read: published startups, and its own institution's deals about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from crm.accounts.models import Account
from crm.accounts.policies import is_investor
from crm.core.clock import day_of, now
from crm.core.db import db
from crm.deals.models import Deal, Round
from crm.deals.policies import visible_to
from crm.institutions.queries import is_shut_out
from crm.startups.models import Startup
from crm.startups.policies import published_on
from crm.startups.queries import find_published


def find_startup(actor: Account, startup_id: int) -> Startup | None:
    """A startup whose profile this investor may read today; none while its institution is not admitted."""
    if not is_investor(actor) or is_shut_out(actor.institution_id):
        return None
    return find_published(startup_id, day_of(now()))


def my_deals(actor: Account, day: date) -> Sequence[Deal]:
    """The deals of the investor's institution about startups that it may read, the latest move first."""
    return db.session.scalars(
        sa.select(Deal)
        .join(Deal.round)
        .join(Round.startup)
        .options(contains_eager(Deal.round).contains_eager(Round.startup))
        .where(visible_to(actor), Deal.archived_at.is_(None), published_on(day))
        .order_by(Deal.moved_on.desc(), Deal.id.desc())
        .limit(200)
    ).all()


def my_deals_about(actor: Account, startup: Startup) -> Sequence[Deal]:
    """The deals of the investor's institution about one startup."""
    return db.session.scalars(
        sa.select(Deal)
        .join(Deal.round)
        .options(contains_eager(Deal.round))
        .where(visible_to(actor), Deal.archived_at.is_(None), Round.startup_id == startup.id)
        .order_by(Deal.moved_on.desc(), Deal.id.desc())
    ).all()
