"""How one open round stands: who reaches it, who nearly does, and what would change most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import nsmallest

from crm.matrix.reachable import Kind, Reachable
from crm.matrix.sides import Condition, Need, Offer, failing

NEAREST = 3


@dataclass(frozen=True)
class Near:
    """A fund that does not reach a round, and the conditions that fail."""

    offer: Offer
    failing: tuple[Condition, ...]


@dataclass(frozen=True)
class Reach:
    """The funds that reach a round: how many, what they can give together, of how many must be asked whether they pay
    in CNY. Where there are none: the nearest, and {condition: how many funds fail on it `alone`}, and
    the smallest and the largest of the minimum `tickets` that alone keep funds away.
    """

    need: Need
    funds: int
    most: int
    to_check: int
    nearest: Sequence[Near] = ()
    alone: Mapping[Condition, int] = field(default_factory=dict)
    tickets: tuple[int, int] | None = None

    @property
    def is_short(self) -> bool:
        """True for a round that funds reach and cannot fill together."""
        return self.funds > 0 and self.most < (self.need.rest or 0)

    @property
    def smallest_change(self) -> tuple[Condition, int] | None:
        """The one condition whose lifting lets the most funds reach the round, and how many."""
        return max(self.alone.items(), key=lambda one: one[1], default=None)


class Survey:
    """What funds say to one round after the other; what does not depend on its amount is found once for its kind."""

    def __init__(self, offers: Sequence[Offer], day: date) -> None:
        self.offers, self.day = offers, day
        self.reachable = Reachable(offers, day)
        self.failures: dict[Kind, list[tuple[Condition, ...]]] = {}

    def reach(self, need: Need) -> Reach:
        """Who reaches a round, else who nearly does: the fewest failing conditions first, then the most money left."""
        ladder = self.reachable.ladder(need)
        funds = ladder.funds(need.rest)
        if funds:
            return Reach(need, funds, ladder.sums[funds], ladder.to_check[funds])
        near = [Near(offer, self.failing(offer, always, need)) for offer, always in self.always(need)]
        alone = Counter(one.failing[0] for one in near if len(one.failing) == 1)
        nearest = nsmallest(
            NEAREST, near, key=lambda one: (len(one.failing), -(one.offer.investable or 0), one.offer.fund_id)
        )
        tickets = [one.offer.ticket for one in near if one.failing == (Condition.TICKET,)]
        return Reach(need, 0, 0, 0, nearest, alone, (min(tickets), max(tickets)) if tickets else None)

    def always(self, need: Need) -> list[tuple[Offer, tuple[Condition, ...]]]:
        """Each fund with the conditions that fail for every round of this stage and sector, whatever it seeks."""
        kind = need.stage, need.layer, need.vertical
        if kind not in self.failures:
            unknown = Need(0, 0, "", "", *kind, rest=None)
            self.failures[kind] = [tuple(failing(offer, unknown, self.day)) for offer in self.offers]
        return list(zip(self.offers, self.failures[kind], strict=True))

    @staticmethod
    def failing(offer: Offer, always: tuple[Condition, ...], need: Need) -> tuple[Condition, ...]:
        too_large = need.rest is not None and offer.ticket > need.rest
        return (*always, Condition.TICKET) if too_large else always
