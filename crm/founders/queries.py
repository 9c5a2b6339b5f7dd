"""What a founder reads: its own startup, and what hangs on it; and what the desk has to decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account, Actor
from crm.accounts.policies import is_founder
from crm.core.db import db
from crm.core.listing import Count, Place, Slice, Sort, slice_of
from crm.deals.models import Deal, Round
from crm.documents.models import Document
from crm.documents.queries import documents_of_all
from crm.founders.models import ChangeProposal, ProposalState
from crm.founders.policies import visible_to
from crm.institutions.models import Institution
from crm.services.models import Service, ServiceState, ServiceType
from crm.startups.models import PastRound, Product, Startup

MOST = 100


def own_startup(actor: Actor) -> Startup | None:
    """The startup that this founder belongs to; none once it was put away."""
    if not is_founder(actor):
        return None
    return db.session.scalar(sa.select(Startup).where(Startup.id == actor.startup_id, Startup.archived_at.is_(None)))


def own_product(actor: Account, product_id: int) -> Product | None:
    """A product of the founder's startup."""
    startup, found = own_startup(actor), sa.select(Product).where(Product.id == product_id)
    mine = found.where(Product.startup_id == actor.startup_id, Product.archived_at.is_(None))
    return db.session.scalar(mine) if startup else None


def own_round(actor: Account, round_id: int) -> Round | None:
    """A round of the founder's startup."""
    startup, found = own_startup(actor), sa.select(Round).where(Round.id == round_id)
    mine = found.where(Round.startup_id == actor.startup_id, Round.archived_at.is_(None))
    return db.session.scalar(mine) if startup else None


def own_past_round(actor: Account, past_round_id: int) -> PastRound | None:
    """A round that the founder's startup closed before."""
    startup, found = own_startup(actor), sa.select(PastRound).where(PastRound.id == past_round_id)
    mine = found.where(PastRound.startup_id == actor.startup_id, PastRound.archived_at.is_(None))
    return db.session.scalar(mine) if startup else None


# --- what they sent


def documents_sent(startup: Startup) -> Sequence[Document]:
    """The files that founders of a startup sent, whether the desk accepted them or not, the latest first."""
    return db.session.scalars(
        sa.select(Document).where(were_sent_for(startup.id)).order_by(Document.id.desc()).limit(MOST)
    ).all()


def own_document(actor: Account, document_id: int) -> Document | None:
    """A file that founders of this founder's startup sent."""
    startup = own_startup(actor)
    sent = sa.select(Document).where(Document.id == document_id)
    return db.session.scalar(sent.where(were_sent_for(startup.id))) if startup else None


def were_sent_for(startup_id: int) -> sa.ColumnElement[bool]:
    """Files of a startup, of its products and of proposals about it, which came from somebody who proposed for it."""
    proposals = sa.select(ChangeProposal.id).where(ChangeProposal.startup_id == startup_id)
    products = sa.select(Product.id).where(Product.startup_id == startup_id)
    kinds = ((Startup, [startup_id]), (Product, products), (ChangeProposal, proposals))
    own = [sa.and_(Document.record_type == kind.__tablename__, Document.record_id.in_(ids)) for kind, ids in kinds]
    by = sa.select(ChangeProposal.by_id).where(ChangeProposal.startup_id == startup_id)
    return sa.and_(Document.archived_at.is_(None), Document.by_id.in_(by), sa.or_(*own))


# --- introductions and services

INTRODUCED: tuple[Any, ...] = (
    Deal.id,
    Deal.stage,
    Deal.status,
    Deal.introduced_on,
    Deal.moved_on,
    sa.case((Deal.tell_startup, Deal.pass_reason)).label("reason"),
    Round.name.label("round_name"),
    Institution.name.label("institution_name"),
    Institution.kind.label("institution_kind"),
)


def introductions(startup: Startup, place: Place) -> Slice:
    """The institutions that a startup was introduced to, the latest move first; of what the desk keeps about a deal
    only where it stands, and why it ended where that may be told."""
    statement = (
        sa.select(*INTRODUCED)
        .join(Round, Round.id == Deal.round_id)
        .join(Institution, Institution.id == Deal.institution_id)
        .where(Round.startup_id == startup.id, Round.archived_at.is_(None), Deal.archived_at.is_(None))
    )
    return slice_of(statement, Deal.id, {"moved": Sort(Deal.moved_on, True)}, place, count=Count.ALONE)


SERVED: tuple[Any, ...] = (
    Service.id,
    Service.happened_on,
    Service.state,
    sa.case((Service.state == ServiceState.COMPLETED, Service.outcome), else_="").label("outcome"),
    ServiceType.name_zh.label("type_zh"),
    ServiceType.name_en.label("type_en"),
)


def services(startup: Startup, place: Place) -> Slice:
    """What the platform did for a startup or plans to do, the latest first; cancelled ones are left out."""
    statement = (
        sa.select(*SERVED)
        .join(ServiceType, ServiceType.id == Service.type_id)
        .where(
            Service.startup_id == startup.id,
            Service.archived_at.is_(None),
            Service.state != ServiceState.CANCELLED,
        )
    )
    return slice_of(statement, Service.id, {"date": Sort(Service.happened_on, True)}, place)


# --- proposals


def find_proposal(actor: Actor, proposal_id: int) -> ChangeProposal | None:
    """A proposal that this actor may see, with its startup and who made it."""
    return db.session.scalar(
        sa.select(ChangeProposal)
        .options(joinedload(ChangeProposal.startup), joinedload(ChangeProposal.by))
        .where(ChangeProposal.id == proposal_id, visible_to(actor))
    )


def own_proposal(actor: Actor, proposal_id: int) -> ChangeProposal | None:
    """A proposal of the founder's own startup."""
    found = find_proposal(actor, proposal_id)
    return found if found is not None and found.startup_id == actor.startup_id else None


def waiting_about(startup: Startup) -> Sequence[ChangeProposal]:
    """What waits for the desk about a startup, in the order in which it was proposed."""
    return db.session.scalars(
        sa.select(ChangeProposal)
        .options(joinedload(ChangeProposal.by))
        .where(ChangeProposal.startup_id == startup.id, ChangeProposal.state == ProposalState.WAITING)
        .order_by(ChangeProposal.id)
    ).all()


def waiting_on(startup_id: int, record_type: str, record_id: int | None) -> dict[str, ChangeProposal]:
    """{field: the proposal that waits} of one record."""
    found = sa.select(ChangeProposal).where(
        ChangeProposal.startup_id == startup_id,
        ChangeProposal.state == ProposalState.WAITING,
        ChangeProposal.record_type == record_type,
        ChangeProposal.record_id == record_id,
        ChangeProposal.field != "",
    )
    return {one.field: one for one in db.session.scalars(found)}


def proposals_of(startup: Startup, place: Place) -> Slice:
    """Everything that founders of a startup proposed and did not replace, the latest first."""
    statement = sa.select(ChangeProposal).where(
        ChangeProposal.startup_id == startup.id, ChangeProposal.state != ProposalState.REPLACED
    )
    return slice_of(statement, ChangeProposal.id, {"at": Sort(ChangeProposal.proposed_at, True)}, place)


def decided_since(startup: Startup, moment: datetime) -> Sequence[ChangeProposal]:
    """What the desk decided lately, the latest first."""
    return db.session.scalars(
        sa.select(ChangeProposal)
        .where(ChangeProposal.startup_id == startup.id, ChangeProposal.decided_at > moment)
        .order_by(ChangeProposal.decided_at.desc(), ChangeProposal.id.desc())
        .limit(MOST)
    ).all()


def startups_waiting(place: Place) -> Slice:
    """The startups about which something waits for the desk, with how much and since when, the longest first."""
    waiting = (
        sa.select(
            ChangeProposal.startup_id,
            sa.func.count().label("proposals"),
            sa.func.min(ChangeProposal.proposed_at).label("since"),
        )
        .where(ChangeProposal.state == ProposalState.WAITING)
        .group_by(ChangeProposal.startup_id)
        .subquery()
    )
    statement = sa.select(Startup.id, Startup.shown_name.label("name"), waiting.c.proposals, waiting.c.since).join(
        waiting, waiting.c.startup_id == Startup.id
    )
    return slice_of(statement, Startup.id, {"since": Sort(waiting.c.since)}, place)


def count_waiting() -> int:
    """How many proposals wait for the desk."""
    waiting = sa.select(sa.func.count()).select_from(ChangeProposal)
    return db.session.scalar(waiting.where(ChangeProposal.state == ProposalState.WAITING)) or 0


def files_of(proposals: Sequence[ChangeProposal]) -> dict[int, Any]:
    """{proposal: the documents that were sent with it}."""
    return documents_of_all(ChangeProposal.__tablename__, [one.id for one in proposals])
