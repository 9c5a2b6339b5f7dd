"""Times of day as people write them."""

from __future__ import annotations

import re
from datetime import time

from crm.lib.text import N_, Unreadable, plain

_TIME = re.compile(
    r"(?P<before>上午|早上|中午|下午|晚上)?\s*(?P<hour>\d{1,2})\s*(?:[:.点时]\s*(?P<minute>\d{1,2}|半)?\s*分?)?\s*(?P<after>am|pm)?"
)
_DIGITS = re.compile(r"(\d{1,2})(\d{2})")
_AFTERNOON = {"下午", "晚上", "pm"}


def read_time(text: str) -> time:
    """The time somebody typed: `14:00`, `14`, `14.30`, `1430`, `14点半`, `下午2点`, `2 pm`. Raises Unreadable."""
    told = plain(text).casefold()
    digits = _DIGITS.fullmatch(told) if len(told) > 2 else None
    if digits:
        return _make(int(digits[1]), int(digits[2]), text)
    match = _TIME.fullmatch(told)
    if match is None:
        raise _not_a_time(text)
    hour = int(match["hour"])
    minute = 30 if match["minute"] == "半" else int(match["minute"] or 0)
    if hour < 12 and _AFTERNOON & {match["before"], match["after"]}:
        hour += 12
    return _make(hour, minute, text)


def _make(hour: int, minute: int, text: str) -> time:
    try:
        return time(hour, minute)
    except ValueError:
        raise _not_a_time(text) from None


def _not_a_time(text: str) -> Unreadable:
    return Unreadable(N_("“%(text)s” is not a time: write 14:00", text=text[:40]))
