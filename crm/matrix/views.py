"""The fund matrix: what funds can invest against what startups seek, by stage and sector; a cell opens both sides."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from flask import Blueprint, url_for

from crm.core.keeping import until_written
from crm.matrix import policies, queries
from crm.matrix.asked import (
    ALL,
    BASES,
    CURRENCIES,
    MEASURES,
    PERIODS,
    SWITCHES,
    VOCABULARIES,
    Asked,
    asked_matrix,
    words_of,
)
from crm.matrix.coverage import Cell, Matrix, coverage
from crm.matrix.nearest import Survey
from crm.matrix.sides import Offer, WhatIf, is_supply, supposing
from crm.matrix.standing import ROWS
from crm.settings.choices import choices
from crm.settings.queries import offered
from crm.web.answers import page
from crm.web.guards import requires
from crm.web.language import current_language
from crm.web.lists import address
from crm.web.pieces import made_once

bp = Blueprint("matrix", __name__, url_prefix="/matrix")

SHADES = 5
YI, MILLIONS = 10**10, 10**8  # 分
SHOWN, SHOWN_IN_FULL = 20, 200  # funds and startups of an open cell


@bp.get("/")
@requires(policies.may_see_matrix)
def show_matrix() -> Any:
    asked = asked_matrix()
    shown = tuple(sorted(asked.arguments.items()))
    content = made_once("matrix/_matrix.html", shown, lambda: values_of(asked), until_written)
    return page("matrix/show_matrix.html", content=content)


def values_of(asked: Asked) -> dict[str, Any]:
    """What the page shows of a matrix."""
    supposed, matrix = matrix_of(asked, asked.what_if)
    largest = max((value_of(cell, asked.measure) for cell in matrix.cells.values()), default=0)
    here = url_for("matrix.show_matrix")
    return {
        "asked": asked,
        "matrix": matrix,
        "before": matrix_of(asked, WhatIf())[1] if asked.what_if else None,
        "row_vocabulary": ROWS[asked.rows],
        "usual_stage": queries.usual_stage,
        "sector_vocabulary": VOCABULARIES[asked.axis],
        "shade": lambda cell: shade(value_of(cell, asked.measure), largest),
        "value": lambda cell: value_of(cell, asked.measure),
        "amount": in_big_units,
        "scale": max((max(cell.capital, cell.demand) for cell in matrix.cells.values()), default=0) or 1,
        "lifting": lambda conditions, rest: address(here, asked.lifting(conditions, rest)),
        "href": lambda **changed: address(here, asked.but(**changed)),
        "words": words_of,
        "measures": MEASURES,
        "bases": BASES,
        "rows": tuple(ROWS),
        "axes": tuple(VOCABULARIES),
        "currencies": CURRENCIES,
        "periods": PERIODS,
        "switches": SWITCHES,
        "kinds": choices("institution_kind"),
        "opened": open_cell(supposed, asked, matrix) if asked.open[0] else None,
    }


def matrix_of(asked: Asked, what_if: WhatIf) -> tuple[Sequence[Offer], Matrix]:
    """The funds as they would be, and the matrix that is asked for; kept until something is written."""
    axes = (asked.row_codes, asked.sectors)

    def build() -> tuple[Sequence[Offer], Matrix]:
        stages = offered("growth_stage")
        offers = queries.offers(asked.basis, asked.kind, asked.currency)
        if what_if:
            offers = [supposing(one, what_if, stages) for one in offers]
        if asked.rows == "round":
            offers = [queries.by_rounds(one) for one in offers]
        needs, deals = queries.demand(asked.wanted), queries.deals_in_progress(asked.axis, asked.wanted)
        return offers, coverage(offers, needs, deals, asked.axis, axes, asked.day)

    return until_written(("matrix", *question(asked), axes, what_if), build)


def question(asked: Asked) -> tuple[Hashable, ...]:
    """What a matrix depends on besides the records."""
    return asked.axis, asked.basis, asked.kind, asked.currency, asked.day, asked.wanted


def in_big_units(fen: int) -> str:
    """An amount in 亿元, or in millions for readers of English, as the page says once for all cells."""
    return f"{fen / YI:,.2f}" if current_language().startswith("zh") else f"{fen / MILLIONS:,.0f}"


def value_of(cell: Cell, measure: str) -> int:
    """What a cell shows."""
    found: int = getattr(cell, measure)
    return found


def shade(value: int, largest: int) -> int:
    """0 for nothing, 1 to 5 for shares of the largest."""
    return -(-SHADES * value // largest) if value > 0 and largest else 0


def open_cell(offers: Sequence[Offer], asked: Asked, matrix: Matrix) -> dict[str, Any]:
    """Both sides of a cell or total: its funds, the most money first; its rounds, those that no fund reaches first."""
    (row, sector), (rows, sectors) = asked.open, asked.opened
    most = SHOWN_IN_FULL if asked.in_full else SHOWN
    funds = [one for one in offers if is_supply(one, asked.day) and covers_some(one, asked.axis, rows, sectors)]
    survey = Survey(offers, asked.day)
    needs = queries.needs(asked.wanted, asked.axis, rows, sectors)
    needs.sort(key=lambda need: (survey.reachable.is_met(need), -(need.rest or 0), need.round_id))
    return {
        "row": row,
        "sector": sector,
        "cell": matrix.cell(row if row != ALL else None, sector if sector != ALL else None),
        "more": not asked.in_full and max(len(funds), len(needs)) > SHOWN,
        "funds": sorted(funds, key=lambda one: (-(one.investable or 0), one.fund_id))[:most],
        "more_funds": max(0, len(funds) - most),
        "rounds": [survey.reach(need) for need in needs[:most]],
        "more_rounds": max(0, len(needs) - most),
    }


def covers_some(offer: Offer, axis: str, rows: Sequence[str], sectors: Sequence[str]) -> bool:
    """True for a fund that takes one of the rows and one of the sectors."""
    return any(offer.takes("stage", row) for row in rows) and any(offer.takes(axis, one) for one in sectors)
