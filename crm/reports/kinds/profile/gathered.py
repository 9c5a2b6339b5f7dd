"""A startup's profile as investors may read it: the published fields, copied one by one, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm.deals.queries import open_rounds_of
from crm.lib.figures import Unit
from crm.lib.money import Amount
from crm.startups.models import Filing, Startup
from crm.startups.queries import filings_of, labels_of, metrics_of, past_rounds_of, products_of


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
class Figure:
    """The latest value of a metric that the startup reported and shows. `value` in its unit."""

    metric: str
    value: int
    unit: Unit
    period: str
    as_of: date
    source: str


@dataclass(frozen=True)
class Profile:
    """What the profile says. `filings`: of each kind apart, by kind."""

    name: str
    full_name: str
    summary: str
    sector: str | None
    vertical: str | None
    growth_stage: str | None
    labels: tuple[str, ...]
    filings: tuple[tuple[str, tuple[str, ...]], ...]
    figures: tuple[Figure, ...]
    products: tuple[tuple[str, str], ...]
    profile: str
    team: str
    founded_on: date | None
    headcount: str
    rounds: tuple[OpenRound, ...]
    past_rounds: tuple[ClosedRound, ...]


def told(filing: Filing) -> str:
    """One filing in a line: the model, its number, the authority, the day."""
    day = filing.filed_on.isoformat() if filing.filed_on else ""
    return " · ".join(filter(None, (filing.model_name, filing.filing_number, filing.authority, day)))


def profile_of(startup: Startup, day: date, *, for_investors: bool = True) -> Profile:
    """The profile with the labels that hold on a day; the caller makes sure that its readers may have it."""
    return Profile(
        name=startup.shown_name,
        full_name=startup.name,
        summary=startup.summary,
        sector=startup.sector_layer,
        vertical=startup.sector_vertical,
        growth_stage=startup.growth_stage,
        labels=tuple(one.word for one in labels_of(startup) if one.is_valid(day)),
        filings=tuple((kind, tuple(map(told, filings))) for kind, filings in filings_of(startup).items() if filings),
        figures=tuple(
            Figure(one.metric, one.value, one.unit, one.period, one.as_of, one.source)
            for one, *_ in metrics_of(startup, for_investors=for_investors).values()
        ),
        products=tuple((one.name, one.summary) for one in products_of(startup)),
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
