"""What a service type measures: its outcome fields, and what a service says in them."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm.lib.money import Amount, format_amount
from crm.lib.text import N_, Message

YES, NO = "yes", "no"
YES_NO_WORDS = {YES: N_("yes"), NO: N_("no")}
MOST_FIELDS = 8


class OutcomeKind(enum.StrEnum):
    NUMBER = "number"
    AMOUNT = "amount"
    DAY = "day"
    PERCENT = "percent"
    YES_NO = "yes_no"
    TEXT = "text"


@dataclass(frozen=True)
class OutcomeField:
    """One thing that services of a type measure. `key` never changes; a unit such as 家 belongs to a number."""

    key: str
    name_zh: str
    name_en: str
    kind: OutcomeKind
    unit_zh: str = ""
    unit_en: str = ""

    def label(self, language: str) -> str:
        """The name in a language; the Chinese one where the English one is missing."""
        return self.name_en if language == "en" and self.name_en else self.name_zh

    def unit(self, language: str) -> str:
        """The unit in a language, "" for none."""
        if self.kind == OutcomeKind.PERCENT:
            return "%"
        return self.unit_en if language == "en" else self.unit_zh


def read_fields(kept: Iterable[Mapping[str, Any]]) -> tuple[OutcomeField, ...]:
    """The fields of a type as its row keeps them."""
    return tuple(OutcomeField(**dict(one, kind=OutcomeKind(one["kind"]))) for one in kept)


def write_value(value: Any) -> Any:
    """A value of a form as JSON keeps it; None for nothing."""
    if isinstance(value, Amount):
        told = {"low": value.low, "high": value.high, "text": value.text}
        return told if any(part is not None for part in told.values()) else None
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value or None


def read_value(field: OutcomeField, kept: Any) -> Any:
    """A kept value as the field's form wants it."""
    if kept is None:
        return None
    if field.kind == OutcomeKind.AMOUNT:
        return Amount(**kept)
    if field.kind in (OutcomeKind.NUMBER, OutcomeKind.PERCENT):
        return Decimal(kept)
    return date.fromisoformat(kept) if field.kind == OutcomeKind.DAY else kept


def told_value(field: OutcomeField, kept: Any, language: str, translate: Callable[[Message], str] = str) -> str:
    """A kept value with its unit, in a language."""
    if field.kind == OutcomeKind.AMOUNT:
        return format_amount(Amount(**kept), language)
    if field.kind in (OutcomeKind.NUMBER, OutcomeKind.PERCENT):
        unit = field.unit(language)
        return f"{Decimal(kept):,f} {unit}".strip()
    return translate(YES_NO_WORDS[kept]) if field.kind == OutcomeKind.YES_NO else str(kept)


def told_outcomes(
    fields: Iterable[OutcomeField],
    values: Mapping[str, Any] | None,
    language: str,
    translate: Callable[[Message], str],
) -> list[tuple[str, str]]:
    """What a service says, as (name of the field, value with its unit)."""
    kept = values or {}
    return [
        (field.label(language), told_value(field, kept[field.key], language, translate))
        for field in fields
        if field.key in kept
    ]


def kept_of(fields: Iterable[OutcomeField], values: Mapping[str, Any] | None) -> dict[str, Any]:
    """The values that belong to some fields, without empty ones."""
    told = values or {}
    return {field.key: told[field.key] for field in fields if told.get(field.key) is not None}


def history_of(fields: Iterable[OutcomeField], values: Mapping[str, Any]) -> list[str]:
    """What a service says, as the history keeps it: in Chinese, like names."""
    words = {YES_NO_WORDS[YES]: "是", YES_NO_WORDS[NO]: "否"}
    return [f"{name} {value}" for name, value in told_outcomes(fields, values, "zh_CN", words.__getitem__)]
