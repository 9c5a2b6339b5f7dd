"""Reading the two sides of matching. Gates narrow in SQL what is read; `barriers` decides, and shuts no fewer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, outerjoin

from crm.core.connections import read_in_transaction
from crm.core.db import db, holds_code
from crm.core.keeping import until_written
from crm.core.listing import FIRST_DAY
from crm.deals.models import FUNDED_STAGE, HOLDING, SIGNED_STAGE, Deal, Round
from crm.funds.models import Commitment, Fund, FundManager, LocalRequirement
from crm.funds.queries import may_invest_on
from crm.institutions.models import ADMITTED, Institution
from crm.institutions.queries import latest_admissions
from crm.matching.likeness import Theses
from crm.matching.sides import OWN_MONEY, Backer, Record, Seeker, Told, records_of
from crm.matrix.queries import BESIDE, needing, offer_of
from crm.matrix.sides import Need, Offer
from crm.settings.queries import label, terms
from crm.startups.models import Startup
from crm.startups.queries import competitor_ids

SCORED = 200  # funds of a round, rounds of an institution: more are not looked at
LEADS_FROM = "term_sheet"
Condition = sa.ColumnElement[bool]


def investing() -> sa.Select[Any]:
    """Each institution with each of its funds that invest in startups, else alone. A fund is its first manager's."""
    earlier, vehicle = aliased(FundManager), aliased(Fund)
    own = sa.and_(
        FundManager.institution_id == Institution.id,
        ~sa.exists().where(earlier.fund_id == FundManager.fund_id, earlier.id < FundManager.id),
        sa.exists().where(
            vehicle.id == FundManager.fund_id, vehicle.archived_at.is_(None), vehicle.kind.not_in(BESIDE)
        ),
    )
    both: tuple[Any, ...] = (Institution, Fund)
    with_own = outerjoin(outerjoin(Institution, FundManager, own), Fund, Fund.id == FundManager.fund_id)
    return sa.select(*both).select_from(with_own).where(Institution.archived_at.is_(None))


def every_backer() -> list[Backer]:
    """All of them; kept until something is written that they were read from."""
    return until_written("backers", lambda: backers_of(investing().order_by(Institution.id, Fund.id)))


def backers_of(found: sa.Select[Any]) -> list[Backer]:
    """The backers that a statement of `investing` finds, in its order."""
    rows = [(institution, fund) for institution, fund in db.session.execute(found)]
    checks = latest_admissions({institution.id for institution, _ in rows})
    shut_out = {one for one, check in checks.items() if check.result != ADMITTED}
    due = regions_due(fund.id for _, fund in rows if fund)
    return [
        replace(
            backer_of(institution, fund),
            requirements=due.get(fund.id, ()) if fund else (),
            is_shut_out=institution.id in shut_out,
        )
        for institution, fund in rows
    ]


def backer_of(institution: Any, fund: Any) -> Backer:
    """An institution with a fund, or alone, as their records say. What a fund does not say, its manager may."""
    return Backer(
        institution_id=institution.id,
        name=institution.name,
        offer=offer_of(fund, institution, "committed") if fund else own_offer(institution),
        role=(fund.invest_role if fund else None) or institution.invest_role,
        structures=(fund.structures if fund else ()) or institution.structures,
        regions=(fund.regions if fund else ()) or institution.regions,
        thesis="\n".join(filter(None, (institution.thesis, fund.thesis if fund else ""))),
        left_on=institution.left_on,
    )


def own_offer(institution: Any) -> Offer:
    """What an institution without a fund of its own may invest: how much is not known."""
    return Offer(
        fund_id=OWN_MONEY,
        name=institution.name,
        stages=institution.growth_stages,
        layers=institution.sectors,
        verticals=institution.verticals,
        excluded_layers=institution.excluded_sectors,
        excluded_verticals=institution.excluded_verticals,
        begins_on=None,
        ends_on=None,
        investable=None,
        ticket=institution.ticket_low or 0,
        ticket_high=institution.ticket_high,
        currencies=institution.currencies,
    )


def regions_due(fund_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """{fund: regions in which something of a local investment requirement is still to be invested}."""
    found = db.session.execute(
        sa.select(LocalRequirement, Commitment, Fund)
        .join(Commitment, Commitment.id == LocalRequirement.commitment_id)
        .join(Fund, Fund.id == Commitment.fund_id)
        .where(Commitment.fund_id.in_(list(fund_ids)), Commitment.archived_at.is_(None))
        .order_by(LocalRequirement.id)
    )
    due: dict[int, tuple[str, ...]] = {}
    for requirement, commitment, fund in found:
        if is_due(requirement, commitment, fund):
            due[fund.id] = (*due.get(fund.id, ()), requirement.region)
    return due


def is_due(requirement: LocalRequirement, commitment: Any, fund: Any) -> bool:
    """False once all of it is invested; what is not known may be due."""
    rest = requirement.rest(requirement.required(commitment, fund))
    return rest.high is None or rest.high > 0


def gates_of_round(seeker: Seeker, day: date, among: Collection[int] = ()) -> sa.Select[Any]:
    """The backers for whom no gate of a round is shut that SQL can tell, those first that name its sector and stage;
    `among`: of these institutions alone."""
    need = seeker.need
    layers, stages = says(Fund.sectors, Institution.sectors), says(Fund.growth_stages, Institution.growth_stages)
    ticket = sa.case((Fund.id.is_(None), Institution.ticket_low), (Fund.currency == "CNY", Fund.ticket_low), else_=None)
    conditions = [
        takes(stages, need.stage),
        takes(layers, need.layer),
        takes(says(Fund.verticals, Institution.verticals), need.vertical),
        excludes_not(says(Fund.excluded_sectors, Institution.excluded_sectors), need.layer),
        excludes_not(says(Fund.excluded_verticals, Institution.excluded_verticals), need.vertical),
        sa.or_(Fund.id.is_(None), may_invest_on(day)),
        sa.or_(Institution.left_on.is_(None), Institution.left_on > day),
        Institution.id.not_in(sa.select(Deal.institution_id).where(*introduced(need.round_id))),
    ]
    if among:
        conditions.append(Institution.id.in_(among))
    if need.rest is not None:
        conditions.append(sa.or_(ticket.is_(None), ticket <= need.rest))
    if seeker.twin_id:
        conditions.append(Institution.id != seeker.twin_id)
    if seeker.competitors:
        conditions.append(Institution.id.not_in(holders_of(seeker.competitors)))
    named = (holds_code(layers, need.layer or "-").desc(), holds_code(stages, need.stage or "-").desc())
    return investing().where(*conditions).order_by(*named, Institution.id, Fund.id)


def says(fund: Any, institution: Any) -> Any:
    """What a fund says, else its manager, as the text of a column of codes."""
    own = sa.func.nullif(sa.type_coerce(fund, sa.String), "")
    return sa.func.coalesce(own, sa.type_coerce(institution, sa.String))


def takes(codes: Any, code: str | None) -> Condition:
    """True where codes set no limit, or name this one."""
    return sa.or_(codes == "", holds_code(codes, code)) if code else codes == ""


def excludes_not(codes: Any, code: str | None) -> Condition:
    return ~holds_code(codes, code) if code else sa.true()


def introduced(round_id: Any) -> tuple[Condition, ...]:
    """The deals of a round."""
    return Deal.round_id == round_id, Deal.archived_at.is_(None)


def holders_of(startup_ids: Collection[int]) -> sa.Select[Any]:
    """Institutions that hold one of some startups."""
    return (
        sa.select(Deal.institution_id)
        .join(Round, Round.id == Deal.round_id)
        .where(
            Deal.archived_at.is_(None),
            Deal.stage.in_((SIGNED_STAGE, FUNDED_STAGE)),
            Deal.status.in_(HOLDING),
            Round.startup_id.in_(startup_ids),
        )
    )


def rounds_for(backers: Sequence[Backer], day: date) -> sa.Select[int]:
    """The open rounds, the latest first, for which no gate of these backers is shut that SQL can tell."""
    opened = sa.func.coalesce(Round.opened_on, FIRST_DAY)
    return (
        sa.select(Round.id)
        .join(Startup, Startup.id == Round.startup_id)
        .where(
            Round.archived_at.is_(None),
            Round.state == "open",
            Startup.archived_at.is_(None),
            open_to(backers, day, Startup),
            sa.or_(Round.sought_low.is_(None), Round.sought_low >= least(backers)),
        )
        .order_by(opened.desc(), Round.id.desc())
    )


def least(backers: Sequence[Backer]) -> int:
    """The smallest ticket of all."""
    return min((one.offer.ticket for one in backers), default=0)


def open_to(backers: Sequence[Backer], day: date, said: Any) -> Condition:
    """Where the thesis of one of these who can invest takes what is `said`: by startups, or by what they published."""
    able = [one.offer for one in backers if one.offer.invests_on(day) and one.offer.pays_cny is not False]
    return sa.or_(sa.false(), *(takes_all(offer, said) for offer in able))


def takes_all(offer: Offer, said: Any) -> Condition:
    axes = (
        (said.growth_stage, offer.stages, ()),
        (said.sector_layer, offer.layers, offer.excluded_layers),
        (said.sector_vertical, offer.verticals, offer.excluded_verticals),
    )
    conditions: list[Condition] = []
    for column, wanted, excluded in axes:
        if wanted:
            conditions.append(column.in_(wanted))
        if excluded:
            conditions.append(sa.or_(column.is_(None), column.not_in(excluded)))
    return sa.and_(sa.true(), *conditions)


def seekers(round_ids: Collection[int] | None = None) -> list[Seeker]:
    """Open rounds that still seek something, all or some of them."""
    stages = terms("deal_stage")
    serious = [one.code for one in stages.values() if one.position >= stages[LEADS_FROM].position]
    lead = sa.exists().where(*introduced(Round.id), Deal.stage.in_(serious), Deal.status.in_(HOLDING))
    found = db.session.execute(needing(round_ids=round_ids).add_columns(*SAID, lead)).all()
    own = len(SAID) + 1
    told = [(Need(*row[:-own]), row[-own:]) for row in found]
    competing = competitor_ids(None if round_ids is None else {need.startup_id for need, _ in told})
    return [replace(seeker_of(need, *said), competitors=competing.get(need.startup_id, NONE)) for need, said in told]


NONE: frozenset[int] = frozenset()


SAID: tuple[Any, ...] = (
    Startup.structure,
    Startup.credit_code,
    Startup.summary,
    Startup.profile,
    Startup.institution_id,
)


def seeker_of(  # noqa: PLR0917 - the columns, in their order
    need: Need,
    structure: str | None,
    credit_code: str | None,
    summary: str,
    profile: str,
    twin_id: int | None,
    has_lead: bool,
) -> Seeker:
    """A round with what its startup says; its sectors count as said, too, in both languages."""
    sectors = (("sector_layer", need.layer), ("sector_vertical", need.vertical))
    words = [label(vocabulary, code, language) for vocabulary, code in sectors for language in ("zh", "en")]
    return Seeker(need, structure, credit_code, "\n".join((summary, profile, *words)), twin_id, bool(has_lead))


def records(day: date, institution_ids: Collection[int] | None = None) -> dict[int, Record]:
    """{institution: what is known of its deals}, of all or of some."""
    found = sa.select(*TOLD).join(Deal.round).join(Round.startup).where(Deal.archived_at.is_(None))
    if institution_ids is not None:
        found = found.where(Deal.institution_id.in_(institution_ids))
    read_in_transaction(db.session())
    some_at_once = {"yield_per": 1_000} if institution_ids is None else {}
    rows = db.session.execute(found, execution_options=some_at_once)
    return records_of((Told(*row) for row in rows), day)


def shutting_records(seeker: Seeker, day: date) -> dict[int, Record]:
    """{institution: what shuts a gate of a round}: deals of it, and money in its competitors."""
    need = seeker.need
    found = sa.select(*TOLD).join(Deal.round).join(Round.startup).where(Deal.archived_at.is_(None))
    own = found.where(Deal.round_id == need.round_id)
    held = found.where(Deal.stage.in_((SIGNED_STAGE, FUNDED_STAGE)), Round.startup_id.in_(seeker.competitors))
    return records_of((Told(*row) for part in (own, held) for row in db.session.execute(part)), day)


TOLD: tuple[Any, ...] = (
    Deal.institution_id,
    Deal.round_id,
    Round.startup_id,
    Startup.shown_name,
    Startup.sector_layer,
    Startup.sector_vertical,
    Deal.stage,
    Deal.status,
    Deal.pass_reason,
    Deal.introduced_on,
    Deal.moved_on,
)


def theses() -> Theses:
    """What all institutions and funds say that they look for; kept until one says something else."""
    texts = sa.union_all(texts_of(Institution), texts_of(Fund))
    return until_written("theses", lambda: Theses(db.session.scalars(texts).all()))


def texts_of(model: type[Institution | Fund]) -> sa.Select[Any]:
    return sa.select(model.thesis).where(model.thesis != "", model.archived_at.is_(None))
