"""What the demonstration's finance staff finds under the bell: a colleague moved and gave away some deals."""

from __future__ import annotations

from datetime import datetime

from crm.accounts.models import Account
from crm.core.clock import day_of
from crm.deals import actions as deal_actions
from crm.deals import queries as deal_queries
from crm.deals.actions import DealValues, Move
from crm.deals.models import Deal, DealStatus

EARLY = {"referred": "interested", "interested": "met", "met": "due_diligence"}


def make_unread(people: dict[str, Account], at: datetime) -> None:
    """The manager takes two deals of the first account a step further, and gives it one of the second's."""
    boss = people["manager"]
    for deal in early_deals(people["finance"])[:2]:
        move = Move(EARLY[deal.stage], DealStatus.ACTIVE, day_of(at))
        deal_actions.move_deal(deal, move, version=None, by=boss, at=at)
    for deal in early_deals(people["zhou"])[:1]:
        values = {name: getattr(deal, name) for name in DealValues.__dataclass_fields__}
        changed = DealValues(**{**values, "owner_id": people["finance"].id})
        deal_actions.edit_deal(deal, changed, version=None, by=boss, at=at)


def early_deals(owner: Account) -> list[Deal]:
    """An owner's active deals before the stages that ask for papers and amounts, the latest introduced first."""
    deals = [one for one in deal_queries.open_deals_of(owner) if one.status == DealStatus.ACTIVE and one.stage in EARLY]
    return sorted(deals, key=lambda one: one.introduced_on, reverse=True)
