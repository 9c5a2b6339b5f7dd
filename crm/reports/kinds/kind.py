"""What a kind of report is: what it asks for, how it gathers, how it tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from crm.accounts.models import Account, System
from crm.core.errors import Refusal
from crm.deals.models import Round
from crm.institutions.models import Institution
from crm.lib.text import N_, Message
from crm.reports.content import Content
from crm.reports.counted import Rows
from crm.reports.periods import Period
from crm.services.models import ServiceCategory
from crm.startups.models import Startup

S = TypeVar("S")
LIMITED = "only_confirmed"


@dataclass(frozen=True)
class Asked:
    """What a report is asked to say. `by`: for whom it is made; `options`: what to include, by name; `words`: texts
    that people wrote for it, by name."""

    period: Period
    today: date
    by: Account | System = field(default_factory=System)
    startup: Startup | None = None
    institution: Institution | None = None
    round: Round | None = None
    line: str = ""
    category: ServiceCategory | None = None
    options: frozenset[str] = frozenset()
    words: dict[str, Any] = field(default_factory=dict)

    @property
    def confirmed_by(self) -> str:
        """The side that confirmed all that is counted; "" where everything is."""
        return "startup" if LIMITED in self.options else ""

    @property
    def about(self) -> Startup | Institution | ServiceCategory | str | None:
        """Whom it is about: a platform line by its code; None for the platform."""
        return self.startup or self.institution or self.category or self.line or None


@dataclass(frozen=True)
class Option:
    """Something that a report may include. `given`: whether it does unless told otherwise."""

    name: str
    label: Message
    given: bool = True


ONLY_CONFIRMED = Option(LIMITED, N_("Only what the startups confirmed"), given=False)


@dataclass(frozen=True)
class ReportKind:
    """One kind of report.

    `subjects`: what it may be about, the first by default: platform, startup, institution, round, line, category.
    `covers`: days from … to, one day, a week or a year. `gather` reads within one unit of work and returns plain
    values; it raises Refusal for what cannot be said. `tell` puts them into the language at hand. `template` draws it.
    `rows`: those behind its figures, as far as the registry does not know them, of what was asked and gathered.
    `going_on`: figures of which a row's amount changes as business goes on: what is still sought, what is left.
    `has_headline`: about the platform as a whole, its figures may be made public; they tell of no round and no fund.
    `has_docx`: people rewrite it.
    """

    name: str
    title: Message
    lede: Message
    gather: Callable[[Asked], Any]
    tell: Callable[[Any], Content]
    rows: Callable[[Asked, Any], Rows] = lambda asked, gathered: {}
    going_on: frozenset[str] = frozenset()
    subjects: tuple[str, ...] = ("platform",)
    covers: str = "days"
    options: tuple[Option, ...] = ()
    template: str = "pdf/report.html"
    is_chosen: bool = True
    has_headline: bool = False
    has_docx: bool = False


def named(subject: S | None) -> S:
    """The subject of a report that is about one. Raises Refusal where none was named."""
    if subject is None:
        raise Refusal({"": N_("Say whom the report is about.")})
    return subject
