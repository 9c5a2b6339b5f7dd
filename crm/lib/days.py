"""Days in running text; what lies behind or ahead is told by the words around."""

from __future__ import annotations

# ruff: noqa: E501 - lists of forms of days; a character of Chinese counts twice
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from crm.lib.dates import read_day
from crm.lib.text import Unreadable

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = re.compile(
    r"(?P<full>(?<!\d)20\d{2}\s?(?:年|[-./])\s?\d{1,2}\s?(?:月|[-./])\s?\d{1,2}\s?[日号]?(?!\d)|(?<!\d)20\d{6}(?!\d))"
    r"|(?P<month>(?<![\d.])\d{1,2}月\d{1,2}[日号]?"
    r"|(?<![\dA-Za-z./-])\d{1,2}[./]\d{1,2}(?![\d./%-]|\s?(?:[万亿wWkKmMxX倍个折分元折秒]|million|bn|年|版)))"
    r"|(?P<week>(?<![一二两三四五六七八九十每半几数])(?:下下|本|这|下|上)?个?(?:周|星期|礼拜)[一二三四五六日天](?!期|个月))"
    r"|(?P<word>大后天|后天|明天|明日|明早|明晚|明儿|今天|今日|今早|今晚|今晨|今儿|今下午|昨天|昨日|昨晚|昨儿|大前天|前天)"
    r"|(?P<ago>(?P<count>\d{1,2}|[一二两三四五六七十])\s?(?P<unit>天|周|个?星期|个?礼拜)(?P<way>之?前|之?后))"
    r"|(?P<number>(?<![\d第A-Za-z./月-])\d{1,2}[号日](?![线楼院馆机床桌口门店文模子召令]))"
    r"|\b(?P<english>(?:(?:this|next|last) )?(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|today|tonight|tomorrow|yesterday)\b"
    rf"|\b(?P<named>{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? 20\d{{2}})?|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?:,? 20\d{{2}})?)(?![\d:])",
    re.IGNORECASE,
)
_WORDS = {
    "大后天": 3, "后天": 2, "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "明儿": 1, "今天": 0, "今日": 0, "今早": 0, "今晚": 0,
    "今晨": 0, "今儿": 0, "今下午": 0, "昨天": -1, "昨日": -1, "昨晚": -1, "昨儿": -1, "前天": -2, "大前天": -3,
    "today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1,
}  # fmt: skip
_COUNTS = {character: number for number, character in enumerate("零一二三四五六七八九十")} | {"两": 2}
LONG = timedelta(days=183)


@dataclass(frozen=True)
class Day:
    """A day in the text: the one that it means when it lies behind, and the one when it lies ahead."""

    start: int
    end: int
    behind: date
    ahead: date

    def meant(self, *, ahead: bool) -> date:
        """The day, as the words around tell which way it lies."""
        return self.ahead if ahead else self.behind


def days_in(text: str, span: tuple[int, int], today: Callable[[int], date]) -> list[Day]:
    """Every day in a part, in order; `today` gives the day on which the text at a place was written."""
    found = []
    for match in _DAY.finditer(text, *span):
        try:
            behind, ahead = _read(match, today(match.start()))
        except (Unreadable, ValueError, OverflowError):
            continue
        found.append(Day(match.start(), match.end(), behind, ahead))
    return found


def _read(match: re.Match[str], today: date) -> tuple[date, date]:  # noqa: PLR0911 - one for each form
    written = match.group()
    if match["full"]:
        day = read_day(re.sub(r"\s", "", written))
        return day, day
    if match["month"]:
        return _near_year(read_day(written, today=today), today)
    if match["number"]:
        return _of_month(int(written[:-1]), today)
    if match["ago"]:
        count = int(match["count"]) if match["count"].isdigit() else _COUNTS[match["count"]]
        step = timedelta(days=count * (1 if match["unit"] == "天" else 7))
        day = today - step if "前" in match["way"] else today + step
        return day, day
    if match["named"]:
        return _named(written, today)
    if written.lower() in _WORDS:
        day = today + timedelta(days=_WORDS[written.lower()])
        return day, day
    day = read_day(_plain_week(written), today=today)
    if re.match(r"[下上本这]|this|next|last", written, re.IGNORECASE):
        return day, day
    week = timedelta(days=7)
    return (day - week if day > today else day), (day + week if day < today else day)


def _plain_week(written: str) -> str:
    short = re.sub(r"(tue|wed|thu|fri|sat|sun|mon)[a-z]*", lambda one: one.group(1), written.lower())
    return re.sub(r"^(下下|本|这|下|上)个", r"\1", short)


def _near_year(day: date, today: date) -> tuple[date, date]:
    """Half a year away at most: 12.28 said in January was last year, 1.5 said in December is next year."""
    last = day.replace(year=day.year - 1) if day - today > LONG else day
    following = day.replace(year=day.year + 1) if today - day > LONG else day
    return last, following


def _of_month(number: int, today: date) -> tuple[date, date]:
    this = today.replace(day=number)
    before = this if this <= today else (today.replace(day=1) - timedelta(days=1)).replace(day=number)
    after = this if this >= today else (today.replace(day=28) + timedelta(days=4)).replace(day=number)
    return before, after


def _named(written: str, today: date) -> tuple[date, date]:
    month = next(number for number, name in enumerate(_MONTHS, 1) if re.search(name, written, re.IGNORECASE))
    numbers = [int(one) for one in re.findall(r"\d+", written)]
    day = date(numbers[1] if len(numbers) > 1 else today.year, month, numbers[0])
    return (day, day) if len(numbers) > 1 else _near_year(day, today)
