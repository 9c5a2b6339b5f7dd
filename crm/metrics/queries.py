"""Figures at a date, as known now or then, and the rows behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.core.clock import end_of
from crm.core.db import db
from crm.core.keeping import until_written
from crm.core.listing import Place, Slice, Sort, slice_of
from crm.metrics.courses import Measure, measures
from crm.metrics.definitions import METRICS, Metric
from crm.metrics.definitions.metric import CONFIRMED_BY, NAMES, confirmed_name
from crm.metrics.models import KnownFact, ReferenceFigure, Snapshot, SubmittedFigure
from crm.metrics.policies import visible_to


@dataclass(frozen=True)
class Clocks:
    """Which figure: as of a day (截至), and as known at a moment (当时已知); None is now.

    `version`: of the definition that held at that moment; None for the one of today.
    """

    as_of: date
    known_at: datetime | None = None
    version: int | None = None


def facts_of(metric: Metric, known_at: datetime | None = None, version: int | None = None) -> sa.Subquery:
    """All facts that a figure could count, as known now or at a moment, then by a version of its definition."""
    if known_at is None:
        return metric.facts().subquery()
    return (
        sa.select(*(getattr(KnownFact, name) for name in NAMES))
        .where(
            KnownFact.metric == metric.name,
            KnownFact.version == (version or metric.version),
            KnownFact.known_from <= known_at,
            sa.or_(KnownFact.known_until.is_(None), KnownFact.known_until > known_at),
        )
        .subquery()
    )


def rows(metric: Metric, clocks: Clocks) -> sa.Select[Any]:
    """The rows that a figure counts."""
    if metric.listed is not None and clocks.known_at is None:
        facts = metric.listed(on=(clocks.as_of,)).subquery()
    else:
        facts = facts_of(metric, clocks.known_at, clocks.version)
    return sa.select(*facts.c).where(counts_on(metric, facts.c, clocks.as_of))


def counts_on(metric: Metric, facts: Any, as_of: date) -> sa.ColumnElement[bool]:
    """Which facts a figure counts as of a day."""
    lasts = sa.and_(facts.day <= as_of, sa.or_(facts.until.is_(None), facts.until > as_of))
    return sa.and_(lasts, facts.day >= metric.first_day(as_of)) if metric.since else lasts


def total(metric: Metric, counted: sa.Subquery) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(counted.c.amount), 0) if metric.is_money else sa.func.count()


def value_of(metric: Metric, as_of: date, known_at: datetime | None = None) -> int:
    """The figure: a count, or 分 in CNY."""
    return measure(metric, Clocks(as_of, known_at)).value


def measure(metric: Metric, clocks: Clocks) -> Measure:
    """The value of a figure and the number of its rows."""
    return until_written(("measure", metric.name, clocks), lambda: measure_now(metric, clocks))


def measure_now(metric: Metric, clocks: Clocks) -> Measure:
    if clocks.known_at is None:
        return measures(clocks.as_of, (metric.name,))[metric.name]
    return measure_of(metric, rows(metric, clocks).subquery())


def measure_of(metric: Metric, counted: sa.Subquery) -> Measure:
    """The value and the number of counted rows, whoever chose them."""
    value, count = db.session.execute(sa.select(total(metric, counted), sa.func.count()).select_from(counted)).one()
    return Measure(int(value), count)


def confirmed_parts(metric: Metric, clocks: Clocks) -> dict[str, tuple[Metric, Measure]]:
    """{by whom: the confirmed part of a figure and what it comes to}, of one that can be confirmed."""
    if not metric.confirmable:
        return {}
    parts = {by: METRICS[confirmed_name(metric.name, by)] for by in CONFIRMED_BY}
    if clocks.known_at is not None:
        return {by: (part, measure(part, clocks)) for by, part in parts.items()}
    found = measures(clocks.as_of, tuple(part.name for part in parts.values()))
    return {by: (part, found[part.name]) for by, part in parts.items()}


def rows_of(metric: Metric, clocks: Clocks, place: Place) -> Slice:
    """A page of the rows behind a figure, the latest first."""
    return until_written(("rows", metric.name, clocks, place), lambda: page_of(rows(metric, clocks).subquery(), place))


def page_of(found: sa.Subquery, place: Place) -> Slice:
    """A page of counted rows, the latest first."""
    sorts = {
        "day": Sort(found.c.day, True),
        "amount": Sort(sa.func.coalesce(found.c.amount, 0), True),
        "label": Sort(found.c.label),
    }
    return slice_of(
        sa.select(found.c.record_id, found.c.label, found.c.detail, found.c.day, found.c.amount),
        found.c.row_id,
        sorts,
        place,
    )


def every_row(found: sa.Subquery) -> Sequence[sa.Row[Any]]:
    """All counted rows, the latest first, for exports."""
    return db.session.execute(sa.select(*found.c).order_by(found.c.day.desc(), found.c.row_id)).all()


# --- what was known, and what was reported


def as_known_on(metric: Metric, as_of: date, day: date) -> Clocks | None:
    """A figure as of a day, by what was last recorded of it on or before another (Shanghai), if anything was."""
    found = db.session.execute(
        sa.select(Snapshot.taken_at, Snapshot.version)
        .where(Snapshot.metric == metric.name, Snapshot.taken_at < end_of(day))
        .order_by(Snapshot.taken_at.desc(), Snapshot.version.desc())
        .limit(1)
    ).first()
    return Clocks(as_of, *found) if found else None


def first_look(metric: Metric) -> datetime | None:
    """When the facts of a figure were first recorded, by whichever definition."""
    first = sa.select(sa.func.min(Snapshot.taken_at)).where(Snapshot.metric == metric.name)
    return until_written(("first look", metric.name), lambda: db.session.scalar(first))


def recorded_by(metric: Metric, version: int) -> Snapshot | None:
    """The last look at a figure by a version of its definition, with the words of that."""
    return db.session.scalar(
        sa.select(Snapshot)
        .where(Snapshot.metric == metric.name, Snapshot.version == version)
        .order_by(Snapshot.taken_at.desc())
        .limit(1)
    )


def looked_at(as_of: date) -> set[str]:
    """The names of the figures that were recorded as of a day after it was over."""
    taken = sa.select(Snapshot.metric).where(Snapshot.as_of == as_of, Snapshot.taken_at >= end_of(as_of))
    return set(db.session.scalars(taken))


def submitted_figures_of(metric: Metric) -> Sequence[SubmittedFigure]:
    """To whom a figure was reported, the latest first."""
    return until_written(("submitted", metric.name), lambda: read_submitted_figures(metric))


def read_submitted_figures(metric: Metric) -> Sequence[SubmittedFigure]:
    return db.session.scalars(
        sa.select(SubmittedFigure)
        .where(SubmittedFigure.metric == metric.name, SubmittedFigure.archived_at.is_(None))
        .order_by(SubmittedFigure.as_of.desc(), SubmittedFigure.id.desc())
    ).all()


@dataclass(frozen=True)
class Otherwise:
    """A figure that was reported, what it reads `now` for the same day, and how many rows came and went since."""

    submitted: SubmittedFigure
    now: int
    come: int
    gone: int


def reported_otherwise(metric: Metric, submitted: Iterable[SubmittedFigure]) -> list[Otherwise]:
    """Those of the figures that were reported which read otherwise now, or read the same by other rows."""
    found = [until_written(("reported", one.id), partial(held_against_now, metric, one)) for one in submitted]
    return [one for one in found if one.come or one.gone]


def held_against_now(metric: Metric, submitted: SubmittedFigure) -> Otherwise:
    now, then = Clocks(submitted.as_of), clocks_of(submitted)
    come, gone = rows_beyond(metric, now, then), rows_beyond(metric, then, now)
    return Otherwise(submitted, measure(metric, now).value, come, gone)


def rows_beyond(metric: Metric, these: Clocks, those: Clocks) -> int:
    """How many rows count by these clocks which do not, or not with the same amount, by those."""
    counted = [rows(metric, clocks).subquery().c for clocks in (these, those)]
    beyond = sa.except_(*(sa.select(one.row_id, one.amount) for one in counted)).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(beyond)) or 0


def clocks_of(submitted: SubmittedFigure) -> Clocks:
    """How a figure was asked for when it was reported."""
    return Clocks(submitted.as_of, submitted.taken_at, submitted.metric_version)


def latest_submitted_figures() -> dict[str, SubmittedFigure]:
    """{figure: what was last reported of it}."""
    found = db.session.scalars(
        sa.select(SubmittedFigure)
        .where(SubmittedFigure.archived_at.is_(None))
        .order_by(SubmittedFigure.as_of, SubmittedFigure.id)
    )
    return {one.metric: one for one in found}


def find_submitted_figure(actor: Actor, submission_id: int) -> SubmittedFigure | None:
    """A figure that was reported, if this actor may see figures."""
    return db.session.scalar(sa.select(SubmittedFigure).where(SubmittedFigure.id == submission_id, visible_to(actor)))


# --- figures of others


def references() -> Sequence[ReferenceFigure]:
    """The figures of others, the latest first."""
    return until_written("references", read_references)


def read_references() -> Sequence[ReferenceFigure]:
    return db.session.scalars(
        sa.select(ReferenceFigure)
        .where(ReferenceFigure.archived_at.is_(None))
        .order_by(ReferenceFigure.as_of.desc(), ReferenceFigure.id.desc())
    ).all()


def references_beside(name: str) -> list[ReferenceFigure]:
    """Those that stand beside a figure or a yardstick."""
    return [one for one in references() if one.beside == name]


def find_reference(actor: Actor, reference_id: int) -> ReferenceFigure | None:
    """A figure of others, if this actor may see figures."""
    return db.session.scalar(sa.select(ReferenceFigure).where(ReferenceFigure.id == reference_id, visible_to(actor)))
