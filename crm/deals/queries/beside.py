"""What is known of a startup, an institution and both, while somebody types their deal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.deals.models import FUNDED_STAGE, GOING_ON, HOLDING, SIGNED_STAGE, Deal, DealStatus, Round
from crm.deals.queries.deals import deals_in_round
from crm.deals.queries.introducing import Candidate, candidates, deals_of_startup_with
from crm.deals.queries.rounds import rounds_of
from crm.funds.models import Fund
from crm.funds.queries import funds_of
from crm.institutions.models import Institution
from crm.startups.models import Startup

SHOWN = 5


@dataclass(frozen=True)
class Means:
    """The funds of an institution that invest on a day."""

    funds: Sequence[Fund]

    @property
    def investable(self) -> int | None:
        """What the funds in yuan can invest, in 分; None where none of them says."""
        told = [fund.investable for fund in self.funds if fund.currency == "CNY" and fund.investable is not None]
        return sum(told) if told else None

    @property
    def until(self) -> date | None:
        """The last day of the last investment period that is known."""
        return max((fund.investment_ends_on for fund in self.funds if fund.investment_ends_on), default=None)


@dataclass(frozen=True)
class Beside:
    """What stands beside the form of a deal. `own`: the round that is meant, where the startup has it already."""

    startup: Startup | None
    institution: Institution | None
    rounds: Sequence[Round] = ()
    own: Round | None = None
    introduced: Sequence[Deal] = ()
    candidate: Candidate | None = None
    earlier: Sequence[Deal] = ()
    means: Means = field(default_factory=lambda: Means(()))
    so_far: Any = None


def beside(startup: Startup | None, round_name: str, institution: Institution | None, day: date) -> Beside:
    """What is known on a day of those that are named so far."""
    rounds = rounds_of(startup) if startup else []
    own = next((one for one in rounds if one.name == round_name), None)
    both = deals_of_startup_with(startup.id, [institution.id]) if startup and institution else []
    earlier = [deal for deal in both if deal.archived_at is None and (own is None or deal.round_id != own.id)]
    return Beside(
        startup,
        institution,
        rounds,
        own,
        introduced=deals_in_round(own) if own else (),
        candidate=candidate_of(startup, own, institution, day) if startup and institution else None,
        earlier=earlier[-SHOWN:],
        means=Means([one for one in funds_of(institution) if one.may_invest_on(day)] if institution else ()),
        so_far=so_far(institution) if institution else None,
    )


def candidate_of(startup: Startup, own: Round | None, institution: Institution, day: date) -> Candidate:
    """What speaks against the introduction; a round that is not opened yet is asked about like any other."""
    return candidates(own or Round(startup_id=startup.id, startup=startup), [institution], day)[0]


def so_far(institution: Institution) -> Any:
    """How many deals an institution has: all, going on, passed, signed."""
    return db.session.execute(SO_FAR, {"institution_id": institution.id}).one()


def counted(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((condition, 1)))


SO_FAR = sa.select(
    sa.func.count().label("all"),
    counted(Deal.status.in_(GOING_ON)).label("going_on"),
    counted(Deal.status == DealStatus.PASSED).label("passed"),
    counted(sa.and_(Deal.stage.in_((SIGNED_STAGE, FUNDED_STAGE)), Deal.status.in_(HOLDING))).label("signed"),
).where(Deal.institution_id == sa.bindparam("institution_id"), Deal.archived_at.is_(None))
