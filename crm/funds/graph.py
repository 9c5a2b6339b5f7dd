"""Who committed to whom: the paths through funds that commitments make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def path_between(start: int, goal: int, investors_of: Mapping[int, Sequence[int]]) -> list[int] | None:
    """The funds on a way from `start` up to `goal` among its direct and indirect investors; None without one.

    `investors_of` maps a fund to the funds that committed to it.
    """
    came_from: dict[int, int | None] = {start: None}
    waiting = [start]
    while waiting:
        fund = waiting.pop()
        if fund == goal:
            return walk_back(came_from, goal)
        for investor in investors_of.get(fund, ()):
            if investor not in came_from:
                came_from[investor] = fund
                waiting.append(investor)
    return None


def walk_back(came_from: Mapping[int, int | None], last: int) -> list[int]:
    path: list[int] = []
    step: int | None = last
    while step is not None:
        path.append(step)
        step = came_from[step]
    return path[::-1]
