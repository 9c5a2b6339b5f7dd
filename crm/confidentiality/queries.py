"""Reading terms and acceptances, and the one question that others ask: did this reader accept?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account, Actor
from crm.confidentiality.models import Acceptance, Means, Terms
from crm.confidentiality.policies import may_see
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.listing import Place, Slice, Sort, slice_of
from crm.institutions.models import Institution

IN_FORCE = sa.select(sa.func.max(Terms.id)).scalar_subquery()
WITH_NAMES = (
    joinedload(Acceptance.terms).load_only(Terms.number),
    joinedload(Acceptance.institution),
    joinedload(Acceptance.account),
    joinedload(Acceptance.by),
)


def has_accepted(actor: Actor, at: datetime) -> bool:
    """True while both this person and its institution are bound: the person by the version in force, the institution
    by that or by a paper, which outlives a new version."""
    if not isinstance(actor, Account) or actor.institution_id is None:
        return False
    return bool(db.session.scalar(sa.select(sa.and_(person_is_bound(actor, at), institution_is_bound(actor, at)))))


def person_is_bound(account: Account, at: datetime) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        holds_on(account.institution_id, day_of(at)),
        Acceptance.account_id == account.id,
        Acceptance.terms_id == IN_FORCE,
    )


def institution_is_bound(account: Account, at: datetime) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        holds_on(account.institution_id, day_of(at)),
        Acceptance.account_id.is_(None),
        sa.or_(Acceptance.terms_id == IN_FORCE, Acceptance.means == Means.PAPER),
    )


def holds_on(institution_id: int | None, day: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        Acceptance.institution_id == institution_id,
        Acceptance.ended_at.is_(None),
        Acceptance.until >= day,
    )


def is_institution_bound(account: Account, at: datetime) -> bool:
    """True while the institution of an investor is bound, whoever of its people is."""
    return bool(db.session.scalar(sa.select(institution_is_bound(account, at))))


def terms_in_force() -> Terms | None:
    """The latest version; None while nobody has written any."""
    return db.session.scalar(sa.select(Terms).order_by(Terms.id.desc()).limit(1))


def versions_of_terms() -> Sequence[Terms]:
    """Every version, the latest first, with who wrote it."""
    return db.session.scalars(sa.select(Terms).options(joinedload(Terms.by)).order_by(Terms.id.desc())).all()


def find_terms(actor: Actor, terms_id: int) -> Terms | None:
    """A version, for those who see them."""
    return db.session.get(Terms, terms_id, options=[joinedload(Terms.by)]) if may_see(actor) else None


def find_acceptance(actor: Actor, acceptance_id: int) -> Acceptance | None:
    """An acceptance, for those who see them."""
    if not may_see(actor):
        return None
    return db.session.get(Acceptance, acceptance_id, options=list(WITH_NAMES))


def acceptances(actor: Actor, place: Place, *, text: str = "") -> Slice:
    """Who accepted what, the latest first."""
    statement = sa.select(Acceptance).options(*WITH_NAMES).join(Acceptance.institution)
    if not may_see(actor):
        statement = statement.where(sa.false())
    if text:
        statement = statement.where(Institution.name.icontains(text, autoescape=True))
    sorts: dict[str, Any] = {
        "recorded": Sort(Acceptance.recorded_at, True),
        "until": Sort(Acceptance.until),
        "institution": Sort(Institution.name),
    }
    return slice_of(statement, Acceptance.id, sorts, place)
