"""The tables and charts of deals, as their pages have them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from crm.analytics.pictures import (
    bucket_in_words,
    cohort_chart,
    forecast_chart,
    funnel_chart,
    reason_chart,
    reason_in_words,
)
from crm.analytics.queries.forecast import Forecast, Sum
from crm.analytics.queries.funnel import Funnel, StageRow
from crm.analytics.queries.groups import Tally, milestones, total
from crm.analytics.queries.institutions import Responses
from crm.analytics.queries.reasons import Endings
from crm.deals.models import FUNDED_STAGE, SIGNED_STAGE
from crm.lib.charts import Chart
from crm.lib.money import Amount
from crm.lib.sheets import Kind
from crm.reports import nouns
from crm.reports.content import Block, Cell, Column, Drawing, Group, Note, Row, Section, Table, Value
from crm.reports.figures import MET_STAGE
from crm.reports.words import table_unit
from crm.settings.choices import term, term_position
from crm.web.filters import count
from crm.web.language import gettext as _

LISTED = 60  # institutions
LONGEST = 24  # months
SHORT = 16  # rows of a table that stays on one page
COMPARED = (MET_STAGE, SIGNED_STAGE, FUNDED_STAGE)


def part(number: int, whole: int) -> float | None:
    """A part of deals; None of none."""
    return number / whole if whole else None


def drawn(shape: str, chart: Chart, title: str, legend: Sequence[tuple[str, str]] = ()) -> Drawing:
    """A chart as on its page, but for the drawing that phones get."""
    return Drawing(shape, replace(chart, narrow=None), title, _("The table below has the same numbers."), legend)


def funnel_section(found: Funnel) -> Section:
    """How far deals got, how many went on, how long they stayed."""
    title = _("Funnel by stage")
    columns = [
        Column(_("Stage"), strong=True),
        Column(_("Got this far"), Kind.COUNT, 17),
        Column(_("Share of all"), Kind.SHARE, 17),
        Column(_("Was at it"), Kind.COUNT, 16),
        Column(_("Moved on"), Kind.COUNT, 16),
        Column(_("Conversion"), Kind.SHARE, 18),
        Column(_("Median days"), Kind.NUMBER, 19),
        Column(_("of deals"), Kind.COUNT, 14),
        Column(_("There now"), Kind.COUNT, 16),
    ]
    last = found.rows[-1].code if found.rows else ""
    rows = [funnel_row(row, found.introduced, goes_on=row.code != last) for row in found.rows]
    table = Table(title, columns, [Group(rows)], dense=True, together=True)
    small = _("deals introduced in the period, as they stood on its last day")
    return Section([drawn("rows", funnel_chart(found), title), table], title, small, together=True)


def funnel_row(row: StageRow, introduced: int, *, goes_on: bool) -> Row:
    return (
        Cell(term("deal_stage", row.code), pip=term_position("deal_stage", row.code)),
        row.reached,
        part(row.reached, introduced),
        row.stood,
        row.moved_on if goes_on else None,
        part(row.moved_on, row.stood) if goes_on else None,
        row.days,
        row.timed,
        row.here,
    )


def month_section(months: Sequence[Tally]) -> Section:
    """The months of introduction, and how far their deals got."""
    title = _("Introductions by month")
    legend = [("p", _("Introductions")), ("w", term("deal_stage", MET_STAGE)), ("v", term("deal_stage", SIGNED_STAGE))]
    table = tally_table(title, _("Month"), [(f"{one.key[0]}-{one.key[1]:02}", one) for one in months], whole=True)
    return Section([drawn("columns", cohort_chart(months[-LONGEST:]), title, legend), table], title)


def group_section(title: str, by: str, found: Iterable[Tally], vocabulary: str) -> Section:
    """The deals of each group, the largest first."""
    rows = [(term(vocabulary, one.key) if one.key else _("not known"), one) for one in found]
    return Section([tally_table(title, by, rows, whole=True)], title)


def tally_table(name: str, by: str, rows: Sequence[tuple[str, Tally]], *, whole: bool = False) -> Table:
    places = [(milestones().index(code), code) for code in COMPARED if code in milestones()]
    columns = [Column(by, strong=True), Column(_("Introductions"), Kind.COUNT, 20)]
    for _place, code in places:
        columns += [Column(term("deal_stage", code), Kind.COUNT, 16), Column("%", Kind.SHARE, 15)]
    columns += [Column(_("Passed"), Kind.COUNT, 16), Column(_("Still open"), Kind.COUNT, 18)]

    def values(one: Tally) -> list[Value]:
        shares: list[Value] = []
        for place, _code in places:
            shares += [one.reached[place], part(one.reached[place], one.introduced)]
        return [one.introduced, *shares, one.passed, one.open]

    summed = (_("Total"), values(total(one for _label, one in rows))) if whole else None
    told = [(label, *values(one)) for label, one in rows]
    return Table(name, columns, [Group(told)], total=summed, dense=True, together=len(told) <= SHORT)


def reason_section(found: Endings) -> Section:
    """Why institutions passed, and how else deals ended."""
    title = _("Why institutions passed")
    blocks: list[Block] = [reason_table(found, title)]
    if found.reasons:
        legend = [("p", _("Before meeting")), ("v", _("After meeting"))]
        blocks.insert(0, drawn("rows", reason_chart(found), title, legend))
    ended = _(
        "Besides, %(declined)s declined by the startup and %(lapsed)s lapsed without an answer.",
        declined=nouns.deals(found.declined),
        lapsed=nouns.deals(found.lapsed),
    )
    return Section([*blocks, Note(ended)], title, together=True)


def reason_table(found: Endings, name: str) -> Table:
    columns = [
        Column(_("Reason"), strong=True),
        Column(_("Deals"), Kind.COUNT, 24),
        Column(_("Share"), Kind.SHARE, 24),
        Column(_("Before meeting"), Kind.COUNT, 34),
        Column(_("After meeting"), Kind.COUNT, 34),
    ]
    rows: list[Row] = [
        (reason_in_words(one.reason), one.deals, part(one.deals, found.passed), one.unmet, one.met)
        for one in found.reasons
    ]
    summed = (found.passed, None, found.unmet, found.passed - found.unmet)
    return Table(name, columns, [Group(rows)], total=(_("Total"), summed), together=True)


def response_section(found: Sequence[Responses], everybody: Responses) -> Section:
    """How each institution answers, the one that got most introductions first."""
    title = _("Response of institutions")
    columns = [
        Column(_("Institution"), strong=True),
        Column(_("Introductions"), Kind.COUNT, 22),
        Column(_("Judged"), Kind.COUNT, 14),
        Column(_("Replied"), Kind.COUNT, 14),
        Column(_("Reply rate"), Kind.SHARE, 16),
        Column(_("Met"), Kind.COUNT, 12),
        Column(_("Days to meeting"), Kind.NUMBER, 17),
        Column(_("Signed"), Kind.COUNT, 13),
        Column(_("Passed"), Kind.COUNT, 13),
    ]
    ordered = sorted(found, key=lambda one: (-one.introduced, -one.replied, one.institution_id))
    table = Table(
        title,
        columns,
        [Group([(one.name, *response_values(one)) for one in ordered[:LISTED]])],
        total=(_("All institutions"), response_values(everybody)),
        record="institution",
        ids=[one.institution_id for one in ordered[:LISTED]],
        dense=True,
    )
    return Section([*left_out(len(ordered)), table], title, _("most introductions first"))


def left_out(number: int) -> list[Block]:
    if number <= LISTED:
        return []
    told = _(
        "The %(listed)s with most introductions of %(count)s are listed; the application lists all.",
        listed=count(LISTED),
        count=count(number),
    )
    return [Note(told, before=True)]


def response_values(one: Responses) -> list[Value]:
    rate = part(one.replied, one.judged)
    return [one.introduced, one.judged, one.replied, rate, one.met, one.days, one.signed, one.passed]


def forecast_section(found: Forecast) -> Section:
    """What may come of the open deals, weighted by the desk's own past."""
    title = _("Forecast by month")
    columns = [
        Column(_("Month"), strong=True),
        Column(_("Active deals"), Kind.COUNT, 26),
        Column(_("Undisclosed"), Kind.COUNT, 26),
        Column(_("Intended"), Kind.MONEY, 34),
        Column(_("Weighted"), Kind.MONEY, 34),
    ]
    rows = [(bucket_in_words(name), *sum_values(one)) for name, one in found.buckets.items() if one.deals]
    table = Table(title, columns, [Group(rows)], total=(_("All"), sum_values(found.total)), together=True)
    note = Note(
        _(
            "All active deals, whenever introduced. The weight of a stage is the share of past deals at it that were"
            " funded; with fewer than five such deals it is not known, and the amount a range. Never added to what was"
            " signed or received."
        )
    )
    legend = [("v", _("weighted")), ("p", _("not sure for want of past deals"))]
    drawing = drawn("columns", forecast_chart(found), title, legend)
    return Section([drawing, table, note], title, _("amounts in %(unit)s", unit=table_unit()), together=True)


def sum_values(one: Sum) -> list[Value]:
    return [one.deals, one.undisclosed, ranged(one.low, one.high), ranged(one.weighted_low, one.weighted_high)]


def ranged(low: int, high: int) -> Value:
    """Both ends of an amount, or the one number."""
    return low if low == high else Amount(low, high, None)
