"""The matrix as of a day before anybody asks for a part of it: what its page shows at first, the dashboard, reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm.core.keeping import until_written
from crm.matrix import queries
from crm.matrix.coverage import Matrix, coverage
from crm.matrix.queries import Wanted
from crm.matrix.sides import Offer
from crm.settings.queries import offered

ROWS = {"stage": "growth_stage", "round": "round_group"}


@dataclass(frozen=True)
class Standing:
    """The funds of the matrix, and what comes of them and the rounds."""

    offers: Sequence[Offer]
    matrix: Matrix


def standing_on(day: date, basis: str = "committed", rows: str = "stage") -> Standing:
    """As of a day, on one basis, by growth stages or by groups of rounds; kept until something is written."""
    axes = (offered(ROWS[rows]), offered("sector_layer"))

    def build() -> Standing:
        offers = queries.offers(basis)
        if rows == "round":
            offers = [queries.by_rounds(one) for one in offers]
        wanted = Wanted(rows, last=day)
        needs, deals = queries.demand(wanted), queries.deals_in_progress("layer", wanted)
        return Standing(offers, coverage(offers, needs, deals, "layer", axes, day))

    return until_written(("standing", day, basis, rows, axes), build)
