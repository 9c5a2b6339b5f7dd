"""Reading funds, their managers and commitments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from crm.accounts.models import Actor
from crm.core.bulk import to_change
from crm.core.db import db, holds_code
from crm.core.errors import Refusal
from crm.core.expressions import IDS, in_bin
from crm.core.keeping import kept
from crm.core.listing import LASTING, Place, Slice, Sort, slice_of
from crm.core.prepared import record_seen
from crm.funds.known import Known
from crm.funds.models import Commitment, Fund, FundFigure, FundFlow, FundManager, LocalRequirement
from crm.funds.policies import visible_to
from crm.institutions.models import Institution
from crm.lib.names import name_key
from crm.lib.text import N_
from crm.search import queries as search_queries

WITH_MANAGERS = selectinload(Fund.managers).joinedload(FundManager.institution)


def find_fund(actor: Actor, fund_id: int) -> Fund | None:
    """A fund that this actor may see, with its managers."""
    return record_seen(BY_ID, visible_to(actor), fund_id)


BY_ID = sa.select(Fund).options(WITH_MANAGERS).where(Fund.id == sa.bindparam("id"))


def find_commitment(actor: Actor, commitment_id: int) -> Commitment | None:
    """A commitment that this actor may see, with both its ends."""
    return db.session.scalar(
        sa.select(Commitment)
        .options(joinedload(Commitment.fund), joinedload(Commitment.from_fund))
        .where(Commitment.id == commitment_id, visible_to(actor))
    )


def find_requirement(actor: Actor, requirement_id: int) -> LocalRequirement | None:
    """A local investment requirement that this actor may see, with its commitment and both ends of that."""
    return db.session.scalar(
        sa.select(LocalRequirement)
        .options(
            joinedload(LocalRequirement.commitment).options(
                joinedload(Commitment.fund), joinedload(Commitment.from_fund)
            )
        )
        .where(LocalRequirement.id == requirement_id, visible_to(actor))
    )


def requirement_of(commitment: Commitment) -> LocalRequirement | None:
    """The local investment requirement of a commitment."""
    return db.session.scalar(sa.select(LocalRequirement).where(LocalRequirement.commitment_id == commitment.id))


def requirements_of(commitments: Sequence[Commitment]) -> dict[int, LocalRequirement]:
    """{commitment: its local investment requirement}, in one query."""
    ids = [commitment.id for commitment in commitments]
    found = db.session.scalars(REQUIREMENTS, {"ids": ids}) if ids else ()
    return {requirement.commitment_id: requirement for requirement in found}


REQUIREMENTS = sa.select(LocalRequirement).where(
    LocalRequirement.commitment_id.in_(sa.bindparam("ids", expanding=True))
)


def requirement_ids(fund: Fund) -> Sequence[int]:
    """The local investment requirements of the commitments to a fund."""
    return db.session.scalars(
        sa.select(LocalRequirement.id)
        .join(Commitment, Commitment.id == LocalRequirement.commitment_id)
        .where(Commitment.fund_id == fund.id)
    ).all()


def funds(
    actor: Actor,
    place: Place,
    day: date,
    *,
    text: str = "",
    archived: bool = False,
    investing: bool = False,
    **wanted: str,
) -> Slice:
    """The list of funds, as rows of `SHOWN`. `investing`: only those whose investment period holds that day.

    `wanted`: kind, vintage, sector, growth_stage; "" asks for nothing.
    """
    found = search_queries.matching("fund", text)
    statement = listed(visible_to(actor), archived, few=found.few, **wanted)
    if text:
        statement = statement.where(found.holds(Fund.id))
    if investing:
        statement = statement.where(may_invest_on(day))
    return slice_of(statement, Fund.id, SORTS, place)


@lru_cache(LASTING)
def listed(seen: sa.ColumnElement[bool], archived: bool, *, few: bool, **wanted: str) -> sa.Select[Any]:
    narrowing = [FILTERS[name](value) for name, value in wanted.items() if value]
    return sa.select(*SHOWN).where(seen, in_bin(Fund.archived_at, archived, few=few), *narrowing)


def funds_to_change(actor: Actor, ids: Collection[int]) -> Sequence[Fund]:
    """Funds as they are now, kept from others until this unit ends."""
    return to_change(Fund, ids, visible_to(actor))


def managers_by_fund(fund_ids: Collection[int]) -> dict[int, list[Any]]:
    """{fund: its managers, as rows with `name` and `shown_name`}, of some funds."""
    found: dict[int, list[Any]] = {}
    for manager in db.session.execute(MANAGERS, {"ids": list(fund_ids)}) if fund_ids else ():
        found.setdefault(manager.fund_id, []).append(manager)
    return found


# What the list shows of a fund: a page of whole records takes several times as long to load.
SHOWN: tuple[Any, ...] = (
    Fund.id,
    Fund.name,
    Fund.amac_code,
    Fund.kind,
    Fund.sectors,
    Fund.vintage,
    Fund.committed,
    Fund.currency,
    Fund.investment_ends_on,
)
MANAGERS = (
    sa.select(
        FundManager.fund_id,
        Institution.name,
        sa.func.coalesce(sa.func.nullif(Institution.short_name, ""), Institution.name).label("shown_name"),
    )
    .join(Institution, Institution.id == FundManager.institution_id)
    .where(FundManager.fund_id.in_(IDS))
    .order_by(FundManager.id)
)


SORTS = {
    "name": Sort(Fund.name_key),
    "committed": Sort(sa.func.coalesce(Fund.committed, -1), True),
    "vintage": Sort(sa.func.coalesce(Fund.vintage, 0), True),
    "ends": Sort(sa.func.coalesce(Fund.investment_ends_on, sa.literal(date.min, sa.Date)), True),
}
FILTERS: dict[str, Any] = {
    "kind": lambda code: Fund.kind == code,
    "vintage": lambda year: sa.cast(Fund.vintage, sa.String) == year,
    "sector": lambda code: holds_code(Fund.sectors, code),
    "growth_stage": lambda code: holds_code(Fund.growth_stages, code),
}


def may_invest_on(day: date) -> sa.ColumnElement[bool]:
    """`Fund.may_invest_on(day)`, as a condition."""
    begins, ends = Fund.investment_begins_on, Fund.investment_ends_on
    return sa.and_(sa.or_(begins.is_(None), begins <= day), sa.or_(ends.is_(None), ends >= day))


def vintages() -> Sequence[int]:
    """The years in which funds were set up, the latest first."""
    years = sa.select(Fund.vintage).where(Fund.vintage.is_not(None)).distinct().order_by(Fund.vintage.desc())
    return kept("vintages", lambda: [year for year in db.session.scalars(years) if year is not None])


def suggestions(text: str) -> Sequence[Fund]:
    """The first few funds that a typed text may mean."""
    return search_queries.suggested(Fund, text)


def fund_called(text: str) -> Fund | None:
    """The fund of exactly this name or AMAC code."""
    return db.session.scalar(
        sa.select(Fund).where(
            Fund.archived_at.is_(None),
            sa.or_(Fund.name_key == name_key(text), Fund.amac_code == text.strip().upper()),
        )
    )


def funds_of(institution: Institution) -> Sequence[Fund]:
    """The funds that an institution manages."""
    return db.session.scalars(MANAGED, {"institution_id": institution.id}).all()


MANAGED = (
    sa.select(Fund)
    .join(FundManager, FundManager.fund_id == Fund.id)
    .where(FundManager.institution_id == sa.bindparam("institution_id"), Fund.archived_at.is_(None))
    .order_by(Fund.name_key)
)


def funds_about(institution_id: Any) -> sa.Select[Any]:
    """The funds that an institution manages, to be counted."""
    return (
        sa.select(FundManager.id)
        .join(Fund, Fund.id == FundManager.fund_id)
        .where(FundManager.institution_id == institution_id, Fund.archived_at.is_(None))
    )


def funds_by_manager(institution_ids: Collection[int]) -> dict[int, list[Fund]]:
    """{institution: the funds that it manages}, in one query."""
    rows = db.session.execute(
        sa.select(FundManager.institution_id, Fund)
        .join(Fund, Fund.id == FundManager.fund_id)
        .where(FundManager.institution_id.in_(institution_ids), Fund.archived_at.is_(None))
        .order_by(Fund.name_key)
    )
    found: dict[int, list[Fund]] = {}
    for institution_id, fund in rows:
        found.setdefault(institution_id, []).append(fund)
    return found


def commitments_to(fund: Fund) -> tuple[Sequence[Commitment], Sequence[Commitment]]:
    """Who committed to a fund, the largest first; and what lies in the bin, the latest first."""
    found = db.session.scalars(TO_FUND, {"fund_id": fund.id}).all()
    binned = sorted((one for one in found if one.archived_at), key=attrgetter("archived_at"), reverse=True)
    return [one for one in found if not one.archived_at], binned


def commitment_ids(fund: Fund) -> Sequence[int]:
    """The commitments to a fund, those put away too."""
    return db.session.scalars(sa.select(Commitment.id).where(Commitment.fund_id == fund.id)).all()


def commitments_by(fund: Fund) -> Sequence[Commitment]:
    """To which funds of the matrix a fund committed, the largest first."""
    return db.session.scalars(BY_FUND, {"fund_id": fund.id}).all()


FUND: Any = sa.bindparam("fund_id")
LARGEST_FIRST = (sa.func.coalesce(Commitment.amount_low, 0).desc(), Commitment.id)
SHOWN_OF_FUND = (Fund.name, Fund.currency)
TO_FUND = (
    sa.select(Commitment)
    .options(joinedload(Commitment.from_fund).load_only(*SHOWN_OF_FUND))
    .where(Commitment.fund_id == FUND)
    .order_by(Commitment.from_fund_id.is_(None), *LARGEST_FIRST)
)
BY_FUND = (
    sa.select(Commitment)
    .options(joinedload(Commitment.fund).load_only(*SHOWN_OF_FUND))
    .where(Commitment.from_fund_id == FUND, Commitment.archived_at.is_(None))
    .order_by(*LARGEST_FIRST)
)


def commitments_of_institution(institution: Institution) -> Sequence[Commitment]:
    """To which funds an institution itself committed, linked with it or under its name; the largest first."""
    return db.session.scalars(OF_INSTITUTION, {"id": institution.id, "name": institution.name}).all()


LINKED = sa.select(Commitment.id).where(Commitment.from_institution_id == sa.bindparam("id"))
UNDER_ITS_NAME = sa.select(Commitment.id).where(
    Commitment.from_institution_id.is_(None), Commitment.investor_name == sa.bindparam("name")
)
OF_INSTITUTION = (
    sa.select(Commitment)
    .join(Commitment.fund)
    .options(contains_eager(Commitment.fund).load_only(*SHOWN_OF_FUND))
    .where(
        Commitment.id.in_(sa.union_all(LINKED, UNDER_ITS_NAME)),
        Commitment.archived_at.is_(None),
        Fund.archived_at.is_(None),
    )
    .order_by(*LARGEST_FIRST)
)


def investors_by_fund() -> dict[int, list[int]]:
    """{fund: the funds that committed to it}, the whole graph."""
    edges = db.session.execute(
        sa.select(Commitment.fund_id, Commitment.from_fund_id).where(
            Commitment.from_fund_id.is_not(None), Commitment.archived_at.is_(None)
        )
    )
    graph: dict[int, list[int]] = {}
    for fund_id, from_fund_id in edges:
        graph.setdefault(fund_id, []).append(int(from_fund_id or 0))
    return graph


def fund_names(ids: Sequence[int]) -> list[str]:
    """The names of funds, in the order of their ids."""
    rows = db.session.execute(sa.select(Fund.id, Fund.name).where(Fund.id.in_(ids)))
    names = {row.id: row.name for row in rows}
    return [names[one] for one in ids]


def managed_fund(institution_id: int, fund_id: int, *, field: str) -> int:
    """The fund's id when the institution manages it. Raises Refusal at the field."""
    link = sa.select(FundManager.id).where(FundManager.institution_id == institution_id, FundManager.fund_id == fund_id)
    if db.session.scalar(link) is None:
        raise Refusal({field: N_("This institution does not manage that fund.")})
    return fund_id


def find_flow(actor: Actor, flow_id: int) -> FundFlow | None:
    """A flow of a fund that this actor may see, with the fund."""
    return db.session.scalar(
        sa.select(FundFlow).options(joinedload(FundFlow.fund)).where(FundFlow.id == flow_id, visible_to(actor))
    )


def find_figure(actor: Actor, figure_id: int) -> FundFigure | None:
    """A figure that a fund reported, for an actor who may see the fund, with it."""
    return db.session.scalar(
        sa.select(FundFigure).options(joinedload(FundFigure.fund)).where(FundFigure.id == figure_id, visible_to(actor))
    )


def flows_of(fund_id: int) -> Sequence[FundFlow]:
    """What flowed between a fund and its investors, the earliest first."""
    return db.session.scalars(
        sa.select(FundFlow)
        .where(FundFlow.fund_id == fund_id, FundFlow.archived_at.is_(None))
        .order_by(FundFlow.happened_on, FundFlow.id)
    ).all()


def figures_of(fund_id: int) -> Sequence[FundFigure]:
    """What a fund reported, the latest first."""
    return db.session.scalars(
        sa.select(FundFigure)
        .where(FundFigure.fund_id == fund_id, FundFigure.archived_at.is_(None))
        .order_by(FundFigure.as_of.desc(), FundFigure.id.desc())
    ).all()


def known_of(fund: Fund) -> Known:
    """What is known now of a fund over time."""
    return Known(flows_of(fund.id), figures_of(fund.id), fund.committed)


def part_ids(part: type[FundFlow | FundFigure], fund: Fund) -> Sequence[int]:
    """The flows or figures of a fund, those taken away too."""
    return db.session.scalars(sa.select(part.id).where(part.fund_id == fund.id)).all()
