from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.dates import read_day, read_typed_day, read_year, today_in_shanghai
from crm.lib.text import Unreadable

WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    "written",
    [
        datetime(2025, 3, 18, 9, 30),  # noqa: DTZ001  a cell's date has no zone
        date(2025, 3, 18),
        "2025.3.18",
        "2025-03-18",
        "2025/3/18",
        "2025年3月18日",
        "2025 年 3 月 18 日",
        "20250318",
        20250318,
        20250318.0,
        "２０２５．３．１８",
        "2025-03-18 00:00:00",
        "　2025.3.18 ",
    ],
)
def test_a_day_as_a_ledger_writes_it(written):
    assert read_day(written) == date(2025, 3, 18)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2025.2.30", "not in the calendar"),
        ("2025年13月1日", "not in the calendar"),
        ("20250230", "not in the calendar"),
        ("2025.3", "lacks the day"),
        ("2025年3月", "lacks the day"),
        ("25.3.18", "lacks the full year"),
        ("2025.3-18", "not a date"),
        ("明年春天", "not a date"),
        ("", "not a date"),
        (45759.0, "not a date"),
        (2025.3, "lacks the day"),
        (True, "not a date"),
        (None, "not a date"),
        ("0202.1.1", "not a date"),
        (date(1, 1, 1), "not a date"),
    ],
)
def test_a_day_that_is_none_is_refused_with_the_reason(written, reason):
    with pytest.raises(Unreadable, match=reason):
        read_day(written)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("6.12", date(2026, 6, 12)),
        ("6-12", date(2026, 6, 12)),
        ("6/12", date(2026, 6, 12)),
        ("6月12日", date(2026, 6, 12)),
        ("今天", WEDNESDAY),
        ("明天", date(2026, 11, 26)),
        ("昨天", date(2026, 11, 24)),
        ("后天", date(2026, 11, 27)),
        ("前天", date(2026, 11, 23)),
        ("today", WEDNESDAY),
        ("Tomorrow", date(2026, 11, 26)),
        ("yesterday", date(2026, 11, 24)),
        ("周五", date(2026, 11, 27)),
        ("本周五", date(2026, 11, 27)),
        ("星期一", date(2026, 11, 23)),
        ("下周三", date(2026, 12, 2)),
        ("下周日", date(2026, 12, 6)),
        ("上周一", date(2026, 11, 16)),
        ("next wed", date(2026, 12, 2)),
        ("next Wednesday", date(2026, 12, 2)),
        ("fri", date(2026, 11, 27)),
        ("2025.3.18", date(2025, 3, 18)),
    ],
)
def test_a_day_as_people_type_it_in_a_form(typed, day):
    assert read_typed_day(typed, WEDNESDAY) == day


def test_a_typed_day_that_is_none_is_refused():
    for typed in ("2.30", "13.1", "next year"):
        with pytest.raises(Unreadable):
            read_typed_day(typed, WEDNESDAY)


def test_a_ledger_does_not_understand_relative_days():
    for written in ("今天", "6.12"):
        with pytest.raises(Unreadable):
            read_day(written)


def test_it_is_tomorrow_in_shanghai_from_four_in_the_afternoon_utc():
    assert today_in_shanghai(datetime(2025, 12, 31, 15, 59, tzinfo=UTC)) == date(2025, 12, 31)
    assert today_in_shanghai(datetime(2025, 12, 31, 16, 0, tzinfo=UTC)) == date(2026, 1, 1)
    with pytest.raises(ValueError, match="time zone"):
        today_in_shanghai(datetime(2025, 1, 1))  # noqa: DTZ001  that is what is refused


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_way_of_writing_a_day_reads_back_as_that_day(day):
    for form in ("{0}.{1}.{2}", "{0}/{1:02}/{2:02}", "{0}-{1}-{2}", "{0}年{1}月{2}日", "{0}{1:02}{2:02}"):
        assert read_day(form.format(day.year, day.month, day.day)) == day


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers()))
def test_any_cell_is_a_day_or_refused(value):
    with suppress(Unreadable):
        assert isinstance(read_day(value, today=WEDNESDAY), date)


def test_years():
    for written in ("2022", 2022, 2022.0, "2022年", "2022-05-01", date(2022, 5, 1)):
        assert read_year(written) == 2022, written
    for written in ("去年", "22", 1022):
        with pytest.raises(Unreadable):
            read_year(written)
