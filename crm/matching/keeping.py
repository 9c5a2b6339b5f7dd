"""Keeping matches: what was found of some records takes the place of what was kept of them, in the caller's unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.core.db import db, lock_table
from crm.matching.models import MatchResult, MatchRun
from crm.matching.queries.found import Found
from crm.matching.queries.stored import columns_of


@dataclass(frozen=True)
class Side:
    """Rounds, or institutions: the columns that name one, and say among whose best a match is."""

    run: Any
    result: Any
    own: Any
    other: Any

    def keep(self, found: Mapping[int, Found], stamps: Mapping[int, str], entry_id: int, *, at: datetime) -> None:
        """Keep what was found of some records; a match that is among the other side's best, too, stays its."""
        runs = [
            {self.run.key: number, "stamp": stamps[number], "passed": one.passed, "scored": one.scored}
            for number, one in found.items()
        ]
        rows = {(one.round_id, one.institution_id): columns_of(one) for some in found.values() for one in some.matches}
        self.forget(list(found))  # the first statement: SQLite is locked from here on
        known = self.known_to_other(list(found))
        session = db.session()
        session.execute(sa.insert(MatchRun).values(entry_id=entry_id, at=at), runs)
        pair = sa.tuple_(MatchResult.round_id, MatchResult.institution_id)
        session.execute(sa.delete(MatchResult).where(self.result.in_(list(found)), pair.in_(known & rows.keys())))
        if rows:
            new = [one | {self.own.key: True, self.other.key: key in known} for key, one in rows.items()]
            session.execute(sa.insert(MatchResult), new)

    def forget(self, numbers: Sequence[int]) -> None:
        """Drop what is kept of some records."""
        lock_table(MatchRun)
        session = db.session()
        session.execute(sa.delete(MatchRun).where(self.run.in_(numbers)))
        session.execute(sa.delete(MatchResult).where(self.result.in_(numbers), ~self.other))
        session.execute(sa.update(MatchResult).where(self.result.in_(numbers)).values({self.own.key: False}))

    def known(self) -> set[int]:
        """The records of which something is kept."""
        return set(db.session.scalars(sa.select(self.run).where(self.run.is_not(None))))

    def known_to_other(self, numbers: Sequence[int]) -> set[tuple[int, int]]:
        """(round, institution) of the matches of some records that the other side keeps."""
        pair = sa.select(MatchResult.round_id, MatchResult.institution_id)
        rows = db.session.execute(pair.where(self.result.in_(numbers), self.other))
        return {(round_id, institution_id) for round_id, institution_id in rows}


ROUNDS = Side(MatchRun.round_id, MatchResult.round_id, MatchResult.of_round, MatchResult.of_institution)
INSTITUTIONS = Side(
    MatchRun.institution_id, MatchResult.institution_id, MatchResult.of_institution, MatchResult.of_round
)
