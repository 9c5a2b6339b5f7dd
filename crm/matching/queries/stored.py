"""The matches that were computed before, and what is known of their two sides now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from crm.audit.earlier import written_about
from crm.core.db import db
from crm.core.keeping import kept
from crm.core.prepared import Prepared, PreparedAmong
from crm.deals.models import Deal, Round, RoundState
from crm.funds.models import Fund, FundManager
from crm.institutions.models import ADMITTED, Institution
from crm.institutions.queries import latest_result
from crm.matching.factors import Factor, Scored, score
from crm.matching.models import MatchResult, MatchRun
from crm.matching.queries.found import (
    KEPT,
    Found,
    first_for_round,
    found_for_institution,
    matches_about,
    matches_with,
)
from crm.matching.queries.sides import SCORED, introduced
from crm.matching.queries.weights import weights_now
from crm.matching.ranking import Match
from crm.matching.sides import Check
from crm.startups.models import Startup

CHANGED = 500  # entries of the history, about records that are matched anew at once


@dataclass(frozen=True)
class Shown:
    """The matches of one side as a page shows them, in the order of the version of the `weights` that holds.

    `at`: when they were computed; None for just now. `chosen_by`: the version by which they were the best then.
    """

    found: Found
    at: datetime | None
    weights: int
    chosen_by: int

    @property
    def is_first_look(self) -> bool:
        """True where fewer were scored than are once they are kept."""
        return self.at is None and self.found.scored < min(self.found.passed, SCORED)


def stamp_of_round(round: Round) -> str:
    """What the matches of a round were computed from."""
    return f"{weights_now().number}:{round.version}:{round.startup.version}"


def stamp_of_institution(institution: Institution) -> str:
    """What the matches of an institution were computed from."""
    return f"{weights_now().number}:{institution.version}"


def matches_of_round(round: Round, day: date) -> Shown:
    """The best institutions for a round: as stored, without those introduced since; computed anew once they differ, and
    kept until something is written."""
    return kept(("matches of round", round.id, day), lambda: read_of_round(round, day))


def read_of_round(round: Round, day: date) -> Shown:
    stamp = stamp_of_round(round)
    run = RUN_OF_ROUND.first(id=round.id)
    if run is None or is_overtaken(run.stamp, stamp):
        return shown(first_for_round(round.id, day), stamp)
    matches = [match_of(row) for row in OF_ROUND.all(id=round.id, day=day)]
    changed = institutions_changed(run.entry_id)
    if changed:
        same = [one for one in matches if one.institution_id not in changed]
        matches = [*same, *matches_with(changed, round.id, day)]
    return shown(Found(matches, run.passed, run.scored), stamp, run)


def matches_of_institution(institution: Institution, day: date) -> Shown:
    """The best rounds for an institution, in the same way."""
    return kept(("matches of institution", institution.id, day), lambda: read_of_institution(institution, day))


def read_of_institution(institution: Institution, day: date) -> Shown:
    stamp = stamp_of_institution(institution)
    run = RUN_OF_INSTITUTION.first(id=institution.id)
    if run is None or is_overtaken(run.stamp, stamp):
        return shown(found_for_institution(institution.id, day), stamp)
    matches = [match_of(row) for row in OF_INSTITUTION.all(id=institution.id)]
    changed = rounds_changed(run.entry_id)
    if changed:
        same = [one for one in matches if one.round_id not in changed]
        matches = [*same, *matches_about(changed, institution.id, day)]
    return shown(Found(matches, run.passed, run.scored), stamp, run)


def shown(found: Found, stamp: str, run: Any = None) -> Shown:
    """What was found, in the order of the weights that hold. `run`: in which it was kept; None for just now."""
    weights = weights_now().weights
    at, chosen = (run.at, run.stamp) if run else (None, stamp)
    if number_in(chosen) != number_in(stamp):
        found = replace(found, matches=[replace(one, score=score(one.factors, weights)) for one in found.matches])
    return Shown(replace(found, matches=best_of(found.matches)), at, number_in(stamp), number_in(chosen))


def is_overtaken(stored: str, stamp: str) -> bool:
    """True once a record says something else; other weights change the order, until all are computed by them."""
    return stored.partition(":")[2] != stamp.partition(":")[2]


def current_run(whose: Any) -> Prepared:
    """The latest computation of the matches of :id."""
    own = sa.select(MatchRun.stamp, MatchRun.entry_id, MatchRun.passed, MatchRun.scored, MatchRun.at)
    return Prepared(own.where(whose == sa.bindparam("id")))


def results_of_round() -> Prepared:
    """What is stored for the round :id, without institutions that left by :day, are shut out or were introduced."""
    own = sa.bindparam("id", type_=sa.BigInteger)
    admitted = latest_result(MatchResult.institution_id)
    return Prepared(
        sa.select(*STORED)
        .join(Institution, Institution.id == MatchResult.institution_id)
        .where(
            MatchResult.round_id == own,
            MatchResult.of_round,
            MatchResult.institution_id.not_in(sa.select(Deal.institution_id).where(*introduced(own))),
            Institution.archived_at.is_(None),
            sa.or_(Institution.left_on.is_(None), Institution.left_on > sa.bindparam("day")),
            sa.func.coalesce(admitted, ADMITTED) == ADMITTED,
        )
        .order_by(MatchResult.score.desc(), MatchResult.institution_id)
        .limit(KEPT)
    )


def results_of_institution() -> Prepared:
    """What is stored for the institution :id about rounds that are open and that it was not introduced to."""
    own = sa.bindparam("id", type_=sa.BigInteger)
    introduction = sa.exists().where(*introduced(MatchResult.round_id), Deal.institution_id == own)
    return Prepared(
        sa.select(*STORED)
        .join(Round, Round.id == MatchResult.round_id)
        .join(Startup, Startup.id == Round.startup_id)
        .where(
            MatchResult.institution_id == own,
            MatchResult.of_institution,
            Round.archived_at.is_(None),
            Round.state == RoundState.OPEN,
            Startup.archived_at.is_(None),
            ~introduction,
        )
        .order_by(MatchResult.score.desc(), MatchResult.round_id)
        .limit(KEPT)
    )


STORED: tuple[Any, ...] = (
    MatchResult.round_id,
    MatchResult.institution_id,
    MatchResult.fund_id,
    MatchResult.score,
    MatchResult.factors,
    MatchResult.checks,
)
RUN_OF_ROUND, RUN_OF_INSTITUTION = current_run(MatchRun.round_id), current_run(MatchRun.institution_id)
OF_ROUND, OF_INSTITUTION = results_of_round(), results_of_institution()


def institutions_changed(since: int) -> set[int]:
    """Institutions that were changed since an entry of the history, or a fund of theirs."""
    written = written_about((Institution, Fund), since, CHANGED)
    funds = [record_id for kind, record_id in written if kind == Fund.__tablename__]
    managers = sa.select(FundManager.institution_id).where(FundManager.fund_id.in_(funds))
    found = {record_id for kind, record_id in written if kind == Institution.__tablename__}
    return found | set(db.session.scalars(managers)) if funds else found


def rounds_changed(since: int) -> set[int]:
    """Rounds that were opened or changed since an entry of the history, or whose startup was."""
    written = written_about((Round, Startup), since, CHANGED)
    startups = [record_id for kind, record_id in written if kind == Startup.__tablename__]
    found = {record_id for kind, record_id in written if kind == Round.__tablename__}
    own = sa.select(Round.id).where(Round.startup_id.in_(startups))
    return found | set(db.session.scalars(own)) if startups else found


def overtaken_rounds(most: int) -> list[int]:
    """Open rounds that were opened or changed since all matches were computed, and are not matched as they are now."""
    run, number = first_run(), weights_now().number
    found = (
        sa.select(Round.id, Round.version, Startup.version, MatchRun.stamp)
        .join(Startup, Startup.id == Round.startup_id)
        .outerjoin(MatchRun, MatchRun.round_id == Round.id)
        .where(Round.id.in_(rounds_changed(run.entry_id) if run else ()))
        .where(Round.state == RoundState.OPEN, Round.archived_at.is_(None))
    )
    rows = db.session.execute(found)
    return [one for one, version, startup, stamp in rows if stamp != f"{number}:{version}:{startup}"][:most]


def overtaken_institutions(most: int) -> list[int]:
    """Institutions that were changed since then, in the same way."""
    run, number = first_run(), weights_now().number
    found = (
        sa.select(Institution.id, Institution.version, MatchRun.stamp)
        .outerjoin(MatchRun, MatchRun.institution_id == Institution.id)
        .where(Institution.id.in_(institutions_changed(run.entry_id) if run else ()), Institution.archived_at.is_(None))
    )
    return [one for one, version, stamp in db.session.execute(found) if stamp != f"{number}:{version}"][:most]


def first_run() -> MatchRun | None:
    """One of those with which all matches were computed; None while they never were."""
    return db.session.scalar(sa.select(MatchRun).order_by(MatchRun.id).limit(1))


def best_of(matches: Sequence[Match]) -> list[Match]:
    return sorted(matches, key=lambda one: (-one.score, one.round_id, one.institution_id))[:KEPT]


def number_in(stamp: str) -> int:
    """The number of the weights that a stamp names."""
    return int(stamp.partition(":")[0])


def match_of(row: Any) -> Match:
    """A match as it was stored."""
    factors = {Factor(code): Scored(value / 1000, tuple(told)) for code, (value, told) in row.factors.items()}
    checks = tuple(Check(code) for code in row.checks)
    return Match(row.round_id, row.institution_id, row.fund_id, row.score, factors, checks)


def columns_of(match: Match) -> dict[str, Any]:
    """A match as it is stored."""
    return {
        "round_id": match.round_id,
        "institution_id": match.institution_id,
        "fund_id": match.fund_id,
        "score": match.score,
        "factors": {factor: [round(1000 * one.value), list(one.told)] for factor, one in match.factors.items()},
        "checks": list(match.checks),
    }


def institutions_in(matches: Sequence[Match]) -> dict[int, Any]:
    """{institution: its row}: name, kind."""
    return rows_by_id(INSTITUTIONS, {one.institution_id for one in matches})


def funds_in(matches: Sequence[Match]) -> dict[int, Any]:
    """{fund: its row}."""
    return rows_by_id(FUNDS, {one.fund_id for one in matches if one.fund_id})


def rounds_in(matches: Sequence[Match]) -> dict[int, Any]:
    """{round: its row, with what lists say of the startup}."""
    return rows_by_id(ROUNDS, {one.round_id for one in matches})


def rows_by_id(found: PreparedAmong, ids: Collection[int]) -> dict[int, Any]:
    return {row.id: row for row in found.all(sorted(ids))}


INSTITUTIONS = PreparedAmong(sa.select(Institution.id, Institution.name, Institution.kind), Institution.id)
OF_FUNDS: tuple[Any, ...] = (Fund.id, Fund.name, Fund.currency, Fund.ticket_low, Fund.ticket_high, Fund.ticket_text)
FUNDS = PreparedAmong(sa.select(*OF_FUNDS), Fund.id)
OF_ROUNDS: tuple[Any, ...] = (
    Round.id,
    Round.name,
    Round.sought_low,
    Round.sought_high,
    Round.sought_text,
    Round.startup_id,
    Startup.shown_name.label("startup_name"),
    Startup.summary,
    Startup.sector_layer,
    Startup.sector_vertical,
    Startup.growth_stage,
)
ROUNDS = PreparedAmong(sa.select(*OF_ROUNDS).join(Startup, Startup.id == Round.startup_id), Round.id)
