"""What a summary of services says, as plain values in no language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from crm.lib.money import Amount
from crm.reports.periods import Period
from crm.services.outcomes import OutcomeField

CREDIT, POLICY = "credit", "policy"


@dataclass(frozen=True)
class Words:
    """A name that is data, in both languages."""

    zh: str
    en: str

    def label(self, language: str) -> str:
        """The name in a language; the Chinese one where the English one is missing."""
        return self.en if language == "en" and self.en else self.zh


SubjectKind = Literal["startup", "institution", "category", "line", "platform"]


@dataclass(frozen=True)
class Subject:
    """Whom the summary is about. A category has its `words`, a platform line its `code` in the vocabulary; the platform
    has no name here: its name is a setting."""

    kind: SubjectKind
    name: str = ""
    full_name: str = ""
    credit_code: str = ""
    words: Words | None = None
    code: str = ""

    @property
    def has_deals(self) -> bool:
        """False for what has services only."""
        return self.kind not in ("category", "line")


@dataclass(frozen=True)
class Category:
    """The services of one category. `amount`: the sum of the exact amounts in 分; approximate ones are only counted.

    `outcomes`: the most frequent ones; `other_outcomes` and `no_outcome` count the rest.
    """

    id: int
    code: str | None
    name: Words
    services: int
    amount: int
    exact: int
    approximate: int
    outcomes: tuple[tuple[str, int], ...]
    other_outcomes: int
    no_outcome: int


@dataclass(frozen=True)
class ServiceRow:
    """One service in the list. `measured`: what it says in the outcome fields of its type."""

    id: int
    day: date
    type: Words
    startup: str
    content: str
    partners: str
    outcome: str
    measured: tuple[tuple[OutcomeField, Any], ...]
    amount: Amount


@dataclass(frozen=True)
class ServiceGroup:
    """The listed services of one category, by date."""

    category: Category
    rows: tuple[ServiceRow, ...]


@dataclass(frozen=True)
class DealRow:
    """One introduction and where it stood on the last day. `signed` and `received`: 分 in the period, None for none."""

    id: int
    startup: str
    institution: str
    round: str
    sought: Amount
    introduced_on: date
    is_earlier: bool
    meeting_days: int | None
    stage: str
    status: str
    reason: str | None
    signed: int | None
    received: int | None


@dataclass(frozen=True)
class RoundGroup:
    """The listed deals of one round."""

    round: str
    sought: Amount
    rows: tuple[DealRow, ...]


@dataclass(frozen=True)
class Introductions:
    """Deals introduced in the period: how many, with how many institutions and startups, how many met.

    `days`: the median of the days from the introduction to the first meeting, of `timed` deals.
    """

    deals: int
    institutions: int
    startups: int
    met: int
    days: float | None
    timed: int


@dataclass(frozen=True)
class Sum:
    """Money in 分, and on how many deals."""

    deals: int
    amount: int


@dataclass(frozen=True)
class Platform:
    """What only the summary of the platform says. Served: startups in the period and to date; the matrix in 分."""

    served: int
    served_to_date: int
    served_by_category: tuple[tuple[Words, int, int], ...]
    attracted: int
    attracted_to_date: int
    gross: int
    inside: int
    net: int


@dataclass(frozen=True)
class Summary:
    """Everything that a summary of services says.

    `confirmed_by`: the side that confirmed all of it, of `in_all` completed services; "" for a summary of everything.
    """

    subject: Subject
    period: Period
    services: int
    categories: tuple[Category, ...]
    months: dict[tuple[int, int], tuple[int, int]]
    groups: tuple[ServiceGroup, ...]
    unlisted_services: int
    introductions: Introductions
    signed: Sum
    received: Sum
    deals: int
    reached: tuple[tuple[str, int], ...]
    rows: tuple[DealRow, ...]
    rounds: tuple[RoundGroup, ...]
    platform: Platform | None
    confirmed_by: str = ""
    in_all: int = 0

    @property
    def is_empty(self) -> bool:
        """True when nothing was done in the period."""
        return not self.services and not self.deals

    @property
    def unlisted_deals(self) -> int:
        """Deals that the table leaves out."""
        return self.deals - len(self.rows)

    @property
    def earlier_deals(self) -> int:
        """Deals introduced before the period that moved in it."""
        return self.deals - self.introductions.deals

    def amount_of(self, code: str) -> int:
        """The exact amounts of a category's services, in 分."""
        return sum(one.amount for one in self.categories if one.code == code)
