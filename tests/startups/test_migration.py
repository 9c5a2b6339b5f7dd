"""What the first release kept of startups in columns becomes records, and goes back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tests.contracts.test_migrations import crm, fresh

__all__ = ["fresh"]
AT = "2026-06-12 06:40:00+00:00"
STARTUP = (
    "INSERT INTO startup (id, name, name_key, short_name, short_key, headcount_text, model_filing, labels, summary,"
    " profile, team, note, authorised_by, created_at, version)"
    " VALUES (:id, :name, :name, '', '', '', :filing, :labels, '', '', '', '', '', :at, 1)"
)
FULL = {"id": 1, "name": "衡汐", "filing": "Shanghai-1", "labels": "|专精特新|自己的称号|", "at": AT}
BARE = {"id": 2, "name": "子科技", "filing": "", "labels": "", "at": AT}


def test_labels_filings_and_past_rounds_of_the_first_release_are_carried_over(fresh: dict[str, str]) -> None:
    assert crm(fresh, "db", "upgrade", "0001").returncode == 0
    url = fresh.get("CRM_DATABASE_URL", f"sqlite:///{fresh['CRM_DATA_DIR']}/crm.sqlite3")
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        for startup in (FULL, BARE):
            connection.execute(sa.text(STARTUP), startup)
        connection.execute(sa.text("INSERT INTO past_round (startup_id, round_name, amount) VALUES (1, 'a', 5)"))
    assert crm(fresh, "db", "upgrade").returncode == 0
    labels = rows(engine, "SELECT startup_id, label, label_text FROM startup_label ORDER BY id")
    assert labels == [(1, "specialised", ""), (1, None, "自己的称号")]
    assert rows(engine, "SELECT startup_id, kind, filing_number FROM filing") == [(1, "model_filing", "Shanghai-1")]
    past = rows(engine, "SELECT round_name, amount, version FROM past_round WHERE created_at IS NOT NULL")
    assert past == [("a", 5, 1)]
    assert crm(fresh, "db", "downgrade", "0001").returncode == 0
    kept = rows(engine, "SELECT labels, model_filing FROM startup ORDER BY id")
    assert kept == [(FULL["labels"], FULL["filing"]), ("", "")]
    assert rows(engine, "SELECT startup_id, round_name, amount FROM past_round") == [(1, "a", 5)]
    engine.dispose()


def rows(engine: sa.Engine, statement: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(statement))]
