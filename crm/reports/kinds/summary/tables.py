"""What a summary lists: services over time, by category and one by one; introductions and where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from crm.lib.money import Amount
from crm.lib.sheets import Kind
from crm.reports import nouns
from crm.reports.charts import Chart, month_chart, rungs
from crm.reports.content import (
    Block,
    Cell,
    Column,
    Drawing,
    Group,
    Note,
    Row,
    Section,
    Table,
)
from crm.reports.kinds.summary.values import Category, DealRow, ServiceRow, Summary
from crm.reports.periods import Period
from crm.reports.words import table_unit, told_outcome
from crm.settings.choices import term, term_position
from crm.web.filters import count, day, money
from crm.web.language import current_language
from crm.web.language import gettext as _

LADDER = 62  # the height of its highest column


# --- services


def what_was_done(summary: Summary, options: frozenset[str]) -> Iterator[Section]:
    """The services by category; the services and the introductions one by one where they are asked for."""
    if summary.services:
        yield by_category(summary)
    if summary.groups and "services" in options:
        yield service_list(summary)
    if summary.deals and "introductions" in options:
        yield introduction_list(summary)


def over_time(summary: Summary) -> Section:
    chart = month_chart(summary.months, summary.period)
    titles = {
        "month": _("Completed services by month"),
        "quarter": _("Completed services by quarter"),
        "year": _("Completed services by year"),
    }
    return Section([service_chart(chart, summary.period)], titles[chart.step], _("unit: services"))


def service_chart(chart: Chart, period: Period) -> Drawing:
    """Completed services over time, those that lead to institutions apart."""
    legend = []
    if chart.first:
        legend.append(("a", _("introductions and roadshows, %(count)s", count=count(chart.first))))
    if chart.second:
        legend.append(("b", _("all other services, %(count)s", count=count(chart.second))))
    if chart.partial:
        stretches = _(", ").join(chart.partial)
        legend.append(("", _("%(stretches)s: only in part inside the period", stretches=stretches)))
    if chart.empty_before:
        legend.append(("", _("none before %(stretch)s", stretch=chart.empty_before)))
    first, last = day(period.first), day(period.last)
    description = _("Bars from %(first)s to %(last)s; the numbers stand above them.", first=first, last=last)
    return Drawing("over_time", chart, _("Completed services over time"), description, legend)


def by_category(summary: Summary) -> Section:
    columns = [
        Column(_("Category"), width=40),
        Column(_("Completed"), Kind.COUNT, 20),
        Column(_("Outcomes as recorded"), spaced=True),
        Column(_("Amount"), Kind.MONEY, 30, tells_unit=True),
    ]
    table = Table(
        _("Services by category"),
        columns,
        [Group([category_row(one) for one in summary.categories])],
        total=(_("Total"), (summary.services, None, None)),
        together=True,
    )
    blocks: list[Block] = [table]
    if len(summary.categories) > 1:
        blocks.append(Note(_("Amounts of different categories are different things and are not added up.")))
    return Section(blocks, _("Services by category"))


def category_row(one: Category) -> Row:
    outcomes = [f"{outcome} {count(number)}" for outcome, number in one.outcomes]
    if one.other_outcomes:
        outcomes.append(_("others %(count)s", count=count(one.other_outcomes)))
    if one.no_outcome:
        outcomes.append(_("not recorded %(count)s", count=count(one.no_outcome)))
    approximate = (_("and %(count)s approximate", count=count(one.approximate)),) if one.approximate else ()
    return (
        one.name.label(current_language()),
        one.services,
        _(", ").join(outcomes),
        Cell(one.amount if one.exact else None, under=approximate),
    )


def service_list(summary: Summary) -> Section:
    about_startup = summary.subject.kind == "startup"
    columns = [
        Column(_("Date"), Kind.DAY, 19, quiet=True),
        *([] if about_startup else [Column(_("Company"), width=30)]),
        Column(_("Service")),
        Column(_("Content"), on="sheet"),
        Column(_("With"), on="sheet"),
        Column(_("Outcome"), width=34),
        Column(_("Amount"), Kind.MONEY, 20),
    ]
    groups = [
        Group(
            [service_row(row, summary) for row in group.rows],
            group.category.name.label(current_language()),
            nouns.services(group.category.services),
        )
        for group in summary.groups
    ]
    table = Table(
        _("The services"),
        columns,
        groups,
        record="service",
        ids=[row.id for group in summary.groups for row in group.rows],
        dense=not about_startup,
    )
    blocks: list[Block] = [*left_out(summary.services - summary.unlisted_services, summary.services), table]
    return Section(blocks, _("The services"), _("by category, then by date; amounts in %(unit)s", unit=table_unit()))


def service_row(row: ServiceRow, summary: Summary) -> Row:
    """What was done. The content stands below the type, unless it begins with it."""
    label = row.type.label(current_language())
    says_type = row.content.startswith(label)
    under = [] if says_type or not row.content else [row.content]
    if row.partners and summary.subject.kind != "institution":
        under.append(_("with %(names)s", names=row.partners))
    outcomes = [row.outcome, *(told_outcome(field, value) for field, value in row.measured)]
    first, *others = [one for one in outcomes if one] or [""]
    return (
        row.day,
        *([] if summary.subject.kind == "startup" else [row.startup]),
        Cell(label, under=tuple(under), shown=row.content if says_type else label),
        row.content,
        row.partners,
        Cell(first or None, under=tuple(others)),
        row.amount,
    )


def left_out(listed: int, number: int) -> Iterator[Note]:
    """A line where a table does not list all."""
    if listed < number:
        told = _(
            "The latest %(listed)s of %(count)s are listed; the application lists all.",
            listed=count(listed),
            count=count(number),
        )
        yield Note(told, before=True)


# --- introductions


def introduction_list(summary: Summary) -> Section:
    told = _(
        "%(deals)s: %(new)s made in the period, %(earlier)s made before and moved in it.",
        deals=nouns.deals(summary.deals),
        new=count(summary.introductions.deals),
        earlier=count(summary.earlier_deals),
    )
    reached = [(term("deal_stage", code), number) for code, number in summary.reached]
    drawing = Drawing(
        "ladder",
        rungs(reached, LADDER),
        _("Deals that reached each stage"),
        _(", ").join(f"{stage} {number}" for stage, number in reached),
        [("", _("Deals that reached each stage by the last day; a skipped stage counts as reached by a later one."))],
    )
    blocks: list[Block] = [
        Note(told, before=True),
        *left_out(len(summary.rows), summary.deals),
        drawing,
        deal_table(summary),
    ]
    small = _("stage and status on %(day)s; amounts in %(unit)s", day=day(summary.period.last), unit=table_unit())
    return Section(blocks, _("Introductions and where they stand"), small)


def deal_table(summary: Summary) -> Table:
    """The introductions: of a startup by round, of an institution by company, of the platform with both."""
    kind, english = summary.subject.kind, current_language() == "en"
    company = Column(_("Company"), width=None if kind == "institution" else 22, strong=True)
    institution = Column(_("Institution"), strong=kind == "startup")
    dense = kind == "platform"
    round_name = Column(_("Round"), width=14 if kind == "institution" else 17 if english else 12)
    sought = Column(_("Sought"), Kind.MONEY, 17)
    columns = {
        "startup": [institution],
        "institution": [company, round_name, sought],
        "platform": [company, institution, round_name],
    }[kind]
    columns += [
        Column(
            _("Introduced"), Kind.DAY, 22 if english else 17 if dense else 19, quiet=True, spaced=kind == "institution"
        ),
        Column(_("Days to meeting"), Kind.COUNT, 14 if english else 12),
        Column(_("Stage"), width=30 if english else 17 if dense else 20, spaced=True),
        Column(_("Status"), width=24 if kind != "platform" else 20 if english else 22),
        Column(_("Signed"), Kind.MONEY, 16),
        Column(_("Received"), Kind.MONEY, 16),
    ]
    groups = (
        [
            Group(
                [deal_row(row, kind) for row in group.rows],
                _("Round: %(name)s", name=term("round_name", group.round)),
                _("sought: %(amount)s", amount=money(group.sought)),
            )
            for group in summary.rounds
        ]
        if kind == "startup"
        else [Group([deal_row(row, kind) for row in summary.rows])]
    )
    return Table(
        _("Introductions"),
        columns,
        groups,
        total=(nouns.deals(summary.deals), (summary.signed.amount, summary.received.amount)),
        record="deal",
        ids=[row.id for row in summary.rows],
        dense=dense,
    )


def deal_row(row: DealRow, kind: str) -> Row:
    status = term("deal_status", row.status)
    names: dict[str, list[str | Amount]] = {
        "startup": [row.institution],
        "institution": [row.startup, term("round_name", row.round), row.sought],
        "platform": [row.startup, row.institution, term("round_name", row.round)],
    }
    return (
        *names[kind],
        row.introduced_on,
        row.meeting_days,
        Cell(term("deal_stage", row.stage), pip=term_position("deal_stage", row.stage)),
        _("%(name)s: %(value)s", name=status, value=term("pass_reason", row.reason)) if row.reason else status,
        row.signed,
        row.received,
    )
