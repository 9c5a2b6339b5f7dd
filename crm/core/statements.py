"""What the log may know of SQL: statements that took long, never the values in them."""

from __future__ import annotations

import time
from typing import Any

import structlog
from sqlalchemy import event
from sqlalchemy.engine import Engine, ExceptionContext

LONGEST = 2_000  # characters of a statement that the log keeps
log = structlog.get_logger("crm.sql")


class Watch:
    """Tells the log of statements that take `limit_ms` milliseconds or more, without their parameters; 0: of none."""

    def __init__(self) -> None:
        self.limit_ms = 0

    def begin(self, limit_ms: int) -> None:
        """Watch all engines of this process from now on."""
        self.limit_ms = limit_ms
        if limit_ms and not event.contains(Engine, "before_cursor_execute", self.start):
            event.listen(Engine, "before_cursor_execute", self.start)
            event.listen(Engine, "after_cursor_execute", self.stop)

    def start(self, _connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool) -> None:
        context.began = time.perf_counter()

    def stop(self, _connection: Any, cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:
        took = (time.perf_counter() - context.began) * 1000
        if self.limit_ms and took >= self.limit_ms:
            log.warning("slow query", ms=round(took), rows=cursor.rowcount, sql=" ".join(statement.split())[:LONGEST])


watch = Watch()


@event.listens_for(Engine, "handle_error")
def tell_no_values(context: ExceptionContext) -> None:
    """Cut what PostgreSQL adds to an error (DETAIL: Key (email)=(…) already exists): it quotes the row."""
    original = context.original_exception
    primary = getattr(getattr(original, "diag", None), "message_primary", None)
    if primary:
        original.args = (primary,)
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.args = (f"({type(original).__name__}) {primary}",)
