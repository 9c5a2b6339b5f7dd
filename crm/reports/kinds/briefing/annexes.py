"""What is attached to a 工作专报, each part droppable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from crm.funds.look_through import LookThrough, Span
from crm.lib.money import Amount
from crm.lib.sheets import Kind
from crm.meeting import words as meeting_words
from crm.metrics.comparing import Why
from crm.metrics.definitions import Metric
from crm.reports.confirmed import confirmed_section
from crm.reports.content import Block, Column, Definitions, Empty, Group, Note, Row, Section, Table
from crm.reports.kinds.briefing.drawings import chart_tables, supply_numbers
from crm.reports.kinds.briefing.gathered import Briefing, Correction, Defined
from crm.reports.nouns import companies, deals, institutions, services
from crm.reports.words import DASH, figure_parts, metric_definition
from crm.web.filters import count, day, in_language
from crm.web.language import current_language, translate
from crm.web.language import gettext as _

COLLAPSED = 300  # rows of a list; the application has the rest


def annexes(found: Briefing) -> list[Section]:
    """The annexes that were asked for."""
    return [Section(list(blocks), title) for title, blocks in parts(found)]


def parts(found: Briefing) -> Iterator[tuple[str, Iterator[Block]]]:
    if "definitions" in found.options:
        yield _("Definitions and what was last reported"), definitions(found)
    if found.confirmed:
        section = confirmed_section(found.confirmed, found.period.last)
        yield section.title, iter(section.blocks)
    if found.companies is not None:
        yield _("Companies served"), company_list(found, found.companies)
    if found.services is not None:
        yield _("Services"), service_list(found.services)
    if found.introduced is not None:
        yield _("Introductions, signed and received"), deal_lists(found)
    if found.look_through is not None:
        yield _("Fund matrix, looked through"), matrix(found, found.look_through)
    if found.institutions is not None:
        yield _("Institutions"), institution_list(found.institutions)
    if found.corrections is not None:
        yield _("Late entries and corrections"), correction_list(found.corrections)
    if found.decisions is not None:
        yield _("Matters to decide"), decision_list(found)
    if "charts" in found.options:
        yield _("Charts and their numbers"), chart_tables(found)


def definitions(found: Briefing) -> Iterator[Block]:
    columns = [
        Column(_("Metric"), strong=True),
        Column(_("As it stands"), width=28),
        Column(_("Version"), Kind.COUNT, 13),
        Column(_("As of"), Kind.DAY, 22, spaced=True),
        Column(_("Last reported"), width=40),
        Column(_("Since then"), width=24),
    ]
    rows = [defined_row(found, one) for one in found.defined]
    yield Table(_("Figures beside what was last reported"), columns, [Group(rows)], together=True)
    yield Note(
        _(
            "Source: the platform's records as known on %(day)s. Amounts of funds: commitments. Since then: what the"
            " same day's figure would be now, less what was reported.",
            day=day(found.today),
        )
    )
    yield Definitions([metric_definition(one.metric) for one in found.defined])


def defined_row(found: Briefing, one: Defined) -> Sequence[Any]:
    submitted = one.submitted
    reported = f"{told(one.metric, submitted.value)} ({day(submitted.as_of)})" if submitted else None
    difference = signed(one.metric, one.now - submitted.value) if submitted and one.now is not None else None
    value = told(one.metric, one.value)
    return translate(one.metric.title), value, one.metric.version, found.period.last, reported, difference


def told(metric: Metric, value: int) -> str:
    """A figure of the registry: 102, 3,000万元."""
    return " ".join(figure_parts(value)) if metric.is_money else count(value)


def signed(metric: Metric, difference: int) -> str:
    return ("+" if difference > 0 else "−" if difference < 0 else "") + told(metric, abs(difference))


def company_list(found: Briefing, rows: Sequence[Any]) -> Iterator[Block]:
    by_category = [
        (category.label(current_language()), now, ever) for category, now, ever in found.platform.served_by_category
    ]
    columns = [
        Column(_("Category"), strong=True),
        Column(_("In the period"), Kind.COUNT, 30),
        Column(_("To date"), Kind.COUNT, 30),
    ]
    total = (_("In all"), (found.platform.served, found.platform.served_to_date))
    yield Table(_("Companies by category"), columns, [Group(by_category)], total=total, together=True)
    yield Note(_("A company counts once in each row: the parts may not add up to the total."))
    listed = [
        Column(_("No."), Kind.COUNT, 12),
        Column(_("Company"), strong=True, spaced=True),
        Column(_("First served on"), Kind.DAY, 30),
    ]
    yield numbered(companies(len(rows)), _("Companies served"), listed, rows, "startup")


def numbered(few: str, name: str, columns: list[Column], rows: Sequence[Any], record: str) -> Table:
    """Rows of a figure, the first of them, each with its number."""
    shown = rows[:COLLAPSED]
    listed = [(place, row.label, row.day) for place, row in enumerate(shown, 1)]
    return Table(name, columns, [Group(listed, few)], record=record, ids=[row.record_id for row in rows], dense=True)


def service_list(rows: Sequence[Any]) -> Iterator[Block]:
    columns = [
        Column(_("Date"), Kind.DAY, 22),
        Column(_("Company"), width=40, strong=True),
        Column(_("Service"), width=40),
        Column(_("Content")),
    ]
    told_rows = [
        (row.happened_on, row.startup_short or row.startup, in_language(row.type_zh, row.type_en), row.content)
        for row in rows
    ]
    group = Group(told_rows, services(len(rows)))
    yield Table(_("Services"), columns, [group], record="service", ids=[row.id for row in rows], dense=True)


def deal_lists(found: Briefing) -> Iterator[Block]:
    yield Note(
        _("Introduced, signed and received in the period: three different things, never added together."), before=True
    )
    names = [Column(_("Company"), strong=True), Column(_("Institution"))]
    money = Column(_("Amount"), Kind.MONEY, 32, tells_unit=True)
    for title, when, rows, has_money in (
        (_("Introductions"), _("Introduced on"), found.introduced or [], False),
        (_("Signed"), _("Signed on"), found.signed or [], True),
        (_("Received"), _("Received on"), found.received or [], True),
    ):
        columns = [*names, Column(when, Kind.DAY, 26, spaced=True), *([money] if has_money else [])]
        shown = [(row.label, row.detail, row.day, *([row.amount] if has_money else [])) for row in rows[:COLLAPSED]]
        total = (_("In all"), [sum(row.amount or 0 for row in rows)]) if has_money and rows else None
        ids = [row.record_id for row in rows]
        group = Group(shown, title, deals(len(rows)))
        yield Table(title, columns, [group], total=total, record="deal", ids=ids, dense=True)


def matrix(found: Briefing, look: LookThrough) -> Iterator[Block]:
    columns = [
        Column(_("Level"), strong=True),
        Column(_("Funds"), Kind.COUNT, 18),
        Column(_("Gross"), Kind.MONEY, 40, tells_unit=True),
        Column(_("Inside the matrix"), Kind.MONEY, 40, tells_unit=True),
        Column(_("Net"), Kind.MONEY, 40, tells_unit=True),
    ]
    rows: list[Row] = [
        (
            _("Level %(number)s", number=level.depth) if level.depth else _("Capital from outside only"),
            len(level.funds),
            *map(amount, (level.gross, level.inside, level.net)),
        )
        for level in look.levels
    ]
    total = (_("In all"), [amount(one) for one in (look.gross, look.inside, look.net)])
    yield Table(_("Fund matrix, looked through"), columns, [Group(rows)], total=total, together=True)
    yield Note(_("Net is gross less what funds of the matrix committed to each other. What is not known is a range."))
    yield from supply_numbers(found)


def amount(span: Span) -> Amount:
    """A span of the matrix as an amount; in words where nothing bounds it."""
    if span.high is None:
        return Amount.in_words(f"≥ {' '.join(figure_parts(span.low))}")
    if span.is_exact:
        return Amount.exactly(span.low)
    return Amount.between(span.low, span.high, "")


def institution_list(rows: Sequence[Any]) -> Iterator[Block]:
    columns = [
        Column(_("No."), Kind.COUNT, 12),
        Column(_("Institution"), strong=True, spaced=True),
        Column(_("Joined on"), Kind.DAY, 30),
    ]
    yield numbered(institutions(len(rows)), _("Institutions"), columns, rows, "institution")


def correction_list(rows: Sequence[Correction]) -> Iterator[Block]:
    if not rows:
        yield Empty(_("None."), _("No figure that was reported has changed since."))
        return
    columns = [
        Column(_("Metric"), width=40, strong=True),
        Column(_("What")),
        Column(_("Why"), width=28),
        Column(_("Day"), Kind.DAY, 22),
        Column(_("Effect"), width=30),
    ]
    whys = {Why.LATE: _("late entry"), Why.CORRECTED: _("correction"), Why.REDEFINED: _("other definition")}
    told_rows = [
        (
            translate(one.metric.title),
            " · ".join(filter(None, (one.difference.fact.label, one.difference.fact.detail))),
            whys[one.difference.why],
            one.difference.fact.day,
            signed(one.metric, one.difference.effect),
        )
        for one in rows[:COLLAPSED]
    ]
    yield Table(_("Late entries and corrections"), columns, [Group(told_rows)], dense=True)


def decision_list(found: Briefing) -> Iterator[Block]:
    lists = [few for few in found.decisions or () if few.count]
    if not lists:
        yield Empty(_("None."), _("Nothing waits for a decision."))
        return
    columns = [Column(_("About"), strong=True), Column(_("Detail"), width=60), Column(_("Owner"), width=28)]
    groups = [
        Group(
            [(point.name, meeting_words.detail(point) or DASH, point.owner or DASH) for point in few.rows],
            meeting_words.list_name(few),
            " · ".join(filter(None, (count(few.count), meeting_words.and_more(few)))),
        )
        for few in lists
    ]
    yield Table(_("Matters to decide"), columns, groups, dense=True)
