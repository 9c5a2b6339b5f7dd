"""Everything that is done to rounds, deals and interests."""

from crm.deals.actions.closing import (
    Closing,
    DealShare,
    close_round,
    put_shares_back,
    reopen_round,
    reverse_round_event,
    take_back_results,
    withdraw_round,
)
from crm.deals.actions.deals import (
    AlreadyThere,
    DealValues,
    archive_deal,
    edit_deal,
    give,
    hand_over,
    log_deal,
    restore_deal,
)
from crm.deals.actions.interests import express_interest, handle_interest, reopen_interest
from crm.deals.actions.introducing import Introduction, introduce, put_away
from crm.deals.actions.money import receive, remove_receipt
from crm.deals.actions.moves import Move, entered_stage_on, move_deal, place_of, reverse_event, step
from crm.deals.actions.names import deal_title, round_title
from crm.deals.actions.participations import follow_deal, keep_in_step, set_role
from crm.deals.actions.passing import pass_deals, revive_deals
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
    "Closing",
    "DealShare",
    "DealValues",
    "Introduction",
    "Move",
    "RoundValues",
    "archive_deal",
    "archive_round",
    "close_round",
    "deal_title",
    "edit_deal",
    "edit_round",
    "edit_round_sought",
    "entered_stage_on",
    "express_interest",
    "follow_deal",
    "give",
    "hand_over",
    "handle_interest",
    "introduce",
    "keep_in_step",
    "log_deal",
    "move_deal",
    "move_round",
    "open_round",
    "pass_deals",
    "place_of",
    "put_away",
    "put_shares_back",
    "receive",
    "remove_receipt",
    "reopen_interest",
    "reopen_round",
    "restore_deal",
    "restore_round",
    "reverse_event",
    "reverse_round_event",
    "revive_deals",
    "round_title",
    "set_role",
    "step",
    "take_back_results",
    "withdraw_round",
]
