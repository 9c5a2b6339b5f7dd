"""What a 工作专报 says, as plain values in no language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import System
from crm.core.db import db
from crm.core.errors import Refusal
from crm.funds.look_through import LookThrough
from crm.lib.text import N_
from crm.matrix.coverage import Matrix
from crm.matrix.standing import standing_on
from crm.meeting.queries import meeting
from crm.meeting.queries.parts import Few, Point
from crm.meeting.week import week_of
from crm.metrics.comparing import Difference, Why, compare
from crm.metrics.definitions import METRICS, Metric, limited_to
from crm.metrics.definitions.deals import STEPS
from crm.metrics.look_through import seen_through
from crm.metrics.models import SubmittedFigure
from crm.metrics.queries import Clocks, clocks_of, every_row, latest_submitted_figures, rows, value_of
from crm.metrics.trends import ends_of_months, trends
from crm.publishing.queries import publication_for
from crm.reports.confirmed import Share, shares_on
from crm.reports.figures import Scope, introductions, latest_services, services
from crm.reports.kinds.briefing.texts import CASES, names_wanted
from crm.reports.kinds.kind import Asked
from crm.reports.kinds.summary.gathered import LISTED, gather_platform
from crm.reports.kinds.summary.values import Platform
from crm.reports.naming import Number, read_name, values
from crm.reports.periods import Period

MONTHLY = "companies_served_this_month"
CORRECTIONS = (Why.LATE, Why.CORRECTED, Why.REDEFINED)
DEFINED = (
    "institutions_attracted",
    "institutions_present",
    "companies_served",
    "services_to_date",
    "introductions_to_date",
    "amount_signed_to_date",
    "amount_received_to_date",
    "fund_matrix_gross",
    "fund_matrix_net",
)


@dataclass(frozen=True)
class Case:
    """A startup whose authorisation allows that it is told of."""

    id: int
    name: str
    summary: str
    services: int
    introductions: int


@dataclass(frozen=True)
class Defined:
    """A figure, what was last reported of it and when, and what it would be for that day now."""

    metric: Metric
    value: int
    submitted: SubmittedFigure | None
    now: int | None


@dataclass(frozen=True)
class Correction:
    """A row that changed a figure after it had been reported."""

    metric: Metric
    difference: Difference


@dataclass(frozen=True)
class Briefing:
    """Everything that it may say; a list is None where it was not asked for. `confirmed_by`: the side that confirmed
    all companies, services and amounts; "" where everything counts."""

    period: Period
    today: date
    options: frozenset[str]
    confirmed_by: str
    words: Mapping[str, Any]
    values: Mapping[str, Number]
    cases: tuple[Case, ...]
    months: tuple[tuple[date, int], ...]
    funnel: tuple[tuple[str, int], ...]
    coverage: Matrix
    defined: tuple[Defined, ...]
    platform: Platform
    companies: Sequence[Any] | None = None
    services: Sequence[Any] | None = None
    institutions: Sequence[Any] | None = None
    introduced: Sequence[Any] | None = None
    signed: Sequence[Any] | None = None
    received: Sequence[Any] | None = None
    confirmed: tuple[Share, ...] = ()
    look_through: LookThrough | None = None
    corrections: tuple[Correction, ...] | None = None
    decisions: Sequence[Few[Point]] | None = None


def gather(asked: Asked) -> Briefing:
    """All of it, within one unit of work. Raises Refusal where a case may not be told of any more."""
    period, day, by = asked.period, asked.period.last, asked.confirmed_by
    monthly = limited_to(MONTHLY, by).name
    return Briefing(
        period=period,
        today=asked.today,
        options=asked.options,
        confirmed_by=by,
        words=asked.words,
        values=values_of(asked.words, period, by),
        cases=tuple(cases(asked)),
        months=tuple(zip(ends_of_months(day), trends(day, (monthly,))[monthly], strict=True)),
        funnel=tuple((name, value_of(METRICS[name], day)) for name in STEPS),
        coverage=standing_on(day).matrix,
        defined=tuple(defined(day, by)),
        platform=gather_platform(period, Scope(confirmed=by)),
        **annexes(asked),
    )


def values_of(words: Mapping[str, Any], period: Period, confirmed_by: str) -> dict[str, Number]:
    """{name: its value} of every figure that the texts tell."""
    wanted = filter(None, map(read_name, names_wanted(words)))
    return values((name.limited_to(confirmed_by) for name in wanted), period)


def cases(asked: Asked) -> Iterator[Case]:
    """The startups that were chosen, with what was done for them in the period."""
    for startup_id in asked.words.get("cases", [])[:CASES]:
        publication = publication_for(startup_id, None, asked.today)
        if publication is None:
            raise Refusal({"": N_("A startup among the cases has no authorisation any more: choose another.")})
        scope = Scope(startup_id=startup_id)
        counted = replace(scope, confirmed=asked.confirmed_by)
        done = db.session.scalar(services(counted, asked.period, sa.func.count())) or 0
        introduced, *_others = introductions(scope, asked.period)
        yield Case(startup_id, publication.shown_name, publication.summary, done, introduced)


def defined(day: date, confirmed_by: str) -> Iterator[Defined]:
    latest = latest_submitted_figures()
    for name in DEFINED:
        metric = limited_to(name, confirmed_by)
        submitted = latest.get(metric.name)
        now = value_of(metric, submitted.as_of) if submitted else None
        yield Defined(metric, value_of(metric, day), submitted, now)


def annexes(asked: Asked) -> dict[str, Any]:
    """The lists that were asked for."""
    period, day, by = asked.period, asked.period.last, asked.confirmed_by
    found: dict[str, Any] = {}
    if "confirmed" in asked.options:
        found["confirmed"] = shares_on(day)
    if "companies" in asked.options:
        found["companies"] = behind("companies_served", day, by)
    if "services" in asked.options:
        found["services"] = latest_services(Scope(confirmed=by), period, LISTED)
    if "deals" in asked.options:
        for part, name in (
            ("introduced", "introductions_to_date"),
            ("signed", "amount_signed_to_date"),
            ("received", "amount_received_to_date"),
        ):
            found[part] = [row for row in behind(name, day, by) if row.day >= period.first]
    if "institutions" in asked.options:
        found["institutions"] = behind("institutions_attracted", day, by)
    if "matrix" in asked.options:
        found["look_through"] = seen_through("committed", day).found
    if "corrections" in asked.options:
        found["corrections"] = tuple(corrections())
    if "decisions" in asked.options:
        found["decisions"] = meeting(asked.by or System(), week_of(day, asked.today)).decisions.lists
    return found


def behind(name: str, day: date, confirmed_by: str) -> Sequence[Any]:
    """The rows that a figure counts."""
    return every_row(rows(limited_to(name, confirmed_by), Clocks(day)).subquery())


def corrections() -> Iterator[Correction]:
    """Late entries (补录) and corrections (更正) since the figures were last reported, also by another definition."""
    latest = latest_submitted_figures()
    for name in DEFINED:
        submitted = latest.get(name)
        if submitted is not None:
            metric = METRICS[name]
            found = compare(metric, clocks_of(submitted), Clocks(submitted.as_of))
            yield from (Correction(metric, one) for why in CORRECTIONS for one in found.of(why))
