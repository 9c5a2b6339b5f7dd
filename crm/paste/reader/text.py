"""The text itself: made even without moving a character, and cut into messages, lines and clauses."""

from __future__ import annotations

# ruff: noqa: E501 - lists of heads of messages; a character of Chinese counts twice
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from crm.lib.dates import read_day
from crm.lib.text import Unreadable

Span = tuple[int, int]

_STAMP = re.compile(
    r"^[ \t]{0,4}(?:\[[^\]\n]{0,12}\][ \t]{0,4})?(?P<who>[^\s\d:：,，。]{1,12}(?: [^\s\d:：]{1,12})?)?[ \t]{0,4}[:：]?[ \t]{0,4}"
    r"(?P<day>(?:\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?|\d{1,2}月\d{1,2}日|昨天|昨日|今天)?)[ \t]{0,4}"
    r"(?:周[一二三四五六日]|星期[一二三四五六日天])?[ \t]{0,4}"
    r"(?:上午|下午|晚上|凌晨|中午|早上|AM|PM)?[ \t]{0,4}\d{1,2}:\d{2}(?::\d{2})?[ \t]{0,4}(?:AM|PM)?[ \t]{0,4}$",
    re.MULTILINE | re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[，,。；;！!？?…\n]+|\.(?=\s|$)")
_SENTENCE_END = re.compile(r"[。；;！!？?\n]+|\.(?=\s|$)")


@dataclass(frozen=True)
class Message:
    """One message of a forwarded chat, without its head, and the day on which it was sent."""

    start: int
    end: int
    day: date


def even(text: str) -> str:
    """The text with full-width letters, digits and signs as plain ones; every character keeps its place."""
    return "".join(map(_even, text))


def _even(character: str) -> str:
    if character in "，。；：！？（）、“”":
        return {"：": ":", "（": "(", "）": ")"}.get(character, character)
    if character == "\r":
        return " "
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def messages(text: str, today: date) -> list[Message]:
    """The messages of a forwarded chat; a text that is none is one message of today."""
    found: list[Message] = []
    start, day = 0, today
    for head in _STAMP.finditer(text):
        found.append(Message(start, head.start(), day))
        start, day = head.end(), _day_of(head["day"], today, day)
    found.append(Message(start, len(text), day))
    return [one for one in found if text[one.start : one.end].strip()] or [Message(0, len(text), today)]


def without_heads(text: str) -> str:
    """The text with the heads of its messages blanked, nothing moved."""
    return _STAMP.sub(lambda head: " " * len(head.group()), text)


def _day_of(written: str, today: date, before: date) -> date:
    if not written:
        return before
    try:
        return min(read_day(written, today=today), today)
    except Unreadable:
        return before


def lines(text: str, span: Span) -> Iterator[Span]:
    """The lines of a part that hold anything."""
    yield from _pieces(text, span, re.compile(r"\n+"))


def sentences(text: str, span: Span) -> Iterator[Span]:
    """The sentences of a part."""
    yield from _pieces(text, span, _SENTENCE_END)


def clauses(text: str, span: Span) -> Iterator[Span]:
    """The clauses of a part, at commas and at the ends of sentences and lines."""
    yield from _pieces(text, span, _CLAUSE_END)


def _pieces(text: str, span: Span, separator: re.Pattern[str]) -> Iterator[Span]:
    start, last = span
    for cut in separator.finditer(text, start, last):
        # A comma inside a number, such as 30,000,000, separates nothing.
        if cut.group() == "," and text[cut.end() : cut.end() + 3].isdigit() and text[cut.start() - 1].isdigit():
            continue
        if text[start : cut.start()].strip():
            yield start, cut.start()
        start = cut.end()
    if text[start:last].strip():
        yield start, last


def clause_at(text: str, span: Span, place: int) -> Span:
    """The clause of a part in which a place lies."""
    return next((one for one in clauses(text, span) if one[0] <= place < one[1]), span)


def inside(place: int, spans: Sequence[Span]) -> bool:
    """Whether a place lies in one of the parts."""
    return any(start <= place < end for start, end in spans)


def trimmed(text: str, span: Span) -> Span:
    """The part without white space and marks at its ends."""
    start, end = span
    while start < end and (text[start].isspace() or text[start] in "，,。；;、:：-—·"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "，,。；;、:：-—·"):
        end -= 1
    return start, end
