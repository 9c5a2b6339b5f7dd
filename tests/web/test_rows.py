"""Rows of lists are made once as long as they say the same, and anew as soon as they would not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from crm.settings.queries import pinned
from crm.settings.rows import remembered_row
from tests.conftest import Work
from tests.factories import AT, a_deal
from tests.support.visitor import Visitor

TEMPLATES = Path(__file__).parents[2] / "templates"


class Counted:
    """A macro that counts how often it was made."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, row: Any, *values: Any) -> str:
        self.made += 1
        return f"{row.name} {values}"


@pytest.fixture
def row(work: Work) -> Iterator[Callable[[str], Any]]:
    with work() as session:
        yield lambda name: session.execute(sa.select(sa.literal(name).label("name"))).one()


def test_what_is_remembered_stands_in_templates_that_pages_import() -> None:
    """A page makes its own macros anew each time."""
    wrong = [
        file.name
        for file in TEMPLATES.rglob("*.html")
        if "remembered" in (text := file.read_text()) and "{% extends" in text
    ]
    assert wrong == []


def test_a_row_that_says_the_same_is_made_once(row: Callable[[str], Any]) -> None:
    macro = Counted()
    shown = remembered_row(macro)
    assert [shown(row("a"), 1), shown(row("a"), 1), shown(row("a"), None), shown(row("b"), 1)] == [
        "a (1,)",
        "a (1,)",
        "a (None,)",
        "b (1,)",
    ]
    assert macro.made == 3


def test_records_and_rows_with_earlier_words_are_made_each_time(row: Callable[[str], Any]) -> None:
    macro = Counted()
    shown = remembered_row(macro)
    with pinned(lambda _vocabulary: 1):
        assert [shown(row("a")), shown(row("a"))] == ["a ()", "a ()"]
    record = Counted()
    record.name = "a"  # type: ignore[attr-defined]
    assert [shown(record), shown(record)] == ["a ()", "a ()"]
    assert macro.made == 4


def test_the_days_of_a_deal_grow_overnight(as_role: Callable[..., Visitor]) -> None:
    with time_machine.travel(AT, tick=True) as clock:
        a_deal(happened_on=AT.date())
        finance = as_role("finance")
        assert "today" in finance.visit("deals.list_deals").text
        clock.shift(timedelta(days=1))
        assert "1 day" in as_role("finance").visit("deals.list_deals").text
