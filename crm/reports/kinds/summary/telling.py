"""The summary of services: of a startup, of an institution, or of the platform, over a period."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crm.lib.sheets import Kind
from crm.lib.text import N_
from crm.metrics.definitions import METRICS
from crm.reports.content import (
    Column,
    Content,
    Definition,
    Definitions,
    Drawing,
    Empty,
    Group,
    Keys,
    Row,
    Section,
    Signatures,
    Table,
)
from crm.reports.kinds.kind import Asked, Option, ReportKind
from crm.reports.kinds.summary.first_page import keys, lead
from crm.reports.kinds.summary.gathered import summarise
from crm.reports.kinds.summary.rows import rows_of_summary
from crm.reports.kinds.summary.tables import by_category, introduction_list, over_time, service_list
from crm.reports.kinds.summary.values import Subject, Summary
from crm.reports.words import days_of, metric_definition, platform_name
from crm.settings.choices import term
from crm.web.filters import day, money
from crm.web.language import current_language
from crm.web.language import gettext as _


def gather(asked: Asked) -> Summary:
    """Everything that it says. Raises Refusal."""
    return summarise(asked.about, asked.period, confirmed="confirmed" in asked.options)


def tell(summary: Summary) -> Content:
    """The summary in the language at hand."""
    subject, period = summary.subject, summary.period
    name = name_of(subject)
    who = [subject.full_name] if subject.full_name not in ("", subject.name) else []
    if subject.credit_code:
        who.append(_("Credit code %(code)s", code=subject.credit_code))
    return Content(
        title=_("Summary of services"),
        name=name,
        who=who,
        days=days_of(period),
        meta=[
            (_("Period"), days_of(period)),
            (_("Covers"), covers(subject)),
        ],
        lead="" if summary.is_empty and not summary.confirmed_by else lead(summary, name),
        sections=list(sections(summary)),
        foot=_("For internal use by the recipient"),
    )


def name_of(subject: Subject) -> str:
    """Whom the summary is about."""
    if subject.words:
        return subject.words.label(current_language())
    return subject.name or (term("platform_line", subject.code) if subject.code else platform_name())


def sections(summary: Summary) -> Iterator[Section]:
    if summary.is_empty:
        yield Section([nothing(summary)])
    else:
        yield Section([Keys(list(keys(summary)))])
        if summary.services:
            yield over_time(summary)
            yield by_category(summary)
    if summary.platform:
        if summary.platform.served_to_date:
            yield companies_served(summary)
        if summary.platform.gross:
            yield fund_matrix(summary)
    if summary.groups:
        yield service_list(summary)
    if summary.deals:
        yield introduction_list(summary)
    yield Section([Definitions(list(definitions(summary))), Signatures()], _("How the figures are computed"))


def covers(subject: Subject) -> str:
    if subject.has_deals:
        return _("Completed services of all lines, all introductions")
    return _("Completed services")


def nothing(summary: Summary) -> Empty:
    first, last = day(summary.period.first), day(summary.period.last)
    return Empty(
        _("Nothing was recorded for this period."),
        _("No completed service and no introduction falls between %(first)s and %(last)s.", first=first, last=last),
    )


def companies_served(summary: Summary) -> Section:
    platform = summary.platform
    assert platform is not None  # noqa: S101
    columns = [
        Column(_("Category"), strong=True),
        Column(_("In the period"), Kind.COUNT, 34),
        Column(_("To %(day)s", day=day(summary.period.last)), Kind.COUNT, 34),
    ]
    rows: list[Row] = [(_("All categories"), platform.served, platform.served_to_date)]
    rows += [
        (_("of which %(category)s", category=category.label(current_language())), now, ever)
        for category, now, ever in platform.served_by_category
    ]
    return Section(
        [Table(_("Companies served"), columns, [Group(rows)], together=True)],
        _("Companies served"),
        _("finance line; a company counts once in each row, so the rows do not add up"),
    )


def fund_matrix(summary: Summary) -> Section:
    platform = summary.platform
    assert platform is not None  # noqa: S101
    gross, inside, net = money(platform.gross), money(platform.inside), money(platform.net)
    share = 100 * platform.inside / platform.gross
    bars: list[Any] = [
        (_("Gross"), gross, 0, 100, "#99cbc8"),
        (_("Less inside the matrix"), inside, 100 - share, share, "#d5e9e7"),
        (_("Net"), net, 0, 100 - share, "#0b5f61"),
    ]
    drawing = Drawing(
        "bridge",
        bars,
        _("Fund matrix"),
        _("Gross %(gross)s less %(inside)s inside the matrix is net %(net)s.", gross=gross, inside=inside, net=net),
    )
    small = _("commitments received, on %(day)s", day=day(summary.period.last))
    return Section([drawing], _("Fund matrix"), small)


def definitions(summary: Summary) -> Iterator[Definition]:
    yield Definition(
        _("Completed services"),
        _("Services completed, by their day; not those planned, running, cancelled or in the bin."),
    )
    if summary.subject.has_deals:
        yield from deal_definitions()
    if any(one.exact or one.approximate for one in summary.categories):
        yield Definition(
            _("Amount of a category"),
            _("The sum of exact amounts recorded with its services; ranges and amounts in words are counted apart."),
        )
    if summary.subject.kind == "startup":
        yield Definition(
            _("Reasons"), _("Why an institution passed is shown only where it may be told to the company.")
        )
    if summary.platform:
        for name in ("companies_served", "institutions_attracted", "fund_matrix_gross", "fund_matrix_inside"):
            yield metric_definition(METRICS[name])


def deal_definitions() -> Iterator[Definition]:
    yield Definition(
        _("Introductions"),
        _("One round introduced to one institution, once for all its funds, by the day of the introduction."),
    )
    yield Definition(
        _("Days to meeting"),
        _(
            "Calendar days from the introduction to the first meeting, as median. Deals first recorded at the meeting"
            " or later do not count: when they were introduced is not known."
        ),
    )
    yield Definition(_("Stage and status"), _("What the latest event on or before the last day of the period says."))
    yield Definition(
        _("Sought, signed, received"),
        _("Three amounts, never added up: what the round asks for, what was signed and what was received."),
    )


KIND = ReportKind(
    name="summary",
    has_headline=True,
    title=N_("Summary of services"),
    lede=N_("Completed services and introductions over a period"),
    gather=gather,
    tell=tell,
    rows=rows_of_summary,
    subjects=("platform", "startup", "institution", "line", "category"),
    options=(
        Option("confirmed", N_("Only what the startup, or the institution in its own summary, confirmed"), given=False),
    ),
)
