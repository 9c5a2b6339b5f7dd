"""What the first release kept of people and startups is carried over, and goes back."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from flask import Flask

from tests.contracts.test_migrations import done, fresh, opened, pytestmark

__all__ = ["fresh", "pytestmark"]
AT = "2026-06-12 06:40:00+00:00"
INSTITUTION = (
    "INSERT INTO institution (id, name, name_key, short_name, short_key, kind, amac_number, city, growth_stages,"
    " sectors, note, created_at, version)"
    " VALUES (1, '寒溪', '寒溪', '', '', 'vc', '', '', '', '', '', :at, 1)"
)
PERSON = (
    "INSERT INTO person (institution_id, name, title, phone, email, note, created_at, version)"
    " VALUES (1, 'Gu Nanqiao', '', '13912345678', 'gu@hanxi.example', '', :at, 1)"
)
ENTRY = (
    "INSERT INTO audit_entry (at, actor_name, verb, record_type, record_id, record_name, changes)"
    " VALUES (:at, 'crm', 'changed', 'person', 1, 'Gu Nanqiao', :changes)"
)
CHANGES = [
    {"field": "phone", "before": None, "after": "13912345678"},
    {"field": "email", "before": "old@hanxi.example", "after": "gu@hanxi.example"},
    {"field": "title", "before": None, "after": "合伙人"},
]
STARTUP = (
    "INSERT INTO startup (id, name, name_key, short_name, short_key, headcount_text, model_filing, labels, summary,"
    " profile, team, note, authorised_by, created_at, version)"
    " VALUES (:id, :name, :name, '', '', '', :filing, :labels, '', '', '', '', '', :at, 1)"
)
FULL = {"id": 1, "name": "衡汐", "filing": "Shanghai-1", "labels": "|专精特新|自己的称号|", "at": AT}
BARE = {"id": 2, "name": "子科技", "filing": "", "labels": "", "at": AT}
PAST_ROUND = "INSERT INTO past_round (startup_id, round_name, amount) VALUES (1, 'a', 5)"


def test_a_database_of_the_first_release_keeps_its_people_and_startups(fresh: Flask) -> None:
    assert done("db", "upgrade", "0001")
    with opened(fresh) as connection:
        connection.execute(sa.text(INSTITUTION), {"at": AT})
        connection.execute(sa.text(PERSON), {"at": AT})
        connection.execute(sa.text(ENTRY), {"at": AT, "changes": json.dumps(CHANGES)})
        for startup in (FULL, BARE):
            connection.execute(sa.text(STARTUP), startup)
        connection.execute(sa.text(PAST_ROUND))
    assert done("db", "upgrade")
    assert done("audit", "verify"), "what there was is chained"
    with opened(fresh) as connection:
        the_person_keeps_the_data_and_the_history_loses_them(connection)
        labels_filings_and_past_rounds_are_records(connection)
    assert done("db", "downgrade", "0001")
    with opened(fresh) as connection:
        assert rows(connection, "SELECT phone FROM person") == [("13912345678",)]
        kept = rows(connection, "SELECT labels, model_filing FROM startup ORDER BY id")
        assert kept == [(FULL["labels"], FULL["filing"]), ("", "")]
        assert rows(connection, "SELECT startup_id, round_name, amount FROM past_round") == [(1, "a", 5)]


def the_person_keeps_the_data_and_the_history_loses_them(connection: sa.Connection) -> None:
    person = connection.execute(sa.text("SELECT * FROM person")).one()
    assert (person.phone, person.name_key, person.purpose) == ("13912345678", "gunanqiao", "投融资对接联系")
    assert (person.startup_id, bool(person.is_founder)) == (None, False)
    told = repr(rows(connection, "SELECT changes FROM audit_entry"))
    assert "139****5678" in told
    assert not [one for one in ("13912345678", "gu@hanxi", "old@hanxi") if one in told]


def labels_filings_and_past_rounds_are_records(connection: sa.Connection) -> None:
    labels = rows(connection, "SELECT startup_id, label, label_text FROM startup_label ORDER BY id")
    assert labels == [(1, "specialised", ""), (1, None, "自己的称号")]
    assert rows(connection, "SELECT startup_id, kind, filing_number FROM filing") == [(1, "model_filing", "Shanghai-1")]
    past = rows(connection, "SELECT round_name, amount, version FROM past_round WHERE created_at IS NOT NULL")
    assert past == [("a", 5, 1)]


def rows(connection: sa.Connection, statement: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(sa.text(statement))]
