"""Keeping matches, and deciding how they are weighted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.audit import actions as audit
from crm.audit.earlier import last_entry
from crm.core.clock import day_of
from crm.core.db import db, lock_table
from crm.core.errors import Refusal
from crm.core.jobs import enqueue
from crm.deals.models import Round
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.matching import queries
from crm.matching.factors import Factor, Weights
from crm.matching.models import MatchBacktest, MatchResult, MatchRun, MatchWeights
from crm.matching.queries.found import Found
from crm.matching.queries.stored import columns_of, stamp_of_institution, stamp_of_round
from crm.matching.ranking import Match

BACKTEST = "match_backtest"


def refresh_round(round: Round, *, at: datetime) -> None:
    """Compute the matches of a round anew and keep them."""
    keep_round(round, queries.found_for_round(round.id, day_of(at)), at=at)


def keep_round(round: Round, found: Found, *, at: datetime) -> None:
    """Put matches of a round in the place of its earlier ones."""
    run = MatchRun(round_id=round.id, stamp=stamp_of_round(round), entry_id=last_entry(), at=at)
    run.passed, run.scored = found.passed, found.scored
    db.session.execute(sa.delete(MatchRun).where(MatchRun.round_id == round.id))
    db.session.add(run)
    replace(found.matches, MatchResult.round_id == round.id, MatchResult.of_round, MatchResult.of_institution)


def refresh_institution(institution: Institution, *, at: datetime) -> None:
    """Compute the matches of an institution anew and keep them."""
    keep_institution(institution, queries.found_for_institution(institution.id, day_of(at)), at=at)


def keep_institution(institution: Institution, found: Found, *, at: datetime) -> None:
    """Put matches of an institution in the place of its earlier ones."""
    run = MatchRun(institution_id=institution.id, stamp=stamp_of_institution(institution), entry_id=last_entry(), at=at)
    run.passed, run.scored = found.passed, found.scored
    db.session.execute(sa.delete(MatchRun).where(MatchRun.institution_id == institution.id))
    db.session.add(run)
    own = MatchResult.institution_id == institution.id
    replace(found.matches, own, MatchResult.of_institution, MatchResult.of_round)


def replace(matches: Iterable[Match], whose: sa.ColumnElement[bool], side: Any, other: Any) -> None:
    """Put matches in the place of one side's earlier ones; what is among the other side's best, too, stays its."""
    pair = sa.tuple_(MatchResult.round_id, MatchResult.institution_id)
    new = {(match.round_id, match.institution_id): match for match in matches}
    shared = {tuple(row) for row in db.session.execute(sa.select(*pair.clauses).where(whose, other))}
    gone = sa.or_(sa.not_(other), pair.in_(list(new)))
    db.session.execute(sa.delete(MatchResult).where(whose, gone))
    db.session.execute(sa.update(MatchResult).where(whose).values({side: False}))
    rows = [columns_of(match) | {side.key: True, other.key: key in shared} for key, match in new.items()]
    if rows:
        db.session.execute(sa.insert(MatchResult), rows)


def set_weights(
    weights: Weights, *, note: str = "", backtest: MatchBacktest | None = None, by: Actor, at: datetime
) -> MatchWeights:
    """A new version of the weights, which holds from now on. Raises Refusal when nothing counts, or nothing changes."""
    if not any(weights.values()):
        raise Refusal({"": N_("Let at least one factor count.")})
    lock_table(MatchWeights)
    before = queries.weights_now()
    if before.weights == weights:
        raise Refusal({"": N_("These weights hold already.")})
    made = MatchWeights(
        number=before.number + 1,
        weights={factor: weights[factor] for factor in Factor},
        note=note,
        at=at,
        by_id=by.id,
        by_name=by.name,
        backtest_id=backtest.id if backtest else None,
    )
    db.session.add(made)
    changes = [
        audit.change(f"weight_{factor}", before.weights[factor], weights[factor])
        for factor in Factor
        if before.weights[factor] != weights[factor]
    ]
    audit.record(made, "weighted", by=by, at=at, name=f"v{made.number}", changes=changes)
    return made


def adopt(backtest: MatchBacktest, *, by: Actor, at: datetime) -> MatchWeights:
    """Let the weights hold that a backtest proposes. Raises Refusal when it proposes none, or they hold already."""
    proposed: dict[str, Any] = backtest.result.get("proposal", {}).get("weights", {})
    if not proposed:
        raise Refusal({"": N_("This backtest proposes no weights.")})
    return set_weights({factor: int(proposed[factor]) for factor in Factor}, backtest=backtest, by=by, at=at)


def request_backtest(*, by: Account, at: datetime) -> MatchBacktest:
    """Ask for a backtest; a job does it."""
    asked = MatchBacktest(at=at, by_id=by.id, by_name=by.name)
    db.session.add(asked)
    db.session.flush()  # the job needs the id
    asked.job_id = enqueue(BACKTEST, asked.id, by_id=by.id, at=at).id
    return asked
