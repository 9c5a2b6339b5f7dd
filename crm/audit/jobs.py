"""What is done about the history once a day."""

from __future__ import annotations

from datetime import datetime

import structlog

from crm.audit.verifying import verify
from crm.core.db import unit_of_work
from crm.core.periodic import once_a_day

TOLD = 10
log = structlog.get_logger()


def verify_daily(at: datetime) -> list[str]:
    """Read the whole chain without holding up who writes; returns what is wrong, which is an error in the log, too."""
    turns: list[datetime] = []
    once_a_day("audit_chain", lambda: turns.append(at), at=at)
    if not turns:
        return []
    with unit_of_work(write=False):
        verdict = verify()
    if verdict.faults:
        log.error("the history is broken: crm audit verify", faults=verdict.faults[:TOLD])
    return verdict.faults
