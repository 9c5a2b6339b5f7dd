"""What both databases write differently says the same."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core.db import unit_of_work
from crm.core.expressions import month_number


@pytest.mark.parametrize(
    ("day", "number"), [(date(2026, 11, 28), 24_323), (date(2026, 12, 31), 24_324), (date(2027, 1, 1), 24_325)]
)
def test_months_are_numbered_across_the_turn_of_a_year(app: Flask, day: date, number: int) -> None:
    with app.app_context(), unit_of_work(write=False) as session:
        assert session.scalar(sa.select(month_number(sa.literal(day)))) == number
