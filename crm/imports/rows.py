"""Each row of a ledger as one typed value, or the reasons why it cannot be one. No database, no vocabulary.

An empty cell is "" or None or an undisclosed Amount: it says nothing and erases nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from crm.imports.cells import Cells
from crm.imports.investors import Investor, key_of, read_investors
from crm.imports.reader import Sheet
from crm.lib.dates import read_year
from crm.lib.identifiers import amac_fund_fits, amac_manager_fits, read_credit_code
from crm.lib.money import Amount
from crm.lib.numbers import read_headcount
from crm.lib.text import N_, Message, Unreadable


class InstitutionRow(NamedTuple):
    number: int
    name: str
    short_name: str
    kind: str
    credit_code: str | None
    amac_number: str
    city: str
    assets: int | None
    growth_stages: tuple[str, ...]
    sectors: tuple[str, ...]
    ticket: Amount
    joined_on: date | None
    note: str


class FundRow(NamedTuple):
    number: int
    name: str
    managers: tuple[str, ...]
    amac_code: str | None
    kind: str
    currency: str
    vintage: int | None
    target: int | None
    committed: int | None
    paid_in: int | None
    invested: int | None
    investment_ends_on: date | None
    ticket: Amount
    sectors: tuple[str, ...]
    growth_stages: tuple[str, ...]
    investors: tuple[Investor, ...]
    note: str


class StartupRow(NamedTuple):
    number: int
    name: str
    short_name: str
    credit_code: str | None
    founded_on: date | None
    joined_on: date | None
    sector_layer: str
    sector_vertical: str
    growth_stage: str
    last_round: str
    headcount: int | None
    headcount_text: str
    seeking: Amount
    model_filing: str
    labels: tuple[str, ...]
    summary: str
    note: str


class DealRow(NamedTuple):
    number: int
    day: date
    startup: str
    institution: str
    round: str
    sought: Amount
    progress: str
    signed: int | None
    received: int | None
    note: str


class ServiceRow(NamedTuple):
    number: int
    day: date
    startup: str
    category: str
    type: str
    content: str
    partners: tuple[str, ...]
    outcome: str
    amount: Amount
    state: str
    handler: str


class FlowRow(NamedTuple):
    number: int
    name: str
    day: date
    kind: str
    amount: int
    currency: str
    note: str
    source: str


class Reading(NamedTuple):
    """What became of a row: its value, or None and the reasons; warnings either way."""

    number: int
    value: Any
    reasons: tuple[Message, ...]
    warnings: tuple[Message, ...]


def _credit_code(cells: Cells) -> str | None:
    def reader(cell: Any) -> str:
        if not isinstance(cell, str):
            raise Unreadable(N_("a number: format the column as text and write the code again"))
        return read_credit_code(cell)

    return cells.read("credit_code", reader)


def _institution(number: int, cells: Cells) -> InstitutionRow:
    row = InstitutionRow(
        number=number,
        name=cells.needed_name("name", 200),
        short_name=cells.name("short_name", 80),
        kind=cells.text("kind", 60),
        credit_code=_credit_code(cells),
        amac_number=cells.text("amac_number", 20).upper(),
        city=cells.text("city", 40),
        assets=cells.number("assets"),
        growth_stages=cells.names("growth_stages"),
        sectors=cells.names("sectors"),
        ticket=cells.amount("ticket"),
        joined_on=cells.day("joined_on"),
        note=cells.note(2000),
    )
    if row.amac_number and not amac_manager_fits(row.amac_number):
        cells.warn("amac_number", N_("“%(code)s” is not P and seven digits", code=row.amac_number))
    return row


LONGEST_LABEL = 80
_CURRENCIES = {
    "人民币": "CNY", "rmb": "CNY", "cny": "CNY", "美元": "USD", "美金": "USD", "usd": "USD",
    "港元": "HKD", "港币": "HKD", "hkd": "HKD", "欧元": "EUR", "eur": "EUR", "日元": "JPY", "jpy": "JPY",
    "英镑": "GBP", "gbp": "GBP", "新元": "SGD", "新加坡元": "SGD", "sgd": "SGD",
}  # fmt: skip

_CURRENCY_WORDS = {
    currency: re.compile("|".join(re.escape(word) for word, code in _CURRENCIES.items() if code == currency), re.I)
    for currency in set(_CURRENCIES.values()) - {"CNY"}
}


def _currency(cells: Cells) -> str:
    """The currency of a row; its amounts may name it."""
    word = cells.text("currency", 40)
    currency = _CURRENCIES.get(key_of(word), "")
    if word and not currency:
        cells.refuse("currency", N_("unknown: write 人民币, 美元, 港元, 欧元 …"))
    cells.foreign = _CURRENCY_WORDS.get(currency)
    return currency


def _fund(number: int, cells: Cells) -> FundRow:
    currency = _currency(cells)
    row = FundRow(
        number=number,
        name=cells.needed_name("name", 200),
        managers=cells.names("managers"),
        amac_code=cells.text("amac_code", 20).upper() or None,
        kind=cells.text("kind", 60),
        currency=currency,
        vintage=cells.read("vintage", read_year),
        target=cells.number("target"),
        committed=cells.number("committed"),
        paid_in=cells.number("paid_in"),
        invested=cells.number("invested"),
        investment_ends_on=cells.day("investment_ends_on"),
        ticket=cells.amount("ticket"),
        sectors=cells.names("sectors"),
        growth_stages=cells.names("growth_stages"),
        investors=cells.read("investors", partial(_investors, cells)) or (),
        note=cells.note(2000),
    )
    if not row.managers:
        cells.refuse("managers", N_("missing"))
    _warn_about_fund(row, cells)
    return row


def _investors(cells: Cells, cell: Any) -> tuple[Investor, ...]:
    text = cells.foreign.sub("", str(cell)) if cells.foreign else str(cell)
    return read_investors(text, cells.units["investors"])


def _warn_about_fund(row: FundRow, cells: Cells) -> None:
    if row.amac_code and not amac_fund_fits(row.amac_code):
        cells.warn("amac_code", N_("“%(code)s” is not S and five letters or digits", code=row.amac_code))
    if row.vintage and row.investment_ends_on and row.investment_ends_on.year < row.vintage:
        cells.warn("investment_ends_on", N_("before the fund was set up (%(year)s)", year=row.vintage))
    if None not in (row.invested, row.paid_in) and row.invested > row.paid_in:  # type: ignore[operator]
        cells.warn("invested", N_("more than was paid in"))
    if None not in (row.paid_in, row.committed) and row.paid_in > row.committed:  # type: ignore[operator]
        cells.warn("paid_in", N_("more than was committed"))
    amounts = [investor.amount.exact for investor in row.investors]
    if amounts and None not in amounts and row.committed not in (None, sum(filter(None, amounts))):
        cells.warn("investors", N_("together not what the fund has committed"))


def _startup(number: int, cells: Cells) -> StartupRow:
    headcount = cells.read("headcount", read_headcount)
    row = StartupRow(
        number=number,
        name=cells.needed_name("name", 200),
        short_name=cells.name("short_name", 80),
        credit_code=_credit_code(cells),
        founded_on=cells.day("founded_on"),
        joined_on=cells.day("joined_on"),
        sector_layer=cells.text("sector_layer", 60),
        sector_vertical=cells.text("sector_vertical", 60),
        growth_stage=cells.text("growth_stage", 60),
        last_round=cells.text("last_round", 30),
        headcount=headcount.number if headcount else None,
        headcount_text=(headcount.text if headcount else None) or "",
        seeking=cells.amount("seeking"),
        model_filing=cells.text("model_filing", 80),
        labels=tuple(cells.names("labels")),
        summary=cells.text("summary", 200),
        note=cells.note(2000),
    )
    if row.founded_on and row.joined_on and row.joined_on < row.founded_on:
        cells.warn("joined_on", N_("before the startup was founded (%(day)s)", day=row.founded_on.isoformat()))
    if any(len(label) > LONGEST_LABEL for label in row.labels):
        cells.refuse("labels", N_("longer than %(limit)s characters", limit=LONGEST_LABEL))
    return row


def _deal(number: int, cells: Cells) -> DealRow:
    row = DealRow(
        number=number,
        day=cells.needed_day("day"),
        startup=cells.needed("startup", 200),
        institution=cells.needed("institution", 200),
        round=cells.needed("round", 30),
        sought=cells.amount("sought"),
        progress=cells.needed("progress", 200),
        signed=cells.number("signed"),
        received=cells.number("received"),
        note=cells.note(400),
    )
    if row.signed is not None and row.received is not None and row.received > row.signed:
        cells.warn("received", N_("more than was signed"))
    return row


def _service(number: int, cells: Cells) -> ServiceRow:
    return ServiceRow(
        number=number,
        day=cells.needed_day("day"),
        startup=cells.needed("startup", 200),
        category=cells.text("category", 60),
        type=cells.needed("type", 60),
        content=cells.text("content", 4000),
        partners=cells.names("partners"),
        outcome=cells.text("outcome", 200),
        amount=cells.amount("amount"),
        state=cells.needed("state", 60) if "state" in cells.columns else "完成",
        handler=cells.text("handler", 80),
    )


def _flow(number: int, cells: Cells) -> FlowRow:
    currency = _currency(cells)
    amount = cells.amount("amount")
    if amount.exact is None and not cells.reasons:
        cells.refuse("amount", N_("missing, or no exact amount"))
    return FlowRow(
        number=number,
        name=cells.needed_name("name", 200),
        day=cells.needed_day("day"),
        kind=cells.needed("kind", 40),
        amount=amount.exact or 0,
        currency=currency,
        note=cells.text("note", 200),
        source=cells.text("source", 120),
    )


_PARSERS: dict[str, Callable[[int, Cells], Any]] = {
    "机构名录": _institution,
    "基金": _fund,
    "企业": _startup,
    "对接台账": _deal,
    "服务台账": _service,
    "资金流": _flow,
}


def read_rows(sheet: Sheet) -> Iterator[Reading]:
    """Every row of a sheet, in its order."""
    cells, parse = Cells(sheet), _PARSERS[sheet.layout.name]
    for number, row in sheet.rows:
        yield _read_row(number, row, cells, parse)


def _read_row(number: int, row: Sequence[Any], cells: Cells, parse: Callable[[int, Cells], Any]) -> Reading:
    cells.begin(row)
    value = parse(number, cells)
    reasons, warnings = tuple(cells.reasons), tuple(cells.warnings)
    return Reading(number, None if reasons else value, reasons, warnings)
