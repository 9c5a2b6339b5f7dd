"""The geometry of the charts, in units of a drawing 696 wide."""

from __future__ import annotations

from crm.lib.charts import GAP, LINE, ROW, Datum, columns, in_lines, rows, sparkline


def test_the_largest_bar_leaves_room_for_its_text_and_names_take_what_they_need() -> None:
    """推荐 is four half-widths of 6.6: 26.4. The bar begins at 34.4; the largest is 696 − 34.4 − 130 = 531.6 long."""
    chart = rows([Datum("推荐", (40,), "40"), Datum("会面", (10,), "10")])
    assert (chart.names, chart.bars[0].marks[0].x) == (26.4, 26.4 + GAP)
    assert [bar.marks[0].width for bar in chart.bars] == [531.6, 132.9]


def test_parts_are_drawn_inside_the_whole_from_pale_to_dark() -> None:
    (bar,) = columns([Datum("06", (20, 10, 5), "20")]).bars
    assert [(mark.shade, mark.height) for mark in bar.marks] == [("p", 120), ("w", 60), ("v", 30)]
    assert len({mark.y + mark.height for mark in bar.marks}) == 1, "all stand on the same base"


def test_a_year_gives_way_to_the_next_where_columns_are_narrow() -> None:
    months = [Datum("12", (10,), "10", "2025"), Datum("01", (20,), "20", "2026")]
    assert [bar.under for bar in columns(months).bars] == ["2025", "2026"]
    many = months + [Datum("02", (5,), "5")] * 18
    assert [bar.under for bar in columns(many).bars[:2]] == ["", "2026"], "2025 and 2026 would run into each other"


def test_columns_become_rows_on_a_phone_and_each_month_has_its_year() -> None:
    """340 − 64 for labels − 76 for numbers = 200 for the largest."""
    narrow = columns(
        [Datum("12", (10,), "10", "2025"), Datum("01", (20,), "20", "2026"), Datum("later", (5,), "5")]
    ).narrow
    assert narrow is not None
    assert [bar.label for bar in narrow.bars] == ["2025-12", "2026-01", "later"]
    assert [bar.marks[0].width for bar in narrow.bars] == [100, 200, 50]
    assert all(bar.x + 70 <= 340 for bar in narrow.bars)


def test_nothing_draws_nothing() -> None:
    assert rows([]).bars == columns([]).bars == ()
    assert columns([Datum("06", (0, 0), "0")]).bars[0].marks == ()


def test_a_long_name_takes_more_lines_and_is_never_cut() -> None:
    assert in_lines("临渚创投", 8) == ["临渚创投"]
    assert in_lines("临渚创业投资", 8) == ["临渚创业", "投资"]
    assert in_lines("Linzhu Venture Capital", 16) == ["Linzhu Venture", "Capital"]
    first, second = rows([Datum("上海临渚创业投资管理中心（有限合伙）", (1,), "1"), Datum("江畔", (1,), "1")]).bars
    assert [text for _, text in first.more] == ["（有限合伙）"]
    assert second.y - first.y == ROW + LINE


def test_a_sparkline_goes_from_the_lowest_to_the_highest_value_and_is_level_where_nothing_changed() -> None:
    """64 wide and 18 high with a margin of 1: from 1 to 63, and from 17 at the bottom to 1 at the top."""
    assert sparkline([10, 15, 20]) == "M1.0 17.0L32.0 9.0L63.0 1.0"
    assert sparkline([7, 7]) == "M1.0 9.0L63.0 9.0"
