"""The menu of those who work here all day: what is used daily stands open, the rest behind one heading."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.page import text_of
from tests.support.visitor import Visitor


def menu(visitor: Visitor, folded: bool) -> list[str]:
    """The entries outside the fold, or those in it."""
    rail = next(nav for nav in visitor.now.all("nav") if nav.get("class") == "rail")
    fold = rail.find("details")
    assert fold is not None
    within = list(fold.iter("a"))
    return [text_of(a) for a in rail.iter("a") if "item" in (a.get("class") or "") and (a in within) == folded]


def is_open(visitor: Visitor) -> bool:
    return any(fold.get("open") is not None for fold in visitor.now.all("details") if "data-rail" in fold.attrib)


@pytest.mark.parametrize(("role", "daily"), [("finance", 12), ("manager", 13), ("leader", 12)])
def test_a_dozen_entries_stand_open_and_the_others_are_one_step_away(
    as_role: Callable[..., Visitor], role: str, daily: int
) -> None:
    visitor = as_role(role).visit("startups.list_startups")
    assert len(menu(visitor, folded=False)) == daily
    assert {"People", "Rounds", "Analytics", "Monday meeting"} <= set(menu(visitor, folded=True))
    assert not is_open(visitor)


def test_the_fold_is_open_on_its_own_pages_and_where_its_reader_left_it_so(finance: Visitor) -> None:
    assert is_open(finance.visit("people.list_people"))
    assert not is_open(finance.visit("startups.list_startups"))
    finance.client.set_cookie("rail", "open")
    assert is_open(finance.visit("startups.list_startups"))
    finance.client.set_cookie("rail", "folded")
    assert not is_open(finance.visit("startups.list_startups"))
