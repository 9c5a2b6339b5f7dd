"""The two sides of the matrix, and whether they meet: what a fund offers, what a round needs, which condition fails."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any


class Condition(enum.StrEnum):
    """What must hold for a fund to reach a round, in the order in which it is told."""

    STAGE = "stage"
    LAYER = "layer"
    VERTICAL = "vertical"
    CURRENCY = "currency"
    PERIOD = "period"
    INVESTABLE = "investable"
    TICKET = "ticket"


@dataclass(frozen=True)
class Offer:
    """A fund that invests in startups. Amounts in 分 of CNY; what is empty sets no limit.

    `stages`: growth stages, or groups of rounds where those are the rows. `investable`: what is left to invest; None
    where it is not known. `ticket`, `ticket_high`: the least and the most that it invests at once. `currency`: its own;
    `currencies`: those in which it says that it invests.
    """

    fund_id: int
    name: str
    stages: tuple[str, ...]
    layers: tuple[str, ...]
    verticals: tuple[str, ...]
    excluded_layers: tuple[str, ...]
    excluded_verticals: tuple[str, ...]
    begins_on: date | None
    ends_on: date | None
    investable: int | None
    ticket: int
    ticket_high: int | None
    currency: str = "CNY"
    currencies: tuple[str, ...] = ()

    @property
    def thesis(self) -> tuple[tuple[str, ...], ...]:
        """What it takes and what it never does."""
        return self.stages, self.layers, self.verticals, self.excluded_layers, self.excluded_verticals

    @property
    def pays_cny(self) -> bool | None:
        """Whether it invests in CNY, as rounds are sought; None for a fund in another currency that says nothing."""
        if self.currencies:
            return "CNY" in self.currencies
        return True if self.currency == "CNY" else None

    @property
    def most(self) -> int:
        """The most that one round can have of it: its largest ticket, and no more than is left."""
        left = self.investable or 0
        return left if self.ticket_high is None else min(self.ticket_high, left)

    def invests_on(self, day: date) -> bool:
        """True while the investment period holds; an end that is not known does not limit it."""
        return (self.begins_on is None or self.begins_on <= day) and (self.ends_on is None or day <= self.ends_on)

    @property
    def has_room(self) -> bool:
        """True where what is left pays for one more ticket; what is not known pays for none."""
        return self.investable is not None and self.investable >= max(self.ticket, 1)

    def takes(self, axis: str, code: str | None) -> bool:
        """True where the thesis covers a code of an axis; whoever limits the axis does not take what has no code."""
        wanted, excluded = {
            "stage": (self.stages, ()),
            "layer": (self.layers, self.excluded_layers),
            "vertical": (self.verticals, self.excluded_verticals),
        }[axis]
        return (not wanted or code in wanted) and code not in excluded


@dataclass(frozen=True)
class Need:
    """An open round. `rest`: sought less signed, in 分 of CNY, None where it is not known; `rest_high`: the other end
    of a range, None for an exact amount. `stage`: the startup's, or the round's group where those are the rows.
    `alike`: how many rounds it stands for, which differ in nothing that the matrix asks.
    """

    round_id: int
    startup_id: int
    name: str
    round_name: str
    stage: str | None
    layer: str | None
    vertical: str | None
    rest: int | None
    rest_high: int | None = None
    alike: int = 1

    @property
    def most(self) -> int:
        """The most that it may still seek."""
        return (self.rest or 0) if self.rest_high is None else self.rest_high


def covers(offer: Offer, need: Need) -> bool:
    """True where the thesis of a fund takes a round's stage and both its sectors."""
    return (
        offer.takes("stage", need.stage) and offer.takes("layer", need.layer) and offer.takes("vertical", need.vertical)
    )


def is_supply(offer: Offer, day: date) -> bool:
    """True for a fund that can invest on a day: in its investment period, with room for a ticket, not barred from CNY.

    Whether a fund in another currency that says nothing pays in CNY is to be checked: it counts.
    """
    return offer.invests_on(day) and offer.has_room and offer.pays_cny is not False


def failing(offer: Offer, need: Need, day: date) -> list[Condition]:
    """Why a fund does not reach a round; nothing where it does."""
    holds = {
        Condition.STAGE: offer.takes("stage", need.stage),
        Condition.LAYER: offer.takes("layer", need.layer),
        Condition.VERTICAL: offer.takes("vertical", need.vertical),
        Condition.CURRENCY: offer.pays_cny is not False,
        Condition.PERIOD: offer.invests_on(day),
        Condition.INVESTABLE: offer.has_room,
        Condition.TICKET: need.rest is None or offer.ticket <= need.rest,
    }
    return [condition for condition, held in holds.items() if not held]


LIFTED: Mapping[Condition, Callable[[Offer], dict[str, Any]]] = {
    Condition.STAGE: lambda _: {"stages": ()},
    Condition.LAYER: lambda _: {"layers": (), "excluded_layers": ()},
    Condition.VERTICAL: lambda _: {"verticals": (), "excluded_verticals": ()},
    Condition.CURRENCY: lambda _: {"currencies": ("CNY",)},
    Condition.PERIOD: lambda _: {"begins_on": None, "ends_on": None},
    Condition.INVESTABLE: lambda one: {"investable": max(one.investable or 0, one.ticket_high or one.ticket, 1)},
}


@dataclass(frozen=True)
class WhatIf:
    """What is supposed of all funds for a view only. `ticket`: no fund asks for more, in 分; `lifted`: conditions that
    hold for every round, each but the ticket."""

    ticket: int | None = None
    exclusions: bool = False
    neighbours: bool = False
    lifted: frozenset[Condition] = frozenset()

    def __bool__(self) -> bool:
        return self != WhatIf()


def supposing(offer: Offer, what_if: WhatIf, stages: tuple[str, ...]) -> Offer:
    """A fund as it would be. `stages`: their order, for those beside the ones that a fund takes."""
    changed = offer
    if what_if.ticket is not None:
        changed = replace(changed, ticket=min(changed.ticket, what_if.ticket))
    if what_if.exclusions:
        changed = replace(changed, excluded_layers=(), excluded_verticals=())
    if what_if.neighbours and changed.stages:
        changed = replace(changed, stages=with_neighbours(changed.stages, stages))
    for condition in what_if.lifted:
        changed = replace(changed, **LIFTED[condition](changed))
    return changed


def with_neighbours(taken: Iterable[str], order: tuple[str, ...]) -> tuple[str, ...]:
    places = {order.index(code) for code in taken if code in order}
    wider = {place + step for place in places for step in (-1, 0, 1)}
    return tuple(code for place, code in enumerate(order) if place in wider)
