"""The deal-flow report: introductions, how far they got, who answers and why institutions pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from crm.analytics.figures import FIGURES
from crm.analytics.queries.lists import ids
from crm.deals.models import Deal
from crm.lib.sheets import Kind
from crm.lib.text import N_
from crm.metrics.definitions import METRICS
from crm.reports import nouns
from crm.reports.content import Content, Definition, Definitions, Empty, Key, Keys, Section
from crm.reports.counted import FOR_GOOD, NOTHING, Row, Rows, read
from crm.reports.figures import MET_STAGE
from crm.reports.kinds.flow.gathered import Flow, gather
from crm.reports.kinds.flow.tables import (
    forecast_section,
    funnel_section,
    group_section,
    month_section,
    part,
    reason_section,
    response_section,
)
from crm.reports.kinds.kind import Asked, Option, ReportKind
from crm.reports.words import days_of, metric_definition, platform_name
from crm.web.filters import count
from crm.web.language import gettext as _
from crm.web.language import translate


def tell(flow: Flow) -> Content:
    """The report in the language at hand."""
    return Content(
        title=_("Deal-flow report"),
        name=platform_name(),
        days=days_of(flow.period),
        meta=[
            (_("Period"), days_of(flow.period)),
            (_("Covers"), _("Introductions of the period, as they stood on its last day")),
        ],
        sections=list(sections(flow)),
        foot=_("For internal use by the recipient"),
    )


def sections(flow: Flow) -> Iterator[Section]:
    if not (flow.funnel.introduced or flow.signed.deals or flow.received.deals):
        title = _("Nothing was recorded for this period.")
        yield Section([Empty(title, _("No introduction, no signature and no receipt falls in it."))])
    else:
        yield Section([Keys(list(keys(flow)))])
    if flow.funnel.introduced:
        yield from of_introductions(flow)
    if flow.forecast.total.deals and "forecast" in flow.options:
        yield forecast_section(flow.forecast)
    yield Section([Definitions(list(definitions()))], _("How the figures are computed"))


def of_introductions(flow: Flow) -> Iterator[Section]:
    yield funnel_section(flow.funnel)
    if len(flow.months) > 1:
        yield month_section(flow.months)
    if "groups" in flow.options:
        yield group_section(_("By sector"), _("Sector layer"), flow.sectors, "sector_layer")
        yield group_section(_("By type of institution"), _("Institution type"), flow.kinds, "institution_kind")
    if "reasons" in flow.options:
        yield reason_section(flow.endings)
    if "response" in flow.options:
        yield response_section(flow.answers, flow.all_answers)


def keys(flow: Flow) -> Iterator[Key]:
    """Introductions, signed and received stand apart."""
    deals, institutions, startups = flow.introduced
    told = _(
        "%(companies)s, %(institutions)s",
        companies=nouns.companies(startups),
        institutions=nouns.institutions(institutions),
    )
    noun = _("introduction") if deals == 1 else _("introductions")
    yield registered(flow, "introductions_to_date", "introductions", _("Introductions"), deals, told, noun=noun)
    answers = flow.all_answers
    rate = _(
        "%(part)s of %(whole)s introduced long enough ago", part=count(answers.replied), whole=count(answers.judged)
    )
    replied = part(answers.replied, answers.judged)
    yield Key("reply_rate", _("Reply rate"), replied, Kind.SHARE, note=rate, as_of=flow.period.last)
    met = next((row.reached for row in flow.funnel.rows if row.code == MET_STAGE), 0)
    days = _("none with a known introduction")
    if answers.days is not None:
        days = _("median %(days)s days to the meeting", days=f"{answers.days:g}")
    yield Key("introductions_met", _("Led to a meeting"), met, noun=noun, note=days, as_of=flow.period.last)
    for metric, name, label, found in (
        ("amount_signed_to_date", "amount_signed", _("Signed amount"), flow.signed),
        ("amount_received_to_date", "amount_received", _("Received amount"), flow.received),
    ):
        note = nouns.deals(found.deals) if found.deals else _("none in the period")
        yield registered(flow, metric, name, label, found.amount, note, unit=Kind.MONEY)
    passed = flow.endings.passed
    told = _("%(part)s of the introductions", part=f"{part(passed, flow.funnel.introduced) or 0:.0%}")
    yield Key("passed", _("Passed by institutions"), passed, noun=_("deals"), note=told, as_of=flow.period.last)


def registered(  # noqa: PLR0917 - a figure as it stands on the page
    flow: Flow, metric: str, name: str, label: str, value: int, note: str, *, unit: Kind = Kind.COUNT, noun: str = ""
) -> Key:
    """A figure of the registry as far as the period goes."""
    version = METRICS[metric].version
    return Key(name, label, value, unit, noun, note, metric, version, flow.period.last, flow.period.first)


def rows(_asked: Asked, flow: Flow) -> Rows:
    """The introductions that its figures count; of the reply rate each is one where it was answered."""
    filters, day = flow.filters, flow.period.last

    def deals(figure: str, at: str = "", much: Any = NOTHING) -> list[Row] | None:
        counted = ids(FIGURES[figure], filters, day, at)
        return read(sa.select(Deal.id, Deal.introduced_on, FOR_GOOD, much).where(Deal.id.in_(counted)))

    replied = sa.case((Deal.id.in_(ids(FIGURES["replied"], filters, day)), 1), else_=0)
    return {
        "introductions_met": deals("reached", MET_STAGE),
        "passed": deals("passed"),
        "reply_rate": deals("judged", much=replied),
    }


def definitions() -> Iterator[Definition]:
    for name in ("introductions_to_date", "amount_signed_to_date", "amount_received_to_date"):
        yield metric_definition(METRICS[name])
    for name in ("reached", "moved-on", "left", "judged", "replied", "passed"):
        figure = FIGURES[name]
        yield Definition(translate(figure.title), translate(figure.text))


KIND = ReportKind(
    name="flow",
    title=N_("Deal-flow report"),
    lede=N_("Introductions of a period: how far they got, who answers, why institutions pass, what may come"),
    gather=gather,
    tell=tell,
    rows=rows,
    options=(
        Option("groups", N_("By sector and by type of institution")),
        Option("reasons", N_("Why institutions passed")),
        Option("response", N_("Response of institutions")),
        Option("forecast", N_("Forecast by month")),
    ),
)
