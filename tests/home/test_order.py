"""In which order the first page tells what it has to say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.factories import a_deal
from tests.support.visitor import Visitor

DAY = ("My day", "active deals", "Write it down", "Paste anything", "Latest changes")


@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("finance", ("Institutions attracted", *DAY, "Fund matrix")),
        ("manager", ("Institutions attracted", "Fund matrix", "My day", "Write it down", "Latest changes")),
    ],
)
def test_the_figures_come_first_then_the_work_of_today_and_the_matrix_last_for_the_desk(
    as_role: Callable[..., Visitor], role: str, told: tuple[str, ...]
) -> None:
    a_deal()
    text = as_role(role).visit("home.show_home").text
    places = [text.index(one) for one in told]
    assert places == sorted(places)


def test_before_anything_is_recorded_the_boxes_are_there_already(finance: Visitor) -> None:
    text = finance.visit("home.show_home").text
    assert "Paste anything" in text
    assert "Nothing is recorded yet" in text
