"""The rows behind what can be invested, what is sought and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from crm.core.db import db
from crm.core.expressions import Ids, is_among
from crm.deals.models import Round
from crm.matrix.reachable import Reachable
from crm.matrix.sides import Need, is_supply
from crm.reports.counted import MOST, Row, Rows
from crm.reports.kinds.kind import Asked
from crm.reports.kinds.matrix.gathered import Found


def rows_of_matrix(_asked: Asked, found: Found) -> Rows:
    """A fund by what it has left, a round by what it still seeks and by what no fund can give of it."""
    return {"reachable_capital": list(has_left(found)), **of_rounds(found)}


def of_rounds(found: Found) -> Rows:
    placed = list(in_a_cell(found))
    if len(placed) > MOST:
        return {}
    reachable, opened = Reachable(found.offers, found.day), days_opened([need.round_id for need in placed])
    missing = {need.round_id: reachable.ladder(need).gaps(need.rest or 0, need.most)[0] for need in placed}
    return {
        "open_demand": [(need.round_id, opened[need.round_id], None, need.rest or 0) for need in placed],
        "gap": [(round_id, opened[round_id], None, gap) for round_id, gap in missing.items() if gap],
    }


def days_opened(round_ids: Sequence[int]) -> dict[int, date]:
    """{round: since when it is open}; the first day there is where nobody knows."""
    rows = db.session.execute(
        sa.select(Round.id, Round.opened_on).where(is_among(Round.id, sa.literal(round_ids, Ids())))
    )
    return {round_id: day or date.min for round_id, day in rows}


def in_a_cell(found: Found) -> Iterator[Need]:
    stages, sectors = found.matrix.by_stage, found.matrix.by_sector
    return (need for need in found.needs if need.stage in stages and need.layer in sectors)


def has_left(found: Found) -> Iterator[Row]:
    """The funds that can invest and take some stage and sector, through their investment periods."""
    for offer in found.offers:
        takes_one = any(offer.takes("stage", code) for code in found.matrix.stages) and any(
            offer.takes("layer", code) for code in found.matrix.sectors
        )
        if takes_one and is_supply(offer, found.day):
            until = offer.ends_on and offer.ends_on + timedelta(days=1)
            yield offer.fund_id, offer.begins_on or date.min, until, offer.investable
