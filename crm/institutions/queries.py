"""Reading institutions and their people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.core.db import db, holds_code
from crm.core.errors import Refusal
from crm.core.listing import Place, Slice, Sort, slice_of
from crm.institutions.models import Institution, Person
from crm.institutions.policies import may_list, visible_to
from crm.lib.names import name_key
from crm.lib.text import N_

SUGGESTED = 8


def find_institution(actor: Actor, institution_id: int) -> Institution | None:
    """An institution that this actor may see."""
    return db.session.scalar(sa.select(Institution).where(Institution.id == institution_id, visible_to(actor)))


def institution_of(account: Account) -> Institution:
    """The institution that an investor belongs to."""
    return db.session.get_one(Institution, account.institution_id)


def find_person(actor: Actor, person_id: int) -> Person | None:
    """Somebody at an institution, for staff."""
    return db.session.get(Person, person_id) if may_list(actor) else None


def people_of(institution: Institution) -> Sequence[Person]:
    """The people of an institution, those put away last."""
    return db.session.scalars(
        sa.select(Person)
        .where(Person.institution_id == institution.id)
        .order_by(Person.archived_at.is_not(None), Person.name)
    ).all()


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
    key = name_key(text)
    return sa.or_(
        Institution.name_key.contains(key, autoescape=True),
        Institution.short_key.contains(key, autoescape=True),
        Institution.credit_code.startswith(text.strip().upper(), autoescape=True),
    )


def suggestions(text: str) -> Sequence[Institution]:
    """The first few institutions that a typed text may mean; those that start with it first."""
    key = name_key(text)
    starts = sa.or_(
        Institution.short_key.startswith(key, autoescape=True),
        Institution.name_key.startswith(key, autoescape=True),
    )
    return db.session.scalars(
        sa.select(Institution)
        .where(Institution.archived_at.is_(None), matches(text))
        .order_by(starts.desc(), Institution.name_key)
        .limit(SUGGESTED)
    ).all()


def resolve(text: str, *, field: str) -> Institution:
    """The one institution that a credit code, a full name or a short name means. Raises Refusal at the field."""
    code, key = text.strip().upper(), name_key(text)
    active = sa.select(Institution).where(Institution.archived_at.is_(None))
    for condition in (
        Institution.credit_code == code,
        Institution.name_key == key,
        Institution.short_key == key,
    ):
        found = db.session.scalars(active.where(condition).limit(6)).all()
        if len(found) == 1:
            return found[0]
        if found:
            names = "、".join(institution.name for institution in found[:5])
            raise Refusal({field: N_("Several institutions are called so: %(names)s. Choose one.", names=names)})
    raise Refusal({field: N_("There is no institution of this name. Choose one of the list, or add it first.")})


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    """{id: name} of some institutions."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    rows = db.session.execute(sa.select(Institution.id, Institution.name).where(Institution.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def same_name_or_code(name: str, credit_code: str | None, *, besides: int | None = None) -> dict[str, Institution]:
    """The institutions that already have this name or code, by field."""
    found = {}
    keys = {"name": Institution.name_key == name_key(name)}
    if credit_code:
        keys["credit_code"] = Institution.credit_code == credit_code
    for field, condition in keys.items():
        twin = db.session.scalar(sa.select(Institution).where(condition, Institution.id != (besides or 0)))
        if twin is not None:
            found[field] = twin
    return found
