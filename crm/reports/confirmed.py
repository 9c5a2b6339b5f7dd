"""How much of the figures was confirmed, and by whom: a table that several kinds of report may include."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from crm.lib.sheets import Kind
from crm.metrics.courses import measures
from crm.metrics.definitions import FIGURES, METRICS
from crm.metrics.definitions.metric import CONFIRMED_BY, COUNTED_AS_CONFIRMED, Metric, confirmed_name
from crm.reports.content import Column, Group, Note, Row, Section, Table
from crm.web.filters import count, day, money
from crm.web.language import gettext as _
from crm.web.language import translate

CONFIRMABLE = tuple(name for name, metric in FIGURES.items() if metric.confirmable)


@dataclass(frozen=True)
class Share:
    """A figure, and what of it each side confirmed and both: counts, or 分."""

    metric: Metric
    whole: int
    parts: tuple[int, ...]


def shares_on(as_of: date) -> tuple[Share, ...]:
    """The figures that can be confirmed, as of a day; none while nothing was confirmed."""
    wanted = (*CONFIRMABLE, *(confirmed_name(name, by) for name in CONFIRMABLE for by in CONFIRMED_BY))
    found = {name: one.value for name, one in measures(as_of, wanted).items()}
    told = tuple(
        Share(METRICS[name], found[name], tuple(found[confirmed_name(name, by)] for by in CONFIRMED_BY))
        for name in CONFIRMABLE
    )
    return told if any(any(one.parts) for one in told) else ()


def limit_told(confirmed_by: str) -> str:
    """What a document that is limited to confirmed figures says of that."""
    return _(
        "Companies served, services and amounts count only where they are %(confirmed)s; introductions, institutions"
        " and funds cannot be confirmed and are told in full.",
        confirmed=translate(CONFIRMED_BY[confirmed_by]),
    )


def confirmed_section(shares: Sequence[Share], as_of: date) -> Section:
    """The table of shares, with what a confirmation is."""
    columns = [
        Column(_("Figure"), strong=True),
        Column(_("In all"), Kind.TEXT, 32),
        *(Column(translate(told), Kind.TEXT, 34) for told in CONFIRMED_BY.values()),
    ]
    table = Table(_("Confirmed"), columns, [Group([row(one) for one in shares])], together=True)
    note = Note(translate(COUNTED_AS_CONFIRMED))
    return Section([table, note], _("How much was confirmed"), _("to %(day)s", day=day(as_of)))


def row(share: Share) -> Row:
    return (translate(share.metric.title), told(share, share.whole), *parts(share))


def parts(share: Share) -> Iterable[str]:
    for value in share.parts:
        percent = f" ({100 * value / share.whole:.0f}%)" if share.whole else ""
        yield f"{told(share, value)}{percent}"


def told(share: Share, value: int) -> str:
    return money(value) if share.metric.is_money else count(value)
