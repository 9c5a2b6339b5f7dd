"""What the words of the log box say: a due day, the day and time of a talk, how often a task repeats.

Rules, no service: the same text always reads the same, and the box says how it was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from crm.activities.models import ActivityKind, Repeat
from crm.activities.repeats import nth
from crm.lib.days import Day, days_in

TALKS = frozenset({ActivityKind.MEETING, ActivityKind.CALL, ActivityKind.MAIL})

_DUE_AFTER = re.compile(r"\s?(?:之?前|以前|截止|到期|交|due)", re.IGNORECASE)
_DUE_BEFORE = re.compile(r"(?:截止到?|期限|不晚于|最晚|deadline|by|before|due|until)[:：]?\s?$", re.IGNORECASE)
_FIRST_CLAUSE = re.compile(r"[^，,。；;！!？?\n]*")
_CLOCK = re.compile(
    r"(?P<half>上午|早上|中午|下午|晚上|今晚|明晚|昨晚)?\s?(?<![\d.:：])(?P<hour>[01]?\d|2[0-3])"
    r"(?:[:：](?P<minute>[0-5]\d)(?![\d:：])|\s?[点时](?P<part>半|一刻|[0-5]?\d分?)?(?!间|意见|建议|要求|问题|原因|[一二两三四五六七八九十几\d]))"
    r"|\b(?P<english>1[0-2]|0?[1-9])(?::(?P<past>[0-5]\d))?\s?(?P<noon>am|pm)\b",
    re.IGNORECASE,
)
_EVERY = re.compile(
    r"每(?:个?(?:工作日|天|日)|(?P<two>两|2|隔)?个?(?:周|星期|礼拜)(?P<zh_day>[一二三四五六日天])?"
    r"|个?月(?:(?P<date>[12]?\d|3[01])[日号])?|个?季度?|年)"
    r"|\bevery (?P<en>day|(?P<en_two>two weeks|other week|second week)|week|month|quarter|year"
    r"|(?P<en_day>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)\b",
    re.IGNORECASE,
)
_WEEKDAYS = {**{one: number for number, one in enumerate("一二三四五六日")}, "天": 6}
_ENGLISH_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Reading:
    """What a text says of an activity; None where it says nothing."""

    day: date | None = None
    at: time | None = None
    repeats: Repeat | None = None


def read(text: str, kind: ActivityKind, today: date, without: Iterable[tuple[int, int]] = ()) -> Reading:
    """How a text is read. `without`: the parts that are names, which may look like days."""
    plain = blanked(text, without)
    if kind == ActivityKind.TASK:
        repeats, first = read_repeat(plain, today)
        return Reading(read_due(plain, today) or first, None, repeats)
    if kind in TALKS:
        return Reading(read_happened(plain, kind, today), read_clock(plain))
    return Reading()


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def read_due(text: str, today: date) -> date | None:
    """The day by which something is to be done: one that a word such as 之前 marks, else the first that is to come."""
    found = days_in(text, (0, len(text)), lambda place: today)
    coming = [one for one in found if one.ahead >= today]
    marked = [one for one in coming if is_due(text, one)]
    if marked or coming:
        return (marked or coming)[0].ahead
    return month_end(text, today)


def is_due(text: str, day: Day) -> bool:
    return bool(_DUE_AFTER.match(text, day.end) or _DUE_BEFORE.search(text, 0, day.start))


def month_end(text: str, today: date) -> date | None:
    match = re.search(r"(下个?)?月(?:底|末)|end of (next |the |this )?month", text, re.IGNORECASE)
    if match is None:
        return None
    later = bool(match[1]) or (match[2] or "").lower().startswith("next")
    first = today.replace(day=1)
    return nth(Repeat.MONTHLY, first, 2 if later else 1) - timedelta(days=1)


def read_happened(text: str, kind: ActivityKind, today: date) -> date | None:
    """The day of a talk: the first that has been; a meeting may be one to come where its first clause says so."""
    found = [one for one in days_in(text, (0, len(text)), lambda place: today) if not is_due(text, one)]
    been = [one.behind for one in found if one.behind <= today]
    opening = _FIRST_CLAUSE.match(text)
    opens = [one for one in found if opening and one.end <= opening.end()]
    if kind == ActivityKind.MEETING and opens and opens[0].behind > today:
        return opens[0].ahead
    return been[0] if been else None


def read_clock(text: str) -> time | None:
    """The time of day: 14:00, 下午3点, 10点半, 3pm."""
    match = _CLOCK.search(text)
    if match is None:
        return None
    if match["english"]:
        hour = int(match["english"]) % 12 + (12 if match["noon"].lower() == "pm" else 0)
        return time(hour, int(match["past"] or 0))
    hour = int(match["hour"])
    afternoon = match["half"] in ("下午", "晚上", "今晚", "明晚", "昨晚") or (match["half"] == "中午" and hour < 3)
    return time(hour + 12 if afternoon and hour < 12 else hour, minute_of(match))


def minute_of(match: re.Match[str]) -> int:
    part = (match["minute"] or match["part"] or "0").removesuffix("分")
    return {"半": 30, "一刻": 15}.get(part) or int(part)


def read_repeat(text: str, today: date) -> tuple[Repeat | None, date | None]:
    """How often, and the first day: 每周五 is weekly from the next Friday on, 每月15日 monthly from the next 15th."""
    match = _EVERY.search(text)
    if match is None:
        return None, None
    weekday = weekday_of(match)
    if weekday is not None or match["two"] or match["en_two"]:
        repeat = Repeat.FORTNIGHTLY if match["two"] or match["en_two"] else Repeat.WEEKLY
        ahead = (weekday - today.weekday()) % 7 if weekday is not None else 0
        return repeat, today + timedelta(days=ahead)
    if match["date"]:
        return Repeat.MONTHLY, next_date(int(match["date"]), today)
    return plain_repeat(match.group().lower()), today


def weekday_of(match: re.Match[str]) -> int | None:
    if match["zh_day"]:
        return _WEEKDAYS[match["zh_day"]]
    return _ENGLISH_WEEKDAYS.index(match["en_day"][:3].lower()) if match["en_day"] else None


def next_date(number: int, today: date) -> date:
    """The next day of a month with this number; the last day of a month that is shorter."""
    first = date(today.year, 1, number)
    days = (nth(Repeat.MONTHLY, first, step) if step else first for step in range(15))
    return next(day for day in days if day >= today)


def plain_repeat(words: str) -> Repeat:
    kinds = (
        (Repeat.QUARTERLY, ("季", "quarter")),
        (Repeat.YEARLY, ("年", "year")),
        (Repeat.MONTHLY, ("月", "month")),
        (Repeat.WEEKLY, ("周", "星期", "礼拜", "week")),
    )
    return next((repeat for repeat, told in kinds if any(one in words for one in told)), Repeat.DAILY)
