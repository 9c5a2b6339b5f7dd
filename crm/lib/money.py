"""Amounts of money in fen (分), as people write them and as people read them. Never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal

from crm.lib.text import N_, Unreadable, is_blank, plain

CNY = "CNY"
YUAN = 100  # fen
WAN_YUAN = 10_000 * YUAN
YI_YUAN = 100_000_000 * YUAN
LARGEST = 10**17  # fen; a thousand trillion yuan, well inside a BIGINT

_UNIT_NAMES = {YUAN: "元", WAN_YUAN: "万", YI_YUAN: "亿"}

LONGEST = 60  # characters of an amount as written

Disclosure = Literal["exact", "approximate", "undisclosed"]


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount as far as it was disclosed, in fen.

    Exact: `low == high`. A range: both ends, and the text as written, with its column's unit where it has
    none of its own. Words only (数千万): the text alone. Undisclosed: nothing at all.
    """

    low: int | None = None
    high: int | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None):
            raise ValueError("an amount has both ends or none")
        if self.low is not None and self.high is not None and not 0 <= self.low <= self.high:
            raise ValueError("an amount runs from its lower to its higher end and is not negative")

    @classmethod
    def exactly(cls, fen: int) -> Amount:
        return cls(fen, fen, None)

    @classmethod
    def between(cls, low: int, high: int, text: str) -> Amount:
        return cls(low, high, text)

    @classmethod
    def in_words(cls, text: str) -> Amount:
        return cls(None, None, text)

    @classmethod
    def undisclosed(cls) -> Amount:
        return cls()

    @property
    def exact(self) -> int | None:
        """The number, when there is exactly one."""
        return self.low if self.low == self.high else None

    @property
    def disclosure(self) -> Disclosure:
        if self.exact is not None:
            return "exact"
        return "undisclosed" if self.low is None and not self.text else "approximate"


_UNDISCLOSED_WORDS = {
    "未披露", "不披露", "未公开", "不公开", "保密", "未知", "不详", "未定", "待定",
    "undisclosed", "confidential", "tbd",
}  # fmt: skip
_SCALES = {
    "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7,
    "亿": 10**8, "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12,
    "k": 10**3, "w": 10**4, "m": 10**6, "b": 10**9,
}  # fmt: skip
_TERM = r"(?P<number>\d+(?:\.\d+)?|\.\d+)\s?(?P<scale>万亿|[十百千]?[万亿]|[百千]|[kwmb](?![a-z]))?"
_PART = re.compile(rf"\s?(?:{_TERM}\s?(?P<rest>\d+(?:\.\d+)?万)?)(?P<yuan>元|块)?整?\s?", re.IGNORECASE)
_CURRENCY = re.compile(r"^(?:人民币|rmb|cny|[¥￥])\s?|\s?(?:人民币|rmb|cny)$", re.IGNORECASE)
_FOREIGN = re.compile(r"[$€£]|usd|hkd|eur|gbp|jpy|sgd|美元|美金|港元|港币|欧元|英镑|日元|新元", re.IGNORECASE)
_ABOUT = re.compile(
    r"左右|上下|约|大概|近|超|逾|余|多|不少于|≈|~$|\+$|以上|以下|以内|about|approx",
    re.IGNORECASE,
)
_WORDS = re.compile(r"(?:数|几|若干|上)(?:[十百千]?[万亿]|[十百千])?元?(?:级)?|(?:万亿|[十百千]?[万亿])元?级")
_RANGE = re.compile(r"\s?(?:--?|~|—+|–|−|〜|至|到)\s?")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")


def read_amount(value: object, unit: int | None) -> Amount:
    """The amount in a cell whose column counts in `unit` fen (元 100, 万元 1,000,000, 亿元 10,000,000,000).

    Without a unit a bare number from 1,000,000 up is yuan; a smaller one could be yuan or 万 and is refused.

    Raises Unreadable for anything that is neither a number, a range, words such as 数千万, nor blank.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal, type(None))):
        raise _not_an_amount(str(value))
    if value is None:
        return Amount.undisclosed()
    if not isinstance(value, str):
        number = Decimal(str(value))
        return Amount.exactly(_fen(number, unit or _bare_unit(number, str(value)), str(value)))
    return _read_text(value, unit)


def parse_form_amount(text: str) -> Amount:
    """The amount somebody typed into a form, where no column heading gives the unit.

    See read_amount() without a unit.
    """
    return _read_text(text, None)


def _read_text(written: str, unit: int | None) -> Amount:
    if len(written) > LONGEST:
        raise _not_an_amount(written)
    text = plain(written)
    if is_blank(text) or text.casefold() in _UNDISCLOSED_WORDS:
        return Amount.undisclosed()
    if _WORDS.fullmatch(text.replace(" ", "")):
        return Amount.in_words(written.strip())
    if _FOREIGN.search(text):
        raise Unreadable(N_("“%(text)s” is in another currency: write it in RMB", text=_short(text)))
    if text[0] in "-−" and text[1:2].isdigit():
        raise Unreadable(N_("“%(text)s” is negative: an amount is zero or more", text=_short(text)))
    if _ABOUT.search(text):
        raise Unreadable(N_("“%(text)s” is not exact: write 30M or a range (5-10M)", text=_short(text)))
    text = _GROUPED.sub(lambda match: match.group().replace(",", ""), text)
    parts = _RANGE.split(_CURRENCY.sub("", text))
    if len(parts) == 1:
        return Amount.exactly(_part(parts[0], None, unit, text))
    if len(parts) == 2:
        return _read_range(parts[0], parts[1], unit, written.strip())
    raise _not_an_amount(text)


def _read_range(first: str, second: str, unit: int | None, text: str) -> Amount:
    """`500-1000万`, `500万-1000万`, `500-1000`: an end without a unit takes that of the other end."""
    first, second = _CURRENCY.sub("", first), _CURRENCY.sub("", second)
    low = _part(first, _unit_of(second), unit, text)
    high = _part(second, _unit_of(first), unit, text)
    if low > high:
        raise Unreadable(N_("“%(text)s” runs from the larger to the smaller amount", text=_short(text)))
    if low == high:
        return Amount.exactly(low)
    names_unit = _unit_of(first) or _unit_of(second)
    return Amount.between(low, high, text if names_unit else text + _UNIT_NAMES.get(unit or YUAN, ""))


def _unit_of(part: str) -> int | None:
    match = _PART.fullmatch(part)
    return _written_unit(match) if match else None


def _written_unit(match: re.Match[str]) -> int | None:
    scale, yuan = match["scale"], match["yuan"]
    if scale:
        return _SCALES[scale.lower()] * YUAN
    return YUAN if yuan else None


def _part(part: str, other: int | None, unit: int | None, text: str) -> int:
    match = _PART.fullmatch(part)
    if match is None:
        raise _not_an_amount(text)
    number = Decimal(match["number"])
    fen = _fen(number, _written_unit(match) or other or unit or _bare_unit(number, text), text)
    if match["rest"]:
        if match["scale"] != "亿":
            raise _not_an_amount(text)
        fen += _fen(Decimal(match["rest"][:-1]), WAN_YUAN, text)
    return fen


def _bare_unit(number: Decimal, text: str) -> int:
    if number.is_finite() and 0 < number < 1_000_000:
        raise Unreadable(N_("“%(text)s” has no unit: write 30M or 0.3B", text=_short(text)))
    return YUAN


def _fen(number: Decimal, unit: int, text: str) -> int:
    """Whole fen; a spreadsheet's 0.30000000000000004 亿 is rounded to the fen."""
    if not number.is_finite():
        raise _not_an_amount(text)
    if number < 0:
        raise Unreadable(N_("“%(text)s” is negative: an amount is zero or more", text=_short(text)))
    if number * unit > LARGEST:
        raise Unreadable(N_("“%(text)s” is too large to be an amount", text=_short(text)))
    return int((number * unit).quantize(Decimal(1), ROUND_HALF_UP))


def _not_an_amount(text: str) -> Unreadable:
    return Unreadable(N_("“%(text)s” is not an amount: write 30M, 0.3B or 5-10M", text=_short(text)))


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


REMEMBERED = 10_000
_STEPS: dict[str, tuple[tuple[int, str], ...]] = {
    "zh": ((10**8, "亿"), (10**4, "万"), (1, "")),
    "en": ((10**9, "B"), (10**6, "M"), (10**3, "K"), (1, "")),
}


@lru_cache(REMEMBERED)
def format_money(fen: int | None, language: str, currency: str = "CNY") -> str:
    """For reading: `¥3,000 万`, `¥1.23 亿`, `CNY 30M`; two decimals at most: show format_exact() with it."""
    if fen is None:
        return "—"
    number, unit = _rounded(abs(fen), language)
    sign = "-" if fen < 0 else ""
    if _is_chinese(language):
        symbol = "¥" if currency == "CNY" else f"{currency} "
        return f"{sign}{symbol}{number} {unit}".rstrip()
    return f"{sign}{currency} {number}{unit}"


def split_money(fen: int | None, language: str, currency: str = "CNY") -> tuple[str, str]:
    """Number and unit apart, for large figures: `("1.23", "亿")`, `("30", "M CNY")`."""
    if fen is None:
        return "—", ""
    number, unit = _rounded(abs(fen), language)
    number = f"-{number}" if fen < 0 else number
    if _is_chinese(language):
        return number, unit or "元" if currency == "CNY" else f"{unit} {currency}".strip()
    return number, f"{unit} {currency}".strip()


@lru_cache(REMEMBERED)
def format_exact(fen: int | None, language: str, currency: str = "CNY") -> str:
    """To the fen: `80,000,000.00 元`, `CNY 80,000,000.00`."""
    if fen is None:
        return "—"
    number = f"{Decimal(fen) / 100:,.2f}"
    return f"{number} 元" if _is_chinese(language) and currency == "CNY" else f"{currency} {number}"


def format_amount(amount: Amount | None, language: str, currency: str = "CNY") -> str:
    """An Amount for reading: the number, both ends of a range, the words, or a dash."""
    if amount is None or amount.disclosure == "undisclosed":
        return "—"
    if amount.low is None or amount.high is None:
        return amount.text or "—"
    if amount.low == amount.high:
        return format_money(amount.low, language, currency)
    low, high = (format_money(end, language, currency) for end in (amount.low, amount.high))
    return f"{low} – {high}"


def format_exact_amount(amount: Amount | None, language: str, currency: str = "CNY") -> str:
    """An Amount to the fen, for titles and exports."""
    if amount is None or amount.low is None or amount.high is None:
        return (amount.text if amount else None) or "—"
    if amount.low == amount.high:
        return format_exact(amount.low, language, currency)
    return f"{format_exact(amount.low, language, currency)} – {format_exact(amount.high, language, currency)}"


def _is_chinese(language: str) -> bool:
    return language.lower().startswith("zh")


def _rounded(fen: int, language: str) -> tuple[str, str]:
    """The number to two decimals in the largest unit that it reaches *after* rounding, and that unit."""
    steps = _STEPS["zh" if _is_chinese(language) else "en"]
    in_units = [
        ((Decimal(fen) / 100 / size).quantize(Decimal("0.01"), ROUND_HALF_UP), size, unit) for size, unit in steps
    ]
    number, size, unit = next((step for step in in_units if step[0] >= 1), in_units[-1])
    text = f"{number:,.2f}"
    if size == 1:
        return text.removesuffix(".00"), unit
    return text.rstrip("0").rstrip("."), unit
