"""The fund matrix on a day: looked through, held against what startups seek, and who is not reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm.funds.look_through import LookThrough
from crm.matrix.coverage import Matrix
from crm.matrix.nearest import Reach, Survey
from crm.matrix.queries import Wanted, needs
from crm.matrix.sides import Need, Offer
from crm.matrix.standing import standing_on
from crm.metrics.courses import Measure, measures
from crm.metrics.look_through import seen_through
from crm.reports.kinds.kind import Asked

METRICS_OF_IT = ("fund_matrix_gross", "fund_matrix_inside", "fund_matrix_net")
LISTED = 60  # rounds without a fund, or not in full


@dataclass(frozen=True)
class Found:
    """What the report says. `basis`: committed or paid_in. `rows`: stage or round. `figures`: of the registry, for what
    was committed. `offers`, `needs`: both sides of the matrix. `unreached`: open rounds that no fund reaches or that
    funds cannot fill, the largest first."""

    day: date
    basis: str
    rows: str
    looked: LookThrough
    funds: int
    figures: dict[str, Measure]
    matrix: Matrix
    offers: Sequence[Offer]
    needs: Sequence[Need]
    unreached: tuple[Reach, ...]
    options: frozenset[str]


def gather(asked: Asked) -> Found:
    """The matrix as of a day."""
    basis = "paid_in" if "paid_in" in asked.options else "committed"
    return look_at(asked.period.last, basis, "round" if "rounds" in asked.options else "stage", asked.options)


def look_at(day: date, basis: str = "committed", rows: str = "stage", options: frozenset[str] = frozenset()) -> Found:
    """The matrix on a day, on one basis, by growth stages or by groups of rounds."""
    standing, seen, wanting = standing_on(day, basis, rows), seen_through(basis, day), needs(Wanted(rows, last=day))
    return Found(
        day=day,
        basis=basis,
        rows=rows,
        looked=seen.found,
        funds=len(seen.names),
        figures=measures(day, METRICS_OF_IT),
        matrix=standing.matrix,
        offers=standing.offers,
        needs=wanting,
        unreached=unreached(wanting, Survey(standing.offers, day)),
        options=options,
    )


def unreached(needs: Sequence[Need], survey: Survey) -> tuple[Reach, ...]:
    found = (survey.reach(need) for need in sorted(needs, key=lambda need: (-(need.rest or 0), need.round_id)))
    return tuple(one for one in found if not one.funds or one.is_short)
