"""Whom a round may be introduced to, and what speaks against it."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from crm.core.db import db, holds_code
from crm.core.listing import count_up_to
from crm.deals.models import FUNDED_STAGE, GOING_ON, HOLDING, SIGNED_STAGE, Deal, DealStatus, Round
from crm.institutions.models import ADMITTED, Institution
from crm.institutions.queries import is_of_kind, latest_admissions
from crm.settings.queries import terms
from crm.startups.models import Startup
from crm.startups.queries import competitor_ids

SHOWN = 60
SERIOUS_FROM = "due_diligence"


class Against(enum.StrEnum):
    """What speaks against an introduction. It warns, and forbids nothing."""

    IN_THE_BIN = "in_the_bin"
    PASSED = "passed"
    DECLINED = "declined"
    INVESTED_IN_COMPETITOR = "invested_in_competitor"
    TALKS_WITH_COMPETITOR = "talks_with_competitor"
    SAME_LEGAL_PERSON = "same_legal_person"
    SECTOR_EXCLUDED = "sector_excluded"
    INDUSTRY_EXCLUDED = "industry_excluded"
    NOT_ADMITTED = "not_admitted"
    LEFT = "left"


@dataclass(frozen=True)
class Objection:
    """One thing that speaks against an introduction, and the deal that shows it.

    `marked`: the deal's startup competes, as the desk says; otherwise it is of the same sector and industry.
    """

    against: Against
    deal: Deal | None = None
    code: str = ""
    day: date | None = None
    marked: bool = False


@dataclass
class Candidate:
    """An institution that a round may be introduced to. `twin`: the deal of both that is there already."""

    institution: Institution
    twin: Deal | None = None
    objections: list[Objection] = field(default_factory=list)

    @property
    def is_clear(self) -> bool:
        """True when nothing speaks against the introduction."""
        return self.twin is None and not self.objections


@dataclass(frozen=True)
class Fit:
    """Which institutions a desk looks for. Where an institution says nothing, it has no limit."""

    kind: str = ""
    stage: bool = True
    sector: bool = True
    ticket: bool = True


def fitting_institutions(round: Round, wanted: Fit, day: date) -> tuple[Sequence[Institution], int]:
    """The first institutions that fit and were not introduced yet, those that name the sector first; and how many."""
    startup = round.startup
    introduced = sa.select(Deal.institution_id).where(Deal.round_id == round.id, Deal.archived_at.is_(None))
    statement = sa.select(Institution).where(
        Institution.archived_at.is_(None),
        sa.or_(Institution.left_on.is_(None), Institution.left_on > day),
        Institution.id.not_in(introduced),
        *wishes(round, startup, wanted),
    )
    named = holds_code(Institution.sectors, startup.sector_layer or "")
    found = db.session.scalars(statement.order_by(named.desc(), Institution.name_key, Institution.id).limit(SHOWN))
    return found.all(), count_up_to(statement, 1000)


def wishes(round: Round, startup: Startup, wanted: Fit) -> list[sa.ColumnElement[bool]]:
    conditions = [is_of_kind(wanted.kind)] if wanted.kind else []
    if wanted.stage and startup.growth_stage:
        conditions.append(covers(Institution.growth_stages, startup.growth_stage))
    if wanted.sector:
        for column, excluded, code in (
            (Institution.sectors, Institution.excluded_sectors, startup.sector_layer),
            (Institution.verticals, Institution.excluded_verticals, startup.sector_vertical),
        ):
            if code:
                conditions += [covers(column, code), ~holds_code(excluded, code)]
    if wanted.ticket and round.sought_high is not None:
        smallest = Institution.ticket_low
        conditions.append(sa.or_(smallest.is_(None), smallest <= round.sought_high))
    return conditions


def covers(column: Any, code: str) -> sa.ColumnElement[bool]:
    """True where a thesis names the code, or says nothing."""
    return sa.or_(sa.type_coerce(column, sa.String) == "", holds_code(column, code))


def institutions_called(ids: Collection[int]) -> Sequence[Institution]:
    """The institutions of some ids that are not in the bin, by name."""
    active = Institution.archived_at.is_(None)
    return db.session.scalars(
        sa.select(Institution).where(Institution.id.in_(ids), active).order_by(Institution.name_key, Institution.id)
    ).all()


def candidates(round: Round, institutions: Sequence[Institution], day: date) -> list[Candidate]:
    """What is known of a round and each of these institutions, in as many statements for many as for one."""
    found = {one.id: Candidate(one) for one in institutions}
    for deal in deals_of_startup_with(round.startup_id, found):
        candidate = found[deal.institution_id]
        if deal.round_id == round.id and deal.archived_at is None:
            candidate.twin = deal
        elif deal.round_id == round.id:
            candidate.objections.append(Objection(Against.IN_THE_BIN, deal))
        elif deal.archived_at is None and deal.status in (DealStatus.PASSED, DealStatus.DECLINED):
            candidate.objections.append(Objection(Against(deal.status), deal, deal.pass_reason or "", deal.moved_on))
    marked = competitor_ids([round.startup_id]).get(round.startup_id, frozenset())
    for deal in deals_with_competitors(round.startup, marked, found):
        invested = deal.stage in (SIGNED_STAGE, FUNDED_STAGE)
        against = Against.INVESTED_IN_COMPETITOR if invested else Against.TALKS_WITH_COMPETITOR
        said = deal.round.startup_id in marked
        found[deal.institution_id].objections.append(Objection(against, deal, deal.stage, deal.moved_on, said))
    checks = latest_admissions(found)
    for candidate in found.values():
        check = checks.get(candidate.institution.id)
        if check is not None and check.result != ADMITTED:
            candidate.objections.append(Objection(Against.NOT_ADMITTED, code=check.result, day=check.checked_on))
        candidate.objections += own_objections(round.startup, candidate.institution, day)
    return list(found.values())


def own_objections(startup: Startup, institution: Institution, day: date) -> list[Objection]:
    """What the records of both say by themselves."""
    told = []
    if startup.institution_id == institution.id:
        told.append(Objection(Against.SAME_LEGAL_PERSON))
    if startup.sector_layer in institution.excluded_sectors:
        told.append(Objection(Against.SECTOR_EXCLUDED, code=startup.sector_layer or ""))
    if startup.sector_vertical in institution.excluded_verticals:
        told.append(Objection(Against.INDUSTRY_EXCLUDED, code=startup.sector_vertical or ""))
    if institution.left_on is not None and institution.left_on <= day:
        told.append(Objection(Against.LEFT, day=institution.left_on))
    return told


def deals_of_startup_with(startup_id: int, institution_ids: Collection[int]) -> Sequence[Deal]:
    """Every deal of a startup with these institutions, put away or not, the earliest first."""
    return db.session.scalars(
        sa.select(Deal)
        .join(Deal.round)
        .options(contains_eager(Deal.round))
        .where(Round.startup_id == startup_id, Deal.institution_id.in_(institution_ids))
        .order_by(Deal.moved_on, Deal.id)
    ).all()


def deals_with_competitors(
    startup: Startup, marked: Collection[int], institution_ids: Collection[int]
) -> Sequence[Deal]:
    """Deals of these institutions with competitors of a startup: signed, funded or far advanced.

    Who competes: those that the desk marked, and those of the same sector and industry.
    """
    competes: sa.ColumnElement[bool] = Startup.id.in_(marked)
    if startup.sector_layer and startup.sector_vertical:
        sector = Startup.sector_layer == startup.sector_layer
        competes = sa.or_(competes, sa.and_(sector, Startup.sector_vertical == startup.sector_vertical))
    stages = terms("deal_stage")
    serious = [one.code for one in stages.values() if one.position >= stages[SERIOUS_FROM].position]
    invested = sa.and_(Deal.stage.in_((SIGNED_STAGE, FUNDED_STAGE)), Deal.status.in_(HOLDING))
    talking = sa.and_(Deal.stage.in_(serious), Deal.status.in_(GOING_ON))
    return db.session.scalars(
        sa.select(Deal)
        .join(Deal.round)
        .join(Round.startup)
        .options(contains_eager(Deal.round).contains_eager(Round.startup))
        .where(
            Deal.institution_id.in_(institution_ids),
            Deal.archived_at.is_(None),
            sa.or_(invested, talking),
            competes,
            Startup.id != startup.id,
        )
        .order_by(Deal.moved_on.desc(), Deal.id)
    ).all()
