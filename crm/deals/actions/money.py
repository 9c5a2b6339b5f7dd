"""Recording the tranches of money received on deals."""

from __future__ import annotations

from datetime import date, datetime

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.deals.actions.names import deal_title
from crm.deals.models import (
    Deal,
    Receipt,
)
from crm.lib.text import N_


def receive(deal: Deal, amount: int, received_on: date, *, by: Actor, at: datetime) -> Receipt:
    """Record a tranche of money received on a deal. Raises Refusal."""
    if deal.signed is None:
        raise Refusal({"amount": N_("Record the signed amount first.")})
    if amount <= 0:
        raise Refusal({"amount": N_("Write an amount above zero.")})
    if received_on > day_of(at):
        raise Refusal({"received_on": N_("This day has not come yet.")})
    receipt = add_tranche(deal, amount, received_on, by=by, at=at)
    name = deal_title(deal.round.startup, deal.institution)
    changes = [audit.change("received", None, amount), audit.change("received_on", None, received_on)]
    audit.record(deal, "received", by=by, at=at, name=name, changes=changes)
    return receipt


def remove_receipt(receipt: Receipt, *, by: Actor, at: datetime) -> None:
    """Take out a tranche that was recorded by mistake; the history keeps it."""
    deal = receipt.deal
    changes = [
        audit.change("received", receipt.amount, None),
        audit.change("received_on", receipt.received_on, None),
    ]
    db.session.delete(receipt)
    audit.record(deal, "changed", by=by, at=at, name=deal_title(deal.round.startup, deal.institution), changes=changes)


def add_tranche(deal: Deal, amount: int, received_on: date, *, by: Actor, at: datetime) -> Receipt:
    receipt = Receipt(deal_id=deal.id, amount=amount, received_on=received_on, recorded_at=at, by_id=by.id)
    db.session.add(receipt)
    return receipt
