"""How much funds can give an open round: each at most its largest ticket and what it has left, all of them together."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from crm.matrix.sides import Need, Offer, covers, is_supply

Kind = tuple[str | None, str | None, str | None]


@dataclass(frozen=True)
class Ladder:
    """The funds that take rounds of one stage and sector, by their smallest ticket.

    `sums`: what the first so many of them can give together; `to_check`: how many of these do not say whether they pay
    in CNY.
    """

    tickets: Sequence[int]
    sums: Sequence[int]
    to_check: Sequence[int]

    def funds(self, amount: int | None) -> int:
        """How many funds reach an amount: those whose smallest ticket it pays for, all where it is not known."""
        return len(self.tickets) if amount is None else bisect_right(self.tickets, amount)

    def gap(self, amount: int) -> int:
        """What of an amount the funds that reach it cannot give together."""
        return max(0, amount - self.sums[self.funds(amount)])

    def gaps(self, low: int, high: int) -> tuple[int, int]:
        """The least and the largest gap of an amount between two ends: at each ticket that it reaches the gap falls."""
        steps = self.tickets[self.funds(low) : self.funds(high)]
        found = [self.gap(amount) for amount in {low, high, *steps, *(step - 1 for step in steps)}]
        return min(found), max(found)


class Reachable:
    """The ladders of the funds that can invest on a day; each is made when the first round asks for it."""

    def __init__(self, offers: Iterable[Offer], day: date) -> None:
        self.by_thesis: dict[tuple[tuple[str, ...], ...], list[Offer]] = {}
        for offer in offers:
            if is_supply(offer, day):
                self.by_thesis.setdefault(offer.thesis, []).append(offer)
        self.ladders: dict[Kind, Ladder] = {}

    def ladder(self, need: Need) -> Ladder:
        """Of the funds whose thesis covers a round."""
        kind = need.stage, need.layer, need.vertical
        found = self.ladders.get(kind)
        if found is None:
            found = self.ladders[kind] = self.build(need)
        return found

    def is_met(self, need: Need) -> bool:
        """True for a round that some fund reaches."""
        return self.ladder(need).funds(need.rest) > 0

    def build(self, need: Need) -> Ladder:
        taking = [one for offers in self.by_thesis.values() if covers(offers[0], need) for one in offers]
        taking.sort(key=lambda one: one.ticket)
        return Ladder(
            tickets=[one.ticket for one in taking],
            sums=list(accumulate((one.most for one in taking), initial=0)),
            to_check=list(accumulate((one.pays_cny is None for one in taking), initial=0)),
        )
