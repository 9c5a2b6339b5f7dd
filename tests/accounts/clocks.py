"""The clock of the pages, moved by a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from crm.core.clock import now

READ_IN = ("crm.web.answers.clock_now", "crm.blueprints.now", "crm.web.sessions.now")


@contextmanager
def later(**delta: float) -> Iterator[datetime]:
    """Pages opened inside are opened after a while."""
    moment = now() + timedelta(**delta)
    with ExitStack() as stack:
        for name in READ_IN:
            stack.enter_context(patch(name, lambda: moment))
        yield moment
