"""Sets of numbers in few characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.spans import read_spans, write_spans


def test_neighbours_become_a_span() -> None:
    assert write_spans([9, 3, 5, 4, 4]) == "3-5,9"
    assert write_spans([]) == ""


@given(st.sets(st.integers(1, 10**6), max_size=50))
def test_what_was_written_is_read_again(numbers: set[int]) -> None:
    assert read_spans(write_spans(numbers), at_most=50) == sorted(numbers)


@pytest.mark.parametrize("text", ["x", "1-", "-3", "1-9999999999", "99999999999999999999", "1,2,3"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - int() words its own errors
        read_spans(text, at_most=2)
