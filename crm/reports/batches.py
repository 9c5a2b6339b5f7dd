"""Batches: the same report about many. Each is a job of its own; whenever one is over the next is begun, so that a
single report need not stand behind a hundred others, and a worker that dies takes no more than what it held.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.core.jobs import NOT_DONE, Job, JobState, enqueue
from crm.institutions.models import Institution
from crm.lib.text import N_, Message
from crm.metrics.definitions import METRICS
from crm.metrics.queries import Clocks, rows
from crm.reports import figures
from crm.reports.actions import JOB, LANGUAGES, Wanted, new_report
from crm.reports.figures import Scope
from crm.reports.models import Batch, Report
from crm.reports.periods import Period, check_period
from crm.services.models import FINANCE_LINE, Service, ServiceCategory
from crm.startups.models import Startup

PACKING = "batch"
AT_ONCE = 2  # reports of one batch that wait for a worker or are in work


@dataclass(frozen=True)
class Many:
    """Whom a batch may be about: what they are called, and their ids for a period."""

    label: Message
    model: type[Startup] | type[Institution]
    ids: Callable[[Period], sa.Select[Any]]


def served_to_date(period: Period) -> sa.Select[Any]:
    return behind("companies_served", period)


def served_in_period(period: Period) -> sa.Select[Any]:
    services = figures.services(Scope(), period, Service.startup_id)
    return services.where(ServiceCategory.line == FINANCE_LINE).distinct()


def institutions_at_present(period: Period) -> sa.Select[Any]:
    return behind("institutions_present", period)


def behind(metric: str, period: Period) -> sa.Select[Any]:
    """The records behind a figure as of the last day of a period."""
    counted = rows(METRICS[metric], Clocks(period.last)).subquery()
    return sa.select(counted.c.record_id).distinct()


MANY = {
    "served_to_date": Many(N_("Every company served to date"), Startup, served_to_date),
    "served_in_period": Many(N_("Every company served in the period"), Startup, served_in_period),
    "institutions": Many(N_("Every institution at present"), Institution, institutions_at_present),
}


def request_batch(about: str, period: Period, language: str, *, by: Account, at: datetime) -> Batch:
    """Ask for the summary of services of each of many. Raises Refusal."""
    check_period(period, day_of(at))
    if about not in MANY:
        raise Refusal({"about": N_("Choose one of the list.")})
    if language not in LANGUAGES:
        raise Refusal({"language": N_("Choose one of the list.")})
    subjects = subjects_of(MANY[about], period)
    if not subjects:
        raise Refusal({"about": N_("There is none in this period.")})
    batch = Batch(
        kind="summary",
        about=about,
        from_day=period.first,
        to_day=period.last,
        language=language,
        made_by_id=by.id,
        made_at=at,
    )
    db.session.add(batch)
    db.session.flush()  # its reports need its id
    subject = "startup" if MANY[about].model is Startup else "institution"
    for one in subjects:
        wanted = Wanted(batch.kind, period, language, batch_id=batch.id, **{subject: one})
        db.session.add(new_report(wanted, by=by, at=at))
    go_on(batch, at=at)
    return batch


def subjects_of(many: Many, period: Period) -> Sequence[Any]:
    """Those it is about, by name."""
    return db.session.scalars(
        sa.select(many.model).where(many.model.id.in_(many.ids(period))).order_by(many.model.name, many.model.id)
    ).all()


def go_on(batch: Batch, *, at: datetime) -> None:
    """Begin as many further reports as may be in work at once; pack them once all are over."""
    db.session.flush()  # what the caller changed must not be read over
    db.session.execute(sa.select(Batch.id).where(Batch.id == batch.id).with_for_update())  # one at a time goes on
    db.session.refresh(batch, ["cancelled_at", "job_id"])
    running = number_in_work(batch)
    if batch.cancelled_at is None:
        running += begin(batch, AT_ONCE - running, at=at)
    if not running and batch.job_id is None:
        batch.job_id = enqueue(PACKING, batch.id, by_id=batch.made_by_id, at=at).id


def begin(batch: Batch, number: int, *, at: datetime) -> int:
    """Send the next reports to work; how many that were."""
    waiting = sa.select(Report).where(Report.batch_id == batch.id, Report.job_id.is_(None)).order_by(Report.id)
    begun = db.session.scalars(waiting.limit(max(number, 0))).all()
    for report in begun:
        report.job_id = enqueue(JOB, report.id, by_id=batch.made_by_id, at=at).id
    db.session.flush()  # whoever counts next counts these
    return len(begun)


def number_in_work(batch: Batch) -> int:
    """How many of its reports wait for a worker or are in work."""
    busy = Job.state.in_((JobState.QUEUED, JobState.RUNNING))
    jobs = sa.select(sa.func.count()).select_from(Report).join(Job, Job.id == Report.job_id)
    return db.session.scalar(jobs.where(Report.batch_id == batch.id, busy)) or 0


def cancel(batch: Batch, *, at: datetime) -> None:
    """Begin no further report; what was made stays."""
    if batch.cancelled_at is None and batch.job_id is None:
        batch.cancelled_at = at
        go_on(batch, at=at)


def retry(batch: Batch, *, at: datetime) -> None:
    """Make those that failed, and those that a cancellation left out, again; all others stay as they are."""
    failed = sa.select(Job.id).where(Job.state.in_(NOT_DONE))
    db.session.execute(
        sa.update(Report)
        .where(Report.batch_id == batch.id, Report.edition_id.is_(None), Report.job_id.in_(failed))
        .values(job_id=None)
        .execution_options(synchronize_session=False)
    )
    batch.cancelled_at = batch.job_id = batch.zip_key = batch.merged_key = None
    go_on(batch, at=at)
