"""Reports that were asked for."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account, Actor
from crm.accounts.policies import is_investor
from crm.core.clock import day_of, now
from crm.core.db import db
from crm.core.jobs import Job, JobState
from crm.core.listing import Place, Slice, Sort, slice_of
from crm.institutions.queries import is_shut_out
from crm.reports.models import PROFILE, Report
from crm.reports.policies import visible_to
from crm.startups.models import Startup
from crm.startups.policies import published_on

WITH_NAMES = (
    joinedload(Report.startup),
    joinedload(Report.institution),
    joinedload(Report.made_by),
    joinedload(Report.job),
    joinedload(Report.edition),
    joinedload(Report.round),
    joinedload(Report.category),
)


def find_report(actor: Actor, report_id: int) -> Report | None:
    """A report that this actor may read, with its subject, maker, job and document."""
    return db.session.scalar(sa.select(Report).options(*WITH_NAMES).where(Report.id == report_id, visible_to(actor)))


def reports(actor: Actor, place: Place) -> Slice:
    """The reports, the latest first."""
    statement = sa.select(Report).options(*WITH_NAMES).where(visible_to(actor), ~Report.is_draft)
    return slice_of(statement, Report.id, {"made": Sort(Report.made_at, True)}, place)


def find_profile(actor: Actor, report_id: int) -> Report | None:
    """A profile that this investor asked for, while that publication lasts: a later one may authorise less.

    None while the investor's institution is not admitted.
    """
    if not is_investor(actor) or is_shut_out(actor.institution_id):
        return None
    return db.session.scalar(
        sa.select(Report)
        .join(Report.startup)
        .options(*WITH_NAMES)
        .where(
            Report.id == report_id,
            Report.kind == PROFILE,
            Report.made_by_id == actor.id,
            published_on(day_of(now())),
            Report.made_at >= Startup.published_at,
        )
    )


def profile_in_work(account: Account, startup: Startup, language: str) -> Report | None:
    """The profile that an investor asked for a moment ago and that is not ready yet."""
    return db.session.scalar(
        sa.select(Report)
        .join(Report.job)
        .where(
            Report.kind == PROFILE,
            Report.made_by_id == account.id,
            Report.startup_id == startup.id,
            Report.language == language,
            Job.state.in_([JobState.QUEUED, JobState.RUNNING]),
        )
        .order_by(Report.id.desc())
        .limit(1)
    )


def report_to_make(report_id: int) -> Report | None:
    """A report with all that its making needs; for the job, which acts for nobody."""
    return db.session.scalar(sa.select(Report).options(*WITH_NAMES).where(Report.id == report_id))
