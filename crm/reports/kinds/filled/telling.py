"""A form of others that was filled: which cell got which figure, what it means, and the rows behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.lib.sheets import Kind
from crm.lib.text import N_
from crm.metrics.definitions import METRICS
from crm.metrics.queries import Clocks, every_row, rows
from crm.reports.content import Block, Column, Content, Definitions, Group, Key, Keys, Note, Section, Table
from crm.reports.kinds.kind import Asked, ReportKind
from crm.reports.naming import MEASURES, Name, Number, counted_days, read_name, values
from crm.reports.periods import Period
from crm.reports.places import PLACE
from crm.reports.words import days_of, figure_told, metric_definition
from crm.web.filters import count
from crm.web.language import gettext as _
from crm.web.language import translate

LISTED = 50  # rows of a figure on paper and in the workbook; all are kept


@dataclass(frozen=True)
class Filled:
    """A form by its name, where it asks for figures, what they are, and the rows that each metric counted."""

    name: str
    period: Period
    places: Sequence[Sequence[str]]
    names: Sequence[Name]
    values: Mapping[str, Number]
    behind: Mapping[str, Sequence[Any]]


def gather(asked: Asked) -> Filled:
    """Its figures, all at one moment."""
    places = asked.words["places"]
    words = dict.fromkeys(word for _sheet, _cell, text in places for word, _unit in PLACE.findall(text))
    names = [one for one in map(read_name, words) if one]
    metrics = dict.fromkeys(one.metric for one in names if one.metric)
    return Filled(
        name=asked.words["name"],
        period=asked.period,
        places=places,
        names=names,
        values=values(names, asked.period),
        behind={one: every_row(rows(METRICS[one], Clocks(asked.period.last)).subquery()) for one in metrics},
    )


def tell(found: Filled) -> Content:
    """What was filled in, in the language at hand."""
    return Content(
        title=_("Filled form"),
        name=found.name,
        days=days_of(found.period),
        meta=[(_("Period"), days_of(found.period)), (_("Covers"), _("The figures of the form, cell by cell"))],
        sections=list(sections(found)),
        foot=_("For internal use by the recipient"),
    )


def sections(found: Filled) -> Iterator[Section]:
    told = list(keys(found))
    if told:
        yield Section([Keys(told)])
    yield Section([cells(found)], _("Cells"))
    if found.behind:
        yield Section(
            [Definitions([metric_definition(METRICS[one]) for one in found.behind])], _("How the figures are computed")
        )
        yield Section(list(lists(found)), _("Rows behind the figures"), _("as of the last day of the period"))


def keys(found: Filled) -> Iterator[Key]:
    for name in found.names:
        value = found.values[name.word]
        if name.metric and not isinstance(value, date):
            metric, (since, as_of) = METRICS[name.metric], counted_days(name, found.period)
            note = translate(MEASURES[name.measure]) if name.day is None else ""
            label = translate(metric.title)
            yield Key(name.word, label, value, name.unit, "", note, metric.name, metric.version, as_of, since)


def cells(found: Filled) -> Table:
    columns = [
        Column(_("Sheet"), width=26),
        Column(_("Cell"), width=16),
        Column(_("As written"), strong=True),
        Column(_("Filled in"), width=40),
    ]
    rows_told = [(sheet, cell, text, filled_in(found, text)) for sheet, cell, text in found.places]
    return Table(_("Cells"), columns, [Group(rows_told)], dense=True)


def filled_in(found: Filled, text: str) -> str:
    """A cell's text with its figures in words."""
    units = {one.word: one.unit for one in found.names}
    return PLACE.sub(lambda place: figure_told(found.values.get(place[1]), units.get(place[1], Kind.TEXT)), text)


def lists(found: Filled) -> Iterator[Block]:
    for name, every in found.behind.items():
        metric = METRICS[name]
        label, detail, day = map(translate, metric.headings)
        columns = [Column(label, strong=True), Column(detail, width=60), Column(day, Kind.DAY, 30)]
        shown = [(row.label, row.detail or None, row.day) for row in every[:LISTED]]
        title = translate(metric.title)
        ids = [row.record_id for row in every]
        yield Table(title, columns, [Group(shown, title, count(len(every)))], record=metric.record, ids=ids, dense=True)
        if len(every) > LISTED:
            yield Note(_("The first %(listed)s of %(count)s.", listed=LISTED, count=count(len(every))))


KIND = ReportKind(
    name="filled",
    title=N_("Filled form"),
    lede=N_("Somebody's own form with our figures in it"),
    gather=gather,
    tell=tell,
    is_chosen=False,
)
