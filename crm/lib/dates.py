"""Days as people write them. A day is a day in Shanghai; what "today" is must be handed in."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

from crm.lib.text import N_, Unreadable, plain

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 1900, 2199

_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_DAY = re.compile(
    r"(\d{4}) ?([-./]) ?(\d{1,2}) ?\2 ?(\d{1,2})"
    r"|(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]?"
    r"|(\d{4})(\d{2})(\d{2})"
)
_MONTH = re.compile(r"(\d{4}) ?[-./] ?(\d{1,2})|(\d{4}) ?年 ?(\d{1,2}) ?月(?:份)?|(\d{4})(\d{2})")
_MONTH_AND_DAY = re.compile(r"(\d{1,2})[-./](\d{1,2})|(\d{1,2})月(\d{1,2})[日号]?")
_SHORT_YEAR = re.compile(r"\d{2}([-./])\d{1,2}\1\d{1,2}")


def today_in_shanghai(now: datetime) -> date:
    """The day it is in Shanghai at `now`, which must know its time zone."""
    if now.tzinfo is None:
        raise ValueError("a moment without a time zone has no day")
    return now.astimezone(SHANGHAI).date()


def read_day(value: object, *, today: date | None = None) -> date:
    """The day in a cell: a real date, `2025.3.18`, `2025-03-18`, `2025/3/18`, `2025年3月18日` or `20250318`.

    With `today`, the words and short forms of read_typed_day() are understood too.
    """
    if isinstance(value, datetime):
        return _in_reach(value.date())
    if isinstance(value, date):
        return _in_reach(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = plain(str(value))
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise _why_not(text)
    if today is not None and (day := _relative(text.casefold(), today) or _this_year(text, today)):
        return day
    match = _DAY.fullmatch(_TIME.sub("", text))
    if match is None:
        raise _why_not(text)
    year, month, day_of_month = (int(part) for part in match.groups() if part and part not in "-./")
    return _make(year, month, day_of_month, text)


def read_typed_day(text: str, today: date) -> date:
    """The day somebody typed: as read_day(), and 6.12 (this year), 今天, 下周三, next wed."""
    return read_day(text, today=today)


def read_year(value: object) -> int:
    """The year in a cell: `2022`, `2022年`, or that of any date."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = plain(str(value)).removesuffix("年").rstrip()
    if re.fullmatch(r"\d{4}", text, re.ASCII) and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    return read_day(value).year


def _in_reach(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _not_a_day(day.isoformat())
    return day


def _make(year: int, month: int, day: int, text: str) -> date:
    try:
        return _in_reach(date(year, month, day))
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(N_("“%(text)s” is not in the calendar", text=text[:40])) from None


def _why_not(text: str) -> Unreadable:
    if _MONTH.fullmatch(text):
        return Unreadable(N_("“%(text)s” lacks the day: write 2025-03-18", text=text[:40]))
    if _SHORT_YEAR.fullmatch(text):
        return Unreadable(N_("“%(text)s” lacks the full year: write 2025-03-18", text=text[:40]))
    return _not_a_day(text)


def _not_a_day(text: str) -> Unreadable:
    return Unreadable(N_("“%(text)s” is not a date: write 2025-03-18", text=text[:40]))


_DAYS_FROM_TODAY = {
    "今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "昨天": -1, "昨日": -1, "前天": -2,
    "today": 0, "tomorrow": 1, "yesterday": -1,
}  # fmt: skip
_WEEKS = {"": 0, "本": 0, "这": 0, "下": 1, "上": -1, "下下": 2, "this": 0, "next": 1, "last": -1}
_WEEKDAYS = {
    **{character: number for number, character in enumerate("一二三四五六日")}, "天": 6,
    **{name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
}  # fmt: skip
_WEEKDAY = re.compile(
    r"(?P<zh_week>下下|本|这|下|上|)个?(?:周|星期|礼拜)(?P<zh_day>[一二三四五六日天])"
    r"|(?:(?P<en_week>this|next|last) )?(?P<en_day>mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?"
)


def _relative(text: str, today: date) -> date | None:
    """Weeks begin on Monday: on a Sunday, 本周五 is two days ago and 下周一 is tomorrow."""
    if text in _DAYS_FROM_TODAY:
        return today + timedelta(days=_DAYS_FROM_TODAY[text])
    match = _WEEKDAY.fullmatch(text)
    if match is None:
        return None
    weeks = _WEEKS[match["zh_week"] or match["en_week"] or ""]
    weekday = _WEEKDAYS[match["zh_day"] or match["en_day"]]
    return today + timedelta(days=weekday - today.weekday(), weeks=weeks)


def _this_year(text: str, today: date) -> date | None:
    match = _MONTH_AND_DAY.fullmatch(text)
    if match is None:
        return None
    month, day = (int(part) for part in match.groups() if part)
    return _make(today.year, month, day, text)


def quarter_begins(day: date) -> date:
    """The first day of a day's quarter."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
