"""An audit entry as a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm.audit.models import AuditEntry
from crm.audit.vocabulary import KINDS, KINDS_BY_RECORD, LABELS, MONEY, VERBS, YES_NO
from crm.lib.money import format_money
from crm.lib.text import N_, Message
from crm.settings.queries import label

NOTHING = "—"
YES, NO = N_("yes"), N_("no")
TOO_LONG = 60


def sentence(entry: AuditEntry, translate: Callable[[Message], str], language: str) -> str:
    """Who did what to which record, and every field that changed, from → to."""
    verb = VERBS[entry.verb]
    opening = translate(Message(verb.text, (("actor", entry.actor_name), ("record", f"“{entry.record_name}”"))))
    told = [told_change(entry.record_type, change, translate, language) for change in entry.changes]
    if not told:
        return opening
    colon, comma = (": ", "; ") if language == "en" else ("：", "；")
    return opening + colon + comma.join(told)


def told_change(record_type: str, change: dict[str, Any], translate: Callable[[Message], str], language: str) -> str:
    name = change["field"]
    kind = KINDS_BY_RECORD.get((record_type, name), KINDS.get(name, ""))
    before, after = (told_value(change[side], kind, translate, language) for side in ("before", "after"))
    field = translate(LABELS[name])
    return f"{field} {after}" if before == NOTHING else f"{field} {before} → {after}"


def told_value(value: Any, kind: str, translate: Callable[[Message], str], language: str) -> str:
    if value is None or value in ("", []):
        return NOTHING
    if kind == YES_NO:
        return translate(YES if value else NO)
    if kind == MONEY:
        return format_money(value, language)
    if isinstance(value, list):
        return ("、" if language != "en" else ", ").join(told_value(item, kind, translate, language) for item in value)
    told = label(kind, str(value), language) if kind else str(value)
    return told if len(told) <= TOO_LONG else told[: TOO_LONG - 1] + "…"
