"""How a database learns how many rows its indexes tell apart: SQLite, which was not told, takes the wrong one of two.

PostgreSQL learns it by itself, sooner or later. An SQLite that is older than SOUND is not told: with what it learnt,
3.40 forgets the upper bound of an index behind an IN, and finds rows that nobody asked for.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from crm.core.db import db
from crm.core.periodic import once_a_day

SOUND = (3, 46)


def learn_sizes() -> None:
    """Let the database look at its indexes: three seconds for a million records.

    Not at a sample of them: it took wrong ones again, such as for deals of a sector.
    """
    connection = db.session.connection()
    if connection.dialect.name != "sqlite" or sqlite3.sqlite_version_info >= SOUND:
        connection.exec_driver_sql("ANALYZE")


def learn_sizes_daily(at: datetime) -> None:
    """The same once a day."""
    once_a_day("sizes", learn_sizes, at=at)
