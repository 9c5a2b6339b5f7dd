"""Reports that were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account, Actor, Role
from crm.accounts.policies import is_investor
from crm.confidentiality.queries import has_accepted
from crm.core.clock import day_of, now
from crm.core.db import db
from crm.core.jobs import NOT_DONE, Job, JobState
from crm.core.listing import Place, Slice, Sort, slice_of
from crm.deals.models import Round
from crm.institutions.queries import is_shut_out
from crm.publishing.models import Publication
from crm.publishing.policies import readable_by
from crm.reports.models import CONFIDENTIAL, PROFILE, Batch, Download, Edition, Recipe, Report
from crm.reports.policies import may_read_reports, visible_to

WITH_NAMES = (
    joinedload(Report.startup),
    joinedload(Report.institution),
    joinedload(Report.made_by),
    joinedload(Report.job),
    joinedload(Report.edition),
    joinedload(Report.round).joinedload(Round.startup),
    joinedload(Report.category),
    joinedload(Report.recipe),
)


def find_report(actor: Actor, report_id: int) -> Report | None:
    """A report that this actor may read, with its subject, maker, job and document."""
    return db.session.scalar(sa.select(Report).options(*WITH_NAMES).where(Report.id == report_id, visible_to(actor)))


def reports(actor: Actor, place: Place, *, text: str = "", kind: str = "", batch_id: int | None = None) -> Slice:
    """The reports, the latest first: about somebody, of a kind; of a batch, or all that no batch made."""
    statement = sa.select(Report).options(*WITH_NAMES).where(visible_to(actor), ~Report.is_draft)
    statement = statement.where(Report.batch_id.is_not_distinct_from(batch_id))
    if kind:
        statement = statement.where(Report.kind == kind)
    if text:
        statement = statement.where(Report.title.icontains(text, autoescape=True))
    return slice_of(statement, Report.id, {"made": Sort(Report.made_at, True)}, place)


def find_profile(actor: Actor, report_id: int) -> Report | None:
    """A profile that this investor asked for, while that publication lasts: a later one may authorise less.

    None while the investor's institution is not admitted, and of a confidential one until the terms in force are
    accepted.
    """
    if not is_investor(actor) or is_shut_out(actor.institution_id):
        return None
    report = db.session.scalar(
        sa.select(Report)
        .join(Publication, Publication.id == Report.publication_id)
        .options(*WITH_NAMES)
        .where(
            Report.id == report_id,
            Report.kind == PROFILE,
            Report.made_by_id == actor.id,
            readable_by(actor.institution_id, day_of(now())),
        )
    )
    closed = report is not None and CONFIDENTIAL in report.options and not has_accepted(actor, now())
    return None if closed else report


def profile_in_work(wanted: Report) -> Report | None:
    """The same profile, which the investor asked for a moment ago and which is not ready yet."""
    same = (Report.made_by_id, Report.publication_id, Report.language)
    found = db.session.scalars(
        sa.select(Report)
        .join(Report.job)
        .where(
            Report.kind == PROFILE,
            Job.state.in_([JobState.QUEUED, JobState.RUNNING]),
            *(column == getattr(wanted, column.key) for column in same),
        )
        .order_by(Report.id.desc())
    )
    return next((one for one in found if one.options == wanted.options), None)


def report_to_make(report_id: int) -> Report | None:
    """A report with all that its making needs; for the job, which acts for nobody."""
    return db.session.scalar(sa.select(Report).options(*WITH_NAMES).where(Report.id == report_id))


# --- batches


def find_batch(actor: Actor, batch_id: int) -> Batch | None:
    """A batch, for those who read reports, with who asked and how packing goes."""
    statement = sa.select(Batch).options(joinedload(Batch.made_by), joinedload(Batch.job))
    return db.session.scalar(statement.where(Batch.id == batch_id)) if may_read_reports(actor) else None


def batches(actor: Actor, place: Place) -> Slice:
    """The batches, the latest first."""
    statement = sa.select(Batch).options(joinedload(Batch.made_by), joinedload(Batch.job))
    if not may_read_reports(actor):
        statement = statement.where(sa.false())
    return slice_of(statement, Batch.id, {"made": Sort(Batch.made_at, True)}, place)


@dataclass(frozen=True)
class BatchProgress:
    """How far a batch is. `current`: what is in work; `seconds_left`: at the pace so far, None where there is none."""

    total: int
    made: int
    reused: int
    failed: int
    running: int
    current: str
    seconds_left: int | None
    is_over: bool

    @property
    def ended(self) -> int:
        """Those that are made or failed."""
        return self.made + self.failed

    @property
    def left_out(self) -> int:
        """Those that a cancelled batch never began."""
        return self.total - self.ended - self.running


def progress_of(batch: Batch, at: datetime) -> BatchProgress:
    """How far a batch is at a moment."""
    made, failed = Report.edition_id.is_not(None), sa.and_(Report.edition_id.is_(None), Job.state.in_(NOT_DONE))
    running = Job.state.in_((JobState.QUEUED, JobState.RUNNING))

    def number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    found = db.session.execute(
        sa.select(
            sa.func.count(),
            number(made),
            number(sa.and_(made, Report.is_reused)),
            number(failed),
            number(running),
            sa.func.min(sa.case((running, Report.title))),
        )
        .select_from(Report)
        .outerjoin(Job, Job.id == Report.job_id)
        .where(Report.batch_id == batch.id)
    ).one()
    total, done, reused, broken, busy, current = found
    ended = done + broken
    left = None
    if ended and busy and batch.cancelled_at is None:
        left = round((at - batch.made_at).total_seconds() / ended * (total - ended))
    over = batch.job is not None and batch.job.is_over
    return BatchProgress(total, done, reused, broken, busy, current or "", left, over)


def failed_in(batch: Batch) -> Sequence[Report]:
    """The reports of a batch that could not be made, with why."""
    return db.session.scalars(
        sa.select(Report)
        .join(Report.job)
        .options(*WITH_NAMES)
        .where(Report.batch_id == batch.id, Report.edition_id.is_(None), Job.state.in_(NOT_DONE))
        .order_by(Report.id)
    ).all()


def made_in_batch(batch_id: int) -> Sequence[tuple[Report, Edition]]:
    """The reports of a batch that were made, with their documents."""
    rows = sa.select(Report, Edition).join(Edition, Edition.id == Report.edition_id)
    found = db.session.execute(rows.where(Report.batch_id == batch_id).order_by(Report.id))
    return [(report, edition) for report, edition in found]


def reports_in(batch: Batch) -> Sequence[int]:
    """The ids of the reports of a batch that were made."""
    made = sa.select(Report.id).where(Report.batch_id == batch.id, Report.edition_id.is_not(None))
    return db.session.scalars(made.order_by(Report.id)).all()


# --- recipes


def find_recipe(actor: Actor, recipe_id: int) -> Recipe | None:
    """A recipe, in the bin or not, for those who read reports."""
    found: Recipe | None = db.session.scalar(told_recipes(actor).where(Recipe.id == recipe_id))
    return found


def recipes(actor: Actor) -> Sequence[Recipe]:
    """The recipes that are not in the bin, by name."""
    return db.session.scalars(told_recipes(actor).where(Recipe.archived_at.is_(None)).order_by(Recipe.name)).all()


def told_recipes(actor: Actor) -> sa.Select[Any]:
    names = (Recipe.startup, Recipe.institution, Recipe.category, Recipe.made_by)
    statement = sa.select(Recipe).options(*map(joinedload, names))
    return statement if may_read_reports(actor) else statement.where(sa.false())


def latest_by_recipe(found: Sequence[Recipe]) -> dict[int, Report]:
    """{recipe: the report that was made by it last}."""
    latest = (
        sa.select(sa.func.max(Report.id))
        .where(Report.recipe_id.in_([one.id for one in found]), ~Report.is_draft)
        .group_by(Report.recipe_id)
    )
    reports = db.session.scalars(sa.select(Report).where(Report.id.in_(latest)))
    return {report.recipe_id: report for report in reports if report.recipe_id}


def made_by_recipe(recipe: Recipe) -> Sequence[Report]:
    """What was made by a recipe, the latest first."""
    made = sa.select(Report).options(*WITH_NAMES).where(Report.recipe_id == recipe.id, ~Report.is_draft)
    return db.session.scalars(made.order_by(Report.id.desc()).limit(60)).all()


def possible_readers() -> list[tuple[int, str]]:
    """The accounts that may read reports, by name."""
    readers = sa.select(Account.id, Account.name).where(
        Account.role.in_([Role.MANAGER, Role.LEADER]), Account.disabled_at.is_(None)
    )
    return [(account_id, name) for account_id, name in db.session.execute(readers.order_by(Account.name))]


def readers_of(recipe: Recipe) -> Sequence[Account]:
    """The accounts that a scheduled report is mailed to, as far as they may still read it."""
    wanted = sa.select(Account).where(
        Account.id.in_(recipe.reader_ids), Account.role.in_([Role.MANAGER, Role.LEADER]), Account.disabled_at.is_(None)
    )
    return db.session.scalars(wanted.order_by(Account.name)).all()


# --- the archive


def comparable(actor: Actor, report: Report) -> Sequence[Report]:
    """Other reports of the same kind about the same subject, the latest first."""
    same = (Report.kind, Report.startup_id, Report.institution_id, Report.round_id, Report.category_id, Report.line)
    conditions = [column.is_not_distinct_from(getattr(report, column.key)) for column in same]
    return db.session.scalars(
        sa.select(Report)
        .options(*WITH_NAMES)
        .where(*conditions, Report.id != report.id, Report.edition_id.is_not(None), ~Report.is_draft, visible_to(actor))
        .order_by(Report.id.desc())
        .limit(24)
    ).all()


def downloads_of(report: Report) -> Sequence[Download]:
    """Who took a report along, the latest first."""
    taken = sa.select(Download).options(joinedload(Download.account)).where(Download.report_id == report.id)
    return db.session.scalars(taken.order_by(Download.id.desc()).limit(50)).all()


def outdated(before: datetime) -> Sequence[Report]:
    """Reports that were made before a moment."""
    return db.session.scalars(sa.select(Report).where(Report.made_at < before).order_by(Report.id).limit(500)).all()


def is_in_use(key: str) -> bool:
    """True while an edition has a file, its data or the picture of a page under a key."""
    among_pages = sa.cast(Edition.page_keys, sa.Text).contains(key)
    uses = sa.or_(Edition.file_key == key, Edition.signed_key == key, Edition.data_key == key, among_pages)
    return db.session.scalar(sa.select(Edition.id).where(uses).limit(1)) is not None


def forgotten_drafts(before: datetime) -> Sequence[Report]:
    """Drafts that nobody kept."""
    return db.session.scalars(sa.select(Report).where(Report.is_draft, Report.made_at < before).limit(500)).all()
