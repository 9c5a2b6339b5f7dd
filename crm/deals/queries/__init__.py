"""Reading rounds, deals, their events and money, and the interests that wait."""

from crm.deals.queries.board import board, numbers, stale_deals
from crm.deals.queries.by_round import deals_by_round, rounds_with_deals
from crm.deals.queries.deals import (
    WITH_NAMES,
    active_deals,
    count_deals,
    count_open_of,
    deal_between,
    deals,
    deals_in_round,
    deals_of_institution,
    deals_of_startup,
    deals_to_change,
    find_deal,
    latest_deals,
    open_deals_of,
    open_of,
)
from crm.deals.queries.events import (
    event_recorded_at,
    events_of,
    find_receipt,
    receipt_recorded_at,
    receipts_of,
    received_by_deal,
    standing_events,
    stands,
)
from crm.deals.queries.interests import find_interest, interests_of, waiting_interests
from crm.deals.queries.rounds import count_rounds, find_round, open_rounds_of, round_called, rounds, rounds_of
from crm.deals.queries.wanted import Wanted

__all__ = [
    "WITH_NAMES",
    "Wanted",
    "active_deals",
    "board",
    "count_deals",
    "count_open_of",
    "count_rounds",
    "deal_between",
    "deals",
    "deals_by_round",
    "deals_in_round",
    "deals_of_institution",
    "deals_of_startup",
    "deals_to_change",
    "event_recorded_at",
    "events_of",
    "find_deal",
    "find_interest",
    "find_receipt",
    "find_round",
    "interests_of",
    "latest_deals",
    "numbers",
    "open_deals_of",
    "open_of",
    "open_rounds_of",
    "receipt_recorded_at",
    "receipts_of",
    "received_by_deal",
    "round_called",
    "rounds",
    "rounds_of",
    "rounds_with_deals",
    "stale_deals",
    "standing_events",
    "stands",
    "waiting_interests",
]
