"""What the first release kept about people, carried over."""

from __future__ import annotations

import json

import sqlalchemy as sa

from tests.contracts.test_migrations import crm, fresh

__all__ = ["fresh"]
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


def test_a_person_of_the_first_release_keeps_the_data_and_the_history_loses_them(fresh: dict[str, str]) -> None:
    assert crm(fresh, "db", "upgrade", "0001").returncode == 0
    url = fresh.get("CRM_DATABASE_URL", f"sqlite:///{fresh['CRM_DATA_DIR']}/crm.sqlite3")
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(sa.text(INSTITUTION), {"at": AT})
        connection.execute(sa.text(PERSON), {"at": AT})
        connection.execute(sa.text(ENTRY), {"at": AT, "changes": json.dumps(CHANGES)})
    assert crm(fresh, "db", "upgrade").returncode == 0
    with engine.connect() as connection:
        person = connection.execute(sa.text("SELECT * FROM person")).one()
        told = repr(connection.execute(sa.text("SELECT changes FROM audit_entry")).all())
    assert (person.phone, person.name_key, person.purpose) == ("13912345678", "gunanqiao", "投融资对接联系")
    assert (person.startup_id, bool(person.is_founder)) == (None, False)
    assert "139****5678" in told
    assert not [one for one in ("13912345678", "gu@hanxi", "old@hanxi") if one in told]
    assert crm(fresh, "db", "downgrade", "0001").returncode == 0
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT phone FROM person")) == "13912345678"
    engine.dispose()
