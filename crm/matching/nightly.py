"""All matches at once, in many short units of work: others read and write meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.audit.earlier import last_entry
from crm.core.db import db, unit_of_work
from crm.deals.models import Round, RoundState
from crm.institutions.models import Institution
from crm.matching import actions
from crm.matching.models import MatchResult, MatchRun
from crm.matching.queries.found import found_for_institution, found_for_round, scale_on
from crm.matching.queries.sides import every_backer, records, seekers
from crm.matching.queries.stored import columns_of, overtaken_institutions, overtaken_rounds
from crm.matching.queries.weights import weights_now
from crm.matching.ranking import Match
from crm.matching.sweep import Sweep
from crm.startups.models import Startup

AT_A_LOOK = 10  # rounds, and institutions, that are computed again at once; others wait for the next look
AT_ONCE = 500  # rounds that are read, and whose matches are written, in one unit of work


def refresh_all(day: date, at: datetime) -> int:
    """Compute and keep all matches; returns of how many rounds."""
    with unit_of_work(write=False):
        stamps, institutions, entry = stamps_of_rounds(), stamps_of_institutions(), last_entry()
        sweep = Sweep(every_backer(), records(day), scale_on(day))
    common = {"at": at, "entry_id": entry}
    with unit_of_work(write=True) as session:
        for model in (MatchResult, MatchRun):
            session.execute(sa.delete(model))
    for some in in_parts(sorted(stamps), AT_ONCE):
        with unit_of_work(write=False):
            found = {one.need.round_id: sweep.matches_of(one) for one in seekers(some)}
        runs = [
            {"round_id": number, "stamp": stamps[number], "passed": one.passed, "scored": one.scored, **common}
            for number, one in found.items()
        ]
        keep(runs, [match for one in found.values() for match in one.matches], "of_round")
    for some in in_parts(list(sweep.of_institutions()), AT_ONCE // 10):
        runs = [
            {
                "institution_id": number,
                "stamp": institutions[number],
                "passed": sweep.passed[number],
                "scored": sweep.passed[number],
                **common,
            }
            for number, _ in some
        ]
        keep(runs, [match for _, matches in some for match in matches], "of_institution")
    return len(stamps)


def refresh_changed(day: date, at: datetime) -> int:
    """Compute again what was opened or changed since, so that whoever looks first finds it; returns how much that was.

    What is read takes long and is read before the unit that writes.
    """
    with unit_of_work(write=False):
        rounds = {one.id: found_for_round(one.id, day) for one in overtaken_rounds(AT_A_LOOK)}
        institutions = {one.id: found_for_institution(one.id, day) for one in overtaken_institutions(AT_A_LOOK)}
    for round_id, found in rounds.items():
        with unit_of_work(write=True) as session:
            actions.keep_round(session.get_one(Round, round_id, options=[joinedload(Round.startup)]), found, at=at)
    for institution_id, found in institutions.items():
        with unit_of_work(write=True) as session:
            actions.keep_institution(session.get_one(Institution, institution_id), found, at=at)
    return len(rounds) + len(institutions)


def keep(runs: Sequence[dict[str, Any]], matches: Sequence[Match], side: str) -> None:
    """Write runs and matches; a match that the other side has already becomes both sides'."""
    with unit_of_work(write=True) as session:
        if runs:
            session.execute(sa.insert(MatchRun), runs)
        pair = sa.tuple_(MatchResult.round_id, MatchResult.institution_id)
        keys = [(match.round_id, match.institution_id) for match in matches]
        numbers = {match.round_id for match in matches}
        there = MatchResult.round_id.in_(numbers) if side == "of_round" else pair.in_(keys)
        known = {tuple(row) for row in session.execute(sa.select(*pair.clauses).where(there))} if keys else set()
        if known:
            session.execute(sa.update(MatchResult).where(pair.in_(known & {*keys})).values({side: True}))
        new = [
            columns_of(match) | {"of_round": side == "of_round", "of_institution": side == "of_institution"}
            for match, key in zip(matches, keys, strict=True)
            if key not in known
        ]
        if new:
            session.execute(sa.insert(MatchResult), new)


def stamps_of_rounds() -> dict[int, str]:
    """{open round: what its matches are computed from}."""
    number = weights_now().number
    rows = db.session.execute(
        sa.select(Round.id, Round.version, Startup.version)
        .join(Startup, Startup.id == Round.startup_id)
        .where(Round.state == RoundState.OPEN, Round.archived_at.is_(None), Startup.archived_at.is_(None))
    )
    return {round_id: f"{number}:{version}:{startup}" for round_id, version, startup in rows}


def stamps_of_institutions() -> dict[int, str]:
    """{institution: what its matches are computed from}."""
    number = weights_now().number
    return {
        row.id: f"{number}:{row.version}" for row in db.session.execute(sa.select(Institution.id, Institution.version))
    }


def in_parts(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (values[at : at + size] for at in range(0, len(values), size))
