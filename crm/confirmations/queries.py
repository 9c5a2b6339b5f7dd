"""Reading confirmations: what waits, what was answered, and which records count as confirmed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from crm.accounts.models import Actor
from crm.accounts.queries import token_hash
from crm.confirmations.models import Confirmation, ConfirmationLink, ConfirmationState, Side
from crm.confirmations.policies import visible_to
from crm.core.db import db
from crm.core.listing import LASTING, Place, Slice, Sort, slice_of
from crm.core.prepared import Prepared
from crm.deals.models import Deal, Round
from crm.institutions.models import Institution
from crm.services.models import Service, ServiceType
from crm.startups.models import Startup

BOTH = "both"
BY = (*(side.value for side in Side), BOTH)
WITH_ALL = (
    joinedload(Confirmation.service).joinedload(Service.startup),
    joinedload(Confirmation.service).joinedload(Service.type),
    joinedload(Confirmation.service).joinedload(Service.deal).joinedload(Deal.institution),
    joinedload(Confirmation.deal).joinedload(Deal.round).joinedload(Round.startup),
    joinedload(Confirmation.deal).joinedload(Deal.institution),
    joinedload(Confirmation.startup),
    joinedload(Confirmation.institution),
)
MOST_ANSWERED = 50


def confirmed(column: Any, by: str) -> sa.Select[Any]:
    """The ids of the services or deals, as `column` of a confirmation names them, in which the platform's role was
    confirmed `by` the startup, by an institution, or by both. Whatever role they named, it is a confirmation."""
    found = sa.select(column).where(column.is_not(None), Confirmation.state == ConfirmationState.CONFIRMED)
    if by != BOTH:
        return found.where(Confirmation.side == by)
    return found.group_by(column).having(sa.func.count(Confirmation.side.distinct()) == len(Side))


def find_confirmation(actor: Actor, confirmation_id: int) -> Confirmation | None:
    """A confirmation that this actor may see."""
    found = sa.select(Confirmation).options(*WITH_ALL)
    return db.session.scalar(found.where(Confirmation.id == confirmation_id, visible_to(actor)))


def confirmations_called(actor: Actor, ids: Collection[int]) -> Sequence[Confirmation]:
    """Some of the confirmations that this actor may see, in the order in which they were asked for."""
    return those(Confirmation.id.in_(ids), visible_to(actor)) if ids else ()


def those(*conditions: sa.ColumnElement[bool]) -> Sequence[Confirmation]:
    """Confirmations with what they are about and whom they ask."""
    return db.session.scalars(
        sa.select(Confirmation).options(*WITH_ALL).where(*conditions).order_by(Confirmation.asked_at, Confirmation.id)
    ).all()


def waiting_for(actor: Actor) -> Sequence[Confirmation]:
    """What an outsider's startup or institution was asked and has not answered."""
    return those(visible_to(actor), is_waiting(), counts())


def answered_by(actor: Actor) -> Sequence[Confirmation]:
    """What an outsider's startup or institution answered, the latest first."""
    found = sa.select(Confirmation).options(*WITH_ALL).where(visible_to(actor), sa.not_(is_waiting()), counts())
    latest = found.order_by(Confirmation.answered_at.desc(), Confirmation.id.desc()).limit(MOST_ANSWERED)
    return db.session.scalars(latest).all()


def count_waiting_for(actor: Actor) -> int:
    """How many questions wait for an outsider."""
    waiting = sa.select(sa.func.count()).select_from(Confirmation).where(visible_to(actor), is_waiting(), counts())
    return db.session.scalar(waiting) or 0


def is_waiting() -> sa.ColumnElement[bool]:
    return Confirmation.state == ConfirmationState.WAITING


def counts() -> sa.ColumnElement[bool]:
    """True where what it is about is in no bin."""
    service, deal = Service.archived_at.is_not(None), Deal.archived_at.is_not(None)
    return sa.and_(sa.not_(Confirmation.service.has(service)), sa.not_(Confirmation.deal.has(deal)))


def confirmations_of(record: Service | Deal) -> Sequence[Any]:
    """Who was asked about a record, and what they answered, as rows: the startup first."""
    return (OF_SERVICE if isinstance(record, Service) else OF_DEAL).all(id=record.id)


PARTIES = (
    sa.select(
        Confirmation.side,
        Confirmation.state,
        Confirmation.claimed,
        Confirmation.role,
        Confirmation.word,
        Confirmation.asked_at,
        Confirmation.answered_at,
        Confirmation.answered_name,
        sa.func.coalesce(Startup.shown_name, Institution.name).label("party_name"),
    )
    .join(Startup, Startup.id == Confirmation.startup_id, isouter=True)
    .join(Institution, Institution.id == Confirmation.institution_id, isouter=True)
    .order_by(Confirmation.side.desc(), Confirmation.id)
)
OF_SERVICE = Prepared(PARTIES.where(Confirmation.service_id == sa.bindparam("id")))
OF_DEAL = Prepared(PARTIES.where(Confirmation.deal_id == sa.bindparam("id")))


def confirmations_about(records: Sequence[Service | Deal]) -> Sequence[Confirmation]:
    """Who was asked about some records of one kind."""
    ids = [one.id for one in records]
    column = Confirmation.service_id if records and isinstance(records[0], Service) else Confirmation.deal_id
    return those(column.in_(ids)) if ids else ()


def open_link(token: str, at: datetime) -> ConfirmationLink | None:
    """The link of a token; None when it is unknown or over."""
    found = sa.select(ConfirmationLink).where(
        ConfirmationLink.token_hash == token_hash(token), ConfirmationLink.expires_at > at
    )
    return db.session.scalar(found)


def confirmations_of_link(link: ConfirmationLink) -> Sequence[Confirmation]:
    """What a link asks, and what was answered already."""
    return those(Confirmation.link_id == link.id, counts())


# --- the staff's list

ABOUT = aliased(Startup)
PARTNER = aliased(Institution)
SHOWN: tuple[Any, ...] = (
    Confirmation.id,
    Confirmation.service_id,
    Confirmation.deal_id,
    Confirmation.side,
    Confirmation.state,
    Confirmation.claimed,
    Confirmation.role,
    Confirmation.word,
    Confirmation.asked_at,
    Confirmation.reminded_at,
    Confirmation.answered_at,
    Confirmation.answered_name,
    ABOUT.shown_name.label("startup_name"),
    PARTNER.name.label("institution_name"),
    ServiceType.name_zh.label("type_zh"),
    ServiceType.name_en.label("type_en"),
    Round.name.label("round_name"),
)
ROWS = (
    sa.select(*SHOWN)
    .join(Service, Service.id == Confirmation.service_id, isouter=True)
    .join(ServiceType, ServiceType.id == Service.type_id, isouter=True)
    .join(Deal, Deal.id == Confirmation.deal_id, isouter=True)
    .join(Round, Round.id == Deal.round_id, isouter=True)
    .join(ABOUT, ABOUT.id == sa.func.coalesce(Service.startup_id, Round.startup_id))
    .join(PARTNER, PARTNER.id == sa.func.coalesce(Confirmation.institution_id, Deal.institution_id), isouter=True)
)


def confirmation_rows(actor: Actor, place: Place, state: str, side: str) -> Slice:
    """The confirmations in a state, as rows; those asked for first come first."""
    return slice_of(listed(visible_to(actor), state, side), Confirmation.id, SORTS, place)


@lru_cache(LASTING)
def listed(seen: sa.ColumnElement[bool], state: str, side: str) -> sa.Select[Any]:
    found = ROWS.where(seen, Confirmation.state == state, counts())
    return found.where(Confirmation.side == side) if side else found


SORTS = {"asked": Sort(Confirmation.asked_at)}


def count_states(actor: Actor) -> dict[str, int]:
    """{state: how many confirmations}."""
    return {state.value: number for state, number in db.session.execute(states_of(visible_to(actor)))}


@lru_cache(LASTING)
def states_of(seen: sa.ColumnElement[bool]) -> Any:
    return sa.select(Confirmation.state, sa.func.count()).where(seen, counts()).group_by(Confirmation.state)
