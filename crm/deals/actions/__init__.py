"""Everything that is done to rounds, deals and interests."""

from crm.deals.actions.deals import (
    AlreadyThere,
    DealValues,
    archive_deal,
    edit_deal,
    hand_over,
    log_deal,
    restore_deal,
)
from crm.deals.actions.interests import express_interest, handle_interest, reopen_interest
from crm.deals.actions.money import receive, remove_receipt
from crm.deals.actions.moves import Move, entered_stage_on, move_deal, reverse_event
from crm.deals.actions.names import deal_title, round_title
from crm.deals.actions.rounds import (
    RoundValues,
    archive_round,
    edit_round,
    edit_round_sought,
    move_round,
    open_round,
    restore_round,
)

__all__ = [
    "AlreadyThere",
    "DealValues",
    "Move",
    "RoundValues",
    "archive_deal",
    "archive_round",
    "deal_title",
    "edit_deal",
    "edit_round",
    "edit_round_sought",
    "entered_stage_on",
    "express_interest",
    "hand_over",
    "handle_interest",
    "log_deal",
    "move_deal",
    "move_round",
    "open_round",
    "receive",
    "remove_receipt",
    "reopen_interest",
    "restore_deal",
    "restore_round",
    "reverse_event",
    "round_title",
]
