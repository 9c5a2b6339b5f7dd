"""The three charts of a 工作专报, side by side and legible in grey, and the tables of their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crm.lib.sheets import Kind
from crm.metrics.definitions import METRICS
from crm.reports.content import Block, Column, Drawing, Group, Note, Table
from crm.reports.kinds.briefing.gathered import MONTHLY, Briefing
from crm.settings.choices import term
from crm.web.filters import count, day
from crm.web.language import current_language, translate
from crm.web.language import gettext as _

WIDTH, TOP, BASE = 208, 14, 132
ROOM = 88  # of a bar, between its label and its number


@dataclass(frozen=True)
class Column12:
    """One month: its number over a column, and the month below."""

    x: float
    y: float
    height: float
    label: str
    shown: str


@dataclass(frozen=True)
class Bar:
    """A labelled bar; `other`: the width of a second one below it, with its number."""

    y: float
    width: float
    label: str
    shown: str
    other: float = 0
    other_shown: str = ""


def drawings(found: Briefing) -> list[Drawing]:
    """Trend, funnel, supply and demand."""
    return [trend(found), funnel(found), supply(found)]


def trend(found: Briefing) -> Drawing:
    numbers = [number for _day, number in found.months]
    largest = max(numbers) or 1
    room = WIDTH / len(numbers)
    shown_all = largest < 100
    columns = [
        Column12(
            place * room + 2,
            BASE - (BASE - TOP) * number / largest,
            (BASE - TOP) * number / largest,
            str(last.month) if place % 2 == 1 or shown_all else "",
            count(number) if shown_all or place in (0, len(numbers) - 1) else "",
        )
        for place, (last, number) in enumerate(found.months)
    ]
    title = _("Companies served, by month")
    first, last = found.months[0][0], found.months[-1][0]
    told = _("%(first)s to %(last)s; a company counts once a month", first=f"{first:%Y-%m}", last=f"{last:%Y-%m}")
    return Drawing("trend_of_months", columns, title, told, [("", told)])


def funnel(found: Briefing) -> Drawing:
    largest = max((number for _name, number in found.funnel), default=0) or 1
    bars = [
        Bar(8 + 26 * place, ROOM * number / largest, label, count(number))
        for place, (label, number) in enumerate(zip(funnel_labels(), (one for _n, one in found.funnel), strict=True))
    ]
    told = _("to %(day)s", day=day(found.period.last))
    return Drawing("funnel_of_bars", bars, _("Introductions by stage"), told, [("", told)])


def funnel_labels() -> list[str]:
    return [_("Introductions"), _("Met"), _("Term sheet"), _("Signed"), _("Received")]


def supply(found: Briefing) -> Drawing:
    cells = [(stage, found.coverage.by_stage[stage]) for stage in found.coverage.stages]
    largest = max((max(cell.capital, cell.demand) for _stage, cell in cells), default=0) or 1
    bars = [
        Bar(
            6 + 32 * place,
            ROOM * cell.capital / largest,
            term("growth_stage", stage),
            in_big_unit(cell.capital),
            ROOM * cell.demand / largest,
            in_big_unit(cell.demand),
        )
        for place, (stage, cell) in enumerate(cells[:4])
    ]
    told = _("dark: funds can invest, pale: startups seek; %(unit)s", unit=big_unit())
    return Drawing("pairs_of_bars", bars, _("Supply and demand, by stage"), told, [("", told)])


def in_big_unit(fen: int) -> str:
    """分 in 亿元 or CNY million, as `big_unit` says once."""
    return f"{fen / 10**8:,.0f}" if current_language() == "en" else f"{fen / 10**10:,.1f}"


def big_unit() -> str:
    return _("CNY million") if current_language() == "en" else "亿元"


def chart_tables(found: Briefing) -> Iterator[Block]:
    """The numbers of the charts."""
    months = [(f"{last:%Y-%m}", number) for last, number in found.months]
    title = translate(METRICS[MONTHLY].title)
    yield Table(
        title,
        [Column(_("Month"), strong=True), Column(title, Kind.COUNT, 40)],
        [Group(months)],
        dense=True,
        together=True,
    )
    stages = [(label, number) for label, (_n, number) in zip(funnel_labels(), found.funnel, strict=True)]
    columns = [Column(_("Stage"), strong=True), Column(_("Introductions"), Kind.COUNT, 40)]
    yield Table(_("Introductions by stage"), columns, [Group(stages)], dense=True, together=True)
    if found.look_through is None:  # else they stand beside the fund matrix
        yield from supply_numbers(found)


def supply_numbers(found: Briefing) -> Iterator[Block]:
    """The table of supply and demand, and why its parts may not add up."""
    yield supply_table(found)
    yield Note(_("A fund that covers several stages counts at each of them: the parts may not add up to the total."))


def supply_table(found: Briefing) -> Table:
    """Supply, demand and gap by stage, and in all."""
    columns = [
        Column(_("Stage"), strong=True),
        Column(_("Funds"), Kind.COUNT, 18),
        Column(_("Funds can invest"), Kind.MONEY, 34, tells_unit=True),
        Column(_("Startups"), Kind.COUNT, 18),
        Column(_("Startups seek"), Kind.MONEY, 34, tells_unit=True),
        Column(_("Out of reach"), Kind.MONEY, 34, tells_unit=True),
    ]
    rows = [
        (term("growth_stage", stage), cell.funds, cell.capital, cell.startups, cell.demand, cell.gap)
        for stage, cell in found.coverage.by_stage.items()
    ]
    whole = found.coverage.whole
    total: Sequence[int] = (whole.funds, whole.capital, whole.startups, whole.demand, whole.gap)
    return Table(_("Supply and demand"), columns, [Group(rows)], total=(_("In all"), total), together=True)
