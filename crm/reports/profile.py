"""A startup's profile as investors may read it: the published fields, copied one by one, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm.deals.queries import open_rounds_of
from crm.lib.money import Amount
from crm.startups.models import Startup
from crm.startups.queries import past_rounds_of


@dataclass(frozen=True)
class OpenRound:
    """A round that institutions can be introduced to. `valuation` in 分."""

    name: str
    sought: Amount
    valuation: int | None
    use_of_proceeds: str
    closes_on: date | None


@dataclass(frozen=True)
class ClosedRound:
    """A round that the startup closed before; 分, None where not known."""

    name: str
    day: date | None
    amount: int | None


@dataclass(frozen=True)
class Profile:
    """What the profile says."""

    name: str
    full_name: str
    summary: str
    sector: str | None
    vertical: str | None
    growth_stage: str | None
    labels: tuple[str, ...]
    model_filing: str
    profile: str
    team: str
    founded_on: date | None
    headcount: str
    rounds: tuple[OpenRound, ...]
    past_rounds: tuple[ClosedRound, ...]


def profile_of(startup: Startup) -> Profile:
    """The profile; the caller makes sure that it is published."""
    return Profile(
        name=startup.shown_name,
        full_name=startup.name,
        summary=startup.summary,
        sector=startup.sector_layer,
        vertical=startup.sector_vertical,
        growth_stage=startup.growth_stage,
        labels=tuple(startup.labels),
        model_filing=startup.model_filing,
        profile=startup.profile,
        team=startup.team,
        founded_on=startup.founded_on,
        headcount=startup.headcount_text or (f"{startup.headcount:,}" if startup.headcount is not None else ""),
        rounds=tuple(
            OpenRound(one.name, one.sought, one.valuation, one.use_of_proceeds, one.closes_on)
            for one in open_rounds_of(startup)
        ),
        past_rounds=tuple(ClosedRound(one.round_name, one.happened_on, one.amount) for one in past_rounds_of(startup)),
    )
