"""How a database learns how many rows its indexes tell apart: SQLite, which was not told, takes the wrong one of two.

PostgreSQL learns it by itself, sooner or later.
"""

from __future__ import annotations

from datetime import datetime

from crm.core.db import db
from crm.core.periodic import once_a_day


def learn_sizes() -> None:
    """Let the database look at its indexes: three seconds for a million records.

    Not at a sample of them: it took wrong ones again, such as for deals of a sector.
    """
    db.session.connection().exec_driver_sql("ANALYZE")


def learn_sizes_daily(at: datetime) -> None:
    """The same once a day."""
    once_a_day("sizes", learn_sizes, at=at)
