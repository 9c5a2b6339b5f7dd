"""What happens once a day happens once, whoever comes first, and again when it was rolled back."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from crm.core.periodic import DailyRun, is_first
from tests.conftest import Work
from tests.factories import AT

DAY = date(2026, 6, 12)


def test_only_the_first_of_a_day_does_it(work: Work) -> None:
    with work():
        assert is_first("digest", DAY, account_id=1, at=AT)
    with work():
        assert not is_first("digest", DAY, account_id=1, at=AT)
        assert is_first("digest", DAY, account_id=2, at=AT)
        assert is_first("tasks", DAY, at=AT)
        assert is_first("digest", DAY + timedelta(days=1), account_id=1, at=AT)


def test_a_run_that_was_rolled_back_is_done_again(work: Work) -> None:
    with suppress(ZeroDivisionError), work():
        is_first("digest", DAY, at=AT)
        raise ZeroDivisionError
    with work():
        assert is_first("digest", DAY, at=AT)


@pytest.mark.parametrize(("age", "kept"), [(30, 2), (31, 1)])
def test_runs_are_forgotten_after_a_month(work: Work, age: int, kept: int) -> None:
    with work() as session:
        is_first("digest", DAY - timedelta(days=age), at=AT)
        is_first("digest", DAY, at=AT)
        assert session.scalar(sa.select(sa.func.count(DailyRun.id))) == kept
