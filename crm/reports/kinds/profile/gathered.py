"""A startup's profile as values, copied one by one: what was published to a reader, or what the house knows."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from crm.core.errors import Refusal
from crm.core.storage import storage
from crm.deals.queries import open_rounds_of
from crm.documents.pictures import accept
from crm.lib.figures import Unit
from crm.lib.money import Amount
from crm.publishing.profile import Profile as Published
from crm.publishing.snapshot import Item
from crm.startups.models import Filing, Startup
from crm.startups.queries import filings_of, labels_of, metrics_of, past_rounds_of, products_of

PICTURES, SIDE = 6, 700  # how many, and the pixels of the longer side


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
    investors: str = ""


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
    """What the profile says. `filings`: of each kind apart, by kind. `services`: (Chinese, English name, how often).
    `pictures`: (data URL, the product)."""

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
    services: tuple[tuple[str, str, int], ...] = ()
    pictures: tuple[tuple[str, str], ...] = ()


def told(filing: Filing) -> str:
    """One filing in a line: the model, its number, the authority, the day."""
    return in_a_line(filing.model_name, filing.filing_number, filing.authority, filing.filed_on)


def in_a_line(model: str, number: str, authority: str, day: date | None) -> str:
    return " · ".join(filter(None, (model, number, authority, day.isoformat() if day else "")))


def published_profile(found: Published, day: date) -> Profile:
    """What was published to a reader, with the labels that hold on a day."""
    basics, company = found.basics, found.company
    return Profile(
        name=found.shown_name,
        full_name=basics["name"],
        summary=basics["summary"],
        sector=basics["sector_layer"],
        vertical=basics["sector_vertical"],
        growth_stage=basics["growth_stage"],
        labels=tuple(one["label"] for one in found.labels_on(day)),
        filings=tuple((kind, tuple(map(told_item, filings))) for kind, filings in found.filings.items()),
        figures=tuple(
            Figure(one["metric"], one["value"], one["unit"], one["period"], one["as_of"], one["source"])
            for one, *_ in found.metrics.values()
        ),
        products=tuple((one["name"], one["summary"]) for one in found.groups["products"]),
        profile=found.text("profile"),
        team=found.text("team"),
        founded_on=company["founded_on"],
        headcount=company["headcount"],
        rounds=tuple(
            OpenRound(one["round_name"], one["sought"], one["valuation"], one["use_of_proceeds"], one["closes_on"])
            for one in found.rounds
        ),
        past_rounds=tuple(
            ClosedRound(one["round_name"], one["happened_on"], one["amount"], one["investors"])
            for one in found.groups["past_rounds"]
        ),
        services=tuple((one["name_zh"], one["name_en"], times) for one, times in found.services),
    )


def published_pictures(found: Published) -> Iterator[tuple[str, str]]:
    """The pictures of the products that a reader has, in the order of these."""
    for product in found.groups["products"]:
        for one in product["pictures"]:
            if drawn := drawn_small(one["name"], one["file_key"]):
                yield drawn, product["name"]


def drawn_small(name: str, file_key: str) -> str:
    """A picture as a data URL; "" where its file is lost or damaged."""
    try:
        small = accept(name, storage.get(file_key), pictures_only=True, side=SIDE)
    except (FileNotFoundError, Refusal):
        return ""
    return f"data:{small.media_type};base64,{b64encode(small.content).decode()}"


def told_item(filing: Item) -> str:
    return in_a_line(filing["model_name"], filing["filing_number"], filing["authority"], filing["filed_on"])


def profile_of(startup: Startup, day: date) -> Profile:
    """What the house knows, with the labels that hold on a day: for staff."""
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
            for one, *_ in metrics_of(startup).values()
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
