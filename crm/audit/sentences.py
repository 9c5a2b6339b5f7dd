"""An audit entry as a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from crm.audit.vocabulary import (
    AMOUNTS,
    COUNT,
    KINDS,
    KINDS_BY_RECORD,
    LABELS,
    MOMENT,
    MONEY,
    NOBODY,
    PERCENT,
    RATIO,
    VERBS,
    YES_NO,
)
from crm.core.clock import SHANGHAI
from crm.lib.money import CNY, Amount, format_amount, format_money
from crm.lib.text import N_, Message
from crm.settings.queries import label, pinned, version_at

Translate = Callable[[Message], str]
Change = Any  # an AuditEntry, or a row that has what is told of one
NOTHING = "—"
YES, NO = N_("yes"), N_("no")
TOO_LONG = 60
NUMBERS: dict[str, Callable[[Any], str]] = {
    RATIO: lambda value: f"{value / 1000:g}×",
    PERCENT: lambda value: f"{Decimal(value) / 100}%",
    COUNT: lambda value: f"{value:,}",
    MOMENT: lambda value: f"{datetime.fromisoformat(value).astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
}


def sentence(entry: Change, translate: Translate, language: str) -> str:
    """Who did what to which record, and every field that changed, from → to, in the words of that time."""
    with pinned(lambda vocabulary: version_at(vocabulary, entry.at)):
        return told_entry(entry, translate, language)


def told_entry(entry: Change, translate: Translate, language: str) -> str:
    verb = VERBS[entry.verb]
    actor = entry.actor_name if entry.actor_id else NOBODY.get(entry.actor_name, entry.actor_name)
    opening = translate(Message(verb.text, (("actor", actor), ("record", f"“{entry.record_name}”"))))
    told = told_amounts(entry.changes, translate, language)
    told += [told_change(entry.record_type, change, translate, language) for change in single(entry.changes)]
    if not told:
        return opening
    colon, comma = (": ", "; ") if language == "en" else ("：", "；")
    return opening + colon + comma.join(told)


def told_amounts(changes: list[dict[str, Any]], translate: Translate, language: str) -> list[str]:
    """Amounts of which both ends changed, each told as one."""
    by_field = {change["field"]: change for change in changes}
    told = []
    for prefix in whole_amounts(changes):
        parts = [by_field.get(f"{prefix}_{part}", {}) for part in ("low", "high", "text")]
        before, after = (
            format_amount(Amount(*(part.get(side) for part in parts)), language, parts[0].get("currency", CNY))
            for side in ("before", "after")
        )
        told.append(from_to(translate(AMOUNTS[prefix]), before, after))
    return told


def single(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes that are told by themselves: all but the parts of whole amounts."""
    parts = {f"{prefix}_{part}" for prefix in whole_amounts(changes) for part in ("low", "high", "text")}
    return [change for change in changes if change["field"] not in parts]


def whole_amounts(changes: list[dict[str, Any]]) -> list[str]:
    fields = {change["field"] for change in changes}
    return [prefix for prefix in AMOUNTS if {f"{prefix}_low", f"{prefix}_high"} <= fields]


def from_to(field: str, before: str, after: str) -> str:
    return f"{field} {after}" if before == NOTHING else f"{field} {before} → {after}"


def told_change(record_type: str, change: dict[str, Any], translate: Translate, language: str) -> str:
    name = change["field"]
    kind = change.get("kind") or KINDS_BY_RECORD.get((record_type, name), KINDS.get(name, ""))
    values = change.get("names") or (change["before"], change["after"])
    currency = change.get("currency", CNY)
    before, after = (told_value(value, kind, translate, language, currency) for value in values)
    field = translate(LABELS[name])
    return from_to(field, before, after)


def told_value(value: Any, kind: str, translate: Translate, language: str, currency: str = CNY) -> str:
    if value is None or value in ("", []):
        return NOTHING
    if kind == YES_NO:
        return translate(YES if value else NO)
    if kind == MONEY:
        return format_money(value, language, currency)
    if kind in NUMBERS:
        return NUMBERS[kind](value)
    if isinstance(value, list):
        return ("、" if language != "en" else ", ").join(told_value(item, kind, translate, language) for item in value)
    told = label(kind, str(value), language) if kind else str(value)
    return told if len(told) <= TOO_LONG else told[: TOO_LONG - 1] + "…"
