"""The annual report: the year in figures beside the year before, by month, line and stage, and who was served."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from crm.lib.charts import Datum
from crm.lib.charts import columns as columns_of
from crm.lib.sheets import Kind
from crm.lib.text import N_
from crm.metrics.definitions import METRICS
from crm.metrics.definitions.metric import CONFIRMED_BY
from crm.reports import nouns
from crm.reports.charts import month_chart
from crm.reports.confirmed import confirmed_section, limit_told
from crm.reports.content import (
    Block,
    Cell,
    Column,
    Content,
    Definitions,
    Group,
    Key,
    Keys,
    Note,
    Row,
    Section,
    Signatures,
    Table,
    Value,
)
from crm.reports.counted import Rows, read
from crm.reports.figures import Scope
from crm.reports.kinds.annual.gathered import MONTHLY, Compared, Year, gather
from crm.reports.kinds.annual.queries import Company, Line
from crm.reports.kinds.flow.tables import drawn, funnel_section, group_section
from crm.reports.kinds.kind import ONLY_CONFIRMED, Asked, Option, ReportKind
from crm.reports.kinds.matrix.gathered import METRICS_OF_IT
from crm.reports.kinds.matrix.tables import covered, from_gross_to_net
from crm.reports.kinds.numbered import numbered
from crm.reports.kinds.summary.rows import served
from crm.reports.kinds.summary.tables import service_chart
from crm.reports.words import UNITS, days_of, in_unit, metric_definition, platform_name, table_unit
from crm.settings.choices import term
from crm.web.filters import count, day, money
from crm.web.language import current_language, translate
from crm.web.language import gettext as _


def tell(year: Year) -> Content:
    """The report in the language at hand."""
    period = year.period
    return Content(
        title=_("Annual report"),
        name=_("%(platform)s %(year)s", platform=platform_name(), year=period.last.year),
        days="",
        meta=[(_("Period"), days_of(period)), (_("Compared with"), days_of(year.before)), *limits(year)],
        lead=lead(year),
        sections=list(sections(year)),
        foot=_("For internal use by the recipient"),
        contents=True,
        look="cover",
    )


def limits(year: Year) -> Iterator[tuple[str, str]]:
    """To what the report is limited."""
    if year.confirmed_by:
        yield _("Limited to"), _("what is %(confirmed)s", confirmed=translate(CONFIRMED_BY[year.confirmed_by]))


def lead(year: Year) -> str:
    to_date = {one.name: one for one in year.to_date}
    in_year = {one.name: one for one in year.in_year}
    return nouns.sentences(
        _(
            "To date the platform attracted %(institutions)s and served %(companies)s; the fund matrix holds %(gross)s,"
            " of which %(net)s came from outside.",
            institutions=nouns.institutions(to_date["institutions_attracted"].value),
            companies=nouns.companies(to_date["companies_served"].value),
            gross=money(to_date["fund_matrix_gross"].value),
            net=money(to_date["fund_matrix_net"].value),
        ),
        _(
            "In this year it made %(introductions)s; %(signed)s was signed and %(received)s received.",
            introductions=nouns.introductions(in_year["introductions_to_date"].value),
            signed=money(in_year["amount_signed_to_date"].value),
            received=money(in_year["amount_received_to_date"].value),
        ),
        limit_told(year.confirmed_by) if year.confirmed_by else "",
    )


def sections(year: Year) -> Iterator[Section]:
    title = _("The year in figures")
    yield Section([Keys(list(keys(year))), comparison(year)], title, new_page=True)
    yield Section(list(by_month(year)), _("Month by month"))
    if year.lines:
        yield by_line(year)
    if year.flow.funnel.introduced and not year.confirmed_by:
        yield group_section(_("Introductions by sector"), _("Sector layer"), year.flow.sectors, "sector_layer")
        yield funnel_section(year.flow.funnel)
    if year.confirmed:
        yield confirmed_section(year.confirmed, year.period.last)
    if year.matrix.funds:
        yield from_gross_to_net(year.matrix)
        yield covered(year.matrix)
    if year.companies and "companies" in year.options:
        yield companies(year)
    if year.joined and "institutions" in year.options:
        yield institutions(year)
    yield definitions(year)


# --- figures


def keys(year: Year) -> Iterator[Key]:
    """What stands at the end of the year, and what the year itself brought; each with the year before."""
    for one in year.to_date:
        yield figure(year, one, to_date=True)
    yield Key(
        "companies_served_in_year",
        _("Companies served in the year"),
        year.served_in_year.value,
        noun=_("companies"),
        note=before(count(year.served_in_year.before)),
        as_of=year.period.last,
    )
    for one in year.in_year:
        if one.name.startswith("amount"):
            yield figure(year, one, to_date=False)


def figure(year: Year, one: Compared, *, to_date: bool) -> Key:
    metric = one.metric
    assert metric is not None  # noqa: S101 - every figure of the registry has its metric
    shown = money if metric.is_money else count
    label = translate(metric.title) if to_date else in_the_year(one)
    return Key(
        one.name if to_date else f"{one.name}_in_year",
        label,
        one.value,
        Kind.MONEY if metric.is_money else Kind.COUNT,
        "" if metric.is_money else translate(metric.noun),
        before(shown(one.before)),
        metric.name,
        metric.version,
        year.period.last,
        None if to_date else year.period.first,
    )


def rows(_asked: Asked, year: Year) -> Rows:
    """Those of the figure that the registry does not have."""
    return {"companies_served_in_year": read(served(Scope(confirmed=year.confirmed_by), year.period))}


def before(value: str) -> str:
    """What a figure was a year before."""
    return str(_("a year before: %(value)s", value=value))


def in_the_year(one: Compared) -> str:
    """What of a figure fell into the year."""
    told: dict[str, str] = {
        "companies_served": _("Companies served for the first time"),
        "institutions_attracted": _("Institutions that joined"),
        "services_to_date": _("Completed services of the finance line"),
        "introductions_to_date": _("Introductions"),
        "amount_signed_to_date": _("Signed in the year"),
        "amount_received_to_date": _("Received in the year"),
    }
    if not one.metric or not one.metric.whole:
        return told[one.name]
    return _("%(title)s, %(confirmed)s", title=told[one.name], confirmed=_("confirmed by the startup"))


def comparison(year: Year) -> Table:
    """The figures in two columns; money in the unit of tables."""
    columns = [
        Column(_("Figure"), strong=True),
        Column(_("Unit"), width=28),
        Column(str(year.period.last.year), Kind.NUMBER, 28),
        Column(str(year.before.last.year), Kind.NUMBER, 28),
        Column(_("On the year before"), Kind.SHARE, 22),
    ]
    stands = [compared_row(translate(one.metric.title) if one.metric else "", one) for one in year.to_date]
    brought = [compared_row(in_the_year(one), one) for one in year.in_year]
    brought.insert(1, compared_row(_("Companies served in the year"), year.served_in_year))
    groups = [
        Group(
            stands,
            _("To date"),
            _("on %(day)s and %(before)s", day=day(year.period.last), before=day(year.before.last)),
        ),
        Group(brought, _("In the year"), _("the same days of both years")),
    ]
    return Table(_("Beside the year before"), columns, groups, together=True)


def compared_row(label: str, one: Compared) -> Row:
    metric = one.metric
    is_money = metric is not None and metric.is_money
    unit = table_unit() if is_money else translate(metric.noun) if metric else _("companies")
    change = (one.value - one.before) / one.before if one.before else None
    return label, unit, amount(one.value, is_money=is_money), amount(one.before, is_money=is_money), Cell(change)


def amount(value: int, *, is_money: bool) -> Cell:
    """A count as it is; money as a number in the unit of tables."""
    fen = UNITS[current_language()]
    return Cell(value / fen, shown=in_unit(value)) if is_money else Cell(value, shown=count(value))


# --- month by month


def by_month(year: Year) -> Iterator[Block]:
    yield service_chart(month_chart(year.services_by_month, year.period), year.period)
    title = _("Introductions by month")
    place = MONTHLY.index("introductions_to_date")
    bars = [Datum(f"{last.month:02}", (values[place],), count(values[place])) for last, values in year.months]
    yield drawn("columns", columns_of(bars), title, [("v", title)])
    columns = [
        Column(_("Month"), strong=True),
        Column(_("Services of the finance line"), Kind.COUNT, 34),
        Column(_("Introductions"), Kind.COUNT, 34),
        Column(_("Signed"), Kind.MONEY, 34),
        Column(_("Received"), Kind.MONEY, 34),
    ]
    rows: list[Row] = [(f"{last:%Y-%m}", *values) for last, values in year.months]
    totals = [sum(values[place] for _last, values in year.months) for place in range(len(MONTHLY))]
    yield Table(_("Month by month"), columns, [Group(rows)], total=(_("Total"), totals), together=True)
    yield Note(_("Amounts in %(unit)s; signed and received are never added up.", unit=table_unit()))


# --- lines and categories


def by_line(year: Year) -> Section:
    title = _("By line and category")
    columns = [
        Column(_("Category"), strong=True),
        Column(_("Completed services"), Kind.COUNT, 34),
        Column(_("A year before"), Kind.COUNT, 34),
        Column(_("Companies served"), Kind.COUNT, 34),
    ]
    groups = [
        Group(list(map(line_row, lines)), term("platform_line", line))
        for line, lines in groupby(year.lines, key=lambda one: one.line)
    ]
    table = Table(
        title,
        columns,
        groups,
        total=(_("Total"), (sum(one.services for one in year.lines), sum(one.before for one in year.lines), None)),
    )
    note = Note(_("A company that several categories served counts in each of them, so companies are not added up."))
    return Section([table, note], title, together=True)


def line_row(one: Line) -> Row:
    return one.label(current_language()), one.services, one.before, one.companies


# --- who


def companies(year: Year) -> Section:
    """The rows of the figure."""
    title = _("Companies served")
    columns = [
        Column(_("Sector layer"), width=34),
        Column(_("Growth stage"), width=24),
        Column(_("First served on"), Kind.DAY, 26),
        Column(_("Services in the year"), Kind.COUNT, 26),
    ]
    served = sum(one.services > 0 for one in year.companies)
    told = _(
        "%(all)s to date, of which %(served)s in the year; services of the finance line.",
        all=nouns.companies(len(year.companies)),
        served=count(served),
    )
    listed = numbered(title, "startup", _("Company"), columns, [(one, company_values(one)) for one in year.companies])
    return Section([Note(told, before=True), *listed], title, _("the first served first"), new_page=True)


def company_values(one: Company) -> Sequence[Value]:
    return term("sector_layer", one.sector), term("growth_stage", one.stage), one.first_on, one.services or None


def institutions(year: Year) -> Section:
    title = _("Institutions that joined")
    columns = [Column(_("Kind"), width=40), Column(_("City"), width=24), Column(_("Joined on"), Kind.DAY, 26)]
    rows = [(one, (term("institution_kind", one.kind), one.city, one.day)) for one in year.joined]
    listed = numbered(title, "institution", _("Institution"), columns, rows)
    return Section(list(listed), title, nouns.institutions(len(year.joined)))


def definitions(year: Year) -> Section:
    to_date, in_year = ([one.metric.name for one in told if one.metric] for told in (year.to_date, year.in_year))
    rows = [metric_definition(METRICS[name]) for name in dict.fromkeys((*to_date, *METRICS_OF_IT, *in_year))]
    note = Note(
        _(
            "All as of %(day)s, as known when this report was made. A late entry or a correction changes them later;"
            " what was submitted stays as it was.",
            day=day(year.period.last),
        ),
        before=True,
    )
    return Section([note, Definitions(rows), Signatures(stamp=True)], _("How the figures are computed"))


KIND = ReportKind(
    name="annual",
    title=N_("Annual report"),
    lede=N_("A year beside the year before: figures, months, lines, introductions to money, matrix, who was served"),
    gather=gather,
    tell=tell,
    rows=rows,
    covers="year",
    options=(
        ONLY_CONFIRMED,
        Option("confirmed", N_("How much was confirmed by both sides")),
        Option("companies", N_("The list of companies served")),
        Option("institutions", N_("The institutions that joined")),
    ),
)
