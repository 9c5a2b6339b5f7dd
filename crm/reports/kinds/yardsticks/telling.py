"""The yardstick report: what the ministry asks of incubators, and what our records say, for reference."""

from __future__ import annotations

from collections.abc import Iterator

from crm.lib.sheets import Kind
from crm.lib.text import N_
from crm.metrics.definitions import METRICS
from crm.reports import nouns
from crm.reports.content import (
    Block,
    Cell,
    Column,
    Content,
    Definition,
    Definitions,
    Group,
    Key,
    Keys,
    Note,
    Row,
    Section,
    Table,
)
from crm.reports.kinds.kind import Option, ReportKind
from crm.reports.kinds.numbered import numbered
from crm.reports.kinds.yardsticks.gathered import FIGURES, Held, Published, Yardsticks, gather
from crm.reports.words import metric_definition, platform_name
from crm.web.filters import count, day, in_language, reported
from crm.web.language import gettext as _
from crm.web.language import translate


def tell(found: Yardsticks) -> Content:
    """The report in the language at hand."""
    return Content(
        title=_("Yardsticks for incubators"),
        name=_("%(platform)s %(year)s", platform=platform_name(), year=found.day.year),
        days="",
        meta=[(_("As of"), day(found.day)), (_("Covers"), _("All startups in the community, for reference"))],
        lead=_(
            "For reference: yardsticks of the ministry for incubators, standard level (Gongxinbu Huoke 2025 No. 131),"
            " measured here on all startups in the community."
        ),
        sections=list(sections(found)),
        foot=_("For internal use by the recipient"),
    )


def sections(found: Yardsticks) -> Iterator[Section]:
    yield Section([Keys(list(keys(found)))])
    yield Section([yardstick_table(found), *missing(found)], _("The yardsticks"))
    published = [(held, one) for held in found.held for one in held.published]
    if published:
        yield Section([published_table(published)], _("Figures of others"))
    if found.companies and "companies" in found.options:
        yield companies(found)
    yield Section([Definitions(list(definitions()))], _("How the figures are computed"))


def keys(found: Yardsticks) -> Iterator[Key]:
    for one in found.held:
        if one.numerator is None:
            continue
        note = _(
            "%(part)s of %(whole)s; at least %(least)s%%",
            part=count(one.numerator),
            whole=count(one.denominator),
            least=one.yardstick.least,
        )
        name, title = one.yardstick.code, translate(one.yardstick.title)
        metric = METRICS[one.yardstick.numerator]
        yield Key(name, title, one.share, Kind.SHARE, "", note, metric.name, metric.version, found.day)


def yardstick_table(found: Yardsticks) -> Table:
    columns = [
        Column(_("Yardstick"), strong=True),
        Column(_("At least"), Kind.SHARE, 16),
        Column(_("Numerator"), Kind.COUNT, 20),
        Column(_("Denominator"), Kind.COUNT, 20),
        Column(_("known of"), Kind.COUNT, 17),
        Column(_("Share"), Kind.SHARE, 16),
        Column(_("By our records"), width=28, spaced=True),
    ]
    return Table(_("The yardsticks"), columns, [Group(list(map(held_row, found.held)))], together=True)


def held_row(one: Held) -> Row:
    said = {True: _("reached"), False: _("not reached"), None: _("not recorded here")}[one.is_reached]
    title = translate(one.yardstick.title)
    least = Cell(one.yardstick.least / 100, shown=f"{one.yardstick.least}%")
    return title, least, one.numerator, one.denominator, one.known, one.share, said


def missing(found: Yardsticks) -> Iterator[Block]:
    if any(one.numerator is None for one in found.held):
        yield Note(
            _(
                "Not recorded here: our records cannot know it; a figure of others stands below where somebody entered"
                " one. Shares are of all startups in the community, also of those of which a value is not known."
            )
        )


def published_table(published: list[tuple[Held, Published]]) -> Table:
    columns = [
        Column(_("Yardstick"), strong=True),
        Column(_("Figure"), width=40),
        Column(_("Value"), Kind.NUMBER, 24),
        Column(_("Of"), Kind.NUMBER, 24),
        Column(_("As of"), Kind.DAY, 24, spaced=True),
        Column(_("Source"), width=34),
    ]
    rows: list[Row] = [
        (
            translate(held.yardstick.title),
            in_language(one.name_zh, one.name_en),
            Cell(one.value, shown=reported(one.value, one.unit)),
            Cell(one.whole, shown=reported(one.whole, one.unit)) if one.whole is not None else None,
            one.day,
            one.source,
        )
        for held, one in published
    ]
    return Table(_("Figures of others"), columns, [Group(rows)])


def companies(found: Yardsticks) -> Section:
    """The rows of every numerator and denominator, side by side."""
    title = _("The companies behind them")
    columns = [
        Column(_("Joined on"), Kind.DAY, 26),
        Column(_("Financed on"), Kind.DAY, 26),
        Column(_("Revenue of two years"), Kind.DAY, 30),
        Column(_("Grown"), Kind.DAY, 26),
    ]
    told = Note(_("A day says since when a figure counts the company; a dash, that it does not."), before=True)
    rows = [(one, [one.days.get(figure) for figure in FIGURES]) for one in found.companies]
    listed = numbered(title, "startup", _("Company"), columns, rows)
    return Section([told, *listed], title, nouns.companies(len(found.companies)))


def definitions() -> Iterator[Definition]:
    for name in FIGURES:
        yield metric_definition(METRICS[name])


KIND = ReportKind(
    name="yardsticks",
    title=N_("Yardsticks for incubators"),
    lede=N_("What the ministry asks of incubators, held to our records, for reference"),
    gather=gather,
    tell=tell,
    covers="year",
    options=(Option("companies", N_("The companies behind numerator and denominator")),),
)
