"""Keeping matches, and deciding how they are weighted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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
from crm.matching.keeping import INSTITUTIONS, ROUNDS
from crm.matching.models import MatchBacktest, MatchWeights
from crm.matching.queries.found import Found
from crm.matching.queries.stored import stamp_of_institution, stamp_of_round

BACKTEST = "match_backtest"
REFRESH = "matches"


def refresh_round(round: Round, *, at: datetime) -> None:
    """Compute the matches of a round anew and keep them."""
    keep_round(round, queries.found_for_round(round.id, day_of(at)), at=at)


def keep_round(round: Round, found: Found, *, at: datetime) -> None:
    """Put matches of a round in the place of its earlier ones."""
    ROUNDS.keep({round.id: found}, {round.id: stamp_of_round(round)}, last_entry(), at=at)


def refresh_institution(institution: Institution, *, at: datetime) -> None:
    """Compute the matches of an institution anew and keep them."""
    keep_institution(institution, queries.found_for_institution(institution.id, day_of(at)), at=at)


def keep_institution(institution: Institution, found: Found, *, at: datetime) -> None:
    """Put matches of an institution in the place of its earlier ones."""
    INSTITUTIONS.keep({institution.id: found}, {institution.id: stamp_of_institution(institution)}, last_entry(), at=at)


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
    request_refresh(by_id=by.id, at=at)
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


def request_refresh(*, by_id: int | None = None, at: datetime) -> None:
    """Ask for all matches anew; a job computes them, and what was kept before holds until then."""
    enqueue(REFRESH, 0, by_id=by_id, at=at)
