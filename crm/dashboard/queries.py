"""Reading targets and views."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from crm.accounts.models import Actor
from crm.core.db import db
from crm.dashboard.models import DashboardView, Target
from crm.dashboard.policies import may_arrange, may_see_dashboard


def targets_of(year: int) -> Sequence[Target]:
    """The targets of a year, in the order in which they were set."""
    return db.session.scalars(
        sa.select(Target).where(Target.year == year, Target.archived_at.is_(None)).order_by(Target.id)
    ).all()


def target_ids(year: int) -> Sequence[int]:
    """The ids of all targets that a year ever had, for their history."""
    return db.session.scalars(sa.select(Target.id).where(Target.year == year)).all()


def find_target(actor: Actor, target_id: int) -> Target | None:
    """A target, if this actor may see the dashboard."""
    seen = sa.true() if may_see_dashboard(actor) else sa.false()
    return db.session.scalar(sa.select(Target).where(Target.id == target_id, seen))


def views_for(actor: Actor) -> Sequence[DashboardView]:
    """An actor's own views, and those that colleagues share, with their owners."""
    seen = sa.or_(DashboardView.account_id == actor.id, DashboardView.is_shared)
    return db.session.scalars(
        sa.select(DashboardView)
        .where(DashboardView.archived_at.is_(None), seen)
        .options(orm.joinedload(DashboardView.account))
        .order_by(DashboardView.name, DashboardView.id)
    ).all()


def own_arrangement(actor: Actor) -> DashboardView | None:
    """How an actor last arranged the dashboard; None while it stands as at first."""
    return db.session.scalar(
        sa.select(DashboardView).where(DashboardView.account_id == actor.id, DashboardView.name == "")
    )


def find_view(actor: Actor, view_id: int) -> DashboardView | None:
    """A view with a name that an actor may open: an own one, or one that is shared."""
    views = views_for(actor) if may_see_dashboard(actor) else ()
    return next((one for one in views if one.id == view_id and one.name), None)


def find_own_view(actor: Actor, view_id: int) -> DashboardView | None:
    """A view with a name that an actor may change: one's own, one that was put away too."""
    own = sa.true() if may_arrange(actor) else sa.false()
    return db.session.scalar(
        sa.select(DashboardView).where(
            DashboardView.id == view_id, DashboardView.account_id == actor.id, DashboardView.name != "", own
        )
    )
