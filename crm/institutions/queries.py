"""Reading institutions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from crm.accounts.models import Account, Actor
from crm.accounts.policies import may_write_records
from crm.core import naming
from crm.core.bulk import to_change
from crm.core.db import db, holds_code
from crm.core.expressions import in_bin
from crm.core.listing import BELOW_ZERO, FIRST_DAY, LASTING, Count, Place, Slice, Sort, slice_of
from crm.core.named import NamedList, named_list
from crm.core.prepared import Prepared, record_seen
from crm.institutions.models import ADMITTED, Admission, Brand, Institution
from crm.institutions.policies import may_list, visible_to
from crm.lib.names import name_key
from crm.lib.text import N_, Message
from crm.search import queries as search_queries

WITH_BRAND = joinedload(Institution.brand)
UNCHECKED = "unchecked"
SUGGESTED = 8


def find_institution(actor: Actor, institution_id: int) -> Institution | None:
    """An institution that this actor may see."""
    return record_seen(BY_ID, visible_to(actor), institution_id)


BY_ID = sa.select(Institution).options(WITH_BRAND).where(Institution.id == sa.bindparam("id"))


def institution_of(account: Account) -> Institution:
    """The institution that an investor belongs to."""
    return db.session.get_one(Institution, account.institution_id)


def institutions(actor: Actor, place: Place, *, text: str = "", archived: bool = False, **wanted: str) -> Slice:
    """The list of institutions, as rows of `ROWS`.

    `wanted`: kind, brand, admission, sector, growth_stage; "" asks for nothing.
    """
    found = search_queries.matching("institution", text)
    statement = listed(visible_to(actor), archived, few=found.few, **wanted)
    if text:
        statement = statement.where(found.holds(Institution.id))
    return slice_of(statement, Institution.id, SORTS, place, count=Count.ALONE)


@lru_cache(LASTING)
def listed(seen: sa.ColumnElement[bool], archived: bool, *, few: bool, **wanted: str) -> sa.Select[Any]:
    narrowing = [FILTERS[name](value) for name, value in wanted.items() if value]
    return ROWS.where(seen, in_bin(Institution.archived_at, archived, few=few), *narrowing)


def institutions_to_change(actor: Actor, ids: Collection[int]) -> Sequence[Institution]:
    """Institutions as they are now, kept from others until this unit ends."""
    return to_change(Institution, ids, visible_to(actor))


SORTS = {
    "name": Sort(Institution.name_key),
    "joined": Sort(sa.func.coalesce(Institution.joined_on, FIRST_DAY), True),
    "assets": Sort(sa.func.coalesce(Institution.assets, BELOW_ZERO), True),
}


def is_of_kind(kind: str) -> sa.ColumnElement[bool]:
    """True for an institution that is of a kind, or is that too."""
    return sa.or_(Institution.kind == kind, holds_code(Institution.other_kinds, kind))


def is_of_brand(name: str) -> sa.ColumnElement[bool]:
    return Institution.brand_id.in_(sa.select(Brand.id).where(Brand.name_key == name_key(name)))


def has_admission(result: str) -> sa.ColumnElement[bool]:
    """Institutions whose latest check had a result, or that were not checked yet."""
    latest = latest_result(Institution.id)
    return latest.is_not_distinct_from(None if result == UNCHECKED else result)


FILTERS: dict[str, Any] = {
    "kind": is_of_kind,
    "brand": is_of_brand,
    "admission": has_admission,
    "sector": lambda code: holds_code(Institution.sectors, code),
    "growth_stage": lambda code: holds_code(Institution.growth_stages, code),
}


def suggestions(text: str) -> Sequence[Institution]:
    """The first few institutions that a typed text may mean."""
    return search_queries.suggested(Institution, text)


def suggestions_by_name(text: str) -> list[tuple[Institution, str]]:
    """The same, each with the former name by which it was found; "" for a present one."""
    found = suggestions(text)
    former = naming.found_formerly(found, text)
    return [(one, former.get(one.id, "")) for one in found]


def resolve(text: str, *, field: str) -> Institution:
    """The one institution that a credit code, a full name or a short name means. Raises Refusal at the field."""
    return naming.resolve(Institution, text, field=field, missing=unknown(text))


def named(text: str, chosen: Mapping[str, str]) -> NamedList[Institution]:
    """The institutions that the names of a list mean. `chosen`: {typed: the full name that it means}."""
    return named_list(Institution, text, chosen, missing=unknown, guess=suggestions)


def unknown(name: str) -> Message:
    """Why a name means nothing."""
    return N_("No institution is called “%(name)s”. Choose one of the list, or add it first.", name=name)


def institution_called(name: str) -> Institution | None:
    """The institution of exactly this full name or credit code."""
    code = name.strip().upper()
    named = sa.or_(Institution.name_key == name_key(name), Institution.credit_code == code)
    return db.session.scalars(
        sa.select(Institution).where(Institution.archived_at.is_(None), named).order_by(Institution.id).limit(1)
    ).first()


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    """{id: name} of some institutions."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    rows = db.session.execute(sa.select(Institution.id, Institution.name).where(Institution.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def latest_result(institution_id: Any) -> sa.ScalarSelect[str]:
    """What the latest check of an institution found, as a part of another statement."""
    admission = aliased(Admission)
    return (
        sa.select(admission.result)
        .where(admission.institution_id == institution_id)
        .order_by(admission.checked_on.desc(), admission.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def admissions_of(institution: Institution) -> Sequence[Admission]:
    """Every check of an institution, the one that counts first."""
    return db.session.scalars(ADMISSIONS, {"institution_id": institution.id}).all()


ADMISSIONS = (
    sa.select(Admission)
    .where(Admission.institution_id == sa.bindparam("institution_id"))
    .order_by(Admission.checked_on.desc(), Admission.id.desc())
)


def find_admission(actor: Actor, admission_id: int) -> Admission | None:
    """A check with its institution, for those who write records."""
    if not may_write_records(actor):
        return None
    return db.session.get(Admission, admission_id, options=[joinedload(Admission.institution)])


def latest_admissions(ids: Collection[int]) -> dict[int, Admission]:
    """{institution: the check that counts}, in one query; nothing of those not checked yet."""
    found = db.session.scalars(
        sa.select(Admission).where(Admission.institution_id.in_(ids)).order_by(Admission.checked_on, Admission.id)
    )
    return {admission.institution_id: admission for admission in found}


def is_shut_out(institution_id: int | None) -> bool:
    """True while the latest check of an institution did not admit it; one that nobody checked is not shut out."""
    result = LATEST_RESULT.first(institution_id=institution_id).result
    return result is not None and result != ADMITTED


@lru_cache(LASTING)
def is_let_in(institution_id: int | None) -> sa.ColumnElement[bool]:
    """The same as a where-clause, the other way round: True unless the latest check did not admit the institution."""
    return sa.func.coalesce(latest_result(sa.literal(institution_id, sa.BigInteger)), ADMITTED) == ADMITTED


LATEST_RESULT = Prepared(sa.select(latest_result(sa.bindparam("institution_id", type_=sa.BigInteger)).label("result")))
# What the list shows of an institution: a page of whole records takes several times as long to load.
SHOWN: tuple[Any, ...] = (
    Institution.id,
    Institution.name,
    Institution.short_name,
    Institution.kind,
    Institution.city,
    Institution.sectors,
    Institution.ticket_low,
    Institution.ticket_high,
    Institution.ticket_text,
    Institution.assets,
    Institution.joined_on,
    Institution.brand_id,
    Institution.credit_code,
    Brand.name.label("brand_name"),
    latest_result(Institution.id).label("admission"),
)
ROWS = sa.select(*SHOWN).select_from(Institution).join(Brand, Brand.id == Institution.brand_id, isouter=True)


def find_brand(actor: Actor, brand_id: int) -> Brand | None:
    """A brand, for staff."""
    return db.session.get(Brand, brand_id) if may_list(actor) else None


def brand_called(name: str) -> Brand | None:
    """The brand of exactly this name."""
    return db.session.scalar(sa.select(Brand).where(Brand.name_key == name_key(name)))


def brands_like(text: str) -> list[tuple[str, int]]:
    """The first few brands whose name contains a text: name and number of legal persons."""
    found = db.session.execute(
        sa.select(Brand.name, sa.func.count(Institution.id).label("count"))
        .outerjoin(Institution, sa.and_(Institution.brand_id == Brand.id, Institution.archived_at.is_(None)))
        .where(Brand.name_key.contains(name_key(text), autoescape=True))
        .group_by(Brand.id, Brand.name, Brand.name_key)
        .order_by(Brand.name_key)
        .limit(SUGGESTED)
    )
    return [(name, count) for name, count in found]


def institutions_of(brand: Brand) -> Sequence[Any]:
    """The legal persons of a brand, by name, as rows of `ROWS`."""
    legal_persons = ROWS.where(Institution.brand_id == brand.id, Institution.archived_at.is_(None))
    return db.session.execute(legal_persons.order_by(Institution.name_key)).all()
