"""A revision widens what there is: code of the release before it reads and writes the same database meanwhile.

Expand, then contract: a release adds, and only the one after it takes away what nothing reads any more. A revision
that takes away stands in `NARROWS` with the release whose code no longer needs it; the guide says what to do then.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask

from tests.contracts.test_migrations import done, fresh, opened, pytestmark

__all__ = ["fresh", "pytestmark"]
SINCE = "0058"  # before it there was one release, which nobody upgraded in parts
NARROWS: dict[str, str] = {}
Columns = dict[tuple[str, str], bool]  # by table and name: must an insert name it?


def columns_of(app: Flask) -> Columns:
    with opened(app) as connection:
        look = sa.inspect(connection)
        return {
            (table, str(one["name"])): not one["nullable"] and one["default"] is None and one["name"] != "id"
            for table in look.get_table_names()
            for one in look.get_columns(table)
        }


def narrowed(before: Columns, after: Columns) -> list[str]:
    """What the code of before misses after: columns that are gone, and those that its inserts do not name."""
    tables = {table for table, _ in before}
    gone = [f"{table}.{name} is gone" for table, name in before if (table, name) not in after]
    needed = [
        f"{table}.{name} must be named"
        for (table, name), must in after.items()
        if must and table in tables and not before.get((table, name))
    ]
    return gone + needed


def revisions(app: Flask) -> list[str]:
    """From the first that counts to the newest."""
    scripts = ScriptDirectory(str(app.extensions["migrate"].directory))
    return [one.revision for one in scripts.walk_revisions(SINCE, "head")][::-1]


def test_code_of_the_release_before_goes_on_working_on_a_newer_database(fresh: Flask) -> None:
    steps = revisions(fresh)
    assert done("db", "upgrade", steps[0])
    found, before = {}, columns_of(fresh)
    for revision in steps[1:]:
        assert done("db", "upgrade", revision)
        after = columns_of(fresh)
        if wrong := narrowed(before, after):
            found[revision] = wrong
        before = after
    assert {revision: wrong for revision, wrong in found.items() if revision not in NARROWS} == {}


def test_a_revision_that_takes_something_away_is_found(fresh: Flask) -> None:
    """The positive control: these two, of before the rule, did."""
    assert done("db", "upgrade", "0056")
    before = columns_of(fresh)
    assert done("db", "upgrade", "0058")
    found = narrowed(before, columns_of(fresh))
    assert "failed_sign_in.username is gone" in found
    assert "audit_entry.hash must be named" in found
