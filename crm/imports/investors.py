"""The investors' text of a fund: `甲基金（有限合伙） 1.6亿；社会资本 6.4亿`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from crm.lib.money import Amount, read_amount
from crm.lib.names import name_key, split_names, tidy_name
from crm.lib.text import N_, Unreadable, is_blank, plain

LONGEST, LONGEST_PART, LONGEST_AMOUNT = 4000, 260, 60

key_of = lru_cache(maxsize=65_536)(name_key)  # ledgers repeat the same names in thousands of rows

_NUMBER = r"[-−]?[¥$]?\s?\d[\d,.]*\s?[十百千]?[万亿]?\s?[余多]?(?:元|美元|美金|港元|港币|欧元|人民币)?"
_AMOUNT = (
    rf"(?:大?约|近|超过?|逾|不少于|不超过)?\s?{_NUMBER}(?:\s?[-~至到—–]+\s?{_NUMBER})?\s?(?:左右|上下|以上|以下|以内)?"
)
_AFTER_NAME = re.compile(rf"(?P<name>.+?)(?P<gap>\s?:\s?|[-—–]+|\s?)(?P<amount>{_AMOUNT})")
_IN_BRACKETS = re.compile(rf"(?P<name>.+?)\s?\((?P<amount>{_AMOUNT})\)")
_IN_WORDS = re.compile(r"(?P<name>.+?)(?:\s?:\s?|\s)(?P<amount>[^\s:]+)")
_UNIT = re.compile(r"[万亿元币]")
_SAYS_HOW_MUCH = re.compile(r"\d|[数若几上].*[万亿]|若干|未|不详|保密|待定")


class Investor(NamedTuple):
    """One name, and what it committed."""

    name: str
    amount: Amount


def read_investors(text: str, unit: int | None) -> tuple[Investor, ...]:
    """Who committed how much; one named twice committed the sum.

    A name without an amount committed something unknown. Raises Unreadable for an amount that is none.
    """
    if len(text) > LONGEST:
        raise Unreadable(N_("longer than %(limit)s characters", limit=LONGEST))
    found: dict[str, Investor] = {}
    for part in parts(text):
        investor = read_investor(part, unit)
        key = key_of(investor.name)
        found[key] = together(found[key], investor) if key in found else investor
    return tuple(found.values())


def parts(text: str) -> Iterator[str]:
    """The entries of the list; a comma between digits belongs to an amount."""
    joined = re.sub(r"(?<=\d)[,，](?=\d{3})", "", text)
    for part in split_names(joined):
        if not is_blank(part):
            yield plain(part)


def read_investor(part: str, unit: int | None) -> Investor:
    """One entry. Raises Unreadable."""
    if len(part) > LONGEST_PART:
        raise Unreadable(N_("longer than %(limit)s characters", limit=LONGEST_PART))
    match = _AFTER_NAME.fullmatch(part)
    if match and not match["gap"] and not _UNIT.search(match["amount"]):
        match = None  # a name that ends with a number
    match = match or _IN_BRACKETS.fullmatch(part)
    if match and match.re is _IN_BRACKETS and not _UNIT.search(match["amount"]):
        match = None  # a name with a year
    if match is None:
        match = _IN_WORDS.fullmatch(part)
        if match and not (is_blank(match["amount"]) or _SAYS_HOW_MUCH.search(match["amount"])):
            match = None
    if match is None:
        return Investor(tidy_name(part), Amount())
    amount = read_amount(match["amount"], unit)
    if amount.text and len(amount.text) > LONGEST_AMOUNT:
        raise Unreadable(N_("longer than %(limit)s characters", limit=LONGEST_AMOUNT))
    return Investor(tidy_name(match["name"]), amount)


def together(first: Investor, second: Investor) -> Investor:
    """Two commitments of one investor; with an unknown one the sum is unknown."""
    one, two = first.amount, second.amount
    text = "、".join(filter(None, (one.text, two.text)))[:LONGEST_AMOUNT] or None
    if one.low is None or one.high is None or two.low is None or two.high is None:
        return first._replace(amount=Amount(text=text))
    low, high = one.low + two.low, one.high + two.high
    return first._replace(amount=Amount(low, high, None if low == high else text))
