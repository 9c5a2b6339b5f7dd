"""The history of a record, told in the reader's language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crm.audit.models import AuditEntry
from crm.audit.queries import history_of, last_entry_of
from crm.audit.sentences import sentence
from crm.core.db import Base
from crm.web.conflict import LastChange
from crm.web.language import current_language, translate


@dataclass(frozen=True)
class ToldEntry:
    """One line of a history."""

    at: datetime
    actor_name: str
    sentence: str


def told(entries: Iterable[AuditEntry]) -> list[ToldEntry]:
    """Audit entries as sentences."""
    return [ToldEntry(entry.at, entry.actor_name, sentence(entry, translate, current_language())) for entry in entries]


def told_history(
    record_type: str, record_id: int, parts: Mapping[str, Collection[int]] | None = None
) -> list[ToldEntry]:
    """Who changed a record and its parts ({type: ids}), newest first."""
    return told(history_of(record_type, record_id, parts))


def last_change(record: Base) -> LastChange | None:
    """Who saved a record last, and when."""
    entry = last_entry_of(record.__tablename__, record.id)
    return LastChange(entry.actor_name, entry.at, entry.record_name) if entry else None
