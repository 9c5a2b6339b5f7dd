"""What the words of the log box say: due days, the day and time of a talk, how often a task repeats."""

from __future__ import annotations

from datetime import date, time

import pytest

from crm.activities.models import ActivityKind, Repeat
from crm.activities.reading import Reading, read, read_clock

TODAY = date(2026, 6, 12)  # a Friday
TASK, MEETING, CALL, NOTE = ActivityKind.TASK, ActivityKind.MEETING, ActivityKind.CALL, ActivityKind.NOTE


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("明天补财务底稿", date(2026, 6, 13)),
        ("下周三前发 BP 第二版", date(2026, 6, 17)),
        ("周一催投决排期", date(2026, 6, 15)),
        ("Send the BP next Fri", date(2026, 6, 19)),
        ("send it by Friday", date(2026, 6, 12)),
        ("6月30日前交季度报告", date(2026, 6, 30)),
        ("2026-07-01 付款", date(2026, 7, 1)),
        ("3天后回访", date(2026, 6, 15)),
        ("昨天会面约定，周二发材料", date(2026, 6, 16)),
        ("6月15日走访，6月20日前交纪要", date(2026, 6, 20)),  # the marked day, though another stands before
        ("月底前对账", date(2026, 6, 30)),
        ("下月底报送", date(2026, 7, 31)),
        ("补财务底稿", None),
        ("昨天没发的材料", None),
    ],
)
def test_a_due_day_in_words(text: str, due: date | None) -> None:
    assert read(text, TASK, TODAY).day == due


@pytest.mark.parametrize(
    ("text", "kind", "day"),
    [
        ("昨天与北斛资本会面", MEETING, date(2026, 6, 11)),
        ("周三会面，对方关注毛利", MEETING, date(2026, 6, 10)),
        ("下周三与北斛资本会面", MEETING, date(2026, 6, 17)),
        ("首次会面，6月18日安排走访", MEETING, None),  # what is agreed for later is not the day of the talk
        ("6月18日安排走访", CALL, None),  # a call lies behind
        ("6月9日通话", CALL, date(2026, 6, 9)),
        ("对方关注毛利", MEETING, None),
        ("昨天听说", NOTE, None),  # a note is of the day on which it is written
    ],
)
def test_the_day_of_a_talk_in_words(text: str, kind: ActivityKind, day: date | None) -> None:
    assert read(text, kind, TODAY).day == day


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("14:00 线下", time(14, 0)),
        ("下午3点半", time(15, 30)),
        ("10点", time(10, 0)),
        ("晚上8点15分", time(20, 15)),
        ("at 3pm", time(15, 0)),
        ("12:30 am", time(12, 30)),
        ("提了3点意见", None),
        ("增长 3.5 倍", None),
    ],
)
def test_the_time_of_a_talk(text: str, at: time | None) -> None:
    assert read_clock(text) == at


@pytest.mark.parametrize(
    ("text", "repeats", "due"),
    [
        ("每周五交周报", Repeat.WEEKLY, date(2026, 6, 12)),
        ("每周一例会", Repeat.WEEKLY, date(2026, 6, 15)),
        ("每两周三对账", Repeat.FORTNIGHTLY, date(2026, 6, 17)),
        ("每月10日报送", Repeat.MONTHLY, date(2026, 7, 10)),
        ("每月31日报送", Repeat.MONTHLY, date(2026, 6, 30)),
        ("每季度回访", Repeat.QUARTERLY, TODAY),
        ("every Monday call them", Repeat.WEEKLY, date(2026, 6, 15)),
        ("每天看一眼", Repeat.DAILY, TODAY),
        ("每月对账，下周三开始", Repeat.MONTHLY, date(2026, 6, 17)),
    ],
)
def test_how_often_a_task_repeats(text: str, repeats: Repeat, due: date) -> None:
    assert read(text, TASK, TODAY) == Reading(due, None, repeats)


def test_a_name_that_looks_like_a_day_is_none() -> None:
    text = "回访 @明天智能"
    assert read(text, TASK, TODAY, without=[(3, 8)]).day is None
