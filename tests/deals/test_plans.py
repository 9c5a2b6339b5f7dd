"""How SQLite finds deals where it has no statistics."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core.db import db, unit_of_work
from crm.deals.queries.deals import LATEST

pytestmark = pytest.mark.once


def test_the_deals_of_a_startup_are_found_by_its_rounds_and_not_among_all(app: Flask) -> None:
    with app.app_context(), unit_of_work(write=False) as session:
        compiled = LATEST["startup"].statement.compile(db.engine, compile_kwargs={"render_postcompile": True})
        query = sa.text(f"EXPLAIN QUERY PLAN {compiled}".replace("?", "1"))
        (found, *_) = [row[3] for row in session.execute(query) if row[3].startswith("SEARCH deal")]
    assert "(round_id=?" in found
