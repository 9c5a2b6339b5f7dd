"""What a startup seeks now: its open round, and how far each institution has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm.deals.models import HOLDING, RoundState
from crm.deals.queries.deals import rows_in_round
from crm.deals.queries.events import received_by_deal
from crm.settings.queries import terms


@dataclass(frozen=True)
class Seeking:
    """An open round and its deals as rows: those that still count first, of these the furthest. Amounts in 分."""

    round: Any
    deals: Sequence[Any]
    signed: int
    received: int


def seeking(rounds: Sequence[Any]) -> Seeking | None:
    """What a startup seeks, of its rounds as rows, of which the open ones come first; None where none is open."""
    if not rounds or rounds[0].state != RoundState.OPEN:
        return None
    place = {code: number for number, code in enumerate(terms("deal_stage"))}
    deals = sorted(
        rows_in_round(rounds[0].id),
        key=lambda deal: (deal.status in HOLDING, place.get(deal.stage, -1)),
        reverse=True,
    )
    received = received_by_deal([deal.id for deal in deals if deal.signed is not None])
    return Seeking(rounds[0], deals, sum(deal.signed or 0 for deal in deals), sum(received.values()))
