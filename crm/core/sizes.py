"""How a database learns how many rows its indexes tell apart: SQLite, which was not told, takes the wrong one of two.

PostgreSQL learns it by itself, sooner or later.
"""

from __future__ import annotations

from datetime import datetime

from crm.core.db import db
from crm.core.periodic import once_a_day

SAMPLE = 1000  # rows of each index: a tenth of a second for a million records


def learn_sizes() -> None:
    """Let the database look at a sample of each index."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA analysis_limit = {SAMPLE}")
    connection.exec_driver_sql("ANALYZE")


def learn_sizes_daily(at: datetime) -> None:
    """The same once a day."""
    once_a_day("sizes", learn_sizes, at=at)
