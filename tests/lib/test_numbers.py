from __future__ import annotations

import pytest

from crm.lib.numbers import Headcount, read_headcount
from crm.lib.text import Unreadable


@pytest.mark.parametrize(
    ("written", "number", "text"),
    [
        (60.0, 60, None),
        ("30人", 30, None),
        ("约200", 200, "约200"),
        ("约 200 人", 200, "约 200 人"),
        ("200余人", 200, "200余人"),
        ("200人左右", 200, "200人左右"),
        ("1,200", 1200, None),
        ("50-99人", None, "50-99人"),
        ("数十人", None, "数十人"),
        ("——", None, None),
        (None, None, None),
    ],
)
def test_a_number_of_people(written, number, text):
    assert read_headcount(written) == Headcount(number, text)


@pytest.mark.parametrize("written", ["很多", 8.5, -3, "十几", True, 1e12, "99999999", "9" * 500])
def test_anything_else_is_refused(written):
    with pytest.raises(Unreadable, match="not a number of people"):
        read_headcount(written)
