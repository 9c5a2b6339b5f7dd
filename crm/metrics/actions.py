"""Recording what the figures count, and to whom they were reported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.bulk import insert_rows
from crm.core.clock import day_of
from crm.core.db import db, lock_table
from crm.core.errors import Refusal
from crm.lib.text import N_
from crm.lib.translations import translator
from crm.metrics.comparing import Fact, facts
from crm.metrics.definitions import METRICS, Metric
from crm.metrics.definitions.metric import NAMES
from crm.metrics.models import KnownFact, Snapshot, SubmittedFigure
from crm.metrics.queries import Clocks, measure_now

OPEN_FACTS = ("metric", "version", *NAMES, "known_from")


def take_snapshots(as_of: date, *, at: datetime, metrics: Iterable[Metric] = tuple(METRICS.values())) -> list[Snapshot]:
    """Record what the figures count now, and their values as of a day. What is known already is not written again."""
    lock_table(KnownFact)
    taken = []
    for metric in metrics:
        record_facts(metric, at=at)
        measured = measure_now(metric, Clocks(as_of))
        taken.append(
            Snapshot(
                metric=metric.name,
                version=metric.version,
                as_of=as_of,
                taken_at=at,
                value=measured.value,
                facts=measured.count,
                definition_zh=translator("zh")(metric.definition),
                definition_en=str(metric.definition),
            )
        )
    db.session.add_all(taken)
    return taken


def record_facts(metric: Metric, *, at: datetime) -> None:
    """Write down the facts that are new, and end those that are gone or were known otherwise."""
    now = {fact.row_id: fact for fact in facts(metric, Clocks(date.max))}
    known = {fact.row_id: fact for fact in facts(metric, Clocks(date.max, at))}
    over = [row_id for row_id, fact in known.items() if differs(fact, now.get(row_id))]
    news = [fact for row_id, fact in now.items() if differs(fact, known.get(row_id))]
    end_facts(metric, over, at=at)
    if news:
        told = [(metric.name, metric.version, *shortened(fact), at) for fact in news]
        insert_rows(db.session.connection(), KnownFact.__table__, OPEN_FACTS, told)


def differs(fact: Fact, other: Fact | None) -> bool:
    """True unless the other says the same; what a record is called is no part of it."""
    return other is None or (fact.record_id, *fact[4:]) != (other.record_id, *other[4:])


def shortened(fact: Fact) -> Fact:
    return fact._replace(label=fact.label[:300], detail=(fact.detail or "")[:300])


def end_facts(metric: Metric, row_ids: list[int], *, at: datetime) -> None:
    for start in range(0, len(row_ids), 500):
        db.session.execute(
            sa.update(KnownFact)
            .where(
                KnownFact.metric == metric.name,
                KnownFact.version == metric.version,
                KnownFact.known_until.is_(None),
                KnownFact.row_id.in_(row_ids[start : start + 500]),
            )
            .values(known_until=at)
            .execution_options(synchronize_session=False)
        )


@dataclass(frozen=True)
class SubmittedValues:
    """What a form says about a figure that was reported."""

    as_of: date
    submitted_to: str
    submitted_on: date
    note: str = ""


def submit(metric: Metric, values: SubmittedValues, *, by: Actor, at: datetime) -> SubmittedFigure:
    """Freeze a figure as it stands, with its rows, because it was reported to somebody (已报送). Raises Refusal."""
    today = day_of(at)
    if values.as_of > today:
        raise Refusal({"as_of": N_("This day has not come yet.")})
    if values.submitted_on > today:
        raise Refusal({"submitted_on": N_("This day has not come yet.")})
    take_snapshots(day_of(at), at=at, metrics=(metric,))
    submission = SubmittedFigure(
        metric=metric.name,
        metric_version=metric.version,
        as_of=values.as_of,
        taken_at=at,
        value=measure_now(metric, Clocks(values.as_of)).value,
        submitted_to=values.submitted_to,
        submitted_on=values.submitted_on,
        note=values.note,
        by_id=by.id,
    )
    db.session.add(submission)
    audit.record(submission, "submitted", by=by, at=at, name=name_of(metric, values.as_of))
    return submission


def withdraw(submission: SubmittedFigure, *, by: Actor, at: datetime) -> None:
    """Put a submission away that was recorded by mistake; what was known at its time stays known."""
    submission.archived_at = at
    metric = METRICS[submission.metric]
    audit.record(submission, "archived", by=by, at=at, name=name_of(metric, submission.as_of))


def restore(submission: SubmittedFigure, *, by: Actor, at: datetime) -> None:
    """Take a submission out of the bin."""
    submission.archived_at = None
    metric = METRICS[submission.metric]
    audit.record(submission, "restored", by=by, at=at, name=name_of(metric, submission.as_of))


def name_of(metric: Metric, as_of: date) -> str:
    """What a reported figure is called in the history."""
    return f"{translator('zh')(metric.title)} {as_of.isoformat()}"
