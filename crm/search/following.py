"""Keeps the index in step: whatever the ORM saves of a registered record is indexed before the unit commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import inspect, orm

from crm.core.db import listen_once
from crm.search.actions import index
from crm.search.registry import Follow, registry

WAITING = "search_waiting"


def listen() -> None:
    """Index from now on; asked twice, it listens once."""
    calls: dict[str, Callable[..., Any]] = {
        "after_flush": note_changes,
        "before_commit": write_entries,
        "after_rollback": forget_changes,
    }
    for name, call in calls.items():
        listen_once(name, call)


def note_changes(session: orm.Session, _: object) -> None:
    """Remember which entries a flush made stale."""
    waiting: dict[tuple[str, Follow], set[int]] = session.info.setdefault(WAITING, {})
    for record in (*session.new, *session.dirty, *session.deleted):
        for kind, follow in registry.watched.get(type(record), ()):
            if follow.when(record) and touches(session, record, follow):
                waiting.setdefault((kind, follow), set()).update(keys_of(record, follow))


def touches(session: orm.Session, record: Any, follow: Follow) -> bool:
    """Whether the change is one that the entry tells."""
    if record in session.new or record in session.deleted:
        return True
    if not session.is_modified(record):
        return False
    attributes = inspect(record).attrs
    return not follow.columns or any(attributes[name].history.has_changes() for name in follow.columns)


def keys_of(record: Any, follow: Follow) -> Iterator[int]:
    """The value that leads to the entry, and the one before it was moved."""
    history = inspect(record).attrs[follow.key].history
    return (value for value in history.sum() if value is not None)


def write_entries(session: orm.Session) -> None:
    """Index what this unit changed."""
    session.flush()  # the commit would do so after this
    stale: dict[str, set[int]] = {}
    for (kind, follow), keys in session.info.pop(WAITING, {}).items():
        stale.setdefault(kind, set()).update(follow.ids(sorted(keys)))
    for kind, ids in stale.items():
        index(registry.kinds[kind], ids)


def forget_changes(session: orm.Session) -> None:
    """What was rolled back needs no entry."""
    session.info.pop(WAITING, None)
