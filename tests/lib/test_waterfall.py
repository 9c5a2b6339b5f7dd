"""The geometry of a waterfall, in units of a drawing 696 wide whose blocks are 170 high at most."""

from __future__ import annotations

from crm.lib.waterfall import BASE, OPEN, TOP, Step, waterfall


def step(low: int, high: int | None) -> Step:
    return Step("", low, high, "")


def test_blocks_go_down_from_the_whole_to_what_is_left() -> None:
    """85 less 10 and 5 leaves 70: with 170 for 85, a unit is 2 high."""
    chart = waterfall(step(85, 85), [step(10, 10), step(5, 5)], step(70, 70))
    assert [(one.y, one.height) for one in chart.blocks] == [(24, 170), (24, 20), (44, 10), (54, 140)]
    assert [y for _, _, y in chart.joints] == [24, 44, 54]
    assert not any(one.range_height for one in chart.blocks)
    assert [one.is_taken for one in chart.blocks] == [False, True, True, False]


def test_what_is_not_exactly_known_lies_above_what_stands_and_below_what_is_taken() -> None:
    """80 less 10 to 30 leaves 50 to 70: the range of 20 is 42.5 high, and ends where the step before ended."""
    whole, taken, left = waterfall(step(80, 80), [step(10, 30)], step(50, 70)).blocks
    assert (taken.y, taken.height, taken.range_y, taken.range_height) == (TOP, 21.25, TOP + 21.25, 42.5)
    assert (left.range_y, left.range_height, left.y) == (TOP + 21.25, 42.5, TOP + 63.75)
    assert left.text_y < left.range_y
    assert whole.range_height == 0


def test_a_sum_without_bound_is_drawn_open_above_and_nothing_at_all_is_drawn_too() -> None:
    whole, taken, left = waterfall(step(54, None), [step(4, None)], step(50, None)).blocks
    assert (whole.range_height, left.range_height) == (OPEN, OPEN)
    assert taken.range_y + taken.range_height == BASE
    assert [one.height for one in waterfall(step(0, 0), [], step(0, 0)).blocks] == [0, 0]
