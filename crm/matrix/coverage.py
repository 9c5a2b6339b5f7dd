"""Supply, demand and gap by stage × sector, by the rules of domain.md ("Coverage and gap")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from crm.matrix.reachable import Reachable
from crm.matrix.sides import Need, Offer

Key = tuple[str, str]


@dataclass
class Cell:
    """One stage × sector, or a total. Amounts in 分 of CNY.

    `capital`: what its `funds` have left to invest. `unknown`: funds that would be counted if that were known;
    `foreign`: if they did not say that they invest in other currencies than CNY only.
    `demand`: what its `startups` with an open round still seek; `gap`: the part of it that all funds together cannot
    give; `demand_high` and `gap_high` where amounts sought are ranges. `unmet`: rounds that no fund reaches; `short`:
    reached, but not in full; `to_check`: reached only by funds of which is not known whether they pay in CNY.
    """

    capital: int = 0
    funds: int = 0
    unknown: int = 0
    foreign: int = 0
    startups: int = 0
    demand: int = 0
    demand_high: int = 0
    gap: int = 0
    gap_high: int = 0
    unmet: int = 0
    short: int = 0
    to_check: int = 0
    deals: int = 0

    @property
    def is_empty(self) -> bool:
        """True where there is neither a fund nor a startup."""
        return not (self.funds or self.startups or self.deals)


@dataclass
class Matrix:
    """Cells by (stage, sector). A fund counts once in a cell and once in a total: totals are no sums of cells.

    `stages`: the rows, growth stages or groups of rounds. `unplaced`: startups with an open round whose row or sector
    is not known; they are in no cell.
    """

    stages: tuple[str, ...]
    sectors: tuple[str, ...]
    cells: dict[Key, Cell] = field(default_factory=dict)
    by_stage: dict[str, Cell] = field(default_factory=dict)
    by_sector: dict[str, Cell] = field(default_factory=dict)
    whole: Cell = field(default_factory=Cell)
    unplaced: int = 0

    def cell(self, stage: str | None, sector: str | None) -> Cell:
        """A cell; without a stage, a sector, or both: that total."""
        if stage is None:
            return self.whole if sector is None else self.by_sector[sector]
        return self.by_stage[stage] if sector is None else self.cells[stage, sector]

    def places(self, stage: str, sector: str) -> Sequence[Cell]:
        """The cell and the totals that something at a stage and a sector counts in."""
        return (self.cells[stage, sector], self.by_stage[stage], self.by_sector[sector], self.whole)


def coverage(  # noqa: PLR0917 - the two sides, the two axes, the day
    offers: Sequence[Offer],
    needs: Iterable[Need],
    deals: Mapping[Key, int],
    axis: str,
    axes: tuple[tuple[str, ...], tuple[str, ...]],
    day: date,
) -> Matrix:
    """The matrix on a day. `axis`: layer or vertical; `axes`: the stages and the sectors in their order."""
    stages, sectors = axes
    matrix = Matrix(stages, sectors)
    matrix.cells = {(stage, sector): Cell() for stage in stages for sector in sectors}
    matrix.by_stage = {stage: Cell() for stage in stages}
    matrix.by_sector = {sector: Cell() for sector in sectors}
    for one, together in supplies(offers, day):
        add_supply(matrix, one, together, axis)
    reachable = Reachable(offers, day)
    for need in needs:
        add_need(matrix, need, axis, reachable)
    for (stage, sector), count in deals.items():
        if (stage, sector) in matrix.cells:
            for cell in matrix.places(stage, sector):
                cell.deals += count
    return matrix


def supplies(offers: Iterable[Offer], day: date) -> Iterable[tuple[Offer, Cell]]:
    """One of the funds of each thesis, and what they all add to each cell that it takes."""
    found: dict[tuple[tuple[str, ...], ...], tuple[Offer, Cell]] = {}
    for offer in offers:
        if not offer.invests_on(day) or not (offer.has_room or offer.investable is None):
            continue
        _, given = found.setdefault(offer.thesis, (offer, Cell()))
        if offer.pays_cny is False:
            given.foreign += 1
        elif offer.investable is None:
            given.unknown += 1
        else:
            given.capital += offer.investable
            given.funds += 1
    return found.values()


def add_supply(matrix: Matrix, offer: Offer, given: Cell, axis: str) -> None:
    stages = [code for code in matrix.stages if offer.takes("stage", code)]
    sectors = [code for code in matrix.sectors if offer.takes(axis, code)]
    if not stages or not sectors:
        return
    for cell in (
        *(matrix.cells[stage, sector] for stage in stages for sector in sectors),
        *(matrix.by_stage[stage] for stage in stages),
        *(matrix.by_sector[sector] for sector in sectors),
        matrix.whole,
    ):
        cell.foreign += given.foreign
        cell.unknown += given.unknown
        cell.capital += given.capital
        cell.funds += given.funds


def add_need(matrix: Matrix, need: Need, axis: str, reachable: Reachable) -> None:
    sector = need.layer if axis == "layer" else need.vertical
    if need.stage not in matrix.by_stage or sector not in matrix.by_sector:
        matrix.unplaced += need.alike
        return
    ladder, rest = reachable.ladder(need), need.rest or 0
    funds, (least, most) = ladder.funds(need.rest), ladder.gaps(rest, need.most)
    met, to_check = funds > 0, 0 < funds == ladder.to_check[funds]
    for cell in matrix.places(need.stage or "", sector or ""):
        cell.startups += need.alike
        cell.demand += rest * need.alike
        cell.demand_high += need.most * need.alike
        cell.gap += least * need.alike
        cell.gap_high += most * need.alike
        cell.unmet += need.alike * (not met)
        cell.short += need.alike * (met and least > 0)
        cell.to_check += need.alike * to_check
