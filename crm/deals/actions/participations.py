"""Keeping participations in step with what they tell: the funded deals of closed rounds, each once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.db import db
from crm.deals.actions.names import deal_title
from crm.deals.models import Deal, Participation, ParticipationRole, RoundState
from crm.deals.queries.participations import in_step

Roles = Mapping[int, ParticipationRole | None]


def follow_deal(deal: Deal, *, by: Actor, at: datetime) -> None:
    """Let a deal's participation say what the deal says now."""
    if deal.round.state == RoundState.CLOSED:
        keep_in_step([deal.id], by=by, at=at)


def keep_in_step(
    deal_ids: Collection[int], *, by: Actor, at: datetime, roles: Roles | None = None
) -> list[Participation]:
    """Let these deals have a participation exactly when they are funded and their round is closed; returns those.

    `roles`: {deal: as what it took part}; others keep the role that they have.
    """
    db.session.flush()  # what the deals and rounds say now decides
    told: dict[str, list[Any]] = {"created": [], "restored": [], "changed": [], "archived": []}
    standing = []
    with db.session.no_autoflush:
        for deal, kept in in_step(deal_ids):
            wanted = deal.is_funded and deal.round.state == RoundState.CLOSED
            participation = kept or Participation(deal_id=deal.id, created_at=at, archived_at=at)
            if wanted:
                take_over(participation, deal, roles or {})
                standing.append(participation)
            verb = verb_of(participation, is_new=kept is None, wanted=wanted)
            if verb:
                participation.archived_at = None if wanted else at
                changes = audit.pending_changes(participation)
                told[verb].append((participation, deal_title(deal.round.startup, deal.institution), changes))
    db.session.add_all(standing)
    with audit.one_change():
        for verb, entries in told.items():
            if entries:
                audit.record_many(entries, verb, by=by, at=at)
    return standing


def set_role(participation: Participation, role: ParticipationRole | None, *, by: Actor, at: datetime) -> None:
    """Say as what an institution took part, also long after its round closed."""
    with db.session.no_autoflush:
        participation.role = role
        name = deal_title(participation.round.startup, participation.institution)
        audit.record_change(participation, by=by, at=at, name=name)


def take_over(participation: Participation, deal: Deal, roles: Roles) -> None:
    participation.round_id, participation.institution_id = deal.round_id, deal.institution_id
    participation.fund_id, participation.signed = deal.fund_id, deal.signed
    participation.happened_on = deal.round.closed_on or deal.moved_on
    participation.role = roles.get(deal.id, participation.role)


def verb_of(participation: Participation, *, is_new: bool, wanted: bool) -> str:
    """What happens to a participation, as the history says it; "" for nothing."""
    is_away = participation.archived_at is not None
    if wanted and is_away:
        return "created" if is_new else "restored"
    if wanted:
        return "changed" if audit.pending_changes(participation) else ""
    return "" if is_away else "archived"
