"""Plain numbers as people write them into cells."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from crm.lib.text import N_, Unreadable, is_blank, plain


class Headcount(NamedTuple):
    """How many people work somewhere: a number, and the words where it is not that exact."""

    number: int | None
    text: str | None


LONGEST = 20  # characters, and far more people than there are
MOST = 10_000_000

_ONE = re.compile(
    r"(?P<about>约|大约|近|超|超过|逾|>|≥)?\s?(?P<number>\d[\d,]*)\s?(?P<more>余|多|\+)?"
    r"\s?(?:人|名|位)?\s?(?P<after>左右|上下|以上|以内)?"
)
_RANGE = re.compile(r"约?(\d[\d,]*)\s?(?:-|~|—+|–|至|到)\s?(\d[\d,]*)\s?(?:人|名)?")
_WORDS = re.compile(r"(?:数|几|上)[十百千万]+人?|若干人?")


def read_headcount(value: object) -> Headcount:
    """`60`, `30人`, `约200` (a number all the same), `50-99人` and 数十人 (words only), or nothing."""
    if is_blank(value):
        return Headcount(None, None)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = plain(str(value))
    match = _ONE.fullmatch(text)
    number = int(match["number"].replace(",", "")) if match and len(text) <= LONGEST else MOST + 1
    if match and number <= MOST:
        vague = match["about"] or match["more"] or match["after"]
        return Headcount(number, text if vague else None)
    if len(text) <= LONGEST and (_RANGE.fullmatch(text) or _WORDS.fullmatch(text)):
        return Headcount(None, text)
    raise Unreadable(N_("“%(text)s” is not a number of people: write 60, 约200 or 50-99", text=text[:40]))


_PLAIN = re.compile(r"(\d{1,12}|\d{1,3}(?:[,，]\d{3}){1,3})(\.\d{1,4})?")


def read_number(text: str) -> Decimal:
    """`12`, `3.85` or `1,200`, of at most four decimals. Raises Unreadable."""
    match = _PLAIN.fullmatch(plain(text).replace(" ", ""))
    if match is None:
        raise Unreadable(N_("“%(text)s” is not a number: write 12, 3.85 or 1,200", text=text[:40]))
    return Decimal(re.sub("[,，]", "", match[0]))
