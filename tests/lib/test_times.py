"""Times of day as people write them."""

from __future__ import annotations

from datetime import time

import pytest

from crm.lib.text import Unreadable
from crm.lib.times import read_time


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14:00", time(14)),
        ("14：30", time(14, 30)),
        ("9.15", time(9, 15)),
        ("1430", time(14, 30)),
        ("930", time(9, 30)),
        ("14", time(14)),
        ("14点半", time(14, 30)),
        ("下午2点", time(14)),
        ("下午 2点15分", time(14, 15)),
        ("上午9点", time(9)),
        ("2 pm", time(14)),
        ("12 pm", time(12)),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, meant: time) -> None:
    assert read_time(typed) == meant


@pytest.mark.parametrize("typed", ["25:00", "14:60", "noon", "14:00-16:00", "99999"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable, match="is not a time"):
        read_time(typed)
