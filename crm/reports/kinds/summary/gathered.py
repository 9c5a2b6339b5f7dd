"""The summary of services: how what it says is gathered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from statistics import median
from typing import Any

from crm.deals.models import DealStatus
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.reports import figures
from crm.reports.figures import MET_STAGE, Scope
from crm.reports.kinds.summary.values import (
    Category,
    DealRow,
    Introductions,
    Platform,
    RoundGroup,
    ServiceGroup,
    ServiceRow,
    Subject,
    SubjectKind,
    Sum,
    Summary,
    Words,
)
from crm.reports.periods import Period
from crm.services.models import ServiceCategory
from crm.services.queries import FieldsByVersion, fields_by_version, partners_of
from crm.settings.queries import terms
from crm.startups.models import Startup

LISTED = 300  # rows a table; the application has the rest
TOLD_OUTCOMES = 4
CONTENT = 160  # characters of a service's content


About = Startup | Institution | ServiceCategory | str | None


def summarise(about: About, period: Period, *, confirmed: bool = False) -> Summary:
    """The summary of a startup, an institution, a category of services, a platform line by its code, or (None) the
    platform; reads everything within one unit of work. `confirmed`: only of what the institution (in its own summary)
    or the startup confirmed."""
    whole = scope_of(about)
    by = ("institution" if isinstance(about, Institution) else "startup") if confirmed else ""
    scope = replace(whole, confirmed=by)
    categories = gather_categories(scope, period)
    listed = figures.latest_services(scope, period, LISTED)
    services = sum(one.services for one in categories)
    meetings = figures.meetings(scope, period)
    furthest = figures.deepest_stages(scope, period)
    rows = gather_deals(scope, period, meetings)
    return Summary(
        subject=subject_of(about),
        period=period,
        services=services,
        categories=categories,
        months=figures.by_month(scope, period),
        groups=grouped_services(categories, listed),
        unlisted_services=services - len(listed),
        introductions=gather_introductions(scope, period, meetings, furthest),
        signed=Sum(*figures.signed(scope, period)),
        received=Sum(*figures.received(scope, period)),
        deals=figures.count_concerned(scope, period),
        reached=ladder({place: number for place, (number, _) in furthest.items()}),
        rows=tuple(row for _, row in rows),
        rounds=grouped_by_round(rows),
        platform=gather_platform(period, scope) if about is None and not confirmed else None,
        confirmed_by=by,
        in_all=sum(one.services for one in gather_categories(whole, period)) if confirmed else services,
    )


def scope_of(about: About) -> Scope:
    """Whom the figures count."""
    if isinstance(about, Startup):
        return Scope(startup_id=about.id)
    if isinstance(about, ServiceCategory):
        return Scope(category_id=about.id)
    if isinstance(about, str):
        return Scope(line=about)
    return Scope(institution_id=about.id) if about else Scope()


def subject_of(about: About) -> Subject:
    if isinstance(about, ServiceCategory):
        return Subject("category", words=Words(about.name_zh, about.name_en))
    if isinstance(about, str):
        return Subject("line", code=about)
    if about is None:
        return Subject("platform")
    kind: SubjectKind = "startup" if isinstance(about, Startup) else "institution"
    return Subject(kind, about.shown_name, about.name, about.credit_code or "")


# --- services


def gather_categories(scope: Scope, period: Period) -> tuple[Category, ...]:
    outcomes = figures.outcomes(scope, period)
    return tuple(category_of(row, outcomes.get(row.id, [])) for row in figures.by_category(scope, period))


def category_of(row: Any, outcomes: list[tuple[str, int]]) -> Category:
    told = [one for one in outcomes if one[0]]
    return Category(
        id=row.id,
        code=row.code,
        name=Words(row.name_zh, row.name_en),
        services=row.services,
        amount=int(row.amount),
        exact=row.exact,
        approximate=row.approximate,
        outcomes=tuple(told[:TOLD_OUTCOMES]),
        other_outcomes=sum(number for _, number in told[TOLD_OUTCOMES:]),
        no_outcome=sum(number for outcome, number in outcomes if not outcome),
    )


def grouped_services(categories: Sequence[Category], listed: Sequence[Any]) -> tuple[ServiceGroup, ...]:
    """The listed services by category, each from its first day on."""
    partners = partners_of(row.id for row in listed)
    measured = fields_by_version({(row.type_id, row.type_version) for row in listed if row.outcomes})
    rows: dict[int, list[ServiceRow]] = {}
    for row in reversed(listed):
        names = [one.name for one in partners.get(row.id, [])] + [row.partner_text]
        rows.setdefault(row.category_id, []).append(service_row(row, [name for name in names if name], measured))
    return tuple(ServiceGroup(one, tuple(rows[one.id])) for one in categories if one.id in rows)


def service_row(row: Any, partners: list[str], measured: FieldsByVersion) -> ServiceRow:
    fields = measured.get((row.type_id, row.type_version), ())
    content = " ".join(row.content.split())
    return ServiceRow(
        id=row.id,
        day=row.happened_on,
        type=Words(row.type_zh, row.type_en),
        startup=row.startup_short or row.startup,
        content=content if len(content) <= CONTENT else content[: CONTENT - 1] + "…",
        partners="、".join(partners),
        outcome=row.outcome,
        measured=tuple((field, row.outcomes[field.key]) for field in fields if field.key in row.outcomes),
        amount=Amount(row.amount_low, row.amount_high, row.amount_text),
    )


# --- deals


def gather_introductions(
    scope: Scope,
    period: Period,
    meetings: dict[int, tuple[date, date]],
    furthest: dict[int, tuple[int, int]],
) -> Introductions:
    deals, institutions, startups = figures.introductions(scope, period)
    met = terms("deal_stage").get(MET_STAGE)
    days = [(day - begun).days for begun, day in meetings.values() if begun >= period.first]
    return Introductions(
        deals=deals,
        institutions=institutions,
        startups=startups,
        met=sum(new for place, (_, new) in furthest.items() if met and place >= met.position),
        days=median(days) if days else None,
        timed=len(days),
    )


def ladder(furthest: dict[int, int]) -> tuple[tuple[str, int], ...]:
    """(stage, deals that reached it) in the order of the stages; a skipped stage counts as reached by a later one."""
    return tuple(
        (code, sum(number for place, number in furthest.items() if place >= term.position))
        for code, term in terms("deal_stage").items()
    )


def gather_deals(scope: Scope, period: Period, meetings: dict[int, tuple[date, date]]) -> list[tuple[int, DealRow]]:
    """(round, deal) of the listed deals, the first introduction first."""
    found = figures.latest_deals(scope, period, LISTED)
    ids = [row.id for row in found]
    events = figures.last_events(ids, period.last)
    received = figures.received_in(ids, period)
    to_startup = scope.startup_id is not None
    return [
        (
            row.round_id,
            deal_row(
                row,
                events.get(row.id),
                period,
                meetings.get(row.id),
                received.get(row.id),
                to_startup=to_startup,
            ),
        )
        for row in reversed(found)
    ]


def deal_row(
    row: Any,
    event: Any,
    period: Period,
    meeting: tuple[date, date] | None,
    received: int | None,
    *,
    to_startup: bool,
) -> DealRow:
    """One row of the table. A startup reads why an institution passed only where that was marked as tellable."""
    stage, status, reason = (
        (event.to_stage, event.to_status, event.reason) if event else (row.stage, row.status, row.pass_reason)
    )
    tellable = not to_startup or (row.tell_startup and reason == row.pass_reason)
    in_period = row.signed_on is not None and period.first <= row.signed_on <= period.last
    return DealRow(
        id=row.id,
        startup=row.startup_short or row.startup,
        institution=row.institution,
        round=row.round,
        sought=Amount(row.sought_low, row.sought_high, row.sought_text),
        introduced_on=row.introduced_on,
        is_earlier=row.introduced_on < period.first,
        meeting_days=(meeting[1] - meeting[0]).days if meeting else None,
        stage=stage,
        status=str(DealStatus(status)),
        reason=reason if status == DealStatus.PASSED and tellable else None,
        signed=row.signed if in_period else None,
        received=received,
    )


def grouped_by_round(rows: list[tuple[int, DealRow]]) -> tuple[RoundGroup, ...]:
    """The deals of each round, rounds in the order of their first introduction."""
    first: dict[int, int] = {}
    for place, (round_id, _) in enumerate(rows):
        first.setdefault(round_id, place)
    ordered = sorted(rows, key=lambda one: first[one[0]])
    groups = []
    for _, members in groupby(ordered, key=lambda one: one[0]):
        deals = tuple(row for _, row in members)
        groups.append(RoundGroup(deals[0].round, deals[0].sought, deals))
    return tuple(groups)


# --- the platform


def gather_platform(period: Period, scope: Scope) -> Platform:
    always = Period(date.min, period.last)
    in_period = {row.id: row.startups for row in figures.served_by_category(scope, period)}
    return Platform(
        served=figures.served(scope, period),
        served_to_date=figures.to_date("companies_served", period.last, scope.confirmed),
        served_by_category=tuple(
            (Words(row.name_zh, row.name_en), in_period.get(row.id, 0), row.startups)
            for row in figures.served_by_category(scope, always)
        ),
        attracted=figures.attracted(period),
        attracted_to_date=figures.to_date("institutions_attracted", period.last),
        gross=figures.to_date("fund_matrix_gross", period.last),
        inside=figures.to_date("fund_matrix_inside", period.last),
        net=figures.to_date("fund_matrix_net", period.last),
    )
