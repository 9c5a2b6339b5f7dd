"""The fund matrix: what funds can invest against what startups seek, by stage and sector; a cell opens both sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, url_for

from crm.matrix import policies, queries
from crm.matrix.asked import BASES, CURRENCIES, MEASURES, SWITCHES, VOCABULARIES, Asked, asked_matrix, offered, words_of
from crm.matrix.coverage import Cell, Matrix, coverage, is_met, least_tickets, reach_of
from crm.matrix.sides import Offer, WhatIf, is_supply, supposing
from crm.settings.choices import choices
from crm.web.answers import page
from crm.web.guards import requires
from crm.web.language import current_language
from crm.web.lists import address

bp = Blueprint("matrix", __name__, url_prefix="/matrix")

SHADES = 5
YI, MILLIONS = 10**10, 10**8  # 分
SHOWN = 20


@bp.get("/")
@requires(policies.may_see_matrix)
def show_matrix() -> Any:
    stages = offered("growth_stage")
    asked = asked_matrix(stages)
    offers = queries.offers(asked.basis, asked.kind, asked.currency)
    supposed = [supposing(one, asked.what_if, stages) for one in offers] if asked.what_if else offers
    matrix = matrix_of(supposed, asked, stages, asked.what_if)
    largest = max((value_of(cell, asked.measure) for cell in matrix.cells.values()), default=0)
    return page(
        "matrix/show_matrix.html",
        asked=asked,
        matrix=matrix,
        before=matrix_of(offers, asked, stages, WhatIf()) if asked.what_if else None,
        sector_vocabulary=VOCABULARIES[asked.axis],
        shade=lambda cell: shade(value_of(cell, asked.measure), largest),
        value=lambda cell: value_of(cell, asked.measure),
        amount=in_big_units,
        scale=max((max(cell.capital, cell.demand) for cell in matrix.cells.values()), default=0) or 1,
        href=lambda **changed: address(url_for("matrix.show_matrix"), asked.but(**changed)),
        words=words_of,
        measures=MEASURES,
        bases=BASES,
        axes=tuple(VOCABULARIES),
        currencies=CURRENCIES,
        switches=SWITCHES,
        kinds=choices("institution_kind"),
        opened=open_cell(supposed, asked, matrix) if asked.open[0] else None,
    )


def matrix_of(offers: Sequence[Offer], asked: Asked, stages: tuple[str, ...], what_if: WhatIf) -> Matrix:
    """The matrix that is asked for; kept until something is written."""
    axes = (stages, offered(VOCABULARIES[asked.axis]))
    question = (asked.axis, axes, asked.basis, asked.kind, asked.currency, asked.day, what_if)
    return queries.kept_matrix(
        question,
        lambda: coverage(offers, queries.needs(), queries.deals_in_progress(asked.axis), asked.axis, axes, asked.day),
    )


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
    """Both sides of a cell: its funds, the most money first; its rounds, those that no fund reaches first."""
    stage, sector = asked.open
    covering = [one for one in offers if one.takes("stage", stage) and one.takes(asked.axis, sector)]
    funds = [one for one in covering if is_supply(one, asked.day)]
    least = least_tickets(offers, asked.day)
    needs = queries.needs(asked.axis, stage, sector)
    needs.sort(key=lambda need: (is_met(need, least), -(need.rest or 0), need.round_id))
    return {
        "stage": stage,
        "sector": sector,
        "cell": matrix.cells[stage, sector],
        "funds": sorted(funds, key=lambda one: (-(one.investable or 0), one.fund_id))[:SHOWN],
        "more_funds": max(0, len(funds) - SHOWN),
        "rounds": [reach_of(need, offers, asked.day) for need in needs[:SHOWN]],
        "more_rounds": max(0, len(needs) - SHOWN),
    }
