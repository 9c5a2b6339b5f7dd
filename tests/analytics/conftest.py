"""Deals with a history of their own, told as stages and days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from crm.deals import actions, queries
from crm.deals.actions import Move
from crm.deals.models import Deal, DealStatus
from crm.institutions.models import Institution
from tests.conftest import Work
from tests.factories import AT, BY, WAN, a_deal

Step = tuple[str, int] | tuple[str, int, str]
Tell = Callable[..., Deal]
FIRST = date(2026, 1, 5)


@pytest.fixture
def told(work: Work) -> Tell:
    """`told(("referred", 0), ("met", 9, "passed"))`: a deal with events so many days after 5 January 2026."""

    def tell(*steps: Step, institution: Institution | None = None, **values: object) -> Deal:
        moves = [move(*step) for step in steps]
        first = moves[0]
        money = {"signed": first.signed, "received": first.received} if first.signed else {}
        deal = a_deal(
            institution=institution,
            stage=first.stage,
            happened_on=first.happened_on,
            status=first.status,
            **money,
            **values,
        )
        for later in moves[1:]:
            with work():
                kept = queries.find_deal(BY, deal.id)
                assert kept is not None
                actions.move_deal(kept, later, version=None, by=BY, at=AT)
        return deal

    return tell


def move(stage: str, days: int, status: str = "active") -> Move:
    """A move so many days after the first day, with the money that its stage needs."""
    day = date.fromordinal(FIRST.toordinal() + days)
    signed = WAN if stage in ("signed", "funded") else None
    received = WAN if stage == "funded" else None
    reason = "timing" if status == "passed" else None
    return Move(stage, DealStatus(status), day, reason=reason, signed=signed, received=received)
