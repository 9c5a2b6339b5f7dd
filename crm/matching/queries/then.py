"""Both sides of matching as they were known at an earlier moment: nothing that was recorded later is in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.audit.earlier import Rewound
from crm.core.db import db
from crm.deals.models import Deal, DealEvent, DealStatus, Round
from crm.funds.models import Commitment, Fund, FundManager, LocalRequirement
from crm.institutions.models import ADMITTED, Admission, Institution
from crm.matching.queries.sides import backer_of, is_due, seeker_of
from crm.matching.sides import MET_STAGE, Backer, Record, Seeker, Told, records_of
from crm.matrix.queries import BESIDE
from crm.matrix.sides import Need
from crm.settings.queries import terms
from crm.startups.models import Competition, Startup
from crm.startups.queries import competing

KINDS = (Institution, Fund, Startup, Round, LocalRequirement, Commitment)


class Happened(NamedTuple):
    """An event of a deal."""

    id: int
    stage: str
    status: DealStatus
    reason: str | None
    happened_on: date
    recorded_at: datetime
    reverses_id: int | None


@dataclass
class Past:
    """A round that was introduced: the day of its first introduction, and the institutions that it met since."""

    round: Round
    startup: Startup
    first_on: date
    met: frozenset[int]


class Archive:
    """All records that a backtest needs, with their history since a first moment."""

    def __init__(self, first: datetime) -> None:
        self.history = Rewound(KINDS, first)
        self.institutions = db.session.scalars(sa.select(Institution).order_by(Institution.id)).all()
        self.funds = self.read_funds()
        self.requirements: list[Any] = list(
            db.session.execute(
                sa.select(LocalRequirement, Commitment)
                .join(Commitment, Commitment.id == LocalRequirement.commitment_id)
                .order_by(LocalRequirement.id)
            )
        )
        self.admissions = db.session.scalars(sa.select(Admission).order_by(Admission.checked_on, Admission.id)).all()
        rows = db.session.execute(sa.select(Deal, Round, Startup).join(Deal.round).join(Round.startup))
        self.deals = [(deal, round, startup) for deal, round, startup in rows]
        self.events = self.read_events()
        self.competitions = db.session.scalars(sa.select(Competition)).all()

    def read_funds(self) -> dict[int, list[Fund]]:
        """{institution: the funds that it manages first and that invest in startups}."""
        first = sa.select(sa.func.min(FundManager.id).label("id")).group_by(FundManager.fund_id).subquery()
        rows = db.session.execute(
            sa.select(FundManager.institution_id, Fund)
            .join(first, first.c.id == FundManager.id)
            .join(Fund, Fund.id == FundManager.fund_id)
            .where(Fund.kind.not_in(BESIDE))
            .order_by(Fund.id)
        )
        found: dict[int, list[Fund]] = {}
        for institution_id, fund in rows:
            found.setdefault(institution_id, []).append(fund)
        return found

    def read_events(self) -> dict[int, list[Happened]]:
        """{deal: its events in the order of their days}, those that were taken back, too."""
        event = DealEvent
        columns: tuple[Any, ...] = (event.id, event.to_stage, event.to_status, event.reason, event.happened_on)
        rows = sa.select(event.deal_id, *columns, event.recorded_at, event.reverses_id)
        found: dict[int, list[Happened]] = {}
        for deal_id, *row in db.session.execute(rows.order_by(event.happened_on, event.id)):
            found.setdefault(deal_id, []).append(Happened(*row))
        return found

    def past_rounds(self, day: date) -> list[Past]:
        """The rounds that were introduced before a day and met somebody, by the day of their first introduction."""
        introduced: dict[int, list[tuple[Deal, Round, Startup]]] = {}
        for row in self.deals:
            if row[0].archived_at is None and row[1].archived_at is None:
                introduced.setdefault(row[1].id, []).append(row)
        found = []
        for rows in introduced.values():
            _, round, startup = rows[0]
            met = frozenset(deal.institution_id for deal, _, _ in rows if self.has_met(deal.id))
            first = min(deal.introduced_on for deal, _, _ in rows)
            if met and first < day:
                found.append(Past(round, startup, first, met))
        return sorted(found, key=lambda one: (one.first_on, one.round.id))

    def has_met(self, deal_id: int) -> bool:
        """True for a deal that came to a meeting or beyond, by what is known today."""
        stages = terms("deal_stage")
        met = stages[MET_STAGE].position
        return any(
            (stages[one.stage].position if one.stage in stages else 0) >= met
            for one in standing(self.events.get(deal_id, []))
        )

    # --- as known at a moment

    def backers(self, moment: datetime) -> list[Backer]:
        """The institutions with their funds that were recorded by a moment, as they were known."""
        shut_out = {one.institution_id: one.result != ADMITTED for one in self.admissions if one.recorded_at <= moment}
        due = self.regions_due(moment)
        found = []
        for institution in self.institutions:
            known = self.known(institution, moment)
            if known is None:
                continue
            funds = [fund for one in self.funds.get(institution.id, []) if (fund := self.known(one, moment))]
            for fund in funds or [None]:
                regions = due.get(fund.id, ()) if fund else ()
                is_shut_out = shut_out.get(institution.id, False)
                found.append(replace(backer_of(known, fund), requirements=regions, is_shut_out=is_shut_out))
        return found

    def known(self, record: Any, moment: datetime) -> Any:
        """A record as it was known; None where it was not recorded yet, or put away."""
        if record.created_at > moment:
            return None
        then = self.history.said(record, moment)
        return None if then.archived_at is not None and then.archived_at <= moment else then

    def regions_due(self, moment: datetime) -> dict[int, tuple[str, ...]]:
        """{fund: regions in which something was still to be invested}."""
        funds = {one.id: one for some in self.funds.values() for one in some}
        due: dict[int, tuple[str, ...]] = {}
        for requirement, commitment in self.requirements:
            fund, promised = funds.get(commitment.fund_id), self.known(commitment, moment)
            if fund is None or promised is None or requirement.created_at > moment:
                continue
            then = self.history.said(requirement, moment)
            if is_due(then, promised, self.history.said(fund, moment)):
                due[fund.id] = (*due.get(fund.id, ()), then.region)
        return due

    def seeker(self, past: Past, moment: datetime) -> Seeker:
        """A past round and its startup as they were known; what came later than the moment, as it was first told."""
        round = self.history.said(past.round, max(moment, past.round.created_at))
        startup = self.history.said(past.startup, max(moment, past.startup.created_at))
        axes = (startup.growth_stage, startup.sector_layer, startup.sector_vertical)
        name = startup.short_name or startup.name
        need = Need(round.id, startup.id, name, round.name, *axes, round.sought_low, round.sought_high)
        said = (startup.structure, startup.credit_code, startup.summary, startup.profile)
        marked = competing((one.startup_id, one.other_id) for one in self.competitions if one.at <= moment)
        seeker = seeker_of(need, *said, startup.institution_id, False)
        return replace(seeker, competitors=marked.get(startup.id, frozenset()))

    def records(self, moment: datetime, day: date) -> dict[int, Record]:
        """What was known of the deals of each institution."""
        return records_of(self.told(moment), day)

    def told(self, moment: datetime) -> Iterable[Told]:
        for deal, round, startup in self.deals:
            put_away = deal.archived_at is not None and deal.archived_at <= moment
            events = standing([one for one in self.events.get(deal.id, []) if one.recorded_at <= moment])
            if put_away or not events:
                continue
            then, last = self.history.said(startup, max(moment, startup.created_at)), events[-1]
            yield Told(
                deal.institution_id,
                round.id,
                startup.id,
                then.short_name or then.name,
                then.sector_layer,
                then.sector_vertical,
                last.stage,
                last.status,
                last.reason,
                events[0].happened_on,
                last.happened_on,
            )


def standing(events: Iterable[Happened]) -> list[Happened]:
    """The events among these that count: neither taken back by another of them, nor such a taking back."""
    kept = list(events)
    taken_back = {one.reverses_id for one in kept}
    return [one for one in kept if one.reverses_id is None and one.id not in taken_back]
