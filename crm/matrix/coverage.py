"""Supply, demand and gap by stage × sector, by the rules of domain.md ("Coverage and gap")."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from crm.matrix.sides import Condition, Need, Offer, failing, is_supply

Key = tuple[str, str]
Thesis = tuple[tuple[str, ...], ...]


@dataclass
class Cell:
    """One stage × sector, or a total. Amounts in 分 of CNY.

    `capital`: what its `funds` have left to invest. `unknown`: funds that would be counted if that were known.
    `demand`: what its `startups` with an open round still seek; `gap`: the part of it that no fund reaches.
    """

    capital: int = 0
    funds: int = 0
    unknown: int = 0
    startups: int = 0
    demand: int = 0
    gap: int = 0
    unmet: int = 0
    deals: int = 0

    @property
    def is_empty(self) -> bool:
        """True where there is neither a fund nor a startup."""
        return not (self.funds or self.startups or self.deals)


@dataclass
class Matrix:
    """Cells by (stage, sector). A fund counts once in a cell and once in a total: totals are no sums of cells.

    `unplaced`: startups with an open round whose stage or sector is not known; they are in no cell.
    """

    stages: tuple[str, ...]
    sectors: tuple[str, ...]
    cells: dict[Key, Cell] = field(default_factory=dict)
    by_stage: dict[str, Cell] = field(default_factory=dict)
    by_sector: dict[str, Cell] = field(default_factory=dict)
    whole: Cell = field(default_factory=Cell)
    unplaced: int = 0

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
    for offer in offers:
        add_offer(matrix, offer, axis, day)
    least = least_tickets(offers, day)
    for need in needs:
        add_need(matrix, need, axis, least)
    for (stage, sector), count in deals.items():
        if (stage, sector) in matrix.cells:
            for cell in matrix.places(stage, sector):
                cell.deals += count
    return matrix


def add_offer(matrix: Matrix, offer: Offer, axis: str, day: date) -> None:
    if not offer.invests_on(day) or not (offer.has_room or offer.investable is None):
        return
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
        cell.capital += offer.investable or 0
        cell.funds += offer.investable is not None
        cell.unknown += offer.investable is None


def least_tickets(offers: Iterable[Offer], day: date) -> dict[Thesis, int]:
    """{what funds take: the smallest ticket among them}: many funds say the same."""
    least: dict[Thesis, int] = {}
    for offer in offers:
        if is_supply(offer, day):
            said = (offer.stages, offer.layers, offer.verticals, offer.excluded_layers, offer.excluded_verticals)
            least[said] = min(offer.ticket, least.get(said, offer.ticket))
    return least


def reaches(said: Thesis, need: Need) -> bool:
    stages, layers, verticals, no_layers, no_verticals = said
    return (
        (not stages or need.stage in stages)
        and (not layers or need.layer in layers)
        and (not verticals or need.vertical in verticals)
        and need.layer not in no_layers
        and need.vertical not in no_verticals
    )


def is_met(need: Need, least: Mapping[Thesis, int]) -> bool:
    """True for a round that some fund reaches. `least`: of `least_tickets`."""
    return any((need.rest is None or ticket <= need.rest) and reaches(said, need) for said, ticket in least.items())


def add_need(matrix: Matrix, need: Need, axis: str, least: Mapping[Thesis, int]) -> None:
    sector = need.layer if axis == "layer" else need.vertical
    if need.stage not in matrix.by_stage or sector not in matrix.by_sector:
        matrix.unplaced += 1
        return
    met = is_met(need, least)
    for cell in matrix.places(need.stage or "", sector or ""):
        cell.startups += 1
        cell.demand += need.rest or 0
        if not met:
            cell.unmet += 1
            cell.gap += need.rest or 0


# --- one cell


@dataclass(frozen=True)
class Near:
    """A fund that does not reach a round, and the conditions that fail."""

    offer: Offer
    failing: tuple[Condition, ...]


@dataclass(frozen=True)
class Reach:
    """How an open round stands: the funds that reach it, the nearest that do not, and what would change most.

    `alone`: {condition: how many funds fail on it only}.
    """

    need: Need
    funds: int
    nearest: tuple[Near, ...]
    alone: Mapping[Condition, int]

    @property
    def smallest_change(self) -> tuple[Condition, int] | None:
        """The one condition whose lifting lets the most funds reach the round, and how many."""
        return max(self.alone.items(), key=lambda one: one[1], default=None)


NEAREST = 3


def reach_of(need: Need, offers: Iterable[Offer], day: date) -> Reach:
    """Who reaches a round and who nearly does, the fewest failing conditions first, then the most money left."""
    reaching, others = 0, []
    for offer in offers:
        wrong = failing(offer, need, day)
        if wrong:
            others.append(Near(offer, tuple(wrong)))
        else:
            reaching += 1
    alone = Counter(near.failing[0] for near in others if len(near.failing) == 1)
    others.sort(key=lambda near: (len(near.failing), -(near.offer.investable or 0), near.offer.fund_id))
    return Reach(need, reaching, tuple(others[:NEAREST]), alone)
