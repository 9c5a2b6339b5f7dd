"""Many rows at once: numbers given out beforehand, one statement per table, and the audit lines with them.

The ORM takes 20 times as long for this; a ledger has 100,000 rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.accounts.models import Actor
from crm.audit import chain
from crm.audit.models import AuditEntry
from crm.core.bulk import insert_rows, new_ids
from crm.core.db import Base, Versioned
from crm.search import actions as search

Values = Mapping[str, Any]
DRY_NUMBERS = 10**15  # no record is ever that many
AT_ONCE = 10_000  # rows of one statement, for the sake of memory


class Writer:
    """Writes for one import into the caller's transaction, or, in a dry run, only pretends to."""

    def __init__(self, session: orm.Session, *, by: Actor, at: datetime, dry_run: bool) -> None:
        self.session = session
        self.by = by
        self.at = at
        self.dry_run = dry_run
        self.audit: list[tuple[Any, ...]] = []
        self.written: dict[type[Base], set[int]] = {}
        self.changed: dict[type[Base], set[str]] = {}
        self._given = DRY_NUMBERS

    def lock(self, models: Iterable[type[Base]]) -> None:
        """Keep other writers out until the transaction ends. SQLite has done so already."""
        if self.session.get_bind().dialect.name == "postgresql" and not self.dry_run:
            tables = ", ".join(model.__tablename__ for model in models)
            self.session.execute(sa.text(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))

    def numbers(self, model: type[Base], count: int) -> Sequence[int]:
        """Ids for new records."""
        if not count:
            return ()
        if self.dry_run:
            self._given += count
            return range(self._given - count, self._given)
        return new_ids(self.session, model, count)

    def insert(self, model: type[Base], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """New rows of one table; columns that are not given get their defaults."""
        if self.dry_run:
            return
        waiting = iter(rows)
        while some := list(islice(waiting, AT_ONCE)):
            insert_rows(self.session.connection(), model.__table__, columns, some)
            if "id" in columns:
                at = columns.index("id")
                self.written.setdefault(model, set()).update(row[at] for row in some)

    def insert_values(self, model: type[Base], rows: Sequence[Values]) -> None:
        """The same from mappings that all have the same keys."""
        if rows:
            columns = list(rows[0])
            self.insert(model, columns, ([row[column] for column in columns] for row in rows))

    def update(self, model: type[Base], changed: Mapping[int, Values]) -> None:
        """New values of some columns of existing records; their versions go up."""
        if self.dry_run:
            return
        for record_id, values in changed.items():
            version = {"version": model.version + 1} if issubclass(model, Versioned) else {}
            statement = sa.update(model).where(model.id == record_id).values(**values, **version)
            self.session.execute(statement, execution_options={"synchronize_session": False})
            self.written.setdefault(model, set()).add(record_id)
            self.changed.setdefault(model, set()).update(values)

    def note(self, model: type[Base], record_id: int, name: str, changes: list[dict[str, Any]] | None = None) -> None:
        """An audit line about a record that was imported."""
        self.audit.append((model.__tablename__, record_id, name[:200], changes or []))

    def finish(self) -> None:
        """Index what was written, and write the audit lines: last, because they lock the end of the chain."""
        for model, ids in self.written.items():
            search.index_many(model, ids, changed=self.changed.get(model, ()))
        actor = (self.at, self.by.id, self.by.name, "imported")
        lines = ((*actor, *line) for line in self.audit)
        self.insert(AuditEntry, chain.CHAINED, chain.linked(self.session, lines))
        self.session.expire_all()
