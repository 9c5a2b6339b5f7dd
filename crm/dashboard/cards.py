"""The cards of the dashboard, in their order at first."""

from __future__ import annotations

from collections.abc import Iterable

from crm.lib.text import N_, Message

CARDS: dict[str, Message] = {
    "headline": N_("Headline figures"),
    "targets": N_("Targets of the year"),
    "flow": N_("From introductions to money"),
    "matrix": N_("Fund matrix in small"),
    "served": N_("Companies served by month"),
    "activity": N_("Institutions by activity"),
    "yardsticks": N_("Official yardsticks for incubators"),
    "references": N_("Figures of others"),
}
WIDE = frozenset({"headline", "matrix", "served"})
MOVES = ("up", "down", "hide", "show")


def known(codes: Iterable[str]) -> tuple[str, ...]:
    """Those that there are, each once, in the order given."""
    return tuple(dict.fromkeys(code for code in codes if code in CARDS))


def moved(cards: tuple[str, ...], card: str, move: str) -> tuple[str, ...]:
    """The cards after one of them was moved up or down by one place, hidden, or shown again at the end."""
    without = [code for code in cards if code != card]
    if move == "hide":
        return tuple(without)
    if move == "show" or card not in cards:
        return known((*cards, card))
    place = cards.index(card) + (-1 if move == "up" else 1)
    without.insert(max(place, 0), card)
    return tuple(without)
