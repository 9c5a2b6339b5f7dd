"""What one audience may be told: values only, and nothing that it may not see."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from crm.lib.money import Amount


class Audience(enum.StrEnum):
    """Whom a text is for: colleagues, one investor's institution, or the startup's founders."""

    INSIDE = "inside"
    INVESTOR = "investor"
    FOUNDER = "founder"


@dataclass(frozen=True)
class ToldDeal:
    """One introduction. Amounts in 分. `reason` only where this audience may be told it."""

    startup: str
    institution: str
    round_name: str
    stage: str
    status: str
    moved_on: date
    signed: int | None = None
    received: int = 0
    reason: str | None = None
    next_step: str = ""
    next_step_on: date | None = None
    owner: str = ""


@dataclass(frozen=True)
class ToldRound:
    """One fundraising. `valuation` in 分."""

    startup: str
    name: str
    state: str
    sought: Amount
    valuation: int | None
    closes_on: date | None
    closed_on: date | None
    use_of_proceeds: str
    deals: Sequence[ToldDeal] = ()


@dataclass(frozen=True)
class ToldService:
    """One thing that was done. `type` in the language of the text."""

    startup: str
    type: str
    state: str
    happened_on: date
    outcome: str
    partners: Sequence[str] = ()


@dataclass(frozen=True)
class ToldStartup:
    """A startup, as far as the audience may know it."""

    name: str
    full_name: str
    sector_layer: str | None
    sector_vertical: str | None
    growth_stage: str | None
    summary: str
    profile: str = ""
    team: str = ""
    founded_on: date | None = None
    headcount: str = ""
    rounds: Sequence[ToldRound] = ()
    deals: Sequence[ToldDeal] = ()
    services: Sequence[ToldService] = ()
    service_count: int = 0


@dataclass(frozen=True)
class ToldServices:
    """A list of services: those shown, how many there are, and of whom."""

    of: str
    count: int
    capped: bool
    services: Sequence[ToldService] = field(default_factory=list)
