"""Taking back what was just done, by counter-actions: the history keeps both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crm.accounts.models import Actor
from crm.audit.models import AuditEntry
from crm.core.errors import Refusal
from crm.deals.actions import place_of
from crm.deals.models import Deal
from crm.notifications.actions import withdraw
from crm.undo.columns import GONE
from crm.undo.counters import counter_of
from crm.undo.people import is_kept
from crm.undo.queries import are_latest, own_entries


def undoable(ids: Sequence[int], by: Actor, at: datetime) -> Sequence[AuditEntry]:
    """The changes of these audit entries when all of them can be taken back by this actor; else none."""
    entries = own_entries(by, ids, at)
    possible = all(counter_of(entry, by) is not None and is_kept(entry) for entry in entries)
    return entries if possible and are_latest(ids) else []


def undo(ids: Sequence[int], *, by: Actor, at: datetime) -> int:
    """Take back all of these changes, the latest first; returns how many. Raises Refusal when one cannot be."""
    entries = undoable(ids, by, at)
    for entry in entries:
        take_back(entry, by=by, at=at)
    if not entries:
        raise Refusal({"": GONE})
    return len(entries)


COUNTED = frozenset({"introduced", "lapsed"})


def take_back(entry: AuditEntry, *, by: Actor, at: datetime) -> None:
    found = counter_of(entry, by)
    record = found[0].find(by, entry.record_id) if found else None
    if found is None or record is None:
        raise Refusal({"": GONE})
    found[1](record, entry, by, at)
    withdraw_notices(record, entry, by=by, at=at)


def withdraw_notices(record: Any, entry: AuditEntry, *, by: Actor, at: datetime) -> None:
    """Let nobody be told any more of a change that was taken back."""
    withdraw(
        entry.record_type,
        entry.record_id,
        told_at=entry.at,
        count=next((change["after"] for change in entry.changes if change["field"] in COUNTED), None),
        note=place_of(record) if isinstance(record, Deal) else None,
        by=by,
        at=at,
    )
