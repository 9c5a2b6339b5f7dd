"""Introducing a round to many institutions at once, in a number of statements that does not depend on how many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.bulk import add_many
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.deals.actions.names import deal_title, round_title
from crm.deals.models import FIRST_STAGE, Deal, DealEvent, DealStatus, Round, RoundState
from crm.deals.queries.deals import deals_called
from crm.deals.queries.introducing import deals_of_startup_with
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from crm.settings.queries import version_of

NAMED = 8


@dataclass(frozen=True)
class Introduction:
    """What holds for every introduction of a round to several institutions."""

    happened_on: date
    owner_id: int | None = None
    next_step: str = ""
    next_step_on: date | None = None
    note: str = ""


def introduce(
    round: Round, institutions: Sequence[Institution], said: Introduction, *, by: Actor, at: datetime
) -> list[Deal]:
    """A deal of the round with each of these institutions; one that lies in the bin is brought back.

    Raises Refusal, also when one of them was introduced already.
    """
    there = deals_there(round, institutions)
    check_introduction(round, institutions, there, said, at)
    with audit.one_change():
        brought_back = [bring_back(deal, said) for deal in there]
        new = [one for one in institutions if one.id not in {deal.institution_id for deal in there}]
        made = [new_deal(round, institution, said, at) for institution in new]
        add_many(made)
        db.session.flush()  # the events point to the deals
        add_first_events(made, by=by, at=at)
        record_all(round, institutions, brought_back, "restored", by=by, at=at)
        record_all(round, institutions, made, "created", by=by, at=at)
    deals = [*brought_back, *made]
    names = [institution.short_name or institution.name for institution in institutions]
    changes = [
        audit.change("introduced", None, len(deals), back=[deal.id for deal in deals]),
        audit.change("institutions", None, names[:NAMED] + (["…"] if len(names) > NAMED else [])),
    ]
    name = round_title(round.startup, round.name)
    audit.record(round, "introduced", by=by, at=at, name=name, changes=changes)
    notify(
        [said.owner_id],
        NoticeKind.DEALS_INTRODUCED,
        record_type="round",
        record_id=round.id,
        name=name,
        times=len(deals),
        by=by,
        at=at,
    )
    return deals


def new_deal(round: Round, institution: Institution, said: Introduction, at: datetime) -> Deal:
    deal = Deal(round_id=round.id, institution_id=institution.id, moved_on=said.happened_on, stage=FIRST_STAGE)
    deal.introduced_on = deal.entered_on = said.happened_on
    deal.created_at, deal.note = at, said.note
    deal.owner_id, deal.next_step, deal.next_step_on = said.owner_id, said.next_step, said.next_step_on
    return deal


def bring_back(deal: Deal, said: Introduction) -> Deal:
    deal.archived_at, deal.owner_id = None, said.owner_id
    deal.next_step, deal.next_step_on = said.next_step, said.next_step_on
    return deal


def add_first_events(deals: Sequence[Deal], *, by: Actor, at: datetime) -> None:
    stages_version = version_of("deal_stage")
    add_many(
        [
            DealEvent(
                deal_id=deal.id,
                to_stage=deal.stage,
                to_status=DealStatus.ACTIVE,
                happened_on=deal.introduced_on,
                recorded_at=at,
                by_id=by.id,
                stages_version=stages_version,
            )
            for deal in deals
        ]
    )


def record_all(
    round: Round, institutions: Sequence[Institution], deals: Sequence[Deal], verb: str, *, by: Actor, at: datetime
) -> None:
    called = {institution.id: deal_title(round.startup, institution) for institution in institutions}
    stage = [audit.change("stage", None, FIRST_STAGE)] if verb == "created" else []
    audit.record_many([(deal, called[deal.institution_id], stage) for deal in deals], verb, by=by, at=at)


def deals_there(round: Round, institutions: Sequence[Institution]) -> list[Deal]:
    """The deals of the round with these institutions that are there already, put away or not."""
    found = deals_of_startup_with(round.startup_id, [institution.id for institution in institutions])
    return [deal for deal in found if deal.round_id == round.id]


def check_introduction(
    round: Round, institutions: Sequence[Institution], there: Sequence[Deal], said: Introduction, at: datetime
) -> None:
    if round.archived_at is not None or round.state != RoundState.OPEN:
        raise Refusal({"": N_("This round is not open: open it first.")})
    if not institutions:
        raise Refusal({"": N_("Tick at least one institution.")})
    if said.happened_on > day_of(at):
        raise Refusal({"happened_on": N_("This day has not come yet.")})
    introduced = {deal.institution_id for deal in there if deal.archived_at is None}
    if introduced:
        names = "、".join(one.name for one in institutions if one.id in introduced)
        raise Refusal({"": N_("Introduced to this round already: %(names)s.", names=names)})


def put_away(deal_ids: Collection[int], *, by: Actor, at: datetime) -> None:
    """Take back introductions that were made by mistake: their deals no longer count."""
    deals = deals_called(deal_ids)
    for deal in deals:
        deal.archived_at = at
    told = [(deal, deal_title(deal.round.startup, deal.institution), list[audit.Change]()) for deal in deals]
    audit.record_many(told, "archived", by=by, at=at)
