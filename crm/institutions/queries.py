"""Reading institutions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.core import naming
from crm.core.db import db, holds_code
from crm.core.listing import Place, Slice, Sort, slice_of
from crm.institutions.models import Institution
from crm.institutions.policies import visible_to
from crm.lib.text import N_


def find_institution(actor: Actor, institution_id: int) -> Institution | None:
    """An institution that this actor may see."""
    return db.session.scalar(sa.select(Institution).where(Institution.id == institution_id, visible_to(actor)))


def institution_of(account: Account) -> Institution:
    """The institution that an investor belongs to."""
    return db.session.get_one(Institution, account.institution_id)


def institutions(
    actor: Actor,
    place: Place,
    *,
    text: str = "",
    kind: str = "",
    sector: str = "",
    growth_stage: str = "",
    archived: bool = False,
) -> Slice:
    """The list of institutions."""
    statement = sa.select(Institution).where(
        visible_to(actor),
        Institution.archived_at.is_not(None) if archived else Institution.archived_at.is_(None),
    )
    if text:
        statement = statement.where(matches(text))
    if kind:
        statement = statement.where(Institution.kind == kind)
    if sector:
        statement = statement.where(holds_code(Institution.sectors, sector))
    if growth_stage:
        statement = statement.where(holds_code(Institution.growth_stages, growth_stage))
    sorts = {
        "name": Sort(Institution.name_key),
        "joined": Sort(sa.func.coalesce(Institution.joined_on, sa.literal(date.min, sa.Date)), True),
        "assets": Sort(sa.func.coalesce(Institution.assets, -1), True),
    }
    return slice_of(statement, Institution.id, sorts, place)


def matches(text: str) -> sa.ColumnElement[bool]:
    """Institutions whose name, short name or credit code contains a text."""
    return naming.matches(Institution, text)


def suggestions(text: str) -> Sequence[Institution]:
    """The first few institutions that a typed text may mean."""
    return naming.suggestions(Institution, text)


def resolve(text: str, *, field: str) -> Institution:
    """The one institution that a credit code, a full name or a short name means. Raises Refusal at the field."""
    missing = N_("No institution is called “%(name)s”. Choose one of the list, or add it first.", name=text)
    return naming.resolve(Institution, text, field=field, missing=missing)


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    """{id: name} of some institutions."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    rows = db.session.execute(sa.select(Institution.id, Institution.name).where(Institution.id.in_(wanted)))
    return {row.id: row.name for row in rows}
