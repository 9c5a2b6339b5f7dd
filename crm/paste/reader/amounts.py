"""Amounts of money in running text, and which amount each one is."""

from __future__ import annotations

# ruff: noqa: E501 - lists of units and roles; a character of Chinese counts twice
import re
from dataclasses import dataclass

from crm.lib.money import parse_form_amount
from crm.lib.text import Unreadable
from crm.paste.reader.text import Span, clauses

_BEFORE = r"(?:(?:USD|US\$|RMB|CNY|HKD|EUR|[$€¥]|人民币)\s?)"
_AFTER = r"(?:\s?(?:元人民币|人民币|元|RMB|CNY|美元|美金|美刀|刀|港币|港元|欧元|USD|HKD|EUR)(?![A-Za-z]))"
_NUMBER = r"\d{1,13}(?:,\d{3}){0,4}(?:\.\d{1,4})?"
_UNIT = r"(?:万亿|[十百千]?[万亿]|[wW](?![A-Za-z]))"
_LATIN_UNIT = r"(?:million|mn|billion|bn|[mMkKbB])(?![A-Za-z])"
_TO = r"\s?(?:--?|~|—+|–|至|到)\s?"
_AMOUNT = re.compile(
    rf"(?P<range>{_BEFORE}?{_NUMBER}\s?{_UNIT}?{_TO}{_NUMBER}\s?{_UNIT}{_AFTER}?)"
    rf"|(?P<latin>{_BEFORE}{_NUMBER}\s?{_LATIN_UNIT}{_AFTER}?|{_NUMBER}\s?(?:{_LATIN_UNIT}{_AFTER}|(?:million|mn|billion|bn)\b{_AFTER}?))"
    rf"|(?P<mixed>{_NUMBER}\s?亿\s?{_NUMBER}\s?万{_AFTER}?)"
    rf"|(?P<one>(?<![\d.]){_BEFORE}?{_NUMBER}\s?(?:个)?{_UNIT}{_AFTER}?)"
    rf"|(?P<yuan>(?<![\d.])(?:{_BEFORE}\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?{_AFTER}?|{_BEFORE}?\d{{4,13}}(?:\.\d{{1,4}})?\s?元|\d{{1,3}}(?:,\d{{3}}){{2,}}(?:\.\d+)?\s?元?))"
    r"|(?P<words>(?:好几|大几|数|几|若干|上)(?:[十百千]+[万亿]|[万亿])(?:元|美元|美金|人民币)?级?|(?:[十百千]万|亿)元?级)"
    rf"|(?P<spoken>(?:[一二两三四五六七八九十][一二两三四五六七八九十百千]{{0,7}}个?(?:万|亿)|半个?亿){_AFTER}?)"
)
_FOREIGN = re.compile(r"[$€]|USD|HKD|EUR|美元|美金|美刀|刀|港币|港元|欧元", re.IGNORECASE)
# What is counted in 万 and is no money.
_COUNTED = re.compile(
    r"\s?(?:多|余)?\s?(?:用户|人(?!民币)|次|条|卡|台|家|参数|日活|月活|DAU|MAU|tokens?|下载|平|㎡|张|件|单(?!笔)|篇|字|小时|辆|所|份|倍|公里|行代码|QPS)",
    re.IGNORECASE,
)
_ROLES = {
    "received": r"已?到账|已?到帐|打款|打了|打过来|款到|收到|投资款项?|到位|入账|汇款|received|wired",
    "signed": r"签约|签了|签完|签署|签订|签下|签字|SPA|signed",
    "valuation_after": r"投后(?:估值)?|post-?money",
    "valuation": r"投前(?:估值)?|估值|pre-?money|valuation",
    "sought": r"目标(?:融资|金额|额度)?|拟融资?|计划融资?|要融|想融|目标融资|融资(?:需求|金额|额)?|募资|募集|在融|开放融|本轮融|融|需要资金|缺口|要(?=\s?\d)"
    r"|seeking|raising|raise|looking for|round size|offering",
    "intended": r"意向|想投|拟投|愿投|可投|能投|愿意投|打算投|准备投|考虑投|认购|领投|跟投|投资|投|出资|份额|额度|单笔|出|给|条款|TS|term sheet"
    r"|invest|ticket|commit|lead|interested",
    "service": r"授信|贷款|放款|额度批|信贷|补贴|补助|奖励|资助|担保|质押|算力券|抵用|审批|批了|批复|获批|批下来|credit line|loan|grant",
    "other": r"还剩|剩余|剩下|剩|用户|参数|日活|月活|粉丝|员工|下载|营收|收入|流水|利润|订单|ARR|GMV|销售额|产值|注册资本|管理规模|在管|规模|AUM|合同额|单价|成本|年化|revenue|under management",
}
_ROLE = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _ROLES.items()), re.IGNORECASE)
_TERMS = re.compile(r"(?<![A-Za-z])TS(?![A-Za-z])|term ?sheet|条款|投资意向书", re.IGNORECASE)
_SPOKEN = {character: number for number, character in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
REACH = 14  # characters between an amount and the word that says which one it is


@dataclass(frozen=True)
class Money:
    """One amount: what a field should say, and which amount it is ("" when nothing tells)."""

    start: int
    end: int
    value: str
    role: str
    is_foreign: bool = False


def amounts_in(text: str, span: Span) -> list[Money]:
    """Every amount of money in a part, in order."""
    found = []
    for clause in clauses(text, span):
        matches = [one for one in _AMOUNT.finditer(text, *clause) if not _is_counted(text, one)]
        for match in matches:
            start, end = match.span()
            value = _written(match)
            foreign = _FOREIGN.search(match.group()) is not None
            if foreign or _readable(value):
                found.append(Money(start, end, value, _role(text, clause, match.span()), foreign))
    return found


def _is_counted(text: str, match: re.Match[str]) -> bool:
    return _COUNTED.match(text, match.end()) is not None and "元" not in match.group()


def _readable(value: str) -> bool:
    try:
        return parse_form_amount(value).disclosure != "undisclosed"
    except Unreadable:
        return False


def _written(match: re.Match[str]) -> str:
    """The amount as a form's field takes it: 三千万 is 3000万, 30 million is 30m, 大几百万 is 几百万."""
    text = " ".join(match.group().split())
    if match["spoken"]:
        return _from_spoken(text)
    if match["words"]:
        return re.sub(r"^(?:好几|大几)", "几", text).removesuffix("人民币")
    text = re.sub(r"\s?(?:million|mn)(?![A-Za-z])", "m", text, flags=re.IGNORECASE)
    text = re.sub(r"\s?(?:billion|bn)(?![A-Za-z])", "b", text, flags=re.IGNORECASE)
    text = text.replace("个", "").replace("元人民币", "元").replace("人民币", "")
    return re.sub(r"\s*(?:RMB|CNY)\s*", "", text).replace(" ", "")


def _from_spoken(text: str) -> str:
    body = re.match(r"半个?亿|[一二两三四五六七八九十百千]+", text)
    if body is None or body.group().startswith("半"):
        return "0.5亿"
    total = digit = 0
    for character in body.group():
        if character in _TENS:
            total, digit = total + (digit or 1) * _TENS[character], 0
        else:
            digit = _SPOKEN[character]
    return f"{total + digit}{text[body.end() :].replace('个', '').replace('人民币', '')}"


def _role(text: str, clause: Span, span: Span) -> str:
    """The nearest word that says which amount it is; one before it wins over one behind it."""
    near: list[tuple[int, str]] = []
    for word in _ROLE.finditer(text, *clause):
        name = word.lastgroup or ""
        if word.end() <= span[0]:
            near.append((2 * (span[0] - word.end()), name))
        elif word.start() >= span[1]:
            near.append((2 * (word.start() - span[1]) + 1, name))
    near = [one for one in near if one[0] <= 2 * REACH]
    role = min(near, default=(0, ""))[1]
    if role == "signed" and _TERMS.search(text, *clause) and not re.search(r"协议|SPA|签约", text[slice(*clause)]):
        return "intended"
    return role
