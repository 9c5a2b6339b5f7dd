"""The cells of one row, read by the name of their column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from crm.imports.investors import LONGEST_AMOUNT, key_of
from crm.imports.reader import Sheet
from crm.lib.dates import read_day
from crm.lib.money import Amount, read_amount
from crm.lib.names import split_names, tidy_name
from crm.lib.text import N_, Message, Unreadable, is_blank, tidy

T = TypeVar("T")

# Ledgers repeat themselves: the same names, days and amounts in thousands of rows.
_day = lru_cache(maxsize=16_384, typed=True)(read_day)
_amount = lru_cache(maxsize=16_384, typed=True)(read_amount)
_is_blank = lru_cache(maxsize=16_384)(is_blank)
_tidy = lru_cache(maxsize=16_384)(tidy)
_tidy_name = lru_cache(maxsize=65_536)(tidy_name)
_names = lru_cache(maxsize=16_384)(lambda text: tuple(map(tidy_name, split_names(text))))


class Cells:
    """One row at a time, cell by cell; what cannot be read is collected, not raised."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.columns = sheet.columns
        self.units = sheet.units
        self.row: Sequence[Any] = ()
        self.reasons: list[Message] = []
        self.warnings: list[Message] = []
        self.foreign: re.Pattern[str] | None = None  # what may stand for the currency of this row
        self.remarks: list[str] = []

    def begin(self, row: Sequence[Any]) -> None:
        self.row, self.reasons, self.warnings, self.foreign = row, [], [], None
        self.remarks.clear()

    def raw(self, field: str) -> Any:
        """The cell, or None when it is blank or its column is not there."""
        index = self.columns.get(field)
        if index is None:
            return None
        cell = self.row[index]
        if cell == "":
            return None
        may_be_blank = isinstance(cell, str) and (len(cell) < 5 or not cell[0].isalnum())
        return None if may_be_blank and _is_blank(cell) else cell

    def text(self, field: str, limit: int) -> str:
        """The text of a cell, tidied; a number as somebody would write it."""
        cell = self.raw(field)
        if cell is None:
            return ""
        text = _tidy(cell if isinstance(cell, str) else _as_text(cell))
        if len(text) > limit:
            self.refuse(field, N_("longer than %(limit)s characters", limit=limit))
        return text[:limit]

    def needed(self, field: str, limit: int) -> str:
        text = self.text(field, limit)
        if not text:
            self.refuse(field, N_("missing"))
        return text

    def name(self, field: str, limit: int) -> str:
        """A name that is stored with its key, which is longer where one character stands for several."""
        name = _tidy_name(self.text(field, limit))
        if len(key_of(name)) > limit:
            self.refuse(field, N_("longer than %(limit)s characters", limit=limit))
        return name

    def needed_name(self, field: str, limit: int) -> str:
        name = self.name(field, limit)
        if not name:
            self.refuse(field, N_("missing"))
        return name

    def names(self, field: str) -> tuple[str, ...]:
        return _names(self.text(field, 2000))

    def day(self, field: str) -> date | None:
        return self.read(field, _day)

    def needed_day(self, field: str) -> date:
        cell = self.raw(field)
        if cell is None:
            self.refuse(field, N_("missing"))
        return self.day(field) or date.min

    def amount(self, field: str) -> Amount:
        cell = self.raw(field)
        if cell is None:
            return Amount()
        if self.foreign and isinstance(cell, str):
            cell = self.foreign.sub("", cell)
        try:
            amount = _amount(cell, self.units[field])
        except Unreadable as unreadable:
            self.refuse(field, unreadable.message)
            return Amount()
        if amount.text and len(amount.text) > LONGEST_AMOUNT:
            self.refuse(field, N_("longer than %(limit)s characters", limit=LONGEST_AMOUNT))
        return amount

    def number(self, field: str) -> int | None:
        """A money cell that counts only as one number, in fen; a range or words are kept as a remark."""
        amount = self.amount(field)
        if amount.disclosure == "approximate":
            self.remarks.append(f"{self.sheet.heading(field)} {amount.text}")
            self.warn(field, N_("“%(text)s” is no exact amount: kept as a remark", text=amount.text or ""))
        return amount.exact

    def note(self, limit: int) -> str:
        """The remark of the row, and what its other cells had to be kept as; to be read last."""
        return "；".join(filter(None, (self.text("note", limit), *self.remarks)))[:limit]

    def read(self, field: str, reader: Callable[[Any], T]) -> T | None:
        """The cell through a reader that raises Unreadable."""
        cell = self.raw(field)
        if cell is None:
            return None
        try:
            return reader(cell)
        except Unreadable as unreadable:
            self.refuse(field, unreadable.message)
            return None

    def refuse(self, field: str, reason: Message) -> None:
        self.reasons.append(self._about(field, reason))

    def warn(self, field: str, reason: Message) -> None:
        self.warnings.append(self._about(field, reason))

    def _about(self, field: str, reason: Message) -> Message:
        return N_("%(column)s: %(reason)s", column=self.sheet.heading(field), reason=reason)


def _as_text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)
