"""The grid of deals: what stands in the columns of a move is a move, append-only, as on the deal's own page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import url_for

from crm.accounts import queries as account_queries
from crm.accounts.models import Actor
from crm.core.clock import day_of, now
from crm.core.errors import Refusal
from crm.deals import actions, queries
from crm.deals.actions import DealValues, Move
from crm.deals.models import FIRST_STAGE, FUNDED_STAGE, Deal, DealStatus
from crm.grid.columns import (
    AmountColumn,
    Choice,
    ChoiceColumn,
    DayColumn,
    MoneyColumn,
    NameColumn,
    TextColumn,
    vocabulary,
)
from crm.grid.sheet import Values
from crm.institutions import queries as institution_queries
from crm.lib.money import Amount
from crm.lib.text import N_
from crm.services import actions as service_actions
from crm.startups import queries as startup_queries
from crm.web.language import gettext as _

MOVED = frozenset({"stage", "status", "happened_on", "signed", "received", "reason", "note"})
OVER = frozenset({DealStatus.PASSED, DealStatus.DECLINED, DealStatus.LAPSED})


class DealSheet:
    name = "deals"

    def __init__(self, actor: Actor, *, also_service: bool = True) -> None:
        """`also_service`: a new deal records its introduction as a service, too."""
        self.actor, self.also_service = actor, also_service
        stage = ChoiceColumn("stage", _("Stage"), size="s", load=vocabulary("deal_stage"))
        stage.initial = stage.write(FIRST_STAGE)
        owner = ChoiceColumn("owner_id", _("Owner"), size="s", load=owners)
        owner.initial = owner.write(actor.id)
        self.columns = (
            NameColumn(
                "startup",
                _("Startup"),
                needed=True,
                only_new=True,
                resolve=startup_queries.resolve,
                suggest=url_for("startups.suggest"),
            ),
            ChoiceColumn("round_name", _("Round"), True, True, size="s", load=vocabulary("round_name")),
            NameColumn(
                "institution",
                _("Institution"),
                needed=True,
                only_new=True,
                size="l",
                resolve=institution_queries.resolve,
                suggest=url_for("institutions.suggest"),
            ),
            stage,
            ChoiceColumn("status", _("Status"), size="s", load=vocabulary("deal_status", DealStatus)),
            DayColumn("happened_on", _("Date of the move"), size="s", initial=day_of(now()).isoformat()),
            AmountColumn("intended", _("Intended amount"), size="s"),
            MoneyColumn("signed", _("Signed amount"), size="s"),
            DayColumn("signed_on", _("Signed on"), told=True, size="s"),
            MoneyColumn("received", _("Received with this move"), once=True, size="s"),
            ChoiceColumn("reason", _("Reason"), size="s", load=vocabulary("pass_reason")),
            TextColumn("note", _("In words"), length=400),
            TextColumn("next_step", _("Next step")),
            DayColumn("next_step_on", _("Next step on"), size="s"),
            owner,
        )

    def load(self, ids: Collection[int]) -> Mapping[int, Any]:
        return {one.id: one for one in queries.deals_to_change(self.actor, ids)}

    def learn(self, records: Iterable[Deal]) -> None:
        """A deal comes with everything."""

    def values(self, record: Deal) -> Values:
        return {
            "startup": record.round.startup,
            "round_name": record.round.name,
            "institution": record.institution,
            "happened_on": record.moved_on,
            "received": None,
            "reason": record.pass_reason,
            "note": record.pass_note,
            **{
                name: getattr(record, name)
                for name in (
                    "stage",
                    "status",
                    "intended",
                    "signed",
                    "signed_on",
                    "next_step",
                    "next_step_on",
                    "owner_id",
                )
            },
        }

    def href(self, record: Deal) -> str:
        return url_for("deals.show_deal", deal_id=record.id)

    def make(self, values: Values, *, by: Actor, at: datetime) -> Deal:
        stage = values["stage"] or FIRST_STAGE
        first = DealStatus.COMPLETED if stage == FUNDED_STAGE else DealStatus.ACTIVE
        move = Move(
            stage=stage,
            status=values["status"] or first,
            happened_on=values["happened_on"] or day_of(at),
            reason=values["reason"],
            note=values["note"],
            signed=values["signed"],
            received=values["received"],
        )
        startup, institution = values["startup"], values["institution"]
        deal = actions.log_deal(
            startup, values["round_name"], institution, move, self.told(values), sought=Amount(), by=by, at=at
        )
        if self.also_service:
            service_actions.record_introduction(deal, startup, institution, by=by, at=at)
        return deal

    def change(self, record: Deal, values: Values, changed: Collection[str], *, by: Actor, at: datetime) -> None:
        if MOVED.intersection(changed):
            move = self.move(record, values, changed, at)
            actions.move_deal(record, move, version=None, by=by, at=at)
        if not MOVED.issuperset(changed):
            actions.edit_deal(record, self.told(values, record), version=None, by=by, at=at)

    def move(self, deal: Deal, values: Values, changed: Collection[str], at: datetime) -> Move:
        """The move that a changed row describes: today unless it says a day. Raises Refusal."""
        happened_on = values["happened_on"] if "happened_on" in changed else day_of(at)
        if happened_on is None:
            raise Refusal({"happened_on": N_("Fill this in.")})
        if happened_on < deal.moved_on:
            told = N_("The last move was on %(day)s: write an earlier one on the deal's page.", day=str(deal.moved_on))
            raise Refusal({"happened_on": told})
        if "signed" in changed and values["signed"] is None:
            raise Refusal({"signed": N_("A signed amount can be corrected, not taken out.")})
        status = values["status"] or deal.status
        keeps = status in OVER or "reason" in changed
        return Move(
            stage=values["stage"] or deal.stage,
            status=status,
            happened_on=happened_on,
            reason=values["reason"] if keeps else None,
            note=values["note"] if keeps or "note" in changed else "",
            tell_startup=deal.tell_startup and keeps and "reason" not in changed,
            signed=values["signed"] if "signed" in changed else None,
            received=values["received"],
        )

    def told(self, values: Values, before: Deal | None = None) -> DealValues:
        """What a row says besides the move, and what has no column as it was before."""
        return DealValues(
            fund_id=before.fund_id if before else None,
            note=before.note if before else "",
            owner_id=values["owner_id"],
            intended=values["intended"],
            next_step=values["next_step"],
            next_step_on=values["next_step_on"],
        )


def owners() -> list[Choice]:
    """Who may own a deal, by name; two of one name are told apart by their accounts."""
    found = account_queries.owners()
    names = [one.name for one in found]
    return [
        Choice(
            one.id,
            one.name if names.count(one.name) == 1 else f"{one.name} ({one.username})",
            (one.name, one.username),
        )
        for one in found
    ]
