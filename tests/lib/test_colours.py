"""Colours and their contrast, against the examples of WCAG's own technique G18."""

from __future__ import annotations

import pytest

from crm.lib.colours import contrast_with_white, read_colour
from crm.lib.text import Unreadable


@pytest.mark.parametrize(
    ("colour", "ratio"), [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.54), ("#777777", 4.48)]
)
def test_contrast_with_white(colour: str, ratio: float) -> None:
    assert round(contrast_with_white(colour), 2) == ratio


def test_a_colour_is_read_with_or_without_its_mark() -> None:
    assert read_colour(" 0B5F61 ") == "#0b5f61"
    with pytest.raises(Unreadable):
        read_colour("red; } body { display: none")
